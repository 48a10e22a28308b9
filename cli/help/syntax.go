package help

import (
	"slices"
	"strings"

	"vedette/api"
)

const recursive = "{ ... recursive ... }"

// example gathers a value as it would be written in JSON, with types in place
// of values.
type example struct {
	text  strings.Builder
	depth int
	stack []*api.Shape // the shapes around what is being written
}

// jsonSyntax shows how a value is written in JSON.
func jsonSyntax(s *api.Shape) string {
	var e example
	e.value(s)
	return e.text.String()
}

func (e *example) newLine() {
	e.text.WriteString("\n" + strings.Repeat("  ", e.depth))
}

func (e *example) value(s *api.Shape) {
	if scalar(s) {
		e.text.WriteString(scalarSyntax(s))
		return
	}
	if slices.Contains(e.stack, s) {
		e.text.WriteString(recursive)
		return
	}
	e.stack = append(e.stack, s)
	switch s.Type {
	case api.TypeList:
		e.list(s)
	case api.TypeMap:
		e.mapping(s)
	default:
		e.structure(s)
	}
	e.stack = e.stack[:len(e.stack)-1]
}

func (e *example) list(s *api.Shape) {
	e.text.WriteByte('[')
	if scalar(s.Element) {
		e.text.WriteString(scalarSyntax(s.Element) + ", ...]")
		return
	}
	e.depth++
	e.newLine()
	e.value(s.Element)
	e.newLine()
	e.text.WriteString("...")
	e.depth--
	e.newLine()
	e.text.WriteByte(']')
}

// mapping writes the key behind the brace and the value two levels deeper, as
// AWS CLI does.
func (e *example) mapping(s *api.Shape) {
	e.text.WriteString("{" + scalarSyntax(s.Key) + ": ")
	e.depth += 2
	e.value(s.Value)
	e.depth--
	e.newLine()
	e.depth--
	e.text.WriteString("...}")
}

func (e *example) structure(s *api.Shape) {
	e.text.WriteByte('{')
	e.depth++
	e.newLine()
	for i := range s.Members {
		m := &s.Members[i]
		e.text.WriteString(`"` + m.Name + `": `)
		e.value(m.Shape)
		if i < len(s.Members)-1 {
			e.text.WriteByte(',')
			e.newLine()
		}
	}
	e.depth--
	e.newLine()
	e.text.WriteByte('}')
}

// scalarSyntax stands for a value without parts: the values of an enum, or the
// type.
func scalarSyntax(s *api.Shape) string {
	switch {
	case s.Type == api.TypeBoolean:
		return "true|false"
	case s.Type != api.TypeString:
		return typeName(s)
	case len(s.Enum) > 0:
		return `"` + strings.Join(s.Enum, `"|"`) + `"`
	}
	return `"string"`
}

// listSyntax shows how a list of values without parts is written: one word of
// the command line each.
func listSyntax(s *api.Shape) string {
	element := scalarSyntax(s.Element)
	enum := s.Element.Type == api.TypeString && len(s.Element.Enum) > 0
	if enum {
		element = `"string"`
	}
	text := element + " " + element + " ..."
	if enum {
		text += "\n\nWhere valid values are:\n  " + strings.Join(s.Element.Enum, "\n  ")
	}
	return text
}

// tooDeep is how many shapes may lie around a value in shorthand syntax; beyond
// that AWS CLI's pages show JSON only.
const tooDeep = 3

// shorthandSyntax shows how a value is written in shorthand syntax. It is empty
// if the value is too deep for that.
func shorthandSyntax(s *api.Shape) string {
	ending := ""
	if s.Type == api.TypeList {
		s, ending = s.Element, " ..."
	}
	text, ok := shorthand(s, nil)
	if !ok {
		return ""
	}
	return text + ending
}

// shorthand returns a value in shorthand syntax, the shapes on the stack being
// around it, or false if it is too deep.
func shorthand(s *api.Shape, stack []*api.Shape) (string, bool) {
	if len(stack) > tooDeep {
		return "", false
	}
	switch s.Type {
	case api.TypeStructure:
		return shorthandStructure(s, stack)
	case api.TypeList:
		element, ok := shorthand(s.Element, append(stack, s.Element))
		text := element + "," + element
		if !scalar(s.Element) || len(stack) > 1 {
			text = "[" + text + "]"
		}
		return text, ok
	case api.TypeMap:
		value, ok := shorthand(s.Value, stack)
		text := "KeyName1=" + value + ",KeyName2=" + value
		switch {
		case len(stack) > 0:
			text = "{" + text + "}"
		case len(s.Key.Enum) > 0:
			text += "\n\nWhere valid key names are:\n  " + strings.Join(s.Key.Enum, "\n  ")
		}
		return text, ok
	}
	return typeName(s), true
}

func shorthandStructure(s *api.Shape, stack []*api.Shape) (string, bool) {
	parts := make([]string, 0, len(s.Members))
	for i := range s.Members {
		m := &s.Members[i]
		if slices.Contains(stack, m.Shape) {
			parts = append(parts, "( ... recursive ... )")
			continue
		}
		value, ok := shorthand(m.Shape, append(stack, m.Shape))
		if !ok {
			return "", false
		}
		parts = append(parts, m.Name+"="+value)
	}
	text := strings.Join(parts, ",")
	if len(stack) > 0 {
		text = "{" + text + "}"
	}
	return text, true
}
