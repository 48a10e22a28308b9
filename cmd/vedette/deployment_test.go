package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iot"

	"vedette/app"
)

// patience is how long a test waits for something that must happen.
const patience = 2 * time.Minute

// binary is the vedette program, built once for each set of build tags.
var binary struct {
	sync.Mutex
	dir    string
	byTags map[string]string
}

func TestMain(m *testing.M) {
	code := m.Run()
	if binary.dir != "" {
		_ = os.RemoveAll(binary.dir)
	}
	os.Exit(code)
}

// build returns the program built with tags.
func build(t *testing.T, tags string) string {
	t.Helper()
	binary.Lock()
	defer binary.Unlock()
	if path, ok := binary.byTags[tags]; ok {
		return path
	}
	if binary.dir == "" {
		dir, err := os.MkdirTemp("", "vedette-test-")
		if err != nil {
			t.Fatal(err)
		}
		binary.dir, binary.byTags = dir, map[string]string{}
	}
	path := filepath.Join(binary.dir, "vedette-"+tags)
	cmd := exec.Command("go", "build", "-tags", tags, "-o", path, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build with tags %q: %v\n%s", tags, err, out)
	}
	binary.byTags[tags] = path
	return path
}

// deployment is a server of the built program and its data directory, which
// outlives it.
type deployment struct {
	t       *testing.T
	program string
	dir     string
	flags   []string

	cmd    *exec.Cmd
	exited chan struct{}
	stderr syncBuffer

	mu        sync.Mutex
	endpoints app.Endpoints
}

// syncBuffer can be read while a process writes to it.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newDeployment(t *testing.T, tags string, flags ...string) *deployment {
	d := &deployment{t: t, program: build(t, tags), dir: t.TempDir(), flags: flags}
	t.Cleanup(func() {
		d.kill()
		if t.Failed() {
			t.Logf("the server's log:\n%s", d.stderr.String())
		}
	})
	return d
}

// start runs the server and returns when it is ready. It returns false when the
// server died before, which a kill point may make it do.
func (d *deployment) start(env ...string) bool {
	d.t.Helper()
	_ = os.Remove(filepath.Join(d.dir, "endpoints.json"))
	d.cmd = exec.Command(d.program, append([]string{"serve", "--data-dir", d.dir, "--http-addr", "127.0.0.1:0", "--mqtt-addr", "127.0.0.1:0"}, d.flags...)...)
	d.cmd.Env = append(os.Environ(), env...)
	d.cmd.Stderr = &d.stderr
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	exited := make(chan struct{})
	d.exited = exited
	go func(cmd *exec.Cmd) { _ = cmd.Wait(); close(exited) }(d.cmd)
	deadline := time.After(patience)
	for {
		var found app.Endpoints
		if text, err := os.ReadFile(filepath.Join(d.dir, "endpoints.json")); err == nil && json.Unmarshal(text, &found) == nil {
			d.mu.Lock()
			d.endpoints = found
			d.mu.Unlock()
			return true
		}
		select {
		case <-d.exited:
			return false
		case <-deadline:
			d.t.Fatalf("the server is not ready after %v", patience)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (d *deployment) at() app.Endpoints { d.mu.Lock(); defer d.mu.Unlock(); return d.endpoints }

// kill ends the server with SIGKILL, if it still runs.
func (d *deployment) kill() {
	if d.cmd != nil {
		_ = d.cmd.Process.Kill()
		<-d.exited
	}
}

// stop ends the server with SIGTERM; it must exit 0.
func (d *deployment) stop() {
	d.t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		d.t.Fatal(err)
	}
	<-d.exited
	if code := d.cmd.ProcessState.ExitCode(); code != 0 {
		d.t.Fatalf("exit code after SIGTERM: got %d, want 0", code)
	}
}

// client returns an SDK client that signs with the deployment's access key.
func (d *deployment) client() *iot.Client {
	d.t.Helper()
	var id, secret string
	text, err := os.ReadFile(filepath.Join(d.dir, "credentials"))
	if err == nil {
		_, err = fmt.Sscanf(string(text), "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n", &id, &secret)
	}
	if err != nil {
		d.t.Fatalf("read credentials: %v", err)
	}
	return iot.New(iot.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(d.at().HTTP),
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	})
}

// violationEvents returns every event that the API lists.
func (d *deployment) violationEvents(ctx context.Context) []violationEvent {
	d.t.Helper()
	pages := iot.NewListViolationEventsPaginator(d.client(), &iot.ListViolationEventsInput{
		StartTime: aws.Time(time.Unix(0, 0)), EndTime: aws.Time(time.Now().Add(time.Hour)), MaxResults: aws.Int32(250),
	})
	var events []violationEvent
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			d.t.Fatalf("list violation events: %v", err)
		}
		for _, e := range page.ViolationEvents {
			events = append(events, violationEvent{thing: *e.ThingName, id: *e.ViolationId, kind: string(e.ViolationEventType)})
		}
	}
	return events
}

type violationEvent struct{ thing, id, kind string }
