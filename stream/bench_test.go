package stream

import (
	"bytes"
	"sync/atomic"
	"testing"
	"time"

	"vedette/record"
)

// window lets a bounded number of appends be under way, as connections do.
type window struct {
	slots  chan struct{}
	failed atomic.Int64
}

func newWindow(n int) *window { return &window{slots: make(chan struct{}, n)} }

func (w *window) Committed(_ uint64, _ int64, err error) {
	if err != nil {
		w.failed.Add(1)
	}
	<-w.slots
}

// drain waits for the appends that are under way.
func (w *window) drain() {
	for range cap(w.slots) {
		w.slots <- struct{}{}
	}
}

// BenchmarkAppend appends reports of 300 bytes and counts them when their
// waiters were told, with as many under way as a fleet would have.
func BenchmarkAppend(b *testing.B) {
	for _, mode := range []struct {
		name    string
		inUse   int
		reading bool
	}{{"1-under-way", 1, false}, {"100-under-way", 100, false}, {"10000-under-way", 10000, false}, {"10000-under-way-and-read", 10000, true}} {
		b.Run(mode.name, func(b *testing.B) {
			l := open(b, Options{Dir: b.TempDir()})
			body := bytes.Repeat([]byte("r"), 300)
			w := newWindow(mode.inUse)
			read := make(chan struct{})
			if r := openReader(b, l, 0, 0); mode.reading {
				go func() {
					defer close(read)
					for n := 0; n < b.N; {
						n += len(next(b, r).Records)
					}
				}()
			} else {
				r.Close()
				close(read)
			}
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				w.slots <- struct{}{}
				l.Append(uint8(i%record.Partitions), record.KindReport, body, w, uint64(i))
			}
			w.drain()
			<-read
			b.StopTimer()
			if n := w.failed.Load(); n > 0 {
				b.Fatalf("%d appends failed", n)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
			b.ReportMetric(float64(b.N)/float64(l.Stats().Batches), "reports/batch")
		})
	}
}

// BenchmarkCommitToNext measures how long after its waiter was told a record
// comes out of a reader.
func BenchmarkCommitToNext(b *testing.B) {
	l := open(b, Options{Dir: b.TempDir()})
	r := openReader(b, l, 0, 0)
	told := make(told, 1)
	var late time.Duration
	b.ReportAllocs()
	for b.Loop() {
		l.Append(0, record.KindReport, []byte("report"), told, 0)
		next(b, r)
		got := time.Now()
		late += got.Sub(<-told)
	}
	b.ReportMetric(float64(late.Microseconds())/float64(b.N), "µs-after-commit")
}

// told passes on when it was told.
type told chan time.Time

func (c told) Committed(uint64, int64, error) { c <- time.Now() }

// BenchmarkReplay reads a log of 300-byte reports from its stream.
func BenchmarkReplay(b *testing.B) {
	l := open(b, Options{Dir: b.TempDir()})
	body := bytes.Repeat([]byte("r"), 300)
	const n = 200_000
	w := newWindow(1000)
	for i := range n {
		w.slots <- struct{}{}
		l.Append(0, record.KindReport, body, w, uint64(i))
	}
	w.drain()
	b.SetBytes(n * 300)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		r := openReader(b, l, 0, 0)
		for got := 0; got < n; {
			got += len(next(b, r).Records)
		}
		r.Close()
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}
