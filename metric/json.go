package metric

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// jsonScanner reads JSON (RFC 8259) in one pass and hands what it finds to the
// builder. Its methods take the place in the text where they begin and return
// the place where they ended, so that it can stay in a register; broken when
// the report is refused.
type jsonScanner struct {
	data []byte
	b    *builder
}

const broken = -1

// is tells a method of the builder from a refusal.
func (s *jsonScanner) is(ok bool, next int) int {
	if !ok {
		return broken
	}
	return next
}

func (s *jsonScanner) fail(at int, why string) int {
	s.b.failSyntax(at, why)
	return broken
}

// unexpected refuses the byte at hand.
func (s *jsonScanner) unexpected(at int, want string) int {
	if at >= len(s.data) {
		return s.fail(at, "JSON ends too early")
	}
	return s.fail(at, "JSON wants "+want)
}

// document reads the whole payload.
func (s *jsonScanner) document() bool {
	i := s.value(s.next(0))
	if i == broken {
		return false
	}
	if _, i = s.next(i); i < len(s.data) {
		s.unexpected(i, "nothing after the report")
		return false
	}
	return true
}

// at returns the byte at i, 0 at the end.
func (s *jsonScanner) at(i int) byte {
	if i < len(s.data) {
		return s.data[i]
	}
	return 0
}

// next skips white space and returns the byte after it, 0 at the end, and its
// place.
func (s *jsonScanner) next(i int) (c byte, at int) {
	if i < len(s.data) && s.data[i] > ' ' {
		return s.data[i], i
	}
	return s.skip(i)
}

func (s *jsonScanner) skip(i int) (c byte, at int) {
	for i < len(s.data) {
		switch c := s.data[i]; c {
		case ' ', '\t', '\n', '\r':
			i++
		default:
			return c, i
		}
	}
	return 0, i
}

// value reads the value that begins with c, at i.
func (s *jsonScanner) value(c byte, i int) int {
	switch c {
	case '"':
		text, end := s.str(i)
		return s.is(end != broken && s.b.str(text), end)
	case '{':
		return s.object(i)
	case '[':
		return s.list(i)
	case 't':
		return s.literal(i, "true")
	case 'f':
		return s.literal(i, "false")
	case 'n':
		return s.literal(i, "null")
	}
	return s.number(i)
}

func (s *jsonScanner) object(i int) int {
	if !s.b.beginObject() {
		return broken
	}
	c, i := s.next(i + 1)
	if c == '}' {
		return s.is(s.b.end(), i+1)
	}
	for {
		if c != '"' {
			return s.unexpected(i, "a member's name")
		}
		key, end := s.str(i)
		if end == broken || !s.b.key(key) {
			return broken
		}
		if c, i = s.next(end); c != ':' {
			return s.unexpected(i, "a colon")
		}
		if i = s.value(s.next(i + 1)); i == broken {
			return broken
		}
		switch c, i = s.next(i); c {
		case ',':
			c, i = s.next(i + 1)
		case '}':
			return s.is(s.b.end(), i+1)
		default:
			return s.unexpected(i, "a comma or the object's end")
		}
	}
}

func (s *jsonScanner) list(i int) int {
	if !s.b.beginList() {
		return broken
	}
	c, i := s.next(i + 1)
	if c == ']' {
		return s.is(s.b.end(), i+1)
	}
	for {
		s.b.element()
		if i = s.value(c, i); i == broken {
			return broken
		}
		switch c, i = s.next(i); c {
		case ',':
			c, i = s.next(i + 1)
		case ']':
			return s.is(s.b.end(), i+1)
		default:
			return s.unexpected(i, "a comma or the list's end")
		}
	}
}

func (s *jsonScanner) literal(i int, word string) int {
	end := i + len(word)
	if end > len(s.data) || string(s.data[i:end]) != word {
		return s.unexpected(i, "a value")
	}
	return s.is(s.b.literal(), end)
}

// Each byte of a word of eight.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special returns the high bit of the first of eight bytes that ends or breaks
// a string of plain ASCII: a quote, a backslash, a control character or a byte
// above 0x7f; 0 when none does. Bits above the lowest may be wrong: borrows run
// upwards.
func special(x uint64) uint64 {
	quote, slash := x^('"'*ones), x^('\\'*ones)
	return (x | (x - ' '*ones) | (quote - ones) | (slash - ones)) & highs
}

// str reads the string whose opening quote is at i. The text is valid until the
// report's next parsing.
func (s *jsonScanner) str(i int) (text []byte, end int) {
	data := s.data
	i++
	start := i
	for i+8 <= len(data) {
		found := special(binary.LittleEndian.Uint64(data[i:]))
		if found == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(found) / 8
		if data[i] == '"' {
			return data[start:i:i], i + 1
		}
		break
	}
	return s.strange(start, i)
}

// strange reads on from i in a string that began at start and is near the end
// of the text, or is not plain ASCII.
func (s *jsonScanner) strange(start, i int) (text []byte, end int) {
	for i < len(s.data) {
		switch c := s.data[i]; {
		case c == '"':
			return s.data[start:i:i], i + 1
		case c == '\\':
			return s.escaped(start, i)
		case c < ' ':
			return nil, s.fail(i, "control character in a string")
		case c < utf8.RuneSelf:
			i++
		default:
			if i = s.rune(i); i == broken {
				return nil, broken
			}
		}
	}
	return nil, s.fail(i, "JSON ends inside a string")
}

// rune skips one character beyond ASCII.
func (s *jsonScanner) rune(i int) int {
	r, size := utf8.DecodeRune(s.data[i:])
	if r == utf8.RuneError && size == 1 {
		return s.fail(i, "invalid UTF-8")
	}
	return i + size
}

// escaped reads on from the first backslash, at i, of the string that began at
// start. It puts the text together in the builder's memory.
func (s *jsonScanner) escaped(start, i int) (text []byte, end int) {
	out := append(s.b.text, s.data[start:i]...)
	begin := len(s.b.text)
	for i < len(s.data) {
		switch c := s.data[i]; {
		case c == '"':
			s.b.text = out
			return out[begin:len(out):len(out)], i + 1
		case c == '\\':
			if out, i = s.escape(out, i); i == broken {
				return nil, broken
			}
		case c < ' ':
			return nil, s.fail(i, "control character in a string")
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
		default:
			from := i
			if i = s.rune(i); i == broken {
				return nil, broken
			}
			out = append(out, s.data[from:i]...)
		}
	}
	return nil, s.fail(i, "JSON ends inside a string")
}

// escape appends what the escape sequence at i stands for. Half a surrogate
// pair stands for U+FFFD.
func (s *jsonScanner) escape(out []byte, i int) ([]byte, int) {
	if i+1 >= len(s.data) {
		return out, s.fail(i, "JSON ends inside a string")
	}
	c := s.data[i+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		r, ok := s.unicode(i)
		if !ok {
			return out, s.fail(i, "invalid escape")
		}
		i += 6
		if low, ok := s.unicode(i); ok && r>>10 == 0xd800>>10 && low>>10 == 0xdc00>>10 {
			r = (r-0xd800)<<10 | (low - 0xdc00) + 0x10000
			i += 6
		}
		return utf8.AppendRune(out, r), i
	default:
		return out, s.fail(i, "invalid escape")
	}
	return append(out, c), i + 2
}

// unicode reads the \uXXXX at i, if there is one.
func (s *jsonScanner) unicode(i int) (r rune, ok bool) {
	if i+6 > len(s.data) || s.data[i] != '\\' || s.data[i+1] != 'u' {
		return 0, false
	}
	v, digits := hexGroup(s.data[i+2:])
	return rune(v), digits == 4
}
