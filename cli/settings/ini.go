package settings

import (
	"errors"
	"strings"
	"unicode/utf8"

	"vedette/cli/document"
)

// errSyntax says that a file is no configuration. The user learns its path only.
var errSyntax = errors.New("no configuration file")

// defaultSection names the section whose options every other section has too.
const defaultSection = "DEFAULT"

// parseINI reads a configuration or credentials file. Sections, and options in
// them, keep their order. An option's value is a string, or a *document.Map of
// strings where it starts with an empty line and goes on indented.
//
// The grammar is that of Python's configparser: continuation lines are indented
// deeper than their option, comments are whole lines, keys are in lower case, and
// a section or option must not come twice.
func parseINI(text string) (*document.Map, error) {
	if !utf8.ValidString(text) {
		return nil, errSyntax
	}
	p := &iniParser{sections: new(document.Map), defaults: new(document.Map), seen: map[[2]string]bool{}}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	for line := range strings.SplitSeq(text, "\n") {
		if err := p.line(line); err != nil {
			return nil, err
		}
	}
	return p.result()
}

type iniParser struct {
	sections *document.Map      // name to *document.Map of option to *[]string, its lines
	defaults *document.Map      // the same for the section DEFAULT
	seen     map[[2]string]bool // section and option
	name     string             // of the section being read
	section  *document.Map      // being read; nil before the first
	lines    *[]string          // of the option being read; nil before the first
	indent   int                // of the option or header that was read last
}

func (p *iniParser) line(line string) error {
	trimmed := strings.TrimFunc(line, isSpace)
	if trimmed == "" {
		if p.lines != nil {
			*p.lines = append(*p.lines, "")
		}
		return nil
	}
	if trimmed[0] == '#' || trimmed[0] == ';' {
		return nil
	}
	indent := utf8.RuneCountInString(line) - utf8.RuneCountInString(strings.TrimLeftFunc(line, isSpace))
	if p.lines != nil && indent > p.indent {
		*p.lines = append(*p.lines, trimmed)
		return nil
	}
	p.indent = indent
	// What follows the last bracket of a header counts for nothing.
	if end := strings.LastIndexByte(trimmed, ']'); trimmed[0] == '[' && end > 1 {
		return p.header(trimmed[1:end])
	}
	return p.option(trimmed)
}

func (p *iniParser) header(name string) error {
	p.name, p.lines = name, nil
	if name == defaultSection {
		p.section = p.defaults
		return nil
	}
	if p.sections.Has(name) {
		return errSyntax
	}
	p.section = new(document.Map)
	p.sections.Set(name, p.section)
	return nil
}

func (p *iniParser) option(text string) error {
	at := strings.IndexAny(text, "=:")
	if p.section == nil || at < 0 {
		return errSyntax
	}
	key := lower(strings.TrimRightFunc(text[:at], isSpace))
	if key == "" || p.seen[[2]string{p.name, key}] {
		return errSyntax
	}
	p.seen[[2]string{p.name, key}] = true
	p.lines = &[]string{strings.TrimLeftFunc(text[at+1:], isSpace)}
	p.section.Set(key, p.lines)
	return nil
}

// result joins the lines of each value and gives each section what DEFAULT has.
func (p *iniParser) result() (*document.Map, error) {
	for name, section := range p.sections.All() {
		values := new(document.Map)
		for _, source := range []*document.Map{section.(*document.Map), p.defaults} {
			for key, lines := range source.All() {
				if values.Has(key) {
					continue
				}
				value, err := iniValue(*lines.(*[]string))
				if err != nil {
					return nil, err
				}
				values.Set(key, value)
			}
		}
		p.sections.Set(name, values)
	}
	return p.sections, nil
}

// iniValue returns the value of lines: a map if the first is empty.
func iniValue(lines []string) (document.Value, error) {
	text := strings.TrimRightFunc(strings.Join(lines, "\n"), isSpace)
	if !strings.HasPrefix(text, "\n") {
		return text, nil
	}
	inner := new(document.Map)
	for line := range strings.FieldsFuncSeq(text, isLineBreak) {
		if line = strings.TrimFunc(line, isSpace); line == "" {
			continue
		}
		key, value, found := strings.Cut(line, "=")
		if !found {
			return nil, errSyntax
		}
		inner.Set(strings.TrimFunc(key, isSpace), strings.TrimFunc(value, isSpace))
	}
	return inner, nil
}
