package api

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Validate checks v, a pointer to the Go type of shape, against the
// constraints of the model: required members, ranges, lengths (characters of a
// string, unless its shape counts bytes; elements of a list or map), patterns
// and enums. A list or map whose shape is Unchecked is not looked at. The error
// is an *Error InvalidRequestException that counts the faults and names the first
// hundred, worded as AWS words it:
//
//	2 validation errors detected: Value 'a b' at 'securityProfileName' failed to
//	satisfy constraint: Member must satisfy regular expression pattern:
//	[a-zA-Z0-9:_-]+; Value at 'behaviors' failed to satisfy constraint: …
func Validate(shape *Shape, v any) error {
	c := checker{}
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	c.check(shape, value, nil)
	return c.err()
}

// place is where in the request a value stands; the parents are linked so that
// nothing is built as long as there is no fault.
type place struct {
	parent *place
	name   string // of a member, or a map's key
	index  int    // of a list's element, where name is empty
	key    bool   // name is a map's key
}

func (p *place) String() string {
	if p == nil {
		return ""
	}
	parent := p.parent.String()
	switch {
	case p.key:
		return parent + "[" + p.name + "]"
	case p.name == "":
		return parent + "[" + strconv.Itoa(p.index) + "]"
	case parent == "":
		return p.name
	}
	return parent + "." + p.name
}

// checker gathers the faults of one request.
type checker struct {
	faults []string // the first ones
	count  int      // of all
}

// A message repeats so many characters of a faulty value, and names so many
// faults: it stays in proportion to the request.
const (
	echoed = 256
	named  = 100
)

// fault notes that the value at p breaks a constraint. value is "" for values
// that are not repeated: absent, sensitive, lists and maps.
func (c *checker) fault(p *place, value, constraint string, args ...any) {
	if c.count++; c.count > named {
		return
	}
	if utf8.RuneCountInString(value) > echoed {
		value = string([]rune(value)[:echoed]) + "…"
	}
	if value != "" {
		value = " '" + value + "'"
	}
	c.faults = append(c.faults, fmt.Sprintf("Value%s at '%s' failed to satisfy constraint: Member must ", value, p)+fmt.Sprintf(constraint, args...))
}

func (c *checker) err() error {
	switch c.count {
	case 0:
		return nil
	case 1:
		return InvalidRequest("1 validation error detected: %s", c.faults[0])
	}
	return InvalidRequest("%d validation errors detected: %s", c.count, strings.Join(c.faults, "; "))
}

func (c *checker) check(s *Shape, v reflect.Value, p *place) {
	switch s.Type {
	case TypeStructure:
		for i := range s.Members {
			c.member(&s.Members[i], v.Field(i), p)
		}
	case TypeList:
		if s.Unchecked {
			return
		}
		c.length(s, v.Len(), "", p)
		if !s.Element.constrained() {
			return
		}
		for i := range v.Len() {
			c.check(s.Element, v.Index(i), &place{parent: p, index: i})
		}
	case TypeMap:
		if s.Unchecked {
			return
		}
		c.length(s, v.Len(), "", p)
		if !s.Key.constrained() && !s.Value.constrained() {
			return
		}
		c.entries(s, v, p)
	case TypeString:
		c.text(s, v.String(), p)
	case TypeInteger, TypeLong:
		c.number(s, float64(v.Int()), strconv.FormatInt(v.Int(), 10), p)
	case TypeDouble:
		c.number(s, v.Float(), strconv.FormatFloat(v.Float(), 'f', -1, 64), p)
	}
}

func (c *checker) member(m *Member, v reflect.Value, p *place) {
	if v.IsNil() {
		if m.Required {
			c.fault(&place{parent: p, name: m.Name}, "", "not be null")
		}
		return
	}
	if !m.Shape.constrained() {
		return
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	c.check(m.Shape, v, &place{parent: p, name: m.Name})
}

// entries checks keys and values of a map in the order of the keys, so that
// the same request always gets the same message.
func (c *checker) entries(s *Shape, v reflect.Value, p *place) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		c.text(s.Key, key.String(), p)
		c.check(s.Value, v.MapIndex(key), &place{parent: p, name: key.String(), key: true})
	}
}

func (c *checker) text(s *Shape, value string, p *place) {
	shown := value
	if s.Sensitive {
		shown = ""
	}
	if s.Enum != nil && !slices.Contains(s.Enum, value) {
		c.fault(p, shown, "satisfy enum value set: [%s]", strings.Join(s.Enum, ", "))
		return
	}
	if s.Bytes {
		c.length(s, len(value), shown, p)
	} else if s.Min != nil || s.Max != nil {
		c.length(s, utf8.RuneCountInString(value), shown, p)
	}
	if !s.matches(value) {
		c.fault(p, shown, "satisfy regular expression pattern: %s", s.Source)
	}
}

func (c *checker) length(s *Shape, n int, shown string, p *place) {
	if s.Min != nil && float64(n) < *s.Min {
		c.fault(p, shown, "have length greater than or equal to %.0f", *s.Min)
	}
	if s.Max != nil && float64(n) > *s.Max {
		c.fault(p, shown, "have length less than or equal to %.0f", *s.Max)
	}
}

func (c *checker) number(s *Shape, value float64, shown string, p *place) {
	if s.Min != nil && value < *s.Min {
		c.fault(p, shown, "have value greater than or equal to %.0f", *s.Min)
	}
	if s.Max != nil && value > *s.Max {
		c.fault(p, shown, "have value less than or equal to %.0f", *s.Max)
	}
}

// constrained reports whether values of the shape can be at fault at all.
func (s *Shape) constrained() bool {
	switch s.Type {
	case TypeBoolean, TypeTimestamp:
		return false
	case TypeStructure, TypeMap:
		return true
	case TypeList:
		return !s.Unchecked && (s.Min != nil || s.Max != nil || s.Element.constrained())
	}
	return s.Min != nil || s.Max != nil || s.Source != "" || s.Enum != nil
}
