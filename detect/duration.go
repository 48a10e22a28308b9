package detect

import (
	"math"

	"vedette/metric"
)

const minute int64 = 60_000

// hour is how often durations are exported of who neither connects nor disconnects.
const hour = 60 * minute

// boundaryEvery is how often disconnect durations are measured, ms.
const boundaryEvery int64 = 300_000

// crossing returns the first whole number of minutes that is not normal; ok is
// false if none is that a clock can reach.
func (c *criterion) crossing() (minutes int64, ok bool) {
	b := c.bound
	if !b.double {
		minutes = b.count
		if c.op == lessThanEquals && minutes < math.MaxInt64 {
			minutes++
		}
	} else {
		if b.number >= maxTime {
			return 0, false
		}
		minutes = int64(math.Ceil(max(b.number, 0)))
		if c.op == lessThanEquals {
			minutes = int64(math.Floor(max(b.number, -1))) + 1
		}
	}
	return max(0, minutes), minutes <= maxTime/minute
}

// measurePresence judges how long the current thing has been disconnected when
// that begins or ends. last tells whether it was the last connection that ended.
func (e *Engine) measurePresence(r *rule, s *state, here presence, last bool) {
	switch {
	case here.flags&online != 0 && e.current.connection.Connected && r.kept != nil:
		e.retainMinutes(r, s, e.clock, 0)
		e.exportCount(r, "", e.clock, 0)
	case last && r.kept != nil:
		e.exportCount(r, "", e.clock, 0)
	case here.flags&online != 0 && e.current.connection.Connected:
		s.flags &^= waiting
		e.duration(r, s, 0)
	case last:
		e.await(r, s, here)
	}
}

// await notes when the current thing, which is away now, will pass the threshold.
func (e *Engine) await(r *rule, s *state, here presence) {
	if minutes, ok := r.behavior.criterion.crossing(); ok && r.kept == nil {
		s.flags |= waiting
		e.crossings.push(crossing{here.passes(minutes), e.current.thing, r.id})
	}
}

// passes returns when a thing that stays away is judged to have passed a threshold.
// One whose process ended has as long as the threshold to come back, once that is
// known, or the reprieve.
func (p *presence) passes(minutes int64) int64 {
	due := p.at + minutes*minute
	if p.lost > 0 {
		due = max(due, p.at+int64(p.lost)*1000+min(minutes*minute, reprieve))
	}
	return due
}

// duration takes a datapoint of aws:disconnect-duration.
func (e *Engine) duration(r *rule, s *state, minutes int64) {
	if s.flags&inAlarm != 0 {
		e.heard(e.episodeOf(e.current.thing, r.id))
	}
	v := &e.current.value
	v.kind, v.count = metric.Gauge, minutes
	e.step(r, s, r.behavior.criterion.count(minutes))
}

// retainMinutes keeps a value of aws:disconnect-duration, of the time at.
func (e *Engine) retainMinutes(r *rule, s *state, at, minutes int64) {
	v := &e.current.value
	v.kind, v.count = metric.Gauge, minutes
	e.retain(r, s, at)
}

// cross judges the thing whose disconnect duration passes its threshold next,
// unless it has connected or the behavior has changed since.
func (e *Engine) cross() {
	c := e.crossings.pop()
	e.catchUp(c.thing)
	at := e.current.at
	e.current.at = c.due
	e.eachCloud(c.thing, func(r *rule, s *state) {
		here := e.presenceOf(c.thing)
		if r.id != c.rule || s.flags&waiting == 0 || here.flags&online != 0 {
			return
		}
		if minutes, _ := r.behavior.criterion.crossing(); here.passes(minutes) == c.due {
			s.flags &^= waiting
			e.duration(r, s, (c.due-here.at)/minute)
		}
	})
	e.current.at = at
}

// measure judges, at the boundary m, a thing that has passed a threshold or is in
// alarm, and keeps how long a thing has been away.
func (e *Engine) measure(id uint32, m int64) {
	here := e.presenceOf(id)
	if here.flags&tracked == 0 {
		return
	}
	e.eachCloud(id, func(r *rule, s *state) {
		if !r.behavior.windowed() {
			e.measureAt(r, s, m, here)
		}
	})
}

func (e *Engine) measureAt(r *rule, s *state, m int64, here presence) {
	if r.kept != nil {
		away := here.flags&online == 0 && m >= here.at
		if away {
			e.retainMinutes(r, s, m, (m-here.at)/minute)
		}
		switch {
		case m%hour != 0:
		case away:
			e.exportCount(r, "", m, (m-here.at)/1000)
		case here.flags&online != 0:
			e.exportCount(r, "", m, 0)
		}
		return
	}
	minutes, ok := r.behavior.criterion.crossing()
	due := here.passes(minutes)
	switch {
	case here.flags&online != 0:
		if s.flags&inAlarm != 0 && e.livedAt(here.session, m) {
			e.duration(r, s, 0)
		}
	case ok && due < m, s.flags&inAlarm != 0 && m >= here.at && !(ok && due == m):
		e.duration(r, s, (m-here.at)/minute)
	}
}

// crossing is when a disconnected thing passes the threshold of a rule.
type crossing struct {
	due         int64 // epoch ms
	thing, rule uint32
}

func (c crossing) before(o crossing) bool {
	if c.due != o.due {
		return c.due < o.due
	}
	if c.thing != o.thing {
		return c.thing < o.thing
	}
	return c.rule < o.rule
}

// crossings is a heap: the next one is the first.
type crossings []crossing

func (h *crossings) push(c crossing) {
	*h = append(*h, c)
	list := *h
	for i := len(list) - 1; i > 0; {
		up := (i - 1) / 2
		if !list[i].before(list[up]) {
			break
		}
		list[i], list[up] = list[up], list[i]
		i = up
	}
}

func (h *crossings) pop() crossing {
	list := *h
	first, last := list[0], len(list)-1
	list[0] = list[last]
	list = list[:last]
	*h = list
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return first
		}
		if down+1 < last && list[down+1].before(list[down]) {
			down++
		}
		if !list[down].before(list[i]) {
			return first
		}
		list[i], list[down] = list[down], list[i]
		i = down
	}
}
