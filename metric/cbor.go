package metric

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

// cborScanner reads CBOR (RFC 8949) in one pass and hands what it finds to the
// builder. Lengths may be definite or not, integers and floats of any width;
// keys are text; tags are skipped, except those of bignums. Its methods return
// false when the report is refused.
type cborScanner struct {
	data []byte
	pos  int
	b    *builder
}

// The major types.
const (
	cborUnsigned = iota
	cborNegative
	cborBytes
	cborText
	cborArray
	cborMap
	cborTag
	cborSimple
)

const cborBreak = 0xff

func (s *cborScanner) fail(why string) bool { return s.b.failSyntax(s.pos, why) }

// document reads the whole payload.
func (s *cborScanner) document() bool {
	if !s.value() {
		return false
	}
	if s.pos < len(s.data) {
		return s.fail("CBOR goes on after the report")
	}
	return true
}

// head is the beginning of a data item.
type head struct {
	major      byte
	info       byte   // the low five bits
	arg        uint64 // the argument
	indefinite bool
}

// head reads the beginning of the next data item.
func (s *cborScanner) head() (h head, ok bool) {
	if s.pos >= len(s.data) {
		return h, s.fail("CBOR ends too early")
	}
	first := s.data[s.pos]
	h.major, h.info = first>>5, first&31
	switch {
	case h.info < 24:
		h.arg = uint64(h.info)
		s.pos++
		return h, true
	case h.info == 31 && h.major >= cborBytes && h.major <= cborMap:
		h.indefinite = true
		s.pos++
		return h, true
	case h.info > 27:
		return h, s.fail("CBOR item that does not exist")
	}
	width := 1 << (h.info - 24)
	if len(s.data)-s.pos-1 < width {
		return h, s.fail("CBOR ends too early")
	}
	text := s.data[s.pos+1:]
	switch width {
	case 1:
		h.arg = uint64(text[0])
	case 2:
		h.arg = uint64(binary.BigEndian.Uint16(text))
	case 4:
		h.arg = uint64(binary.BigEndian.Uint32(text))
	case 8:
		h.arg = binary.BigEndian.Uint64(text)
	}
	s.pos += 1 + width
	return h, true
}

// tagged skips the tags before a data item and reads its head. Only as many tags
// as a report may be deep.
func (s *cborScanner) tagged() (h head, ok bool) {
	for range maxDepth {
		if h, ok = s.head(); !ok || h.major != cborTag {
			return h, ok
		}
		if h.arg == 2 || h.arg == 3 {
			return h, s.fail("CBOR bignum")
		}
	}
	return h, s.fail("too many CBOR tags")
}

func (s *cborScanner) value() bool {
	h, ok := s.tagged()
	if !ok {
		return false
	}
	switch h.major {
	case cborUnsigned, cborNegative:
		return s.integer(h)
	case cborBytes:
		_, ok := s.str(h)
		return ok && s.b.literal() // no member is a byte string either
	case cborText:
		text, ok := s.str(h)
		return ok && s.b.str(text)
	case cborArray:
		return s.list(h)
	case cborMap:
		return s.object(h)
	}
	return s.simple(h)
}

func (s *cborScanner) integer(h head) bool {
	switch {
	case h.arg <= math.MaxInt64 && h.major == cborUnsigned:
		return s.b.integer(int64(h.arg))
	case h.arg <= math.MaxInt64:
		return s.b.integer(-1 - int64(h.arg))
	case s.b.wantsInteger():
		return s.b.fail(notInteger)
	case h.major == cborUnsigned:
		return s.b.number(float64(h.arg))
	}
	return s.b.number(-float64(h.arg) - 1)
}

// simple reads floats, false, true, null, undefined and unassigned values.
func (s *cborScanner) simple(h head) bool {
	switch h.info {
	case 25:
		return s.float(half(uint16(h.arg)))
	case 26:
		return s.float(float64(math.Float32frombits(uint32(h.arg))))
	case 27:
		return s.float(math.Float64frombits(h.arg))
	case 24:
		if h.arg < 32 {
			return s.fail("CBOR item that does not exist")
		}
	}
	return s.b.literal()
}

func (s *cborScanner) float(f float64) bool {
	switch {
	case s.b.wantsInteger():
		// The smallest float beyond int64 is 2^63.
		if f != math.Trunc(f) || f < math.MinInt64 || f >= 1<<63 {
			return s.b.fail(notInteger)
		}
		return s.b.integer(int64(f))
	case s.b.wantsNumber() && (math.IsNaN(f) || math.IsInf(f, 0)):
		return s.b.fail(beyondFloat64)
	}
	return s.b.number(f)
}

// half returns the value of a half-precision float.
func half(bits uint16) float64 {
	exponent, mantissa := int(bits>>10&31), float64(bits&0x3ff)
	var f float64
	switch exponent {
	case 0:
		f = math.Ldexp(mantissa, -24)
	case 31:
		f = math.Inf(1)
		if mantissa != 0 {
			f = math.NaN()
		}
	default:
		f = math.Ldexp(mantissa+1024, exponent-25)
	}
	if bits>>15 != 0 {
		return -f
	}
	return f
}

// str reads the rest of a byte or text string. The text of one that comes in
// several chunks is put together in the builder's memory.
func (s *cborScanner) str(h head) (text []byte, ok bool) {
	if !h.indefinite {
		return s.chunk(h)
	}
	whole := s.b.text
	for {
		if s.pos < len(s.data) && s.data[s.pos] == cborBreak {
			s.pos++
			break
		}
		c, ok := s.head()
		if !ok {
			return nil, false
		}
		if c.major != h.major || c.indefinite {
			return nil, s.fail("CBOR string of mixed chunks")
		}
		part, ok := s.chunk(c)
		if !ok {
			return nil, false
		}
		whole = append(whole, part...)
	}
	text = whole[len(s.b.text):len(whole):len(whole)]
	s.b.text = whole
	return text, true
}

// chunk reads the content of a string of definite length.
func (s *cborScanner) chunk(h head) (text []byte, ok bool) {
	if h.arg > uint64(len(s.data)-s.pos) {
		return nil, s.fail("CBOR ends inside a string")
	}
	end := s.pos + int(h.arg)
	text = s.data[s.pos:end:end]
	if h.major == cborText && !utf8.Valid(text) {
		return nil, s.fail("invalid UTF-8")
	}
	s.pos = end
	return text, true
}

func (s *cborScanner) list(h head) bool {
	if !s.b.beginList() {
		return false
	}
	for i := uint64(0); s.more(h, i); i++ {
		s.b.element()
		if !s.value() {
			return false
		}
	}
	return s.b.end()
}

func (s *cborScanner) object(h head) bool {
	if !s.b.beginObject() {
		return false
	}
	for i := uint64(0); s.more(h, i); i++ {
		k, ok := s.tagged()
		if !ok {
			return false
		}
		if k.major != cborText {
			return s.fail("CBOR map with a key that is no text")
		}
		key, ok := s.str(k)
		if !ok || !s.b.key(key) || !s.value() {
			return false
		}
	}
	return s.b.end()
}

// more tells whether the array or map h, of which n items have been read, goes
// on. It skips the break that ends one of indefinite length.
func (s *cborScanner) more(h head, n uint64) bool {
	if !h.indefinite {
		return n < h.arg
	}
	if s.pos < len(s.data) && s.data[s.pos] == cborBreak {
		s.pos++
		return false
	}
	return true
}
