package client

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"vedette/api"
	"vedette/cli/document"
	"vedette/cli/timestamp"
)

// ValidationError lists all that is wrong with the parameters of a call, a line
// each, in AWS CLI's words.
type ValidationError struct{ Report string }

func (e *ValidationError) Error() string { return "Parameter validation failed:\n" + e.Report }

// Validate checks parameters as AWS CLI does before it sends them: members that
// are required or unknown, types, and the least length or value. It leaves
// patterns, enums and maxima to the server. Dates may be relative to now. The
// error is a *ValidationError, or a *timestamp.Error of a time that is out of range.
func Validate(shape *api.Shape, v document.Value, now time.Time) error {
	c := checker{now: now}
	c.check(shape, v, "")
	if c.fatal != nil {
		return c.fatal
	}
	if c.faults == nil {
		return nil
	}
	return &ValidationError{Report: strings.Join(c.faults, "\n")}
}

type checker struct {
	faults []string
	fatal  error // the first time that Python cannot hold; nothing else counts then
	now    time.Time
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// shown is how a place is named in a fault.
func shown(place string) string {
	if place == "" {
		return "input"
	}
	return strings.TrimPrefix(place, ".")
}

// validTypes names the Python types that a shape takes.
func validTypes(t api.Type) string {
	switch t {
	case api.TypeStructure, api.TypeMap:
		return "<class 'dict'>"
	case api.TypeList:
		return "<class 'list'>, <class 'tuple'>"
	case api.TypeInteger, api.TypeLong:
		return "<class 'int'>"
	case api.TypeDouble:
		return "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>"
	case api.TypeBoolean:
		return "<class 'bool'>"
	case api.TypeTimestamp:
		return "<class 'datetime.datetime'>, timestamp-string"
	case api.TypeBlob:
		return "<class 'bytes'>, <class 'bytearray'>, file-like object"
	}
	return "<class 'str'>"
}

func (c *checker) wrongType(shape *api.Shape, v document.Value, place string) {
	c.fault("Invalid type for parameter %s, value: %s, type: <class '%s'>, valid types: %s",
		shown(place), document.Text(v), document.TypeName(v), validTypes(shape.Type))
}

func (c *checker) check(shape *api.Shape, v document.Value, place string) {
	switch shape.Type {
	case api.TypeStructure, api.TypeMap:
		m, ok := v.(*document.Map)
		switch {
		case !ok:
			c.wrongType(shape, v, place)
		case shape.Type == api.TypeMap:
			c.checkMap(shape, m, place)
		default:
			c.checkStructure(shape, m, place)
		}
	case api.TypeList:
		list, ok := v.([]document.Value)
		if !ok {
			c.wrongType(shape, v, place)
			return
		}
		c.checkLength(shape, len(list), place)
		for i, element := range list {
			c.check(shape.Element, element, place+"["+strconv.Itoa(i)+"]")
		}
	default:
		c.checkScalar(shape, v, place)
	}
}

func (c *checker) checkStructure(shape *api.Shape, m *document.Map, place string) {
	for _, member := range shape.Members {
		if member.Required && !m.Has(member.Name) {
			c.fault("Missing required parameter in %s: %q", shown(place), member.Name)
		}
	}
	for _, key := range m.Keys() {
		if shape.Member(key) == nil {
			names := make([]string, len(shape.Members))
			for i, member := range shape.Members {
				names[i] = member.Name
			}
			c.fault("Unknown parameter in %s: \"%s\", must be one of: %s", shown(place), key, strings.Join(names, ", "))
		}
	}
	for key, v := range m.All() {
		if member := shape.Member(key); member != nil {
			c.check(member.Shape, v, place+"."+key)
		}
	}
}

func (c *checker) checkMap(shape *api.Shape, m *document.Map, place string) {
	for key, v := range m.All() {
		c.check(shape.Key, m.Key(key), place+" (key: "+key+")")
		c.check(shape.Value, v, place+"."+key)
	}
}

func (c *checker) checkScalar(shape *api.Shape, v document.Value, place string) {
	switch shape.Type {
	case api.TypeString:
		if s, ok := v.(string); ok {
			c.checkLength(shape, utf8.RuneCountInString(s), place)
			return
		}
	case api.TypeInteger, api.TypeLong:
		if number, ok := numberOf(v); ok && !isFloat(v) {
			c.checkRange(shape, v, number, place)
			return
		}
	case api.TypeDouble:
		if number, ok := numberOf(v); ok {
			c.checkRange(shape, v, number, place)
			return
		}
	case api.TypeBoolean:
		if _, ok := v.(bool); ok {
			return
		}
	case api.TypeTimestamp:
		_, err := timestamp.Parse(v, c.now)
		if e, ok := errors.AsType[*timestamp.Error](err); ok && e.Fatal && c.fatal == nil {
			c.fatal = e
		}
		if err == nil {
			return
		}
	case api.TypeBlob:
		switch v.(type) {
		case string, document.Bytes:
			return
		}
	}
	c.wrongType(shape, v, place)
}

func isFloat(v document.Value) bool {
	_, ok := v.(float64)
	return ok
}

// numberOf returns the size of a number; to Python, booleans are numbers too.
func numberOf(v document.Value) (float64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return float64(v), true
	case *big.Int:
		f, _ := v.Float64()
		return f, true
	case float64:
		return v, true
	}
	return 0, false
}

func (c *checker) checkLength(shape *api.Shape, length int, place string) {
	if shape.Min != nil && float64(length) < *shape.Min {
		c.fault("Invalid length for parameter %s, value: %d, valid min length: %v", shown(place), length, *shape.Min)
	}
}

func (c *checker) checkRange(shape *api.Shape, v document.Value, number float64, place string) {
	if shape.Min != nil && number < *shape.Min {
		c.fault("Invalid value for parameter %s, value: %s, valid min value: %v", shown(place), document.Text(v), *shape.Min)
	}
}
