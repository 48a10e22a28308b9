package detect

import (
	"encoding/hex"

	"vedette/api"
	"vedette/violation"
)

// episode is an active violation. It has no pointers.
type episode struct {
	id      [16]byte
	thing   uint32
	rule    uint32
	heard   int64  // engine's clock when the thing last reported the metric
	written int64  // time of the last update, epoch ms
	older   uint32 // neighbours in the order of heard, as index plus 1; 0: none
	newer   uint32
}

func (ep *episode) hexID() string { return hex.EncodeToString(ep.id[:]) }

// alarms holds the active violations. They are in a list by the time they were
// last heard of: all have the same time to fall silent in, so the head of the
// list is always the next one due.
type alarms struct {
	episodes *slab[episode]
	byPair   map[uint64]uint32 // thing and rule → index plus 1
	oldest   uint32            // index plus 1; 0: the list is empty
	newest   uint32
	mark     uint32                      // the newest one that was heard of by the clock of the sweep, or 0
	marking  bool                        // what is heard of now is heard of by the clock of the sweep
	withheld map[uint32]violation.Update // by index plus 1
}

func newAlarms() alarms {
	return alarms{
		episodes: newSlab[episode](1),
		byPair:   make(map[uint64]uint32),
		withheld: make(map[uint32]violation.Update),
	}
}

func pair(thing, rule uint32) uint64 { return uint64(thing)<<32 | uint64(rule) }

// episode returns the active violation i (index plus 1) for writing.
func (a *alarms) episode(i uint32) *episode { return &a.episodes.edit(i - 1)[0] }

// peek returns the active violation i for reading.
func (a *alarms) peek(i uint32) *episode { return &a.episodes.view(i - 1)[0] }

// episodeOf returns the active violation of a thing and a rule, 0 if there is none.
func (a *alarms) episodeOf(thing, rule uint32) uint32 { return a.byPair[pair(thing, rule)] }

// begin adds an active violation.
func (a *alarms) begin(thing, rule uint32, id [16]byte, at, clock int64) {
	i := a.episodes.add() + 1
	*a.episode(i) = episode{id: id, thing: thing, rule: rule, heard: clock, written: at}
	a.byPair[pair(thing, rule)] = i
	a.link(i)
}

// forget removes the active violation i.
func (a *alarms) forget(i uint32) {
	ep := a.episode(i)
	delete(a.byPair, pair(ep.thing, ep.rule))
	delete(a.withheld, i)
	a.unlink(i)
	a.episodes.release(i - 1)
}

// link puts the active violation i behind those heard of before it.
func (a *alarms) link(i uint32) {
	older := a.newest
	if a.marking {
		older, a.mark = a.mark, i
	}
	newer := &a.oldest
	if older != 0 {
		newer = &a.episode(older).newer
	}
	ep := a.episode(i)
	ep.older, ep.newer = older, *newer
	*newer = i
	if ep.newer != 0 {
		a.episode(ep.newer).older = i
	} else {
		a.newest = i
	}
}

func (a *alarms) unlink(i uint32) {
	ep := a.episode(i)
	if a.mark == i {
		a.mark = ep.older
	}
	if ep.older != 0 {
		a.episode(ep.older).newer = ep.newer
	} else {
		a.oldest = ep.newer
	}
	if ep.newer != 0 {
		a.episode(ep.newer).older = ep.older
	} else {
		a.newest = ep.older
	}
}

// heard notes that the thing of the active violation i has reported its metric.
func (e *Engine) heard(i uint32) {
	e.unlink(i)
	e.episode(i).heard = e.clock
	e.link(i)
}

// deadline is when the active violation i will have been silent for as long as
// it may; it is invalidated when the clock is past it.
func (e *Engine) deadline(i uint32) int64 { return e.peek(i).heard + e.silence }

// fall ends the active violation i, whose deadline has passed, unless its thing has
// been heard of since in what the sweep has yet to do.
func (e *Engine) fall(i uint32) {
	if thing := e.peek(i).thing; e.behind(thing) {
		e.catchUp(thing)
		return // another one may be the oldest now
	}
	e.invalidateSilent(i)
}

// invalidateSilent ends the active violation i at its deadline. What is known
// of the thing's behavior is forgotten: it begins anew.
func (e *Engine) invalidateSilent(i uint32) {
	ep := *e.peek(i)
	t := e.things.view(ep.thing)
	p := e.plans[t.plan]
	slots := p.stateOf(e.pool(p.slots).edit(t.block), p.index[ep.rule])
	for i := range slots {
		e.forgetList(&slots[i])
	}
	clear(slots)
	e.end(i, e.rules[ep.rule], ending{
		event: api.ViolationEventTypeAlarmInvalidated, time: e.deadline(i), alert: true,
	})
}
