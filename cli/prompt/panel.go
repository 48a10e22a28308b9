package prompt

import (
	"bytes"
	"strings"
)

// panelRows returns the rows of the panel: a title, and its text.
func (m *model) panelRows(count int) []string {
	if count < 1 {
		return nil
	}
	title, lines := m.panelText()
	lines = m.wrapped(lines)
	rows := make([]string, 1, count)
	m.scrolled = min(max(m.scrolled, 0), max(0, len(lines)-(count-1)))
	more := ""
	if len(lines) > count-1 {
		more = " PgUp PgDn ─"
	}
	title = m.fit(title, m.width-4)
	fill := m.width - m.widths.StringWidth(title) - m.widths.StringWidth(more) - 3
	if fill < 0 {
		more, fill = "", max(0, fill+m.widths.StringWidth(more))
	}
	rows[0] = dim.paint("─ ") + bold.paint(title) + dim.paint(" "+strings.Repeat("─", fill)+more)
	for _, line := range lines[m.scrolled:] {
		if len(rows) == count {
			break
		}
		rows = append(rows, " "+m.fit(line, m.width-1))
	}
	for len(rows) < count {
		rows = append(rows, "")
	}
	return rows
}

// wrapped breaks the lines that are too wide, behind commas and bars where that is
// possible: how a value is written is often one long word.
func (m *model) wrapped(lines []string) []string {
	var all []string
	for _, line := range lines {
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		width := m.width - 2 - indent
		if m.widths.StringWidth(text) <= width || width < 8 {
			all = append(all, line)
			continue
		}
		for part := range strings.SplitSeq(m.widths.Wrap(text, width, ",|"), "\n") {
			all = append(all, strings.Repeat(" ", indent)+part)
		}
	}
	return all
}

// panelText returns the title and the lines of the panel.
func (m *model) panelText() (title string, lines []string) {
	switch m.shown() {
	case keys:
		return "Keys", keyHelp()
	case output:
		return "Output", strings.Split(strings.TrimRight(strings.ReplaceAll(m.sample(m.result), "\t", "  "), "\n"), "\n")
	}
	about := m.result.About
	if m.menu.selected >= 0 && !m.searching {
		about = m.menu.items[m.menu.selected].about
	}
	var b bytes.Buffer
	about.Write(&b, m.width-2, true) // a buffer takes everything
	return about.Title(), strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}

func keyHelp() []string {
	rows := [][2]string{
		{"Enter", "take what is selected, else run the command"},
		{"Tab", "complete as far as it is clear, then select the next"},
		{"Down, Up", "select the next or the one before"},
		{"Esc", "do not select; close or open the menu"},
		{"Up, Ctrl-P", "the command before, if nothing is selected"},
		{"Down, Ctrl-N", "the command after it"},
		{"Ctrl-R", "search the commands that were run"},
		{"PgUp, PgDn", "scroll this panel"},
		{"F1", "these keys"},
		{"F3", "help"},
		{"F5", "what an answer looks like, with --output and --query"},
		{"Ctrl-A, Ctrl-E", "to the beginning, to the end"},
		{"Alt-B, Alt-F", "a word back, a word on; also Ctrl-Left, Ctrl-Right"},
		{"Ctrl-W, Alt-D", "cut the word before, the word behind"},
		{"Ctrl-U, Ctrl-K", "cut everything before, everything behind"},
		{"Ctrl-Y", "put back what was cut"},
		{"Ctrl-Z", "suspend"},
		{"Ctrl-C, Ctrl-D, F10", "quit"},
	}
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = cyan.paint(r[0]) + strings.Repeat(" ", 21-len(r[0])) + r[1]
	}
	return lines
}
