package detect

import (
	"math"
	"net/netip"
	"slices"

	"vedette/metric"
)

// applyReport judges the current report by all behaviors that apply to its
// thing.
func (e *Engine) applyReport() {
	cur := &e.current
	r := &cur.report
	id, known := e.things.find(r.Thing)
	if !known {
		id = e.addThing(r.Thing)
	}
	e.catchUp(id)
	t := e.things.edit(id)
	cur.first = t.flags&reported == 0
	if !cur.first && t.report == r.ID && t.hash == r.Hash {
		e.stats.repeats++
		return
	}
	e.stats.reports++
	e.settle(id, t)
	e.noteTotals(id)
	if e.classes[t.class].sendsTotals {
		e.makeDeltas(id)
	}
	// A step back of the clock loses this report's cover, not those after it.
	cur.cover = max(0, cur.at-t.last)
	cur.thing = id
	t.report, t.hash, t.last = r.ID, r.Hash, cur.at
	t.flags |= reported

	p := e.plans[t.plan]
	if p.slots == 0 {
		return
	}
	e.findCustoms()
	states := e.pools[p.slots].edit(t.block)
	for i, rule := range p.rules {
		switch {
		case rule.behavior.cloud || !e.read(rule):
		case rule.kept != nil:
			e.retain(rule, &states[p.at[i]], e.clock)
			e.export(rule, e.clock)
		default:
			e.judge(rule, &states[p.at[i]])
		}
	}
}

// findCustoms notes where the report has the custom metrics that rules use, so
// that reading one takes no search.
func (e *Engine) findCustoms() {
	cur := &e.current
	cur.serial++
	for i := range cur.report.Custom {
		if n, used := e.customNumbers[string(cur.report.Custom[i].Name)]; used {
			cur.customs[n] = customAt{serial: cur.serial, index: i}
		}
	}
}

// value is a value of a metric: what a report carries for it, or a sum. Only
// the member of its kind is valid. The slices are the report's.
type value struct {
	kind    metric.Kind
	count   int64 // Delta, Gauge
	number  float64
	ports   []uint16
	addrs   []netip.Addr
	strings [][]byte
	numbers []float64
}

// read takes the value of the rule's metric from the report into
// current.value, and tells whether the report has one.
func (e *Engine) read(r *rule) bool {
	report, v, info := &e.current.report, &e.current.value, &r.behavior.info
	v.kind = info.Kind
	switch info.ID {
	case metric.Custom:
		return e.readCustom(r)
	case metric.ListeningTCPPorts:
		v.ports = report.TCPPorts
	case metric.ListeningUDPPorts:
		v.ports = report.UDPPorts
	case metric.DestinationIPAddresses:
		v.addrs = report.Destinations
	default:
		count, ok := report.Count(info.ID)
		v.count = count
		return ok && count >= 0
	}
	return report.Listed&(1<<(info.ID-1)) != 0
}

// readCustom ignores a value of another kind than the metric's type, and one
// that is not finite, which no criterion can be compared with.
func (e *Engine) readCustom(r *rule) bool {
	at := e.current.customs[r.custom]
	if at.serial != e.current.serial {
		return false
	}
	c, v := &e.current.report.Custom[at.index], &e.current.value
	if c.Kind != r.behavior.info.Kind {
		return false
	}
	switch c.Kind {
	case metric.Number:
		v.number = c.Number
		return finite(c.Number)
	case metric.Numbers:
		v.numbers = c.Numbers
		return !slices.ContainsFunc(c.Numbers, func(f float64) bool { return !finite(f) })
	case metric.Strings:
		v.strings = c.Strings
	default:
		v.addrs = c.Addrs
	}
	return true
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// judge judges the value just read, at once or when its window says so.
func (e *Engine) judge(r *rule, s *state) {
	if s.flags&inAlarm != 0 {
		e.heard(e.episodeOf(e.current.thing, r.id))
	}
	v, c := &e.current.value, &r.behavior.criterion
	switch {
	case v.kind == metric.Delta:
		e.addToWindow(r, s)
		return
	case r.statistic != nil:
		e.complete(r, s, e.current.at)
		return
	}
	switch v.kind {
	case metric.Number:
		e.step(r, s, c.number(v.number))
	case metric.Ports:
		e.step(r, s, c.portList(v.ports))
	case metric.Addresses:
		e.step(r, s, c.addressList(v.addrs))
	case metric.Strings:
		e.step(r, s, c.stringList(v.strings))
	case metric.Numbers:
		e.step(r, s, c.numberList(v.numbers))
	default:
		e.step(r, s, c.count(v.count))
	}
}
