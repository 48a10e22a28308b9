package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"vedette/detect"
	"vedette/record"
	"vedette/store"
	"vedette/stream"
	"vedette/violation"
)

// maxEffects is how many effects gather at most before they are stored.
const maxEffects = 4096

// owner judges one shard: it reads the shard's log in order, applies the
// records to the engine and stores their effects, together with the position
// that they cover. It is the only one that touches the engine.
type owner struct {
	shard  int
	log    *stream.Log
	db     *store.DB
	engine *detect.Engine
	reader *stream.Reader
	logger *slog.Logger
	now    func() time.Time

	epoch  int64
	stored uint64                                                      // effects at or below this position are in the store already
	wake   func()                                                      // alerts were stored
	seen   func(events []violation.Event, arrivals []int64, now int64) // events were stored

	effects   violation.Effects
	arrivals  []int64 // arrival times of the records behind effects.Events
	snapshots snapshotter

	progress progress
	due      watermark // when the engine next needs to hear that time passed
}

// newOwner loads the shard's newest snapshot and takes the shard over.
func newOwner(ctx context.Context, a *App, shard int) (*owner, error) {
	o := &owner{
		shard: shard, log: a.log, db: a.db, now: a.options.Now, wake: a.dispatcher.Wake, seen: a.metrics.observeEvents,
		logger: a.options.Logger.With("component", "detect", "shard", shard),
	}
	epoch, position, err := a.db.AcquireShard(ctx, shard)
	if err != nil {
		return nil, fmt.Errorf("take over shard %d: %w", shard, err)
	}
	o.epoch, o.stored = epoch, position
	options := detect.Options{SilenceAfter: a.options.SilenceAfter}
	seq, snapshot, err := a.log.LoadSnapshot(ctx, shard)
	if err != nil {
		return nil, fmt.Errorf("load snapshot of shard %d: %w", shard, err)
	}
	o.engine = detect.New(options)
	if snapshot != nil {
		defer snapshot.Close()
		if o.engine, err = detect.Load(snapshot, options); err != nil {
			return nil, fmt.Errorf("load snapshot of shard %d: %w", shard, err)
		}
	}
	o.snapshots = snapshotter{shard: shard, log: a.log, logger: o.logger, every: a.options.SnapshotEvery, now: a.options.Now, last: a.options.Now(), seq: seq}
	o.progress.reach(seq)
	if o.reader, err = a.log.Reader(ctx, shard, seq); err != nil {
		return nil, fmt.Errorf("read shard %d: %w", shard, err)
	}
	return o, nil
}

// run judges until ctx ends. An error other than ctx's means that the shard
// cannot go on: its log is damaged, or another owner took it.
func (o *owner) run(ctx context.Context) error {
	defer o.reader.Close()
	for {
		batch, err := o.reader.Next(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return o.finish()
			}
			return fmt.Errorf("read log of shard %d: %w", o.shard, err)
		}
		o.apply(batch)
		seq := batch.Seq
		for o.reader.Ready() && o.size() < maxEffects {
			if batch, err = o.reader.Next(ctx); err != nil {
				break // the next round meets it again, after what was applied is stored
			}
			o.apply(batch)
			seq = batch.Seq
		}
		if err := o.record(ctx); err != nil {
			return err
		}
		o.due.set(o.engine.Due())
		o.progress.reach(seq)
		o.snapshots.perhaps(ctx, o.engine, seq)
	}
}

func (o *owner) size() int { return len(o.effects.Events) + len(o.effects.Updates) }

// apply judges a batch. Effects of records that the store has already are
// dropped: after a restart the replay rebuilds state only.
func (o *owner) apply(batch *record.Batch) {
	for i := range batch.Records {
		r := &batch.Records[i]
		events, updates, alerts := len(o.effects.Events), len(o.effects.Updates), len(o.effects.Alerts)
		if err := o.engine.Apply(r, &o.effects); err != nil {
			o.logger.Error("record skipped", "position", r.Pos, "kind", r.Kind, "error", err)
		}
		if r.Pos <= o.stored {
			o.effects.Events = o.effects.Events[:events]
			o.effects.Updates = o.effects.Updates[:updates]
			o.effects.Alerts = o.effects.Alerts[:alerts]
			continue
		}
		for range len(o.effects.Events) - events {
			o.arrivals = append(o.arrivals, r.At)
		}
		o.effects.Position = r.Pos
	}
}

// record stores the effects that gathered, and keeps trying while the store is
// away: nothing more is judged until they are kept.
func (o *owner) record(ctx context.Context) error {
	if o.effects.Empty() {
		return nil
	}
	o.effects.Shard, o.effects.Epoch = o.shard, o.epoch
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := o.db.Record(ctx, &o.effects)
		if err == nil {
			break
		}
		if errors.Is(err, store.ErrFenced) {
			return fmt.Errorf("shard %d has another owner: %w", o.shard, err)
		}
		o.logger.Error("effects not stored, trying again", "effects", o.size(), "retry_in", wait, "error", err)
		select {
		case <-ctx.Done():
			return fmt.Errorf("stopped with %d effects not stored, the next start judges them again: %w", o.size(), err)
		case <-time.After(wait):
		}
	}
	o.stored = o.effects.Position
	o.seen(o.effects.Events, o.arrivals, o.now().UnixMilli())
	if len(o.effects.Alerts) > 0 {
		o.wake()
	}
	o.effects.Reset()
	o.arrivals = o.arrivals[:0]
	return nil
}

// finish keeps a last snapshot, so that the next start has nothing to replay.
func (o *owner) finish() error {
	o.snapshots.wait()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if seq := o.progress.reached(); seq > o.snapshots.seq {
		o.snapshots.save(ctx, o.engine.Freeze(), seq)
	}
	return nil
}

// tick tells the engine that time passed when something is due and the log is
// silent: at most once a second.
func (o *owner) tick(ctx context.Context) {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		if due := o.due.get(); due != 0 && o.now().UnixMilli() >= due {
			if err := o.log.AppendTick(ctx, o.shard); err != nil && ctx.Err() == nil {
				o.logger.Warn("tick not appended", "error", err)
			}
		}
	}
}

// watermark is a time that one goroutine sets and another reads.
type watermark struct {
	mu sync.Mutex
	at int64 // epoch milliseconds; 0: never
}

func (w *watermark) set(at int64) { w.mu.Lock(); w.at = at; w.mu.Unlock() }
func (w *watermark) get() int64   { w.mu.Lock(); defer w.mu.Unlock(); return w.at }

// progress is how far a shard's log has been judged and its effects stored.
type progress struct {
	mu      sync.Mutex
	seq     uint64
	changed chan struct{} // closed when seq grows; nil while nobody waits
}

func (p *progress) reach(seq uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seq = seq
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

func (p *progress) reached() uint64 { p.mu.Lock(); defer p.mu.Unlock(); return p.seq }

// wait returns once the message seq has been judged and its effects stored.
func (p *progress) wait(ctx context.Context, seq uint64) error {
	for {
		p.mu.Lock()
		if p.seq >= seq {
			p.mu.Unlock()
			return nil
		}
		if p.changed == nil {
			p.changed = make(chan struct{})
		}
		changed := p.changed
		p.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}
