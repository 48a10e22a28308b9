package api

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Type is the kind of a Shape, as the API model names it.
type Type uint8

// The kinds of shapes in the model.
const (
	TypeStructure Type = iota + 1
	TypeList
	TypeMap
	TypeString
	TypeInteger // int32
	TypeLong    // int64
	TypeDouble
	TypeBoolean
	TypeTimestamp
	TypeBlob // in operations that Vedette does not serve only
)

// Location says which part of a request carries a member.
type Location uint8

// The locations of rest-json; InBody is the zero value.
const (
	InBody Location = iota
	InURI
	InQuery
	InHeader
	InStatus // the status of the answer
)

// Operation is one operation of the API.
type Operation struct {
	Name       string // CreateSecurityProfile
	Group      string // security-profiles; empty: Vedette does not serve the operation
	Method     string // POST
	URI        string // /security-profiles/{securityProfileName}; a label with a plus ({arn+}) may hold slashes
	Input      *Shape // never nil
	Output     *Shape // nil: the operation answers an empty object
	Errors     []ErrorCode
	Deprecated bool // AWS keeps it out of its help
	Public     bool // anybody may call it: nobody is asked who it is

	NewInput  func() any // a pointer to a new value of the Go type of Input; nil: not served
	NewOutput func() any // the same of Output; a *struct{} where there is none

	Paginate *Paginate // nil: no SDK paginator exists
}

// Paginate names the members that page through a list operation.
type Paginate struct {
	InputToken  string
	OutputToken string
	LimitKey    string // empty: the page size cannot be asked for
	ResultKey   string

	NonAggregate []string // members of the answer that are the same on each page
}

// AllOperations lists every operation of AWS IoT, those that Vedette does not
// serve too, sorted by name: what a client can speak to AWS.
func AllOperations() []*Operation { return allOperations() }

var allOperations = sync.OnceValue(func() []*Operation {
	all := slices.Concat(Operations(), unservedOperations)
	slices.SortFunc(all, func(a, b *Operation) int { return strings.Compare(a.Name, b.Name) })
	return all
})

// Shape describes one type of the model: what it is made of and what its
// values must satisfy.
type Shape struct {
	Name    string
	Type    Type
	Members []Member // of a structure, in the model's order; Members[i] is field i of the Go type
	Element *Shape   // of a list
	Key     *Shape   // of a map
	Value   *Shape   // of a map

	Min       *float64 // least value, length in characters, or number of elements
	Max       *float64 // greatest
	Bytes     bool     // Min and Max of a string count bytes of UTF-8
	Source    string   // the regular expression that the whole value must match, as the model spells it; empty: any
	Enum      []string // nil: any
	Sensitive bool     // never logged
	Unchecked bool     // Validate does not look at it: the control plane reports faults itself
	Payload   string   // the member that is the whole body; empty: the body is an object of the members InBody

	expression string // Source as Go spells it
	compile    sync.Once
	pattern    *regexp.Regexp
}

// matches tells whether a value has the form that Source demands. Expressions
// are compiled when they are first needed: a command line starts without them.
func (s *Shape) matches(value string) bool {
	if s.expression == "" {
		return true
	}
	s.compile.Do(func() { s.pattern = regexp.MustCompile(s.expression) })
	return s.pattern.MatchString(value)
}

// Member is one member of a structure.
type Member struct {
	Name             string // as on the wire, in the body
	Shape            *Shape
	Required         bool
	Deprecated       bool
	IdempotencyToken bool // clients fill it with a random UUID when it is absent
	Location         Location
	LocationName     string // the label, query parameter or header; empty in the body
}

// Member returns the member called name, or nil.
func (s *Shape) Member(name string) *Member {
	for i := range s.Members {
		if s.Members[i].Name == name {
			return &s.Members[i]
		}
	}
	return nil
}

// Value returns what p points to, or the zero value when p is nil.
func Value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
