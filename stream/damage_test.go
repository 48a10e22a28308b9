package stream

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/record"
)

// flip changes one bit of a stored message of the stream.
func flip(t *testing.T, dir, stream, marker string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "jetstream", "$G", "streams", stream, "msgs", "*.blk"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of messages: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if i := bytes.Index(data, []byte(marker)); i >= 0 {
			data[i] ^= 1
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("%q is in no file", marker)
}

// forgetIndex makes the directory look as if the server was killed: it has to
// find out from the messages alone what is there.
func forgetIndex(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "jetstream", "$G", "streams", "VEDETTE-LOG-0", "msgs", "index.db")); err != nil {
		t.Fatal(err)
	}
}

func wantDamage(t *testing.T, err error, seq uint64) {
	t.Helper()
	d := (*DamageError)(nil)
	if !errors.As(err, &d) || d.Seq != seq || d.Shard != 0 {
		t.Fatalf("got %v, want damage at message %d", err, seq)
	}
}

// TestFlippedBit: whatever the server does about a message that it cannot read,
// nobody is told that all is well, and the records before it can be had.
func TestFlippedBit(t *testing.T) {
	all := []string{"first", "second", "third", "fourth", "fifth"}
	for name, c := range map[string]struct {
		flip   string
		killed bool
		seq    uint64   // of the damage
		before []string // can be read
		after  []string // can be read too when damage is skipped
	}{
		"fail/in the middle":              {"third", false, 3, all[:2], all[3:]},
		"fail/at the end":                 {"fifth", false, 5, all[:4], nil},
		"fail/in the middle after a kill": {"third", true, 3, all[:2], nil}, // the server cuts off the rest
		"fail/at the end after a kill":    {"fifth", true, 5, all[:4], nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			l := open(t, Options{Dir: dir})
			for _, s := range all {
				mustAppend(t, l, s)
			}
			closeLog(t, l)
			flip(t, dir, "VEDETTE-LOG-0", c.flip)
			if c.killed {
				forgetIndex(t, dir)
				_, err := Open(t.Context(), Options{Dir: dir})
				wantDamage(t, err, c.seq)
			} else {
				l = open(t, Options{Dir: dir})
				r := openReader(t, l, 0, 0)
				wantBodies(t, r, c.before)
				for range 2 { // it does not go away by asking again
					_, err := r.Next(t.Context())
					wantDamage(t, err, c.seq)
				}
				if !r.Ready() {
					t.Error("a Next that would return an error at once is not ready")
				}
				closeLog(t, l)
			}
			skipDamage(t, dir, c.before, c.after)
		})
	}
}

// skipDamage opens the log with the option that skips damage. New messages get
// numbers that were never used.
func skipDamage(t *testing.T, dir string, before, after []string) {
	l := open(t, Options{Dir: dir, SkipDamaged: true})
	r := openReader(t, l, 0, 0)
	wantBodies(t, r, slices.Concat(before, after))
	for seq := r.last; seq < 5; seq = r.last { // the end is reached even if it is damaged
		if b := next(t, r); len(b.Records) > 0 {
			t.Errorf("in the place of damage: %+v", b)
		}
	}
	mustAppend(t, l, "new")
	wantBodies(t, r, []string{"new"})
	if last, err := l.LastSeq(t.Context(), 0); err != nil || last != 6 {
		t.Errorf("the log ends at %d, %v", last, err)
	}
	if n := l.Stats().DamagedMessages; n != uint64(5-len(before)-len(after)) {
		t.Errorf("%d damaged messages were counted", n)
	}
	closeLog(t, l)
}

// wantBodies reads as many records.
func wantBodies(t *testing.T, r *Reader, want []string) {
	t.Helper()
	var got []string
	for len(got) < len(want) {
		got = append(got, bodies(next(t, r))...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

// publishRaw stores data as a message of the shard's stream, as another writer would.
func publishRaw(t *testing.T, l *Log, data []byte) {
	t.Helper()
	c, _ := l.current()
	if _, err := c.js.Publish(t.Context(), l.shards[0].subject(), data); err != nil {
		t.Fatal(err)
	}
}

// TestForeignBytes stores messages that are whole for the server, but not for us.
func TestForeignBytes(t *testing.T) {
	good := sealed(testID, record.Record{Kind: 1, At: 5, Body: []byte("foreign")})
	for name, c := range map[string]struct {
		data []byte
		want string
		skip bool
	}{
		"fail/checksum": {append([]byte{good[0] ^ 1}, good[1:]...), "checksum", true},
		"fail/text":     {[]byte("not ours"), "checksum", true},
		"fail/newer":    {resealed(good, func(b []byte) []byte { b[3]++; return b }), "newer version", false},
	} {
		t.Run(name, func(t *testing.T) {
			onEachServer(t, func(t *testing.T, o Options) {
				l := open(t, o)
				mustAppend(t, l, "before")
				publishRaw(t, l, c.data)
				mustAppend(t, l, "after")
				r := openReader(t, l, 0, 0)
				wantBodies(t, r, []string{"before"})
				_, err := r.Next(t.Context())
				wantDamage(t, err, 2)
				if !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %q", err, c.want)
				}
				closeLog(t, l)

				o.SkipDamaged = true
				r = openReader(t, open(t, o), 0, 1)
				if !c.skip {
					_, err := r.Next(t.Context())
					wantDamage(t, err, 2)
					return
				}
				if b := next(t, r); b.Seq != 2 || len(b.Records) != 0 {
					t.Errorf("in the place of damage: %+v", b)
				}
				wantBodies(t, r, []string{"after"})
			})
		})
	}
}

// TestRepeatedBatch stores batches again, as happens when an acknowledgement is
// lost, long enough after the original that the server does not notice.
func TestRepeatedBatch(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		l := open(t, o)
		one := func(counter uint64, body string) []byte {
			return sealed(batchID{testID.writer, counter}, record.Record{Kind: 1, At: 5, Body: []byte(body)})
		}
		publishRaw(t, l, one(1, "a"))
		publishRaw(t, l, one(1, "a"))
		publishRaw(t, l, one(2, "b"))
		mustAppend(t, l, "between") // message 4
		publishRaw(t, l, one(2, "b"))
		publishRaw(t, l, one(4, "c")) // 3 was refused
		publishRaw(t, l, one(4, "c"))
		mustAppend(t, l, "end") // message 8
		want := []string{"a", "b", "between", "c", "end"}
		r := openReader(t, l, 0, 0)
		wantBodies(t, r, want)
		if n := l.Stats().RepeatedBatches; n != 3 {
			t.Errorf("%d repeated batches were counted", n)
		}
		// From any place on it is the same, whoever knows the writers: a reader that
		// was there, or, in another process, a snapshot and the log.
		if err := l.SaveSnapshot(t.Context(), 0, 4, payload{1, 10}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			for after, want := range [][]string{want, want[1:], want[1:], want[2:], want[3:], want[3:], want[4:], want[4:]} {
				wantBodies(t, openReader(t, l, 0, uint64(after)), want)
			}
			closeLog(t, l)
			l = open(t, o)
		}
	})
}
