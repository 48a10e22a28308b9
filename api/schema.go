package api

import "regexp"

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
)

// Location says which part of a request carries a member.
type Location uint8

// The locations of rest-json; InBody is the zero value.
const (
	InBody Location = iota
	InURI
	InQuery
	InHeader
)

// Operation is one operation of the API.
type Operation struct {
	Name   string // CreateSecurityProfile
	Group  string // security-profiles
	Method string // POST
	URI    string // /security-profiles/{securityProfileName}
	Input  *Shape // never nil
	Output *Shape // nil: the operation answers an empty object
	Errors []ErrorCode

	NewInput  func() any // a pointer to a new value of the Go type of Input
	NewOutput func() any // the same of Output; a *struct{} where there is none

	Paginate *Paginate // nil: no SDK paginator exists
}

// Paginate names the members that page through a list operation.
type Paginate struct {
	InputToken  string
	OutputToken string
	LimitKey    string // empty: the page size cannot be asked for
	ResultKey   string
}

// Shape describes one type of the model: what it is made of and what its
// values must satisfy.
type Shape struct {
	Name    string
	Type    Type
	Members []Member // of a structure, in the model's order; Members[i] is field i of the Go type
	Element *Shape   // of a list
	Key     *Shape   // of a map
	Value   *Shape   // of a map

	Min       *float64       // least value, length in characters, or number of elements
	Max       *float64       // greatest
	Bytes     bool           // Min and Max of a string count bytes of UTF-8
	Pattern   *regexp.Regexp // nil: any; matches the whole value
	Source    string         // Pattern as the model spells it
	Enum      []string       // nil: any
	Sensitive bool           // never logged
	Unchecked bool           // Validate does not look at it: the control plane reports faults itself
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
