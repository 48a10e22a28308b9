package task

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// How long things are kept by default, as AWS keeps them.
const (
	KeepViolations   = 30 * 24 * time.Hour // after they ended, with their events
	KeepMetricValues = 14 * 24 * time.Hour
)

// Retention configures a job that forgets what is old.
type Retention struct {
	Name  string        // of the job
	What  string        // that is deleted, in the plural, for logs: "violations"
	Keep  time.Duration // how long it is kept
	Every time.Duration // 0 means 1 h
	Now   func() time.Time
	// Expire deletes what is from before the given time, epoch milliseconds, and
	// returns how much it was.
	Expire func(ctx context.Context, before int64) (deleted int64, err error)
	Logger *slog.Logger // nil means none
}

// Job returns the job; it runs at the start and then each Every.
func (r Retention) Job() Job {
	if r.Every <= 0 {
		r.Every = time.Hour
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	return Job{Name: r.Name, Every: r.Every, Run: func(ctx context.Context) error {
		before := r.Now().Add(-r.Keep)
		n, err := r.Expire(ctx, before.UnixMilli())
		if err != nil {
			return fmt.Errorf("expire %s of before %s: %w", r.What, before.UTC().Format(time.RFC3339), err)
		}
		if n > 0 && r.Logger != nil {
			r.Logger.Info("old "+r.What+" deleted", "component", "task", "count", n, "before", before.UTC().Format(time.RFC3339))
		}
		return nil
	}}
}
