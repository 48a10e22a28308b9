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

	ThingPrefix string // of the thing's name
	Group       string // thing group: things in it, or in a group below it
	Behavior    string
	Metric      string // of the behavior, as it was
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
	if f.ThingPrefix != "" {
		c.add(table+".thing >= ? AND "+table+".thing < ?", f.ThingPrefix, f.ThingPrefix+"\U0010FFFF")
	}
	if f.Behavior != "" {
		c.add(table+".behavior = ?", f.Behavior)
	}
	if f.Metric != "" { // the definition is JSON that the program wrote: a string in it has no bare quotes
		c.add("replace("+table+".definition, ?, '') <> "+table+".definition", `"metric":"`+f.Metric+`"`)
	}
}

// fewMembers is how many things of a group are looked up one by one. The things of a
// larger group are many of all: those that come are asked whether they are in it.
const fewMembers = 1000

// group adds the term of f.Group.
func (c *conditions) group(tx *Tx, f ViolationFilter, table string) error {
	if f.Group == "" {
		return nil
	}
	groups, err := tx.strings(hierarchy+"SELECT name FROM hierarchy", f.Group)
	if err != nil || len(groups) == 0 {
		c.add("1 = 0")
		return err
	}
	in, args := "group_name IN ("+placeholders(len(groups))+")", anys(groups)
	things, err := tx.strings("SELECT thing FROM membership WHERE "+in+" LIMIT ?", append(args, fewMembers+1)...)
	switch {
	case err != nil:
		return err
	case len(things) == 0:
		c.add("1 = 0")
	case len(things) > fewMembers:
		c.add("EXISTS (SELECT 1 FROM membership WHERE thing = "+table+".thing AND "+in+")", anys(groups)...)
	default:
		c.add(table+".thing IN ("+placeholders(len(things))+")", anys(things)...)
	}
	return nil
}

// anys returns a list as arguments.
func anys(list []string) []any {
	args := make([]any, len(list))
	for i, s := range list {
		args[i] = s
	}
	return args
}

// rare tells whether f asks for what a person has marked: few violations.
func (f *ViolationFilter) rare() bool {
	return f.Verification != "" && f.Verification != api.VerificationStateUnknown
}
