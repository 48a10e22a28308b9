package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"vedette/api"
	"vedette/cli/client"
	"vedette/cli/document"
	"vedette/cli/shorthand"
)

// parameterError says why the value of an option cannot be read.
type parameterError struct {
	option string // --tags
	reason string
}

func (e *parameterError) Error() string {
	return fmt.Sprintf("Error parsing parameter '%s': %s", e.option, e.reason)
}

// errIndex is what Python says where the first letter of nothing is asked for.
var errIndex = errors.New("string index out of range")

// unpack turns what the command line says for a member into the value that is
// sent. A list option has a []document.Value of words, the others a scalar.
func (c *call) unpack(option string, shape *api.Shape, v document.Value) (document.Value, error) {
	switch shape.Type {
	case api.TypeStructure, api.TypeMap, api.TypeList:
		if raw, ok := v.(document.Bytes); ok {
			return unpackBytes(shape, raw)
		}
		if shorthand.Applies(shape, first(v)) {
			return c.unpackShorthand(option, shape, v)
		}
		return unpackComplex(option, shape, v)
	}
	return unpackScalar(shape, v)
}

// unpackBytes does with the bytes of a fileb:// what Python does where it takes
// them for a text: a list of scalars becomes one of numbers, all else fails.
func unpackBytes(shape *api.Shape, raw document.Bytes) (document.Value, error) {
	if shorthand.Applies(shape, "") {
		return nil, errors.New("'in <string>' requires string as left operand, not int")
	}
	list := make([]document.Value, len(raw))
	for i, b := range raw {
		list[i] = int64(b)
	}
	return list, nil
}

// first returns what decides whether a value is shorthand: itself, or the first
// word of a list.
func first(v document.Value) string {
	if words, ok := v.([]document.Value); ok && len(words) > 0 {
		v = words[0]
	}
	s, _ := v.(string)
	return s
}

func (c *call) unpackShorthand(option string, shape *api.Shape, v document.Value) (parsed document.Value, err error) {
	switch v := v.(type) {
	case []document.Value:
		texts := make([]string, len(v))
		for i, word := range v {
			texts[i] = word.(string)
		}
		list, err := shorthand.ReadList(shape, texts)
		if err != nil {
			return nil, shorthandError(option, err)
		}
		return list, nil
	case string:
		parsed, err = shorthand.Read(shape, v, func(v document.Value) bool { return client.Validate(shape, v, c.Now()) == nil })
	}
	return parsed, shorthandError(option, err)
}

// shorthandError names the option where the syntax is wrong.
func shorthandError(option string, err error) error {
	if syntax, ok := errors.AsType[*shorthand.SyntaxError](err); ok {
		return &parameterError{option, syntax.Error()}
	}
	return err
}

func unpackComplex(option string, shape *api.Shape, v document.Value) (document.Value, error) {
	text, isText := v.(string)
	words, isList := v.([]document.Value)
	if isList && len(words) == 1 {
		if s := words[0].(string); strings.HasPrefix(strings.TrimSpace(s), "[") {
			return parseJSON(option, s)
		}
	}
	opening := "{"
	if shape.Type == api.TypeList {
		opening = "["
	}
	if isText {
		trimmed := strings.TrimSpace(text)
		switch {
		case trimmed == "":
			return nil, errIndex
		case strings.HasPrefix(trimmed, opening):
			return parseJSON(option, text)
		case shape.Type != api.TypeList:
			return nil, &parameterError{option, "Invalid JSON:\n" + text}
		}
		// A list from a file that is no JSON is one of letters.
		for _, letter := range text {
			words = append(words, string(letter))
		}
	}
	list := make([]document.Value, len(words))
	for i, word := range words {
		var err error
		if list[i], err = unpackElement(option, shape.Element, word.(string)); err != nil {
			if _, ours := errors.AsType[*parameterError](err); !ours && !errors.Is(err, errIndex) {
				return nil, &parameterError{option, words[0].(string)}
			}
			return nil, err
		}
	}
	return list, nil
}

func unpackElement(option string, shape *api.Shape, word string) (document.Value, error) {
	switch shape.Type {
	case api.TypeStructure, api.TypeMap, api.TypeList:
		return unpackComplex(option, shape, word)
	}
	return unpackScalar(shape, word)
}

func parseJSON(option, text string) (document.Value, error) {
	v, err := document.Parse(text)
	if _, deep := errors.AsType[*document.DepthError](err); deep {
		return nil, err
	}
	if err != nil {
		return nil, &parameterError{option, fmt.Sprintf("Invalid JSON: %s\nJSON received: %s", err, text)}
	}
	return v, nil
}

func unpackScalar(shape *api.Shape, v document.Value) (document.Value, error) {
	text, isText := v.(string)
	if !isText {
		return v, nil
	}
	switch shape.Type {
	case api.TypeInteger, api.TypeLong:
		return document.ReadInteger(text)
	case api.TypeDouble:
		return document.ReadFloat(text)
	case api.TypeBoolean:
		return !strings.EqualFold(text, "false") && text != "", nil
	}
	return v, nil
}

// load reads the file that a value names with file:// (text) or fileb:// (bytes).
// Other values, and lists of more than one word, stay as they are.
func (c *call) load(option string, v document.Value) (document.Value, error) {
	word := v
	if words, ok := v.([]document.Value); ok && len(words) == 1 {
		word = words[0]
	}
	text, _ := word.(string)
	for _, prefix := range []string{"file://", "fileb://"} {
		path, named := strings.CutPrefix(text, prefix)
		if !named {
			continue
		}
		path = c.files.ExpandPath(path)
		content, err := os.ReadFile(c.absolute(path))
		if err != nil {
			return nil, &parameterError{option, fmt.Sprintf("Unable to load paramfile %s: %s", text, reason(err, path))}
		}
		if prefix == "fileb://" {
			return document.Bytes(content), nil
		}
		if !utf8.Valid(content) {
			return nil, &parameterError{option, fmt.Sprintf("Unable to load paramfile (%s), text contents could not be decoded.  "+
				"If this is a binary file, please use the fileb:// prefix instead of the file:// prefix.", path)}
		}
		// Python's text files have one kind of line end.
		return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(content)), nil
	}
	return v, nil
}

// absolute returns where a path lies from the working folder. Nothing is no path.
func (c *call) absolute(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.System.Dir, path)
}

// reason words a failure to open a file as Python does.
func reason(err error, path string) string {
	number, text := 0, err.Error()
	switch {
	case errors.Is(err, os.ErrNotExist):
		number, text = 2, "No such file or directory"
	case errors.Is(err, os.ErrPermission):
		number, text = 13, "Permission denied"
	case strings.HasSuffix(text, "is a directory"):
		number, text = 21, "Is a directory"
	default:
		return text
	}
	return fmt.Sprintf("[Errno %d] %s: %s", number, text, document.Repr(path))
}
