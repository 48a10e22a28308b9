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

// NewSet returns the set of the policies. It compiles what they say together
// about each of the gateway's actions.
func NewSet(policies ...*Policy) *Set {
	s := &Set{policies: policies}
	for i := range s.plans {
		s.plans[i] = newPlan(policies, i)
	}
	return s
}

// Evaluate decides: an explicit deny of any policy wins, then an allow, else it
// is denied (facts §13.5). It does not allocate, but for two rare things: a name
// beyond 512 bytes under a pattern with a wildcard in the type (topic*/x), and
// the time where a policy compares it as a string. Many goroutines may call it
// at once.
func (s *Set) Evaluate(r *Request) Decision {
	if s == nil {
		return ImplicitDeny
	}
	if i := r.Action.slot(); i >= 0 && r.Type == s.plans[i].typ {
		return s.plans[i].evaluate(r)
	}
	d := ImplicitDeny
	for _, p := range s.policies {
		d = max(d, p.evaluate(r))
	}
	return d
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
	return about != s.notResources && hold(s.conditions, r)
}

// hold tells whether all conditions hold.
func hold(conditions []condition, r *Request) bool {
	for i := range conditions {
		if !conditions[i].holds(r) {
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
