package shorthand

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// value reads a quoted text, a word, or nothing.
func (p *parser) value() (string, error) {
	text, err := p.quoted()
	if err != errUnquoted {
		return text, err
	}
	text, err = p.word(true)
	if err == errNoWord {
		return "", nil
	}
	return text, err
}

// These say that a value is missing, which is no error everywhere.
var (
	errUnquoted = errors.New("no quote")
	errNoWord   = errors.New("no word")
)

// word reads a bare word: the first value after an equals sign may hold equals
// signs, further ones closing brackets.
func (p *parser) word(first bool) (string, error) {
	start := p.pos
	for !p.end() {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		switch {
		case strings.HasPrefix(p.text[p.pos:], `\,`):
			size = len(`\,`)
		case r > 0xffff:
			size = 0
		case p.pos == start && (r <= ' ' || strings.ContainsRune(`"',=[{`, r)):
			size = 0
		case p.pos > start && (r < ' ' && !isBlank(r) || strings.ContainsRune(`"',`, r)):
			size = 0
		case p.pos > start && (first && (r == ']' || r == '}') || !first && r == '='):
			size = 0
		}
		if size == 0 {
			break
		}
		p.pos += size
	}
	if p.pos == start {
		return "", errNoWord
	}
	return strings.TrimRightFunc(strings.ReplaceAll(p.text[start:p.pos], `\,`, ","), isBlank), nil
}

// isBlank tells whether r is white space to Python.
func isBlank(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// quoted reads a text in quotes.
func (p *parser) quoted() (string, error) {
	if !p.at('\'') && !p.at('"') {
		return "", errUnquoted
	}
	quote := p.text[p.pos]
	inside := p.text[p.pos+1:]
	size := closingQuote(inside, quote)
	if size < 0 {
		if quote == '"' {
			return "", p.expected("<double quoted>")
		}
		return "", p.expected("<singled quoted>")
	}
	p.pos += size + 2
	text := strings.ReplaceAll(inside[:size], `\`+string(quote), string(quote))
	return strings.ReplaceAll(text, `\\`, `\`), nil
}

// closingQuote returns where the quote is that ends s, or -1. It is the first one
// that no backslash escapes. If there is none, then the last one that a backslash
// escapes ends s after all: the backslash counts as a character.
func closingQuote(s string, quote byte) int {
	escaped := -1
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return i
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == quote):
			i++
			if s[i] == quote {
				escaped = i
			}
		}
	}
	return escaped
}
