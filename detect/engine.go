// Package detect judges devices: it compiles the behaviors of security profiles
// and turns the records of one shard into violation events (docs/detection.md).
//
// An Engine is a pure function of its records: the same records give the same
// events, however they are batched and however often the engine is restarted
// from a snapshot in between. It never asks for the time; its clock is the
// largest arrival time it has seen.
package detect

import (
	"fmt"
	"sync"
	"time"

	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// Options are what an engine can be told. They must stay the same for the life
// of a log, or a replay may give other events than the first run gave.
type Options struct {
	SilenceAfter time.Duration // an active violation without a datapoint for longer is invalidated; 0: 48 h
}

// DefaultSilenceAfter is the default of Options.SilenceAfter.
const DefaultSilenceAfter = 48 * time.Hour

func (o Options) withDefaults() Options {
	if o.SilenceAfter == 0 {
		o.SilenceAfter = DefaultSilenceAfter
	}
	return o
}

// Engine judges the records of one shard. Its methods may be called from
// several goroutines; records are applied by one at a time, in the log's order.
type Engine struct {
	mu      sync.Mutex
	silence int64 // Options.SilenceAfter in milliseconds

	clock    int64 // largest arrival time seen, epoch ms
	revision int64 // of the last change applied

	things *things
	pools  []*slab[state] // by length of the plan; nil where no plan has that length

	config
	alarms

	current current
	stats   counters
}

// current is the record being applied. The scratch memory lives on.
type current struct {
	at      int64
	pos     uint64
	fx      *violation.Effects
	report  record.Report
	first   bool  // the thing's first report
	cover   int64 // time since the thing's last report, ms
	thing   uint32
	customs []customAt // by custom metric of the rules
	serial  uint64     // of the report, to tell fresh entries of customs
	value   value
	order   []uint32 // scratch for violations that a change ends
}

// customAt is where the current report has a custom metric.
type customAt struct {
	serial uint64
	index  int
}

// maxTime bounds arrival times, so that sums of times cannot overflow. It is
// far beyond the year 100,000.
const maxTime = 1 << 52

// New returns an engine that has seen nothing.
func New(o Options) *Engine {
	return &Engine{
		silence: o.withDefaults().SilenceAfter.Milliseconds(),
		things:  newThings(),
		config:  newConfig(),
		alarms:  newAlarms(),
	}
}

// Apply judges one record and appends what it brought about to fx. An error
// says that the record is damaged or of a kind that this release does not know;
// it is to be skipped, and the engine is as it was. Nothing of r is kept.
//
// Deadlines that r's arrival time has passed are dealt with first, so that it
// makes no difference whether a tick came before.
func (e *Engine) Apply(r *record.Record, fx *violation.Effects) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var change *record.Change
	err := checkTime(r.At)
	switch {
	case err != nil:
	case r.Kind == record.KindReport:
		if err = e.current.report.Decode(r.Body); err == nil {
			err = metric.CheckThing(e.current.report.Thing)
		}
	case r.Kind == record.KindChange:
		change, err = decodeChange(r.Body)
	case r.Kind != record.KindTick:
		err = fmt.Errorf("records of kind %d are not known to this release", r.Kind)
	}
	if err != nil {
		e.stats.damaged++
		return fmt.Errorf("apply record %d: %w", r.Pos, err)
	}

	e.current.at, e.current.pos, e.current.fx = r.At, r.Pos, fx
	e.advance(r.At)
	switch r.Kind {
	case record.KindReport:
		e.applyReport()
	case record.KindChange:
		e.applyChange(change)
	}
	e.current.fx = nil
	return nil
}

func checkTime(at int64) error {
	if at < 0 || at > maxTime {
		return fmt.Errorf("arrival time %d is out of range", at)
	}
	return nil
}

// Due returns when a tick is needed if no other record comes, epoch
// milliseconds; 0 when nothing is due.
func (e *Engine) Due() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.oldest == 0 {
		return 0
	}
	return e.deadline(e.oldest) + 1
}

// advance moves the clock and deals with what has fallen due on the way.
func (e *Engine) advance(at int64) {
	if at <= e.clock {
		return
	}
	for e.oldest != 0 && e.deadline(e.oldest) < at {
		e.invalidateSilent(e.oldest)
	}
	e.clock = at
}

// pool returns the states of plans with n behaviors.
func (e *Engine) pool(n int) *slab[state] {
	for len(e.pools) <= n {
		e.pools = append(e.pools, nil)
	}
	if e.pools[n] == nil {
		e.pools[n] = newSlab[state](n)
	}
	return e.pools[n]
}
