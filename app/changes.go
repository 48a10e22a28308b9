package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"vedette/store"
	"vedette/stream"
)

// changesAtOnce is how many changes are read from the change table at a time.
const changesAtOnce = 256

// feeder carries what the control plane changed from the change table into the
// log of every shard, in order, retried until written. A change that is written
// twice, because the process died in between, is skipped by its revision.
type feeder struct {
	db     *store.DB
	log    *stream.Log
	logger *slog.Logger
	kick   chan struct{} // there may be changes

	mu      sync.Mutex
	written int64         // revision up to which changes are in the log
	grown   chan struct{} // closed when written grows
}

func newFeeder(db *store.DB, log *stream.Log, logger *slog.Logger) *feeder {
	return &feeder{db: db, log: log, logger: logger.With("component", "changes"), kick: make(chan struct{}, 1), grown: make(chan struct{})}
}

// run carries changes until ctx ends.
func (f *feeder) run(ctx context.Context) {
	wait := time.Duration(0)
	for ctx.Err() == nil {
		n, err := f.carry(ctx)
		switch {
		case err == nil && n > 0:
			wait = 0
			continue
		case err == nil:
			wait = 0
			select {
			case <-ctx.Done():
			case <-f.kick:
			}
			continue
		case ctx.Err() != nil:
			return
		}
		wait = min(max(2*wait, 100*time.Millisecond), 5*time.Second)
		f.logger.Error("changes not written to the log, trying again", "retry_in", wait, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// carry writes the next changes and returns how many.
func (f *feeder) carry(ctx context.Context) (int, error) {
	changes, err := f.db.Changes(ctx, f.reached(), changesAtOnce)
	if err != nil {
		return 0, fmt.Errorf("read changes: %w", err)
	}
	for _, change := range changes {
		body, err := change.Encode()
		if err != nil {
			return 0, err
		}
		if err := f.log.AppendChange(ctx, body); err != nil {
			return 0, fmt.Errorf("write change %d: %w", change.Revision, err)
		}
		f.reach(change.Revision)
	}
	if len(changes) > 0 {
		if err := f.db.DropChanges(ctx, f.reached()); err != nil {
			return 0, fmt.Errorf("drop written changes: %w", err)
		}
	}
	return len(changes), nil
}

func (f *feeder) reached() int64 { f.mu.Lock(); defer f.mu.Unlock(); return f.written }

func (f *feeder) reach(revision int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.written = revision
	close(f.grown)
	f.grown = make(chan struct{})
}

// changed is called after a transaction of the control plane: it returns once
// the change is in the log, so that every report accepted later is judged by it.
// While the log is away it gives up with ctx; the change is written later.
func (f *feeder) changed(ctx context.Context, revision int64) error {
	select {
	case f.kick <- struct{}{}:
	default: // one is on its way
	}
	for {
		f.mu.Lock()
		written, grown := f.written, f.grown
		f.mu.Unlock()
		if written >= revision {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-grown:
		}
	}
}
