package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vedette/cli"
	"vedette/cli/complete"
	"vedette/cli/settings"
)

// bashRequest is what bash's script calls: with the line up to the cursor, and the
// characters at which bash breaks words.
const bashRequest = "__complete_bash"

// askWithin is how long a shell waits for the names that a server knows.
const askWithin = time.Second

// isRequest tells whether a shell asks how a command line can go on.
func isRequest(word string) bool {
	return word == cobra.ShellCompRequestCmd || word == cobra.ShellCompNoDescRequestCmd || word == bashRequest
}

// answerShell answers such a request. What goes wrong is told to nobody: a line
// that is being typed must not be disturbed.
func answerShell(args []string, out io.Writer) {
	if args[0] != bashRequest {
		result := completed(args[1:])
		io.WriteString(out, result)
		return
	}
	if len(args) != 3 {
		return
	}
	line := args[1]
	candidates, directives := parseAnswer(completed(complete.Texts(complete.Split(line))[1:]))
	complete.PrintBash(out, candidates, directives, line, args[2])
}

// completed returns the answer for the words behind the program's name, in cobra's
// protocol.
func completed(words []string) string {
	var out bytes.Buffer
	if !isOfAPI(words) {
		root := newCommand()
		root.SetArgs(append([]string{cobra.ShellCompRequestCmd}, words...))
		root.SetOut(&out)
		root.SetErr(io.Discard)
		root.Execute()
		return out.String()
	}
	engine := newEngine(newProgram(nil))
	engine.CompleteFor(context.Background(), words, askWithin).Print(&out)
	return out.String()
}

// isOfAPI tells whether words are a command line of the API. The first word of a
// line can still become a command of our own, if it is no option.
func isOfAPI(words []string) bool {
	switch len(words) {
	case 0:
		return false
	case 1:
		return strings.HasPrefix(words[0], "-")
	}
	return !isVerb(words[0])
}

// parseAnswer takes the words and the directives from an answer in cobra's
// protocol.
func parseAnswer(answer string) (candidates []string, directives int) {
	for line := range strings.Lines(answer) {
		line = strings.TrimSuffix(line, "\n")
		if number, last := strings.CutPrefix(line, ":"); last {
			directives, _ = strconv.Atoi(number)
			break
		}
		word, _, _ := strings.Cut(line, "\t")
		candidates = append(candidates, word)
	}
	if len(candidates) == 1 && complete.IsOpen(candidates[0]) {
		directives |= complete.NoSpace
	}
	return candidates, directives
}

// newEngine returns what completes command lines of the API. It asks the server
// that the program would call.
func newEngine(program *cli.Program) *complete.Engine {
	files, err := settings.Read(program.System)
	if err != nil {
		return &complete.Engine{}
	}
	return &complete.Engine{Ask: program.Ask, Profiles: files.Profiles, Expand: files.ExpandPath, Now: program.Now}
}

func newCompletionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "Print what makes a shell complete command lines of vedette",
		Long: `Completion prints a script that makes a shell complete commands, options, values, names of
what is there on the server, and files, when you press Tab. Try it in the shell that you are in:

  bash   source <(vedette completion bash)
  zsh    source <(vedette completion zsh)
  fish   vedette completion fish | source

The first lines of the script say how to keep it.`,
		Args:                  cobra.ExactArgs(1),
		ValidArgs:             []string{"bash", "zsh", "fish"},
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			script, ok := complete.Script(args[0])
			if !ok {
				return fmt.Errorf("complete for %s: want bash, zsh or fish", args[0])
			}
			_, err := io.WriteString(cmd.OutOrStdout(), script)
			return err
		},
	}
}
