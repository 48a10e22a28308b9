package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// runningDemo is a demo in a process of its own.
type runningDemo struct {
	t     *testing.T
	bin   string
	cmd   *exec.Cmd
	lines *bufio.Scanner
	text  strings.Builder // what it printed
	log   strings.Builder // its warnings: none are wanted
}

func runDemoFor(t *testing.T, args ...string) *runningDemo {
	t.Helper()
	d := &runningDemo{t: t, bin: build(t, "")}
	d.cmd = exec.Command(d.bin, append([]string{"demo"}, args...)...)
	d.cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	d.cmd.Stderr = &d.log
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hang := time.AfterFunc(patience, func() { _ = d.cmd.Process.Kill() })
	t.Cleanup(func() { hang.Stop(); _ = d.cmd.Process.Kill() })
	d.lines = bufio.NewScanner(out)
	return d
}

// until reads what it prints until a line has a text.
func (d *runningDemo) until(want string) {
	d.t.Helper()
	for d.lines.Scan() {
		d.text.WriteString(d.lines.Text() + "\n")
		if strings.Contains(d.lines.Text(), want) {
			return
		}
	}
	d.t.Fatalf("the demo ended without %q; it printed:\n%s\nand warned:\n%s", want, d.text.String(), d.log.String())
}

// interrupt ends it as Ctrl-C does.
func (d *runningDemo) interrupt() {
	d.t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGINT); err != nil {
		d.t.Error(err)
	}
	d.until("ended: ")
	if err := d.cmd.Wait(); err != nil {
		d.t.Errorf("the demo ended with %v", err)
	}
	if d.log.Len() > 0 {
		d.t.Errorf("the demo warns:\n%s", d.log.String())
	}
}

func (d *runningDemo) printed(all ...string) {
	d.t.Helper()
	for _, want := range all {
		if !strings.Contains(d.text.String(), want) {
			d.t.Errorf("the demo does not print %q, but\n%s", want, d.text.String())
		}
	}
}

// TestDemo runs the demo as a newcomer does: its first alarm comes by itself, and
// Ctrl-C ends it cleanly.
func TestDemo(t *testing.T) {
	t.Parallel()
	d := runDemoFor(t, "--history", "2h")
	d.until("ALARM ")
	d.interrupt()
	d.printed("50 devices live through 2 hours, in ", "/console/", "iot list-active-violations", "AWS_ACCESS_KEY_ID=AKIA", "to look only, with", "ATTACK ")
	left, err := filepath.Glob(filepath.Join(d.cmd.Env[len(d.cmd.Env)-1][len("TMPDIR="):], "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("the demo left %v, %v", left, err)
	}
}

// ask calls the API of a demo by its folder, and reads the answer.
func (d *runningDemo) ask(dir string, out any, args ...string) {
	d.t.Helper()
	cmd := exec.Command(d.bin, append([]string{"iot"}, args...)...)
	cmd.Env = append(os.Environ(), "VEDETTE_DATA_DIR="+dir, "AWS_DEFAULT_OUTPUT=json", "AWS_PAGER=")
	text, err := cmd.CombinedOutput()
	if err == nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil {
		d.t.Fatalf("iot %v: %v: %s", args, err, text)
	}
}

// TestDemoHasAPast: what a fleet lived through before the demo is there as if it had taken
// its time: each window has its values, and some alarms last. A folder goes on where it
// ended.
func TestDemoHasAPast(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	begin := time.Now()
	d := runDemoFor(t, "--data-dir", dir, "--calm", "--history", "6h")
	d.until("the fleet is connected: 48 devices")
	var things []string
	d.ask(dir, &things, "list-things", "--query", "things[].thingName")
	if len(things) != 47 {
		t.Errorf("%d things are registered, want 47", len(things))
	}
	var active []string
	d.ask(dir, &active, "list-active-violations", "--query", "activeViolations[].behavior.name")
	for _, want := range []string{"known-tcp-ports", "known-destinations", "not-away-for-long"} {
		if !strings.Contains(strings.Join(active, " "), want) {
			t.Errorf("no active alarm of %s, but %v", want, active)
		}
	}
	var sent []int
	d.ask(dir, &sent, "list-metric-values", "--thing-name", "camera-02", "--metric-name", "aws:num-messages-sent",
		"--start-time", begin.Add(-6*time.Hour).Format(time.RFC3339), "--end-time", begin.Format(time.RFC3339), "--query", "metricDatumList[].value.count")
	twice := 0 // a report and its telemetry
	for _, n := range sent {
		if n == 2 {
			twice++
		}
	}
	if len(sent) < 60 || twice < 60 {
		t.Errorf("in six hours there are %d windows, %d of them with two messages: %v", len(sent), twice, sent)
	}
	d.interrupt()
	if strings.Contains(d.text.String(), "ATTACK") {
		t.Errorf("an attack began:\n%s", d.text.String())
	}

	again := runDemoFor(t, "--data-dir", dir, "--calm")
	again.until("the fleet is connected: 50 devices")
	again.interrupt()
	if strings.Contains(again.text.String(), "live through") {
		t.Errorf("the folder had another past:\n%s", again.text.String())
	}
}

func TestDemoRefusesAPast(t *testing.T) {
	t.Parallel()
	for _, history := range []string{"", "-1h", "15d", "x", "d"} {
		if _, err := parseHistory(history); err == nil || !strings.Contains(err.Error(), "at most 14d") {
			t.Errorf("--history %q: got %v", history, err)
		}
	}
}
