// Package cli is the command line of the API: `vedette iot …` takes what `aws iot
// …` of AWS CLI v2 takes, sends what it sends and prints what it prints, for every
// operation of AWS IoT, against Vedette and against AWS. Commands, options and
// types come from the API model (package api); nothing is said of an operation by
// hand.
//
// The way of a command line: Run → argument (the words) → unpack (an option's
// value: shorthand, JSON, files) → client (validate, sign, send, read) → output.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"vedette/cli/argument"
	"vedette/cli/client"
	"vedette/cli/command"
	"vedette/cli/document"
	"vedette/cli/help"
	"vedette/cli/output"
	"vedette/cli/settings"
)

// Exit codes, as AWS CLI has them.
const (
	exitUsage         = 252 // the command line, or a parameter
	exitConfiguration = 253 // no Region, no credentials
	exitService       = 254 // the service answered an error
	exitOther         = 255 // everything else
	exitInterrupt     = 130
)

// Program is one run of the command line.
type Program struct {
	Args    []string // without the program's name
	System  settings.System
	Screen  *output.Screen
	Stderr  io.Writer
	Version string   // vedette/1.2.3 …: what --version prints, and the user agent
	Verbs   []string // commands that other packages run, for those who mistype them
	Now     func() time.Time
	Wait    func(context.Context, time.Duration) error // before another attempt

	// Prompt completes a command line with the person at the terminal. Nil:
	// there is no prompt.
	Prompt func(ctx context.Context, files *settings.Files, args []string) ([]string, error)
}

// usageError is a fault of the command line other than those of argument.Error.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usageErrorf(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// Run runs the command line and returns its exit code. What goes wrong was told
// on standard error then.
func (p *Program) Run(ctx context.Context) int {
	code := p.report(ctx, p.run(ctx))
	if err := p.Screen.Close(); err != nil && code == 0 {
		return 120 // as a Python program that finds its output gone only at the end
	}
	return code
}

func (p *Program) run(ctx context.Context) error {
	files, err := settings.Read(p.System)
	if err != nil {
		return err
	}
	mode, err := p.promptMode(files)
	if err != nil {
		return err
	}
	switch mode {
	case "on":
		if p.Args, err = p.Prompt(ctx, files, p.Args); err != nil {
			return err
		}
	case "on-partial":
		err := p.dispatch(ctx, files)
		if !isUsage(err) {
			return err
		}
		if p.Args, err = p.Prompt(ctx, files, p.Args); err != nil {
			return err
		}
		if files, err = settings.Read(p.System); err != nil {
			return err
		}
	}
	return p.dispatch(ctx, files)
}

// promptMode says whether the person at the terminal is asked for the command
// line: on, on-partial (only if it has a fault), or off.
func (p *Program) promptMode(files *settings.Files) (string, error) {
	yes, no := slices.Contains(p.Args, "--cli-auto-prompt"), slices.Contains(p.Args, "--no-cli-auto-prompt")
	switch {
	case yes && no:
		return "", usageErrorf("Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.")
	case no || p.Prompt == nil || slices.Contains(p.Args, "help") || slices.Contains(p.Args, "--version"):
		return "off", nil
	case yes:
		return "on", nil
	}
	return files.AutoPrompt()
}

// dispatch reads the words of the command line one level after the other: global
// options, the command, the operation.
func (p *Program) dispatch(ctx context.Context, files *settings.Files) error {
	if asksForHelp(p.Args) {
		return p.help(p.Args)
	}
	top := argument.Parser{Options: command.Global(), Positional: "command", Choices: append([]string{"iot", "help"}, p.Verbs...)}
	parsed, err := top.Parse(p.Args)
	if err != nil {
		return err
	}
	if parsed.Stop != nil {
		_, err := io.WriteString(p.Screen.Out, p.Version+"\n")
		return err
	}
	c, err := p.newCall(files, parsed.Values)
	if err != nil {
		return err
	}
	switch verb := parsed.Values["command"].(string); verb {
	case "iot":
	case "help":
		return p.help(nil)
	default:
		return usageErrorf("%s takes no option of iot before it: vedette %s --help says which it takes", verb, verb)
	}
	service := argument.Parser{Positional: "operation", Choices: command.Names()}
	words, err := service.Parse(parsed.Rest)
	if err != nil {
		return err
	}
	name := words.Values["operation"].(string)
	if name == "help" {
		return p.help(nil)
	}
	return c.run(ctx, command.Find(name), words.Rest)
}

// asksForHelp tells whether --help or -h stands among the words.
func asksForHelp(args []string) bool {
	for _, arg := range args {
		switch arg {
		case "--":
			return false
		case "--help", "-h":
			return true
		}
	}
	return false
}

// help shows the page of the operation that the words name, or of all.
func (p *Program) help(words []string) error {
	for _, word := range words {
		if op := command.Find(word); op != nil {
			return p.operationHelp(op)
		}
	}
	return p.page(func(w io.Writer, width int, bold bool) error { return help.Service(w, width, bold) })
}

func (p *Program) operationHelp(op *command.Operation) error {
	return p.page(func(w io.Writer, width int, bold bool) error { return help.Operation(w, op.Operation, width, bold) })
}

// report tells what went wrong and returns the exit code.
func (p *Program) report(ctx context.Context, err error) int {
	if err == nil {
		return 0
	}
	if ctx.Err() != nil || errors.Is(err, output.ErrInterrupted) {
		fmt.Fprintln(p.Screen.Out)
		return exitInterrupt
	}
	if syntax, ok := errors.AsType[*argument.Error](err); ok {
		fmt.Fprintf(p.Stderr, "\n%s\nvedette: error: %s\n\n", usage, document.Escape(syntax.Message))
		return exitUsage
	}
	if unknown, ok := errors.AsType[*unknownOptions](err); ok {
		fmt.Fprintf(p.Stderr, "\n%s\n%s\n\n", usage, document.Escape(unknown.Error()))
		return exitUsage
	}
	fmt.Fprintf(p.Stderr, "\n%s\n", document.Escape(err.Error()))
	return exitCode(err)
}

func exitCode(err error) int {
	if e, ok := errors.AsType[*settings.Error](err); ok {
		return e.ExitCode
	}
	if e, ok := errors.AsType[interface {
		error
		ExitCode() int
	}](err); ok {
		return e.ExitCode() // who asks for the command line decides
	}
	if _, ok := errors.AsType[*client.ServiceError](err); ok {
		return exitService
	}
	if _, ok := errors.AsType[*output.PagerError](err); ok {
		return exitConfiguration
	}
	if isUsage(err) {
		return exitUsage
	}
	return exitOther
}

// isUsage tells whether an error is the fault of the command line.
func isUsage(err error) bool {
	if _, ok := errors.AsType[*argument.Error](err); ok {
		return true
	}
	if _, ok := errors.AsType[*unknownOptions](err); ok {
		return true
	}
	if _, ok := errors.AsType[*parameterError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*client.ValidationError](err); ok {
		return true
	}
	e, ok := errors.AsType[*settings.Error](err)
	return ok && e.ExitCode == exitUsage
}

// usage is what stands before the faults of a command line.
const usage = `usage: vedette [options] iot <operation> [parameters]
       vedette serve | key | demo | sim | completion
To see help text, you can run:

  vedette help
  vedette iot help
  vedette iot <operation> help
`

// unknownOptions are words that no parser knows.
type unknownOptions struct{ words []string }

func (e *unknownOptions) Error() string { return "Unknown options: " + strings.Join(e.words, ", ") }

// newLog returns where --debug tells what happens.
func (p *Program) newLog(debug bool) *slog.Logger {
	if !debug {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
