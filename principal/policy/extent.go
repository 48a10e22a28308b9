package policy

// Extent is how much of an action a set lets do.
type Extent uint8

// The extents, from the least to the most.
const (
	Never  Extent = iota // no request is allowed
	Partly               // some may be: it depends on the name of the resource, or on conditions
	Always               // every request is allowed
)

// String returns the extent in one word.
func (e Extent) String() string {
	switch e {
	case Partly:
		return "partly"
	case Always:
		return "always"
	}
	return "never"
}

// Extent tells what Evaluate answers to requests with an action on resources of a
// type; an empty type stands for requests that are about no resource. It is for showing
// people what they can do, before there is a request.
//
// It looks at no names and at no conditions, so it errs, but to one side: Never and
// Always are certain. A condition that can never hold, or two statements that only
// together are about every resource, still make it Partly.
func (s *Set) Extent(a Action, typ string) Extent {
	if s == nil {
		return Never
	}
	var allowed, denied span
	for _, p := range s.policies {
		for i := range p.statements {
			st := &p.statements[i]
			switch {
			case !st.covers(a):
			case st.deny:
				denied = denied.or(st.span(typ))
			default:
				allowed = allowed.or(st.span(typ))
			}
		}
	}
	switch {
	case denied.all || !allowed.some:
		return Never
	case allowed.all && !denied.some:
		return Always
	}
	return Partly
}

// span is which resources of a type something is about: none if not some is true, and
// every one if all is. In between it is not known.
type span struct{ some, all bool }

func (s span) or(t span) span { return span{s.some || t.some, s.all || t.all} }

// span tells which resources of a type the statement acts on. With conditions there may
// always be one on which it does not.
func (s *statement) span(typ string) span {
	var about span
	for i := range s.resources {
		about = about.or(s.resources[i].span(typ))
	}
	if s.notResources {
		about = span{some: !about.all, all: !about.some}
	}
	about.all = about.all && len(s.conditions) == 0
	return about
}

func (rs *resource) span(typ string) span {
	switch rs.reach {
	case anything:
		return span{true, true}
	case ours:
		return span{typ != "", typ != ""}
	case typed:
		return span{rs.typ == typ, rs.typ == typ && rs.name.everything()}
	}
	return span{some: typ != ""}
}
