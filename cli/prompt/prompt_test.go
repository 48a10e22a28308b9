package prompt

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"vedette/api"
	"vedette/cli/complete"
	"vedette/cli/document"
)

var update = flag.Bool("update", false, "write the screens in testdata")

// stage plays a script of testdata: what a person does, and the screens that
// follow.
type stage struct {
	t    *testing.T
	m    *model
	held []tea.Cmd // commands that are not run yet
	hold bool
	quit bool
}

// TestScreens plays the scripts in testdata: commands, ---- and the screen that is
// expected then, up to the next ----. The cursor is named below the screen.
func TestScreens(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(text))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(text) {
				t.Errorf("%s differs; go test -update rewrites it, read the diff. Got:\n%s", path, got)
			}
		})
	}
}

func play(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	s := &stage{t: t}
	parts := strings.Split(text, "----\n")
	for i := 0; i < len(parts); i += 2 {
		b.WriteString(parts[i])
		did := false
		for line := range strings.Lines(parts[i]) {
			if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
				s.do(line)
				did = true
			}
		}
		if did {
			b.WriteString("----\n" + s.screen() + "----\n")
		}
	}
	return b.String()
}

// do carries out one line of a script.
func (s *stage) do(line string) {
	s.t.Helper()
	command, rest, _ := strings.Cut(line, " ")
	switch command {
	case "start": // start 80x24 WORDS
		size, args, _ := strings.Cut(rest, " ")
		s.start(size, strings.Fields(args))
	case "resize":
		s.resize(rest)
	case "type":
		for _, r := range rest {
			s.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	case "press":
		for _, name := range strings.Fields(rest) {
			s.send(key(s.t, name))
		}
	case "paste":
		text, err := strconv.Unquote(rest)
		if err != nil {
			s.t.Fatalf("%s: %v", line, err)
		}
		s.send(tea.PasteMsg{Content: text})
	case "hold": // the server does not answer until release
		s.hold = true
	case "release":
		s.hold = false
		for _, cmd := range s.held {
			s.run(cmd)
		}
		s.held = nil
	default:
		s.t.Fatalf("unknown command %q", line)
	}
}

func (s *stage) start(size string, args []string) {
	engine := &complete.Engine{Ask: ask, Dir: s.t.TempDir(), Profiles: func() []string { return []string{"default", "prod"} }}
	s.m = newModel(context.Background(), Options{Args: args, Engine: engine, Sample: func(r complete.Result) string {
		if r.Operation == nil {
			return "No output"
		}
		return fmt.Sprintf("{\n    \"answer of\": %q\n}\n", r.Operation.Name)
	}})
	for _, c := range []string{"iot list-things", "iot list-things --output table", "iot describe-thing --thing-name cam-1"} {
		s.m.history.add(c)
	}
	s.run(s.m.Init())
	s.resize(size)
}

func (s *stage) resize(size string) {
	var msg tea.WindowSizeMsg
	if _, err := fmt.Sscanf(size, "%dx%d", &msg.Width, &msg.Height); err != nil {
		s.t.Fatalf("size %q: %v", size, err)
	}
	s.send(msg)
}

// ask answers lists as a server would.
func ask(_ context.Context, _ []string, op *api.Operation, _ *document.Map) (*document.Map, error) {
	switch op.Name {
	case "ListThings":
		return document.NewMap("things", []document.Value{
			document.NewMap("thingName", "cam-1"), document.NewMap("thingName", "cam-2"), document.NewMap("thingName", "the door's\x1b[31m"),
		}), nil
	case "ListSecurityProfiles":
		return document.NewMap("securityProfileIdentifiers", []document.Value{document.NewMap("name", "fleet")}), nil
	}
	return new(document.Map), nil
}

func (s *stage) send(msg tea.Msg) {
	_, cmd := s.m.Update(msg)
	s.run(cmd)
	s.m.View() // as the library does after each message
}

func (s *stage) run(cmd tea.Cmd) {
	switch {
	case cmd == nil:
	case s.hold:
		s.held = append(s.held, cmd)
	default:
		switch msg := cmd().(type) {
		case tea.QuitMsg:
			s.quit = true
		case fetched:
			s.send(msg)
		}
	}
}

// key returns the message of a key's name.
func key(t *testing.T, name string) tea.KeyPressMsg {
	t.Helper()
	k := tea.Key{}
	for {
		modifier, rest, found := strings.Cut(name, "+")
		if !found || rest == "" {
			break
		}
		k.Mod |= map[string]tea.KeyMod{"ctrl": tea.ModCtrl, "alt": tea.ModAlt, "shift": tea.ModShift}[modifier]
		name = rest
	}
	codes := map[string]rune{
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "f1": tea.KeyF1, "f3": tea.KeyF3, "f5": tea.KeyF5, "f10": tea.KeyF10,
	}
	switch code, special := codes[name]; {
	case special:
		k.Code = code
	case len(name) == 1 && k.Mod != 0:
		k.Code = rune(name[0])
	default:
		t.Fatalf("unknown key %q", name)
	}
	return tea.KeyPressMsg(k)
}

// screen returns what is seen: the rows without colors, the selected one with a
// mark, and where the cursor is; or how the prompt ended.
func (s *stage) screen() string {
	switch {
	case s.m.accepted:
		args, err := complete.Args(s.m.edit.text)
		return fmt.Sprintf("runs: %q %v\n", args, err)
	case s.quit:
		return "interrupted: " + s.m.edit.text + "\n"
	}
	view := s.m.View()
	rows := strings.Split(view.Content, "\n")
	if len(rows) > s.m.height {
		s.t.Errorf("%d rows on a screen of %d", len(rows), s.m.height)
	}
	var b strings.Builder
	for _, row := range rows {
		plain := ansi.Strip(row)
		if width := ansi.StringWidth(plain); width > s.m.width {
			s.t.Errorf("row of %d columns on a screen of %d: %q", width, s.m.width, plain)
		}
		if strings.HasPrefix(row, "\x1b[7m ") {
			plain = "*" + plain[1:]
		}
		b.WriteString(strings.TrimRight(plain, " ") + "\n")
	}
	fmt.Fprintf(&b, "cursor %d,%d\n", view.Cursor.X, view.Cursor.Y)
	return b.String()
}

func TestPrefilled(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"ok/nothing", nil, ""},
		{"ok/whole word", []string{"iot"}, "iot "},
		{"ok/beginning of a word", []string{"iot", "list-th"}, "iot list-th"},
		{"ok/whole word that can go on", []string{"iot", "describe-thing"}, "iot describe-thing "},
		{"ok/its own option", []string{"iot", "--cli-auto-prompt", "list-things"}, "iot list-things "},
		{"ok/blank", []string{"iot", "create-thing", "--thing-name", "two words"}, "iot create-thing --thing-name 'two words' "},
		{"ok/quote", []string{"iot", "create-thing", "--thing-name", "it's"}, `iot create-thing --thing-name 'it'"'"'s' `},
		{"ok/empty word", []string{"iot", "create-thing", "--thing-name", ""}, "iot create-thing --thing-name '' "},
		{"ok/control characters", []string{"iot", "create-thing", "--thing-name", "a\x1b[31mb"}, "iot create-thing --thing-name 'a[31mb' "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newModel(t.Context(), Options{Args: test.args, Engine: &complete.Engine{}})
			if m.edit.text != test.want {
				t.Errorf("got %q, want %q", m.edit.text, test.want)
			}
		})
	}
}

func TestHistoryFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cache", "prompt_history.json")
	h := readHistory(path)
	for i := range mostCommands + 2 {
		h.add(fmt.Sprintf("iot list-things --max-items %d ", i))
	}
	h.add("iot list-things --max-items 501")
	h.add(" ")
	again := readHistory(path)
	if got := len(again.commands); got != mostCommands {
		t.Errorf("got %d commands, want %d", got, mostCommands)
	}
	if got, want := again.matching("501")[0], "iot list-things --max-items 501"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, broken := range []string{"", "{", "[]", `{"commands": 1}`, `{"commands": [""]}`} {
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := readHistory(path).commands; len(got) > 0 {
			t.Errorf("%s: got %q", broken, got)
		}
	}
}

// FuzzKeys types anything on screens of any size: nothing may break, and no row
// may be too wide.
func FuzzKeys(f *testing.F) {
	f.Add("iot create-thing --thing-name 'カメラ\t\x1b", uint8(40), uint8(12))
	f.Add("iot list-things --query things[?", uint8(1), uint8(1))
	f.Add("\t\t\x00\x01\x02iot \x10\x12", uint8(80), uint8(24))
	names := []string{"enter", "tab", "shift+tab", "esc", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "backspace", "delete",
		"f1", "f3", "f5", "ctrl+w", "ctrl+k", "ctrl+u", "ctrl+y", "ctrl+r", "ctrl+p", "ctrl+n", "alt+b", "alt+f", "alt+d"}
	f.Fuzz(func(t *testing.T, text string, width, height uint8) {
		if len(text) > 200 {
			return
		}
		s := &stage{t: t}
		s.start(fmt.Sprintf("%dx%d", max(1, width), max(1, height)), nil)
		for _, r := range text {
			if int(r) < len(names) {
				s.send(key(t, names[r]))
			} else {
				s.send(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
			if s.quit {
				return
			}
		}
		s.screen()
	})
}
