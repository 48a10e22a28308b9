package detect

import (
	"slices"

	"github.com/cespare/xxhash/v2"

	"vedette/api"
	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/violation"
)

// A kept rule keeps the values of a series of the things that it applies to,
// instead of judging them. It is in plans beside the rules that judge, once
// whatever number of profiles name its series.

// kept is what a rule is that keeps.
type kept struct {
	series metric.Series
	kind   chunk.Kind
	salt   uint64 // of the series, to spread where chunks end
	open   int    // chunks of all things
	last   int64  // time of the last value of any thing, epoch ms
	gone   bool   // its custom metric was deleted: what is open is nobody's any more
}

// keptWindow is how long the windows of kept values of cloud-side metrics are, ms.
const keptWindow = 300_000

// slots returns how many slots the state of a rule takes. The last one of a kept rule
// is that of its open chunk; windows of the wall clock have one of their own, and the
// sizes of messages another one. Behind the first of a rule with a statistic is what is
// ranked.
func (r *rule) slots() uint32 {
	switch {
	case r.statistic != nil:
		return 2
	case r.kept == nil || !r.behavior.windowed():
		return 1
	case r.behavior.info.ID == metric.MessageByteSize:
		return 3
	default:
		return 2
	}
}

// keepFor notes the kept rules of the series that a profile names: those of its
// behaviors, and its additional ones.
func (e *Engine) keepFor(p *profile) {
	p.kept = nil
	for i := range p.behaviors {
		e.keep(p, api.Value(p.behaviors[i].Metric), p.behaviors[i].MetricDimension)
	}
	for i := range p.retain {
		e.keep(p, api.Value(p.retain[i].Metric), p.retain[i].MetricDimension)
	}
}

// keep adds a series to those that p names. What does not exist has no values.
func (e *Engine) keep(p *profile, name string, d *api.MetricDimension) {
	series := metric.NewSeries(name, d)
	r := e.kept[series]
	if r == nil {
		e.lastRule++
		if r = e.addKept(e.lastRule, series); r == nil {
			e.lastRule--
			return
		}
	}
	if !slices.Contains(p.kept, r) {
		p.kept = append(p.kept, r)
	}
}

// addKept makes the kept rule of a series, nil if that does not exist.
func (e *Engine) addKept(id uint32, series metric.Series) *rule {
	in := &api.Behavior{Metric: &series.Metric}
	if series.Dimension != "" {
		in.MetricDimension = &api.MetricDimension{DimensionName: &series.Dimension, Operator: &series.Operator}
	}
	k := compiler{in: in, catalog: catalog{&e.config}, out: &Behavior{}}
	k.checkMetric()
	k.checkDimension()
	if len(k.faults) > 0 {
		return nil
	}
	if k.hasWindow() {
		k.out.duration = keptWindow
	}
	if series.Dimension == "" {
		k.out.dimension = ""
	}
	r := &rule{id: id, behavior: k.out, kept: &kept{
		series: series, kind: chunk.KindOf(k.out.info.Kind),
		salt: xxhash.Sum64String(series.Metric + "\x00" + series.Dimension + "\x00" + string(series.Operator)),
	}}
	if k.out.info.ID == metric.Custom {
		r.custom = e.customNumber(k.out.info.Name)
	}
	e.kept[series], e.rules[id], e.keepers[id] = r, r, r
	return r
}

// dropUnnamed takes the kept rules out of force whose series no profile names any
// more. Their open chunks end when their things are laid out anew, or in time.
func (e *Engine) dropUnnamed() {
	named := make(map[*rule]bool)
	for _, p := range e.profiles {
		for _, r := range p.kept {
			named[r] = true
		}
	}
	for _, r := range e.kept {
		if !named[r] {
			e.dropKept(r)
		}
	}
}

// dropKept takes a kept rule out of force.
func (e *Engine) dropKept(r *rule) {
	delete(e.rules, r.id)
	if e.kept[r.kept.series] == r {
		delete(e.kept, r.kept.series)
	}
	if r.kept.open == 0 {
		e.forgetKept(r)
	}
}

// forgetKept forgets a kept rule that is out of force and has no open chunk. States that
// it leaves behind are not known as its own when they go.
func (e *Engine) forgetKept(r *rule) {
	delete(e.keepers, r.id)
	e.open.over = max(e.open.over, r.kept.last)
}

// dropMetric forgets the values of a custom metric that was deleted, and has the
// store do so.
func (e *Engine) dropMetric(name string) {
	for _, r := range e.keepers {
		if r.kept.series.Metric == name {
			r.kept.gone = true
			e.dropKept(r)
		}
	}
	fx := e.current.fx
	fx.Drops = append(fx.Drops, violation.Drop{Metric: name, Chunks: len(fx.Chunks)})
}

// dropDimension takes the kept rules of a dimension that was deleted out of force. What
// they have kept stays.
func (e *Engine) dropDimension(name string) {
	for series, r := range e.kept {
		if series.Dimension == name {
			e.dropKept(r)
		}
	}
}

// keptOf returns the kept rules of profiles, each once, by series.
func keptOf(list []*profile) (rules []*rule) {
	for _, p := range list {
		rules = append(rules, p.kept...)
	}
	slices.SortFunc(rules, func(a, b *rule) int { return a.kept.series.Compare(b.kept.series) })
	return slices.Compact(rules)
}
