package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDemo runs the demo as a newcomer does: its first alarm comes by itself, and
// Ctrl-C ends it cleanly.
func TestDemo(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(build(t, ""), "demo")
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hang := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer hang.Stop()
	var text strings.Builder
	interrupted := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "ALARM ") && !interrupted {
			interrupted = true
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the demo ended with %v", err)
	}
	for _, want := range []string{"iot list-active-violations", "AWS_ACCESS_KEY_ID=AKIA", "ATTACK ", "ALARM ", "ended: "} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the demo does not print %q", want)
		}
	}
	if log.Len() > 0 {
		t.Errorf("the demo warns:\n%s", log.String())
	}
	if t.Failed() {
		t.Logf("it printed:\n%s", text.String())
	}
	left, err := filepath.Glob(filepath.Join(cmd.Env[len(cmd.Env)-1][len("TMPDIR="):], "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("the demo left %v, %v", left, err)
	}
}
