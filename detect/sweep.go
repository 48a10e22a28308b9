package detect

// A sweep does to all things what has fallen due for all: windows have ended, or
// disconnect durations are measured, or thresholds have come. Fleets are large, so it comes in slices: the
// first one at once, then one before the first record of each message of the log.
//
// How it is sliced makes no difference to what is judged. What concerns a thing that
// the sweep has not come to takes the thing's turn first, by the clock that the sweep
// began with; what concerns all things takes the sweep to its end first. Where a
// slice ends follows from the records, so that a replay gives each event at the same
// place of the log.

// sweep is the one under way, if any.
type sweep struct {
	what  event  // boundary, windowEnd or settled; nothing: none is under way
	at    int64  // the boundary, the end of the windows, or when the thresholds came, epoch ms
	clock int64  // when it fell due
	next  uint32 // thing; the sweep has been at those before it
	end   uint32 // things from this one on are newer than the sweep
}

// defaultSteps is the default of Options.SliceSteps; effectSteps is what an event, an
// update or a chunk takes of them, valueSteps what a kept value does.
const (
	defaultSteps = 1 << 13
	effectSteps  = 1 << 6
	valueSteps   = 1 << 1
)

// Sweeping tells whether something that has fallen due is not done for all things
// yet. Each message of the log takes it a slice further, also one that is but a tick.
func (e *Engine) Sweeping() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sweep.what != nothing
}

// startSweep begins a sweep. The one before it ends now.
func (e *Engine) startSweep(what event, at int64) {
	e.finishSweep()
	e.sweep = sweep{what: what, at: at, clock: e.clock, end: uint32(e.things.len())}
	e.mark = e.newest
	if what == windowEnd {
		e.beginGathering(at)
		if e.online == 0 && at > e.openUntil {
			e.sweep.next = e.sweep.end // nothing is open
		}
	}
	e.slice(e.steps)
}

// inMessage takes the sweep a slice further if the current record is the first one
// of its message.
func (e *Engine) inMessage(seq uint64) {
	if seq != e.message {
		e.message = seq
		e.slice(e.steps)
	}
}

// finishSweep takes the sweep to its end.
func (e *Engine) finishSweep() {
	for e.sweep.what != nothing {
		e.slice(defaultSteps)
	}
}

// slice takes the sweep a number of steps further. A thing is one step, each of its
// behaviors on cloud-side metrics another one, each effect effectSteps.
func (e *Engine) slice(steps int) {
	s, fx := &e.sweep, e.current.fx
	if s.what == nothing {
		return
	}
	for ; s.next < s.end && steps > 0; s.next++ {
		steps--
		t := e.things.view(s.next)
		if t.flags&ahead != 0 {
			e.things.edit(s.next).flags &^= ahead
		} else if n := e.plans[e.classes[t.class].plan].swept(s.what); n > 0 {
			said, kept := fx.Len(), e.stats.values+e.stats.exported
			e.reach(s.next)
			said = fx.Len() - said
			steps -= n + effectSteps*said + valueSteps*int(e.stats.values+e.stats.exported-kept)
		}
	}
	if s.next == s.end {
		e.endSweep()
	}
}

// endSweep notes that the sweep has been at all things. If it was about windows, they
// have closed for all of them.
func (e *Engine) endSweep() {
	s := e.sweep
	e.sweep = sweep{}
	if s.what != windowEnd {
		return
	}
	e.endGathering(s.at)
	if s.at%e.exports.every == 0 {
		e.sendAll()
	}
}

// behind tells whether the sweep has yet to come to a thing.
func (e *Engine) behind(id uint32) bool {
	s := &e.sweep
	return s.what != nothing && s.next <= id && id < s.end && e.things.view(id).flags&ahead == 0
}

// catchUp brings a thing to where it is after the sweep. It comes before all that
// concerns the thing.
func (e *Engine) catchUp(id uint32) {
	if e.behind(id) {
		e.reach(id)
		e.things.edit(id).flags |= ahead
	}
}

// reach does to a thing what the sweep is about.
func (e *Engine) reach(id uint32) {
	s, at, clock := &e.sweep, e.current.at, e.clock
	e.current.at, e.clock, e.marking = s.at, s.clock, true
	switch s.what {
	case windowEnd:
		e.closeEnded(id, s.at)
		e.gather(id, s.at)
	case settled:
		e.judgeWaiting(id)
	default:
		e.measure(id, s.at)
	}
	e.current.at, e.clock, e.marking = at, clock, false
}
