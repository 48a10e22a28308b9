package yaml

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

func isWord(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

func isHandle(r rune) bool { return isWord(r) || r == '-' || r == '_' }

// scanAnchor scans *alias or &anchor.
func (s *scanner) scanAnchor(k kind) (token, error) {
	s.forward(1)
	name := s.take(s.until(func(r rune) bool {
		return r <= ' ' || strings.ContainsRune(",[]{}", r) || !isPrintable(r) && r <= 0xffff
	}))
	if name == "" {
		return token{}, s.fail("expected alphabetic or numeric character")
	}
	if r := s.ahead(0); !isBlank(r) && !strings.ContainsRune("?:,[]{}%@`", r) {
		return token{}, s.fail("expected alphabetic or numeric character")
	}
	return token{kind: k, text: name}, nil
}

// scanTag scans !suffix, !!suffix, !handle!suffix, !<whole tag> or ! alone.
func (s *scanner) scanTag() (token, error) {
	t := token{kind: tagMark}
	var err error
	switch next := s.ahead(1); {
	case next == '<':
		s.forward(2)
		if t.text, err = s.scanURI(); err != nil {
			return t, err
		}
		if s.ahead(0) != '>' {
			return t, s.fail("expected '>'")
		}
		s.forward(1)
	case isBlank(next):
		s.forward(1)
		t.text = "!"
	default:
		t.handle = "!"
		if s.hasHandle() {
			t.handle, err = s.scanHandle()
		} else {
			s.forward(1)
		}
		if err == nil {
			t.text, err = s.scanURI()
		}
		if err != nil {
			return t, err
		}
	}
	if r := s.ahead(0); r != ' ' && !isEnd(r) {
		return t, s.fail("expected ' ' after a tag")
	}
	return t, nil
}

// hasHandle tells whether there is a second '!' in the word.
func (s *scanner) hasHandle() bool {
	n := s.until(func(r rune) bool { return r == ' ' || isEnd(r) })
	return slices.Contains(s.text[s.pos+1:s.pos+n], '!')
}

// scanHandle scans ! or !! or !name!.
func (s *scanner) scanHandle() (string, error) {
	if s.ahead(0) != '!' {
		return "", s.fail("expected '!'")
	}
	n := 1
	if s.ahead(n) != ' ' {
		for isHandle(s.ahead(n)) {
			n++
		}
		if s.ahead(n) != '!' {
			return "", s.fail("expected '!'")
		}
		n++
	}
	return s.take(n), nil
}

// scanURI scans the suffix of a tag or the prefix of a %TAG, and undoes its %xx.
func (s *scanner) scanURI() (string, error) {
	var b strings.Builder
	stop := func(r rune) bool {
		return !isWord(r) && (r == 0 || !strings.ContainsRune("-;/?:@&=+$,_.!~*'()[]", r)) &&
			(r != '#' || s.version <= version11)
	}
	for {
		b.WriteString(s.take(s.until(stop)))
		if s.ahead(0) != '%' {
			break
		}
		var bytes []byte
		for s.ahead(0) == '%' {
			s.forward(1)
			code, err := strconv.ParseUint(string([]rune{s.ahead(0), s.ahead(1)}), 16, 8)
			if err != nil {
				return "", s.fail("expected URI escape sequence of 2 hexadecimal digits")
			}
			bytes = append(bytes, byte(code))
			s.forward(2)
		}
		if !utf8.Valid(bytes) {
			return "", s.fail("the URI is not UTF-8")
		}
		b.Write(bytes)
	}
	if b.Len() == 0 {
		return "", s.fail("expected URI")
	}
	return b.String(), nil
}

// scanDirective scans a line that starts with %. A %YAML holds from here on.
func (s *scanner) scanDirective() (token, error) {
	s.forward(1)
	name := s.take(s.until(func(r rune) bool { return !isHandle(r) && r != ':' && r != '.' }))
	if r := s.ahead(0); name == "" || r != ' ' && !isEnd(r) {
		return token{}, s.fail("expected alphabetic or numeric character")
	}
	t := token{kind: directive, name: name}
	var err error
	switch name {
	case "YAML":
		t.text, err = s.scanVersion()
	case "TAG":
		t.handle, t.text, err = s.scanTagDirective()
	default:
		s.forward(s.until(isEnd))
	}
	if err != nil {
		return t, err
	}
	s.skipBlanks()
	if s.ahead(0) == '#' {
		s.forward(s.until(isEnd))
	}
	if !isEnd(s.ahead(0)) {
		return t, s.fail("expected a comment or a line break")
	}
	s.lineBreak()
	return t, nil
}

// scanVersion scans 1.2 and returns the 1.
func (s *scanner) scanVersion() (major string, err error) {
	s.skipBlanks()
	notDigit := func(r rune) bool { return r < '0' || r > '9' }
	major = s.take(s.until(notDigit))
	if major == "" || s.ahead(0) != '.' {
		return "", s.fail("expected a digit or '.'")
	}
	s.forward(1)
	minor := s.take(s.until(notDigit))
	if r := s.ahead(0); minor == "" || r != ' ' && !isEnd(r) {
		return "", s.fail("expected a digit or '.'")
	}
	n, err := strconv.ParseInt(minor, 10, 32)
	if err != nil {
		n = 1<<31 - 1
	}
	s.version = version(n)
	return strings.TrimLeft(major, "0"), nil
}

// scanTagDirective scans a handle and the prefix that it stands for.
func (s *scanner) scanTagDirective() (handle, prefix string, err error) {
	s.skipBlanks()
	if handle, err = s.scanHandle(); err != nil {
		return "", "", err
	}
	if s.ahead(0) != ' ' {
		return "", "", s.fail("expected ' ' after a handle")
	}
	s.skipBlanks()
	if prefix, err = s.scanURI(); err != nil {
		return "", "", err
	}
	if r := s.ahead(0); r != ' ' && !isEnd(r) {
		return "", "", s.fail("expected ' ' after a prefix")
	}
	return handle, prefix, nil
}
