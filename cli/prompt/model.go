package prompt

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"vedette/cli/complete"
)

// askWithin is how long names from the server are waited for.
const askWithin = time.Second

// panel is what stands below the menu.
type panel uint8

const (
	auto   panel = iota // the help, if there is room
	none                // nothing
	manual              // the help
	output              // what an answer looks like
	keys                // what the keys do
)

// model is the state of the prompt: keys go in, a view comes out.
type model struct {
	ctx           context.Context
	engine        *complete.Engine
	history       *history
	sample        func(complete.Result) string // nil: no output panel
	width, height int
	widths        ansi.Method // how the terminal counts columns

	edit   editor
	menu   menu
	result complete.Result // for the text before the cursor
	asking bool            // the server is being asked for names
	shut   bool            // the menu was closed

	past      int    // which command of the history is shown, counted from the newest; 0: none
	draft     string // what was typed before
	searching bool   // the text is searched for in the history

	panel    panel
	scrolled int // lines of the panel
	message  string

	accepted bool // the command is to be run
}

// fetched says that names came from the server.
type fetched struct{}

// Init implements tea.Model.
func (m *model) Init() tea.Cmd { return m.refresh() }

// Update implements tea.Model.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore && (msg.Value == ansi.ModeReset || msg.Value == ansi.ModeSet || msg.Value == ansi.ModePermanentlySet) {
			m.widths = ansi.GraphemeWidth
		}
	case tea.KeyPressMsg:
		return m, m.press(msg)
	case tea.PasteMsg:
		return m, m.paste(msg.Content)
	case fetched:
		if m.asking && m.menu.selected < 0 {
			return m, m.refresh()
		}
	}
	return m, nil
}

// press does what a key is for.
func (m *model) press(key tea.KeyPressMsg) tea.Cmd {
	name := key.String()
	m.message = ""
	for _, handle := range []func(string) (tea.Cmd, bool){m.endKey, m.panelKey, m.menuKey, m.historyKey} {
		if cmd, done := handle(name); done {
			return cmd
		}
	}
	m.commit()
	if !m.edit.edit(name) {
		if key.Text == "" {
			return nil
		}
		m.edit.insert(oneLine(key.Text))
	}
	return m.changed()
}

// changed goes on after the person has changed the line.
func (m *model) changed() tea.Cmd {
	m.shut, m.past = false, 0
	return m.refresh()
}

// paste takes text from the clipboard. A command line from somewhere else may
// begin with the program's name.
func (m *model) paste(text string) tea.Cmd {
	m.commit()
	text = oneLine(text)
	if m.edit.text == "" {
		text = strings.TrimLeft(text, " ")
		for _, name := range []string{"$ ", "> ", "vedette ", "aws "} {
			text = strings.TrimPrefix(text, name)
		}
	}
	m.edit.insert(text)
	return m.changed()
}

// endKey takes the keys that end the prompt, or something in it.
func (m *model) endKey(name string) (tea.Cmd, bool) {
	switch name {
	case "ctrl+c", "ctrl+d", "f10":
		m.commit()
		return tea.Quit, true
	case "ctrl+z":
		return tea.Suspend, true
	case "ctrl+l":
		return tea.ClearScreen, true
	case "enter":
		return m.enter(), true
	case "esc":
		return m.escape(), true
	}
	return nil, false
}

// enter takes the selected candidate, or else ends the prompt with the command.
func (m *model) enter() tea.Cmd {
	switch {
	case m.menu.selected >= 0:
		return m.accept()
	case m.searching && len(m.menu.items) > 0:
		m.menu.selected = 0
		return m.accept()
	case m.searching:
		return m.endSearch()
	}
	if _, err := complete.Args(m.edit.text); err != nil {
		m.message = "A quote is not closed."
		return nil
	}
	m.history.add(m.edit.text)
	m.accepted = true
	return tea.Quit
}

// escape goes one step back.
func (m *model) escape() tea.Cmd {
	switch {
	case m.menu.selected >= 0:
		m.menu.selected = -1
	case m.searching:
		m.edit.set(m.draft)
		return m.endSearch()
	default:
		m.shut = !m.shut
	}
	return nil
}

func (m *model) endSearch() tea.Cmd {
	m.searching = false
	return m.refresh()
}

// panelKey takes the keys of the panel.
func (m *model) panelKey(name string) (tea.Cmd, bool) {
	switch name {
	case "f1":
		m.toggle(keys)
	case "f3":
		m.toggle(manual)
	case "f5":
		if m.sample != nil {
			m.toggle(output)
		}
	case "pgdown":
		m.scrolled += m.page()
	case "pgup":
		m.scrolled -= m.page()
	default:
		return nil, false
	}
	return nil, true
}

// toggle shows a panel, or takes it away.
func (m *model) toggle(p panel) {
	if m.shown() == p {
		p = none
	}
	m.panel, m.scrolled = p, 0
}

// menuKey takes the keys of the menu.
func (m *model) menuKey(name string) (tea.Cmd, bool) {
	count := len(m.items())
	switch name {
	case "tab":
		return m.tab(), true
	case "shift+tab":
		m.menu.move(-1)
	case "down":
		if count == 0 || m.past > 0 {
			return nil, false
		}
		m.menu.move(1)
	case "up":
		if m.menu.selected < 0 {
			return nil, false
		}
		m.menu.move(-1)
	default:
		return nil, false
	}
	m.scrolled = 0
	return nil, true
}

// tab completes as far as all candidates agree, and then goes through them.
func (m *model) tab() tea.Cmd {
	m.shut = false
	m.scrolled = 0
	items := m.items()
	if m.menu.selected < 0 && len(items) == 1 {
		m.menu.selected = 0
		return m.accept()
	}
	if m.menu.selected < 0 && !m.searching {
		if text := m.menu.agreed(); text != "" {
			m.edit.insert(text)
			return m.refresh()
		}
	}
	m.menu.move(1)
	return nil
}

// historyKey takes the keys of the history.
func (m *model) historyKey(name string) (tea.Cmd, bool) {
	step := 0
	switch name {
	case "up", "ctrl+p":
		step = 1
	case "down", "ctrl+n":
		step = -1
	case "ctrl+r":
		m.commit()
		m.draft, m.searching, m.past = m.edit.text, !m.searching, 0
		return m.refresh(), true
	default:
		return nil, false
	}
	past := m.past + step
	if m.searching || past < 0 || past > len(m.history.commands) {
		return nil, true
	}
	m.commit()
	if m.past == 0 {
		m.draft = m.edit.text
	}
	m.past = past
	if past == 0 {
		m.edit.set(m.draft)
	} else {
		m.edit.set(oneLine(m.history.commands[len(m.history.commands)-past]))
	}
	return m.refresh(), true
}

// line returns the text and the cursor as they are shown: with the selected
// candidate in its place.
func (m *model) line() editor {
	e := m.edit
	if m.menu.selected >= 0 {
		item := m.menu.items[m.menu.selected]
		e.text = e.text[:m.menu.start] + item.text + m.edit.after()
		e.cursor = m.menu.start + len(item.text)
	}
	return e
}

// commit makes the selected candidate a part of the text.
func (m *model) commit() {
	m.edit = m.line()
	m.menu.selected = -1
}

// accept commits the selected candidate and goes on to the next word.
func (m *model) accept() tea.Cmd {
	open := m.menu.items[m.menu.selected].open
	if m.searching {
		m.edit.cursor = len(m.edit.text)
		m.searching, open = false, true
	}
	m.commit()
	if !open {
		if strings.HasPrefix(m.edit.after(), " ") {
			m.edit.cursor++
		} else {
			m.edit.insert(" ")
		}
	}
	return m.changed()
}

// refresh finds out what can follow the text before the cursor.
func (m *model) refresh() tea.Cmd {
	m.asking, m.scrolled = false, 0
	if m.searching {
		m.menu = searchMenu(m.history.matching(m.edit.text))
		return nil
	}
	words := complete.Split(m.edit.before())
	m.result = m.engine.Complete(complete.Texts(words), true)
	m.menu = newMenu(m.result.Candidates, words[len(words)-1])
	lookup := m.result.Lookup
	if lookup == nil {
		return nil
	}
	m.asking = true
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(m.ctx, askWithin)
		defer cancel()
		m.engine.Fetch(ctx, lookup)
		return fetched{}
	}
}

// items returns the candidates that the menu shows.
func (m *model) items() []item {
	if m.shut {
		return nil
	}
	return m.menu.items
}
