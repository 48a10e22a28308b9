package jmespath

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	"vedette/cli/document"
)

// kind is a type of the language.
type kind uint8

const (
	kindUnknown kind = iota
	kindBoolean
	kindArray
	kindObject
	kindNull
	kindString
	kindNumber
	kindReference
)

func (k kind) String() string {
	return [...]string{"unknown", "boolean", "array", "object", "null", "string", "number", "expref"}[k]
}

func kindOf(v Value) kind {
	switch v.(type) {
	case nil:
		return kindNull
	case bool:
		return kindBoolean
	case string:
		return kindString
	case int64, *big.Int, float64:
		return kindNumber
	case []Value:
		return kindArray
	case *document.Map:
		return kindObject
	case *Reference:
		return kindReference
	}
	return kindUnknown
}

// pythonType returns the name of v's type in Python.
func pythonType(v Value) string {
	switch v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case string:
		return "str"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case []Value:
		return "list"
	case *document.Map:
		return "dict"
	case document.Bytes:
		return "bytes"
	case document.Timestamp:
		return "datetime"
	case *Reference:
		return "_Expression"
	}
	return "object"
}

// longType returns the name by which Python's operators call v's type.
func longType(v Value) string {
	if name := pythonType(v); name != "datetime" {
		return name
	}
	return "datetime.datetime"
}

func isNumber(v Value) bool { return kindOf(v) == kindNumber }

func isComparable(v Value) bool {
	k := kindOf(v)
	return k == kindNumber || k == kindString
}

// equalStrictly is the language's equality: a bool is no number.
func equalStrictly(x, y Value) bool {
	if f, ok := x.(float64); ok && math.IsNaN(f) {
		return false
	}
	return (kindOf(x) == kindBoolean) == (kindOf(y) == kindBoolean) && equal(x, y)
}

// equal is Python's equality of what containers hold: true and 1 are equal, and
// as Python has one NaN that it reads, it is equal to itself.
func equal(x, y Value) bool {
	switch x := x.(type) {
	case string:
		s, ok := y.(string)
		return ok && x == s
	case []Value:
		s, ok := y.([]Value)
		if !ok || len(x) != len(s) {
			return false
		}
		for i, element := range x {
			if !equal(element, s[i]) {
				return false
			}
		}
		return true
	case *document.Map:
		m, ok := y.(*document.Map)
		if !ok || x.Len() != m.Len() {
			return false
		}
		for key, value := range x.All() {
			other, has := m.Get(key)
			if !has || !equal(value, other) {
				return false
			}
		}
		return true
	case document.Bytes:
		b, ok := y.(document.Bytes)
		return ok && string(x) == string(b)
	case bool, int64, *big.Int, float64:
		return equalNumbers(x, y)
	case document.Timestamp:
		t, ok := y.(document.Timestamp)
		return ok && time.Time(x).Equal(time.Time(t))
	case *Reference:
		r, ok := y.(*Reference)
		return ok && x == r
	case nil:
		return y == nil
	}
	return false
}

func equalNumbers(x, y Value) bool {
	x, y = number(x), number(y)
	if !isNumber(y) {
		return false
	}
	c, ordered := compareNumbers(x, y)
	if !ordered { // at least one is NaN
		f, _ := x.(float64)
		g, _ := y.(float64)
		return math.IsNaN(f) && math.IsNaN(g)
	}
	return c == 0
}

// number returns the number that a bool is in Python, and v if it is no bool.
func number(v Value) Value {
	switch v {
	case true:
		return int64(1)
	case false:
		return int64(0)
	}
	return v
}

// compareNumbers compares exactly, also integers with floats. NaN has no order.
func compareNumbers(x, y Value) (c int, ordered bool) {
	n, isInteger := x.(int64)
	if m, ok := y.(int64); ok && isInteger {
		return cmp.Compare(n, m), true
	}
	f, okF := float(x)
	g, okG := float(y)
	if okF && okG {
		return cmp.Compare(f, g), f == f && g == g
	}
	a, okA := bigFloat(x)
	b, okB := bigFloat(y)
	if !okA || !okB {
		return 0, false
	}
	return a.Cmp(b), true
}

// float returns a number as a float if that loses nothing for sure.
func float(v Value) (f float64, ok bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), -1<<53 <= v && v <= 1<<53
	}
	return 0, false
}

// bigFloat returns a number exactly; NaN is not ok.
func bigFloat(v Value) (f *big.Float, ok bool) {
	switch v := v.(type) {
	case int64:
		return new(big.Float).SetInt64(v), true
	case *big.Int:
		return new(big.Float).SetInt(v), true
	case float64:
		if v == v {
			return big.NewFloat(v), true
		}
	}
	return nil, false
}

// compare orders two strings or two numbers.
func compare(x, y Value) (c int, ordered bool) {
	if s, ok := x.(string); ok {
		return strings.Compare(s, y.(string)), true
	}
	return compareNumbers(x, y)
}

// order applies <, <=, > or >= to numbers and strings. As in Python, a number
// and a string have no order.
func order(operator tokenKind, x, y Value) (bool, error) {
	if kindOf(x) != kindOf(y) {
		sign := map[tokenKind]string{tokenLess: "<", tokenLessEqual: "<=", tokenGreater: ">", tokenGreaterEqual: ">="}[operator]
		return false, &SearchError{fmt.Sprintf("'%s' not supported between instances of '%s' and '%s'",
			sign, pythonType(x), pythonType(y))}
	}
	c, ordered := compare(x, y)
	switch operator {
	case tokenLess:
		return ordered && c < 0, nil
	case tokenLessEqual:
		return ordered && c <= 0, nil
	case tokenGreater:
		return ordered && c > 0, nil
	}
	return ordered && c >= 0, nil
}
