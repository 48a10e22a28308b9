package output

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"vedette/cli/document"
)

// unread returns a pipe that nobody reads.
func unread(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	t.Cleanup(func() { w.Close() })
	return w
}

// TestBrokenPipe compares with what AWS CLI v2 does when nobody reads: what fits
// in its buffer fails when it exits, more than that fails at once, and only text
// says so.
func TestBrokenPipe(t *testing.T) {
	small, large := document.NewMap("a", "b"), document.NewMap("a", strings.Repeat("b", bufferSize))
	for _, format := range []string{"json", "text", "table", "yaml", "yaml-stream"} {
		t.Run("fail/small "+format, func(t *testing.T) {
			s := &Screen{Out: unread(t), Width: 80}
			if err := s.Show(Options{Format: format}, small); err != nil {
				t.Errorf("got error %v, want none yet", err)
			}
			if err := s.Close(); err == nil || err.Error() != "[Errno 32] Broken pipe" {
				t.Errorf("got error %v at the end", err)
			}
		})
		t.Run("fail/large "+format, func(t *testing.T) {
			s := &Screen{Out: unread(t), Width: 80}
			err := s.Show(Options{Format: format}, large)
			if format == "text" {
				if err == nil || err.Error() != "[Errno 32] Broken pipe" {
					t.Errorf("got error %v", err)
				}
			} else if err != nil {
				t.Errorf("got error %v, want none", err)
			}
			if err := s.Close(); err != nil {
				t.Errorf("got error %v at the end, want none", err)
			}
		})
	}
	t.Run("fail/pages end", func(t *testing.T) {
		s := &Screen{Out: unread(t), Width: 80}
		asked := 0
		pages := Pages{ResultKey: "things", All: func(yield func(*document.Map, error) bool) {
			for asked++; yield(document.NewMap("things", []document.Value{large}), nil); asked++ {
			}
		}}
		if err := s.ShowPages(Options{Format: "yaml-stream"}, pages); err != nil || asked != 1 {
			t.Errorf("got error %v after %d pages, want none after 1", err, asked)
		}
	})
}

func TestEagerTerminal(t *testing.T) {
	var out bytes.Buffer
	s := &Screen{Out: &out, Terminal: true, Width: 80}
	pages := Pages{
		ResultKey:   "things",
		ResumeToken: func() string { return "" },
		All: func(yield func(*document.Map, error) bool) {
			yield(document.NewMap("things", []document.Value{"a"}), nil)
			if out.String() != "THINGS\ta\n" {
				t.Errorf("got %q after the first page", out.String())
			}
		},
	}
	if err := s.ShowPages(Options{Format: "text"}, pages); err != nil {
		t.Error(err)
	}
}

func TestColor(t *testing.T) {
	plain := "-------\n| Get |\n+-----+\n|  a  |\n+-----+\n"
	tests := []struct {
		name, color string
		terminal    bool
		colored     bool
	}{
		{"ok/auto on a terminal", "auto", true, true},
		{"ok/auto elsewhere", "auto", false, false},
		{"ok/none given on a terminal", "", true, true},
		{"ok/on", "on", false, true},
		{"ok/off", "off", true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			s := &Screen{Out: &out, Terminal: tt.terminal, Width: 80}
			if err := s.Show(Options{Format: "table", Operation: "Get", Color: tt.color}, []document.Value{"a"}); err != nil {
				t.Error(err)
			}
			shown := out.Len()
			s.Close()
			if !tt.colored {
				if out.String() != plain {
					t.Errorf("got %q, want %q", out.String(), plain)
				}
				return
			}
			if !strings.Contains(out.String(), colorCell+"a"+colorsOff) {
				t.Errorf("got %q, want colors", out.String())
			}
			if end := out.String()[shown:]; tt.terminal && end != colorsOff {
				t.Errorf("got %q at the end, want colors switched off", end)
			}
		})
	}
	t.Run("ok/json has none", func(t *testing.T) {
		var out bytes.Buffer
		s := &Screen{Out: &out, Terminal: true, Width: 80}
		err := s.Show(Options{Format: "json", Color: "on"}, "a")
		s.Close()
		if err != nil || out.String() != "\"a\"\n" {
			t.Errorf("got %q and error %v", out.String(), err)
		}
	})
}

func TestWriteError(t *testing.T) {
	cause := errors.New("gone")
	if err := (&WriteError{cause}); err.Error() != "gone" || !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}
