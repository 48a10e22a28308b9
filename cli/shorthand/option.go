package shorthand

import (
	"strings"

	"vedette/api"
	"vedette/cli/document"
)

// Applies tells whether the value of an option is taken for shorthand: first is
// the text, or the first one of a list, or empty if the list has none.
func Applies(shape *api.Shape, first string) bool {
	begin := strings.TrimLeftFunc(first, isBlank)
	return !strings.HasPrefix(begin, "[") && !strings.HasPrefix(begin, "{") &&
		isComplex(shape) && (shape.Type != api.TypeList || isComplex(shape.Element))
}

func isComplex(shape *api.Shape) bool {
	return shape.Type == api.TypeStructure || shape.Type == api.TypeList || shape.Type == api.TypeMap
}

// Read reads the value of an option of the given type: Parse and Convert, and for
// maps of structures also the form without braces. Valid tells whether the API
// model finds no fault with a value; if it is nil, there is no form without
// braces. The error is a *SyntaxError or one of Convert.
func Read(shape *api.Shape, text string, valid func(document.Value) bool) (document.Value, error) {
	v, err := parseAndConvert(shape, text)
	if valid == nil || shape.Type != api.TypeMap || shape.Value.Type != api.TypeStructure || err == nil && allMaps(v) {
		return v, err
	}
	if m := parseEntries(shape.Value, text); m != nil {
		if converted, failed := Convert(shape, m); failed == nil && valid(converted) {
			return converted, nil
		}
	}
	return v, err
}

// ReadList reads the values of an option that takes a list.
func ReadList(shape *api.Shape, texts []string) ([]document.Value, error) {
	list := make([]document.Value, len(texts))
	for i, text := range texts {
		m, err := Parse(text)
		if err != nil {
			return nil, err
		}
		list[i] = m
	}
	_, err := Convert(shape, list)
	return list, err
}

func parseAndConvert(shape *api.Shape, text string) (document.Value, error) {
	m, err := Parse(text)
	if err != nil {
		return nil, err
	}
	return Convert(shape, m)
}

// allMaps tells whether v is a map of maps.
func allMaps(v document.Value) bool {
	m, ok := v.(*document.Map)
	if !ok {
		return false
	}
	for _, value := range m.All() {
		if _, ok := value.(*document.Map); !ok {
			return false
		}
	}
	return true
}
