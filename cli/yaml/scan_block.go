package yaml

import "strings"

// chomping says what becomes of the line breaks at the end of a block scalar.
type chomping int

const (
	clip chomping = iota // one is kept
	strip
	keep
)

// blockScalar scans a text after | or >.
func (s *scanner) blockScalar(folding bool) error {
	s.forward(1)
	chomp, increment, err := s.blockHeader()
	if err != nil {
		return err
	}
	least := s.indent + 1
	var indent int
	var breaks []string
	if increment == 0 {
		var deepest int
		breaks, deepest = s.blockIndentation()
		indent = max(least, deepest)
	} else {
		least = max(least, 1)
		indent = least + increment - 1
		breaks = s.blockBreaks(indent)
	}
	var b strings.Builder
	lastBreak := ""
	for s.column == indent && s.ahead(0) != 0 {
		b.WriteString(strings.Join(breaks, ""))
		wordFirst := s.ahead(0) != ' ' && s.ahead(0) != '\t'
		b.WriteString(s.take(s.until(isEnd)))
		lastBreak = s.lineBreak()
		breaks = s.blockBreaks(indent)
		if least == 0 && s.column == 0 && s.anySeparator() {
			break
		}
		if s.column != indent || s.ahead(0) == 0 {
			break
		}
		// Only lines that are not indented further are folded.
		if folding && lastBreak == "\n" && wordFirst && s.ahead(0) != ' ' && s.ahead(0) != '\t' {
			if len(breaks) == 0 {
				b.WriteByte(' ')
			}
		} else {
			b.WriteString(lastBreak)
		}
	}
	if chomp != strip {
		b.WriteString(lastBreak)
	}
	if chomp == keep {
		b.WriteString(strings.Join(breaks, ""))
	}
	s.add(token{kind: scalarText, text: b.String()})
	return nil
}

// blockHeader reads what follows | or > on its line: +, -, the indentation (0 if
// none is given), a comment.
func (s *scanner) blockHeader() (chomp chomping, increment int, err error) {
	for range 2 {
		switch r := s.ahead(0); {
		case (r == '+' || r == '-') && chomp == clip:
			chomp = strip
			if r == '+' {
				chomp = keep
			}
			s.forward(1)
		case r >= '1' && r <= '9' && increment == 0:
			increment = int(r - '0')
			s.forward(1)
		}
	}
	if r := s.ahead(0); r != ' ' && !isEnd(r) {
		return 0, 0, s.fail("expected chomping or indentation indicators")
	}
	s.skipBlanks()
	if s.ahead(0) == '#' {
		s.forward(s.until(isEnd))
	}
	if !isEnd(s.ahead(0)) {
		return 0, 0, s.fail("expected a comment or a line break")
	}
	s.lineBreak()
	return chomp, increment, nil
}

// blockIndentation passes over the empty lines at the start of a block, and
// returns how far in the deepest of them and the first text are.
func (s *scanner) blockIndentation() (breaks []string, deepest int) {
	for {
		switch r := s.ahead(0); {
		case r == ' ':
			s.forward(1)
			deepest = max(deepest, s.column)
		case isBreak(r):
			breaks = append(breaks, s.lineBreak())
		default:
			return breaks, deepest
		}
	}
}

// blockBreaks passes over empty lines and the indentation of the next text.
func (s *scanner) blockBreaks(indent int) (breaks []string) {
	for {
		for s.column < indent && s.ahead(0) == ' ' {
			s.forward(1)
		}
		if !isBreak(s.ahead(0)) {
			return breaks
		}
		breaks = append(breaks, s.lineBreak())
	}
}
