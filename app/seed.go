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
	for shard := range a.log.Shards() {
		last, err := a.log.LastSeq(ctx, shard)
		if err != nil {
			return fmt.Errorf("read log of shard %d: %w", shard, err)
		}
		if last > 0 {
			return nil
		}
	}
	appended := &commits{}
	err := a.db.AllChanges(ctx, func(change *record.Change) error {
		body, err := change.Encode()
		if err != nil {
			return err
		}
		for shard := range a.log.Shards() {
			appended.pending.Add(1)
			a.log.Append(uint8(shard), record.KindChange, body, appended, 0)
		}
		return nil
	})
	appended.pending.Wait()
	if err == nil {
		err = appended.failure()
	}
	if err != nil {
		return fmt.Errorf("write what the database holds into the new log: %w", err)
	}
	return nil
}

// commits waits for appended records and keeps the first error.
type commits struct {
	pending sync.WaitGroup
	mu      sync.Mutex
	err     error
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
