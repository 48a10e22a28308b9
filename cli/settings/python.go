package settings

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"syscall"
	"unicode"

	"vedette/cli/document"
)

// isSpace tells what Python's str.strip removes.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// isLineBreak tells where Python's str.splitlines splits.
func isLineBreak(r rune) bool {
	return r >= '\n' && r <= '\r' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
}

// lower is Python's str.lower: Go makes a plain i of İ, which could then be
// taken for a key that is known.
func lower(s string) string {
	return strings.ToLower(strings.ReplaceAll(s, "İ", "i̇"))
}

// parseInt reads an integer as Python's int does: blanks round it, underscores
// between digits and the digits of all scripts are fine. What does not fit is
// the largest or smallest integer.
func parseInt(v document.Value) (int64, error) {
	text, ok := v.(string)
	if !ok {
		return 0, fail("int() argument must be a string, a bytes-like object or a real number, not 'dict'")
	}
	n, ok := new(big.Int).SetString(asciiDigits(strings.TrimFunc(text, isSpace)), 10)
	switch {
	case !ok:
		return 0, fail("invalid literal for int() with base 10: %s", document.Repr(text))
	case n.IsInt64():
		return n.Int64(), nil
	case n.Sign() < 0:
		return math.MinInt64, nil
	}
	return math.MaxInt64, nil
}

// asciiDigits writes decimal digits of any script as 0 to 9 and leaves out single
// underscores between them. It returns "" for what is no integer.
func asciiDigits(s string) string {
	digits := []byte{}
	before := '_' // what an underscore must not follow
	for i, r := range s {
		switch {
		case i == 0 && (r == '+' || r == '-'):
			digits = append(digits, byte(r))
			continue
		case r == '_' && before != '_':
		case unicode.IsDigit(r):
			digits = append(digits, byte('0'+digitValue(r)))
		default:
			return ""
		}
		before = r
	}
	if before == '_' {
		return ""
	}
	return string(digits)
}

// digitValue returns what a decimal digit counts. Unicode has them in rows of ten
// that start with the zero; some rows follow each other directly.
func digitValue(r rune) int {
	first := r
	for unicode.IsDigit(first - 1) {
		first--
	}
	return int(r-first) % 10
}

// isTrue reads a switch: nothing but the word true, in any case, is on.
func isTrue(v document.Value) bool {
	text, ok := v.(string)
	return ok && strings.ToLower(text) == "true"
}

// errno words an error of the operating system as Python does, if it is one:
// [Errno 2] No such file or directory.
func errno(err error) (string, bool) {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return "", false
	}
	text := number.Error()
	return fmt.Sprintf("[Errno %d] %s", int(number), strings.ToUpper(text[:1])+text[1:]), true
}

// splitShell splits a command line as a POSIX shell does, without any expansion.
func splitShell(text string) ([]string, error) {
	words := []string{}
	var word strings.Builder
	inWord, escaped, quote := false, false, rune(0)
	for _, r := range text {
		switch {
		case escaped:
			// Inside double quotes only they and the backslash can be escaped.
			if quote != 0 && r != '"' && r != '\\' {
				word.WriteByte('\\')
			}
			word.WriteRune(r)
			escaped = false
		case quote != 0 && r == quote:
			quote = 0
		case r == '\\' && quote != '\'':
			escaped, inWord = true, true
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case strings.ContainsRune(" \t\r\n", r):
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	switch {
	case escaped:
		return nil, fail("No escaped character")
	case quote != 0:
		return nil, fail("No closing quotation")
	case inWord:
		words = append(words, word.String())
	}
	return words, nil
}
