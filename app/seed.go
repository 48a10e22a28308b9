package app

import (
	"context"
	"fmt"
	"sync"

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
	revision, err := a.appendAll(ctx)
	if err != nil {
		return fmt.Errorf("write what the database holds into the new log: %w", err)
	}
	if err := a.db.DropChanges(ctx, revision); err != nil {
		return err
	}
	return a.db.SetSeeding(ctx, false)
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
			appended.begin()
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

// seedsAtOnce is how many changes are on their way to the log at a time.
const seedsAtOnce = 4096

// commits waits for appended records and keeps the first error.
type commits struct {
	pending sync.WaitGroup
	begun   int // only the appending goroutine counts
	mu      sync.Mutex
	err     error
}

// begin counts a record in, after those before it if there are many.
func (c *commits) begin() {
	if c.begun++; c.begun%seedsAtOnce == 0 {
		c.pending.Wait()
	}
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
