package stream

import (
	"maps"
	"sync"
)

// maxWriters bounds the table of writers; the ones that wrote last are kept.
// A repetition follows its original within seconds, so the others never matter.
const maxWriters = 1024

// seen remembers the newest batch of each writer, to know a repeated one. It
// depends only on the log, so it is the same wherever reading started.
type seen map[writerID]mark

type mark struct {
	counter uint64
	seq     uint64
}

// repeated tells whether the batch was in the log before.
func (s seen) repeated(id batchID) bool {
	m, ok := s[id.writer]
	return ok && id.counter <= m.counter
}

// note remembers that the message seq holds the batch.
func (s seen) note(id batchID, seq uint64) {
	s[id.writer] = mark{id.counter, seq}
	if len(s) <= maxWriters {
		return
	}
	oldest := id.writer
	for w, m := range s {
		if m.seq < s[oldest].seq {
			oldest = w
		}
	}
	delete(s, oldest)
}

// maxRuns bounds a tracker's history. A single writer needs one run; with many
// writers it reaches this many batches back.
const maxRuns = 16 << 10

// tracker knows the table of writers at the recent places of a shard's log: a
// snapshot needs the one of its own place, which the reader has left behind.
type tracker struct {
	mu   sync.Mutex
	base seen   // as of message from
	from uint64 //
	runs []run  // what followed
	head uint64 // the newest message read
}

// run is a row of messages with consecutive batches of one writer.
type run struct {
	id  batchID // of the first
	seq uint64  // of the first
	n   uint64
}

func newTracker(s seen, at uint64) *tracker {
	return &tracker{base: maps.Clone(s), from: at, head: at}
}

// note follows the reader to message seq, which held a new batch.
func (t *tracker) note(id batchID, seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.head = seq
	if n := len(t.runs); n > 0 {
		r := &t.runs[n-1]
		if r.id.writer == id.writer && r.id.counter+r.n == id.counter && r.seq+r.n == seq {
			r.n++
			return
		}
	}
	if len(t.runs) == maxRuns {
		t.fold(maxRuns / 2)
	}
	t.runs = append(t.runs, run{id, seq, 1})
}

// skip follows the reader to message seq, which held nothing new.
func (t *tracker) skip(seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.head = seq
}

// fold moves the n oldest runs into the base.
func (t *tracker) fold(n int) {
	for _, r := range t.runs[:n] {
		r.apply(t.base, t.head)
		t.from = r.seq + r.n - 1
	}
	t.runs = append(t.runs[:0], t.runs[n:]...)
}

// apply notes the part of the run that is not behind message seq.
func (r run) apply(s seen, seq uint64) {
	if r.seq > seq {
		return
	}
	n := min(r.n, seq-r.seq+1)
	s.note(batchID{r.id.writer, r.id.counter + n - 1}, r.seq+n-1)
}

// at returns the table as of message seq, if the history reaches there.
func (t *tracker) at(seq uint64) (seen, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if seq < t.from || seq > t.head {
		return nil, false
	}
	s := maps.Clone(t.base)
	for _, r := range t.runs {
		r.apply(s, seq)
	}
	return s, true
}
