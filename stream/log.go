// Package stream is the sharded durable log: records are appended, gathered
// into batches, committed to NATS JetStream with one checksummed and fsynced
// message per batch, and read back in order (docs/format/log.md). It carries
// the bodies of records without looking into them.
//
// It also keeps the snapshots from which an engine starts again, and trims the
// log behind them.
package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"vedette/record"
)

// Options say where a log is and how it behaves.
type Options struct {
	// Dir is the directory of the embedded NATS server, used when URL is empty. It is
	// made when it does not exist, and locked against other processes.
	Dir string
	// URL is the address of an external NATS server or cluster (nats://…), which must have
	// sync_always set and a max_payload of MaxBatch and 1 KiB at least. It may hold credentials.
	URL string
	// Replicas is how many servers of an external cluster keep each stream; 0 means 1.
	Replicas int
	// Shards is the number of streams that the partitions are spread over, 1 to
	// record.Partitions; 0 means 1. It is fixed when the log is made.
	Shards int
	// MaxBatch is the largest size of a batch in bytes; 0 means 512 KiB. A record
	// whose body does not fit is refused with ErrTooLarge.
	MaxBatch int
	// MaxPending is how many bytes of bodies may wait for their commit; 0 means
	// 64 MiB. What is beyond is refused with ErrOverloaded.
	MaxPending int
	// SkipDamaged makes readers go on behind messages that are damaged or missing,
	// with a warning and counted in Stats. Their records are lost.
	SkipDamaged bool
	// Now is the clock that arrival times are taken from; nil means time.Now.
	Now func() time.Time
	// Logger takes the warnings; nil means none.
	Logger *slog.Logger
	// ObserveCommit, when set, is called after each attempt to commit a batch of
	// so many records and bytes that took d. It must not block.
	ObserveCommit func(records, bytes int, d time.Duration, err error)
}

func (o *Options) fill() error {
	if o.Shards == 0 {
		o.Shards = 1
	}
	if o.Replicas == 0 {
		o.Replicas = 1
	}
	if o.MaxBatch == 0 {
		o.MaxBatch = 512 << 10
	}
	if o.MaxPending == 0 {
		o.MaxPending = 64 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Logger = o.Logger.With("component", "stream")
	switch {
	case o.Dir == "" && o.URL == "":
		return errors.New("the log needs a directory or the URL of a NATS server")
	case o.Shards < 0 || o.Shards > record.Partitions:
		return fmt.Errorf("%d shards: there can be 1 to %d", o.Shards, record.Partitions)
	case o.MaxBatch < 1<<10 || o.MaxBatch > 8<<20:
		return fmt.Errorf("batches of %d bytes: 1 KiB to 8 MiB are possible", o.MaxBatch)
	case o.MaxPending < 0 || o.Replicas < 0:
		return errors.New("MaxPending and Replicas cannot be negative")
	}
	return nil
}

// Log is an open log. Its methods may be called from any goroutine.
type Log struct {
	opts    Options
	dir     *directory // nil: the server is external
	writer  writerID
	shards  []*shard
	pending atomic.Int64 // bytes of bodies that were appended and not answered
	stats   counters

	ctx    context.Context // done when the log is closed for good
	cancel context.CancelCauseFunc

	mu       sync.Mutex
	conn     *conn
	replaced chan struct{} // closed when another connection takes the place of conn
	fault    error         // why nothing can be stored; nil: it can

	broken    chan struct{} // wakes the repair
	repaired  chan struct{} // closed when the repair has ended
	closeOnce sync.Once
	closeErr  error
}

// Open opens the log, and makes it when it is new. ctx bounds the opening only.
func Open(ctx context.Context, o Options) (*Log, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	l := &Log{
		opts: o, writer: newWriterID(),
		replaced: make(chan struct{}), broken: make(chan struct{}, 1), repaired: make(chan struct{}),
	}
	l.ctx, l.cancel = context.WithCancelCause(context.Background())
	if err := l.open(ctx); err != nil {
		l.cancel(ErrClosed)
		l.release()
		return nil, fmt.Errorf("open the log: %w", err)
	}
	for _, s := range l.shards {
		go s.commitLoop()
		go s.answerLoop()
	}
	go l.repairLoop()
	return l, nil
}

func (l *Log) open(ctx context.Context) (err error) {
	if l.opts.URL == "" {
		if l.dir, err = openDirectory(l.opts.Dir, l.opts.Shards); err != nil {
			return err
		}
	}
	for i := range l.opts.Shards {
		l.shards = append(l.shards, newShard(l, i))
	}
	c, err := l.connect()
	if err != nil {
		return err
	}
	l.conn = c
	return l.prepare(ctx, c)
}

// release lets go of the server and the directory.
func (l *Log) release() {
	if l.conn != nil {
		l.conn.close(ErrClosed)
	}
	if l.dir != nil {
		l.dir.close()
	}
}

// Close commits what was appended, tells the waiters, and closes the log. When
// ctx ends first, the records that are left are answered with ErrClosed.
func (l *Log) Close(ctx context.Context) error {
	l.closeOnce.Do(func() { l.closeErr = l.close(ctx) })
	return l.closeErr
}

func (l *Log) close(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { l.cancel(ErrClosed) })()
	for _, s := range l.shards {
		s.close()
	}
	for _, s := range l.shards {
		<-s.done
	}
	err := context.Cause(l.ctx)
	l.cancel(ErrClosed)
	<-l.repaired
	l.release()
	if err != nil {
		return fmt.Errorf("close the log: not everything appended was committed: %w", context.Cause(ctx))
	}
	return nil
}

// Shards returns the number of shards; they are numbered from 0. Partition n of
// the first Shards partitions is in shard n.
func (l *Log) Shards() int { return len(l.shards) }

// Shard returns the shard that holds the partition.
func (l *Log) Shard(partition uint8) int { return int(partition) % len(l.shards) }

// Append adds a record to the partition's shard. It copies body, returns at
// once and never blocks on a commit. The waiter (nil: nobody) is told exactly
// once, from another goroutine, in the order of the appends of the shard: with
// nil when the record is on disk, else with ErrUnavailable, ErrOverloaded,
// ErrTooLarge or ErrClosed. Even a refused append is answered in its turn and takes some
// memory until then, so callers bound what they have under way.
func (l *Log) Append(partition uint8, kind record.Kind, body []byte, w record.Waiter, token uint64) {
	l.shards[l.Shard(partition)].append(partition, kind, body, w, token)
}

// admit reserves room for a body of n bytes.
func (l *Log) admit(n int) error {
	if headerSize+recordSize+n+crcSize > l.opts.MaxBatch {
		return ErrTooLarge
	}
	if l.pending.Add(int64(n)) > int64(l.opts.MaxPending) {
		l.pending.Add(-int64(n))
		l.stats.overloaded.Add(1)
		return ErrOverloaded
	}
	return nil
}

// AppendChange adds a change record to every shard and waits until all have it.
// After an error some may have it: append it again.
func (l *Log) AppendChange(ctx context.Context, body []byte) error {
	return l.appendAll(ctx, record.KindChange, body)
}

// AppendGateway adds a gateway record to every shard and waits until all have it.
// After an error some may have it: append it again.
func (l *Log) AppendGateway(ctx context.Context, body []byte) error {
	return l.appendAll(ctx, record.KindGateway, body)
}

func (l *Log) appendAll(ctx context.Context, kind record.Kind, body []byte) error {
	done := make(confirmation, len(l.shards))
	for _, s := range l.shards {
		s.append(0, kind, body, done, 0)
	}
	return done.wait(ctx, len(l.shards))
}

// AppendTick adds a tick to the shard and waits until it is stored.
func (l *Log) AppendTick(ctx context.Context, shard int) error {
	return l.appendOne(ctx, shard, record.KindTick, nil)
}

// AppendThreshold adds a threshold record to the shard and waits until it is stored.
func (l *Log) AppendThreshold(ctx context.Context, shard int, body []byte) error {
	return l.appendOne(ctx, shard, record.KindThreshold, body)
}

func (l *Log) appendOne(ctx context.Context, shard int, kind record.Kind, body []byte) error {
	s, err := l.shard(shard)
	if err != nil {
		return err
	}
	done := make(confirmation, 1)
	s.append(0, kind, body, done, 0)
	return done.wait(ctx, 1)
}

// confirmation is the waiter of a caller that waits.
type confirmation chan error

func (c confirmation) Committed(_ uint64, _ int64, err error) { c <- err }

func (c confirmation) wait(ctx context.Context, n int) error {
	var first error
	for range n {
		select {
		case err := <-c:
			first = errors.Join(first, err)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return first
}

func (l *Log) shard(i int) (*shard, error) {
	if i < 0 || i >= len(l.shards) {
		return nil, fmt.Errorf("there is no shard %d: the log has %d", i, len(l.shards))
	}
	return l.shards[i], nil
}

// LastSeq returns the sequence number of the newest message of the shard; 0:
// none was ever stored.
func (l *Log) LastSeq(ctx context.Context, shard int) (uint64, error) {
	s, err := l.shard(shard)
	if err != nil {
		return 0, err
	}
	state, err := l.state(ctx, s.streamName())
	return state.LastSeq, err
}
