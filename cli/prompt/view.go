package prompt

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// style is how text looks, in terms of the terminal's own colors, so that it fits
// dark and light ones.
type style string

const (
	plainStyle style = ""
	bold       style = "1"
	dim        style = "2"
	reverse    style = "7"
	green      style = "1;32"
	cyan       style = "36"
	magenta    style = "35"
)

func (s style) paint(text string) string {
	if s == plainStyle || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[m"
}

const (
	leastBoth = 16 // rows below the line from which on menu and panel are both shown
	leastWide = 60 // columns from which on the menu shows types
)

// layout says how many rows each part has.
type layout struct {
	line, rule, menu, panel, bar int // panel: with its title
}

// View implements tea.Model.
func (m *model) View() tea.View {
	view := tea.NewView("")
	view.AltScreen = true
	view.WindowTitle = "vedette"
	if m.width < 1 || m.height < 1 {
		return view
	}
	lines, x, y := m.inputLines()
	l := m.layout(len(lines))
	first := min(max(0, y-l.line+1), len(lines)-l.line)
	rows := append([]string{}, lines[first:first+l.line]...)
	if l.rule > 0 {
		rows = append(rows, m.rule())
	}
	rows = append(rows, m.menuRows(l.menu)...)
	rows = append(rows, m.panelRows(l.panel)...)
	if l.bar > 0 {
		rows = append(rows, m.bar(l.menu))
	}
	for i, row := range rows {
		rows[i] = m.widths.Truncate(row, m.width, "") // some do not shrink below a few columns
	}
	view.SetContent(strings.Join(rows, "\n"))
	view.Cursor = tea.NewCursor(x, y-first)
	return view
}

// layout shares out the rows. What is below the line does not move while a person
// types.
func (m *model) layout(lines int) layout {
	l := layout{line: min(lines, max(1, m.height/3))}
	rest := m.height - l.line
	if rest >= 3 {
		l.bar, l.rule = 1, 1
		rest -= 2
	}
	switch m.shownAt(rest) {
	case none:
		l.menu = rest
	default:
		l.menu = min(max(rest*2/5, 3), rest)
		l.panel = rest - l.menu
	}
	return l
}

// shown returns the panel that is there.
func (m *model) shown() panel {
	lines, _, _ := m.inputLines()
	return m.shownAt(m.height - min(len(lines), max(1, m.height/3)) - 2)
}

func (m *model) shownAt(rows int) panel {
	if m.panel != auto {
		return m.panel
	}
	if rows >= leastBoth {
		return manual
	}
	return none
}

// page returns by how many lines the panel scrolls.
func (m *model) page() int {
	lines, _, _ := m.inputLines()
	return max(1, m.layout(len(lines)).panel-2)
}

// cell is one character of the line.
type cell struct {
	text  string
	style style
}

// inputLines returns the line in as many rows as it needs, and where the cursor
// is.
func (m *model) inputLines() (rows []string, x, y int) {
	var row strings.Builder
	column := 0
	put := func(c cell) {
		width := m.widths.StringWidth(c.text)
		if column+width > m.width && column > 0 {
			rows = append(rows, row.String())
			row.Reset()
			column = 0
		}
		row.WriteString(c.style.paint(c.text))
		column += width
	}
	for _, c := range m.label() {
		put(c)
	}
	e := m.line()
	x, y = column, len(rows)
	for at, c := range colored(e.text) {
		put(c)
		if at < e.cursor {
			x, y = column, len(rows)
		}
	}
	rows = append(rows, row.String())
	if x >= m.width {
		x, y = 0, y+1
		if y == len(rows) {
			rows = append(rows, "")
		}
	}
	return rows, x, y
}

// label returns what stands before the text.
func (m *model) label() []cell {
	if m.searching {
		return []cell{{"history: ", magenta}}
	}
	return []cell{{"> ", green}, {"vedette ", bold}}
}

// colored yields the characters of the line, and where they begin: commands are
// bold, options colored.
func colored(text string) func(func(int, cell) bool) {
	return func(yield func(int, cell) bool) {
		at, words, inWord, current := 0, 0, false, plainStyle
		for _, c := range clusters(text) {
			if c == " " {
				inWord = false
			} else if !inWord {
				inWord, current = true, plainStyle
				switch words++; {
				case strings.HasPrefix(text[at:], "-"):
					current = cyan
				case words <= 2:
					current = bold
				}
			}
			if !yield(at, cell{c, current}) {
				return
			}
			at += len(c)
		}
	}
}

// rule parts the line from what is below it, and says what is missing.
func (m *model) rule() string {
	if len(m.result.Missing) == 0 || m.searching {
		return dim.paint(strings.Repeat("─", m.width))
	}
	text := m.fit("required: "+strings.Join(m.result.Missing, " "), m.width-4)
	rest := max(0, m.width-3-m.widths.StringWidth(text))
	return dim.paint("─ ") + magenta.paint(text) + dim.paint(" "+strings.Repeat("─", rest))
}

// fit cuts a text that is too wide.
func (m *model) fit(text string, width int) string {
	return m.widths.Truncate(text, max(width, 0), "…")
}

// pad fills a text up with blanks, or cuts it.
func (m *model) pad(text string, width int) string {
	text = m.fit(text, width)
	return text + strings.Repeat(" ", max(0, width-m.widths.StringWidth(text)))
}

// menuRows returns the rows of the menu.
func (m *model) menuRows(count int) []string {
	rows := make([]string, 0, count)
	items := m.items()
	if len(items) == 0 && m.asking && count > 0 {
		rows = append(rows, dim.paint(m.fit("  asking the server …", m.width)))
	}
	m.menu.show(count)
	label, kind := m.columns(items)
	for i := m.menu.top; i < len(items) && len(rows) < count; i++ {
		rows = append(rows, m.menuRow(items[i], i == m.menu.selected, label, kind)+m.thumb(len(rows), count))
	}
	for len(rows) < count {
		rows = append(rows, "")
	}
	return rows
}

// columns returns how wide the columns of the menu are; they are the same
// wherever it is scrolled to.
func (m *model) columns(items []item) (label, kind int) {
	for _, i := range items {
		label = max(label, m.widths.StringWidth(i.label))
		kind = max(kind, m.widths.StringWidth(i.kind))
	}
	most := m.width - 4
	if !m.searching && m.width >= leastWide {
		most = m.width * 3 / 5
	}
	if m.width < leastWide {
		kind = 0
	}
	return min(label, most), kind
}

func (m *model) menuRow(i item, selected bool, label, kind int) string {
	name := m.pad(i.label, label)
	rest := m.width - label - 4 // a blank before, two behind, the scroll bar
	middle := ""
	if kind > 0 {
		middle = "  " + m.pad(i.kind, kind)
		rest -= kind + 2
	}
	text := i.help
	if i.required {
		text = requiredMark + text
	}
	text = m.pad(text, rest)
	if selected {
		return reverse.paint(m.pad(" "+name+middle+"  "+text, m.width-1))
	}
	if after, found := strings.CutPrefix(text, requiredMark); found && i.required {
		text = magenta.paint(requiredMark) + dim.paint(after)
	} else {
		text = dim.paint(text)
	}
	return " " + name + dim.paint(middle) + "  " + text
}

// requiredMark stands before the help of what is required.
const requiredMark = "required  "

// thumb returns the part of the scroll bar beside a row.
func (m *model) thumb(row, rows int) string {
	total := len(m.menu.items)
	if total <= rows {
		return ""
	}
	size := max(1, rows*rows/total)
	start := m.menu.top * (rows - size) / (total - rows)
	if row >= start && row < start+size {
		return "█"
	}
	return dim.paint("│")
}

// bar says what the keys are for, or what is wrong.
func (m *model) bar(rows int) string {
	if m.message != "" {
		return magenta.paint(m.pad(" "+m.message, m.width))
	}
	count := ""
	if n := len(m.items()); n > rows {
		count = fmt.Sprintf(" %d ", n)
		if m.menu.selected >= 0 {
			count = fmt.Sprintf(" %d/%d ", m.menu.selected+1, n)
		}
	}
	left := ""
	for _, hint := range m.hints() {
		next := left
		if next != "" {
			next += "  "
		}
		next += cyan.paint(hint[0]) + " " + dim.paint(hint[1])
		if m.widths.StringWidth(ansi.Strip(next))+len(count)+1 > m.width {
			break
		}
		left = next
	}
	gap := m.width - 1 - m.widths.StringWidth(ansi.Strip(left)) - len(count)
	return " " + left + strings.Repeat(" ", max(0, gap)) + dim.paint(count)
}

// hints returns keys and what they do, the most useful first.
func (m *model) hints() [][2]string {
	enter := [2]string{"Enter", "run"}
	if m.menu.selected >= 0 || m.searching {
		enter[1] = "accept"
	}
	hints := [][2]string{enter, {"Tab", "complete"}, {"↑↓", "choose"}, {"F1", "keys"}, {"F3", "help"}}
	if m.sample != nil {
		hints = append(hints, [2]string{"F5", "output"})
	}
	return append(hints, [2]string{"^R", "history"}, [2]string{"^C", "quit"})
}
