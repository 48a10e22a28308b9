package yaml

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// kind is what a token is.
type kind int

const (
	streamEnd kind = iota
	directive
	documentStart
	documentEnd
	blockSequenceStart
	blockMappingStart
	blockEnd
	flowSequenceStart
	flowSequenceEnd
	flowMappingStart
	flowMappingEnd
	flowEntry
	blockEntry
	keyMark
	valueMark
	aliasMark
	anchorMark
	tagMark
	scalarText
)

// token is a piece of the text that means something.
type token struct {
	kind   kind
	text   string // of a scalar, alias or anchor, the suffix of a tag, the prefix of a %TAG, the major version of a %YAML
	handle string // of a tag or %TAG: ! or !! or !name!, or empty
	name   string // of a directive
	plain  bool   // of a scalar: without quotes and not a block
}

// scanner makes tokens of a text, no earlier than they are asked for, since
// %YAML changes the rules on the way. What comes before a ':' can only be told
// for a key when the ':' is found, so tokens wait in a queue while one of them
// may still turn out to be a key.
type scanner struct {
	text         []rune
	pos          int
	line, column int
	version      version

	tokens []token
	taken  int // tokens that left the queue
	done   bool

	indent     int // of the present block collection; -1 outside of all
	indents    []int
	flow       []rune // the brackets that are open
	keyAllowed bool   // a key without '?' may start here
	keys       []possibleKey
}

// possibleKey is a place where a key may have started, one per flow level.
type possibleKey struct {
	possible bool
	required bool // there can be nothing else
	token    int  // its number, counted from the start
	at, line int
	column   int
}

// maxKeyLength is how long a key before a ':' may be, in characters.
const maxKeyLength = 1024

func newScanner(text string) (*scanner, error) {
	s := &scanner{version: version12, indent: -1, keyAllowed: true, keys: make([]possibleKey, 1)}
	if !utf8.ValidString(text) {
		return nil, s.fail("the text is not UTF-8")
	}
	s.text = []rune(text)
	for _, r := range s.text {
		if !isPrintable(r) && r <= 0xffff && !strings.ContainsRune("\t\r\u0085\uFEFF", r) {
			return nil, s.fail("special characters are not allowed")
		}
	}
	return s, nil
}

func (s *scanner) fail(reason string) error {
	return &SyntaxError{Reason: reason, Line: s.line + 1, Column: s.column + 1}
}

// ahead returns the character i places on; NUL after the end.
func (s *scanner) ahead(i int) rune {
	if s.pos+i < len(s.text) {
		return s.text[s.pos+i]
	}
	return 0
}

// forward passes over n characters. Only \n and \r count as lines here, other
// than where the text of scalars is concerned.
func (s *scanner) forward(n int) {
	for ; n > 0 && s.pos < len(s.text); n-- {
		r := s.text[s.pos]
		s.pos++
		switch {
		case r == '\n', r == '\r' && s.ahead(0) != '\n':
			s.line++
			s.column = 0
		case r != 0xfeff:
			s.column++
		}
	}
}

// take passes over n characters and returns them.
func (s *scanner) take(n int) string {
	taken := string(s.text[s.pos:min(s.pos+n, len(s.text))])
	s.forward(n)
	return taken
}

// until returns how many characters there are before one that stop names.
func (s *scanner) until(stop func(rune) bool) int {
	n := 0
	for !stop(s.ahead(n)) {
		n++
	}
	return n
}

func (s *scanner) skipBlanks() {
	for s.ahead(0) == ' ' {
		s.forward(1)
	}
}

// isEnd tells the end of a line and of the text.
func isEnd(r rune) bool { return r == 0 || isBreak(r) }

// lineBreak passes over a line break and returns it as it counts in scalars.
func (s *scanner) lineBreak() string {
	switch r := s.ahead(0); r {
	case '\r', '\n', 0x85:
		if r == '\r' && s.ahead(1) == '\n' {
			s.forward(1)
		}
		s.forward(1)
		return "\n"
	case 0x2028, 0x2029:
		return s.take(1)
	}
	return ""
}

// separator tells whether --- or ... stands here, whatever the column.
func (s *scanner) separator(mark rune) bool {
	return s.ahead(0) == mark && s.ahead(1) == mark && s.ahead(2) == mark && isBlank(s.ahead(3))
}

func (s *scanner) anySeparator() bool { return s.separator('-') || s.separator('.') }

// peek returns the next token and leaves it.
func (s *scanner) peek() (token, error) {
	for {
		if more, err := s.needsMore(); err != nil {
			return token{}, err
		} else if !more {
			break
		}
		if err := s.fetch(); err != nil {
			return token{}, err
		}
	}
	if len(s.tokens) == 0 {
		return token{}, nil // the end of the stream, once more
	}
	return s.tokens[0], nil
}

// next returns the next token and goes on.
func (s *scanner) next() (token, error) {
	t, err := s.peek()
	if err == nil && len(s.tokens) > 0 {
		s.tokens = s.tokens[1:]
		s.taken++
	}
	return t, err
}

// at tells whether the next token is one of the kinds.
func (s *scanner) at(kinds ...kind) (bool, error) {
	t, err := s.peek()
	return err == nil && slices.Contains(kinds, t.kind), err
}

func (s *scanner) needsMore() (bool, error) {
	if s.done {
		return false, nil
	}
	if len(s.tokens) == 0 {
		return true, nil
	}
	if err := s.dropStaleKeys(); err != nil {
		return false, err
	}
	for _, key := range s.keys {
		if key.possible && key.token == s.taken {
			return true, nil
		}
	}
	return false, nil
}

// dropStaleKeys gives up on keys whose ':' did not come in time.
func (s *scanner) dropStaleKeys() error {
	for i := range s.keys {
		key := &s.keys[i]
		if key.possible && (key.line != s.line || s.pos-key.at > maxKeyLength) {
			if key.required {
				return s.fail("could not find expected ':'")
			}
			key.possible = false
		}
	}
	return nil
}

// startKey notes that what comes now may be a key.
func (s *scanner) startKey() error {
	if !s.keyAllowed {
		return nil
	}
	if err := s.dropKey(); err != nil {
		return err
	}
	s.keys[len(s.flow)] = possibleKey{
		possible: true, required: len(s.flow) == 0 && s.indent == s.column,
		token: s.taken + len(s.tokens), at: s.pos, line: s.line, column: s.column,
	}
	return nil
}

// dropKey gives up on the possible key of this flow level.
func (s *scanner) dropKey() error {
	key := &s.keys[len(s.flow)]
	if key.possible && key.required {
		return s.fail("could not find expected ':'")
	}
	key.possible = false
	return nil
}

// unwind ends the block collections that are indented more than column.
func (s *scanner) unwind(column int) {
	if len(s.flow) > 0 {
		return
	}
	for s.indent > column {
		s.indent = s.indents[len(s.indents)-1]
		s.indents = s.indents[:len(s.indents)-1]
		s.add(token{kind: blockEnd})
	}
}

// indentTo starts a block collection, if column is further in than the present one.
func (s *scanner) indentTo(column int) bool {
	if s.indent >= column {
		return false
	}
	s.indents = append(s.indents, s.indent)
	s.indent = column
	return true
}

func (s *scanner) add(t token) { s.tokens = append(s.tokens, t) }
