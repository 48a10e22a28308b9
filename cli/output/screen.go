package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// Screen is where results go: standard output, with a pager before it if that is
// a terminal. It shows one result.
type Screen struct {
	Out      io.Writer // standard output
	Err      io.Writer // standard error, for the pager
	Terminal bool      // Out is a terminal
	Width    int       // columns of the terminal, 80 where there is none
	Pager    string    // the pager's command line; empty: no pager
	Environ  []string  // of the pager

	direct  *buffer // what stands before Out
	colored bool    // a table is or would have been in colors
}

// NewScreen returns the screen of this process, without a pager. From now on a
// write to standard output that nobody reads is an error that can be handled; so
// far it would have ended the process.
func NewScreen(out, err *os.File) *Screen {
	surviveBrokenPipe()
	s := &Screen{Out: out, Err: err, Width: 80, Environ: os.Environ()}
	if width, ok := terminalWidth(out); ok {
		s.Terminal, s.Width = true, width
	}
	return s
}

// Close ends the output, after everything else. A non-nil error says that the
// last of it could not be written; AWS CLI notices only while it exits, and does
// so with status 120.
func (s *Screen) Close() error {
	if s.colored && s.Terminal {
		io.WriteString(s.stdout(), colorsOff)
	}
	return s.stdout().Flush()
}

func (s *Screen) paging() bool { return s.Terminal && s.Pager != "" }

func (s *Screen) stdout() *buffer {
	if s.direct == nil {
		s.direct = &buffer{w: s.Out, eager: s.Terminal}
	}
	return s.direct
}

// stream is what results are written to.
type stream interface {
	io.Writer
	Flush() error
}

// open returns what a result is written to, for done.
func (s *Screen) open() (stream, error) {
	if !s.paging() {
		return s.stdout(), nil
	}
	return NewPager(s.Pager, s.Environ, s.Out, s.Err)
}

// done flushes the output, waits for the pager, and returns what is left of err.
// That a pager was left early or did not start is no error.
func (s *Screen) done(w stream, err error) error {
	pager, paged := w.(*Pager)
	if !paged {
		w.Flush() // an error comes again in Close
		return err
	}
	interrupted := pager.Close()
	if _, unwritten := err.(*WriteError); unwritten || err == nil {
		return interrupted
	}
	return err
}

// WriteError says that output could not be written, in Python's words: that
// nobody reads it, or that the disk is full.
type WriteError struct{ Cause error }

func (e *WriteError) Error() string { return systemError(e.Cause) }

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Cause }

// systemError returns what Python says of an error of the operating system.
func systemError(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) || number == 0 {
		return err.Error()
	}
	text := number.Error()
	return fmt.Sprintf("[Errno %d] %s", int(number), strings.ToUpper(text[:1])+text[1:])
}

// bufferSize is how much Python gathers before it writes. It decides whether the
// error of a write ends a result, or is seen only when the process ends.
const bufferSize = 8192

// buffer stands before a file. What did not fit in the buffer and could not be
// written is lost; what was to be flushed waits for the next time.
type buffer struct {
	w       io.Writer
	eager   bool // nothing waits
	pending []byte
}

func (b *buffer) Write(text []byte) (int, error) {
	b.pending = append(b.pending, text...)
	if len(b.pending) <= bufferSize && !b.eager {
		return len(text), nil
	}
	err := b.Flush()
	b.pending = nil
	if err != nil {
		return 0, err
	}
	return len(text), nil
}

// Flush writes what waits. Its error is a *WriteError.
func (b *buffer) Flush() error {
	if len(b.pending) == 0 {
		return nil
	}
	n, err := b.w.Write(b.pending)
	b.pending = b.pending[min(max(n, 0), len(b.pending)):]
	if err != nil {
		return &WriteError{err}
	}
	return nil
}
