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

// What gathers at most before it is stored: a reader who waits for judging to catch
// up, a snapshot and a stop wait for no more than that, however far the shard lags.
const (
	maxEffects = 4096
	maxBatches = 64

	exportWeight = 128 // effects that a message of exported values counts for beside itself: it is as large
)

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

	epoch    int64
	stored   uint64                                                      // effects at or below this position are in the store already
	gathered uint64                                                      // windows of statistical thresholds that the engine has closed
	merge    func()                                                      // it has closed more
	wake     func()                                                      // alerts were stored
	exported func()                                                      // metric values were exported
	rules    func(*detect.Engine)                                        // behaviors may have changed
	seen     func(events []violation.Event, arrivals []int64, now int64) // events were stored
	live     *live

	effects   violation.Effects
	arrivals  []int64 // arrival times of the records behind effects.Events
	snapshots snapshotter

	totals totalsWarning

	progress progress
	due      watermark     // when the engine next needs to hear that time passed
	sweeping chan struct{} // the engine has more to do with the next message, whichever it is
}

// newOwner loads the shard's newest snapshot and takes the shard over.
func newOwner(ctx context.Context, a *App, shard int) (*owner, error) {
	o := &owner{
		shard: shard, log: a.log, db: a.db, now: a.options.Now, wake: a.dispatcher.Wake, exported: a.exporters.wake, merge: a.coordinator.wake,
		rules: a.setDimensions, seen: a.metrics.observeEvents, live: a.live,
		sweeping: make(chan struct{}, 1),
		logger:   a.options.Logger.With("component", "detect", "shard", shard),
	}
	epoch, position, err := a.db.AcquireShard(ctx, shard)
	if err != nil {
		return nil, fmt.Errorf("take over shard %d: %w", shard, err)
	}
	o.epoch, o.stored = epoch, position
	if err := o.checkEnd(ctx); err != nil {
		return nil, err
	}
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
	o.due.set(o.engine.Due())
	if o.reader, err = a.log.Reader(ctx, shard, seq); err != nil {
		return nil, fmt.Errorf("read shard %d: %w", shard, err)
	}
	return o, nil
}

// checkEnd refuses a log that ends before what was judged: what it takes next would
// get places whose effects count as stored, and none of its violations were kept.
func (o *owner) checkEnd(ctx context.Context) error {
	last, err := o.log.LastSeq(ctx, o.shard)
	if err != nil {
		return fmt.Errorf("read log of shard %d: %w", o.shard, err)
	}
	if judged := record.Seq(o.stored); judged > last {
		return fmt.Errorf("the log of shard %d ends at message %d, but the database has the effects of messages up to %d: the log is older than the database, or another one; "+
			"restore both from the same backup, or start with an empty log", o.shard, last, judged)
	}
	return nil
}

// run judges until ctx ends. An error other than ctx's means that the shard
// cannot go on: its log is damaged, or another owner took it.
func (o *owner) run(ctx context.Context) (err error) {
	defer o.reader.Close()
	defer func() { o.progress.end(err) }()
	for {
		seq, err := o.judge(ctx)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return o.finish()
		default:
			return fmt.Errorf("read log of shard %d: %w", o.shard, err)
		}
		if err := o.record(ctx); err != nil {
			return err
		}
		o.due.set(o.engine.Due())
		if o.engine.Sweeping() {
			o.askForTick()
		}
		if n := o.engine.Gathered(); n != o.gathered {
			o.gathered = n
			o.merge()
		}
		o.progress.reach(seq)
		o.totals.perhaps(o.engine, o.logger, o.now())
		o.snapshots.perhaps(ctx, o.engine, seq)
	}
}

// judge applies the next batch, which it waits for, and those behind it that are at
// hand. It returns the last one's place.
func (o *owner) judge(ctx context.Context) (seq uint64, err error) {
	for n := 0; n == 0 || n < maxBatches && o.size() < maxEffects && o.reader.Ready(); n++ {
		batch, err := o.next(ctx)
		switch {
		case err == nil:
		case n > 0: // the next round meets it again, after what was applied is stored
			return seq, nil
		default:
			return 0, err
		}
		o.apply(batch)
		seq = batch.Seq
	}
	return seq, nil
}

// next is the reader's, but ends with ctx also while the log has more.
func (o *owner) next(ctx context.Context) (*record.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return o.reader.Next(ctx)
}

func (o *owner) size() int {
	return o.effects.Len() + exportWeight*len(o.effects.Exports)
}

// apply judges a batch. Effects of records that the store has already are
// dropped: after a restart the replay rebuilds state only.
func (o *owner) apply(batch *record.Batch) {
	changed := false
	for i := range batch.Records {
		r := &batch.Records[i]
		before, events := o.effects.Mark(), len(o.effects.Events)
		if err := o.engine.Apply(r, &o.effects); err != nil {
			o.logger.Error("record skipped", "position", r.Pos, "kind", r.Kind, "error", err)
		}
		changed = changed || r.Kind == record.KindChange
		if r.Pos <= o.stored {
			o.effects.Cut(before)
			continue
		}
		o.show(r)
		for range len(o.effects.Events) - events {
			o.arrivals = append(o.arrivals, r.At)
		}
		o.effects.Position = r.Pos
	}
	if changed {
		o.rules(o.engine)
	}
}

// show tells those who watch of a record that was judged for the first time.
func (o *owner) show(r *record.Record) {
	switch {
	case r.Kind == record.KindReport && o.live.watching():
		o.live.report(r)
	case r.Kind == record.KindChange && o.shard == 0: // the other shards have it too
		o.live.changeRecord(r.Body)
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
		o.progress.stall(fmt.Errorf("effects not stored: %w", err))
		o.logger.Error("effects not stored, trying again", "effects", o.size(), "retry_in", wait, "error", err)
		select {
		case <-ctx.Done():
			return fmt.Errorf("stopped with %d effects not stored, the next start judges them again: %w", o.size(), err)
		case <-time.After(wait):
		}
	}
	o.stored = o.effects.Position
	o.seen(o.effects.Events, o.arrivals, o.now().UnixMilli())
	if len(o.effects.Events) > 0 {
		o.live.wake()
	}
	if len(o.effects.Alerts) > 0 {
		o.wake()
	}
	if len(o.effects.Exports) > 0 {
		o.exported()
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

// askForTick has a message follow the one just judged, also if the log is silent.
func (o *owner) askForTick() {
	select {
	case o.sweeping <- struct{}{}:
	default: // it is asked for
	}
}

// tick tells the engine that time passed when something is due and the log is
// silent: at most once a second, or one message after the other while the engine
// needs them to get through with what has fallen due for all things.
func (o *owner) tick(ctx context.Context) {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		now := false
		select {
		case <-ctx.Done():
			return
		case <-o.sweeping:
			now = true
		case <-every.C:
		}
		if o.progress.stalled() != nil {
			continue // a tick a second would pile up, and nothing is judged before the next one
		}
		if due := o.due.get(); now || due != 0 && o.now().UnixMilli() >= due {
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
