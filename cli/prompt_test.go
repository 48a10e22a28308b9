package cli_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"vedette/cli"
	"vedette/cli/settings"
)

// TestPrompt: who asks for the prompt gets it, and what it returns is run. With
// on-partial only a command line with a fault leads there.
func TestPrompt(t *testing.T) {
	good := []string{"iot", "describe-thing", "--thing-name", "t"}
	chosen := []string{"iot", "list-things"}
	for _, test := range []struct {
		name    string
		environ []string
		args    []string
		code    int
		asked   int
		sent    []string
	}{
		{"ok/off", nil, good, 0, 0, []string{"GET /things/t"}},
		{"ok/option", nil, append(good, "--cli-auto-prompt"), 0, 1, []string{"GET /things"}},
		{"ok/environment", []string{"AWS_CLI_AUTO_PROMPT=on"}, good, 0, 1, []string{"GET /things"}},
		{"ok/option against environment", []string{"AWS_CLI_AUTO_PROMPT=on"}, append(good, "--no-cli-auto-prompt"), 0, 0, []string{"GET /things/t"}},
		{"ok/on-partial without a fault", []string{"AWS_CLI_AUTO_PROMPT=on-partial"}, good, 0, 0, []string{"GET /things/t"}},
		{"ok/on-partial, a fault", []string{"AWS_CLI_AUTO_PROMPT=on-partial"}, good[:2], 0, 1, []string{"GET /things"}},
		{"ok/on-partial, a fault of a parameter", []string{"AWS_CLI_AUTO_PROMPT=on-partial"}, append(good[:3:3], ""), 0, 1, []string{"GET /things"}},
		{"ok/not for help", []string{"AWS_CLI_AUTO_PROMPT=on"}, []string{"iot", "help"}, 0, 0, nil},
		{"ok/not for the version", []string{"AWS_CLI_AUTO_PROMPT=on"}, []string{"--version"}, 0, 0, nil},
		{"fail/on-partial, an error that is no fault", []string{"AWS_CLI_AUTO_PROMPT=on-partial", "AWS_MAX_ATTEMPTS=0"}, good, 255, 0, nil},
		{"fail/both options", nil, append(good, "--cli-auto-prompt", "--no-cli-auto-prompt"), 252, 0, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.set(test.environ...)
			p, _, _ := w.program(test.args)
			asked := 0
			p.Prompt = func(_ context.Context, _ *settings.Files, args []string) ([]string, error) {
				asked++
				check(t, "words at the prompt", args, test.args)
				return chosen, nil
			}
			check(t, "exit code", p.Run(context.Background()), test.code)
			check(t, "times asked", asked, test.asked)
			check(t, "requests", w.requests(), test.sent)
		})
	}
}

// TestPromptLeft: who leaves the prompt runs nothing; where there is none, the
// option that asks for it does nothing.
func TestPromptLeft(t *testing.T) {
	w := newWorld(t)
	p, stdout, stderr := w.program([]string{"iot", "list-things", "--cli-auto-prompt"})
	p.Prompt = func(context.Context, *settings.Files, []string) ([]string, error) { return nil, errors.New("left") }
	check(t, "exit code", p.Run(context.Background()), 255)
	check(t, "output", []string{stdout.String(), stderr.String()}, []string{"", "\nleft\n"})
	check(t, "requests", len(w.requests()), 0)
	check(t, "without a prompt", w.run("list-things", "--cli-auto-prompt").Code, 0)
	check(t, "requests", w.requests(), []string{"GET /things"})
}

// TestPause ends with the time, or with the context.
func TestPause(t *testing.T) {
	if err := cli.Pause(context.Background(), time.Nanosecond); err != nil {
		t.Errorf("got %v, want the end of the time", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := cli.Pause(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
}
