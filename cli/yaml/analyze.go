package yaml

import "strings"

// analysis says in which styles a string can be written.
type analysis struct {
	multiline bool
	plain     bool // as far as syntax goes: it may still look like a number
	single    bool // in single quotes
}

// analyze looks for what keeps a string from being plain or single quoted.
func analyze(s string) analysis {
	if s == "" {
		return analysis{plain: true, single: true}
	}
	a := analysis{plain: !strings.HasPrefix(s, "---") && !strings.HasPrefix(s, "..."), single: true}
	previous := '\n' // a '#' is a comment at the start, too
	runes := []rune(s)
	for i, r := range runes {
		last := i == len(runes)-1
		blankNext := last || isBlank(runes[i+1])
		if isIndicator(r, i == 0, i == 0 || isBlank(previous), blankNext) {
			a.plain = false
		}
		switch {
		case !isPrintable(r):
			// Also tabs and the breaks that are not printable.
			a.plain, a.single = false, false
		case r == ' ' && i > 0 && isBreak(previous), isBreak(r) && i > 0 && previous == ' ':
			// Blanks next to a break are lost, except in double quotes.
			a.plain, a.single = false, false
		case r == ' ' && (i == 0 || last):
			a.plain = false
		}
		if isBreak(r) {
			a.multiline, a.plain = true, false
		}
		previous = r
	}
	return a
}

// isIndicator tells whether a character means something of its own in a plain
// text in block context.
func isIndicator(r rune, first, blankBefore, blankNext bool) bool {
	switch {
	case first && strings.ContainsRune("#,[]{}&*!|>'\"%@`", r):
		return true
	case first && strings.ContainsRune("-?", r), r == ':':
		return blankNext
	}
	return r == '#' && blankBefore
}

func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// isBlank tells whether words end before r; a NUL counts as the end.
func isBlank(r rune) bool {
	return r == ' ' || r == '\t' || r == 0 || isBreak(r)
}

// isPrintable tells whether r may be written as it is. Characters beyond the
// first 65536 may not, as in libyaml.
func isPrintable(r rune) bool {
	return r == '\n' || r >= ' ' && r <= '~' ||
		r >= 0xa0 && r < 0xd800 || r >= 0xe000 && r <= 0xfffd && r != 0xfeff
}
