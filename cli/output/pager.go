package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"vedette/cli/document"
)

// Pager is a program that shows text a screenful at a time. It starts when there
// is something to show.
type Pager struct {
	command  []string
	environ  []string
	out, err io.Writer
	process  *exec.Cmd
	stdin    io.WriteCloser
	text     buffer

	interrupts chan os.Signal
}

// ErrInterrupted says that the user interrupted the process while the pager ran.
// AWS CLI ends with status 130 then.
var ErrInterrupted = errors.New("interrupted")

// NewPager returns the pager of a command line, which is split as a shell would
// but does not go through one. If the environment has no LESS it gets one with
// which less ends by itself where all fits on the screen.
func NewPager(commandLine string, environ []string, out, err io.Writer) (*Pager, error) {
	command, bad := splitCommand(commandLine)
	if bad != nil {
		return nil, bad
	}
	if _, set := lookup(environ, "LESS"); !set {
		environ = append(environ[:len(environ):len(environ)], "LESS=FRX")
	}
	p := &Pager{command: command, environ: environ, out: out, err: err}
	p.text.w = input{p}
	return p, nil
}

// Write sends text to the pager. The error is a *PagerError if there is no such
// program, a *WriteError if it cannot be run or does not read on.
func (p *Pager) Write(text []byte) (int, error) {
	if len(text) == 0 {
		return 0, nil
	}
	if err := p.start(); err != nil {
		return 0, err
	}
	return p.text.Write(text)
}

// Flush hands over what was written.
func (p *Pager) Flush() error { return p.text.Flush() }

// Close waits until the user has left the pager, whose exit status does not
// matter. The error is ErrInterrupted or nil.
func (p *Pager) Close() error {
	if p.process == nil {
		return nil
	}
	p.Flush()
	p.stdin.Close()
	p.process.Wait()
	signal.Stop(p.interrupts)
	select {
	case <-p.interrupts:
		return ErrInterrupted
	default:
		return nil
	}
}

// input is the pager's standard input.
type input struct{ pager *Pager }

func (i input) Write(text []byte) (int, error) { return i.pager.stdin.Write(text) }

// PagerError says that there is no such pager.
type PagerError struct{ Cause error }

func (e *PagerError) Error() string {
	return fmt.Sprintf("Unable to redirect output to pager. Received the following error when opening pager:\n%s\n\n"+
		`Learn more about configuring the output pager by running "aws help config-vars".`, e.Cause)
}

// Unwrap returns the cause.
func (e *PagerError) Unwrap() error { return e.Cause }

func (p *Pager) start() error {
	if p.process != nil {
		return nil
	}
	if len(p.command) == 0 {
		return errors.New("list index out of range") // a command line of blanks
	}
	var last, first error
	for _, path := range candidates(p.command[0], p.environ) {
		err := p.run(path)
		if err == nil {
			return nil
		}
		last = err
		if first == nil && !errors.Is(err, syscall.ENOENT) && !errors.Is(err, syscall.ENOTDIR) {
			first = err
		}
	}
	if first != nil {
		last = first
	}
	if errors.Is(last, syscall.ENOENT) {
		return &PagerError{fmt.Errorf("%s: %s", systemError(last), document.Repr(p.command[0]))}
	}
	return &WriteError{last}
}

// run starts the pager that is at path.
func (p *Pager) run(path string) error {
	process := &exec.Cmd{Path: path, Args: p.command, Env: p.environ, Stdout: p.out, Stderr: p.err}
	stdin, err := process.StdinPipe()
	if err != nil {
		return err
	}
	// An interrupt is for the pager: it must not die with this process, from
	// which it reads, and be left with a terminal that the shell has too.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	if err := process.Start(); err != nil {
		signal.Stop(interrupts)
		return err
	}
	p.process, p.stdin, p.interrupts = process, stdin, interrupts
	return nil
}

// candidates returns where a program may be: in the folders of PATH, unless its
// name says where.
func candidates(name string, environ []string) []string {
	if strings.ContainsRune(name, filepath.Separator) {
		return []string{name}
	}
	path, set := lookup(environ, "PATH")
	if !set {
		path = "/bin:/usr/bin"
	}
	var found []string
	for _, dir := range strings.Split(path, string(filepath.ListSeparator)) {
		found = append(found, filepath.Join(dir, name))
	}
	return found
}

// lookup returns the value that a variable has in an environment.
func lookup(environ []string, name string) (value string, set bool) {
	for _, entry := range environ {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value, set = v, true
		}
	}
	return value, set
}
