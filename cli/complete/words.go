package complete

import (
	"errors"
	"strings"
)

// ErrOpenQuote says that a quote of a line does not end.
var ErrOpenQuote = errors.New("a quote is not closed")

// Word is one word of a line.
type Word struct {
	Text  string // without its quotes
	Start int    // in the line, in bytes
	Raw   string // as it stands in the line
	Quote byte   // the quote in which the line ends, or 0
	// Inside is how much of Text stands before that quote.
	Inside int
}

// Split takes a line apart as a shell does, but expands nothing: blanks part
// words, quotes and backslashes keep them together. The last word is the one under
// the cursor at the end of the line; it is empty behind a blank.
func Split(line string) []Word {
	var words []Word
	for at := 0; ; {
		for at < len(line) && isBlank(line[at]) {
			at++
		}
		w, end := scanWord(line, at)
		if end < len(line) || w.Raw != "" || len(words) == 0 || isBlank(line[len(line)-1]) {
			words = append(words, w)
		}
		if end >= len(line) {
			return words
		}
		at = end
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// scanWord reads the word that begins at a place, and returns its end.
func scanWord(line string, start int) (Word, int) {
	w := Word{Start: start}
	var text strings.Builder
	at := start
	for ; at < len(line); at++ {
		c := line[at]
		switch {
		case w.Quote == 0 && isBlank(c):
			return w.ended(line, at, text.String()), at
		case w.Quote == 0 && (c == '\'' || c == '"'):
			w.Quote, w.Inside = c, text.Len()
		case c == w.Quote:
			w.Quote = 0
		case c == '\\' && w.Quote != '\'' && at+1 < len(line) && (w.Quote == 0 || strings.IndexByte("\"\\$`", line[at+1]) >= 0):
			at++
			text.WriteByte(line[at])
		default:
			text.WriteByte(c)
		}
	}
	return w.ended(line, at, text.String()), at
}

func (w Word) ended(line string, end int, text string) Word {
	w.Text, w.Raw = text, line[w.Start:end]
	return w
}

// Texts returns the words without their quotes.
func Texts(words []Word) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.Text
	}
	return list
}

// Args returns the words of a line that is complete. The error is ErrOpenQuote.
func Args(line string) ([]string, error) {
	words := Split(line)
	last := words[len(words)-1]
	if last.Quote != 0 {
		return nil, ErrOpenQuote
	}
	if last.Raw == "" {
		words = words[:len(words)-1]
	}
	return Texts(words), nil
}

// Quote writes a word so that every shell, and Split, reads it back.
func Quote(word string) string {
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'"'"'`) + "'"
}

// plain are the characters that mean nothing to any shell.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-"
