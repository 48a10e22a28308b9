package stream

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"vedette/record"
)

// The environment variables that make the test binary a child that appends, or
// saves snapshots, until it is killed.
const (
	childEnv      = "VEDETTE_STREAM_CHILD" // append or snapshot
	childWhereEnv = "VEDETTE_STREAM_WHERE" // directory or URL
	childFirstEnv = "VEDETTE_STREAM_FIRST" // number of the first record
)

// childWindow is how many records the child has under way.
const childWindow = 2000

func childMode() func() {
	switch os.Getenv(childEnv) {
	case "append":
		return childAppend
	case "snapshot":
		return childSnapshot
	}
	return nil
}

func childOpen() *Log {
	o := Options{Dir: os.Getenv(childWhereEnv)}
	if strings.HasPrefix(o.Dir, "nats://") {
		o = Options{URL: o.Dir}
	}
	l, err := Open(context.Background(), o)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	return l
}

// childAppend appends numbered records and prints the number of each one as
// soon as it is told that it is committed.
func childAppend() {
	l := childOpen()
	first, _ := strconv.ParseUint(os.Getenv(childFirstEnv), 10, 64)
	w := reporter{newWindow(childWindow)}
	body := make([]byte, 100)
	for i := first; ; i++ {
		w.slots <- struct{}{}
		binary.BigEndian.PutUint64(body, i)
		l.Append(uint8(i%record.Partitions), record.KindReport, body, w, i)
	}
}

// reporter prints what was committed.
type reporter struct{ *window }

func (r reporter) Committed(token uint64, at int64, err error) {
	if err != nil {
		fmt.Println("error", err)
	} else {
		_, _ = os.Stdout.Write(strconv.AppendUint(make([]byte, 0, 24), token, 10))
		_, _ = os.Stdout.WriteString("\n")
	}
	r.window.Committed(token, at, err)
}

// childSnapshot saves snapshots, with different content, one after the other.
func childSnapshot() {
	l := childOpen()
	for i := 1; ; i++ {
		if err := l.AppendTick(context.Background(), 0); err != nil {
			fmt.Println("error", err)
		}
		if err := l.SaveSnapshot(context.Background(), 0, uint64(i), payload{i, 3 * chunkSize}); err != nil {
			fmt.Println("error", err)
		}
		fmt.Println(i)
	}
}

// child is a process that appends or saves.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

// startChild starts binary in one of the modes.
func startChild(t *testing.T, binary, mode, where string, env ...string) *child {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(append(os.Environ(), childEnv+"="+mode, childWhereEnv+"="+where), env...)
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &child{cmd, bufio.NewScanner(out)}
}

// read calls fn with each number that the child prints, until the child ends.
func (c *child) read(t *testing.T, fn func(n uint64)) {
	t.Helper()
	for c.lines.Scan() {
		n, err := strconv.ParseUint(c.lines.Text(), 10, 64)
		if err != nil {
			t.Errorf("the child says %q", c.lines.Text())
			continue
		}
		fn(n)
	}
	_ = c.cmd.Wait() // it was killed
}
