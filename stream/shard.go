package stream

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"vedette/killpoint"
	"vedette/record"
)

// answerBacklog is how many committed batches may wait for their waiters to be
// told before the next commit waits too.
const answerBacklog = 4

// spareBatches is how many empty batches a shard keeps for reuse.
const spareBatches = answerBacklog + 2

// shard is one stream: records gather in it while the previous commit runs.
type shard struct {
	log *Log
	id  int

	mu     sync.Mutex
	open   *batch   // takes the next record
	full   []*batch // cut off at MaxBatch, oldest first
	spare  []*batch
	clock  int64 // largest arrival time given out, epoch milliseconds
	closed bool
	wake   chan struct{} // there is something to commit

	counter uint64      // of the newest batch; the committer's own
	answers chan answer // committed batches, in order
	done    chan struct{}

	retrying atomic.Int64 // since when the commit under way has no answer, epoch milliseconds; 0: it has none
	tail     *tail        // nil: other processes write to the stream too
	tracker  atomic.Pointer[tracker]
	saving   sync.Mutex // one snapshot at a time
}

// answer is what became of a batch.
type answer struct {
	batch *batch
	err   error
}

func newShard(l *Log, id int) *shard {
	s := &shard{
		log: l, id: id, open: newBatch(),
		wake: make(chan struct{}, 1), answers: make(chan answer, answerBacklog), done: make(chan struct{}),
	}
	if l.opts.URL == "" {
		s.tail = &tail{}
	}
	return s
}

func (s *shard) streamName() string   { return fmt.Sprintf("VEDETTE-LOG-%d", s.id) }
func (s *shard) subject() string      { return fmt.Sprintf("vedette.shard.%d", s.id) }
func (s *shard) snapshotName() string { return fmt.Sprintf("VEDETTE-SNAPSHOT-%d", s.id) }

// append puts a record into the batch that is being filled, or, when it cannot
// be taken, only its waiter, who is told in turn.
func (s *shard) append(partition uint8, kind record.Kind, body []byte, w record.Waiter, token uint64) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		if w != nil {
			go w.Committed(token, 0, ErrClosed)
		}
		return
	}
	err := s.log.admit(len(body))
	if err == nil && !s.open.fits(len(body), s.log.opts.MaxBatch) {
		s.full = append(s.full, s.open)
		s.open = s.empty()
	}
	s.clock = max(s.clock, s.log.opts.Now().UnixMilli())
	if err == nil {
		s.open.add(kind, partition, s.clock, body)
	}
	first := s.open.empty()
	s.open.waiting = append(s.open.waiting, waiting{w, token, s.clock, err})
	s.mu.Unlock()
	if first {
		s.signal()
	}
}

func (s *shard) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// empty returns an empty batch. The lock must be held.
func (s *shard) empty() *batch {
	if n := len(s.spare); n > 0 {
		b := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return b
	}
	return newBatch()
}

// recycle takes back a batch that was answered.
func (s *shard) recycle(b *batch) {
	b.reset()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.spare) < spareBatches {
		s.spare = append(s.spare, b)
	}
}

// take returns the next batch to commit: a full one, else whatever gathered.
// It waits for one; nil: the shard is closed and nothing is left.
func (s *shard) take() *batch {
	for {
		s.mu.Lock()
		b, closed := s.next(), s.closed
		s.mu.Unlock()
		if b != nil || closed {
			return b
		}
		<-s.wake
	}
}

func (s *shard) next() *batch {
	if len(s.full) > 0 {
		b := s.full[0]
		s.full = slices.Delete(s.full, 0, 1)
		return b
	}
	if s.open.empty() {
		return nil
	}
	b := s.open
	s.open = s.empty()
	return b
}

// close lets the committer end when all that was appended is answered.
func (s *shard) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.signal()
}

// commitLoop stores one batch after the other; what gathers meanwhile is the
// next one.
func (s *shard) commitLoop() {
	defer close(s.answers)
	for b := s.take(); b != nil; b = s.take() {
		s.answers <- answer{b, s.commit(b)}
	}
}

// commit stores b and returns when it is on disk, or certainly refused, or
// when nobody can tell any more because the log is being closed.
func (s *shard) commit(b *batch) error {
	if b.count == 0 {
		return nil // only refused records
	}
	if err := s.log.unavailable(); err != nil {
		return err
	}
	s.counter++
	b.seal(batchID{s.log.writer, s.counter})
	start := time.Now()
	seq, err := s.log.publish(s.log.ctx, s.subject(), b.buf, b.id.String(), &s.retrying)
	if s.log.opts.ObserveCommit != nil {
		s.log.opts.ObserveCommit(b.count, len(b.buf), time.Since(start), err)
	}
	if err != nil {
		s.log.stats.failedBatches.Add(1)
		return err
	}
	s.log.stats.committed(b)
	if s.log.dir != nil {
		// Only the detection of a damaged disk suffers if this fails.
		_ = s.log.dir.marks.set(s.id, seq)
		s.tail.add(seq, b.buf)
	}
	killpoint.Reach("stream/appended")
	return nil
}

// answerLoop tells the waiters of each batch, in order, while the next commit runs.
func (s *shard) answerLoop() {
	defer close(s.done)
	for a := range s.answers {
		for i := range a.batch.waiting {
			w := &a.batch.waiting[i]
			if w.err == nil {
				w.err = a.err
			}
			if w.waiter != nil {
				w.waiter.Committed(w.token, w.at, w.err)
			}
		}
		s.log.pending.Add(-int64(a.batch.bodies))
		s.recycle(a.batch)
	}
}
