package stream

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"vedette/record"
)

// whereOf returns what the child needs to open the same log.
func whereOf(o Options) string {
	if o.URL != "" {
		return o.URL
	}
	return o.Dir
}

// TestKill kills a process that appends at full speed, again and again. All
// that it was told to be committed is in the log, once and in order.
func TestKill(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		committed := map[uint64]bool{}
		for run := range uint64(10) {
			after := rand.IntN(20_000) // the moment of the kill
			c := startChild(t, os.Args[0], "append", whereOf(o), childFirstEnv+"="+strconv.FormatUint(run<<32, 10))
			n := 0
			c.read(t, func(number uint64) {
				committed[number] = true
				if n++; n == after+1 {
					_ = c.cmd.Process.Kill()
				}
			})
		}
		checkCommitted(t, open(t, o), committed)
	})
}

// checkCommitted reads the whole log, and returns how many records are in it.
func checkCommitted(t *testing.T, l *Log, committed map[uint64]bool) int {
	t.Helper()
	last, err := l.LastSeq(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	newest, total := map[uint8]uint64{}, 0
	r := openReader(t, l, 0, 0)
	for r.last < last {
		for _, rec := range next(t, r).Records {
			n := binary.BigEndian.Uint64(rec.Body)
			if before, ok := newest[rec.Partition]; ok && before >= n || rec.Partition != uint8(n%record.Partitions) {
				t.Fatalf("partition %d: %d follows %d", rec.Partition, n, before)
			}
			newest[rec.Partition] = n
			delete(committed, n)
			total++
		}
	}
	if len(committed) > 0 {
		t.Errorf("%d records that were committed are not in the log", len(committed))
	}
	t.Logf("%d records in %d messages", total, last)
	return total
}

// killpointBinary builds the tests with the points where a process kills itself.
func killpointBinary(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "stream.test")
	if out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-tags", "killpoints", "-o", binary, ".").CombinedOutput(); err != nil {
		if os.Getenv("VEDETTE_REQUIRE_ALL") == "1" {
			t.Fatalf("build the tests with kill points: %v\n%s", err, out)
		}
		t.Skipf("SKIPPED: the kill points were not tested, building them needs the go command: %v", err)
	}
	return binary
}

func TestKillPoints(t *testing.T) {
	binary := killpointBinary(t)
	t.Run("ok/stream/appended", func(t *testing.T) {
		dir, committed := t.TempDir(), map[uint64]bool{}
		c := startChild(t, binary, "append", dir, "VEDETTE_KILL_AT=stream/appended:50")
		c.read(t, func(n uint64) { committed[n] = true })
		told := len(committed)
		if total := checkCommitted(t, open(t, Options{Dir: dir}), committed); total <= told {
			t.Errorf("%d records are in the log and %d were told: the process did not die between the two", total, told)
		}
	})
	t.Run("ok/stream/snapshot", func(t *testing.T) {
		dir, saved := t.TempDir(), uint64(0)
		c := startChild(t, binary, "snapshot", dir, "VEDETTE_KILL_AT=stream/snapshot:4")
		c.read(t, func(n uint64) { saved = n })
		if saved != 3 {
			t.Fatalf("the child saved %d snapshots", saved)
		}
		l := open(t, Options{Dir: dir})
		wantSnapshot(t, l, 3, payload{3, 3 * chunkSize})
		for seq := range uint64(2) { // the chunks of the broken one go when it is out of the way
			mustAppend(t, l, "record")
			mustSave(t, l, 4+seq, payload{9, 10})
			wantSnapshot(t, l, 4+seq, payload{9, 10})
		}
		if state, err := l.state(t.Context(), l.shards[0].snapshotName()); err != nil || state.Msgs != 4 {
			t.Errorf("%d messages of snapshots stay, %v", state.Msgs, err)
		}
	})
}
