package output

import "strings"

// What switches colors on and off on a terminal.
const (
	colorCell  = "\x1b[1m\x1b[34m" // bright blue
	colorFrame = "\x1b[2m\x1b[33m" // dim yellow
	colorsOff  = "\x1b[0m"
)

// pen draws a table.
type pen struct {
	strings.Builder
	color bool
	reset bool
	frame string // what stands on each side of a section
	level int    // how often
}

// write adds one piece of text, the unit after which colors are switched off.
func (p *pen) write(text string) {
	p.WriteString(text)
	if p.reset {
		p.WriteString(colorsOff)
	}
}

// line writes a line of the current section.
func (p *pen) line(text string) {
	side := strings.Repeat(p.frame, p.level)
	p.write(side)
	p.write(text)
	p.write(side)
	p.write("\n")
}

// rule writes a line between the rows of columns of the given widths.
func (p *pen) rule(widths []int) {
	var b strings.Builder
	for i, width := range widths {
		if i == 0 {
			b.WriteByte('+')
			width--
		}
		b.WriteString(repeat("-", width-1) + "+")
	}
	p.line(b.String())
}

// render draws the table. One that is wider than the screen has upright sections
// where that is possible.
func (t *table) render(p printer) string {
	if t.width() > p.width {
		for i, s := range t.sections {
			t.sections[i] = s.upright()
		}
	}
	width := t.width()
	draw := &pen{color: p.color, reset: p.reset, frame: "|"}
	if p.color {
		draw.frame = colorFrame + "|" + colorsOff
	}
	draw.write(strings.Repeat("-", width) + "\n")
	for _, s := range t.sections {
		draw.level = s.level
		draw.section(s, width-2*s.level)
	}
	return draw.String()
}

func (t *table) width() int {
	width := 0
	for _, s := range t.sections {
		width = max(width, s.width())
	}
	return width
}

func (p *pen) section(s *section, width int) {
	if s.title != nil && *s.title != "" {
		p.line(centered(*s.title, width, "|"))
		if len(s.headers) == 0 && len(s.rows) == 0 {
			p.line("+" + repeat("-", width-2) + "+")
		}
	}
	widths := s.scaled(width)
	if len(s.headers) > 0 {
		p.rule(widths)
		var b strings.Builder
		for i, header := range s.headers[:min(len(s.headers), len(widths))] {
			b.WriteString(centered(header, widths[i], edge(i)))
		}
		p.line(b.String())
	}
	if len(s.rows) == 0 || len(widths) == 0 {
		return
	}
	p.rule(widths)
	for _, row := range s.rows {
		var b strings.Builder
		for i, text := range row[:min(len(row), len(widths))] {
			b.WriteString(p.cell(text, widths[i], edge(i)))
		}
		p.line(b.String())
	}
	p.rule(widths)
}

// edge returns the left edge of a cell: only the first has one.
func edge(column int) string {
	if column == 0 {
		return "|"
	}
	return ""
}

// centered puts text in the middle of a width that includes the edges.
func centered(text string, width int, left string) string {
	before := width/2 - textWidth(text)/2 - 1
	after := width - 1 - (len(left) + before + textWidth(text))
	return left + repeat(" ", before) + text + repeat(" ", after) + "|"
}

// cell puts text on the left of a width that includes the edges.
func (p *pen) cell(text string, width int, left string) string {
	before := 2
	if width < textWidth(text)+before+len(left)+1 {
		before = 0
	}
	after := width - (len(left) + before + textWidth(text)) - 1
	if p.color { // after the text was measured
		text = colorCell + text + colorsOff
	}
	return left + repeat(" ", before) + text + repeat(" ", after) + "|"
}

// repeat is strings.Repeat, but a negative count is none, as in Python.
func repeat(s string, count int) string { return strings.Repeat(s, max(count, 0)) }
