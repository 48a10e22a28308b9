package jmespath

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"vedette/cli/document"
)

func keys(v Value) (Value, error) {
	m := v.(*document.Map)
	found := make([]Value, 0, m.Len())
	for _, key := range m.Keys() {
		found = append(found, key)
	}
	return found, nil
}

func values(v Value) (Value, error) {
	m := v.(*document.Map)
	found := make([]Value, 0, m.Len())
	for _, value := range m.All() {
		found = append(found, value)
	}
	return found, nil
}

func length(v Value) (Value, error) {
	switch v := v.(type) {
	case string:
		return int64(utf8.RuneCountInString(v)), nil
	case []Value:
		return int64(len(v)), nil
	}
	return int64(v.(*document.Map).Len()), nil
}

func reverse(v Value) (Value, error) {
	if elements, ok := v.([]Value); ok {
		elements = slices.Clone(elements)
		slices.Reverse(elements)
		return elements, nil
	}
	var b strings.Builder
	for s := v.(string); s != ""; {
		_, width := utf8.DecodeLastRuneInString(s)
		b.WriteString(s[len(s)-width:])
		s = s[:len(s)-width]
	}
	return b.String(), nil
}

func toArray(v Value) (Value, error) {
	if _, ok := v.([]Value); ok {
		return v, nil
	}
	return []Value{v}, nil
}

func typeName(v Value) (Value, error) {
	if k := kindOf(v); k != kindUnknown && k != kindReference {
		return k.String(), nil
	}
	return nil, nil
}

// toString prints v as JSON without blanks. What JSON cannot hold becomes a
// string of Python's text for it.
func toString(v Value) (Value, error) {
	if _, ok := v.(string); ok {
		return v, nil
	}
	var b strings.Builder
	appendJSON(&b, v)
	return b.String(), nil
}

func appendJSON(b *strings.Builder, v Value) {
	switch v := v.(type) {
	case []Value:
		b.WriteByte('[')
		for i, element := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			appendJSON(b, element)
		}
		b.WriteByte(']')
	case *document.Map:
		b.WriteByte('{')
		for i, key := range v.Keys() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(document.Compact(key))
			b.WriteByte(':')
			appendJSON(b, v.Value(key))
		}
		b.WriteByte('}')
	default:
		if k := kindOf(v); k == kindUnknown || k == kindReference {
			v = document.Text(v)
		}
		b.WriteString(document.Compact(v))
	}
}

// merge joins objects. The language wants objects, but the original checks only
// the first argument: from there on whatever Python's dict.update takes goes.
func merge(_ *run, arguments []Value) (Value, error) {
	merged := new(document.Map)
	for _, argument := range arguments {
		if err := update(merged, argument); err != nil {
			return nil, err
		}
	}
	return merged, nil
}

func update(m *document.Map, v Value) error {
	if other, ok := v.(*document.Map); ok {
		for key, value := range other.All() {
			m.Set(key, value)
		}
		return nil
	}
	pairs, ok := items(v)
	if !ok {
		return &SearchError{"'" + longType(v) + "' object is not iterable"}
	}
	for i, pair := range pairs {
		halves, ok := items(pair)
		if !ok {
			return &SearchError{fmt.Sprintf("cannot convert dictionary update sequence element #%d to a sequence", i)}
		}
		if len(halves) != 2 {
			return &SearchError{fmt.Sprintf("dictionary update sequence element #%d has length %d; 2 is required", i, len(halves))}
		}
		key, err := keyOf(halves[0])
		if err != nil {
			return err
		}
		m.Set(key, halves[1])
	}
	return nil
}

// items returns what Python's iteration over v yields.
func items(v Value) ([]Value, bool) {
	found := []Value{}
	switch v := v.(type) {
	case []Value:
		return v, true
	case string:
		for _, r := range v {
			found = append(found, string(r))
		}
	case *document.Map:
		for _, key := range v.Keys() {
			found = append(found, key)
		}
	case document.Bytes:
		for _, c := range v {
			found = append(found, int64(c))
		}
	default:
		return nil, false
	}
	return found, true
}

// keyOf returns the key that v is as JSON prints it: here a key is a string.
func keyOf(v Value) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []Value, *document.Map:
		return "", &SearchError{"unhashable type: '" + pythonType(v) + "'"}
	case document.Bytes, document.Timestamp, *Reference:
		return document.Text(v), nil
	}
	return document.Compact(v), nil
}
