package stream

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"vedette/record"
)

// newest returns the bodies that Newest comes across, at most n of them.
func newest(t *testing.T, l *Log, until int64, maxBytes, n int) (bodies string, from int64) {
	t.Helper()
	var list []string
	from, err := l.Newest(t.Context(), 0, until, maxBytes, func(b *record.Batch) bool {
		for _, r := range b.Records {
			list = append(list, string(r.Body))
		}
		return len(list) < n
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, " "), from
}

// TestNewest reads a log backwards, out of memory and, after a restart, out of the
// stream.
func TestNewest(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		var now atomic.Int64
		now.Store(1000)
		o.Now = func() time.Time { return time.UnixMilli(now.Load()) }
		l := open(t, o)
		if bodies, from := newest(t, l, 1<<50, 1<<20, 9); bodies != "" || from != 0 {
			t.Errorf("of an empty log: got %q from %d", bodies, from)
		}
		openReader(t, l, 0, 0) // there is a tail for it only
		const messages = 1200  // more than a piece
		size := 0
		for i := range messages {
			now.Store(1000 + int64(i)*10)
			w := newWaiters()
			body := fmt.Sprintf("b%d", i)
			l.Append(0, record.KindReport, []byte(body), w, 1)
			if err := w.wait(t, 1)[0].err; err != nil {
				t.Fatal(err)
			}
			size = headerSize + 4 + len(body) + crcSize
		}
		for _, where := range []string{"in memory", "in the stream"} {
			for _, c := range []struct {
				until       int64
				maxBytes, n int
				want        string
				from        int64
			}{
				{1 << 50, 1 << 20, 3, "b1199 b1198 b1197", 1000 + 11970},
				{1000 + 5000, 1 << 20, 2, "b500 b499", 1000 + 4990},
				{1000 + 5009, 1 << 20, 1, "b500", 1000 + 5000},
				{1000 + 4999, 1 << 20, 1, "b499", 1000 + 4990},
				{1000 + 10, 1 << 20, 9, "b1 b0", 1000},
				{1000, 1 << 20, 9, "b0", 1000},
				{999, 1 << 20, 9, "", 0},
				{1 << 50, 1, 9, "b1199", 1000 + 11990},
				{1 << 50, size + 1, 9, "b1199 b1198", 1000 + 11980},
			} {
				if got, from := newest(t, l, c.until, c.maxBytes, c.n); got != c.want || from != c.from {
					t.Errorf("%s, until %d, %d bytes: got %q from %d, want %q from %d", where, c.until, c.maxBytes, got, from, c.want, c.from)
				}
			}
			if got, from := newest(t, l, 1<<50, 1<<30, messages+1); strings.Count(got, "b") != messages || from != 1000 || !strings.HasSuffix(got, " b1 b0") {
				t.Errorf("%s: of all messages got %d, from %d", where, strings.Count(got, "b"), from)
			}
			closeLog(t, l)
			if where == "in memory" {
				l = open(t, o)
			}
		}
	})
}

// TestNewestAfterTrim reads back to where the log begins, and not beyond.
func TestNewestAfterTrim(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir()})
	for i := range 10 {
		mustAppend(t, l, fmt.Sprintf("b%d", i))
	}
	c, _ := l.current()
	s, err := c.js.Stream(t.Context(), l.shards[0].streamName())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.purge(t.Context(), s.CachedInfo().Config.Name, jetstream.WithPurgeSequence(5)); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteMsg(t.Context(), 8); err != nil { // a hole, as a damaged log has
		t.Fatal(err)
	}
	if got, _ := newest(t, l, 1<<50, 1<<20, 99); got != "b9 b8 b6 b5 b4" {
		t.Errorf("got %q", got)
	}
}

func TestNewestEnds(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir()})
	mustAppend(t, l, "b0")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Newest(ctx, 0, 1<<50, 1, func(*record.Batch) bool { return true }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context ended", err)
	}
	if _, err := l.Newest(t.Context(), 1, 1<<50, 1, nil); err == nil {
		t.Error("shard 1 of a log with one: got no error")
	}
}
