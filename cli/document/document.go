// Package document holds JSON and YAML documents as AWS CLI v2, a Python
// program, has them in memory: maps keep the order of their keys, integers have
// any size and stay apart from floats, and both print as Python prints them.
package document

import (
	"iter"
	"math/big"
	"slices"
	"time"
)

// Value is one of:
//
//	nil          null
//	bool
//	int64        an integer that fits
//	*big.Int     an integer that does not fit into an int64
//	float64      a number with a fraction or an exponent; also NaN and infinities
//	string
//	[]Value      a list
//	*Map         an object, in the order of its keys
//	Bytes        a blob, which JSON cannot hold
//	Timestamp    a point in time, which JSON cannot hold
//	Date         a day, which JSON cannot hold
//
// Keys of maps can also be a Tuple: see Map.SetKey.
type Value = any

// Bytes is the content of a blob.
type Bytes []byte

// Timestamp is a point in time that was not turned into text: the sample
// answers of --generate-cli-skeleton and YAML documents have them, real answers
// do not. It is in UTC, and Python would have it without a zone.
type Timestamp time.Time

// Date is a day, as YAML documents have it: midnight in UTC.
type Date time.Time

// Tuple is a list that is the key of a map in YAML.
type Tuple []Value

// Map is an object that keeps its keys in the order in which they were first
// set. The zero value is empty and ready to use.
type Map struct {
	keys   []string
	values map[string]Value
	others map[string]Value // the keys that are no strings, by their texts
}

// NewMap returns a map of the given pairs: key, value, key, value…
func NewMap(pairs ...Value) *Map {
	m := new(Map)
	for i := 0; i+1 < len(pairs); i += 2 {
		m.Set(pairs[i].(string), pairs[i+1])
	}
	return m
}

// Set gives a key a value. A key that is there keeps its place.
func (m *Map) Set(key string, value Value) {
	if m.values == nil {
		m.values = map[string]Value{}
	}
	if _, there := m.values[key]; !there {
		m.keys = append(m.keys, key)
	}
	m.values[key] = value
}

// SetKey is Set for a key of any kind, as YAML has them. The map goes by the
// text of the key from then on, and Key tells what it was.
func (m *Map) SetKey(key, value Value) {
	text := Text(key)
	if _, isString := key.(string); !isString {
		if m.others == nil {
			m.others = map[string]Value{}
		}
		m.others[text] = key
	}
	m.Set(text, value)
}

// Key returns the key with the given text as it was set: the same string, but
// for those that SetKey got as something else.
func (m *Map) Key(text string) Value {
	if key, ok := m.others[text]; ok {
		return key
	}
	return text
}

// Get returns the value of a key, and whether there is one.
func (m *Map) Get(key string) (Value, bool) {
	v, ok := m.values[key]
	return v, ok
}

// Value returns the value of a key, or nil.
func (m *Map) Value(key string) Value { return m.values[key] }

// Has tells whether the map has a key.
func (m *Map) Has(key string) bool {
	_, ok := m.values[key]
	return ok
}

// Delete removes a key, if it is there.
func (m *Map) Delete(key string) {
	if _, ok := m.values[key]; ok {
		delete(m.values, key)
		delete(m.others, key)
		m.keys = slices.DeleteFunc(m.keys, func(k string) bool { return k == key })
	}
}

// Len returns the number of keys.
func (m *Map) Len() int { return len(m.keys) }

// Keys returns the keys in order. The caller must not change them.
func (m *Map) Keys() []string { return m.keys }

// All yields the keys and values in order.
func (m *Map) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, key := range m.keys {
			if !yield(key, m.values[key]) {
				return
			}
		}
	}
}

// Integer returns n as a Value: an int64 where it fits.
func Integer(n *big.Int) Value {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

// Truth tells whether Python takes v for true: null, false, zero and what is
// empty are not.
func Truth(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case []Value:
		return len(v) > 0
	case *Map:
		return v.Len() > 0
	case Bytes:
		return len(v) > 0
	}
	return true
}

// TypeName returns the name of the Python type that holds v: str, dict, NoneType.
func TypeName(v Value) string {
	switch v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []Value:
		return "list"
	case *Map:
		return "dict"
	case Bytes:
		return "bytes"
	case Date:
		return "datetime.date"
	case Tuple:
		return "tuple"
	}
	return "datetime.datetime"
}
