package notify_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/notify"
)

func message(id int64, items ...string) notify.Export {
	return notify.Export{ID: id, Profile: `p "1"`, Topic: "t", Payload: []byte(`{"version":"1.0","metrics":[` + strings.Join(items, ",") + `]}`)}
}

func item(name string, at int) string {
	return fmt.Sprintf(`{"name":%q,"thing":"lamp-7","value":{"count":84},"version":1,"timestamp":%d}`, name, at)
}

func openFile(t *testing.T, o notify.FileOptions) *notify.File {
	t.Helper()
	f, err := notify.OpenFile(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func send(t *testing.T, s notify.Sink, list ...notify.Export) {
	t.Helper()
	if n, err := s.Send(t.Context(), list); n != len(list) || err != nil {
		t.Fatalf("%d of %d taken, %v", n, len(list), err)
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.ndjson")
	f := openFile(t, notify.FileOptions{Path: path})
	send(t, f, message(7, item("aws:num-messages-sent", 1), item("b", 2)), message(8), message(9, item("c", 3)))
	want := `{"message":7,"profile":"p \"1\"","name":"aws:num-messages-sent","thing":"lamp-7","value":{"count":84},"version":1,"timestamp":1}
{"message":7,"profile":"p \"1\"","name":"b","thing":"lamp-7","value":{"count":84},"version":1,"timestamp":2}
{"message":9,"profile":"p \"1\"","name":"c","thing":"lamp-7","value":{"count":84},"version":1,"timestamp":3}
`
	if diff := cmp.Diff(want, text(t, path)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	if n, err := f.Send(t.Context(), []notify.Export{message(10, item("d", 1)), {ID: 11, Payload: []byte("{")}}); n != 0 || err == nil {
		t.Errorf("%d taken, %v of a message that cannot be read", n, err)
	}
	if diff := cmp.Diff(want, text(t, path)); diff != "" {
		t.Errorf("file after an error (-want +got):\n%s", diff)
	}
}

// TestFileTorn: half a line is cut off, whole ones stay.
func TestFileTorn(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for name, c := range map[string]struct{ before, want string }{
		"ok/whole lines":     {"{}\n{}\n", "{}\n{}\n"},
		"ok/half a line":     {"{}\n{\"a", "{}\n"},
		"ok/nothing but one": {"{\"a", ""},
		"ok/a long one":      {"{}\n" + long, "{}\n"},
		"ok/empty":           {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f")
			if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
				t.Fatal(err)
			}
			f := openFile(t, notify.FileOptions{Path: path})
			if got := text(t, path); got != c.want {
				t.Errorf("got %d bytes, want %d", len(got), len(c.want))
			}
			send(t, f, message(1, item("a", 1)))
			if got := text(t, path); !strings.HasPrefix(got, c.want+`{"message":1`) {
				t.Errorf("after one more: %.80q", got)
			}
		})
	}
}

func TestFileRotation(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	one := message(1, item("a", 1))
	f := openFile(t, notify.FileOptions{Path: path, MaxBytes: 300, Keep: 2})
	for i := range 9 { // a line has 106 bytes: two to a file
		one.ID = int64(i)
		send(t, f, one)
	}
	for name, want := range map[string][]string{"f": {"8"}, "f.1": {"6", "7"}, "f.2": {"4", "5"}} {
		var got []string
		for line := range strings.Lines(text(t, filepath.Join(dir, name))) {
			got = append(got, line[len(`{"message":`):len(`{"message":`)+1])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("messages of %s (-want +got):\n%s", name, diff)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("%d files, %v, want 3", len(entries), err)
	}
	big := message(99, slices.Repeat([]string{item("a", 1)}, 10)...)
	send(t, f, big, big)
	if n := strings.Count(text(t, path), "\n"); n != 20 {
		t.Errorf("%d lines of messages that are larger than a file, want all 20", n)
	}
}

func TestFileErrors(t *testing.T) {
	dir := t.TempDir()
	for name, path := range map[string]string{"fail/no folder": filepath.Join(dir, "none", "f"), "fail/a folder": dir, "fail/a device": "/dev/null"} {
		t.Run(name, func(t *testing.T) {
			if f, err := notify.OpenFile(notify.FileOptions{Path: path}); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, %v", f, err)
			}
		})
	}
}

// TestFileFull: what a full disk takes in part is taken back, and sent again.
func TestFileFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	f := openFile(t, notify.FileOptions{Path: path})
	send(t, f, message(1, item("a", 1)))
	before := text(t, path)
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var room syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &room); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(len(before)) + 10, Max: room.Max}); err != nil {
		t.Fatal(err)
	}
	n, err := f.Send(t.Context(), []notify.Export{message(2, item("a", 1))})
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &room); err != nil {
		t.Fatal(err)
	}
	if n != 0 || err == nil {
		t.Errorf("%d taken, %v, where there is room for part of a line", n, err)
	}
	if diff := cmp.Diff(before, text(t, path)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	send(t, f, message(2, item("a", 1)))
	if got := strings.Count(text(t, path), "\n"); got != 2 {
		t.Errorf("%d lines, want 2", got)
	}
}

// TestFileNotPutAside: while the file cannot be put aside it takes nothing, and nothing
// is lost.
func TestFileNotPutAside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	f := openFile(t, notify.FileOptions{Path: path, MaxBytes: 300, Keep: 1})
	send(t, f, message(1, item("a", 1)), message(2, item("a", 1)))
	if err := os.Mkdir(path+".1", 0o700); err != nil { // the rotation cannot put the file there
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path+".1", "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	three := message(3, item("a", 1))
	for range 2 {
		if n, err := f.Send(t.Context(), []notify.Export{three}); n != 0 || err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%d taken, %v", n, err)
		}
	}
	if err := os.RemoveAll(path + ".1"); err != nil {
		t.Fatal(err)
	}
	send(t, f, three)
	if got := strings.Count(text(t, path), "\n") + strings.Count(text(t, path+".1"), "\n"); got != 3 {
		t.Errorf("%d lines, want 3", got)
	}
}

// fileChild is the file that a test process writes until it is killed.
const fileChild = "VEDETTE_TEST_EXPORT_FILE"

// writeLines sends message after message, and says so of each that was taken.
func writeLines(path string) error {
	f, err := notify.OpenFile(notify.FileOptions{Path: path, MaxBytes: 20_000, Keep: 1000})
	if err != nil {
		return err
	}
	for id := int64(1); ; id++ {
		if _, err := f.Send(context.Background(), []notify.Export{message(id, slices.Repeat([]string{item("a", int(id))}, 5)...)}); err != nil {
			return err
		}
		fmt.Println(id)
	}
}

// TestFileKilled: what was taken before a kill is there, whole, and no half lines
// are left.
func TestFileKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fileChild+"="+path)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		taken++
		if taken == 200 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait()
	if taken < 200 {
		t.Fatalf("the process ended by itself after %d messages", taken)
	}
	openFile(t, notify.FileOptions{Path: path})
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("files %v, %v: want some that were put aside", files, err)
	}
	counts := map[int64]int{}
	for _, file := range files {
		for line := range strings.Lines(text(t, file)) {
			var got struct{ Message, Timestamp int64 }
			if err := json.Unmarshal([]byte(line), &got); err != nil || got.Message != got.Timestamp {
				t.Fatalf("line %q: %v", line, err)
			}
			counts[got.Message]++
		}
	}
	for id := int64(1); id <= int64(taken); id++ {
		if counts[id] != 5 {
			t.Errorf("message %d has %d lines, want 5", id, counts[id])
		}
	}
}
