package task

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// KeepViolations is how long violations that ended and their events are kept
// by default: 30 days, as AWS keeps them.
const KeepViolations = 30 * 24 * time.Hour

// Retention configures the job that forgets old violations.
type Retention struct {
	Keep  time.Duration // after the event; 0 means KeepViolations
	Every time.Duration // 0 means 1 h
	Now   func() time.Time
	// Expire deletes what happened before the given time, epoch milliseconds,
	// and returns how many rows it were.
	Expire func(ctx context.Context, before int64) (deleted int64, err error)
	Logger *slog.Logger // nil means none
}

// Job returns the job; it runs at the start and then each Every.
func (r Retention) Job() Job {
	if r.Keep <= 0 {
		r.Keep = KeepViolations
	}
	if r.Every <= 0 {
		r.Every = time.Hour
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	return Job{Name: "retention", Every: r.Every, Run: func(ctx context.Context) error {
		before := r.Now().Add(-r.Keep)
		n, err := r.Expire(ctx, before.UnixMilli())
		if err != nil {
			return fmt.Errorf("expire violations of before %s: %w", before.UTC().Format(time.RFC3339), err)
		}
		if n > 0 && r.Logger != nil {
			r.Logger.Info("old violations deleted", "component", "task", "rows", n, "before", before.UTC().Format(time.RFC3339))
		}
		return nil
	}}
}
