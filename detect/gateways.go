package detect

import (
	"math"

	"vedette/record"
)

// A process that connects things may end without a word. Then its things are as of
// when it was last known to live: what it did not count is no datapoint, and their
// absence begins there.

// reprieve is the most that a thing has to come back in, once the end of the process
// that it was connected to is known, before its absence is judged, ms.
const reprieve = 300_000

// applyGateway notes that a process lives, or that processes have ended. What fell
// due before that was known is judged without it, or it would matter whether another
// record came in between.
func (e *Engine) applyGateway(g record.Gateway) {
	switch g.State {
	case record.GatewayGone:
		e.endSessions(func(process uint32) bool { return process == g.Process })
		delete(e.gateways, g.Process)
		return
	case record.GatewayAlone:
		e.endSessions(func(process uint32) bool { return process != g.Process && !record.Elsewhere(process) })
		clear(e.gateways)
	}
	last := max(e.gateways[g.Process], e.current.at)
	if lived := e.livedAt(uint64(g.Process)<<32, e.sweep.at); lived != (last >= e.sweep.at) {
		e.finishSweep() // by what was known when it began
	}
	e.gateways[g.Process] = last
}

// livedAt tells whether the process of a session is known to have lived at a time or
// later. One that never said so is taken to live until it is said to be gone.
func (e *Engine) livedAt(session uint64, at int64) bool {
	last, says := e.gateways[record.SessionProcess(session)]
	return !says || last >= at
}

// endSessions ends the sessions of processes.
func (e *Engine) endSessions(gone func(process uint32) bool) {
	if e.online == 0 {
		return
	}
	e.finishSweep()
	for id := range e.presences.count {
		here := e.presenceOf(id)
		process := record.SessionProcess(here.session)
		if here.flags&online == 0 || !gone(process) {
			continue
		}
		last, says := e.gateways[process]
		if !says {
			last = e.clock
		}
		e.endSession(id, max(last, here.at))
	}
}

// endSession ends the session of a thing as of a time at which its process was last
// known to live. The window that goes on then is no datapoint, for nobody knows what
// was in the rest of it.
func (e *Engine) endSession(id uint32, last int64) {
	here := e.presence(id)
	here.flags &^= online
	here.at = last
	here.lost = uint32(min(max(0, e.current.at-last+999)/1000, math.MaxUint32))
	e.online--
	now := *here
	e.eachCloud(id, func(r *rule, s *state) {
		if r.behavior.windowed() {
			if s.flags&opened != 0 && (int64(s.covered)+1)*r.behavior.duration > last {
				e.abandon(s)
			}
		} else {
			e.await(r, s, now)
		}
	})
}

// abandon forgets an open window that nobody has seen the end of.
func (e *Engine) abandon(s *state) {
	e.forgetList(s)
	s.sum, s.covered = 0, 0
	s.flags &^= opened | judged
}
