package detect

import (
	"cmp"
	"math"
	"slices"

	"vedette/record"
)

// What falls due as time passes. Of what is due at the same time the first one
// here comes first.
type event uint8

const (
	nothing   event = iota
	fallen          // a violation has been silent for too long
	crossed         // a disconnect duration passes its threshold
	boundary        // disconnect durations are measured
	windowEnd       // windows have ended, and the grace is over
	periodEnd       // exported values go out
	chunkEnd        // an open chunk has ended that nothing was added to (sealSilent)
	settled         // statistical thresholds have come; never due by time
)

// maxCatchUp bounds for how long a jump of the clock is made up for, window by
// window, ms. What is further back was with nobody listening.
const maxCatchUp = 14 * 24 * 3_600_000

// Due returns when a tick is needed if no other record comes, epoch
// milliseconds; 0 when nothing is due.
func (e *Engine) Due() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	what, due := e.next()
	if i := e.open.oldest; i != 0 {
		if end := e.open.peek(i).first + endAfter; what == nothing || end < due {
			what, due = chunkEnd, end
		}
	}
	switch {
	case e.sweep.what != nothing:
		return e.clock + 1
	case what == nothing:
		return 0
	}
	return max(due, e.clock) + 1
}

// next returns what falls due next, and when.
func (e *Engine) next() (what event, due int64) {
	due = math.MaxInt64
	take := func(w event, at int64) {
		if at < due {
			what, due = w, at
		}
	}
	if e.oldest != 0 {
		take(fallen, e.deadline(e.oldest))
	}
	if len(e.crossings) > 0 {
		take(crossed, e.crossings[0].due)
	}
	if e.durations > 0 && e.tracked > 0 {
		if e.boundary < e.clock {
			e.boundary = upTo(e.clock, boundaryEvery)
		}
		take(boundary, e.boundary)
	}
	if e.windows > 0 {
		if e.closing+e.grace < e.clock {
			e.closing = upTo(e.clock-e.grace, record.UsageWindow)
		}
		if e.online > 0 || e.closing <= e.openUntil || len(e.statistical) > 0 {
			take(windowEnd, e.closing+e.grace)
		}
	}
	if e.exports.waiting > 0 {
		take(periodEnd, e.exports.due+e.grace)
	}
	return what, due
}

// upTo returns the first multiple of step that is not below t.
func upTo(t, step int64) int64 { return (max(t, 0) + step - 1) / step * step }

// advance moves the clock and deals with what has fallen due on the way, in the
// order of time.
func (e *Engine) advance(at int64) {
	if at <= e.clock {
		return
	}
	if from := at - maxCatchUp; from > e.clock {
		e.boundary = max(e.boundary, upTo(from, boundaryEvery))
		e.closing = max(e.closing, upTo(from, record.UsageWindow))
	}
	for {
		what, due := e.next()
		if e.sweep.what != nothing && min(due, at) >= e.sweep.clock+e.silence {
			e.finishSweep() // what it hears of now may have been silent for too long since
			continue
		}
		if what == nothing || due >= at {
			break
		}
		e.clock = max(e.clock, due)
		switch what {
		case fallen:
			e.fall(e.oldest)
		case crossed:
			e.cross()
		case boundary:
			e.boundary += boundaryEvery
			e.startSweep(boundary, e.boundary-boundaryEvery)
		case windowEnd:
			e.closing += record.UsageWindow
			e.startSweep(windowEnd, e.closing-record.UsageWindow)
		case periodEnd:
			e.endPeriod()
		}
	}
	e.clock = at
}

// countRules notes how many rules there are that need something to be done as
// time passes.
func (e *Engine) countRules() {
	e.windows, e.durations, e.statistical = 0, 0, nil
	for _, r := range e.rules {
		switch b := r.behavior; {
		case r.statistic != nil:
			e.windows++
			e.statistical = append(e.statistical, r)
		case b.unjudged != "" || !b.cloud:
		case b.windowed():
			e.windows++
		default:
			e.durations++
		}
	}
	slices.SortFunc(e.statistical, func(a, b *rule) int {
		return cmp.Or(cmp.Compare(a.profile, b.profile), cmp.Compare(a.behavior.name, b.behavior.name))
	})
}
