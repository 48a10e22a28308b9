package jmespath

import (
	"errors"
	"strings"
	"unicode"

	"vedette/cli/document"
)

// literal reads JSON in backticks. What is no JSON is taken for the inside of a
// string: the language once had no other way to write strings.
func (l *lexer) literal() error {
	start := l.pos
	inner, err := l.quoted('`')
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(inner, "\\`", "`")
	v, err := document.Parse(text)
	if deep, ok := errors.AsType[*document.DepthError](err); ok {
		return &SyntaxError{deep.Error()}
	}
	if err != nil {
		v, err = document.Parse(`"` + strings.TrimLeftFunc(text, isSpace) + `"`)
	}
	if err != nil {
		return l.fail(start, "Bad token "+text)
	}
	l.add(tokenLiteral, start, "", v)
	return nil
}

// syntaxMessage returns what document.Parse complains about, without the place.
func syntaxMessage(err error) string {
	var syntax *document.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Message
	}
	return err.Error()
}

// isSpace tells whether Python takes r for a blank.
func isSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }
