package help

import (
	"strconv"
	"strings"

	"vedette/api"
)

// typeName names a type as AWS CLI does.
func typeName(s *api.Shape) string {
	switch s.Type {
	case api.TypeStructure:
		return "structure"
	case api.TypeList:
		return "list"
	case api.TypeMap:
		return "map"
	case api.TypeInteger:
		return "integer"
	case api.TypeLong:
		return "long"
	case api.TypeDouble:
		return "double"
	case api.TypeBoolean:
		return "boolean"
	case api.TypeTimestamp:
		return "timestamp"
	case api.TypeBlob:
		return "blob"
	}
	return "string"
}

// scalar tells whether values of a type have no parts.
func scalar(s *api.Shape) bool {
	return s.Type != api.TypeStructure && s.Type != api.TypeList && s.Type != api.TypeMap
}

// memberNotes says what a member of the input must satisfy, the values of an
// enum apart.
func memberNotes(m *api.Member) string {
	var notes []string
	if m.Deprecated {
		notes = append(notes, "Deprecated.")
	}
	switch {
	case m.IdempotencyToken:
		notes = append(notes, "A random UUID if it is not given.")
	case m.Required:
		notes = append(notes, "Required.")
	}
	return strings.Join(append(notes, limits(m.Shape)), " ")
}

// notes says what the elements of a list or map must satisfy: in an answer, only
// which values they can have.
func notes(s *api.Shape, input bool) string {
	if !input {
		return enumNote(s)
	}
	return enumNote(s) + " " + limits(s)
}

// enumNote lists the values of an enum in a sentence.
func enumNote(s *api.Shape) string {
	switch {
	case s.Type != api.TypeString || len(s.Enum) == 0:
		return ""
	case len(s.Enum) == 1:
		return "The one value is " + s.Enum[0] + "."
	}
	return "One of " + strings.Join(s.Enum, ", ") + "."
}

// limits says how large a value may be, and how it is written.
func limits(s *api.Shape) string {
	switch s.Type {
	case api.TypeString:
		if len(s.Enum) > 0 {
			return ""
		}
		unit := "character"
		if s.Bytes {
			unit = "byte"
		}
		return strings.TrimSpace(size(s, unit) + " " + form(s.Source))
	case api.TypeBlob:
		return strings.TrimSpace(size(s, "byte") + " Base64 text, unless --cli-binary-format says otherwise.")
	case api.TypeList:
		return size(s, "element")
	case api.TypeMap:
		return size(s, "entry")
	case api.TypeInteger, api.TypeLong, api.TypeDouble:
		return size(s, "")
	case api.TypeTimestamp:
		return "A time such as 2026-01-02T03:04:05Z, or seconds since 1970."
	}
	return ""
}

// size says between what a number, a length or a count lies; without a unit it
// is a number.
func size(s *api.Shape, unit string) string {
	least, greatest := s.Min, s.Max
	if unit != "" && least != nil && *least == 0 {
		least = nil
	}
	switch {
	case least == nil && greatest == nil:
		return ""
	case greatest == nil:
		return "At least " + quantity(*least, unit) + "."
	case least == nil:
		return "At most " + quantity(*greatest, unit) + "."
	case *least == *greatest:
		return "Exactly " + quantity(*least, unit) + "."
	case unit == "":
		return "From " + quantity(*least, "") + " to " + quantity(*greatest, "") + "."
	}
	return quantity(*least, "") + " to " + quantity(*greatest, unit) + "."
}

func quantity(n float64, unit string) string {
	text := strconv.FormatFloat(n, 'f', -1, 64)
	switch {
	case unit == "":
		return text
	case n == 1:
		return text + " " + unit
	case unit == "entry":
		return text + " entries"
	}
	return text + " " + unit + "s"
}

// form says how a string must be written. What a person would not read an
// expression for is said in words. An expression stands last, with no full stop
// that would look like a part of it.
func form(expression string) string {
	switch expression {
	case "", `[\s\S]*`:
		return ""
	case `[\p{Graph}\x20]*`:
		return "Printable characters and blanks."
	case `[^\p{C}]*`, `[^\p{C}]+`, `[^\p{Cntrl}]*`:
		return "No control characters."
	}
	return "Form: " + expression
}
