package restjson

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"vedette/api"
)

// maxDepth is how deep objects and arrays may nest. The model nests eight deep.
const maxDepth = 64

// reader reads JSON. It stops at the first fault.
type reader struct {
	data  []byte
	pos   int
	depth int
	path  []step // to the value that is being read, for messages
}

// step is a member or key (name) or an element (index) on the way to a value.
type step struct {
	name  string
	index int
	kind  stepKind
}

type stepKind uint8

const (
	stepMember stepKind = iota
	stepKey
	stepIndex
)

func (r *reader) push(s step) { r.path = append(r.path, s) }
func (r *reader) pop()        { r.path = r.path[:len(r.path)-1] }

// where returns the path as api.Validate writes it.
func (r *reader) where() string {
	var b strings.Builder
	for i, s := range r.path {
		switch {
		case s.kind == stepIndex:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case s.kind == stepKey:
			b.WriteString("[" + s.name + "]")
		case i > 0:
			b.WriteString("." + s.name)
		default:
			b.WriteString(s.name)
		}
	}
	return b.String()
}

// malformed is the error of bytes that are no JSON.
func (r *reader) malformed(why string) error {
	return api.InvalidRequest("The body is not valid JSON: %s at byte %d.", why, r.pos)
}

// unsuitable is the error of a value that is JSON but not what the member
// wants.
func (r *reader) unsuitable(must string) error { return invalid(r.where(), must) }

// invalid words a fault of decoding as api.Validate words its own.
func invalid(where, must string) error {
	return api.InvalidRequest("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must %s", where, must)
}

func (r *reader) space() {
	for r.pos < len(r.data) {
		switch r.data[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// next returns the first byte of the next token without taking it, 0 at the end.
func (r *reader) next() byte {
	r.space()
	if r.pos == len(r.data) {
		return 0
	}
	return r.data[r.pos]
}

// take takes the next token if it is c.
func (r *reader) take(c byte) bool {
	if r.next() != c || c == 0 {
		return false
	}
	r.pos++
	return true
}

// ahead reports whether the data goes on with w.
func (r *reader) ahead(w string) bool {
	return len(r.data)-r.pos >= len(w) && string(r.data[r.pos:r.pos+len(w)]) == w
}

// word takes w if the data goes on with it.
func (r *reader) word(w string) bool {
	if !r.ahead(w) {
		return false
	}
	r.pos += len(w)
	return true
}

// null takes the next token if it is null.
func (r *reader) null() bool { return r.next() == 'n' && r.word("null") }

// kind names what kind of value comes next, "" where none does.
func (r *reader) kind() string {
	switch c := r.next(); {
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case c == '"':
		return "a string"
	case r.ahead("true") || r.ahead("false"):
		return "a boolean"
	case r.ahead("null"):
		return "null"
	case c == '-' || c >= '0' && c <= '9':
		return "a number"
	}
	return ""
}

// object calls fn for each name, which must take the value.
func (r *reader) object(fn func(name []byte) error) error {
	return r.nest('}', func() error {
		if r.next() != '"' {
			return r.malformed("a member's name is missing")
		}
		name, err := r.text()
		if err != nil {
			return err
		}
		if !r.take(':') {
			return r.malformed("a colon is missing")
		}
		return fn(name)
	})
}

// array calls fn for each element, which must take it.
func (r *reader) array(fn func(i int) error) error {
	i := -1
	return r.nest(']', func() error {
		i++
		return fn(i)
	})
}

// nest takes an object or array of items that fn takes one at a time.
func (r *reader) nest(end byte, fn func() error) error {
	r.pos++ // { or [
	if r.depth++; r.depth > maxDepth {
		return r.malformed("objects and arrays nest too deep")
	}
	defer func() { r.depth-- }()
	if r.take(end) {
		return nil
	}
	for {
		if err := fn(); err != nil {
			return err
		}
		if r.take(end) {
			return nil
		}
		if !r.take(',') {
			return r.malformed("a comma or the end of an object or array is missing")
		}
	}
}

// skip takes a value of no interest.
func (r *reader) skip() error {
	switch r.kind() {
	case "an object":
		return r.object(func([]byte) error { return r.skip() })
	case "an array":
		return r.array(func(int) error { return r.skip() })
	case "a string":
		_, err := r.text()
		return err
	case "a number":
		if _, ok := r.number(); ok {
			return nil
		}
	case "a boolean", "null":
		if r.word("true") || r.word("false") || r.word("null") {
			return nil
		}
	}
	return r.malformed("a value is missing")
}

// number takes a number and returns how it is written.
func (r *reader) number() (string, bool) {
	start := r.pos
	digits := func() bool {
		from := r.pos
		for r.pos < len(r.data) && r.data[r.pos] >= '0' && r.data[r.pos] <= '9' {
			r.pos++
		}
		return r.pos > from
	}
	at := func(set string) bool {
		if r.pos < len(r.data) && strings.IndexByte(set, r.data[r.pos]) >= 0 {
			r.pos++
			return true
		}
		return false
	}
	at("-")
	if !at("0") && !digits() {
		return "", false
	}
	if at(".") && !digits() {
		return "", false
	}
	if at("eE") {
		at("+-")
		if !digits() {
			return "", false
		}
	}
	return string(r.data[start:r.pos]), true
}

// text takes a string and returns what it means. The result may be a part of
// the reader's data.
func (r *reader) text() ([]byte, error) {
	r.pos++ // "
	start := r.pos
	var out []byte // nil until there is an escape
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; {
		case c == '"':
			part := r.data[start:r.pos]
			r.pos++
			if out == nil {
				return part, nil
			}
			return append(out, part...), nil
		case c == '\\':
			var err error
			if out, err = r.escape(append(out, r.data[start:r.pos]...)); err != nil {
				return nil, err
			}
			start = r.pos
		case c < ' ':
			return nil, r.malformed("a control character stands in a string")
		case c < utf8.RuneSelf:
			r.pos++
		default:
			char, size := utf8.DecodeRune(r.data[r.pos:])
			if char == utf8.RuneError && size == 1 {
				return nil, r.malformed("a string is not UTF-8")
			}
			r.pos += size
		}
	}
	return nil, r.malformed("a string has no end")
}

// escape takes what begins with a backslash and appends what it means.
func (r *reader) escape(out []byte) ([]byte, error) {
	r.pos++
	if r.pos == len(r.data) {
		return nil, r.malformed("a string has no end")
	}
	c := r.data[r.pos]
	if c == 'u' {
		char, ok := r.unicode()
		if !ok {
			return nil, r.malformed("an escape is no Unicode character")
		}
		return utf8.AppendRune(out, char), nil
	}
	i := strings.IndexByte(`"\/bfnrt`, c)
	if i < 0 {
		return nil, r.malformed("an escape is unknown")
	}
	r.pos++
	return append(out, "\"\\/\b\f\n\r\t"[i]), nil
}

// unicode takes uXXXX, or a surrogate pair of two such.
func (r *reader) unicode() (rune, bool) {
	char, ok := r.hex4()
	if !ok || !utf16.IsSurrogate(char) {
		return char, ok
	}
	if !r.word(`\`) {
		return 0, false
	}
	low, ok := r.hex4()
	char = utf16.DecodeRune(char, low)
	return char, ok && char != utf8.RuneError
}

func (r *reader) hex4() (rune, bool) {
	if len(r.data)-r.pos < 5 || r.data[r.pos] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(r.data[r.pos+1:r.pos+5]), 16, 16)
	if err != nil {
		return 0, false
	}
	r.pos += 5
	return rune(n), true
}
