package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"vedette/record"
)

// TestReaderWaits reads before, while and after records are committed.
func TestReaderWaits(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		l := open(t, o)
		r := openReader(t, l, 0, 0)
		if r.Ready() {
			t.Error("an empty log is ready")
		}
		for i := range 50 {
			want := fmt.Sprint("record ", i)
			mustAppend(t, l, want)
			if i%2 == 0 {
				eventually(t, "the reader is ready", r.Ready)
			}
			wantBodies(t, r, []string{want})
			if r.Ready() {
				t.Error("ready after the last batch")
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Next with an ended context: %v", err)
		}
		mustAppend(t, l, "and on")
		wantBodies(t, r, []string{"and on"})
	})
}

// TestReadyKeepsBatch: looking whether there is more leaves the batch at hand alone.
func TestReadyKeepsBatch(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir()})
	r := openReader(t, l, 0, 0)
	mustAppend(t, l, "one")
	b := next(t, r)
	mustAppend(t, l, "two")
	if !r.Ready() || bodies(b)[0] != "one" || b.Seq != 1 {
		t.Errorf("ready, and the batch at hand is %+v", b)
	}
}

func TestReaderCloses(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		l := open(t, o)
		r := openReader(t, l, 0, 0)
		ended := make(chan error)
		go func() {
			_, err := r.Next(context.WithoutCancel(t.Context()))
			ended <- err
		}()
		r.cancel() // what Close begins with; the rest of it is not for two goroutines
		if err := <-ended; !errors.Is(err, ErrClosed) {
			t.Errorf("Next of a closed reader: %v", err)
		}
		if !r.Ready() {
			t.Error("a Next that would return ErrClosed at once is not ready")
		}
	})
}

// TestReaderLags lets a reader fall behind what is kept in memory and catch up,
// several times.
func TestReaderLags(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir()})
	r := openReader(t, l, 0, 0)
	body := bytes.Repeat([]byte("x"), 300<<10)
	number := 0
	for range 3 {
		behind := 0
		for ; behind*len(body) < 2*tailBytes; behind++ {
			mustAppend(t, l, fmt.Sprint(number+behind, " ")+string(body))
		}
		for range behind {
			want := fmt.Sprint(number, " ")
			if b := next(t, r); !bytes.HasPrefix(b.Records[0].Body, []byte(want)) {
				t.Fatalf("got %.10s instead of %s", b.Records[0].Body, want)
			}
			number++
		}
		mustAppend(t, l, fmt.Sprint(number, " "))
		wantBodies(t, r, []string{fmt.Sprint(number, " ")})
		number++
		if r.source != nil {
			t.Error("a reader that has caught up still reads from the stream")
		}
	}
}

func TestReaderRefuses(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		l := open(t, o)
		for i := range 5 {
			mustAppend(t, l, fmt.Sprint(i))
		}
		if err := l.SaveSnapshot(t.Context(), 0, 3, payload{1, 10}); err != nil {
			t.Fatal(err)
		}
		if err := l.Trim(t.Context(), 0, 3); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Reader(t.Context(), 0, 2); !errors.Is(err, ErrTrimmed) {
			t.Errorf("from a place that was trimmed: %v", err)
		}
		wantBodies(t, openReader(t, l, 0, 3), []string{"3", "4"})
		_, err := l.Reader(t.Context(), 0, 6)
		wantDamage(t, err, 6)
		if _, err := l.Reader(t.Context(), 1, 0); err == nil {
			t.Error("there is a second shard")
		}
	})
}

// TestTwoLogs has two processes, as nodes of a cluster, write to a shard, and
// two readers read all of it.
func TestTwoLogs(t *testing.T) {
	o := Options{URL: startServer(t)}
	const each = 500
	logs := []*Log{open(t, o), open(t, o)}
	w := newWaiters()
	for i := range uint64(each) {
		for n, l := range logs {
			l.Append(uint8(n), record.KindReport, []byte{}, w, i)
		}
	}
	for _, told := range w.wait(t, 2*each) {
		if told.err != nil {
			t.Fatal(told.err)
		}
	}
	for _, l := range logs {
		r, counts := openReader(t, l, 0, 0), [2]int{}
		for counts != [2]int{each, each} {
			for _, rec := range next(t, r).Records {
				counts[rec.Partition]++
			}
		}
	}
}
