package stream

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"vedette/record"
)

// patience is how long a test waits for what must happen.
const patience = 60 * time.Second

func TestMain(m *testing.M) {
	if child := childMode(); child != nil {
		child()
		return
	}
	goleak.VerifyTestMain(m)
}

// onEachServer runs the test on an embedded and on an external server.
func onEachServer(t *testing.T, test func(t *testing.T, o Options)) {
	t.Run("ok/embedded", func(t *testing.T) { test(t, Options{Dir: t.TempDir()}) })
	t.Run("ok/external", func(t *testing.T) { test(t, Options{URL: startServer(t)}) })
}

// startServer starts a NATS server of its own, and returns where it is reached.
func startServer(t testing.TB) string {
	t.Helper()
	return runServer(t, &server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(),
		SyncAlways: true, NoLog: true, NoSigs: true,
	}).ClientURL()
}

// runServer starts a NATS server that is reached over TCP.
func runServer(t testing.TB, o *server.Options) *server.Server {
	t.Helper()
	srv, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	t.Cleanup(func() {
		srv.Shutdown()
		srv.WaitForShutdown()
	})
	if !srv.ReadyForConnections(patience) {
		t.Fatal("the NATS server does not start")
	}
	o.Port = srv.Addr().(*net.TCPAddr).Port // the same one when it is started again
	return srv
}

func open(t testing.TB, o Options) *Log {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	l, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close(context.Background()) })
	return l
}

func closeLog(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func openReader(t testing.TB, l *Log, shard int, after uint64) *Reader {
	t.Helper()
	r, err := l.Reader(t.Context(), shard, after)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func next(t testing.TB, r *Reader) *record.Batch {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	b, err := r.Next(ctx)
	if err != nil {
		t.Fatalf("next batch: %v", err)
	}
	return b
}

// mustAppend appends one record and waits for its commit.
func mustAppend(t testing.TB, l *Log, body string) {
	t.Helper()
	if err := appendOne(t, l, []byte(body)); err != nil {
		t.Fatalf("append %q: %v", body, err)
	}
}

func appendOne(t testing.TB, l *Log, body []byte) error {
	t.Helper()
	w := newWaiters()
	l.Append(0, record.KindReport, body, w, 1)
	return w.wait(t, 1)[0].err
}

// waiters remembers what it was told.
type waiters struct {
	mu   sync.Mutex
	told []outcome
	more chan struct{}
}

type outcome struct {
	token uint64
	at    int64
	err   error
}

func newWaiters() *waiters { return &waiters{more: make(chan struct{}, 1)} }

func (w *waiters) Committed(token uint64, at int64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, outcome{token, at, err})
	select {
	case w.more <- struct{}{}:
	default:
	}
}

// wait returns what was told when that is n times at least.
func (w *waiters) wait(t testing.TB, n int) []outcome {
	t.Helper()
	deadline := time.After(patience)
	for {
		w.mu.Lock()
		told := w.told
		w.mu.Unlock()
		if len(told) >= n {
			return told
		}
		select {
		case <-w.more:
		case <-deadline:
			t.Fatalf("told %d times of %d", len(told), n)
		}
	}
}

// eventually waits for the condition.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); !ok(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// bodies returns the bodies of the records of a batch.
func bodies(b *record.Batch) []string {
	var s []string
	for _, r := range b.Records {
		s = append(s, string(r.Body))
	}
	return s
}

// payload is a snapshot of n bytes that depend on seed.
type payload struct{ seed, n int }

func (p payload) bytes() []byte {
	b := make([]byte, 0, p.n+64)
	for i := 0; len(b) < p.n; i++ {
		b = fmt.Appendf(b, "%d/%d ", p.seed, i)
	}
	return b[:p.n]
}

// WriteTo implements io.WriterTo, with a few writes.
func (p payload) WriteTo(w io.Writer) (int64, error) {
	total := int64(0)
	for b := p.bytes(); len(b) > 0; {
		n, err := w.Write(b[:min(len(b), 300_000)])
		total += int64(n)
		if err != nil {
			return total, err
		}
		b = b[n:]
	}
	return total, nil
}

func mustUpdate(t testing.TB, c *conn, cfg jetstream.StreamConfig) {
	t.Helper()
	if _, err := c.js.UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
}
