package output

import (
	"errors"
	"strings"
)

// splitCommand splits a command line into words as a POSIX shell does, without
// its variables, patterns, comments and operators.
func splitCommand(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	open := false // a word has begun, even if it is empty so far
	quote := rune(0)
	escaped := false
	for _, r := range line {
		switch {
		case escaped:
			// Between double quotes a backslash stands for itself, except
			// before a double quote and another backslash.
			if quote != 0 && r != quote && r != '\\' {
				word.WriteByte('\\')
			}
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, open = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, open = r, true
		case strings.ContainsRune(" \t\r\n", r):
			if open {
				words = append(words, word.String())
				word.Reset()
			}
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	switch {
	case escaped:
		//lint:ignore ST1005 AWS CLI's words
		return nil, errors.New("No escaped character")
	case quote != 0:
		//lint:ignore ST1005 AWS CLI's words
		return nil, errors.New("No closing quotation")
	case open:
		words = append(words, word.String())
	}
	return words, nil
}
