package stream

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"vedette/record"
)

// TestRepair breaks the connection to the embedded server, as a failed write
// does, again and again while records are appended and read.
func TestRepair(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir(), Shards: 2})
	caughtUp, late := openReader(t, l, 0, 0), openReader(t, l, 0, 0)
	w, ok := newWaiters(), map[uint64]bool{}
	number := uint64(0)
	for round := range 6 {
		c, replaced := l.current()
		for range 100 {
			l.Append(uint8(number%2), record.KindReport, binary.BigEndian.AppendUint64(nil, number), w, number)
			number++
		}
		if round%2 == 0 {
			c.fail(errors.New("the test says so"))
		} else {
			c.nc.Close()
		}
		for broken := false; !broken; number++ {
			l.Append(0, record.KindReport, binary.BigEndian.AppendUint64(nil, number), w, number)
			broken = w.wait(t, int(number)+1)[number].err != nil
		}
		<-replaced
		eventually(t, "the log is healthy", func() bool { return l.Healthy() == nil })
	}
	mustAppend(t, l, "the end.")
	for _, told := range w.wait(t, int(number)) {
		if told.err == nil {
			ok[told.token] = true
		} else if !errors.Is(told.err, ErrUnavailable) {
			t.Errorf("told %v", told.err)
		}
	}
	for _, r := range []*Reader{caughtUp, late, openReader(t, l, 1, 0)} {
		readUntil(t, l, r, ok)
	}
	if len(ok) > 0 {
		t.Errorf("%d committed records are missing", len(ok))
	}
}

// readUntil reads to the end of the shard and drops what it finds from ok.
func readUntil(t *testing.T, l *Log, r *Reader, ok map[uint64]bool) {
	t.Helper()
	last, err := l.LastSeq(t.Context(), r.shard.id)
	if err != nil {
		t.Fatal(err)
	}
	for r.last < last {
		for _, rec := range next(t, r).Records {
			delete(ok, binary.BigEndian.Uint64(rec.Body))
		}
	}
}

// TestServerRestarts stops the external server in the middle of commits and
// starts it again: everything is stored in the end, once, and nobody gets an error.
func TestServerRestarts(t *testing.T) {
	o := &server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, NoLog: true, NoSigs: true,
	}
	srv := runServer(t, o)
	l := open(t, Options{URL: srv.ClientURL(), MaxBatch: 4 << 10})
	r := openReader(t, l, 0, 0)
	w := newWaiters()
	number, committed := uint64(0), map[uint64]bool{}
	for range 3 {
		before := len(w.wait(t, 0))
		for range 5000 {
			l.Append(uint8(number%record.Partitions), record.KindReport, binary.BigEndian.AppendUint64(nil, number), w, number)
			committed[number] = true
			number++
		}
		w.wait(t, before+1)
		srv.Shutdown()
		srv.WaitForShutdown()
		eventually(t, "it is noticed", func() bool { return errors.Is(l.Healthy(), ErrUnavailable) })
		srv = runServer(t, o)
		eventually(t, "the log is healthy", func() bool { return l.Healthy() == nil })
	}
	for _, told := range w.wait(t, len(committed)) {
		if told.err != nil {
			t.Fatalf("told %v", told.err)
		}
	}
	readUntil(t, l, r, committed)
	if len(committed) > 0 {
		t.Errorf("%d records are missing", len(committed))
	}
	total := checkCommitted(t, l, map[uint64]bool{})
	if total < 15_000 {
		t.Errorf("%d records", total)
	}
}

// TestServerRefuses has the external server refuse what it is given, until its
// operator removes the reason.
func TestServerRefuses(t *testing.T) {
	l := open(t, Options{URL: startServer(t)})
	mustAppend(t, l, "before")
	c, _ := l.current()
	stream, err := c.js.Stream(t.Context(), "VEDETTE-LOG-0")
	if err != nil {
		t.Fatal(err)
	}
	good := stream.CachedInfo().Config
	small := good
	small.MaxMsgs = 1 // and none is dropped
	mustUpdate(t, c, small)
	if err := appendOne(t, l, []byte("refused")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("told %v", err)
	}
	if err := l.Healthy(); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Healthy says %v", err)
	}
	mustUpdate(t, c, good)
	eventually(t, "the log is healthy", func() bool { return l.Healthy() == nil })
	mustAppend(t, l, "after")
	wantBodies(t, openReader(t, l, 0, 0), []string{"before", "after"})
	if l.Stats().Refused == 0 {
		t.Error("no refusal was counted")
	}
}

// TestCloseGivesUp closes a log whose server has gone.
func TestCloseGivesUp(t *testing.T) {
	srv := runServer(t, &server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, NoLog: true, NoSigs: true,
	})
	l := open(t, Options{URL: srv.ClientURL()})
	srv.Shutdown()
	srv.WaitForShutdown()
	w := newWaiters()
	l.Append(0, record.KindReport, []byte("never stored"), w, 1)
	eventually(t, "the commit is tried again", func() bool { return l.Stats().Retries > 0 })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Close says %v", err)
	}
	if got := w.wait(t, 1)[0]; !errors.Is(got.err, ErrClosed) {
		t.Errorf("told %v", got.err)
	}
}
