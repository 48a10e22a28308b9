package metric

import (
	"math"
	"strconv"
)

// number reads a JSON number, an integer exactly where the format wants one.
func (s *jsonScanner) number(start int) int {
	i := start
	negative := s.at(i) == '-'
	if negative {
		i++
	}
	whole := i
	v, i := s.digits(i)
	switch {
	case i == whole && negative:
		return s.unexpected(i, "a digit")
	case i == whole:
		return s.unexpected(i, "a value")
	case i > whole+1 && s.data[whole] == '0':
		return s.fail(whole, "number with a leading zero")
	}
	if c := s.at(i); i-whole > 18 || c == '.' || c|0x20 == 'e' || negative && v == 0 {
		if i = s.fraction(i); i == broken {
			return broken
		}
		return s.is(s.decimal(s.data[start:i]), i)
	}
	if negative {
		v = -v
	}
	return s.is(s.b.integer(v), i)
}

// digits skips decimal digits and returns their value, right up to 18 of them.
func (s *jsonScanner) digits(i int) (v int64, end int) {
	for i < len(s.data) {
		c := s.data[i] - '0'
		if c > 9 {
			break
		}
		v = v*10 + int64(c)
		i++
	}
	return v, i
}

// fraction skips what may follow a number's whole part.
func (s *jsonScanner) fraction(i int) int {
	if s.at(i) == '.' {
		from := i + 1
		if _, i = s.digits(from); i == from {
			return s.unexpected(i, "a digit")
		}
	}
	if s.at(i)|0x20 == 'e' {
		from := i + 1
		if c := s.at(from); c == '+' || c == '-' {
			from++
		}
		if _, i = s.digits(from); i == from {
			return s.unexpected(i, "a digit")
		}
	}
	return i
}

// decimal hands over a number that is not plainly an integer of up to 18
// digits; -0 is one, since a double keeps its sign.
func (s *jsonScanner) decimal(text []byte) bool {
	switch {
	case s.b.wantsInteger():
		v, ok := exactInteger(text)
		if !ok {
			return s.b.fail(notInteger)
		}
		return s.b.integer(v)
	case s.b.wantsNumber():
		f, err := strconv.ParseFloat(string(text), 64)
		if err != nil {
			return s.b.fail(beyondFloat64)
		}
		return s.b.number(f)
	}
	return s.b.number(0)
}

// Why a number is refused.
const (
	notInteger    = "not an integer within 64 bits"
	beyondFloat64 = "beyond the range of a double"
)

// exactInteger returns the value of a JSON number that is an integer within
// 64 bits, however it is written ("1.024e3").
func exactInteger(text []byte) (v int64, ok bool) {
	negative := text[0] == '-'
	if negative {
		text = text[1:]
	}
	// The digits without the dot are d·10^exponent. Zeros wait in case they
	// are the last.
	d, zeros, exponent, point := uint64(0), 0, 0, false
	for i, c := range text {
		if c|0x20 == 'e' {
			exponent += exponentOf(text[i+1:])
			break
		}
		switch {
		case c == '.':
			point = true
			continue
		case point:
			exponent--
		}
		if c == '0' {
			if d > 0 {
				zeros++
			}
			continue
		}
		if d = shift(d, zeros+1); d > math.MaxUint64-9 {
			return 0, false
		}
		d, zeros = d+uint64(c-'0'), 0
	}
	exponent += zeros
	if d == 0 {
		return 0, true
	}
	if exponent < 0 {
		return 0, false
	}
	return signed(shift(d, exponent), negative)
}

// exponentOf reads the digits after the e of a number. What lies beyond
// ±1,000,000 does not matter: a report has no room for digits to make up for it.
func exponentOf(text []byte) int {
	v := 0
	for _, c := range text {
		if '0' <= c && c <= '9' {
			v = min(v*10+int(c-'0'), 1_000_000)
		}
	}
	if text[0] == '-' {
		return -v
	}
	return v
}

// shift returns d·10^n, or the largest uint64 if that is beyond it.
func shift(d uint64, n int) uint64 {
	for ; n > 0 && d > 0; n-- {
		if d > math.MaxUint64/10 {
			return math.MaxUint64
		}
		d *= 10
	}
	return d
}

// signed returns ±v, if that is within int64.
func signed(v uint64, negative bool) (int64, bool) {
	if negative {
		return -int64(v), v <= 1<<63
	}
	return int64(v), v <= math.MaxInt64
}
