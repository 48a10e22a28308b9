package jmespath

import (
	"errors"
	"math/big"
	"strings"
	"unicode"

	"vedette/cli/document"
)

// maxLiteralDepth is how many lists and objects in each other Python reads
// before it gives up, called as AWS CLI calls it.
const maxLiteralDepth = 975

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
	if kind := nestedTooDeeply(text, err); kind != "" {
		return &SyntaxError{tooDeep + " while decoding a JSON " + kind + " from a unicode string"}
	}
	if err != nil || len(text) > maxDigits && hasHugeInteger(v) {
		v, err = document.Parse(`"` + strings.TrimLeftFunc(text, isSpace) + `"`)
	}
	if err != nil {
		return l.fail(start, "Bad token "+text)
	}
	l.add(tokenLiteral, start, "", v)
	return nil
}

// nestedTooDeeply returns array or object if a JSON text has one at a depth
// where Python's reader fails. Of the text only what is before the place of err
// counts.
func nestedTooDeeply(text string, err error) string {
	if strings.Count(text, "[")+strings.Count(text, "{") <= maxLiteralDepth {
		return ""
	}
	if syntax := (*document.SyntaxError)(nil); errors.As(err, &syntax) {
		text = string([]rune(text)[:syntax.Offset])
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '[', '{':
			if depth++; depth > maxLiteralDepth {
				return map[byte]string{'[': "array", '{': "object"}[text[i]]
			}
		case ']', '}':
			depth--
		}
	}
	return ""
}

// hasHugeInteger tells whether v has an integer of more digits than Python reads.
func hasHugeInteger(v Value) bool {
	switch v := v.(type) {
	case *big.Int:
		return len(v.Text(10))-(1-v.Sign())/2 > maxDigits
	case []Value:
		for _, element := range v {
			if hasHugeInteger(element) {
				return true
			}
		}
	case *document.Map:
		for _, element := range v.All() {
			if hasHugeInteger(element) {
				return true
			}
		}
	}
	return false
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
