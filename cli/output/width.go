package output

import (
	_ "embed"
	"fmt"
	"sort"
)

// wide lists the characters that count as two columns: first and last of each
// range, in hexadecimal digits, sorted. They are those that Python 3.11, whose
// Unicode is 14.0, takes for wide, full-width or ambiguous; among them is every
// code point without a character.
//
//go:embed wide.txt
var wide string

const wideLine = len("0000a1 0000a1\n")

// textWidth returns how many columns s takes.
func textWidth(s string) int {
	width := 0
	for _, r := range s {
		width++
		if isWide(r) {
			width++
		}
	}
	return width
}

func isWide(r rune) bool {
	if r <= 0xa0 {
		return false
	}
	code := fmt.Sprintf("%06x", r)
	i := sort.Search(len(wide)/wideLine, func(i int) bool { return code <= wide[i*wideLine+7:i*wideLine+13] })
	return i < len(wide)/wideLine && wide[i*wideLine:i*wideLine+6] <= code
}
