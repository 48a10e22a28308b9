package stream

import (
	"context"
	"fmt"
	"time"
)

// The embedded server stops writing to a stream for good once a write to it has
// failed: it does not even answer, until it is started anew. That is what the
// repair does, as soon as the disk takes writes again. An external server is asked
// until it stores again what it is given.

const (
	repairPause    = 200 * time.Millisecond // before the first attempt; it doubles
	maxRepairPause = 5 * time.Second
	stallAfter     = 3 * time.Second // a commit that has no answer for so long is unhealthy
)

// fail notes that c cannot store anything any more, and returns the error for
// those who wait.
func (l *Log) fail(c *conn, why error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c == l.conn && l.fault == nil {
		l.fault = fmt.Errorf("%w: %w", ErrUnavailable, why)
		l.opts.Logger.Error("the log cannot be written; it is tried again", "err", why)
		select {
		case l.broken <- struct{}{}:
		default:
		}
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, why)
}

// unavailable returns why nothing can be stored at the moment, or nil.
func (l *Log) unavailable() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fault
}

// Healthy returns nil when records can be stored, as far as it is known.
func (l *Log) Healthy() error {
	if l.ctx.Err() != nil {
		return ErrClosed
	}
	if err := l.unavailable(); err != nil {
		return err
	}
	if c, _ := l.current(); !c.nc.IsConnected() {
		return fmt.Errorf("%w: no connection to the NATS server", ErrUnavailable)
	}
	now := l.opts.Now()
	for _, s := range l.shards {
		if since := s.retrying.Load(); since != 0 && now.Sub(time.UnixMilli(since)) >= stallAfter {
			return fmt.Errorf("%w: shard %d has waited for an acknowledgement since %s",
				ErrUnavailable, s.id, time.UnixMilli(since).UTC().Format(time.RFC3339))
		}
	}
	return nil
}

// repairLoop ends each failure when it can be ended.
func (l *Log) repairLoop() {
	defer close(l.repaired)
	for {
		select {
		case <-l.broken:
		case <-l.ctx.Done():
			return
		}
		wait := repairPause
		for pause(l.ctx, wait); l.ctx.Err() == nil; pause(l.ctx, wait) {
			err := l.repair()
			if err == nil {
				l.opts.Logger.Info("the log can be written again")
				break
			}
			l.setFault(fmt.Errorf("%w: %w", ErrUnavailable, err))
			wait = min(2*wait, maxRepairPause)
		}
	}
}

// repair makes one attempt.
func (l *Log) repair() error {
	ctx, cancel := context.WithTimeout(l.ctx, startTimeout)
	defer cancel()
	if l.dir == nil {
		return l.tryServer(ctx)
	}
	return l.restartServer(ctx)
}

// tryServer stores an empty batch in every shard.
func (l *Log) tryServer(ctx context.Context) error {
	c, _ := l.current()
	for _, s := range l.shards {
		if _, err := l.storeNothing(ctx, c, s); err != nil {
			return err
		}
	}
	l.setFault(nil)
	return nil
}

// storeNothing stores an empty batch, which readers pass over. It is in a writer's
// name of its own, because a batch of this writer may still be on its way.
func (l *Log) storeNothing(ctx context.Context, c *conn, s *shard) (uint64, error) {
	b := newBatch()
	b.seal(batchID{newWriterID(), 1})
	ack, err := c.js.Publish(ctx, s.subject(), b.buf)
	if err != nil {
		return 0, fmt.Errorf("store an empty batch in shard %d: %w", s.id, err)
	}
	return ack.Sequence, nil
}

func (l *Log) setFault(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault = err
}

// restartServer starts the embedded server anew, if the disk has room for a full
// batch in every shard and for what the server writes itself.
func (l *Log) restartServer(ctx context.Context) error {
	if err := l.dir.probe(len(l.shards)*l.opts.MaxBatch + 4<<20); err != nil {
		return err
	}
	old, _ := l.current()
	old.close(ErrUnavailable)
	c, err := l.connect()
	if err != nil {
		return err
	}
	if err := l.prepare(ctx, c); err != nil {
		c.close(err)
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn, l.fault = c, nil
	close(l.replaced)
	l.replaced = make(chan struct{})
	return nil
}
