package store

import (
	"strings"

	"vedette/api"
)

// ViolationFilter narrows a list of violations or events; the zero value lets
// everything through.
type ViolationFilter struct {
	Thing        string
	Profile      string
	CriteriaType api.BehaviorCriteriaType
	Suppressed   *bool // nil: all; true: only of behaviors with suppressAlerts; false: only of others (U35)
	Verification api.VerificationState
}

// conditions collects the terms of a WHERE clause and their arguments.
type conditions struct {
	terms []string
	args  []any
}

// add adds a term.
func (c *conditions) add(term string, args ...any) {
	c.terms = append(c.terms, term)
	c.args = append(c.args, args...)
}

// where returns the clause; at least one term was added.
func (c *conditions) where() string { return " WHERE " + strings.Join(c.terms, " AND ") }

// filter adds the terms of f. The columns of violations and events have the same
// names; table is the one to look at, v always is the violation.
func (c *conditions) filter(f ViolationFilter, table string) {
	if f.Thing != "" {
		c.add(table+".thing = ?", f.Thing)
	}
	if f.Profile != "" {
		c.add(table+".profile = ?", f.Profile)
	}
	if f.CriteriaType != "" {
		c.add(table+".criteria_type = ?", string(f.CriteriaType))
	}
	if f.Suppressed != nil {
		c.add(table+".suppressed = ?", *f.Suppressed)
	}
	if f.Verification != "" {
		c.add("v.verification_state = ?", string(f.Verification))
	}
	if f.rare() {
		c.add("v.verification_state <> 'UNKNOWN'") // the condition of the index violation_verified
	}
}

// rare tells whether f asks for what a person has marked: few violations.
func (f *ViolationFilter) rare() bool {
	return f.Verification != "" && f.Verification != api.VerificationStateUnknown
}
