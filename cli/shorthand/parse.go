package shorthand

import (
	"errors"
	"strings"

	"vedette/cli/document"
)

// maxDepth is how many brackets and braces may be open at once. AWS CLI reaches
// Python's recursion limit there.
const maxDepth = 486

var errDepth = errors.New("maximum recursion depth exceeded")

// Parse reads a text in shorthand syntax. Scalars are strings. The error is a
// *SyntaxError, but for a text that is nested too deep.
func Parse(text string) (*document.Map, error) {
	p := &parser{text: text}
	m := new(document.Map)
	for end := 0; ; {
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		value, err := p.values()
		if err != nil {
			return nil, err
		}
		if m.Has(key) {
			return nil, duplicate(text, key, end)
		}
		m.Set(key, value)
		if p.end() {
			return m, nil
		}
		end = p.pos
		if err := p.separator(','); err != nil {
			return nil, err
		}
	}
}

// parser reads from pos on, a place between two characters of the text.
type parser struct {
	text  string
	pos   int
	depth int
}

func (p *parser) end() bool { return p.pos >= len(p.text) }

func (p *parser) at(c byte) bool { return !p.end() && p.text[p.pos] == c }

func (p *parser) blanks() {
	for !p.end() && strings.IndexByte(" \t\n\r\v\f", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

// expect passes over c.
func (p *parser) expect(c byte) error {
	if !p.at(c) {
		return p.expected(string(c))
	}
	p.pos++
	return nil
}

// separator passes over c and the blanks round it.
func (p *parser) separator(c byte) error {
	p.blanks()
	if err := p.expect(c); err != nil {
		return err
	}
	p.blanks()
	return nil
}

// key reads a key and the equals sign after it.
func (p *parser) key() (string, error) {
	start := p.pos
	for !p.end() && isKey(p.text[p.pos]) {
		p.pos++
	}
	key := p.text[start:p.pos]
	return key, p.separator('=')
}

func isKey(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.#/:", c) >= 0
}

// values reads what comes after the equals sign of a pair.
func (p *parser) values() (document.Value, error) {
	if p.end() {
		return "", nil
	}
	if p.at('[') || p.at('{') {
		return p.inner()
	}
	first, err := p.value()
	if err != nil {
		return nil, err
	}
	list := []document.Value{first}
	p.blanks()
	for p.at(',') {
		element, err := p.element()
		if err == nil {
			list = append(list, element)
			continue
		}
		if p.end() {
			return nil, err
		}
		// Not an element: the next pair begins after the nearest comma.
		p.pos = strings.LastIndexByte(p.text[:p.pos+1], ',')
		break
	}
	if len(list) == 1 {
		return first, nil
	}
	return list, nil
}

// element reads a comma and the element of a list without brackets after it. It
// stops at the next comma or at the end.
func (p *parser) element() (string, error) {
	p.pos++
	p.blanks()
	element, err := p.quoted()
	if err == errUnquoted {
		element, err = p.word(false)
		if err == errNoWord {
			err = p.expected("<second>")
		}
	}
	if err != nil {
		return "", err
	}
	p.blanks()
	if !p.end() && !p.at(',') {
		return "", p.expected(",")
	}
	return element, nil
}

// inner reads a value inside brackets or braces.
func (p *parser) inner() (document.Value, error) {
	if !p.at('[') && !p.at('{') {
		return p.value()
	}
	if p.depth++; p.depth > maxDepth {
		return nil, errDepth
	}
	defer func() { p.depth-- }()
	if p.at('[') {
		return p.list()
	}
	return p.hash()
}

func (p *parser) list() (document.Value, error) {
	list := []document.Value{}
	err := p.enclosed(']', func() error {
		v, err := p.inner()
		list = append(list, v)
		return err
	})
	return list, err
}

func (p *parser) hash() (document.Value, error) {
	m := new(document.Map)
	err := p.enclosed('}', func() error {
		key, err := p.key()
		if err != nil {
			return err
		}
		v, err := p.inner()
		m.Set(key, v)
		return err
	})
	return m, err
}

// enclosed passes over an opening bracket, reads elements with commas between
// them, and passes over the closing bracket.
func (p *parser) enclosed(closing byte, element func() error) error {
	p.pos++
	p.blanks()
	for !p.at(closing) {
		if err := element(); err != nil {
			return err
		}
		p.blanks()
		if p.at(closing) {
			break
		}
		if err := p.expect(','); err != nil {
			return err
		}
		p.blanks()
	}
	p.pos++
	return nil
}
