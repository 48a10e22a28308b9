package prompt

import (
	"strings"

	"vedette/cli/complete"
	"vedette/cli/help"
)

// item is one row of the menu.
type item struct {
	text     string // what comes into the line
	label    string
	kind     string
	help     string
	required bool
	open     bool // no blank belongs behind it
	about    help.About
}

// menu is the candidates for one place in the line.
type menu struct {
	items    []item
	selected int // -1: none
	top      int // the first row that is seen
	start    int // where in the line the word begins that they take the place of
	word     complete.Word
}

// newMenu makes a menu of candidates for a word. What stands there already as a
// whole is no choice; neither is the prompt's own option.
func newMenu(candidates []complete.Candidate, word complete.Word) menu {
	m := menu{selected: -1, start: word.Start, word: word}
	for _, c := range candidates {
		if strings.HasSuffix(c.Text, "cli-auto-prompt") {
			continue
		}
		m.items = append(m.items, item{
			text: inPlace(c, word), label: oneLine(c.Label), kind: oneLine(c.Type), help: oneLine(c.Help),
			required: c.Required, open: c.Open, about: c.About,
		})
	}
	if len(m.items) == 1 && m.items[0].text == word.Raw {
		m.items = nil
	}
	return m
}

// inPlace writes a candidate as the word that it takes the place of: in the same
// quotes, or in some if it needs them.
func inPlace(c complete.Candidate, word complete.Word) string {
	text, quote := oneLine(c.Text), ""
	switch {
	case word.Quote != 0 && word.Inside == 0:
		quote = string(word.Quote)
	case text == "" || strings.ContainsAny(text, " '\"\\"):
		quote = "'"
	}
	switch quote {
	case "'":
		text = strings.ReplaceAll(text, "'", `'"'"'`)
	case `"`:
		text = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
	}
	if c.Open {
		return quote + text
	}
	return quote + text + quote
}

// searchMenu makes a menu of whole lines.
func searchMenu(lines []string) menu {
	m := menu{selected: -1}
	for _, line := range lines {
		line = oneLine(line)
		m.items = append(m.items, item{text: line, label: line, open: true})
	}
	return m
}

// move goes down so many rows, or up, and round: between the last and the first
// there is none.
func (m *menu) move(rows int) {
	n := len(m.items) + 1
	m.selected = (m.selected+1+rows+n)%n - 1
}

// agreed returns what all candidates that begin with the word have behind it.
func (m *menu) agreed() string {
	common, found := "", false
	for _, i := range m.items {
		rest, ok := strings.CutPrefix(i.text, m.word.Raw)
		switch {
		case !ok:
			continue
		case !found:
			common, found = rest, true
		}
		for !strings.HasPrefix(rest, common) {
			all := clusters(common)
			common = strings.Join(all[:len(all)-1], "")
		}
	}
	return common
}

// show moves the part that is seen so that the selected row is in it.
func (m *menu) show(rows int) {
	m.top = min(m.top, max(0, len(m.items)-rows))
	if m.selected >= 0 {
		m.top = min(max(m.top, m.selected-rows+1), m.selected)
	} else {
		m.top = 0
	}
}
