package help

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	body = 7 // columns in front of the text below a heading
	step = 3 // columns that each level adds

	defaultWidth = 80
	minWidth     = 50
	minText      = 24 // columns that are left to text, however deep it lies
)

// page gathers the lines of a manual page.
type page struct {
	text  strings.Builder
	width int  // columns; lines that can be wrapped are no longer
	bold  bool // whether titles and names are set in bold by ANSI codes
}

// newPage returns an empty page. A width that is not positive counts as 80.
func newPage(width int, bold bool) *page {
	if width <= 0 {
		width = defaultWidth
	}
	return &page{width: max(width, minWidth), bold: bold}
}

// write sends the page off in one piece: a reader that goes away sees to it
// that there is one error, not one for each line.
func (p *page) write(w io.Writer) error {
	_, err := io.WriteString(w, p.text.String())
	return err
}

// gap writes an empty line between two blocks.
func (p *page) gap() {
	if p.text.Len() > 0 {
		p.text.WriteByte('\n')
	}
}

// heading begins a section.
func (p *page) heading(title string) {
	p.gap()
	p.text.WriteString(p.strong(title))
	p.text.WriteByte('\n')
}

// strong returns a word in bold, if the page has bold.
func (p *page) strong(word string) string {
	if !p.bold {
		return word
	}
	return "\x1b[1m" + word + "\x1b[0m"
}

// paragraph writes wrapped text. Words that are among names are set in
// bold.
func (p *page) paragraph(indent int, text string, names ...string) {
	p.wrap("", indent, text, names)
}

// bullet writes an item of a list: wrapped text behind a bullet.
func (p *page) bullet(indent int, text string, names ...string) {
	p.wrap("o ", indent, text, names)
}

// wrap writes text between its indent and the width, the first line behind
// mark and the others below its text. A word that is too long sticks out.
func (p *page) wrap(mark string, indent int, text string, names []string) {
	indent = min(indent, p.width-minText)
	column := 0
	for _, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case column == 0:
			p.text.WriteString(strings.Repeat(" ", indent) + mark)
			column = indent + len(mark)
		case column+1+length <= p.width:
			p.text.WriteByte(' ')
			column++
		default:
			column = indent + len(mark)
			p.text.WriteString("\n" + strings.Repeat(" ", column))
		}
		if name := strings.TrimRight(word, ",.;:"); slices.Contains(names, name) {
			word = p.strong(name) + word[len(name):]
		}
		p.text.WriteString(word)
		column += length
	}
	if column > 0 {
		p.text.WriteByte('\n')
	}
}

// code writes lines as they are.
func (p *page) code(indent int, text string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); line != "" {
			p.text.WriteString(strings.Repeat(" ", indent) + line)
		}
		p.text.WriteByte('\n')
	}
}
