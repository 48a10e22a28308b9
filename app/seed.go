package app

import (
	"context"
	"fmt"
	"math"
	"sync"

	"vedette/detect"
	"vedette/record"
)

// seedLog gives an empty log its start: everything that the control plane knows,
// so that a database that moved in from elsewhere is judged from the first report.
func (a *App) seedLog(ctx context.Context) error {
	needed, err := a.db.Seeding(ctx)
	if err != nil {
		return err
	}
	for shard := 0; shard < a.log.Shards() && !needed; shard++ {
		last, err := a.log.LastSeq(ctx, shard)
		if err != nil {
			return fmt.Errorf("read log of shard %d: %w", shard, err)
		}
		needed = last == 0
	}
	if !needed {
		return nil
	}
	if err := a.db.SetSeeding(ctx, true); err != nil {
		return err
	}
	if err := a.followOn(ctx); err != nil {
		return err
	}
	revision, err := a.appendAll(ctx)
	if err != nil {
		return fmt.Errorf("write what the database holds into the new log: %w", err)
	}
	if err := a.db.DropChanges(ctx, revision); err != nil {
		return err
	}
	return a.db.SetSeeding(ctx, false)
}

// followOn lets an empty log begin behind the places that the database knows from
// the log before it: effects up to there count as stored, and a violation's id is
// made of the place where it began. Violations that were active then are over: what
// would end them is not known any more.
func (a *App) followOn(ctx context.Context) error {
	for shard := range a.log.Shards() {
		position, err := a.db.Position(ctx, shard)
		if err != nil {
			return err
		}
		seq := record.Seq(position)
		if seq == 0 {
			continue
		}
		// Behind all events that there are, and before those to come: whoever watches live
		// and comes back is told of them.
		ended, err := a.db.InvalidateActive(ctx, shard, record.Pos(seq, math.MaxUint16))
		if err != nil {
			return err
		}
		a.logger.Warn("the log is empty: judging starts anew, without what was known of the things", "shard", shard, "after", seq, "violations_invalidated", ended)
		if err := a.log.StartAfter(ctx, shard, seq, detect.New(detect.Options{}).Freeze()); err != nil {
			return err
		}
	}
	return nil
}

// appendAll writes everything into every shard and returns the revision that it
// stands for.
func (a *App) appendAll(ctx context.Context) (revision int64, err error) {
	appended := &commits{}
	revision, err = a.db.AllChanges(ctx, func(change *record.Change) error {
		body, err := change.Encode()
		if err != nil {
			return err
		}
		for shard := range a.log.Shards() {
			appended.begin(len(body))
			a.log.Append(uint8(shard), record.KindChange, body, appended, 0)
		}
		return nil
	})
	appended.pending.Wait()
	if err == nil {
		err = appended.failure()
	}
	return revision, err
}

// Bounds of what is on its way to the log at a time; the log refuses more than 64 MiB.
const (
	seedsAtOnce     = 4096
	seedBytesAtOnce = 8 << 20
)

// commits waits for appended records and keeps the first error.
type commits struct {
	pending      sync.WaitGroup
	begun, bytes int // since the last wait; only the appending goroutine counts
	mu           sync.Mutex
	err          error
}

// begin counts a record of so many bytes in, after those before it if they are many.
func (c *commits) begin(bytes int) {
	if c.begun++; c.begun > seedsAtOnce || c.bytes+bytes > seedBytesAtOnce {
		c.pending.Wait()
		c.begun, c.bytes = 1, 0
	}
	c.bytes += bytes
	c.pending.Add(1)
}

// Committed implements record.Waiter.
func (c *commits) Committed(_ uint64, _ int64, err error) {
	if err != nil {
		c.mu.Lock()
		if c.err == nil {
			c.err = err
		}
		c.mu.Unlock()
	}
	c.pending.Done()
}

func (c *commits) failure() error { c.mu.Lock(); defer c.mu.Unlock(); return c.err }
