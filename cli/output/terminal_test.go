//go:build linux

package output

import (
	"bytes"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"vedette/cli/document"
)

func TestTerminal(t *testing.T) {
	t.Run("ok/terminal", func(t *testing.T) {
		terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
		if err != nil {
			t.Skip("no terminals here: ", err)
		}
		defer terminal.Close()
		if err := unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 30, Col: 123}); err != nil {
			t.Fatal(err)
		}
		if s := NewScreen(terminal, os.Stderr); !s.Terminal || s.Width != 123 {
			t.Errorf("got terminal %t of %d columns, want one of 123", s.Terminal, s.Width)
		}
	})
	t.Run("ok/pipe", func(t *testing.T) {
		if s := NewScreen(unread(t), os.Stderr); s.Terminal || s.Width != 80 {
			t.Errorf("got terminal %t of %d columns, want none and 80", s.Terminal, s.Width)
		}
	})
}

// TestInterrupt interrupts this process while its pager runs.
func TestInterrupt(t *testing.T) {
	seen := make(chan os.Signal, 1)
	signal.Notify(seen, os.Interrupt)
	defer signal.Stop(seen)
	var out bytes.Buffer
	s := pagingScreen(t, &out, "cat")
	pages := Pages{ResultKey: "things", ResumeToken: func() string { return "" }, All: func(yield func(*document.Map, error) bool) {
		yield(document.NewMap("things", []document.Value{"a"}), nil)
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			t.Error(err)
		}
		<-seen
		yield(document.NewMap("things", []document.Value{"b"}), nil)
	}}
	if err := s.ShowPages(Options{Format: "text"}, pages); err != ErrInterrupted {
		t.Errorf("got error %v, want %v", err, ErrInterrupted)
	}
	if out.String() != "THINGS\ta\nTHINGS\tb\n" {
		t.Errorf("got %q, want all of the output", out.String())
	}
}
