package detect_test

import (
	"fmt"
	"math"
	"slices"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
)

// The oracle's kept values: for each thing and series a list, made of the whole
// history, as docs/detection.md has it. It knows nothing of chunks.

// named returns the series that a profile names.
func named(p record.Profile) []metric.Series {
	var list []metric.Series
	for _, b := range p.Behaviors {
		list = append(list, metric.NewSeries(*b.Metric, b.MetricDimension))
	}
	for _, m := range p.Retain {
		list = append(list, metric.NewSeries(*m.Metric, m.MetricDimension))
	}
	return list
}

// exists tells whether a series can have values.
func (w world) exists(s metric.Series) bool {
	info, known := metric.Lookup(s.Metric)
	if !known {
		_, known = w.customs[s.Metric]
	}
	return known && (s.Dimension == "" || info.Dimension && w.filters[s.Dimension])
}

// keeps tells whether values of a series of a thing are kept.
func (w world) keeps(thing string, s metric.Series) bool {
	for name, p := range w.profiles {
		if slices.Contains(named(p), s) && w.exists(s) && w.covers(name, thing) {
			return true
		}
	}
	return false
}

// series returns all that any profile of the history has named.
func (o oracle) series() []metric.Series {
	var list []metric.Series
	for _, it := range o {
		if it.change == nil || it.change.Profile == nil {
			continue
		}
		for _, s := range named(*it.change.Profile) {
			if !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	return list
}

// values returns the values of a series of a thing, as they are to be listed after
// the whole history.
func (o oracle) values(thing string, s metric.Series) []point {
	w := watch{oracle: o, thing: thing}
	b := keeper(s)
	for i, it := range o {
		w.behaviors = append(w.behaviors, nil)
		if i > 0 && it.change == nil {
			w.behaviors[i] = w.behaviors[i-1]
		} else if it.world.keeps(thing, s) {
			w.behaviors[i] = b
		}
	}
	byItem := make(map[int][]point)
	for from := 0; from < len(o); from++ {
		if w.behaviors[from] == nil || from > 0 && w.behaviors[from-1] != nil {
			continue
		}
		to := from
		for to < len(o) && w.behaviors[to] != nil {
			to++
		}
		if isCloud(b) {
			for i, list := range w.keptWindows(from, to) {
				byItem[i] = append(byItem[i], list...)
			}
			continue
		}
		for i := from; i < to; i++ {
			it := o[i]
			if it.report == nil || it.thing != thing || it.repeat {
				continue
			}
			if v, ok := it.world.valueOf(&it.report.Report, b); ok {
				byItem[i] = append(byItem[i], point{it.clock, v.text(it.world.kind(b))})
			}
		}
	}
	var all []point
	for i, it := range o {
		if i > 0 && o[i-1].world.customs[s.Metric] != it.world.customs[s.Metric] {
			all = nil // it was deleted, or has never been
		}
		for _, p := range byItem[i] {
			if n := len(all); n > 0 {
				p.at = max(p.at, all[n-1].at) // the clock was set back
			}
			all = append(all, p)
		}
	}
	return all
}

// keeper is a behavior that no value of a series violates.
func keeper(s metric.Series) *api.Behavior {
	b := &api.Behavior{Name: new("keeper"), Metric: &s.Metric, Criteria: &api.BehaviorCriteria{
		ComparisonOperator: new(api.ComparisonOperatorLessThanEquals), Value: &api.MetricValue{Count: new(int64(math.MaxInt64))},
	}}
	if s.Metric == "aws:source-ip-address" {
		b.Criteria = &api.BehaviorCriteria{ComparisonOperator: new(api.ComparisonOperatorInCidrSet), Value: &api.MetricValue{Cidrs: []string{"0.0.0.0/0", "::/0"}}}
	}
	if s.Dimension != "" {
		b.MetricDimension = &api.MetricDimension{DimensionName: &s.Dimension, Operator: &s.Operator}
	}
	return b
}

// keptWindows returns the values of a spell on a cloud-side metric, by the item that
// brought them.
func (w watch) keptWindows(from, to int) map[int][]point {
	kept := make(map[int][]point)
	w.kept = func(item int, at int64, v value) {
		k := metric.Gauge
		if *w.behaviors[from].Metric == "aws:source-ip-address" {
			k = metric.Addresses
		}
		kept[item] = append(kept[item], point{at, v.text(k)})
	}
	w.cloud(from, to)
	return kept
}

// text returns the value as textOf returns it.
func (v value) text(k metric.Kind) string {
	switch k {
	case metric.Delta, metric.Gauge:
		return fmt.Sprint(*v.count)
	case metric.Number:
		return fmt.Sprint(*v.number)
	case metric.Ports:
		return fmt.Sprint(v.ports)
	case metric.Addresses:
		return fmt.Sprint(v.addrs)
	case metric.Numbers:
		return fmt.Sprint(v.numbers)
	}
	return fmt.Sprint(v.strings)
}

// samePoints tells whether the values are the same. Of several of one time those behind
// the first may be some milliseconds later, and so may the first one of a chunk: chunks begin at
// different times.
func samePoints(got, want []point, first map[int64]bool) bool {
	late := int64(0) // how late the value before was
	for i := range min(len(got), len(want)) {
		crowded := i > 0 && want[i].at <= want[i-1].at+late
		late = got[i].at - want[i].at
		if got[i].text != want[i].text || late < 0 || late > 1000 || late > 0 && !crowded && !first[got[i].at] {
			return false
		}
	}
	return len(got) == len(want)
}

// compareValues returns how the values that the engine has kept differ from the
// oracle's, "" if they do not.
func (o oracle) compareValues(kept valueLog, e *detect.Engine) string {
	things := o.things()
	withOpen := openThings(e, 0, 1+len(things)/4)
	for i := 0; i < len(things); i += 1 + len(things)/25 { // of a crowd some
		thing, hasOpen := things[i], false
		for _, s := range o.series() {
			list := kept[valueKey{thing, s}]
			if open, _, _ := e.OpenChunk(thing, s); open != nil {
				hasOpen = true
				list = append(slices.Clone(list), *open)
			}
			first := make(map[int64]bool)
			for _, c := range list {
				first[c.First] = true
			}
			got, err := pointsOf(list)
			if want := o.values(thing, s); err != nil || !samePoints(got, want, first) {
				return fmt.Sprintf("values of %v of %s (error %v):\n- %v\n+ %v", s, thing, err, want, got)
			}
		}
		if slices.Contains(withOpen, thing) != hasOpen {
			return fmt.Sprintf("open chunks of %s: %t, but the things that have some are %q", thing, hasOpen, withOpen)
		}
	}
	return ""
}

// openThings returns the things that have open chunks with a value of the time from or
// later, so many at a time.
func openThings(e *detect.Engine, from int64, page int) (all []string) {
	after := ""
	for {
		names, _ := e.OpenThings(from, after, page)
		all = append(all, names...)
		if len(names) < page {
			return all
		}
		after = names[len(names)-1]
	}
}
