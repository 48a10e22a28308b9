package detect

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"

	"vedette/metric"
	"vedette/record"
)

// ThingState is what things can be searched by.
type ThingState uint8

// The states of things. One has been seen if it has connected or had a report accepted.
const (
	AnyThing          ThingState = iota
	ThingConnected               // it is connected
	ThingDisconnected            // it has been, and is not
	ThingReporting               // its last report is of ThingQuery.Since or later
	ThingSilent                  // seen, and not reporting
	ThingInAlarm                 // it has active violations
	ThingUnregistered
)

// ThingQuery says which things to find. An engine knows all that are registered, and
// others once they have connected, reported, or been refused.
type ThingQuery struct {
	State  ThingState
	Since  int64  // of ThingReporting and ThingSilent, epoch ms
	Prefix string // of the name; empty: any
	Group  string // they are in it or in a group below it; empty: any

	ByReport   bool // in the order of the last report, and only then of the name
	Descending bool
	After      *ThingKey // nil: from the first
	Limit      int       // at most so many
}

// ThingKey is the place of a thing in the lists.
type ThingKey struct {
	Report int64  `json:"report,omitempty"` // arrival of its last report, epoch ms; 0: none
	Name   string `json:"name"`
}

// compare returns the order of two places in the lists of q.
func (q *ThingQuery) compare(report int64, name []byte, k *ThingKey) int {
	c := 0
	if q.ByReport {
		c = cmp.Compare(report, k.Report)
	}
	switch {
	case c != 0:
	case string(name) < k.Name:
		c = -1
	case string(name) > k.Name:
		c = 1
	}
	if q.Descending {
		return -c
	}
	return c
}

// Compare returns the order of two things in the lists of q.
func (q *ThingQuery) Compare(a, b *ThingKey) int { return q.compare(a.Report, []byte(a.Name), b) }

// ThingStatus is what there is to say of a thing in a list.
type ThingStatus struct {
	ThingKey
	Registered, Connected bool
	Violations            int // that are active
}

// thingSlice is how many things, or violations, FindThings looks at before it lets a
// record through: some 0.2 ms.
const thingSlice = 4096

// FindThings returns the things that q asks for. It looks at all things: names are in no
// order here, and an index of them would make every new thing dearer. A thing that
// reports while it looks may come in a list by reports where it was before.
func (e *Engine) FindThings(q ThingQuery) []ThingStatus {
	s := &thingSearch{ThingQuery: &q, engine: e}
	if q.State == ThingInAlarm {
		for some := range slices.Chunk(e.inAlarm(), thingSlice) {
			s.look(some)
		}
	} else {
		for at := uint32(0); s.lookFrom(at); at += thingSlice {
		}
	}
	return s.end()
}

// inAlarm returns the things that have active violations.
func (e *Engine) inAlarm() (list []uint32) {
	seen := make(map[uint32]bool)
	look := func(at uint32) (more bool) {
		e.mu.Lock()
		defer e.mu.Unlock()
		end := min(at+thingSlice, e.episodes.count)
		for ; at < end; at++ {
			ep := e.peek(at + 1)
			if !seen[ep.thing] && e.episodeOf(ep.thing, ep.rule) == at+1 {
				seen[ep.thing] = true
				list = append(list, ep.thing)
			}
		}
		return at < e.episodes.count
	}
	for at := uint32(0); look(at); at += thingSlice {
	}
	return list
}

// thingSearch is a FindThings under way.
type thingSearch struct {
	*ThingQuery
	engine *Engine

	found []foundThing
	bound *ThingKey // what is behind it is not among the first; nil: all may be

	inGroup  map[uint32]bool // groups that count, as of revision
	revision int64
}

// foundThing is a thing that may be one of the first. Its name stays where it is, its
// last report does not.
type foundThing struct {
	report int64
	id     uint32
}

// lookFrom looks at some things and tells whether there are more.
func (s *thingSearch) lookFrom(at uint32) (more bool) {
	e := s.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	end := min(at+thingSlice, uint32(e.things.len()))
	s.begin()
	for ; at < end; at++ {
		s.consider(at)
	}
	return at < uint32(e.things.len())
}

func (s *thingSearch) look(ids []uint32) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	s.begin()
	for _, id := range ids {
		s.consider(id)
	}
}

// begin finds out which groups count, unless that is known.
func (s *thingSearch) begin() {
	e := s.engine
	if s.Group == "" || s.inGroup != nil && s.revision == e.revision {
		return
	}
	s.inGroup, s.revision = map[uint32]bool{}, e.revision
	root, ok := e.groupIndex[s.Group]
	if !ok {
		return
	}
	for id := range uint32(len(e.groups)) {
		at := id
		for at != 0 && at != root && !e.groups[at].deleted {
			at = e.groups[at].parent
		}
		if at == root {
			s.inGroup[id] = true
		}
	}
}

// consider takes a thing if it is one of those asked for.
func (s *thingSearch) consider(id uint32) {
	e := s.engine
	t, name := e.things.view(id), e.things.name(id)
	switch {
	case len(name) < len(s.Prefix) || string(name[:len(s.Prefix)]) != s.Prefix,
		s.bound != nil && s.compare(t.last, name, s.bound) >= 0,
		s.After != nil && s.compare(t.last, name, s.After) <= 0,
		!s.is(id, t), !s.member(t):
		return
	}
	s.found = append(s.found, foundThing{t.last, id})
	if len(s.found) >= 2*s.Limit {
		s.cut()
	}
}

// is tells whether a thing is known and has the state asked for.
func (s *thingSearch) is(id uint32, t *thing) bool {
	e := s.engine
	registered, reports := e.classes[t.class].registered, t.flags&reported != 0
	switch s.State {
	case AnyThing:
		return registered || reports || e.presenceOf(id).known()
	case ThingConnected:
		return e.presenceOf(id).flags&online != 0
	case ThingDisconnected:
		return e.presenceOf(id).flags&(tracked|online) == tracked
	case ThingReporting:
		return reports && t.last >= s.Since
	case ThingSilent:
		return (!reports || t.last < s.Since) && (reports || e.presenceOf(id).flags&tracked != 0)
	case ThingUnregistered:
		return !registered && (reports || e.presenceOf(id).known())
	}
	return true // of those in alarm
}

// known tells whether anything was heard of the thing's connections, be it that they
// were refused.
func (p presence) known() bool { return p.flags&tracked != 0 || p.usage != 0 }

// member tells whether a thing is in one of the groups that count.
func (s *thingSearch) member(t *thing) bool {
	return s.Group == "" || slices.ContainsFunc(s.engine.classes[t.class].groups, func(g uint32) bool { return s.inGroup[g] })
}

// cut leaves the first ones.
func (s *thingSearch) cut() {
	names := s.engine.things
	slices.SortFunc(s.found, func(a, b foundThing) int {
		c := bytes.Compare(names.name(a.id), names.name(b.id))
		if s.ByReport {
			c = cmp.Or(cmp.Compare(a.report, b.report), c)
		}
		if s.Descending {
			return -c
		}
		return c
	})
	if len(s.found) >= s.Limit {
		s.found = s.found[:s.Limit]
		last := s.found[s.Limit-1]
		s.bound = &ThingKey{last.report, string(names.name(last.id))}
	}
}

// end returns what was found.
func (s *thingSearch) end() []ThingStatus {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	s.cut()
	list := make([]ThingStatus, len(s.found))
	for i, f := range s.found {
		list[i] = s.engine.status(f.id)
		list[i].Report = f.report
	}
	return list
}

func (e *Engine) status(id uint32) ThingStatus {
	t := e.things.view(id)
	st := ThingStatus{ThingKey: ThingKey{t.last, string(e.things.name(id))}, Registered: e.classes[t.class].registered, Connected: e.presenceOf(id).flags&online != 0}
	for _, en := range e.plans[t.plan].entries {
		if e.episodeOf(id, en.rule) != 0 {
			st.Violations++
		}
	}
	return st
}

// ThingDetail is all that an engine knows of a thing.
type ThingDetail struct {
	ThingStatus
	Tracked bool       // it has been seen connected
	Here    bool       // by this deployment, not a broker elsewhere
	Since   int64      // it has been connected, or has not been, epoch ms; 0 if not Tracked
	Addr    netip.Addr // that it last connected from; the zero Addr: not known
	Open    []OpenSeries
}

// OpenSeries is a series of a thing that has values in memory.
type OpenSeries struct {
	Series metric.Series
	Last   int64 // time of the newest value, epoch ms
}

// Thing returns what is known of a thing, and the place of the last record applied by
// then, as OpenChunk does; known is false if that is nothing.
func (e *Engine) Thing(name string) (d ThingDetail, pos uint64, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	id, found := e.things.find([]byte(name))
	if !found {
		return d, e.current.pos, false
	}
	d.ThingStatus = e.status(id)
	t, here := e.things.view(id), e.presenceOf(id)
	if d.Tracked = here.flags&tracked != 0; d.Tracked {
		d.Here, d.Since = !record.Elsewhere(record.SessionProcess(here.session)), here.at
	}
	if here.flags&addressed != 0 {
		d.Addr = here.address()
	}
	p := e.plans[t.plan]
	for place, en := range p.entries {
		r := e.keepers[en.rule]
		if r == nil || r.kept.gone {
			continue
		}
		slots := p.stateOf(e.pools[p.slots].view(t.block), place)
		if i := e.open.of(&slots[len(slots)-1], id, en.rule); i != 0 {
			d.Open = append(d.Open, OpenSeries{r.kept.series, e.open.peek(i).state.Last()})
		}
	}
	return d, e.current.pos, d.Registered || t.flags&reported != 0 || here.known()
}
