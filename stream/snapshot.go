package stream

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"

	"github.com/nats-io/nats.go/jetstream"

	"vedette/killpoint"
)

// chunkSize is how much of a snapshot goes into one message, and so how much is
// in memory at a time. Each message costs an fsync.
const chunkSize = 512 << 10

func (s *shard) snapshotSubjects() string { return fmt.Sprintf("vedette.snapshot.%d.>", s.id) }
func (s *shard) coverSubject() string     { return fmt.Sprintf("vedette.snapshot.%d.cover", s.id) }
func (s *shard) chunkSubject(id uint64) string {
	return fmt.Sprintf("vedette.snapshot.%d.chunk.%016x", s.id, id)
}

// SaveSnapshot stores what from writes as the state of the shard after message
// seq. It becomes the shard's snapshot when it is complete and on disk; the one
// before it is kept too, older ones are dropped. Memory is bounded whatever its size.
func (l *Log) SaveSnapshot(ctx context.Context, shard int, seq uint64, from io.WriterTo) error {
	s, err := l.shard(shard)
	if err != nil {
		return err
	}
	s.saving.Lock()
	defer s.saving.Unlock()
	if err := l.saveSnapshot(ctx, s, seq, from); err != nil {
		return fmt.Errorf("save the snapshot of shard %d at message %d: %w", shard, seq, err)
	}
	l.stats.snapshots.Add(1)
	return nil
}

func (l *Log) saveSnapshot(ctx context.Context, s *shard, seq uint64, from io.WriterTo) error {
	known, err := l.seenAt(ctx, s, seq)
	if err != nil {
		return err
	}
	kept, _, err := l.covers(ctx, s)
	if err != nil {
		return err
	}
	if len(kept) > 0 && kept[0].seq > seq {
		return fmt.Errorf("there is one at message %d already", kept[0].seq)
	}
	w := &chunkWriter{ctx: ctx, log: l, shard: s, size: min(chunkSize, l.opts.MaxBatch), cover: cover{
		id: rand.Uint64(), shard: uint32(s.id), seq: seq, created: l.opts.Now().UnixMilli(), seen: known,
	}}
	if err := w.save(from); err != nil {
		w.abandon()
		return err
	}
	if len(kept) == 0 || kept[0].first <= 1 {
		return nil
	}
	// Only room is lost if this fails: the next snapshot does it again.
	if err := l.purge(ctx, s.snapshotName(), jetstream.WithPurgeSequence(kept[0].first)); err != nil {
		l.opts.Logger.Warn("old snapshots stay", "shard", s.id, "err", err)
	}
	return nil
}

// chunkWriter cuts what is written to it into chunks and stores them.
type chunkWriter struct {
	ctx   context.Context
	log   *Log
	shard *shard
	cover cover
	size  int    // of the payload of a full chunk
	chunk []byte // with its header
}

func (w *chunkWriter) save(from io.WriterTo) error {
	if _, err := from.WriteTo(w); err != nil {
		return err
	}
	if len(w.chunk) > 0 || w.cover.chunks == 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	_, err := w.log.publish(w.ctx, w.shard.coverSubject(), w.cover.encode(), fmt.Sprintf("%016x", w.cover.id), nil)
	return err
}

func (w *chunkWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if len(w.chunk) == 0 {
			w.chunk = appendChunkHeader(w.chunk, w.cover.id, w.cover.chunks)
		}
		k := min(len(p), chunkHeaderSize+w.size-len(w.chunk))
		w.chunk = append(w.chunk, p[:k]...)
		p = p[k:]
		if len(w.chunk) == chunkHeaderSize+w.size {
			if err := w.flush(); err != nil {
				return n - len(p), err
			}
		}
	}
	return n, nil
}

// flush stores the chunk that was gathered.
func (w *chunkWriter) flush() error {
	if len(w.chunk) == 0 { // an empty snapshot has one empty chunk
		w.chunk = appendChunkHeader(w.chunk, w.cover.id, w.cover.chunks)
	}
	payload := w.chunk[chunkHeaderSize:]
	w.cover.bytes += uint64(len(payload))
	w.cover.crc = crc32.Update(w.cover.crc, castagnoli, payload)
	w.chunk = appendCRC(w.chunk)
	id := fmt.Sprintf("%016x-%d", w.cover.id, w.cover.chunks)
	seq, err := w.log.publish(w.ctx, w.shard.chunkSubject(w.cover.id), w.chunk, id, nil)
	if err != nil {
		return err
	}
	if w.cover.chunks == 0 {
		w.cover.first = seq
		killpoint.Reach("stream/snapshot")
	}
	w.cover.chunks++
	w.chunk = w.chunk[:0]
	return nil
}

// abandon drops the chunks of a snapshot that will not be completed.
func (w *chunkWriter) abandon() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), apiTimeout)
	defer cancel()
	subject := w.shard.chunkSubject(w.cover.id)
	if err := w.log.purge(ctx, w.shard.snapshotName(), jetstream.WithPurgeSubject(subject)); err != nil {
		w.log.opts.Logger.Warn("chunks of an incomplete snapshot stay until the next ones are saved", "shard", w.shard.id, "err", err)
	}
}

// covers returns the snapshots that are kept, newest first, and what is wrong
// with those that cannot be read.
func (l *Log) covers(ctx context.Context, s *shard) (found []*cover, damage error, err error) {
	c, _ := l.current()
	stream, err := c.js.Stream(ctx, s.snapshotName())
	if err != nil {
		return nil, nil, fmt.Errorf("look for snapshots: %w", err)
	}
	for seq := uint64(1); ; {
		msg, err := stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(s.coverSubject()))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return found, damage, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("look for snapshots: %w", err)
		}
		seq = msg.Sequence + 1
		one, err := decodeCover(msg.Data)
		if errors.Is(err, errNewerSnapshot) {
			return nil, nil, fmt.Errorf("snapshot at message %d of %s: %w", msg.Sequence, s.snapshotName(), err)
		}
		if err == nil && one.shard != uint32(s.id) {
			err = fmt.Errorf("it is one of shard %d", one.shard)
		}
		if err != nil {
			damage = errors.Join(damage, fmt.Errorf("cover at message %d of %s: %w", msg.Sequence, s.snapshotName(), err))
			continue
		}
		found = append([]*cover{one}, found...)
	}
}

// snapshotSeen returns the table of writers of the newest snapshot that does
// not reach beyond message seq, and its place.
func (l *Log) snapshotSeen(ctx context.Context, s *shard, seq uint64) (uint64, seen, error) {
	found, _, err := l.covers(ctx, s)
	if err != nil {
		return 0, nil, err
	}
	for _, c := range found {
		if c.seq <= seq {
			return c.seq, c.seen, nil
		}
	}
	return 0, seen{}, nil
}

// LoadSnapshot returns the shard's snapshot and the message that it covers the
// log up to; 0 and nil mean that there is none. All of it was checked before; the reader
// checks it again and ends with an error, never with io.EOF, when it is not complete. A
// damaged snapshot is passed over for the one before it; when none is left whole, the error
// says so.
func (l *Log) LoadSnapshot(ctx context.Context, shard int) (uint64, io.ReadCloser, error) {
	s, err := l.shard(shard)
	if err != nil {
		return 0, nil, err
	}
	found, damage, err := l.covers(ctx, s)
	if err != nil {
		return 0, nil, err
	}
	for _, c := range found {
		_, err := io.Copy(io.Discard, l.chunks(ctx, s, c))
		if err == nil {
			if damage != nil {
				l.opts.Logger.Error("a snapshot is damaged, another one is used", "shard", shard, "used", c.seq, "err", damage)
			}
			return c.seq, l.chunks(ctx, s, c), nil
		}
		damage = errors.Join(damage, fmt.Errorf("snapshot of message %d: %w", c.seq, err))
	}
	if damage != nil {
		return 0, nil, fmt.Errorf("no snapshot of shard %d is whole; restore the log from a backup: %w", shard, damage)
	}
	return 0, nil, nil
}

// chunkReader reads the payload of a snapshot.
type chunkReader struct {
	ctx   context.Context
	log   *Log
	shard *shard
	cover *cover
	next  uint32 // chunk to fetch
	place uint64 // where in the stream it is looked for
	rest  []byte // of the chunk fetched last
	bytes uint64
	crc   uint32
	err   error
}

func (l *Log) chunks(ctx context.Context, s *shard, c *cover) *chunkReader {
	return &chunkReader{ctx: ctx, log: l, shard: s, cover: c, place: c.first}
}

// Read implements io.Reader.
func (r *chunkReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 && r.err == nil {
		r.err = r.fetch()
	}
	if r.err != nil {
		return 0, r.err
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// Close implements io.Closer.
func (r *chunkReader) Close() error {
	r.rest, r.err = nil, ErrClosed
	return nil
}

// fetch gets the next chunk; io.EOF: the snapshot was read to its end and is whole.
func (r *chunkReader) fetch() error {
	if r.next == r.cover.chunks {
		if r.bytes != r.cover.bytes || r.crc != r.cover.crc {
			return fmt.Errorf("the snapshot has %d bytes with checksum %08x instead of %d with %08x", r.bytes, r.crc, r.cover.bytes, r.cover.crc)
		}
		return io.EOF
	}
	c, _ := r.log.current()
	stream, err := c.js.Stream(r.ctx, r.shard.snapshotName())
	if err != nil {
		return fmt.Errorf("read chunk %d of the snapshot: %w", r.next, err)
	}
	msg, err := stream.GetMsg(r.ctx, r.place, jetstream.WithGetMsgSubject(r.shard.chunkSubject(r.cover.id)))
	if err != nil {
		return fmt.Errorf("read chunk %d of the snapshot: %w", r.next, err)
	}
	r.rest, err = decodeChunk(msg.Data, r.cover.id, r.next)
	if err != nil {
		return fmt.Errorf("read chunk %d of the snapshot: %w", r.next, err)
	}
	r.place = msg.Sequence + 1
	r.next++
	r.bytes += uint64(len(r.rest))
	r.crc = crc32.Update(r.crc, castagnoli, r.rest)
	return nil
}

// Trim drops the messages of the shard up to seq that no snapshot which is kept
// still needs. The newest message always stays: it holds the shard's clock.
func (l *Log) Trim(ctx context.Context, shard int, seq uint64) error {
	s, err := l.shard(shard)
	if err != nil {
		return err
	}
	found, _, err := l.covers(ctx, s)
	if err != nil || len(found) == 0 {
		return err
	}
	state, err := l.state(ctx, s.streamName())
	if err != nil {
		return err
	}
	seq = min(seq, found[len(found)-1].seq, max(state.LastSeq, 1)-1)
	if seq < state.FirstSeq {
		return nil
	}
	if err := l.purge(ctx, s.streamName(), jetstream.WithPurgeSequence(seq+1)); err != nil {
		return fmt.Errorf("trim shard %d up to message %d: %w", shard, seq, err)
	}
	return nil
}

// StartAfter lets the first message of a shard that never had one be seq+1, and
// stores what from writes as the snapshot before it: for a log that takes the place
// of another one, whose places are known outside and must not be given out again. A
// shard that has reached seq, because it was started so before, keeps what it has.
func (l *Log) StartAfter(ctx context.Context, shard int, seq uint64, from io.WriterTo) error {
	s, err := l.shard(shard)
	if err != nil {
		return err
	}
	state, err := l.state(ctx, s.streamName())
	if err != nil {
		return err
	}
	switch {
	case state.LastSeq >= seq:
	case state.LastSeq > 0:
		return fmt.Errorf("start shard %d after message %d: it has had messages up to %d", shard, seq, state.LastSeq)
	default:
		if err := l.purge(ctx, s.streamName(), jetstream.WithPurgeSequence(seq+1)); err != nil {
			return fmt.Errorf("start shard %d after message %d: %w", shard, seq, err)
		}
		if s.tail != nil {
			s.tail.reset(seq)
		}
	}
	if kept, _, err := l.covers(ctx, s); err != nil || len(kept) > 0 {
		return err
	}
	return l.SaveSnapshot(ctx, shard, seq, from)
}

func (l *Log) purge(ctx context.Context, stream string, what jetstream.StreamPurgeOpt) error {
	c, _ := l.current()
	s, err := c.js.Stream(ctx, stream)
	if err != nil {
		return fmt.Errorf("look at stream %s: %w", stream, err)
	}
	return s.Purge(ctx, what)
}
