package shorthand

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError says where a text is no shorthand, in AWS CLI's words: the text
// with a caret under the place.
type SyntaxError struct {
	Message string // Expected: '=', received: 'EOF'
	Text    string // the whole text
	Offset  int    // of the place, in bytes of Text
	Hint    string // what may have gone wrong; empty: nothing is known
}

func (e *SyntaxError) Error() string {
	text := e.Message + " for input:\n" + e.picture()
	if e.Hint != "" {
		text += "\n" + e.Hint
	}
	return text
}

// picture is the text with a line that has the caret put in below the line of the
// place. A newline at the place itself ends that line.
func (e *SyntaxError) picture() string {
	before, after := e.Text[:e.Offset], e.Text[e.Offset:]
	rest := ""
	if i := strings.IndexByte(after, '\n'); i >= 0 {
		after, rest = after[:i], after[i:]
	}
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return before + after + "\n" + strings.Repeat(" ", column) + "^" + rest
}

// expected reports that what is wanted does not stand at the place of reading.
func (p *parser) expected(want string) error {
	received := "<none>"
	switch {
	case len(want) > 1: // a kind of value
	case p.end():
		received = "EOF"
	default:
		_, size := utf8.DecodeRuneInString(p.text[p.pos:])
		received = p.text[p.pos : p.pos+size]
	}
	return &SyntaxError{
		Message: fmt.Sprintf("Expected: '%s', received: '%s'", want, received),
		Text:    p.text,
		Offset:  p.pos,
	}
}

// duplicate reports a key that was given before; end is where the pair before the
// second one ends.
func duplicate(text, key string, end int) error {
	return &SyntaxError{
		Message: fmt.Sprintf(`Second instance of key "%s" encountered`, key),
		Text:    text,
		Offset:  end + 1,
		Hint:    `This is often because there is a preceding "," instead of a space.`,
	}
}
