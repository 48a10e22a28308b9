package stream

import (
	"context"
	"errors"
	"fmt"

	"vedette/record"
)

// errWouldBlock: nothing is at hand at the moment.
var errWouldBlock = errors.New("nothing to read at the moment")

// Reader reads the batches of a shard in the order of their commits, each one
// once. It is used by one goroutine at a time.
type Reader struct {
	log   *Log
	shard *shard
	last  uint64 // the newest message taken from the log
	seen  seen
	track *tracker

	wake   chan struct{} // the tail has grown
	source *source       // nil: not reading from the stream
	frames [2]frame
	given  int   // the frame that Next returned last
	ready  bool  // the other frame holds the next batch
	err    error // final

	ctx    context.Context // done when the reader or the log is closed
	cancel context.CancelFunc
}

// frame is a batch with the memory that its records point into.
type frame struct {
	batch record.Batch
	data  []byte // memory of the frame's own, for batches out of the tail
}

// Reader returns a reader of the batches that follow message afterSeq of the
// shard; 0 is the beginning. ErrTrimmed: some of them are gone. ctx bounds the
// opening only.
func (l *Log) Reader(ctx context.Context, shard int, afterSeq uint64) (*Reader, error) {
	s, err := l.shard(shard)
	if err != nil {
		return nil, err
	}
	state, err := l.state(ctx, s.streamName())
	if err != nil {
		return nil, err
	}
	if afterSeq > state.LastSeq {
		return nil, &DamageError{Shard: shard, Seq: state.LastSeq + 1, Err: fmt.Errorf("it is missing, the log ends before it although message %d was read", afterSeq)}
	}
	if afterSeq+1 < state.FirstSeq {
		return nil, trimmed(s, afterSeq+1, state.FirstSeq)
	}
	known, err := l.seenAt(ctx, s, afterSeq)
	if err != nil {
		return nil, err
	}
	r := l.newReader(s, afterSeq, known)
	s.tracker.Store(r.track)
	return r, nil
}

func (l *Log) newReader(s *shard, afterSeq uint64, known seen) *Reader {
	r := &Reader{log: l, shard: s, last: afterSeq, seen: known, track: newTracker(known, afterSeq)}
	r.ctx, r.cancel = context.WithCancel(l.ctx)
	for i := range r.frames {
		r.frames[i].batch.Shard = s.id
	}
	if s.tail != nil {
		r.wake = s.tail.join(r)
	}
	return r
}

// seenAt returns the table of writers as of message seq: from the reader that
// was there, else from the newest snapshot before it and the log in between.
func (l *Log) seenAt(ctx context.Context, s *shard, seq uint64) (seen, error) {
	if t := s.tracker.Load(); t != nil {
		if known, ok := t.at(seq); ok {
			return known, nil
		}
	}
	base, known, err := l.snapshotSeen(ctx, s, seq)
	if err != nil {
		return nil, err
	}
	state, err := l.state(ctx, s.streamName())
	if err != nil {
		return nil, err
	}
	if seq > state.LastSeq {
		return nil, fmt.Errorf("shard %d ends at message %d, there is no message %d", s.id, state.LastSeq, seq)
	}
	if state.FirstSeq > 0 {
		base = max(base, min(seq, state.FirstSeq-1))
	}
	r := l.newReader(s, base, known)
	defer r.Close()
	for r.last < seq {
		if err := r.fill(ctx, true); err != nil {
			return nil, fmt.Errorf("find out who wrote shard %d up to message %d: %w", s.id, seq, err)
		}
		r.ready = false
	}
	known, _ = r.track.at(seq)
	return known, nil
}

// Next returns the next batch, and waits for it. The batch and the bodies of its
// records are valid until the next call of Next. A message that holds nothing new
// (it is a repetition, or was damaged and is skipped) gives a batch without
// records, so that whoever follows the log reaches its end. The error is that of
// ctx, or final: a DamageError, ErrTrimmed or ErrClosed.
func (r *Reader) Next(ctx context.Context) (*record.Batch, error) {
	for !r.ready {
		if err := r.fill(ctx, true); err != nil {
			return nil, err
		}
	}
	r.ready = false
	r.given = 1 - r.given
	r.log.stats.readBatches.Add(1)
	return &r.frames[r.given].batch, nil
}

// Ready tells whether Next would return at once.
func (r *Reader) Ready() bool {
	for !r.ready {
		if err := r.fill(r.ctx, false); err != nil {
			return err != errWouldBlock
		}
	}
	return true
}

// Close ends reading; a Next that is waiting returns ErrClosed.
func (r *Reader) Close() {
	r.cancel()
	r.stopSource()
	if r.shard.tail != nil {
		r.shard.tail.leave(r)
	}
}

// fill takes one message from the log into the frame that is not in use, if one
// comes; the errors are those of Next, and errWouldBlock.
func (r *Reader) fill(ctx context.Context, wait bool) error {
	if r.err != nil {
		return r.err
	}
	f := &r.frames[1-r.given]
	data, seq, err := r.message(ctx, f, wait)
	if err == nil && data != nil {
		err = r.take(ctx, f, data, seq)
	}
	if err != nil && err != errWouldBlock && ctx.Err() == nil {
		r.err = err
	}
	return err
}

// take decodes the message into f.
func (r *Reader) take(ctx context.Context, f *frame, data []byte, seq uint64) error {
	if seq > r.last+1 {
		if err := r.missing(ctx, f, seq); err != nil {
			return err
		}
	}
	if seq != r.last+1 {
		return nil // delivered again, or too early
	}
	f.batch.Seq = seq
	id, err := decodeBatch(data, &f.batch)
	if err != nil {
		return r.damaged(f, seq, err)
	}
	r.last, r.ready = seq, true
	if r.seen.repeated(id) {
		r.log.stats.repeatedBatches.Add(1)
		r.track.skip(seq)
		f.batch.Records = f.batch.Records[:0]
		return nil
	}
	r.seen.note(id, seq)
	r.track.note(id, seq)
	return nil
}

// missing decides about the gap between the last message and seq.
func (r *Reader) missing(ctx context.Context, f *frame, seq uint64) error {
	state, err := r.log.state(ctx, r.shard.streamName())
	if err != nil {
		r.stopSource() // to get seq once more
		pause(ctx, retryPause)
		return r.closedOr(nil)
	}
	if r.last+1 < state.FirstSeq {
		return trimmed(r.shard, r.last+1, state.FirstSeq)
	}
	return r.damaged(f, seq-1, errors.New("it is missing"))
}

func trimmed(s *shard, wanted, first uint64) error {
	return fmt.Errorf("read shard %d from message %d on, the first one left is %d: %w", s.id, wanted, first, ErrTrimmed)
}

// damaged reports the messages up to last, or steps over them: f becomes a
// batch without records in their place.
func (r *Reader) damaged(f *frame, last uint64, err error) error {
	first := r.last + 1
	if !r.log.opts.SkipDamaged || errors.Is(err, errNewerBatch) {
		return &DamageError{Shard: r.shard.id, Seq: first, Err: err}
	}
	r.log.opts.Logger.Error("skipping damaged messages of the log: their records are lost",
		"shard", r.shard.id, "first", first, "last", last, "err", err)
	r.log.stats.damaged.Add(last - first + 1)
	r.track.skip(last)
	r.last, r.ready = last, true
	f.batch.Seq, f.batch.Records = last, f.batch.Records[:0]
	return nil
}

// message returns the message that follows, out of the tail if it is there. No
// data and no error: f was filled in place of damaged messages.
func (r *Reader) message(ctx context.Context, f *frame, wait bool) (data []byte, seq uint64, err error) {
	for data == nil && err == nil && !r.ready {
		at := inStream
		if r.shard.tail != nil {
			f.data, at = r.shard.tail.read(r.last+1, f.data)
		}
		if at != inStream {
			r.stopSource()
		}
		switch {
		case at == inMemory:
			return f.data, r.last + 1, nil
		case at == notYet && wait:
			err = r.sleep(ctx)
		case at == notYet:
			err = r.closedOr(errWouldBlock)
		default:
			data, seq, err = r.fromStream(ctx, f, wait)
		}
	}
	return data, seq, err
}

// sleep waits until the tail has grown.
func (r *Reader) sleep(ctx context.Context) error {
	select {
	case <-r.wake:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-r.ctx.Done():
		return ErrClosed
	}
}

// closedOr returns ErrClosed when the reader was closed, else err.
func (r *Reader) closedOr(err error) error {
	if r.ctx.Err() != nil {
		return ErrClosed
	}
	return err
}
