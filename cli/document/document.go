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
	values []Value          // of the keys, in the same order
	places map[string]int   // of the keys; nil while they are few
	others map[string]Value // the keys that are no strings, by their texts
}

// fewKeys is how many keys are looked through faster than an index is made: an
// answer can have a million small objects.
const fewKeys = 8

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
	if at := m.place(key); at >= 0 {
		m.values[at] = value
		return
	}
	m.keys, m.values = append(m.keys, key), append(m.values, value)
	switch {
	case m.places != nil:
		m.places[key] = len(m.keys) - 1
	case len(m.keys) > fewKeys:
		m.index()
	}
}

// index notes the places of all keys, if they are many.
func (m *Map) index() {
	m.places = nil
	if len(m.keys) <= fewKeys {
		return
	}
	m.places = make(map[string]int, 2*len(m.keys))
	for at, key := range m.keys {
		m.places[key] = at
	}
}

// place returns where a key is, or -1.
func (m *Map) place(key string) int {
	if m.places == nil {
		return slices.Index(m.keys, key)
	}
	if at, there := m.places[key]; there {
		return at
	}
	return -1
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
	at := m.place(key)
	if at < 0 {
		return nil, false
	}
	return m.values[at], true
}

// Value returns the value of a key, or nil.
func (m *Map) Value(key string) Value {
	v, _ := m.Get(key)
	return v
}

// Has tells whether the map has a key.
func (m *Map) Has(key string) bool { return m.place(key) >= 0 }

// Delete removes a key, if it is there.
func (m *Map) Delete(key string) {
	at := m.place(key)
	if at < 0 {
		return
	}
	m.keys, m.values = slices.Delete(m.keys, at, at+1), slices.Delete(m.values, at, at+1)
	delete(m.others, key)
	m.index()
}

// Len returns the number of keys.
func (m *Map) Len() int { return len(m.keys) }

// Keys returns the keys in order. The caller must not change them.
func (m *Map) Keys() []string { return m.keys }

// All yields the keys and values in order.
func (m *Map) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for at, key := range m.keys {
			if !yield(key, m.values[at]) {
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
