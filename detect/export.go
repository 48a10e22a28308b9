package detect

import (
	"maps"
	"slices"

	"vedette/api"
	"vedette/metric"
	"vedette/violation"
)

// Values of series that a profile exports are written into the profile's message as
// they become known. A message goes out when it is full, and when a period is over
// and the windows that end with it are closed for all things: the values of a period
// that is over may lie in several messages, and the first ones of the next period in
// its last.

// DefaultExportInterval is the period of exports until a record changes it, ms.
const DefaultExportInterval = 300_000

// exports is what the engine has of exported metric values.
type exports struct {
	every   int64 // period, ms; a multiple of record.UsageWindow
	due     int64 // the end of the period in which the oldest message was begun, epoch ms
	waiting int   // profiles whose message is not empty
}

// outgoing is the message of a profile that is not full yet. What is in it is never
// changed, so that a snapshot may read it.
type outgoing struct {
	profile, topic string
	payload        []byte // without its end; empty: there are no values
	size           int    // of the payload before, or nearly
}

const (
	exportHead = `{"version":"1.0","metrics":[`
	exportTail = `]}`
)

// exportFor notes the kept rules of the series that a profile exports. was is the
// message of the profile as it was, nil for none.
func (e *Engine) exportFor(p *profile, was *outgoing) {
	p.exports = nil
	p.out = was
	if was != nil && (was.topic != p.topic || was.profile != p.name) {
		e.send(was)
		p.out = nil
	}
	if p.topic == "" {
		return
	}
	if p.out == nil {
		p.out = &outgoing{profile: p.name, topic: p.topic}
	}
	add := func(name *string, d *api.MetricDimension, exported *bool) {
		r := e.kept[metric.NewSeries(api.Value(name), d)]
		if api.Value(exported) && r != nil && !slices.Contains(p.exports, r) {
			p.exports = append(p.exports, r)
		}
	}
	for i := range p.behaviors {
		add(p.behaviors[i].Metric, p.behaviors[i].MetricDimension, p.behaviors[i].ExportMetric)
	}
	for i := range p.retain {
		add(p.retain[i].Metric, p.retain[i].MetricDimension, p.retain[i].ExportMetric)
	}
}

// exportsOf returns where the values of each kept rule go, for the things of a class.
func (e *Engine) exportsOf(c *class, r *reach) map[*rule][]*outgoing {
	if !r.exports {
		return nil
	}
	var to map[*rule][]*outgoing
	for _, p := range e.profilesOf(c, r) {
		for _, r := range p.exports {
			if to == nil {
				to = make(map[*rule][]*outgoing)
			}
			to[r] = append(to[r], p.out)
		}
	}
	return to
}

// export writes the current value of the current thing, of the time at, into the
// messages of the profiles that export it.
func (e *Engine) export(r *rule, at int64) { e.exportAs(r, "", at) }

// exportCount is export for a count that goes by the metric's name and a suffix.
func (e *Engine) exportCount(r *rule, suffix string, at, count int64) {
	v := &e.current.value
	v.kind, v.count = metric.Gauge, count
	e.exportAs(r, suffix, at)
}

func (e *Engine) exportAs(r *rule, suffix string, at int64) {
	for _, out := range e.classes[e.things.view(e.current.thing).class].exports[r] {
		item := e.appendItem(e.current.item[:0], r, suffix, at)
		e.current.item = item
		e.stats.exported++
		if len(exportHead)+len(item)+len(exportTail) >= violation.MaxExport {
			e.stats.unexported++
			continue
		}
		if len(out.payload)+1+len(item)+len(exportTail) >= violation.MaxExport {
			e.send(out)
		}
		if len(out.payload) == 0 {
			e.beginMessage(out)
		} else {
			out.payload = append(out.payload, ',')
		}
		out.payload = append(out.payload, item...)
	}
}

// beginMessage begins the message of a profile.
func (e *Engine) beginMessage(out *outgoing) {
	if e.exports.waiting == 0 {
		e.exports.due = upTo(max(0, e.clock+1-e.grace), e.exports.every)
	}
	e.exports.waiting++
	out.payload = append(make([]byte, 0, max(out.size, 4<<10)), exportHead...)
}

// send hands the message of a profile out, if there is anything in it.
func (e *Engine) send(out *outgoing) {
	if len(out.payload) == 0 {
		return
	}
	payload := append(out.payload, exportTail...)
	e.current.fx.Exports = append(e.current.fx.Exports, violation.Export{Profile: out.profile, Topic: out.topic, Payload: payload})
	out.payload, out.size = nil, min(len(payload)+len(payload)/8, violation.MaxExport)
	e.exports.waiting--
}

// sendAll hands out the messages of all profiles, in the order of their names.
func (e *Engine) sendAll() {
	if e.exports.waiting == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(e.profiles)) {
		if out := e.profiles[name].out; out != nil {
			e.send(out)
		}
	}
}

// endPeriod ends a period of exports. If windows are being closed for all things, the
// end of that is waited for.
func (e *Engine) endPeriod() {
	e.exports.due += e.exports.every
	if e.sweep.what != windowEnd {
		e.sendAll()
	}
}

// setExportInterval changes the period. What has gathered goes out.
func (e *Engine) setExportInterval(every int64) {
	e.sendAll()
	e.exports.every = every
}

// exportWindow exports the window of the current thing that ends at a time, of whose
// value is the current one. Of the sizes of messages that is three values (U68).
func (e *Engine) exportWindow(r *rule, s *state, at int64) {
	all := e.current.sizes
	if all == nil {
		e.export(r, at)
		return
	}
	e.exportCount(r, "-min", at, int64(all.covered))
	e.exportCount(r, "-max", at, s.sum)
	e.exportCount(r, "-total", at, all.sum)
}
