package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// bashBreaks is bash's COMP_WORDBREAKS.
const bashBreaks = " \t\n\"'><=;|&(:"

// TestAnswerShell checks the protocol between the shells' scripts and the program.
func TestAnswerShell(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string // a regular expression
	}{
		{"ok/our own commands", []string{"__complete", "s"}, "^serve\tRun .*\nsim\t.*\nsuggest\t.*\n:4\n$"},
		{"ok/iot", []string{"__complete", "io"}, "^iot\tCall .*\n:4\n$"},
		{"ok/flags of our own commands", []string{"__complete", "serve", "--data-d"}, "^--data-dir\t.*\n:4\n$"},
		{"ok/shells", []string{"__complete", "completion", "f"}, "^fish\n:4\n$"},
		{"ok/operation", []string{"__complete", "iot", "create-dim"}, "^create-dimension\tDefines .*\n:4\n$"},
		{"ok/behind global options", []string{"__complete", "--region", "x", "iot", "create-dim"}, "^create-dimension\t.*\n:4\n$"},
		{"ok/global option", []string{"__complete", "--reg"}, "^--region\tThe Region.\n:4\n$"},
		{"ok/option with value", []string{"__complete", "iot", "create-dimension", "--type=T"}, "^--type=TOPIC_FILTER\n:4\n$"},
		{"ok/open", []string{"__complete", "iot", "tag-resource", "--tags", "Key=a,V"}, "^Key=a,Value=\t.*\n:6\n$"},
		{"ok/bash", []string{"__complete_bash", "vedette iot tag-resource --tags Key=a,V", bashBreaks}, "^6\na,Value=\n$"},
		{"ok/bash, our own commands", []string{"__complete_bash", "vedette ser", bashBreaks}, "^4\nserve\n$"},
		{"fail/nothing", []string{"__complete", "iot", "nonsense", ""}, "^:4\n$"},
		{"fail/no words", []string{"__complete"}, "^$"},
		{"fail/bash without a line", []string{"__complete_bash"}, "^$"},
		{"fail/bash with an empty line", []string{"__complete_bash", "", bashBreaks}, "^0\n$"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			answerShell(test.args, &b)
			if !regexp.MustCompile(test.want).Match(b.Bytes()) {
				t.Errorf("got %q, want %s", b.String(), test.want)
			}
		})
	}
}

// TestShells types into real shells, presses Tab, and has the shell print the line.
func TestShells(t *testing.T) {
	tests := []struct{ name, typed, want string }{
		{"operation", "vedette iot create-dim", "vedette iot create-dimension "},
		{"our own command", "vedette dem", "vedette demo "},
		{"option", "vedette iot create-dimension --na", "vedette iot create-dimension --name "},
		{"value", "vedette iot create-dimension --type T", "vedette iot create-dimension --type TOPIC_FILTER "},
		{"value behind an equals sign", "vedette iot create-dimension --type=T", "vedette iot create-dimension --type=TOPIC_FILTER "},
		{"name of the server", "vedette iot describe-thing --thing-name do", "vedette iot describe-thing --thing-name door:1 "},
		{"colon", "vedette iot describe-thing --thing-name door:", "vedette iot describe-thing --thing-name door:1 "},
		{"key", "vedette iot tag-resource --tags Key=a,V", "vedette iot tag-resource --tags Key=a,Value="},
		{"key in quotes", "vedette iot tag-resource --tags 'Key=a,V", "vedette iot tag-resource --tags 'Key=a,Value="},
		{"bracket", "vedette iot create-security-profile --behaviors 'criteria={stat", "vedette iot create-security-profile --behaviors 'criteria={statisticalThreshold={statistic="},
		{"file", "vedette iot create-thing --cli-input-json file://inp", "vedette iot create-thing --cli-input-json file://input.json "},
		{"file of our own command", "vedette serve --config inp", "vedette serve --config input.json "},
		{"in double quotes", `vedette iot describe-thing --thing-name "doo`, `vedette iot describe-thing --thing-name "door:1" `},
	}
	// Each shell prints the line that is being edited between angle brackets when
	// Ctrl-X and E are pressed.
	shells := []struct {
		name, rc string
		command  []string
		file     string
	}{
		{"bash", "PS1='READY '; source <(vedette completion bash); bind -x '\"\\C-xe\": printf \"<%s>\\n\" \"$READLINE_LINE\"'\n", []string{"--noprofile", "--rcfile", "rc", "-i"}, "rc"},
		{"zsh", "PS1='READY '; autoload -Uz compinit; compinit -u -D; source <(vedette completion zsh)\n" +
			"show() { print -r -- \"<$BUFFER>\" }; zle -N show; bindkey '^Xe' show\n", []string{"-i"}, ".zshrc"},
		{"fish", "function fish_prompt; echo 'READY '; end; function fish_greeting; end; set -g fish_autosuggestion_enabled 0\n" +
			"vedette completion fish | source\nbind \\cxe 'printf \"<%s>\\n\" (commandline)'\n", []string{"-i"}, "config/fish/config.fish"},
	}
	for _, shell := range shells {
		t.Run(shell.name, func(t *testing.T) {
			path := shellPath(t, shell.name)
			dir := shellHome(t, shell.file, shell.rc)
			for _, test := range tests {
				t.Run(test.name, func(t *testing.T) {
					if got := tabbed(t, exec.Command(path, shell.command...), dir, test.typed); got != test.want {
						t.Errorf("got %q, want %q", got, test.want)
					}
				})
			}
		})
	}
}

// shellPath returns where a shell is. Where nothing may be skipped, one that is
// missing is a failure.
func shellPath(t *testing.T, shell string) string {
	t.Helper()
	path, err := exec.LookPath(shell)
	if err == nil {
		return path
	}
	if os.Getenv("VEDETTE_REQUIRE_ALL") == "1" {
		t.Fatalf("%s is missing: run make test, which installs it", shell)
	}
	t.Skipf("SKIPPED: completion in %s is NOT TESTED: %v", shell, err)
	return ""
}

// shellHome makes a home folder with the file that a shell reads when it starts,
// and a file to complete. A fish that has completions of the manual's pages does not
// begin to make them in the background, where it would outlive the test.
func shellHome(t *testing.T, file, rc string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{file: rc, "input.json": "{}", "fish/generated_completions/none.fish": ""} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(build(t, ""), filepath.Join(dir, "vedette")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// tabbed starts a shell, types into it, presses Tab and returns the line.
func tabbed(t *testing.T, cmd *exec.Cmd, dir, typed string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"things": [{"thingName": "cam-1"}, {"thingName": "door:1"}]}`)
	}))
	defer server.Close()
	cmd.Dir = dir
	cmd.Env = []string{
		"HOME=" + dir, "ZDOTDIR=" + dir, "XDG_CONFIG_HOME=" + dir + "/config", "XDG_DATA_HOME=" + dir, "TERM=xterm", "LC_ALL=C.UTF-8",
		"PATH=" + dir + ":" + os.Getenv("PATH"), "AWS_ENDPOINT_URL_IOT=" + server.URL, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=k", "AWS_SECRET_ACCESS_KEY=s",
	}
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		terminal.Close()
		cmd.Process.Kill()
		cmd.Wait()
	}()
	var shown bytes.Buffer
	await := func(expression string) []string {
		t.Helper()
		buf := make([]byte, 4096)
		for {
			if found := regexp.MustCompile(expression).FindStringSubmatch(shown.String()); found != nil {
				return found
			}
			n, err := terminal.Read(buf)
			shown.Write(buf[:n])
			if err != nil {
				t.Fatalf("the shell ended before %s: %v\n%s", expression, err, shown.String())
			}
		}
	}
	await("READY ")
	fmt.Fprint(terminal, typed+"\t\x18e")
	return strings.ReplaceAll(await("<(vedette[^>]*)>")[1], "\r\n", "\n")
}
