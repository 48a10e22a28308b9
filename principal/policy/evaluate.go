package policy

import (
	"slices"
	"time"
	"unsafe"
)

// Context answers what policies ask about a request. Conditions call it on the
// hot path: it should return what it has, without making anything.
type Context interface {
	// Value returns the value number i, counted from 0, of a key, and false if
	// there are not so many. Keys that have one value have number 0 only;
	// attributes of certificates and sets such as KeyTagKeys have more.
	Value(k Key, i int) (string, bool)
}

// Request is something that a caller wants to do.
type Request struct {
	Action Action
	// Type and Name are the resource that it is about: "topic" and "a/b" for
	// arn:aws:iot:REGION:ACCOUNT:topic/a/b of this deployment. An empty Type is
	// an action that is about no resource; only Resource "*" covers that.
	Type string
	Name []byte // only read, and only during the call
	// At is the time of the request, for aws:CurrentTime and aws:EpochTime. The
	// zero time leaves them out.
	At      time.Time
	Context Context // nil: knows nothing
}

// value returns a value of a key: the one that is meant or, of a set, number i.
func (r *Request) value(k *ref, i int) (string, bool) {
	switch {
	case k.ID == keyUnknown:
		return "", false
	case k.ID == keyClock:
		return r.clock(k, i)
	case r.Context == nil:
		return "", false
	case k.all:
		return r.Context.Value(k.Key, i)
	case i > 0:
		return "", false
	}
	return r.Context.Value(k.Key, k.index)
}

// Decision is what policies say about a request.
type Decision uint8

// The decisions.
const (
	ImplicitDeny Decision = iota // no policy allows it
	Allowed                      // a policy allows it and none denies it
	ExplicitDeny                 // a policy denies it, whatever the others allow
)

// String returns the decision as TestAuthorization answers it.
func (d Decision) String() string {
	switch d {
	case Allowed:
		return "ALLOWED"
	case ExplicitDeny:
		return "EXPLICIT_DENY"
	}
	return "IMPLICIT_DENY"
}

// Set is the policies that act together: those of a certificate and of its
// thing's groups (facts §13.5), or those of an access key. It is immutable and
// holds nothing of a connection, so that connections with the same policies can
// share one. Nil is the empty set, which allows nothing.
type Set struct {
	policies []*Policy
	plans    [len(gatewayActions)]plan
}

// plan is what a set says about one gateway action.
type plan struct {
	deny, allow []*statement
	// fixed is the answer to every request about a resource, if settled: the
	// statements that would decide ask for nothing more than the action.
	fixed   Decision
	settled bool
}

// NewSet returns the set of the policies.
func NewSet(policies ...*Policy) *Set {
	s := &Set{policies: policies}
	for i := range s.plans {
		s.plans[i] = newPlan(policies, 1<<i)
	}
	return s
}

func newPlan(policies []*Policy, action slots) plan {
	var p plan
	for _, policy := range policies {
		for i := range policy.statements {
			st := &policy.statements[i]
			switch {
			case st.slots&action == 0:
			case st.deny:
				p.deny = append(p.deny, st)
			default:
				p.allow = append(p.allow, st)
			}
		}
	}
	switch {
	case slices.ContainsFunc(p.deny, (*statement).total):
		p.fixed, p.settled = ExplicitDeny, true
	case len(p.deny) > 0:
	case len(p.allow) == 0:
		p.settled = true
	case slices.ContainsFunc(p.allow, (*statement).total):
		p.fixed, p.settled = Allowed, true
	}
	// What is cheap goes first; the order makes no difference to the answer.
	byCost := func(a, b *statement) int { return len(a.conditions) - len(b.conditions) }
	slices.SortStableFunc(p.deny, byCost)
	slices.SortStableFunc(p.allow, byCost)
	return p
}

// total tells whether the statement is about every resource without condition.
func (s *statement) total() bool {
	return len(s.conditions) == 0 && !s.notResources && slices.ContainsFunc(s.resources, func(r resource) bool {
		return r.reach == anything || r.reach == ours
	})
}

// Evaluate decides: an explicit deny of any policy wins, then an allow, else it
// is denied (facts §13.5). For the actions of the gateway it does not allocate.
// Many goroutines may call it at once.
func (s *Set) Evaluate(r *Request) Decision {
	if s == nil {
		return ImplicitDeny
	}
	i := r.Action.slot()
	if i < 0 {
		d := ImplicitDeny
		for _, p := range s.policies {
			d = max(d, p.evaluate(r))
		}
		return d
	}
	return s.plans[i].evaluate(r)
}

func (p *plan) evaluate(r *Request) Decision {
	if p.settled && r.Type != "" {
		return p.fixed
	}
	name := view(r.Name)
	for _, st := range p.deny {
		if st.applies(r, name) {
			return ExplicitDeny
		}
	}
	for _, st := range p.allow {
		if st.applies(r, name) {
			return Allowed
		}
	}
	return ImplicitDeny
}

// evaluate decides by one policy, without its plans.
func (p *Policy) evaluate(r *Request) Decision {
	d, name := ImplicitDeny, view(r.Name)
	for i := range p.statements {
		st := &p.statements[i]
		if !st.covers(r.Action) || !st.applies(r, name) {
			continue
		}
		if st.deny {
			return ExplicitDeny
		}
		d = Allowed
	}
	return d
}

// applies tells whether a statement about the request's action is about its
// resource, and its conditions hold.
func (s *statement) applies(r *Request, name string) bool {
	about := false
	for i := range s.resources {
		if about = s.resources[i].match(r, name); about {
			break
		}
	}
	if about == s.notResources {
		return false
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(r) {
			return false
		}
	}
	return true
}

// Explanation is a decision with its reasons, for TestAuthorization.
type Explanation struct {
	Decision Decision
	// Policies is what each policy would decide by itself, in the order of
	// NewSet: Allowed and ExplicitDeny name the policies that allow and deny.
	Policies []Decision
	// Missing are the keys that statements about the action use, in conditions
	// and variables, and that the request has no value for, in their order.
	Missing []string
}

// Explain decides as Evaluate does and tells why.
func (s *Set) Explain(r *Request) Explanation {
	var x Explanation
	if s == nil {
		return x
	}
	for _, p := range s.policies {
		d := p.evaluate(r)
		x.Policies, x.Decision = append(x.Policies, d), max(x.Decision, d)
		for i := range p.statements {
			if st := &p.statements[i]; st.covers(r.Action) {
				st.eachRef(func(k *ref) {
					if _, ok := r.value(k, 0); !ok && !slices.Contains(x.Missing, k.name) {
						x.Missing = append(x.Missing, k.name)
					}
				})
			}
		}
	}
	return x
}

// eachRef calls fn for every key that the statement uses.
func (s *statement) eachRef(fn func(*ref)) {
	for i := range s.resources {
		s.resources[i].name.eachRef(fn)
	}
	for i := range s.conditions {
		fn(&s.conditions[i].key)
		for j := range s.conditions[i].wants {
			for k := range s.conditions[i].wants[j].texts {
				s.conditions[i].wants[j].texts[k].eachRef(fn)
			}
		}
	}
}

func (p *pattern) eachRef(fn func(*ref)) {
	for _, chunk := range append(append([][]piece{p.head}, p.middle...), p.tail) {
		for _, pc := range chunk {
			if pc.kind == value {
				fn(pc.ref)
			}
		}
	}
}

// view returns b as a string without copying it. Nobody writes to b while
// Evaluate runs, and nothing keeps the string.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
