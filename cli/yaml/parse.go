package yaml

import (
	"fmt"
	"slices"
	"unicode/utf16"

	"vedette/cli/document"
)

const (
	// maxText bounds a text, in bytes. What the service takes is far smaller.
	maxText = 8 << 20
	// maxDepth bounds the nesting, also that of aliases, about where Python's
	// recursion limit does.
	maxDepth = 480
	// maxSize bounds a document with its aliases written out: see node.size.
	maxSize = 1 << 20
)

// SyntaxError says that a text is no YAML, or none that can be read safely. AWS
// CLI says no more than "Invalid YAML received." and exits with 252.
type SyntaxError struct {
	Reason       string
	Line, Column int // where it was noticed, from 1; 0 if that is unknown
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// ValueError is a scalar that looks like a number or a date and is none, or
// another fault that the original does not expect: AWS CLI prints Python's
// message alone and exits with 255.
type ValueError struct{ Message string }

func (e *ValueError) Error() string { return e.Message }

// Parse reads a text with one YAML document, as ruamel.yaml's safe loader does:
// by YAML 1.2, unless it has a %YAML directive. No document at all is nil.
// Aliases share what they stand for, so the caller must not change the result.
// Keys that are no strings are as document.Map.SetKey has them, a !!set is a map
// of nulls. The error is a *SyntaxError or a *ValueError. Unlike the original,
// Parse refuses values that contain themselves, more than 8 MiB of text, and
// about a million values, aliases counted in full.
func Parse(text string) (document.Value, error) {
	if len(text) > maxText {
		return nil, &SyntaxError{Reason: "the text is too long"}
	}
	s, err := newScanner(fromUTF16(text))
	if err != nil {
		return nil, err
	}
	p := &parser{scanner: s}
	node, err := p.stream()
	if err != nil || node == nil {
		return nil, err
	}
	return construct(node, s.version)
}

// fromUTF16 decodes a text that starts with the byte order mark of UTF-16, as
// only the bytes of fileb:// can. One with half a character stays as it is,
// which is no UTF-8 either.
func fromUTF16(text string) string {
	if len(text) < 2 || len(text)%2 == 1 {
		return text
	}
	little := 0
	switch text[:2] {
	case "\xff\xfe":
		little = 1
	case "\xfe\xff":
	default:
		return text
	}
	units := make([]uint16, 0, len(text)/2)
	for i := 0; i < len(text); i += 2 {
		units = append(units, uint16(text[i+little])<<8|uint16(text[i+1-little]))
	}
	decoded := utf16.Decode(units)
	if !slices.Equal(utf16.Encode(decoded), units) {
		return text
	}
	return string(decoded)
}

// parser makes nodes of tokens.
type parser struct {
	*scanner
	handles map[string]string // of tags, and what they stand for
	anchors map[string]*node
	depth   int
	size    int // of what was read so far, aliases not written out
}

// stream reads everything: one document, or none.
func (p *parser) stream() (*node, error) {
	t, err := p.peek()
	if err != nil || t.kind == streamEnd {
		return nil, err
	}
	p.handles, p.anchors = map[string]string{}, map[string]*node{}
	root, err := p.document(t.kind)
	if err != nil {
		return nil, err
	}
	if t, err = p.peek(); err == nil && t.kind == documentEnd {
		_, err = p.next()
	}
	for more := p.version == version11; more && err == nil; {
		if more, err = p.at(documentEnd); more {
			_, err = p.next()
		}
	}
	if err != nil {
		return nil, err
	}
	if end, err := p.at(streamEnd); err != nil || !end {
		return nil, p.failed(err, "expected a single document in the stream")
	}
	return root, nil
}

// failed returns err, or, if that is nil, a syntax error.
func (p *parser) failed(err error, reason string) error {
	if err != nil {
		return err
	}
	return p.fail(reason)
}

// document reads a document that starts with a token of the given kind.
func (p *parser) document(first kind) (*node, error) {
	if first != directive && first != documentStart {
		p.defaultHandles()
		return p.node(blockNode)
	}
	if err := p.directives(); err != nil {
		return nil, err
	}
	if ok, err := p.at(documentStart); !ok {
		return nil, p.failed(err, "expected '<document start>'")
	}
	if _, err := p.next(); err != nil {
		return nil, err
	}
	return p.nodeUnless(blockNode, directive, documentStart, documentEnd, streamEnd)
}

func (p *parser) defaultHandles() {
	for handle, prefix := range map[string]string{"!": "!", "!!": coreTags} {
		if _, there := p.handles[handle]; !there {
			p.handles[handle] = prefix
		}
	}
}

// directives reads the lines with % before a document.
func (p *parser) directives() error {
	versioned := false
	for {
		if ok, err := p.at(directive); !ok {
			p.defaultHandles()
			return err
		}
		t, err := p.next()
		if err != nil {
			return err
		}
		switch t.name {
		case "YAML":
			if versioned || t.text != "1" {
				return p.fail("found duplicate YAML directive or incompatible YAML version")
			}
			versioned = true
		case "TAG":
			if _, there := p.handles[t.handle]; there {
				return p.fail("duplicate tag handle")
			}
			p.handles[t.handle] = t.text
		}
	}
}
