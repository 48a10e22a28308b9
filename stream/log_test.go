package stream

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/record"
)

// TestOrder appends from many goroutines to many partitions, and reads all of
// it back: once, in the order of each partition, the time never going back.
func TestOrder(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		const writers, each = 8, 3000
		o.Shards, o.MaxBatch = 3, 16<<10
		l := open(t, o)
		w := newWaiters()
		var all sync.WaitGroup
		for p := range uint8(writers) {
			all.Go(func() {
				for i := range uint64(each) {
					l.Append(p, record.KindReport, binary.BigEndian.AppendUint64(nil, i), w, uint64(p)<<32|i)
				}
			})
		}
		all.Wait()
		checkAnswers(t, w.wait(t, writers*each), each)
		checkLog(t, l, each)
		if s := l.Stats(); s.Records != writers*each || s.Pending != 0 || s.Batches == 0 || s.FailedBatches != 0 {
			t.Errorf("stats: %+v", s)
		}
	})
}

// checkAnswers wants every append of a partition answered in order, without an error.
func checkAnswers(t *testing.T, told []outcome, each uint64) {
	t.Helper()
	next := map[uint64]uint64{}
	for _, o := range told {
		if p := o.token >> 32; o.err != nil || uint32(o.token) != uint32(next[p]) {
			t.Fatalf("partition %d was told %d (%v) instead of %d", p, uint32(o.token), o.err, next[p])
		} else {
			next[p]++
		}
	}
	for p, n := range next {
		if n != each {
			t.Errorf("partition %d was told %d times", p, n)
		}
	}
}

// checkLog reads every shard and wants the numbers 0 … each-1 in each partition.
func checkLog(t *testing.T, l *Log, each uint64) {
	t.Helper()
	for shard := range l.opts.Shards {
		last, err := l.LastSeq(t.Context(), shard)
		if err != nil {
			t.Fatal(err)
		}
		numbers := map[uint8]uint64{}
		next := checkedBatch(t, openReader(t, l, shard, 0), numbers)
		for seq, at := uint64(0), int64(0); seq < last; {
			b := next()
			if b.Shard != shard || b.Seq != seq+1 || b.Records[0].At < at {
				t.Fatalf("after message %d of shard %d came %d of %d; time %d after %d", seq, shard, b.Seq, b.Shard, b.Records[0].At, at)
			}
			seq, at = b.Seq, b.Records[len(b.Records)-1].At
		}
		for p, n := range numbers {
			if n != each || l.Shard(p) != shard {
				t.Errorf("shard %d has %d records of partition %d", shard, n, p)
			}
		}
	}
}

// checkedBatch returns a function that reads the next batch and checks that the
// numbers in its records follow the ones before, in each partition.
func checkedBatch(t *testing.T, r *Reader, numbers map[uint8]uint64) func() *record.Batch {
	return func() *record.Batch {
		b := next(t, r)
		for i, rec := range b.Records {
			if n := binary.BigEndian.Uint64(rec.Body); n != numbers[rec.Partition] || rec.Pos != record.Pos(b.Seq, i) {
				t.Fatalf("partition %d: %d at %d instead of %d", rec.Partition, n, rec.Pos, numbers[rec.Partition])
			}
			numbers[rec.Partition]++
			if i > 0 && rec.At < b.Records[i-1].At {
				t.Fatalf("time goes back from %d to %d", b.Records[i-1].At, rec.At)
			}
		}
		return b
	}
}

func TestChangeGatewayTickThreshold(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir(), Shards: 2})
	if err := l.AppendChange(t.Context(), []byte("change")); err != nil {
		t.Fatal(err)
	}
	if err := l.AppendGateway(t.Context(), []byte("gateway")); err != nil {
		t.Fatal(err)
	}
	if err := l.AppendTick(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := l.AppendThreshold(t.Context(), 1, []byte("threshold")); err != nil {
		t.Fatal(err)
	}
	for shard, kinds := range [][]record.Kind{{record.KindChange, record.KindGateway}, {record.KindChange, record.KindGateway, record.KindTick, record.KindThreshold}} {
		r := openReader(t, l, shard, 0)
		for i, kind := range kinds {
			if b := next(t, r); len(b.Records) != 1 || b.Records[0].Kind != kind || b.Seq != uint64(i+1) {
				t.Errorf("shard %d: got %+v", shard, b)
			}
		}
	}
	if err := l.AppendTick(t.Context(), 2); err == nil {
		t.Error("there is a third shard")
	}
	if err := l.AppendThreshold(t.Context(), 2, nil); err == nil {
		t.Error("there is a third shard")
	}
}

func TestTimeNeverGoesBack(t *testing.T) {
	var now atomic.Int64
	o := Options{Dir: t.TempDir(), Now: func() time.Time { return time.UnixMilli(now.Load()) }}
	var got []int64
	for _, times := range [][]int64{{1000, 900, 1100}, {500, 1200}} {
		l := open(t, o)
		for _, at := range times {
			now.Store(at)
			w := newWaiters()
			l.Append(0, record.KindReport, nil, w, 0)
			got = append(got, w.wait(t, 1)[0].at)
		}
		closeLog(t, l)
	}
	if diff := cmp.Diff([]int64{1000, 1000, 1100, 1100, 1200}, got); diff != "" {
		t.Error(diff)
	}
	l := open(t, o)
	r := openReader(t, l, 0, 0)
	for _, at := range got {
		if b := next(t, r); b.Records[0].At != at {
			t.Errorf("read %d instead of %d", b.Records[0].At, at)
		}
	}
}

func TestBatchLimits(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		o.MaxBatch = 64 << 10
		var largest atomic.Int64
		o.ObserveCommit = func(_, bytes int, _ time.Duration, _ error) { largest.Store(max(largest.Load(), int64(bytes))) }
		l := open(t, o)
		fits := bytes.Repeat([]byte("b"), o.MaxBatch-headerSize-recordSize-crcSize)
		w := newWaiters()
		for i, body := range [][]byte{fits, append(fits, 'x'), []byte("small"), fits, fits[:20<<10], fits[:20<<10], fits[:20<<10], fits[:20<<10]} {
			l.Append(1, record.KindReport, body, w, uint64(i))
		}
		for i, got := range w.wait(t, 8) {
			var want error
			if i == 1 {
				want = ErrTooLarge
			}
			if got.token != uint64(i) || !errors.Is(got.err, want) {
				t.Errorf("append %d: told %+v, want %v", i, got, want)
			}
		}
		if n := largest.Load(); n > int64(o.MaxBatch) {
			t.Errorf("a batch of %d bytes", n)
		}
		r := openReader(t, l, 0, 0)
		if got := next(t, r); len(got.Records) != 1 || !bytes.Equal(got.Records[0].Body, fits) {
			t.Error("the largest body comes back changed")
		}
	})
}

// blocker is a waiter that holds up the answers.
type blocker struct{ release chan struct{} }

func (b blocker) Committed(uint64, int64, error) { <-b.release }

func TestOverload(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir(), MaxPending: 10_000})
	b, w := blocker{make(chan struct{})}, newWaiters()
	l.Append(0, record.KindReport, nil, b, 0)
	for i := range uint64(12) {
		l.Append(0, record.KindReport, make([]byte, 1000), w, i)
	}
	if len(w.told) > 0 {
		t.Error("somebody was told out of turn")
	}
	close(b.release)
	for i, got := range w.wait(t, 12) {
		var want error
		if i >= 10 {
			want = ErrOverloaded
		}
		if got.token != uint64(i) || !errors.Is(got.err, want) {
			t.Errorf("append %d: told %+v, want %v", i, got, want)
		}
	}
	eventually(t, "all is answered", func() bool { return l.Stats().Pending == 0 })
	if err := appendOne(t, l, []byte("again")); err != nil {
		t.Errorf("after the overload: %v", err)
	}
	if n := l.Stats().Overloaded; n != 2 {
		t.Errorf("%d overloads counted", n)
	}
}

func TestClose(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		l := open(t, o)
		r := openReader(t, l, 0, 0)
		w := newWaiters()
		for i := range uint64(1000) {
			l.Append(0, record.KindReport, []byte("pending"), w, i)
		}
		closeLog(t, l)
		for _, got := range w.wait(t, 1000) {
			if got.err != nil {
				t.Fatalf("what was pending at Close was told %v", got.err)
			}
		}
		l.Append(0, record.KindReport, nil, w, 1000)
		if got := w.wait(t, 1001)[1000]; !errors.Is(got.err, ErrClosed) {
			t.Errorf("an append after Close was told %v", got.err)
		}
		if err := l.Healthy(); !errors.Is(err, ErrClosed) {
			t.Errorf("Healthy says %v", err)
		}
		for range 1001 {
			if _, err := r.Next(t.Context()); err != nil {
				if !errors.Is(err, ErrClosed) {
					t.Errorf("Next says %v", err)
				}
				break
			}
		}
		if err := l.Close(t.Context()); err != nil {
			t.Errorf("closing again: %v", err)
		}
		l = open(t, o)
		n, r := 0, openReader(t, l, 0, 0)
		for n < 1000 {
			n += len(next(t, r).Records)
		}
	})
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"fail/nowhere":         {},
		"fail/shards":          {Dir: "x", Shards: 65},
		"fail/negative shards": {Dir: "x", Shards: -1},
		"fail/small batches":   {Dir: "x", MaxBatch: 100},
		"fail/large batches":   {Dir: "x", MaxBatch: 9 << 20},
		"fail/pending":         {Dir: "x", MaxPending: -1},
		"fail/no server":       {URL: "nats://127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Open(t.Context(), o); err == nil {
				t.Error("it opens")
			}
		})
	}
}

func TestServerLimits(t *testing.T) {
	o := Options{URL: startServer(t), MaxBatch: 8 << 20}
	if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "max_payload") {
		t.Errorf("batches that are larger than max_payload: %v", err)
	}
}

// TestAppendAllocatesNothing appends to a shard whose committer is the test, so
// that only the appends count.
func TestAppendAllocatesNothing(t *testing.T) {
	l := open(t, Options{Dir: t.TempDir()})
	s, w, body := newShard(l, 0), newWaiters(), make([]byte, 300)
	n := testing.AllocsPerRun(100, func() {
		for i := range uint64(1000) {
			s.append(5, record.KindReport, body, w, i)
		}
		b := s.next()
		b.seal(testID)
		l.pending.Add(-int64(b.bodies))
		s.recycle(b)
	})
	if n != 0 {
		t.Errorf("%v allocations in 1000 appends", n)
	}
}
