// Package task runs background work: jobs that come round at an interval, such as
// the end of what is kept for 30 days.
package task

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Job is work that is done again and again.
type Job struct {
	Name  string        // in logs and counters; unique in a scheduler
	Every time.Duration // between the starts of two runs; a run that takes longer is not overtaken
	Delay time.Duration // before the first run; 0 means at once
	// Run does the work once. It ends soon after ctx does.
	Run func(ctx context.Context) error
}

// Options configures a Scheduler.
type Options struct {
	Logger *slog.Logger     // nil means none
	Now    func() time.Time // nil means time.Now
	// Observe is called after each run; nil means nobody listens.
	Observe func(job string, took time.Duration, err error)
}

// Scheduler runs jobs, each in a goroutine of its own: never two runs of one job
// at the same time.
type Scheduler struct {
	o    Options
	log  *slog.Logger
	jobs []*scheduled
}

type scheduled struct {
	Job
	runs, failures atomic.Uint64
	lastSuccess    atomic.Int64 // epoch milliseconds
	reason         string       // of the last failure that was logged
}

// JobStats is what became of the runs of one job.
type JobStats struct {
	Name        string
	Runs        uint64
	Failures    uint64
	LastSuccess time.Time // zero: none yet
}

// NewScheduler returns a scheduler for jobs; Run starts them. A job without a
// name, a function or an interval, or with the name of another, is an error.
func NewScheduler(o Options, jobs ...Job) (*Scheduler, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Scheduler{o: o, log: o.Logger.With("component", "task")}
	names := map[string]bool{}
	for _, j := range jobs {
		if j.Name == "" || j.Run == nil || j.Every <= 0 || names[j.Name] {
			return nil, fmt.Errorf("schedule job %q: it needs a name of its own, a function and an interval", j.Name)
		}
		names[j.Name] = true
		s.jobs = append(s.jobs, &scheduled{Job: j})
	}
	return s, nil
}

// Run runs the jobs until ctx ends, and returns when the last one has ended.
func (s *Scheduler) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, j := range s.jobs {
		all.Go(func() { s.repeat(ctx, j) })
	}
	all.Wait()
}

// Stats may be called at any time, from any goroutine.
func (s *Scheduler) Stats() []JobStats {
	stats := make([]JobStats, len(s.jobs))
	for i, j := range s.jobs {
		stats[i] = JobStats{Name: j.Name, Runs: j.runs.Load(), Failures: j.failures.Load()}
		if at := j.lastSuccess.Load(); at != 0 {
			stats[i].LastSuccess = time.UnixMilli(at)
		}
	}
	return stats
}

func (s *Scheduler) repeat(ctx context.Context, j *scheduled) {
	next := s.o.Now().Add(j.Delay)
	for s.sleepUntil(ctx, next) {
		s.runOnce(ctx, j)
		next = following(next, s.o.Now(), j.Every)
	}
}

// following keeps the rhythm that a job began with; what a slow run missed is
// left out.
func following(last, now time.Time, every time.Duration) time.Time {
	next := last.Add(every)
	if late := now.Sub(next); late > 0 {
		next = next.Add(late.Truncate(every))
		if next.Before(now) {
			next = next.Add(every)
		}
	}
	return next
}

func (s *Scheduler) sleepUntil(ctx context.Context, at time.Time) bool {
	timer := time.NewTimer(at.Sub(s.o.Now()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

func (s *Scheduler) runOnce(ctx context.Context, j *scheduled) {
	start := s.o.Now()
	err := protect(ctx, j.Run)
	took := s.o.Now().Sub(start)
	if ctx.Err() != nil && err != nil {
		return // stopped, not failed
	}
	j.runs.Add(1)
	s.note(j, took, err)
	if s.o.Observe != nil {
		s.o.Observe(j.Name, took, err)
	}
}

// note counts a run and logs a failure when it is not the same as the last.
func (s *Scheduler) note(j *scheduled, took time.Duration, err error) {
	if err == nil {
		j.lastSuccess.Store(s.o.Now().UnixMilli())
		if j.reason != "" {
			s.log.Info("background job works again", "job", j.Name)
		}
		j.reason = ""
		s.log.Debug("background job done", "job", j.Name, "took", took)
		return
	}
	j.failures.Add(1)
	if reason, _, _ := strings.Cut(err.Error(), "\n"); reason != j.reason { // a panic's stack differs each time
		j.reason = reason
		s.log.Error("background job failed; it runs again", "job", j.Name, "in", j.Every, "err", err)
	}
}

// protect makes a panic an error: it costs one run, not the process.
func protect(ctx context.Context, run func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return run(ctx)
}
