package yaml

import (
	"slices"
	"strings"
)

// fetch puts the next token into the queue.
func (s *scanner) fetch() error {
	s.toNextToken()
	if err := s.dropStaleKeys(); err != nil {
		return err
	}
	s.unwind(s.column)
	r, next := s.ahead(0), s.ahead(1)
	switch {
	case r == 0:
		return s.fetchStreamEnd()
	case r == '%' && s.column == 0:
		return s.fetchDirective()
	case s.column == 0 && s.separator('-'):
		return s.fetchDocumentMark(documentStart)
	case s.column == 0 && s.separator('.'):
		return s.fetchDocumentMark(documentEnd)
	case r == '[':
		return s.fetchFlowStart(flowSequenceStart)
	case r == '{':
		return s.fetchFlowStart(flowMappingStart)
	case r == ']':
		return s.fetchFlowEnd(flowSequenceEnd)
	case r == '}':
		return s.fetchFlowEnd(flowMappingEnd)
	case r == ',':
		return s.fetchEntry(flowEntry)
	case r == '-' && isBlank(next):
		return s.fetchBlockEntry()
	case r == '?' && (len(s.flow) > 0 || isBlank(next)):
		return s.fetchKey()
	case r == ':' && s.isValueMark():
		return s.fetchValue()
	}
	return s.fetchContent(r)
}

// fetchContent puts a token of a node into the queue.
func (s *scanner) fetchContent(r rune) error {
	switch {
	case (r == '|' || r == '>') && len(s.flow) == 0:
		// The line after a block may start with a key.
		s.keyAllowed = true
		if err := s.dropKey(); err != nil {
			return err
		}
		return s.blockScalar(r == '>')
	case r == '*':
		return s.fetchKeyPart(func() (token, error) { return s.scanAnchor(aliasMark) })
	case r == '&':
		return s.fetchKeyPart(func() (token, error) { return s.scanAnchor(anchorMark) })
	case r == '!':
		return s.fetchKeyPart(s.scanTag)
	case r == '\'' || r == '"':
		return s.fetchKeyPart(s.quotedScalar)
	case s.isPlainStart():
		return s.fetchKeyPart(s.plainScalar)
	}
	return s.fail("found a character that cannot start any token")
}

// fetchKeyPart scans a token that a key may start with.
func (s *scanner) fetchKeyPart(scan func() (token, error)) error {
	if err := s.startKey(); err != nil {
		return err
	}
	s.keyAllowed = false
	t, err := scan()
	if err != nil {
		return err
	}
	s.add(t)
	return nil
}

// toNextToken passes over blanks, comments and line breaks. Tabs are no blanks
// to the original.
func (s *scanner) toNextToken() {
	if s.pos == 0 && s.ahead(0) == 0xfeff {
		s.forward(1)
	}
	for {
		s.skipBlanks()
		if s.ahead(0) == '#' {
			s.forward(s.until(isEnd))
		}
		if s.lineBreak() == "" {
			return
		}
		if len(s.flow) == 0 {
			s.keyAllowed = true
		}
	}
}

func (s *scanner) fetchStreamEnd() error {
	s.unwind(-1)
	if err := s.dropKey(); err != nil {
		return err
	}
	s.keyAllowed = false
	clear(s.keys)
	s.add(token{kind: streamEnd})
	s.done = true
	return nil
}

func (s *scanner) fetchDirective() error {
	s.unwind(-1)
	if err := s.dropKey(); err != nil {
		return err
	}
	s.keyAllowed = false
	t, err := s.scanDirective()
	if err != nil {
		return err
	}
	s.add(t)
	return nil
}

func (s *scanner) fetchDocumentMark(k kind) error {
	s.unwind(-1)
	if err := s.dropKey(); err != nil {
		return err
	}
	s.keyAllowed = false
	s.forward(3)
	s.add(token{kind: k})
	return nil
}

func (s *scanner) fetchFlowStart(k kind) error {
	if err := s.startKey(); err != nil {
		return err
	}
	s.flow = append(s.flow, s.ahead(0))
	s.keys = append(s.keys, possibleKey{})
	s.keyAllowed = true
	s.forward(1)
	s.add(token{kind: k})
	return nil
}

func (s *scanner) fetchFlowEnd(k kind) error {
	if err := s.dropKey(); err != nil {
		return err
	}
	// That nothing may be open here is left for the parser to find.
	if n := len(s.flow); n > 0 {
		s.flow, s.keys = s.flow[:n-1], s.keys[:n]
	}
	s.keyAllowed = false
	s.forward(1)
	s.add(token{kind: k})
	return nil
}

// fetchEntry puts an indicator of one character that a key may follow.
func (s *scanner) fetchEntry(k kind) error {
	s.keyAllowed = true
	if err := s.dropKey(); err != nil {
		return err
	}
	s.forward(1)
	s.add(token{kind: k})
	return nil
}

func (s *scanner) fetchBlockEntry() error {
	if len(s.flow) == 0 {
		if !s.keyAllowed {
			return s.fail("sequence entries are not allowed here")
		}
		if s.indentTo(s.column) {
			s.add(token{kind: blockSequenceStart})
		}
	}
	return s.fetchEntry(blockEntry)
}

func (s *scanner) fetchKey() error {
	if len(s.flow) == 0 {
		if !s.keyAllowed {
			return s.fail("mapping keys are not allowed here")
		}
		if s.indentTo(s.column) {
			s.add(token{kind: blockMappingStart})
		}
	}
	err := s.fetchEntry(keyMark)
	s.keyAllowed = len(s.flow) == 0
	return err
}

func (s *scanner) fetchValue() error {
	key := &s.keys[len(s.flow)]
	switch {
	case key.possible:
		// What came before is the key after all.
		key.possible = false
		place := key.token - s.taken
		if place < 0 || place > len(s.tokens) {
			return s.fail("mapping values are not allowed here")
		}
		s.tokens = slices.Insert(s.tokens, place, token{kind: keyMark})
		if len(s.flow) == 0 && s.indentTo(key.column) {
			s.tokens = slices.Insert(s.tokens, place, token{kind: blockMappingStart})
		}
		s.keyAllowed = false
	case len(s.flow) == 0:
		if !s.keyAllowed {
			return s.fail("mapping values are not allowed here")
		}
		if s.indentTo(s.column) {
			s.add(token{kind: blockMappingStart})
		}
		s.keyAllowed = true
		if err := s.dropKey(); err != nil {
			return err
		}
	default:
		s.keyAllowed = false
	}
	s.forward(1)
	s.add(token{kind: valueMark})
	return nil
}

// isValueMark tells whether the ':' here separates a key and its value.
func (s *scanner) isValueMark() bool {
	if isBlank(s.ahead(1)) {
		return true
	}
	n := len(s.flow)
	switch {
	case n == 0:
		return false
	case s.version == version11:
		return true
	case s.flow[n-1] == '[':
		return false
	}
	// In {a: :b} the second one belongs to the text, if the first still waits.
	return len(s.tokens) == 0 || s.tokens[len(s.tokens)-1].kind != valueMark
}

// isPlainStart tells whether a plain scalar can start here.
func (s *scanner) isPlainStart() bool {
	r, next := s.ahead(0), s.ahead(1)
	switch {
	case !strings.ContainsRune("\x00 \t\r\n\u0085\u2028\u2029-?:,[]{}#&*!|>'\"%@`", r):
		return true
	case r == '-':
		return !isBlank(next)
	case r == ':' && len(s.flow) > 0:
		return s.version != version11 && next != ' ' && next != '\t'
	}
	return (r == '?' || r == ':') && len(s.flow) == 0 && !isBlank(next)
}
