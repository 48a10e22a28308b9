package yaml

import (
	"strings"

	"vedette/cli/document"
)

// Commented is a map with a comment at the end of the line of each key. It can
// stand wherever a map can in what Skeleton prints. The zero value is empty.
type Commented struct {
	members []commentedMember
}

type commentedMember struct {
	key     string
	value   document.Value
	comment string
}

// Add adds a key, which must not be there yet. The comment is one line of text
// without its '#'; if there is nothing to it but blanks, there is none.
func (c *Commented) Add(key string, value document.Value, comment string) {
	c.members = append(c.members, commentedMember{key, value, comment})
}

// Skeleton returns the text of c as --generate-cli-skeleton yaml-input prints
// it: keys in their order, the first comment of each map after two blanks and
// others after one. A blob is an empty !!binary, whatever is in it. Lists of
// lists, which no input has, are not printed as the original would.
func Skeleton(c *Commented) string {
	s := &skeleton{emitter{indent: -1, whitespace: true, indention: true}}
	s.node(c, root)
	s.newLine()
	return string(s.out)
}

// skeleton lays out a sample as emitter does a document, but for comments.
type skeleton struct{ emitter }

func (s *skeleton) node(v any, at place) {
	switch v := v.(type) {
	case *Commented:
		s.members(v.members)
	case *document.Map:
		members := make([]commentedMember, 0, v.Len())
		for key, value := range v.All() {
			members = append(members, commentedMember{key: key, value: value})
		}
		s.members(members)
	case []document.Value:
		s.list(v, at)
	case document.Bytes:
		s.indicator("!!binary ''", true, false, false)
	default:
		s.scalar(v, at == simpleKey)
	}
}

func (s *skeleton) list(list []document.Value, at place) {
	if len(list) == 0 {
		s.sequence(nil, at)
		return
	}
	outer := s.indent
	if at != inMapping {
		s.deepen()
	}
	for _, element := range list {
		s.newLine()
		s.indicator("-", true, false, true)
		s.node(element, inSequence)
	}
	s.indent = outer
}

func (s *skeleton) members(members []commentedMember) {
	if len(members) == 0 {
		s.mapping(new(document.Map))
		return
	}
	outer := s.indent
	s.deepen()
	for i, m := range members {
		s.newLine()
		s.node(m.key, simpleKey)
		s.indicator(":", false, false, false)
		comment := ""
		if m.commented() {
			comment = gap(members[:i], m.key) + "# " + m.comment
		}
		// The comment of a map or list stands beside its key.
		if opensLines(m.value) {
			s.out = append(s.out, comment...)
			s.node(m.value, inMapping)
		} else {
			s.node(m.value, inMapping)
			s.out = append(s.out, comment...)
		}
	}
	s.indent = outer
}

func (m commentedMember) commented() bool { return strings.TrimSpace(m.comment) != "" }

// gap returns the blanks before the comment of a key that follows the given
// members. The original lines comments up with an earlier one, at column 0, and
// then puts the least that it may. It looks for that one before the key, or else
// from the start up to a key that sorts after it.
func gap(before []commentedMember, key string) string {
	if n := len(before); n > 0 && before[n-1].commented() {
		return " "
	}
	for _, m := range before {
		if m.key >= key {
			break
		}
		if m.commented() {
			return " "
		}
	}
	return "  "
}

// opensLines tells whether a value starts on the line after its key.
func opensLines(v any) bool {
	switch v := v.(type) {
	case *Commented:
		return len(v.members) > 0
	case *document.Map:
		return v.Len() > 0
	case []document.Value:
		return len(v) > 0
	}
	return false
}
