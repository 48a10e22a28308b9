package jmespath

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"vedette/cli/document"
)

type tokenKind uint8

const (
	tokenEOF tokenKind = iota
	tokenUnquoted
	tokenQuoted
	tokenLiteral
	tokenRightBracket
	tokenRightParen
	tokenComma
	tokenRightBrace
	tokenNumber
	tokenCurrent
	tokenReference
	tokenColon
	tokenPipe
	tokenOr
	tokenAnd
	tokenEqual
	tokenGreater
	tokenLess
	tokenGreaterEqual
	tokenLessEqual
	tokenNotEqual
	tokenFlatten
	tokenStar
	tokenFilter
	tokenDot
	tokenNot
	tokenLeftBrace
	tokenLeftBracket
	tokenLeftParen
)

// grammar gives each kind of token the name that error texts use and its power
// to bind what is on its left.
var grammar = [...]struct {
	name  string
	power int
}{
	tokenEOF:          {"eof", 0},
	tokenUnquoted:     {"unquoted_identifier", 0},
	tokenQuoted:       {"quoted_identifier", 0},
	tokenLiteral:      {"literal", 0},
	tokenRightBracket: {"rbracket", 0},
	tokenRightParen:   {"rparen", 0},
	tokenComma:        {"comma", 0},
	tokenRightBrace:   {"rbrace", 0},
	tokenNumber:       {"number", 0},
	tokenCurrent:      {"current", 0},
	tokenReference:    {"expref", 0},
	tokenColon:        {"colon", 0},
	tokenPipe:         {"pipe", 1},
	tokenOr:           {"or", 2},
	tokenAnd:          {"and", 3},
	tokenEqual:        {"eq", 5},
	tokenGreater:      {"gt", 5},
	tokenLess:         {"lt", 5},
	tokenGreaterEqual: {"gte", 5},
	tokenLessEqual:    {"lte", 5},
	tokenNotEqual:     {"ne", 5},
	tokenFlatten:      {"flatten", 9},
	tokenStar:         {"star", 20},
	tokenFilter:       {"filter", 21},
	tokenDot:          {"dot", 40},
	tokenNot:          {"not", 45},
	tokenLeftBrace:    {"lbrace", 50},
	tokenLeftBracket:  {"lbracket", 55},
	tokenLeftParen:    {"lparen", 60},
}

func (k tokenKind) String() string { return grammar[k].name }

// token is a piece of an expression.
type token struct {
	kind  tokenKind
	start int    // in bytes
	text  string // as written; of a quoted identifier the name, of a number in its shortest form
	value Value  // of a literal
}

// String returns the token's value as Python's str does.
func (t token) String() string {
	if t.kind == tokenLiteral {
		return document.Text(t.value)
	}
	return t.text
}

// integer returns the value of a number; one that does not fit becomes the
// nearest that does, which no list can tell from it.
func (t token) integer() int {
	n, err := strconv.Atoi(t.text)
	if err != nil && t.text[0] == '-' {
		return -math.MaxInt
	}
	if err != nil {
		return math.MaxInt
	}
	return n
}

type lexer struct {
	text   string
	pos    int
	tokens []token
}

// tokenize splits an expression; the last token is tokenEOF.
func tokenize(text string) ([]token, error) {
	l := &lexer{text: text, tokens: make([]token, 0, 8+len(text)/4)}
	for l.pos < len(text) {
		if err := l.step(); err != nil {
			return nil, err
		}
	}
	l.pos = len(text)
	l.emit(tokenEOF, 0)
	return l.tokens, nil
}

// fail returns an error with a caret below the place at.
func (l *lexer) fail(at int, message string) error {
	return &SyntaxError{"Bad jmespath expression: " + message + ":\n" + l.text + "\n" +
		strings.Repeat(" ", utf8.RuneCountInString(l.text[:at])) + "^"}
}

// emit adds a token of the next width bytes and passes over them.
func (l *lexer) emit(kind tokenKind, width int) {
	end := l.pos + width
	l.tokens = append(l.tokens, token{kind: kind, start: l.pos, text: l.text[l.pos:end]})
	l.pos = end
}

// followed tells whether c comes after the character at the place of reading.
func (l *lexer) followed(c byte) bool {
	return l.pos+1 < len(l.text) && l.text[l.pos+1] == c
}

// either emits the pair kind if second follows, else the single kind.
func (l *lexer) either(second byte, pair, single tokenKind) {
	if l.followed(second) {
		l.emit(pair, 2)
	} else {
		l.emit(single, 1)
	}
}

func (l *lexer) step() error {
	c := l.text[l.pos]
	switch {
	case c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		l.identifier()
		return nil
	case isDigit(c) || c == '-':
		return l.number()
	}
	switch c {
	case ' ', '\t', '\n', '\r':
		l.pos++
	case '\'':
		return l.rawString()
	case '`':
		return l.literal()
	case '"':
		return l.quotedIdentifier()
	case '=':
		if !l.followed('=') {
			return l.fail(l.pos, "Unknown token '='")
		}
		l.emit(tokenEqual, 2)
	default:
		return l.punctuation(c)
	}
	return nil
}

func (l *lexer) punctuation(c byte) error {
	switch c {
	case '.':
		l.emit(tokenDot, 1)
	case '*':
		l.emit(tokenStar, 1)
	case ']':
		l.emit(tokenRightBracket, 1)
	case ',':
		l.emit(tokenComma, 1)
	case ':':
		l.emit(tokenColon, 1)
	case '@':
		l.emit(tokenCurrent, 1)
	case '(':
		l.emit(tokenLeftParen, 1)
	case ')':
		l.emit(tokenRightParen, 1)
	case '{':
		l.emit(tokenLeftBrace, 1)
	case '}':
		l.emit(tokenRightBrace, 1)
	case '[':
		if l.followed(']') {
			l.emit(tokenFlatten, 2)
		} else {
			l.either('?', tokenFilter, tokenLeftBracket)
		}
	case '|':
		l.either('|', tokenOr, tokenPipe)
	case '&':
		l.either('&', tokenAnd, tokenReference)
	case '<':
		l.either('=', tokenLessEqual, tokenLess)
	case '>':
		l.either('=', tokenGreaterEqual, tokenGreater)
	case '!':
		l.either('=', tokenNotEqual, tokenNot)
	default:
		_, width := utf8.DecodeRuneInString(l.text[l.pos:])
		return l.fail(l.pos, "Unknown token "+l.text[l.pos:l.pos+width])
	}
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (l *lexer) identifier() {
	end := l.pos + 1
	for end < len(l.text) {
		c := l.text[end]
		if c != '_' && !('a' <= c && c <= 'z') && !('A' <= c && c <= 'Z') && !isDigit(c) {
			break
		}
		end++
	}
	l.emit(tokenUnquoted, end-l.pos)
}

// maxDigits is how many digits Python turns into an integer at most.
const maxDigits = 4300

func tooManyDigits(digits int) string {
	return fmt.Sprintf("Exceeds the limit (%d digits) for integer string conversion: value has %d digits; "+
		"use sys.set_int_max_str_digits() to increase the limit", maxDigits, digits)
}

func (l *lexer) number() error {
	start, end := l.pos, l.pos+1
	for end < len(l.text) && isDigit(l.text[end]) {
		end++
	}
	digits := strings.TrimPrefix(l.text[start:end], "-")
	if digits == "" {
		return l.fail(start, "Unknown token '-'")
	}
	if len(digits) > maxDigits {
		return &SyntaxError{tooManyDigits(len(digits))}
	}
	l.emit(tokenNumber, end-start)
	if t := &l.tokens[len(l.tokens)-1]; digits[0] == '0' {
		if digits = strings.TrimLeft(digits, "0"); digits == "" {
			t.text = "0"
		} else if t.text[0] == '-' {
			t.text = "-" + digits
		} else {
			t.text = digits
		}
	}
	return nil
}

// quoted passes over a text in quotes and returns what is inside. A backslash
// takes the next character along, whatever it is.
func (l *lexer) quoted(quote byte) (string, error) {
	start := l.pos
	for i := start + 1; i < len(l.text); i++ {
		switch l.text[i] {
		case quote:
			l.pos = i + 1
			return l.text[start+1 : i], nil
		case '\\':
			i++
		}
	}
	return "", l.fail(start, "Unclosed "+string(quote)+" delimiter")
}

func (l *lexer) add(kind tokenKind, start int, text string, value Value) {
	l.tokens = append(l.tokens, token{kind: kind, start: start, text: text, value: value})
}

func (l *lexer) rawString() error {
	start := l.pos
	inner, err := l.quoted('\'')
	if err != nil {
		return err
	}
	l.add(tokenLiteral, start, "", strings.ReplaceAll(inner, `\'`, "'"))
	return nil
}

func (l *lexer) quotedIdentifier() error {
	start := l.pos
	name, err := l.quoted('"')
	if err != nil {
		return err
	}
	if strings.IndexFunc(name, func(r rune) bool { return r == '\\' || r < ' ' }) >= 0 {
		v, err := document.Parse(`"` + name + `"`)
		if err != nil {
			return l.fail(start, syntaxMessage(err))
		}
		name = v.(string)
	}
	l.add(tokenQuoted, start, name, nil)
	return nil
}
