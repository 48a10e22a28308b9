package detect

import (
	"slices"

	"vedette/metric"
	"vedette/record"
)

// Things of the groups that record.DeltaFromTotals names send totals since their start
// where deltas are asked for. What is judged, kept and exported of them is the difference
// from the thing's last report. A class says whether its things are of such a group.

// deltaMetrics are the metrics that ask for deltas.
var deltaMetrics = [...]metric.ID{metric.AllBytesIn, metric.AllBytesOut, metric.AllPacketsIn, metric.AllPacketsOut}

// fromTotals is what deltas are made with.
type fromTotals struct {
	senders []string           // thing groups, by name; they need not exist
	places  *slab[uint32]      // of each thing in totals, index plus 1, 0: none; things at the end may be missing
	totals  *slab[totalsSoFar] // of things that have reported some since they are in such a group
}

// totalsSoFar is what a thing last reported of each of deltaMetrics.
type totalsSoFar struct {
	counts [len(deltaMetrics)]int64
	since  int64 // when the first of them came, epoch ms
	known  uint8 // bit i: there is one of deltaMetrics[i]
}

func newFromTotals() fromTotals {
	return fromTotals{places: newSlab[uint32](1), totals: newSlab[totalsSoFar](1)}
}

// used returns how many things there are totals of.
func (f *fromTotals) used() int { return int(f.totals.count) - len(f.totals.free) }

// place returns where the totals of a thing are, index plus 1; 0: there are none.
func (f *fromTotals) place(id uint32) uint32 {
	if id >= f.places.count {
		return 0
	}
	return f.places.view(id)[0]
}

// of returns the totals of a thing for writing, made if need be.
func (f *fromTotals) of(id uint32) *totalsSoFar {
	place := f.place(id)
	if place == 0 {
		for f.places.count <= id {
			f.places.add()
		}
		place = f.totals.add() + 1
		f.places.edit(id)[0] = place
	}
	return &f.totals.edit(place - 1)[0]
}

func (f *fromTotals) drop(id uint32) {
	place := f.places.edit(id)
	f.totals.release(place[0] - 1)
	place[0] = 0
}

// makeDeltas replaces the totals of the current report by what has come to them since
// the last one. Without a last one there is no telling: the report is left without that
// metric. A total that is smaller than the last one was begun anew, from zero.
func (e *Engine) makeDeltas(id uint32) {
	r := &e.current.report.Report
	if r.Counted&(1<<len(deltaMetrics)-1) == 0 {
		return
	}
	if e.fromTotals.place(id) == 0 && e.things.totals.view(id)[0].Cumulative() {
		e.sending.converted++
	}
	t := e.fromTotals.of(id)
	if t.known == 0 {
		t.since = e.clock
	}
	for i, m := range deltaMetrics {
		total, ok := r.Count(m)
		if !ok {
			continue
		}
		last, known := t.counts[i], t.known&(1<<i) != 0
		t.counts[i] = total
		t.known |= 1 << i
		switch {
		case !known:
			r.Counted &^= 1 << (m - 1)
		case total >= last:
			r.Counts[m-1] = total - last
		}
	}
}

// changeSenders names the groups anew.
func (e *Engine) changeSenders(c *record.DeltaFromTotals) {
	e.fromTotals.senders = slices.Compact(slices.Sorted(slices.Values(c.Groups)))
	e.findSenders()
}

// sends tells whether the things of a class are in one of the groups, or below one.
func (e *Engine) sends(c *class) bool {
	if len(e.fromTotals.senders) == 0 {
		return false
	}
	for _, g := range c.groups {
		for g := range e.upwards(g) {
			if _, named := slices.BinarySearch(e.fromTotals.senders, e.groups[g].name); named {
				return true
			}
		}
	}
	return false
}

// findSenders says anew of all classes whether their things are in one of the groups.
// Those that left forget their totals.
func (e *Engine) findSenders() {
	left := false
	for i := range e.classes {
		c := &e.classes[i]
		was := c.sendsTotals
		c.sendsTotals = e.sends(c)
		left = left || was && !c.sendsTotals
	}
	if !left {
		return
	}
	for id := range e.fromTotals.places.count {
		e.forgetTotals(id)
	}
}

// forgetTotals drops the totals of a thing, unless it is in one of the groups.
func (e *Engine) forgetTotals(id uint32) {
	if e.fromTotals.place(id) == 0 || e.classes[e.things.view(id).class].sendsTotals {
		return
	}
	e.fromTotals.drop(id)
	if e.things.totals.view(id)[0].Cumulative() {
		e.sending.converted--
	}
}

// DeltasSince returns when the deltas of a thing began to be made from totals, epoch
// milliseconds: values of such metrics up to then, if there are any, are as they were
// reported. 0: they are not made. It may be called at any time.
func (e *Engine) DeltasSince(thing string) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if id, known := e.things.find([]byte(thing)); known {
		if place := e.fromTotals.place(id); place != 0 {
			return e.fromTotals.totals.view(place - 1)[0].since
		}
	}
	return 0
}

// freeze returns the totals as they are now, for reading only.
func (f *fromTotals) freeze() fromTotals {
	return fromTotals{senders: f.senders, places: f.places.freeze(), totals: f.totals.freeze()}
}

// write writes the totals by thing; without any there is no such section.
func (f *fromTotals) write(out *snapshotWriter) {
	n := 0
	for id := range f.places.count {
		if f.place(id) != 0 {
			n++
		}
	}
	if n == 0 {
		return
	}
	out.section(sectionTotals, totalsSize, n)
	for id := range f.places.count {
		place := f.place(id)
		if place == 0 {
			continue
		}
		t := &f.totals.view(place - 1)[0]
		out.uint32(id)
		out.uint32(uint32(t.known))
		out.uint64(uint64(t.since))
		for _, n := range t.counts {
			out.uint64(uint64(n))
		}
	}
}

func (l *loader) totals(size uint32, count uint64) {
	e := l.e
	if !l.check(size == totalsSize && count > 0 && count <= uint64(e.things.len())) {
		return
	}
	next := uint32(0)
	for range count {
		id, known, since := l.in.uint32(), l.in.uint32(), int64(l.in.uint64())
		var counts [len(deltaMetrics)]int64
		for i := range counts {
			counts[i] = int64(l.in.uint64())
			if !l.check(counts[i] >= 0 && (counts[i] == 0 || known&(1<<i) != 0)) {
				return
			}
		}
		if !l.check(id >= next && int(id) < e.things.len() && 0 < known && known < 1<<len(deltaMetrics) && 0 <= since && since <= e.clock) ||
			!l.check(e.classes[e.things.view(id).class].sendsTotals) {
			return
		}
		next = id + 1
		t := e.fromTotals.of(id)
		t.counts, t.since, t.known = counts, since, uint8(known)
	}
}
