package document

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of documents, as Python's recursion limit does. The
// place of the call moves that a little: this is the bound in a --query, an option's
// value may be three deeper, an answer ten less.
const maxDepth = 975

// SyntaxError says where a text is no JSON, in Python's words.
type SyntaxError struct {
	Message string // Expecting value
	Offset  int    // in characters, from 0
	Line    int    // from 1
	Column  int    // from 1
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s: line %d column %d (char %d)", e.Message, e.Line, e.Column, e.Offset)
}

// DepthError says that lists or objects are nested too deeply to be read, in
// Python's words: to it, that is a fault of its own and not of the text.
type DepthError struct{ Kind string } // array or object

func (e *DepthError) Error() string {
	return "maximum recursion depth exceeded while decoding a JSON " + e.Kind + " from a unicode string"
}

// Parse reads a JSON text as Python's json.loads does: also NaN, Infinity and
// -Infinity, integers of up to 4300 digits, and of equal keys the last one's
// value. The error is a *SyntaxError, a *DepthError, or that of ReadInteger.
func Parse(text string) (Value, error) {
	p := &parser{text: text}
	if strings.HasPrefix(text, "\uFEFF") {
		return nil, p.fail("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0)
	}
	p.blanks()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.blanks()
	if p.pos < len(text) {
		return nil, p.fail("Extra data", p.pos)
	}
	return v, nil
}

type parser struct {
	text string
	pos  int
}

func (p *parser) fail(message string, at int) error {
	before := p.text[:at]
	e := &SyntaxError{
		Message: message,
		Offset:  utf8.RuneCountInString(before),
		Line:    1 + strings.Count(before, "\n"),
	}
	e.Column = 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return e
}

func (p *parser) blanks() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\n\r", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

// next returns the byte at the place of reading, or 0 at the end.
func (p *parser) next() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) value(depth int) (Value, error) {
	switch p.next() {
	case '"':
		p.pos++
		return p.string()
	case '{':
		if depth >= maxDepth {
			return nil, &DepthError{"object"}
		}
		p.pos++
		return p.object(depth)
	case '[':
		if depth >= maxDepth {
			return nil, &DepthError{"array"}
		}
		p.pos++
		return p.list(depth)
	}
	for _, word := range []struct {
		text  string
		value Value
	}{
		{"null", nil}, {"true", true}, {"false", false},
		{"NaN", math.NaN()}, {"Infinity", math.Inf(1)}, {"-Infinity", math.Inf(-1)},
	} {
		if strings.HasPrefix(p.text[p.pos:], word.text) {
			p.pos += len(word.text)
			return word.value, nil
		}
	}
	return p.number()
}

// digits passes over decimal digits and returns how many there were.
func (p *parser) digits() int {
	start := p.pos
	for p.next() >= '0' && p.next() <= '9' {
		p.pos++
	}
	return p.pos - start
}

func (p *parser) number() (Value, error) {
	start := p.pos
	if p.next() == '-' {
		p.pos++
	}
	if p.next() == '0' {
		p.pos++
	} else if p.digits() == 0 {
		return nil, p.fail("Expecting value", start)
	}
	float := false
	// A point or an exponent without digits is left for the next token.
	if here := p.pos; p.next() == '.' {
		p.pos++
		if p.digits() == 0 {
			p.pos = here
		} else {
			float = true
		}
	}
	if here := p.pos; p.next() == 'e' || p.next() == 'E' {
		p.pos++
		if p.next() == '+' || p.next() == '-' {
			p.pos++
		}
		if p.digits() == 0 {
			p.pos = here
		} else {
			float = true
		}
	}
	text := p.text[start:p.pos]
	if float {
		f, _ := strconv.ParseFloat(text, 64) // out of range: an infinity, as in Python
		return f, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	return ReadInteger(text)
}

func (p *parser) list(depth int) (Value, error) {
	list := []Value{}
	p.blanks()
	if p.next() == ']' {
		p.pos++
		return list, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		p.blanks()
		switch p.next() {
		case ']':
			p.pos++
			return list, nil
		case ',':
			p.pos++
			p.blanks()
		default:
			return nil, p.fail("Expecting ',' delimiter", p.pos)
		}
	}
}

func (p *parser) object(depth int) (Value, error) {
	m := new(Map)
	p.blanks()
	if p.next() == '}' {
		p.pos++
		return m, nil
	}
	for {
		if p.next() != '"' {
			return nil, p.fail("Expecting property name enclosed in double quotes", p.pos)
		}
		p.pos++
		key, err := p.string()
		if err != nil {
			return nil, err
		}
		p.blanks()
		if p.next() != ':' {
			return nil, p.fail("Expecting ':' delimiter", p.pos)
		}
		p.pos++
		p.blanks()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		m.Set(key, v)
		p.blanks()
		switch p.next() {
		case '}':
			p.pos++
			return m, nil
		case ',':
			p.pos++
			p.blanks()
		default:
			return nil, p.fail("Expecting ',' delimiter", p.pos)
		}
	}
}

// string reads the rest of a string whose opening quote was read.
func (p *parser) string() (string, error) {
	begin := p.pos - 1
	// Most strings have no escape: they need no copy.
	plain := p.pos
	for plain < len(p.text) && p.text[plain] >= ' ' && p.text[plain] != '\\' && p.text[plain] != '"' {
		plain++
	}
	if plain < len(p.text) && p.text[plain] == '"' {
		text := p.text[p.pos:plain]
		p.pos = plain + 1
		return text, nil
	}
	var b strings.Builder
	b.WriteString(p.text[p.pos:plain])
	p.pos = plain
	for {
		if p.pos >= len(p.text) {
			return "", p.fail("Unterminated string starting at", begin)
		}
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return b.String(), nil
		case c == '\\':
			r, err := p.escape(begin)
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		case c < ' ':
			return "", p.fail("Invalid control character at", p.pos)
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
}

var escapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads an escape from its backslash on. Half of a surrogate pair, which
// UTF-8 cannot hold, becomes U+FFFD.
func (p *parser) escape(begin int) (rune, error) {
	at := p.pos
	p.pos++
	if p.pos >= len(p.text) {
		return 0, p.fail("Unterminated string starting at", begin)
	}
	c := p.text[p.pos]
	p.pos++
	if c != 'u' {
		r, ok := escapes[c]
		if !ok {
			return 0, p.fail("Invalid \\escape", at)
		}
		return r, nil
	}
	r, ok := p.hex()
	if !ok {
		return 0, p.fail("Invalid \\uXXXX escape", at+1)
	}
	if utf16.IsSurrogate(r) && strings.HasPrefix(p.text[p.pos:], `\u`) {
		here := p.pos
		p.pos += 2
		if low, ok := p.hex(); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, nil
			}
		}
		p.pos = here
	}
	return r, nil
}

// hex reads four hexadecimal digits.
func (p *parser) hex() (rune, bool) {
	if len(p.text)-p.pos < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[p.pos:p.pos+4], 16, 16)
	if err != nil {
		return 0, false
	}
	p.pos += 4
	return rune(n), true
}
