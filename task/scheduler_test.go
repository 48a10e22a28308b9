package task_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"vedette/task"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// diary notes when a job ran.
type diary struct {
	began time.Time
	mu    sync.Mutex
	runs  []time.Duration
}

func newDiary() *diary { return &diary{began: time.Now()} }

func (d *diary) note() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.runs = append(d.runs, time.Since(d.began))
}

// run runs jobs for a time of the bubble and returns the scheduler, stopped.
func run(t *testing.T, o task.Options, length time.Duration, jobs ...task.Job) *task.Scheduler {
	t.Helper()
	s, err := task.NewScheduler(o, jobs...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	s.Run(ctx)
	return s
}

func TestRhythm(t *testing.T) {
	hours := func(h ...float64) []time.Duration {
		var d []time.Duration
		for _, n := range h {
			d = append(d, time.Duration(n*float64(time.Hour)))
		}
		return d
	}
	tests := []struct {
		name  string
		delay time.Duration
		take  []time.Duration // of each run; missing: nothing
		want  []time.Duration
	}{
		{"ok/at the start, then each hour", 0, nil, hours(0, 1, 2, 3, 4)},
		{"ok/after a delay", 30 * time.Minute, nil, hours(0.5, 1.5, 2.5, 3.5)},
		{"ok/a run of some time keeps the rhythm", 0, hours(0.5, 0.9), hours(0, 1, 2, 3, 4)},
		{"ok/a run longer than the interval is not overtaken", 0, hours(2.5), hours(0, 3, 4)},
		{"ok/exactly the interval", 0, hours(1, 2), hours(0, 1, 3, 4)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDiary()
				run(t, task.Options{}, 4*time.Hour+time.Minute, task.Job{Name: "j", Every: time.Hour, Delay: tt.delay,
					Run: func(context.Context) error {
						d.note()
						if n := len(d.runs); n <= len(tt.take) {
							time.Sleep(tt.take[n-1])
						}
						return nil
					}})
				if diff := cmp.Diff(tt.want, d.runs); diff != "" {
					t.Errorf("runs (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestFailuresAreCountedAndLoggedOnChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var observed int
		outcomes := []error{errors.New("disk full"), errors.New("disk full"), errors.New("locked"), nil}
		n := 0
		start := time.Now()
		s := run(t, task.Options{Logger: slog.New(slog.NewTextHandler(&log, nil)), Observe: func(string, time.Duration, error) { observed++ }},
			200*time.Minute, task.Job{Name: "j", Every: time.Hour, Run: func(context.Context) error {
				n++
				return outcomes[n-1]
			}})
		want := []task.JobStats{{Name: "j", Runs: 4, Failures: 3, LastSuccess: start.Add(3 * time.Hour)}}
		if diff := cmp.Diff(want, s.Stats()); diff != "" {
			t.Errorf("stats (-want +got):\n%s", diff)
		}
		if got := strings.Count(log.String(), "disk full"); got != 1 || !strings.Contains(log.String(), "works again") || observed != 4 {
			t.Errorf("disk full logged %d times, observed %d runs:\n%s", got, observed, &log)
		}
	})
}

func TestPanicCostsOneRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := run(t, task.Options{}, 90*time.Minute, task.Job{Name: "j", Every: time.Hour, Run: func(context.Context) error { panic("odd") }})
		if got := s.Stats()[0]; got.Runs != 2 || got.Failures != 2 {
			t.Errorf("stats %+v, want two failed runs", got)
		}
	})
}

func TestStopWaitsForTheRunUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		s := run(t, task.Options{}, time.Minute, task.Job{Name: "j", Every: time.Hour, Run: func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(time.Second)
			ended = true
			return ctx.Err()
		}})
		if !ended {
			t.Error("Run returned before the job ended")
		}
		if got := s.Stats()[0]; got.Failures != 0 {
			t.Errorf("stats %+v: a stopped run is no failure", got)
		}
	})
}

func TestJobsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		run(t, task.Options{}, 150*time.Minute,
			task.Job{Name: "slow", Every: time.Hour, Run: func(ctx context.Context) error { <-ctx.Done(); return nil }},
			task.Job{Name: "quick", Every: time.Hour, Run: func(context.Context) error { d.note(); return nil }})
		if len(d.runs) != 3 {
			t.Errorf("the quick job ran %d times, want 3", len(d.runs))
		}
	})
}

func TestNewScheduler(t *testing.T) {
	ok := task.Job{Name: "j", Every: time.Hour, Run: func(context.Context) error { return nil }}
	edit := func(fn func(*task.Job)) task.Job {
		j := ok
		fn(&j)
		return j
	}
	tests := []struct {
		name string
		jobs []task.Job
	}{
		{"ok/none", nil},
		{"ok/two", []task.Job{ok, edit(func(j *task.Job) { j.Name = "k" })}},
		{"fail/same name", []task.Job{ok, ok}},
		{"fail/no name", []task.Job{edit(func(j *task.Job) { j.Name = "" })}},
		{"fail/no function", []task.Job{edit(func(j *task.Job) { j.Run = nil })}},
		{"fail/no interval", []task.Job{edit(func(j *task.Job) { j.Every = 0 })}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := task.NewScheduler(task.Options{}, tt.jobs...); (err != nil) != strings.HasPrefix(tt.name, "fail/") {
				t.Errorf("NewScheduler: %v", err)
			}
		})
	}
}

// Events of known ages pass the 30 days one after the other.
func TestRetention(t *testing.T) {
	tests := []struct {
		name string
		keep time.Duration
		want []int // events left, by day
	}{
		{"ok/violations by default", task.KeepViolations, []int{3, 3, 2, 1, 0}},
		{"ok/as configured", 28 * 24 * time.Hour, []int{2, 1, 0, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const day = 24 * time.Hour
				now := time.Now()
				events := []int64{}
				for _, age := range []time.Duration{28*day + time.Minute, 27*day + time.Minute, 26*day + time.Minute} {
					events = append(events, now.Add(-age).UnixMilli())
				}
				var got []int
				expire := func(_ context.Context, before int64) (int64, error) {
					n := len(events)
					for len(events) > 0 && events[0] < before {
						events = events[1:]
					}
					got = append(got, len(events))
					return int64(n - len(events)), nil
				}
				job := task.Retention{Name: "retention", What: "violations", Keep: tt.keep, Every: day, Expire: expire, Logger: slog.New(slog.DiscardHandler)}.Job()
				run(t, task.Options{}, 4*day+time.Hour, job)
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("events left, by day (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestRetentionSaysWhatFailed(t *testing.T) {
	job := task.Retention{
		Name: "retention", What: "violations", Keep: task.KeepViolations,
		Now:    func() time.Time { return time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC) },
		Expire: func(context.Context, int64) (int64, error) { return 0, errors.New("locked") },
	}.Job()
	err := job.Run(t.Context())
	if err == nil || err.Error() != "expire violations of before 2026-01-01T00:00:00Z: locked" {
		t.Errorf("error %v", err)
	}
}
