package stream

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

func mustSave(t *testing.T, l *Log, seq uint64, p payload) {
	t.Helper()
	if err := l.SaveSnapshot(t.Context(), 0, seq, p); err != nil {
		t.Fatal(err)
	}
}

// wantSnapshot loads the snapshot and compares all of it.
func wantSnapshot(t *testing.T, l *Log, seq uint64, p payload) {
	t.Helper()
	got, r, err := l.LoadSnapshot(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil || got != seq || !bytes.Equal(data, p.bytes()) {
		t.Fatalf("got a snapshot at %d of %d bytes, %v; want one at %d of %d bytes", got, len(data), err, seq, p.n)
	}
}

func fill(t *testing.T, l *Log, n int) {
	t.Helper()
	for range n {
		mustAppend(t, l, "record")
	}
}

func TestSnapshot(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		l := open(t, o)
		if seq, r, err := l.LoadSnapshot(t.Context(), 0); seq != 0 || r != nil || err != nil {
			t.Errorf("a new log has the snapshot %d, %v, %v", seq, r, err)
		}
		fill(t, l, 6)
		for i, n := range []int{0, 1, chunkSize, 3*chunkSize + 1, 1000} {
			p := payload{i, n}
			mustSave(t, l, uint64(i+1), p)
			wantSnapshot(t, l, uint64(i+1), p)
		}
		mustSave(t, l, 5, payload{7, 2000}) // the same place again
		wantSnapshot(t, l, 5, payload{7, 2000})
		if err := l.SaveSnapshot(t.Context(), 0, 4, payload{8, 10}); err == nil || !strings.Contains(err.Error(), "there is one at message 5 already") {
			t.Errorf("an older snapshot replaces a newer one: %v", err)
		}
		if err := l.SaveSnapshot(t.Context(), 0, 7, payload{8, 10}); err == nil {
			t.Error("a snapshot covers more than there is")
		}
		state, err := l.state(t.Context(), l.shards[0].snapshotName())
		if err != nil || state.Msgs != 4 {
			t.Errorf("%d messages of snapshots are kept (%v), want 4: two snapshots of one chunk", state.Msgs, err)
		}
		closeLog(t, l)
		wantSnapshot(t, open(t, o), 5, payload{7, 2000})
	})
}

// brokenPayload fails in its second chunk.
type brokenPayload struct{ payload }

func (p brokenPayload) WriteTo(w io.Writer) (int64, error) {
	n, err := p.payload.WriteTo(w)
	return n, errors.Join(err, errors.New("the state is broken"))
}

func TestSnapshotFails(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir()})
	fill(t, l, 2)
	mustSave(t, l, 1, payload{1, 100})
	err := l.SaveSnapshot(t.Context(), 0, 2, brokenPayload{payload{2, 2 * chunkSize}})
	if err == nil || !strings.Contains(err.Error(), "the state is broken") {
		t.Fatalf("got %v", err)
	}
	wantSnapshot(t, l, 1, payload{1, 100})
	if state, err := l.state(t.Context(), l.shards[0].snapshotName()); err != nil || state.Msgs != 2 {
		t.Errorf("%d messages stay, %v", state.Msgs, err)
	}
}

// TestSnapshotDamage flips a bit in the newest snapshot, then in the other one.
func TestSnapshotDamage(t *testing.T) {
	dir := t.TempDir()
	l := open(t, Options{Dir: dir})
	fill(t, l, 3)
	for i := range 3 {
		mustSave(t, l, uint64(i+1), payload{i + 1, 2 * chunkSize})
	}
	closeLog(t, l)

	flip(t, dir, "VEDETTE-SNAPSHOT-0", "3/1000 ")
	l = open(t, Options{Dir: dir})
	wantSnapshot(t, l, 2, payload{2, 2 * chunkSize})
	closeLog(t, l)

	flip(t, dir, "VEDETTE-SNAPSHOT-0", "2/1000 ")
	l = open(t, Options{Dir: dir})
	if _, _, err := l.LoadSnapshot(t.Context(), 0); err == nil || !strings.Contains(err.Error(), "no snapshot of shard 0 is whole") {
		t.Errorf("with no whole snapshot: %v", err)
	}
	mustSave(t, l, 3, payload{4, 10})
	wantSnapshot(t, l, 3, payload{4, 10})
}

// TestSnapshotForeignCover puts messages in the place of the newest snapshot
// that are whole for the server, but not for us.
func TestSnapshotForeignCover(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		l := open(t, o)
		fill(t, l, 2)
		mustSave(t, l, 1, payload{1, 10})
		publish := func(data []byte) {
			c, _ := l.current()
			if _, err := c.js.Publish(t.Context(), l.shards[0].coverSubject(), data); err != nil {
				t.Fatal(err)
			}
		}
		publish([]byte("nonsense"))
		publish((&cover{shard: 5, seq: 2}).encode())
		publish((&cover{shard: 0, seq: 2, chunks: 1, first: 1}).encode()) // without chunks
		wantSnapshot(t, l, 1, payload{1, 10})
		publish(resealed(testCover().encode(), func(b []byte) []byte { b[3]++; return b }))
		if _, _, err := l.LoadSnapshot(t.Context(), 0); !errors.Is(err, errNewerSnapshot) {
			t.Errorf("a snapshot of a newer version: %v", err)
		}
	})
}

// TestSnapshotGoneWhileRead purges a snapshot under its reader.
func TestSnapshotGoneWhileRead(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir()})
	fill(t, l, 1)
	mustSave(t, l, 1, payload{1, 3 * chunkSize})
	_, r, err := l.LoadSnapshot(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if err := l.purge(t.Context(), l.shards[0].snapshotName(), jetstream.WithPurgeSequence(100)); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, r); err == nil {
		t.Errorf("%d bytes of a snapshot that is gone were read without an error", n)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, ErrClosed) {
		t.Errorf("read after Close: %v", err)
	}
}

func TestTrim(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		l := open(t, o)
		fill(t, l, 10)
		for _, c := range []struct {
			save, trim, first uint64
		}{
			{0, 5, 1},    // without a snapshot all is needed
			{4, 10, 5},   // not beyond the snapshot
			{8, 10, 5},   // not beyond the older of the two
			{9, 6, 7},    // no more than was asked for
			{9, 2, 7},    // nothing left to do
			{10, 10, 10}, // the newest message stays
			{10, 10, 10},
		} {
			if c.save > 0 {
				mustSave(t, l, c.save, payload{1, 10})
			}
			if err := l.Trim(t.Context(), 0, c.trim); err != nil {
				t.Fatal(err)
			}
			if state, err := l.state(t.Context(), l.shards[0].streamName()); err != nil || state.FirstSeq != c.first || state.LastSeq != 10 {
				t.Errorf("after %+v the log reaches from %d to %d, %v", c, state.FirstSeq, state.LastSeq, err)
			}
		}
		closeLog(t, l)
		l = open(t, o)
		mustAppend(t, l, "eleventh")
		wantBodies(t, openReader(t, l, 0, 10), []string{"eleventh"})
	})
}
