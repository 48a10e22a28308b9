// Package prompt asks for a command line on the whole screen: it completes while
// one types, and explains what is under the cursor.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"vedette/cli/complete"
)

// Options says how a prompt runs.
type Options struct {
	Args    []string // the words that are there already, without the program's name
	In, Out *os.File // the terminal
	Environ []string // says what the terminal can do, and whether it may be in color
	Engine  *complete.Engine
	History string // the file of earlier commands; empty: none is kept

	// Sample returns what an answer looks like. Nil: that is not shown.
	Sample func(complete.Result) string
}

// Interrupted says that the person left the prompt. Line is what was there.
type Interrupted struct{ Line string }

func (e *Interrupted) Error() string { return "> vedette " + e.Line }

// ExitCode returns the status of a program that was interrupted.
func (e *Interrupted) ExitCode() int { return 130 }

// noTerminal says, in AWS CLI's words, which of the standard files is no terminal.
type noTerminal int

func (fd noTerminal) Error() string {
	return fmt.Sprintf("Warning: %s is not a terminal (fd=%d).", []string{"Input", "Output"}[fd], fd)
}

// Run shows the prompt and returns the words of the command that is to be run. It
// prints the command, since the screen is as before then. The error is an
// *Interrupted, or says that there is no terminal.
func Run(ctx context.Context, o Options) ([]string, error) {
	for fd, f := range []*os.File{o.In, o.Out} {
		if !term.IsTerminal(f.Fd()) {
			return nil, noTerminal(fd)
		}
	}
	m := newModel(ctx, o)
	program := tea.NewProgram(m, tea.WithInput(o.In), tea.WithOutput(o.Out), tea.WithEnvironment(o.Environ))
	// Not tea.WithContext: that would leave the terminal to a reader that goes on.
	defer context.AfterFunc(ctx, program.Quit)()
	_, err := program.Run()
	switch {
	case err != nil && !errors.Is(err, tea.ErrInterrupted):
		return nil, fmt.Errorf("show the prompt: %w", err)
	case !m.accepted:
		return nil, &Interrupted{m.edit.text}
	}
	args, err := complete.Args(m.edit.text)
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(o.Out, "> vedette %s\n", quoted(args))
	return args, err
}

// newModel returns the prompt with the words that are there already. Behind one
// that is whole, or cannot become another, the next one begins.
func newModel(ctx context.Context, o Options) *model {
	m := &model{ctx: ctx, engine: o.Engine, history: readHistory(o.History), sample: o.Sample}
	m.edit.set(quoted(o.Args))
	m.refresh()
	whole := func(c complete.Candidate) bool { return c.Text == m.menu.word.Text }
	if m.edit.text != "" && (len(m.menu.items) == 0 || slices.ContainsFunc(m.result.Candidates, whole)) {
		m.edit.insert(" ")
	}
	return m
}

// quoted writes words as a line.
func quoted(args []string) string {
	words := make([]string, 0, len(args))
	for _, arg := range args {
		if arg != "--cli-auto-prompt" {
			words = append(words, complete.Quote(oneLine(arg)))
		}
	}
	return strings.Join(words, " ")
}
