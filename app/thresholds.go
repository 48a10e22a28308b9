package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"vedette/detect"
	"vedette/record"
	"vedette/violation"
)

// coordinator makes the statistical thresholds: it merges what the engines of all
// shards had in a window, and writes the percentile into the log of each. It keeps
// nothing that a restart would miss: the engines have their parts until the next window
// has closed, and tell which thresholds they have had.
type coordinator struct {
	shards []partials
	append func(ctx context.Context, shard int, body []byte) error
	logger *slog.Logger
	kick   chan struct{} // an engine has closed windows

	missing map[string]string // behaviors without a threshold now, and why
}

// partials is an engine.
type partials interface {
	Partials() (list []detect.Partial, gathered uint64)
}

func newCoordinator(a *App) *coordinator {
	c := &coordinator{append: a.log.AppendThreshold, logger: a.logger.With("component", "thresholds"), kick: make(chan struct{}, 1), missing: make(map[string]string)}
	return c
}

// wake has the coordinator look at what the engines have.
func (c *coordinator) wake() {
	select {
	case c.kick <- struct{}{}:
	default: // it will look anyway
	}
}

// run makes thresholds until ctx ends. Windows that closed before, in another process,
// come first.
func (c *coordinator) run(ctx context.Context) {
	for wait := time.Duration(0); ctx.Err() == nil; {
		if err := c.merge(ctx); err == nil {
			wait = 0
			select {
			case <-ctx.Done():
			case <-c.kick:
			}
			continue
		} else if ctx.Err() == nil {
			wait = min(max(2*wait, 100*time.Millisecond), 5*time.Second)
			c.logger.Error("statistical thresholds not written, trying again", "retry_in", wait, "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// merge writes the thresholds that can be made now to the shards that lack them. One
// that is written twice changes nothing.
func (c *coordinator) merge(ctx context.Context) error {
	parts := make([][]detect.Partial, len(c.shards))
	for i, s := range c.shards {
		parts[i], _ = s.Partials()
	}
	records, err := detect.Merge(parts)
	if err != nil {
		return err
	}
	for shard, list := range records {
		for i := range list {
			body, err := list[i].Encode()
			if err != nil {
				return err
			}
			if err := c.append(ctx, shard, body); err != nil {
				return fmt.Errorf("write thresholds to shard %d: %w", shard, err)
			}
			c.tell(&list[i])
		}
	}
	return nil
}

// tell logs where a threshold cannot be had because of negative values, and where it
// can be again.
func (c *coordinator) tell(r *record.Thresholds) {
	for i := range r.List {
		t := &r.List[i]
		behavior, why := t.Profile+"/"+t.Behavior, ""
		if t.Negative > 0 {
			why = violation.NegativeValues
		}
		if c.missing[behavior] == why {
			continue
		}
		if why == "" {
			delete(c.missing, behavior)
			c.logger.Info("statistical threshold is there again", "profile", t.Profile, "behavior", t.Behavior)
			continue
		}
		c.missing[behavior] = why
		c.logger.Warn("no statistical threshold: the metric has negative values; the behavior is not judged until a window without any has passed",
			"profile", t.Profile, "behavior", t.Behavior, "things", t.N, "negative", t.Negative)
	}
}
