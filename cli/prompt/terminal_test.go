package prompt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"vedette/cli/complete"
)

// terminal is a pseudo-terminal with a person before it.
type terminal struct {
	t        *testing.T
	keyboard *os.File // what the person types; the program's end is tty
	tty      *os.File
	mu       sync.Mutex
	shown    bytes.Buffer
	more     chan struct{} // there is something new
}

func newTerminal(t *testing.T) *terminal {
	t.Helper()
	keyboard, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(keyboard, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, keyboard: keyboard, tty: tty, more: make(chan struct{}, 1)}
	t.Cleanup(func() { keyboard.Close(); tty.Close() })
	go term.read()
	return term
}

func (p *terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := p.keyboard.Read(buf)
		p.mu.Lock()
		p.shown.Write(buf[:n])
		p.mu.Unlock()
		select {
		case p.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// await waits until the terminal has been sent a text.
func (p *terminal) await(text string) {
	p.t.Helper()
	for {
		p.mu.Lock()
		found := strings.Contains(p.shown.String(), text)
		p.mu.Unlock()
		if found {
			return
		}
		select {
		case <-p.more:
		case <-p.t.Context().Done():
			p.t.Fatalf("no %q", text)
		}
	}
}

func (p *terminal) press(keys string) {
	p.t.Helper()
	if _, err := p.keyboard.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// TestTerminal runs the prompt as a person sees it. Whatever ends it, the terminal
// is as before.
func TestTerminal(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tests := []struct {
		name        string
		do          func(*terminal)
		want        []string
		interrupted string
		after       string // what the terminal shows in the end
	}{
		{"ok/command", func(p *terminal) { p.press("list-thing-gr\t --output t\t\t\r\r") }, []string{"iot", "list-thing-groups", "--output", "table"}, "", "> vedette iot list-thing-groups --output table"},
		{"ok/paste", func(p *terminal) { p.press("\x1b[200~list-things\n--max-items 1\x1b[201~\r") }, []string{"iot", "list-things", "--max-items", "1"}, "", "> vedette iot list-things --max-items 1"},
		{"fail/ctrl-c", func(p *terminal) { p.press("li\x03") }, nil, "iot li", ""},
		{"fail/ended from outside", func(*terminal) { cancel() }, nil, "iot ", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newTerminal(t)
			before, err := term.GetState(p.tty.Fd())
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				p.await("accept-certificate-transfer")
				test.do(p)
			}()
			got, err := Run(ctx, Options{Args: []string{"iot"}, In: p.tty, Out: p.tty, Environ: []string{"TERM=xterm-256color"}, Engine: &complete.Engine{}})
			if left, ok := errors.AsType[*Interrupted](err); ok != (test.want == nil) || ok && left.Line != test.interrupted {
				t.Errorf("got %v", err)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			after, err := term.GetState(p.tty.Fd())
			if err != nil {
				t.Fatal(err)
			}
			if *after != *before {
				t.Error("the terminal is not as before")
			}
			if t.Failed() {
				return // what was to come will not
			}
			p.await("\x1b[?1049l")
			p.await(test.after)
		})
	}
}

func TestNoTerminal(t *testing.T) {
	p := newTerminal(t)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for want, o := range map[string]Options{
		"Warning: Input is not a terminal (fd=0).":  {In: null, Out: p.tty},
		"Warning: Output is not a terminal (fd=1).": {In: p.tty, Out: null},
	} {
		if _, err := Run(t.Context(), o); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
