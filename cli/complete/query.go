package complete

import (
	"strings"

	"vedette/api"
	"vedette/cli/help"
)

// addFields adds the members of the answer that a query can go on with.
func addFields(s *set, answer *api.Shape) {
	q := &query{text: s.fragment, root: answer, here: answer}
	start, ok := q.read()
	if !ok || q.here == nil || q.here.Type != api.TypeStructure {
		return
	}
	s.prefix, s.fragment = s.prefix+s.fragment[:start], s.fragment[start:]
	for i := range q.here.Members {
		m := &q.here.Members[i]
		s.add(Candidate{Label: m.Name, Type: help.TypeName(m.Shape), Help: api.Help(q.here.Name + "." + m.Name), Kind: Key, Open: true})
	}
}

// query follows a JMESPath expression through the types of an answer, as far as
// it is written. What it does not follow has no type.
type query struct {
	text  string
	root  *api.Shape
	here  *api.Shape
	stack []scope
}

// scope is a bracket that is open.
type scope struct {
	base   *api.Shape // what the expressions in it are of
	after  *api.Shape // what the whole bracket is
	hashes bool       // its expressions have keys
}

// read returns where the identifier begins in which the text ends, and whether
// one can stand there.
func (q *query) read() (start int, ok bool) {
	for at := 0; at < len(q.text); {
		c := q.text[at]
		if isLetter(c) {
			end := at
			for end < len(q.text) && (isLetter(q.text[end]) || '0' <= q.text[end] && q.text[end] <= '9') {
				end++
			}
			if end == len(q.text) {
				return at, true
			}
			q.field(q.text[at:end], q.text[end])
			at = end
			continue
		}
		if at++; strings.IndexByte("'\"`", c) >= 0 {
			end := strings.IndexByte(q.text[at:], c)
			if end < 0 {
				return 0, false
			}
			q.here, at = nil, at+end+1
			continue
		}
		length, ok := q.sign(c, q.text[at:])
		if !ok {
			return 0, false
		}
		at += length
	}
	return len(q.text), q.open()
}

// open tells whether an identifier may stand at the end of the text.
func (q *query) open() bool {
	text := strings.TrimRight(q.text, " ")
	return text == "" || strings.IndexByte(".[{(,|&=<>!?:", text[len(text)-1]) >= 0
}

func isLetter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }

// field goes on to a member. What is behind it tells keys and functions apart.
func (q *query) field(name string, behind byte) {
	if behind == '(' || behind == ':' && q.inHash() {
		return
	}
	q.here = partOf(structure(q.here), name)
}

func structure(s *api.Shape) *api.Shape {
	if s == nil || s.Type != api.TypeStructure && s.Type != api.TypeMap {
		return nil
	}
	return s
}

func (q *query) inHash() bool { return len(q.stack) > 0 && q.stack[len(q.stack)-1].hashes }

// base returns what an expression begins with here.
func (q *query) base() *api.Shape {
	if len(q.stack) == 0 {
		return q.root
	}
	return q.stack[len(q.stack)-1].base
}

// sign takes one character that is no letter, and what belongs to it: it returns
// the length of that.
func (q *query) sign(c byte, rest string) (length int, ok bool) {
	switch c {
	case '.', ' ', ':', '@', '-', '!':
	case '*':
		if q.here != nil && q.here.Type == api.TypeMap {
			q.here = q.here.Value
		}
	case '[':
		return q.bracket(rest)
	case '{':
		q.stack = append(q.stack, scope{base: q.here, hashes: true})
	case '(':
		q.stack = append(q.stack, scope{base: q.here})
	case ']', '}', ')':
		if len(q.stack) == 0 {
			return 0, false
		}
		q.here = q.stack[len(q.stack)-1].after
		q.stack = q.stack[:len(q.stack)-1]
	case '|':
		if strings.HasPrefix(rest, "|") {
			q.here = q.base()
			return 1, true
		}
		q.root = q.here // a pipe begins anew
	default: // commas and comparisons
		q.here = q.base()
	}
	return 0, true
}

// bracket takes what follows an opening bracket: a place in a list, a filter, or
// a list of expressions.
func (q *query) bracket(rest string) (length int, ok bool) {
	element := elementOf(q.here)
	if strings.HasPrefix(rest, "?") {
		q.stack = append(q.stack, scope{base: element, after: element})
		q.here = element
		return 1, true
	}
	end := strings.IndexByte(rest, ']')
	if end < 0 || strings.Trim(rest[:end], "0123456789:-* ") != "" {
		q.stack = append(q.stack, scope{base: q.here})
		return 0, true
	}
	q.here = element
	return end + 1, true
}
