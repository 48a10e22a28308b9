package shorthand

import (
	"errors"
	"strings"

	"vedette/api"
	"vedette/cli/document"
)

// Convert gives the strings of a parsed text the types that the API model
// demands. It changes v and returns it. Integers, floats and booleans are read
// from their texts, and what is no list becomes a list of one element where the
// model wants a list; that element stays as it is. Values that the model does not
// expect stay as they are, for validation to find. The error has Python's text.
func Convert(shape *api.Shape, v document.Value) (document.Value, error) {
	if _, isList := v.([]document.Value); shape.Type == api.TypeList && !isList {
		return v, nil // only members are made lists
	}
	return convert(shape, v)
}

func convert(shape *api.Shape, v document.Value) (document.Value, error) {
	switch shape.Type {
	case api.TypeStructure:
		m, ok := v.(*document.Map)
		if !ok {
			return v, nil
		}
		for _, member := range shape.Members {
			if err := convertKey(member.Shape, m, member.Name); err != nil {
				return nil, err
			}
		}
	case api.TypeMap:
		m, ok := v.(*document.Map)
		if !ok {
			return v, nil
		}
		for _, key := range m.Keys() {
			if err := convertKey(shape.Value, m, key); err != nil {
				return nil, err
			}
		}
	case api.TypeList:
		list, ok := v.([]document.Value)
		if !ok {
			return []document.Value{v}, nil
		}
		for i := range list {
			var err error
			if list[i], err = convert(shape.Element, list[i]); err != nil {
				return nil, err
			}
		}
	default:
		return convertScalar(shape.Type, v)
	}
	return v, nil
}

func convertKey(shape *api.Shape, m *document.Map, key string) error {
	v, there := m.Get(key)
	if !there {
		return nil
	}
	v, err := convert(shape, v)
	if err == nil {
		m.Set(key, v)
	}
	return err
}

func convertScalar(t api.Type, v document.Value) (document.Value, error) {
	text, isText := v.(string)
	switch t {
	case api.TypeInteger, api.TypeLong:
		if !isText {
			return nil, errors.New("int() argument must be a string, a bytes-like object or a real number, not '" + typeName(v) + "'")
		}
		return document.ReadInteger(text)
	case api.TypeDouble:
		if !isText {
			return nil, errors.New("float() argument must be a string or a real number, not '" + typeName(v) + "'")
		}
		return document.ReadFloat(text)
	case api.TypeBoolean:
		if !isText {
			return nil, errors.New("'" + typeName(v) + "' object has no attribute 'lower'")
		}
		switch strings.ToLower(text) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
	}
	return v, nil
}

// typeName is what Python calls the type of a parsed value that is no text.
func typeName(v document.Value) string {
	if _, ok := v.(*document.Map); ok {
		return "dict"
	}
	return "list"
}
