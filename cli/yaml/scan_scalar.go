package yaml

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// plainScalar scans a text without quotes, which may go on for several lines.
func (s *scanner) plainScalar() (token, error) {
	var b strings.Builder
	gap := ""
	for s.ahead(0) != '#' {
		n := s.until(s.plainStop())
		if n == 0 {
			break
		}
		s.keyAllowed = false
		b.WriteString(gap)
		b.WriteString(s.take(n))
		gap = s.plainGap()
		if gap == "" || len(s.flow) == 0 && s.column < s.indent+1 {
			break
		}
	}
	return token{kind: scalarText, text: b.String(), plain: true}, nil
}

// plainStop returns a function that is asked for one character after the other
// whether a plain scalar ends before it.
func (s *scanner) plainStop() func(rune) bool {
	i := 0
	return func(r rune) bool {
		i++
		switch {
		case r == ':' && !isBlank(s.ahead(i)):
			return false
		case r == '?' && s.version != version11:
			return false
		case len(s.flow) > 0 && strings.ContainsRune(",:?[]{}", r):
			return true
		}
		return isBlank(r) || r == ':'
	}
}

// plainGap passes over the blanks and line breaks after a piece of a plain
// scalar and returns what they count for; empty if the scalar ends here.
func (s *scanner) plainGap() string {
	blanks := s.take(s.until(func(r rune) bool { return r != ' ' }))
	if !isBreak(s.ahead(0)) {
		return blanks
	}
	first := s.lineBreak()
	s.keyAllowed = true
	if s.anySeparator() {
		return ""
	}
	var breaks strings.Builder
	for {
		s.skipBlanks()
		if !isBreak(s.ahead(0)) {
			return folded(first, breaks.String())
		}
		breaks.WriteString(s.lineBreak())
		if s.anySeparator() {
			return ""
		}
	}
}

// folded returns what a line break and the empty lines after it count for.
func folded(first, breaks string) string {
	switch {
	case first != "\n":
		return first + breaks
	case breaks == "":
		return " "
	}
	return breaks
}

// quotedScalar scans a text in single or double quotes.
func (s *scanner) quotedScalar() (token, error) {
	quote := s.ahead(0)
	s.forward(1)
	var b strings.Builder
	for {
		if err := s.quotedWords(&b, quote); err != nil {
			return token{}, err
		}
		if s.ahead(0) == quote {
			s.forward(1)
			return token{kind: scalarText, text: b.String()}, nil
		}
		if err := s.quotedGap(&b); err != nil {
			return token{}, err
		}
	}
}

// quotedWords reads up to white space or the closing quote.
func (s *scanner) quotedWords(b *strings.Builder, quote rune) error {
	for {
		b.WriteString(s.take(s.until(func(r rune) bool { return isBlank(r) || r == '\'' || r == '"' || r == '\\' })))
		switch r := s.ahead(0); {
		case r == '\\' && quote == '"':
			if err := s.quotedEscape(b); err != nil {
				return err
			}
		case r == '\'' && quote == '\'' && s.ahead(1) == '\'':
			b.WriteByte('\'')
			s.forward(2)
		case r != quote && (r == '\'' || r == '"' || r == '\\'):
			b.WriteString(s.take(1))
		default:
			return nil
		}
	}
}

// quotedEscape reads an escape in double quotes.
func (s *scanner) quotedEscape(b *strings.Builder) error {
	s.forward(1)
	r := s.ahead(0)
	if isBreak(r) {
		s.lineBreak()
		breaks, err := s.quotedBreaks()
		b.WriteString(breaks)
		return err
	}
	s.forward(1)
	if i := strings.IndexRune("0abt\tnvfre \"/\\N_LP", r); i >= 0 && r != 0 {
		b.WriteRune([]rune("\x00\a\b\t\t\n\v\f\r\x1b \"/\\\u0085\u00a0\u2028\u2029")[i])
		return nil
	}
	code, err := s.hexEscape(r)
	if err != nil {
		return err
	}
	// Two halves of a pair stay apart in Python until they are sent, as one
	// character. A half alone becomes U+FFFD here.
	if utf16.IsSurrogate(code) && s.ahead(0) == '\\' && s.ahead(1) == 'u' {
		here := *s
		s.forward(2)
		if low, err := s.hexEscape('u'); err == nil && utf16.DecodeRune(code, low) != utf8.RuneError {
			code = utf16.DecodeRune(code, low)
		} else {
			*s = here
		}
	}
	b.WriteRune(code)
	return nil
}

// hexEscape reads the digits after \x, \u or \U.
func (s *scanner) hexEscape(letter rune) (rune, error) {
	length := map[rune]int{'x': 2, 'u': 4, 'U': 8}[letter]
	if length == 0 {
		return 0, s.fail("found unknown escape character")
	}
	code := 0
	for range length {
		digit := strings.IndexRune("0123456789abcdef", unicode.ToLower(s.ahead(0)))
		if digit < 0 {
			return 0, s.fail("expected an escape sequence of hexadecimal digits")
		}
		code = code<<4 | digit
		s.forward(1)
	}
	switch {
	case code > 0x7fffffff:
		return 0, &ValueError{"Python int too large to convert to C int"}
	case code > 0x10ffff:
		return 0, &ValueError{"chr() arg not in range(0x110000)"}
	}
	return rune(code), nil
}

// quotedGap reads white space in quotes, which counts as it is within a line.
func (s *scanner) quotedGap(b *strings.Builder) error {
	blanks := s.take(s.until(func(r rune) bool { return r != ' ' && r != '\t' }))
	switch r := s.ahead(0); {
	case r == 0:
		return s.fail("found unexpected end of stream")
	case isBreak(r):
		first := s.lineBreak()
		breaks, err := s.quotedBreaks()
		b.WriteString(folded(first, breaks))
		return err
	}
	b.WriteString(blanks)
	return nil
}

// quotedBreaks passes over empty lines and the blanks before the next text.
func (s *scanner) quotedBreaks() (string, error) {
	var breaks strings.Builder
	for {
		if s.anySeparator() {
			return "", s.fail("found unexpected document separator")
		}
		s.forward(s.until(func(r rune) bool { return r != ' ' && r != '\t' }))
		if !isBreak(s.ahead(0)) {
			return breaks.String(), nil
		}
		breaks.WriteString(s.lineBreak())
	}
}
