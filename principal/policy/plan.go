package policy

import "slices"

// plan is what a set says about one gateway action on resources of the type
// that goes with it.
type plan struct {
	typ         string
	deny, allow []rule
	// fixed is the answer to every request, if settled: the statements that
	// would decide ask for nothing more than the action.
	fixed   Decision
	settled bool
}

// rule is a statement, without the resources that no resource of the type can
// be.
type rule struct {
	names        []pattern  // of resources of the type
	rest         []resource // those that take more than the name to compare
	notResources bool
	conditions   []condition
}

func newPlan(policies []*Policy, slot int) plan {
	p := plan{typ: gatewayTypes[slot]}
	for _, policy := range policies {
		for i := range policy.statements {
			st := &policy.statements[i]
			if st.slots&(1<<slot) == 0 {
				continue
			}
			rule, possible := newRule(st, p.typ)
			switch {
			case !possible:
			case st.deny:
				p.deny = append(p.deny, rule)
			default:
				p.allow = append(p.allow, rule)
			}
		}
	}
	switch {
	case slices.ContainsFunc(p.deny, rule.total):
		p.fixed, p.settled = ExplicitDeny, true
	case len(p.deny) > 0:
	case len(p.allow) == 0:
		p.settled = true
	case slices.ContainsFunc(p.allow, rule.total):
		p.fixed, p.settled = Allowed, true
	}
	// What is cheap goes first; the order makes no difference to the answer.
	byCost := func(a, b rule) int { return len(a.conditions) - len(b.conditions) }
	slices.SortStableFunc(p.deny, byCost)
	slices.SortStableFunc(p.allow, byCost)
	return p
}

// newRule returns the rule that a statement makes for resources of a type;
// false: it cannot be about any.
func newRule(s *statement, typ string) (rule, bool) {
	r := rule{notResources: s.notResources, conditions: s.conditions}
	for _, rs := range s.resources {
		switch {
		case rs.reach != typed:
			r.rest = append(r.rest, rs)
		case rs.typ == typ:
			r.names = append(r.names, rs.name)
		}
	}
	return r, s.notResources || len(r.names)+len(r.rest) > 0
}

// total tells whether the rule is about every resource without condition.
func (ru rule) total() bool {
	if len(ru.conditions) > 0 {
		return false
	}
	if ru.notResources {
		return len(ru.names)+len(ru.rest) == 0
	}
	return slices.ContainsFunc(ru.rest, func(rs resource) bool { return rs.reach != whole }) ||
		slices.ContainsFunc(ru.names, func(name pattern) bool { return name.everything() })
}

func (p *plan) evaluate(r *Request) Decision {
	if p.settled {
		return p.fixed
	}
	name := view(r.Name)
	for i := range p.deny {
		if p.deny[i].applies(r, name) {
			return ExplicitDeny
		}
	}
	for i := range p.allow {
		if p.allow[i].applies(r, name) {
			return Allowed
		}
	}
	return ImplicitDeny
}

func (ru *rule) applies(r *Request, name string) bool {
	return ru.about(r, name) != ru.notResources && hold(ru.conditions, r)
}

func (ru *rule) about(r *Request, name string) bool {
	for i := range ru.names {
		if ru.names[i].match(r, name) {
			return true
		}
	}
	for i := range ru.rest {
		if ru.rest[i].match(r, name) {
			return true
		}
	}
	return false
}
