package detect

import (
	"math"

	"vedette/metric"
	"vedette/record"
)

// Cloud-side metrics are judged by windows of the wall clock: window k of length
// d is [k·d, (k+1)·d). A thing has one open window for each behavior. It ends
// with the thing's first record of a later one, or when the clock has passed its
// end by the grace.

// counts tells whether behaviors on the metric get a datapoint for each window
// in which the thing was connected, or anything was counted for it.
func (b *Behavior) counts() bool { return b.info.Kind == metric.Counter }

// keepsList tells whether the windows of b have a list of addresses.
func (b *Behavior) keepsList() bool { return b.info.ID == metric.SourceIPAddress }

// windowed tells whether b judges windows of the wall clock.
func (b *Behavior) windowed() bool { return b.cloud && b.duration > 0 }

// applyUsage counts what the gateway has counted for a thing.
func (e *Engine) applyUsage() {
	cur := &e.current
	u := &cur.usage
	id, known := e.things.find(u.Thing)
	if !known {
		if len(e.plans[e.classes[0].plan].cloud) == 0 {
			return // nothing is judged of who nobody knows
		}
		id = e.addThing(u.Thing)
	}
	e.catchUp(id)
	here := e.presence(id)
	if u.Number != 0 && u.Number == here.usage {
		e.stats.repeats++
		return
	}
	here.usage = u.Number
	e.stats.usages++
	e.eachCloud(id, func(r *rule, s *state) { e.use(r, s) })
}

// eachCloud calls fn for the behaviors on cloud-side metrics that apply to a
// thing, which becomes the current one; current.last is a state's last slot meanwhile.
func (e *Engine) eachCloud(id uint32, fn func(*rule, *state)) {
	p, block := e.turnTo(id)
	if len(p.cloud) == 0 {
		return
	}
	states := e.pools[p.slots].edit(block)
	for _, i := range p.cloud {
		slots := p.stateOf(states, i)
		e.current.last, e.current.sizes = &slots[len(slots)-1], nil
		if len(slots) == maxSlots {
			e.current.sizes = &slots[1]
		}
		fn(p.rules[i], &slots[0])
	}
}

// use adds the current usage record to the window of a behavior.
func (e *Engine) use(r *rule, s *state) {
	b, u := r.behavior, &e.current.usage
	if !b.windowed() {
		return
	}
	w := e.windowAt(r, s, min(u.Window, e.current.at))
	e.leave(r, s, w)
	t := u.tallyOf(b)
	switch b.info.ID {
	case metric.NumConnectionAttempts:
		e.count(r, s, w, u.Attempts)
	case metric.NumDisconnects:
		e.count(r, s, w, u.Disconnects)
	case metric.NumMessagesSent:
		e.count(r, s, w, t.Sent)
	case metric.NumMessagesReceived:
		e.count(r, s, w, t.Received)
	case metric.NumAuthorizationFailures:
		e.count(r, s, w, t.Failures)
	case metric.MessageByteSize:
		switch {
		case t.Sent == 0:
		case r.statistic != nil:
			e.count(r, s, w, t.Bytes)
		default:
			e.size(r, s, w, t)
		}
	case metric.SourceIPAddress:
		if b.dimension == "" || t.Sent+t.Received > 0 { // U58
			for _, a := range u.Addrs {
				e.address(r, s, w, a)
			}
		}
	}
}

// usage is a usage record being applied.
type usage struct{ record.Usage }

// tallyOf returns what counts for a behavior.
func (u *usage) tallyOf(b *Behavior) record.Tally {
	if b.dimension == "" {
		return u.Tally
	}
	for i := range u.Dimensions {
		if d := &u.Dimensions[i]; d.NotIn == b.notIn && string(d.Name) == b.dimensionName {
			return d.Tally
		}
	}
	return record.Tally{}
}

// windowOf returns the number of the window of length d that a time is in.
func windowOf(at, d int64) uint32 { return uint32(min(at/d, math.MaxUint32)) }

// windowAt returns the window that counts at a time: its own if that is open,
// else the oldest open one.
func (e *Engine) windowAt(r *rule, s *state, at int64) uint32 {
	d := r.behavior.duration
	w := max(windowOf(at, d), e.oldestOpen(d))
	if s.flags&opened != 0 {
		w = max(w, s.covered)
	}
	if r.kept != nil { // the end of a window comes once
		w = max(w, windowOf(e.current.last.sum, d))
	}
	return w
}

// leave ends an open window that is before w.
func (e *Engine) leave(r *rule, s *state, w uint32) {
	if s.flags&opened != 0 && s.covered < w {
		e.closeWindow(r, s)
	}
}

// enter opens the window w unless it is, and notes that the metric was heard of.
func (e *Engine) enter(r *rule, s *state, w uint32) (first bool) {
	if s.flags&inAlarm != 0 {
		e.heard(e.episodeOf(e.current.thing, r.id))
	}
	if s.flags&opened != 0 {
		return false
	}
	s.sum, s.covered = 0, w
	s.flags |= opened
	e.openUntil = max(e.openUntil, (int64(w)+1)*r.behavior.duration)
	return true
}

func (e *Engine) count(r *rule, s *state, w uint32, n int64) {
	e.enter(r, s, w)
	if s.sum += n; s.sum < 0 { // beyond int64
		s.sum = math.MaxInt64
	}
	if r.statistic != nil {
		e.earlyRanked(r, s)
		return
	}
	normal := r.behavior.criterion.count(s.sum)
	e.early(r, s, normal, normal != r.behavior.criterion.op.upper())
}

// size keeps the largest payload of the window, or the smallest if the bound is
// from below (U13).
func (e *Engine) size(r *rule, s *state, w uint32, t record.Tally) {
	c := &r.behavior.criterion
	first := e.enter(r, s, w)
	if all := e.current.sizes; all != nil {
		if first {
			all.sum, all.covered = 0, math.MaxUint32
		}
		all.sum += min(t.Bytes, math.MaxInt64-all.sum)
		all.covered = min(all.covered, uint32(min(t.Min, math.MaxUint32)))
	}
	switch {
	case c.op.upper() || r.kept != nil:
		s.sum = max(s.sum, t.Max)
	case first:
		s.sum = t.Min
	default:
		s.sum = min(s.sum, t.Min)
	}
	normal := c.count(s.sum)
	e.early(r, s, normal, !normal)
}

// early gives a verdict that the rest of the window cannot change. It is the
// window's one datapoint; the window's end only brings the final value.
func (e *Engine) early(r *rule, s *state, normal, settled bool) {
	if !settled || s.flags&judged != 0 || r.kept != nil {
		return
	}
	e.total(r, s)
	e.step(r, s, normal)
	s.flags |= judged
}

// total makes the window's value the current one, and tells whether it is normal.
func (e *Engine) total(r *rule, s *state) (normal bool) {
	v, c := &e.current.value, &r.behavior.criterion
	v.kind = r.behavior.info.Kind
	if v.kind == metric.Addresses {
		v.addrs = e.addresses.list(e.current.addrs[:0], s.sum)
		e.current.addrs = v.addrs
		return r.kept != nil || c.addressList(v.addrs)
	}
	v.count = s.sum
	return c.count(s.sum)
}

// closeWindow ends the open window of the current thing and a behavior.
func (e *Engine) closeWindow(r *rule, s *state) {
	cur := &e.current
	at := cur.at
	cur.at = (int64(s.covered) + 1) * r.behavior.duration
	if s.flags&inAlarm != 0 {
		e.heard(e.episodeOf(cur.thing, r.id))
	}
	switch normal := e.total(r, s); {
	case r.kept != nil:
		e.retain(r, cur.last, cur.at)
		e.exportWindow(r, s, cur.at)
	case r.statistic != nil:
		e.closeRanked(r, s)
	case s.flags&judged == 0:
		e.step(r, s, normal)
	case !normal && s.flags&inAlarm != 0:
		e.violated(r)
	}
	e.forgetList(s)
	s.sum, s.covered = 0, 0
	s.flags &^= opened | judged
	cur.at = at
}

// closeEnded closes the windows of a thing that end at m or before, and opens the
// next ones if it is connected.
func (e *Engine) closeEnded(id uint32, m int64) {
	here := e.presenceOf(id)
	is := here.flags&online != 0
	lives := !is || e.livedAt(here.session, m)
	e.eachCloud(id, func(r *rule, s *state) {
		if !r.behavior.windowed() {
			return
		}
		w := windowOf(m, r.behavior.duration)
		if !lives {
			if s.flags&opened != 0 && s.covered < w {
				e.abandon(s)
			}
			return
		}
		e.leave(r, s, w)
		if is {
			e.attend(r, s, max(w, s.openWindow()), here)
		}
	})
}

func (s *state) openWindow() uint32 {
	if s.flags&opened != 0 {
		return s.covered
	}
	return 0
}

// attend notes that the current thing was connected in the window w: that is a
// datapoint of everything that is counted, and of its address.
func (e *Engine) attend(r *rule, s *state, w uint32, here presence) {
	switch b := r.behavior; {
	case b.counts():
		e.count(r, s, w, 0)
	case b.info.ID == metric.SourceIPAddress && b.dimension == "" && here.flags&addressed != 0:
		e.address(r, s, w, here.address())
	}
}
