package yaml

import (
	"fmt"
	"slices"

	"vedette/cli/document"
)

const (
	indentStep = 2
	// maxSimpleKey is the length in bytes up to which a key stands before its
	// colon; a longer one gets a line of its own, with a question mark.
	maxSimpleKey = 128
)

// place is where a node stands.
type place int

const (
	root place = iota
	inSequence
	inMapping // a value, or a key of its own line
	simpleKey
)

// emitter lays out a document in block style.
type emitter struct {
	out        []byte
	column     int  // characters in this line
	indent     int  // -1 outside of the document
	whitespace bool // the last character was white space
	indention  bool // this line has nothing but indentation and - ? : so far
	// anchors has the maps and lists that occur more than once, with the name of
	// each, and whether it was written already.
	anchors map[identity]*anchor
}

type anchor struct {
	name    string
	written bool
}

// identity tells one map or list from an equal one. Empty lists have none: Go
// may give two of them one address.
type identity struct {
	m     *document.Map
	first *document.Value
	count int
}

func identify(v document.Value) (identity, bool) {
	switch v := v.(type) {
	case *document.Map:
		return identity{m: v}, true
	case []document.Value:
		if len(v) > 0 {
			return identity{first: &v[0], count: len(v)}, true
		}
	}
	return identity{}, false
}

// findShared names what occurs more than once, in the order in which the second
// occurrences come.
func (e *emitter) findShared(v document.Value, seen map[identity]bool) {
	id, ok := identify(v)
	if !ok {
		return
	}
	if seen[id] {
		if e.anchors == nil {
			e.anchors = map[identity]*anchor{}
		}
		if e.anchors[id] == nil {
			e.anchors[id] = &anchor{name: fmt.Sprintf("id%03d", len(e.anchors)+1)}
		}
		return
	}
	seen[id] = true
	switch v := v.(type) {
	case *document.Map:
		for _, key := range sortedKeys(v) {
			e.findShared(v.Value(key), seen)
		}
	case []document.Value:
		for _, element := range v {
			e.findShared(element, seen)
		}
	}
}

// sortedKeys returns the keys by code points, which is also by bytes.
func sortedKeys(m *document.Map) []string {
	return slices.Sorted(slices.Values(m.Keys()))
}

func (e *emitter) node(v document.Value, at place) {
	if len(e.anchors) > 0 {
		if id, ok := identify(v); ok && e.anchors[id] != nil {
			a := e.anchors[id]
			if a.written {
				e.indicator("*"+a.name, true, false, false)
				return
			}
			a.written = true
			e.indicator("&"+a.name, true, false, false)
		}
	}
	switch v := v.(type) {
	case []document.Value:
		e.sequence(v, at)
	case *document.Map:
		e.mapping(v)
	default:
		e.scalar(v, at == simpleKey)
	}
}

func (e *emitter) sequence(list []document.Value, at place) {
	if len(list) == 0 {
		e.indicator("[", true, true, false)
		e.indicator("]", false, false, false)
		return
	}
	outer := e.indent
	// The dashes of a list stand under its key, unless the key has a line of its own.
	if at != inMapping || e.indention {
		e.deepen()
	}
	for _, element := range list {
		e.newLine()
		e.indicator("-", true, false, true)
		e.node(element, inSequence)
	}
	e.indent = outer
}

func (e *emitter) mapping(m *document.Map) {
	if m.Len() == 0 {
		e.indicator("{", true, true, false)
		e.indicator("}", false, false, false)
		return
	}
	outer := e.indent
	e.deepen()
	for _, key := range sortedKeys(m) {
		e.newLine()
		if isSimpleKey(valid(key)) {
			e.node(key, simpleKey)
			e.indicator(":", false, false, false)
		} else {
			e.indicator("?", true, false, true)
			e.node(key, inMapping)
			e.newLine()
			e.indicator(":", true, false, true)
		}
		e.node(m.Value(key), inMapping)
	}
	e.indent = outer
}

func isSimpleKey(key string) bool {
	return len(key) <= maxSimpleKey && !analyze(key).multiline
}

func (e *emitter) deepen() {
	if e.indent < 0 {
		e.indent = 0
	} else {
		e.indent += indentStep
	}
}

// put writes characters other than line breaks.
func (e *emitter) put(s string, characters int) {
	e.out = append(e.out, s...)
	e.column += characters
}

func (e *emitter) lineBreak(s string) {
	e.out = append(e.out, s...)
	e.column = 0
}

// indicator writes punctuation, after a blank where it needs one: white tells
// that nothing needs one after it, and indention that a list or map may start on
// the same line after it.
func (e *emitter) indicator(s string, needsBlank, white, indention bool) {
	if needsBlank && !e.whitespace {
		e.put(" ", 1)
	}
	e.put(s, len(s))
	e.whitespace = white
	e.indention = e.indention && indention
}

// newLine goes to the indentation, on a new line unless the present one has
// room for it.
func (e *emitter) newLine() {
	indent := max(e.indent, 0)
	if !e.indention || e.column > indent || e.column == indent && !e.whitespace {
		e.lineBreak("\n")
	}
	for e.column < indent {
		e.put(" ", 1)
	}
	e.whitespace, e.indention = true, true
}
