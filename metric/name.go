package metric

import (
	"errors"
	"unicode/utf8"
)

// MaxThing is the longest name that a thing can report under, in bytes.
const MaxThing = 128

// The reasons why a name cannot be a thing's.
var (
	errThingEmpty   = errors.New("thing name is empty")
	errThingLong    = errors.New("thing name is longer than 128 bytes")
	errThingUTF8    = errors.New("thing name is not UTF-8")
	errThingControl = errors.New("thing name has a control character")
)

// CheckThing says whether Detect can know a thing, registered or not, by name:
// 1 to MaxThing bytes of UTF-8 without control characters. Names of the
// registry are narrower; a client id such as "gw/7" passes here.
func CheckThing(name []byte) error {
	switch {
	case len(name) == 0:
		return errThingEmpty
	case len(name) > MaxThing:
		return errThingLong
	case !utf8.Valid(name):
		return errThingUTF8
	}
	for i, c := range name {
		c1 := c == 0xc2 && name[i+1] >= 0x80 && name[i+1] < 0xa0 // U+0080 to U+009F
		if c < 0x20 || c == 0x7f || c1 {
			return errThingControl
		}
	}
	return nil
}

// customName tells whether a custom metric can be called name: 1 to 128 of
// A–Z a–z 0–9 : _ -.
func customName(name []byte) bool {
	if len(name) == 0 || len(name) > 128 {
		return false
	}
	for _, c := range name {
		if !alphanumeric(c) && c != ':' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// customString tells whether s is within the data rules of string-list
// metrics: A–Z a–z 0–9 : _ - / . only.
func customString(s []byte) bool {
	for _, c := range s {
		if !alphanumeric(c) && c != ':' && c != '_' && c != '-' && c != '/' && c != '.' {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
