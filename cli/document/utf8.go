package document

import (
	"fmt"
	"unicode/utf8"
)

// CheckUTF8 says where bytes are no UTF-8, as Python does when it reads them.
func CheckUTF8(b []byte) error {
	if utf8.Valid(b) {
		return nil
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	length, why := fault(b[at:])
	if length == 1 {
		return fmt.Errorf("'utf-8' codec can't decode byte 0x%02x in position %d: %s", b[at], at, why)
	}
	return fmt.Errorf("'utf-8' codec can't decode bytes in position %d-%d: %s", at, at+length-1, why)
}

// fault says how many bytes at the start of b make no letter together, and why.
func fault(b []byte) (length int, why string) {
	need := 0
	low, high := byte(0x80), byte(0xbf) // of the second byte
	switch first := b[0]; {
	case first >= 0xc2 && first <= 0xdf:
		need = 2
	case first >= 0xe0 && first <= 0xef:
		need = 3
		if first == 0xe0 {
			low = 0xa0 // less would fit into two bytes
		}
		if first == 0xed {
			high = 0x9f // more would be half of a surrogate pair
		}
	case first >= 0xf0 && first <= 0xf4:
		need = 4
		if first == 0xf0 {
			low = 0x90
		}
		if first == 0xf4 {
			high = 0x8f
		}
	default:
		return 1, "invalid start byte"
	}
	for n := 1; n < need; n++ {
		if n == len(b) {
			return n, "unexpected end of data"
		}
		if b[n] < low || b[n] > high {
			return n, "invalid continuation byte"
		}
		low, high = 0x80, 0xbf
	}
	return 1, "invalid start byte"
}

// CheckEncodable tells what Python says of a text that it cannot put into UTF-8: the
// bytes of a command line that were no UTF-8 became halves of surrogate pairs.
func CheckEncodable(s string) error {
	if utf8.ValidString(s) {
		return nil
	}
	from, to, stray := 0, 0, byte(0)
	for at, rest := 0, s; ; at++ {
		r, size := utf8.DecodeRuneInString(rest)
		isStray := r == utf8.RuneError && size <= 1 && rest != ""
		switch {
		case isStray && to == 0:
			from, to, stray = at, at+1, rest[0]
		case isStray:
			to = at + 1
		case to > 0:
			if to-from == 1 {
				return fmt.Errorf("'utf-8' codec can't encode character '\\udc%02x' in position %d: surrogates not allowed", stray, from)
			}
			return fmt.Errorf("'utf-8' codec can't encode characters in position %d-%d: surrogates not allowed", from, to-1)
		}
		rest = rest[size:]
	}
}
