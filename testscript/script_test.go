// Package testscript runs end-to-end scripts (testdata/*.txtar) against the
// built binary, with the real AWS CLI, boto3 and mosquitto's clients.
//
// Beside testscript's own commands a script may say:
//
//	[!] serve [FLAG…]     start the server in $WORK/data and wait until it is ready;
//	                      sets $HTTP, $MQTT_PORT, $MQTTS_PORT, $HTTPS_DEVICE_PORT and
//	                      the AWS_… variables
//	stop                  end it with SIGTERM; it must exit 0
//	kill                  end it with SIGKILL
//	exits CODE CMD ARG…   run CMD, which must end with this exit code
//	until REGEXP CMD ARG…  repeat CMD until it succeeds and its output matches
//	http [OPTION…] METHOD PATH [BODY-FILE]
//	                      send a signed request, print status, error type and body;
//	                      for its options see sendHTTP
//	freeport NAME         set $NAME to a port that nobody listens on
//	logged REGEXP         a line of the server's log matches
package testscript

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"vedette/app"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// patience is how long a script waits for something that must happen.
const patience = 60 * time.Second

func TestScripts(t *testing.T) {
	tools := findTools(t)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", tools.path+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("AWS_PAGER", "")
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			env.Values[serverKey{}] = &server{dir: filepath.Join(env.WorkDir, "data")}
			env.Defer(func() { env.Values[serverKey{}].(*server).kill() })
			return nil
		},
		Condition: tools.condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":    cmdServe,
			"stop":     cmdStop,
			"kill":     cmdKill,
			"exits":    cmdExits,
			"freeport": cmdFreePort,
			"until":    cmdUntil,
			"http":     cmdHTTP,
			"logged":   cmdLogged,
		},
	})
}

// toolbox is what the scripts call: the built binary, and links to the clients
// that the machine has.
type toolbox struct {
	path string
	has  map[string]bool
}

func (b toolbox) condition(name string) (bool, error) {
	if has, known := b.has[name]; known {
		return has, nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// findTools builds vedette and looks for the clients. A client that is missing
// is an error where nothing may be skipped.
func findTools(t *testing.T) toolbox {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "vedette"), "vedette/cmd/vedette")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build vedette: %v\n%s", err, out)
	}
	box := toolbox{path: dir, has: map[string]bool{"aws": false, "boto3": false, "mosquitto": false}}
	if path := findAWS(); path != "" {
		link(t, path, filepath.Join(dir, "aws"))
		box.has["aws"] = true
	}
	box.has["mosquitto"] = linkMosquitto(t, dir)
	for name, has := range box.has {
		switch {
		case has || name == "boto3":
		case os.Getenv("VEDETTE_REQUIRE_ALL") == "1":
			t.Fatalf("%s is missing: run make test, which installs it", name)
		default:
			t.Logf("SKIPPED: scripts that need %s, which this machine does not have", name)
		}
	}
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		path, err := exec.LookPath(python)
		if err != nil || exec.Command(path, "-c", "import boto3").Run() != nil {
			continue
		}
		real, err := exec.Command(path, "-c", "import sys; print(sys.executable)").Output()
		if err == nil {
			link(t, strings.TrimSpace(string(real)), filepath.Join(dir, "python-boto3"))
			box.has["boto3"] = true
			break
		}
	}
	if !box.has["boto3"] {
		t.Log("SKIPPED: scripts that need boto3, which this machine does not have")
	}
	return box
}

// linkMosquitto links the broker, which Debian keeps from the PATH of users, and its
// clients; it tells whether all are there.
func linkMosquitto(t *testing.T, dir string) bool {
	t.Helper()
	for _, name := range []string{"mosquitto", "mosquitto_pub", "mosquitto_sub"} {
		path, err := exec.LookPath(name)
		if err != nil {
			path, err = exec.LookPath("/usr/sbin/" + name)
		}
		if err != nil {
			return false
		}
		link(t, path, filepath.Join(dir, name))
	}
	return true
}

// findAWS returns an AWS CLI of version 2: another one may come first on PATH.
func findAWS() string {
	first, _ := exec.LookPath("aws")
	for _, path := range []string{first, "/usr/bin/aws", "/usr/local/bin/aws"} {
		if path == "" {
			continue
		}
		out, err := exec.Command(path, "--version").CombinedOutput()
		if err == nil && bytes.HasPrefix(out, []byte("aws-cli/2")) {
			return path
		}
	}
	return ""
}

func link(t *testing.T, target, name string) {
	t.Helper()
	script := fmt.Sprintf("#!/bin/sh\nexec %q \"$@\"\n", target)
	if err := os.WriteFile(name, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
}

type serverKey struct{}

// server is the vedette of one script.
type server struct {
	dir    string
	cmd    *exec.Cmd
	exited chan error
	stderr logBuffer
}

func (s *server) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		<-s.exited
		s.cmd = nil
	}
}

func scriptServer(ts *testscript.TestScript) *server { return ts.Value(serverKey{}).(*server) }

func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptServer(ts)
	if s.cmd != nil {
		ts.Fatalf("a server is running")
	}
	path := filepath.Join(strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator))[0], "vedette")
	s.stderr.Reset()
	s.cmd = exec.Command(path, append([]string{"serve", "--data-dir", s.dir, "--http-addr", "127.0.0.1:0", "--mqtt-addr", "127.0.0.1:0"}, args...)...)
	s.cmd.Stderr = &s.stderr
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	_ = os.Remove(filepath.Join(s.dir, "endpoints.json"))
	ts.Check(s.cmd.Start())
	s.exited = make(chan error, 1)
	go func(cmd *exec.Cmd) { s.exited <- cmd.Wait() }(s.cmd)
	err := s.ready(ts)
	if neg {
		if err == nil {
			ts.Fatalf("serve: got a server, want it refused")
		}
		ts.Check(os.WriteFile(ts.MkAbs("serve.err"), s.stderr.Bytes(), 0o644))
		return
	}
	if err != nil {
		ts.Fatalf("serve: %v\n%s", err, s.stderr.Bytes())
	}
}

// ready waits for endpoints.json and passes what is in it to the script.
func (s *server) ready(ts *testscript.TestScript) error {
	var endpoints app.Endpoints
	for deadline := time.Now().Add(patience); ; {
		text, err := os.ReadFile(filepath.Join(s.dir, "endpoints.json"))
		if err == nil && json.Unmarshal(text, &endpoints) == nil {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("not ready after %v", patience)
		}
		select {
		case err := <-s.exited:
			s.cmd = nil
			return fmt.Errorf("exited: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	port := func(endpoint string) string { return endpoint[strings.LastIndexByte(endpoint, ':')+1:] }
	for name, value := range map[string]string{
		"HTTP": endpoints.HTTP, "HTTP_PORT": port(endpoints.HTTP), "MQTT_PORT": port(endpoints.MQTT),
		"MQTTS_PORT": port(endpoints.MQTTS), "HTTPS_DEVICE_PORT": port(endpoints.HTTPSDevice),
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(s.dir, "credentials"),
	} {
		ts.Setenv(name, value)
	}
	if ts.Getenv("AWS_DEFAULT_REGION") == "" {
		ts.Setenv("AWS_DEFAULT_REGION", "us-east-1")
	}
	return nil
}

func cmdStop(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptServer(ts)
	if s.cmd == nil {
		ts.Fatalf("no server is running")
	}
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	err := <-s.exited
	s.cmd = nil
	if err != nil {
		ts.Fatalf("server did not stop cleanly: %v\n%s", err, s.stderr.Bytes())
	}
	ts.Check(os.WriteFile(ts.MkAbs("serve.err"), s.stderr.Bytes(), 0o644))
}

func cmdKill(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptServer(ts)
	if s.cmd == nil {
		ts.Fatalf("no server is running")
	}
	s.kill()
}

// cmdExits runs a command that must end with an exit code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE CMD ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s: got exit code %d, want %d", args[1], got, want)
	}
}

// cmdFreePort finds a port for a program that cannot be told to find one.
func cmdFreePort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: freeport NAME")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Check(l.Close())
	ts.Setenv(args[0], port)
}

// cmdUntil repeats a command until its standard output matches.
func cmdUntil(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: until REGEXP CMD ARG…")
	}
	want, err := regexp.Compile(args[0])
	ts.Check(err)
	var out string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		err = ts.Exec(args[1], args[2:]...)
		out = ts.ReadFile("stdout")
		if err == nil && want.MatchString(out) {
			return
		}
	}
	ts.Fatalf("%s: no output matched %q; the last was:\n%s", args[1], args[0], out)
}
