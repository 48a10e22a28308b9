package detect

import (
	"cmp"
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"

	"vedette/detect/quantile"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// Behaviors with a statistical threshold compare each thing with the fleet. Their
// windows are of the wall clock, as those of cloud-side metrics: when window k has
// closed for all things, the value that each of them had last in it is ranked, and the
// percentile judges the datapoints of window k+1. It comes back in a record, because it
// is of all shards; until then those datapoints wait.

// statistic is what a rule with a statistical threshold knows of its windows, by their
// numbers. Unlike rules it changes.
type statistic struct {
	criteria uint64 // stands for the behavior and its criteria, in all shards
	first    uint32 // the first window that began under the rule: none before it is ranked
	begun    uint32 // windows before this one are closing or closed
	closed   uint32 // those before this one are closed for all things
	settled  uint32 // those before this one have had their threshold, or never will

	criterion criterion // with the threshold of the last settled window as its bound
	known     bool      // there is one

	sketch   quantile.Sketch // values of the window that is closing
	negative uint64          // how many more were negative
	partial  *Partial        // of the last closed window
}

func (e *Engine) newStatistic(r *rule) *statistic {
	b := r.behavior
	key := xxhash.New()
	for _, part := range []string{r.profile, b.name, b.info.Name, b.dimension, b.criteria} {
		_, _ = key.WriteString(part) // never fails
		_, _ = key.Write([]byte{0})
	}
	first := uint32(min((e.clock+b.duration-1)/b.duration, math.MaxUint32))
	sketch := quantile.Sketch{Numbers: b.info.Kind == metric.Number}
	return &statistic{criteria: key.Sum64(), first: first, settled: first, criterion: b.criterion, sketch: sketch}
}

// judges tells whether there is a threshold for the datapoints of window w; waits, that
// there may be one yet.
func (st *statistic) judges(w uint32) (known, waits bool) {
	switch before := w - 1; {
	case w == 0 || before < st.first:
		return false, false
	case before >= st.settled:
		return false, true
	default:
		return st.known && before+1 == st.settled, false
	}
}

// normal tells whether a value is, by the threshold.
func (st *statistic) normal(v *value) bool {
	if v.kind == metric.Number {
		return st.criterion.number(v.number)
	}
	return st.criterion.count(v.count)
}

// bits returns a value as second slots keep it.
func (v *value) bits() int64 {
	if v.kind == metric.Number {
		return int64(math.Float64bits(v.number))
	}
	return v.count
}

// setBits is the reverse of bits.
func (v *value) setBits(kind metric.Kind, bits int64) {
	if v.kind = kind; kind == metric.Number {
		v.number = math.Float64frombits(uint64(bits))
	} else {
		v.count = bits
	}
}

// oldestOpen returns the oldest window of length d that has not closed.
func (e *Engine) oldestOpen(d int64) uint32 {
	ended := (max(0, e.clock-e.grace) + d - 1) / d // windows that end before it are closed
	return uint32(min(max(0, ended-1), math.MaxUint32))
}

// second returns the second slot of the current thing for a rule with a statistic.
func (e *Engine) second(r *rule) *state {
	t := e.things.view(e.current.thing)
	p := e.plans[t.plan]
	return &e.pools[p.slots].edit(t.block)[p.at[p.index[r.id]]+1]
}

// complete takes the current value, a datapoint that was complete at a time, to the
// statistic. The datapoints of a thing are in the order of their windows.
func (e *Engine) complete(r *rule, s *state, at int64) {
	second := e.second(r)
	d := r.behavior.duration
	e.completeIn(r, s, max(windowOf(at, d), e.oldestOpen(d), e.lastWindow(second)))
}

// completeIn does the same for a datapoint of window w.
func (e *Engine) completeIn(r *rule, s *state, w uint32) {
	known, waits := r.statistic.judges(w)
	d := datapoint{at: e.current.at, pos: e.current.pos, value: e.current.value.bits(), window: w, done: !waits}
	if known {
		e.step(r, s, r.statistic.normal(&e.current.value))
	}
	e.rank(r, d)
}

// rank notes the current thing's last datapoint of a window.
func (e *Engine) rank(r *rule, d datapoint) {
	e.openUntil = max(e.openUntil, (int64(d.window)+1)*r.behavior.duration)
	second := e.second(r)
	if d.done && second.flags&queued == 0 && (second.flags&ranked == 0 || second.covered == d.window) {
		*second = state{sum: d.value, covered: d.window, flags: ranked}
		return
	}
	e.scratch = append(e.datapoints(second), d)
	e.remember(second, e.scratch)
}

// earlyRanked gives the verdict on an open window of a cloud-side metric, if the
// threshold is known and the rest of the window cannot change it.
func (e *Engine) earlyRanked(r *rule, s *state) {
	if known, _ := r.statistic.judges(s.covered); known {
		normal := r.statistic.criterion.count(s.sum)
		e.early(r, s, normal, normal != r.statistic.criterion.op.upper())
	}
}

// closeRanked ends an open window of a cloud-side metric: its sum, which is the current
// value, is the datapoint.
func (e *Engine) closeRanked(r *rule, s *state) {
	if s.flags&judged == 0 {
		e.completeIn(r, s, s.covered)
		return
	}
	if s.flags&inAlarm != 0 && !r.statistic.normal(&e.current.value) {
		e.violated(r)
	}
	e.rank(r, datapoint{value: s.sum, window: s.covered, done: true})
}

// eachRanked calls fn for the behaviors with a statistical threshold that apply to a
// thing, which becomes the current one.
func (e *Engine) eachRanked(id uint32, fn func(r *rule, first, second *state)) {
	p, block := e.turnTo(id)
	if len(p.ranked) == 0 {
		return
	}
	slots := e.pools[p.slots].edit(block)
	for _, i := range p.ranked {
		fn(p.rules[i], &slots[p.at[i]], &slots[p.at[i]+1])
	}
}

// gather ranks what a thing had in the windows that end at m. Datapoints that still
// wait for the threshold of the window before are not judged any more.
func (e *Engine) gather(id uint32, m int64) {
	e.eachRanked(id, func(r *rule, _, second *state) {
		if d := r.behavior.duration; m%d == 0 && second.flags != 0 {
			e.gatherOf(r, second, uint32(m/d-1))
		}
	})
}

func (e *Engine) gatherOf(r *rule, second *state, w uint32) {
	list := e.datapoints(second)
	n := 0
	for n < len(list) && list[n].window <= w {
		n++
	}
	if n == 0 {
		return
	}
	if last := &list[n-1]; last.window == w {
		v := &e.current.value
		v.setBits(r.behavior.info.Kind, last.value)
		switch {
		case v.kind != metric.Number:
			r.statistic.sketch.Add(quantile.OfCount(v.count))
		case v.number < 0:
			r.statistic.negative++
		default:
			r.statistic.sketch.Add(quantile.OfNumber(v.number))
		}
	}
	e.remember(second, list[n:])
}

// judgeWaiting judges the datapoints of a thing whose thresholds have come, each with
// its own time and value. Those whose window has none are let go.
func (e *Engine) judgeWaiting(id uint32) {
	cur := &e.current
	came := cur.at
	e.eachRanked(id, func(r *rule, first, second *state) {
		if second.flags&queued != 0 {
			list := e.datapoints(second)
			for i := range list {
				d := &list[i]
				known, waits := r.statistic.judges(d.window)
				if d.done || waits {
					continue
				}
				if d.done = true; known {
					cur.value.setBits(r.behavior.info.Kind, d.value)
					cur.at, cur.origin = d.at, d.pos
					e.step(r, first, r.statistic.normal(&cur.value))
				}
			}
			cur.at, cur.origin = came, 0
			e.remember(second, list)
		}
		if first.flags&opened != 0 && first.flags&judged == 0 {
			e.earlyRanked(r, first)
		}
	})
}

// beginGathering notes that the windows that end at m are closing.
func (e *Engine) beginGathering(m int64) {
	for _, r := range e.statistical {
		if d := r.behavior.duration; m%d == 0 {
			st := r.statistic
			st.begun, st.negative = uint32(m/d), 0
			st.sketch.Reset()
		}
	}
}

// endGathering notes that the windows that end at m have closed for all things.
// Thresholds of the windows before them judge nothing any more.
func (e *Engine) endGathering(m int64) {
	for _, r := range e.statistical {
		d, st := r.behavior.duration, r.statistic
		if m%d != 0 {
			continue
		}
		st.closed = uint32(m / d)
		st.partial = nil
		if w := st.closed - 1; w >= st.first {
			if st.settled < w {
				st.settled, st.known = w, false
			}
			st.partial = st.newPartial(r, m, st.sketch.Append(nil), st.negative)
			e.gathered++
		}
		st.sketch = quantile.Sketch{Numbers: st.sketch.Numbers}
	}
}

func (st *statistic) newPartial(r *rule, end int64, sketch []byte, negative uint64) *Partial {
	return &Partial{
		Profile: r.profile, Behavior: r.behavior.name, End: end, criteria: st.criteria, sketch: sketch, negative: negative,
		percent: r.behavior.percent, side: quantile.Side(r.behavior.criterion.op.upper()),
	}
}

// applyThresholds takes the percentiles of all shards. Those of windows that have
// theirs, or that are over, change nothing.
func (e *Engine) applyThresholds(t *record.Thresholds) {
	taken := false
	for i := range t.List {
		if r := e.ruleWaiting(t.End, &t.List[i]); r != nil {
			e.finishSweep() // which knew nothing of it
			taken = e.applyThreshold(r, t.End, &t.List[i]) || taken
		}
	}
	if taken {
		e.startSweep(settled, e.current.at)
	}
}

// ruleWaiting returns the rule that a threshold is for, nil if that does not wait for
// it.
func (e *Engine) ruleWaiting(end int64, t *record.Threshold) *rule {
	i, found := slices.BinarySearchFunc(e.statistical, t, func(r *rule, t *record.Threshold) int {
		return cmp.Or(cmp.Compare(r.profile, t.Profile), cmp.Compare(r.behavior.name, t.Behavior))
	})
	if !found {
		return nil
	}
	r := e.statistical[i]
	st, d := r.statistic, r.behavior.duration
	w := end/d - 1
	if st.criteria != t.Criteria || end%d != 0 || int64(st.begun) != w+1 || w < int64(st.first) || int64(st.settled) > w {
		return nil
	}
	return r
}

func (e *Engine) applyThreshold(r *rule, end int64, t *record.Threshold) bool {
	st := r.statistic
	if st.partial == nil || st.partial.End != end {
		return false // the snapshot left it out
	}
	st.settled, st.known = st.closed, whyNot(t) == ""
	st.partial.Threshold, st.partial.sketch = t, nil
	said := violation.Threshold{Profile: t.Profile, Behavior: t.Behavior, End: end, N: int64(t.N), Why: whyNot(t)}
	if st.known {
		st.criterion.bound = boundOf(t)
		said.Value = boundValue(st.criterion.bound)
	}
	e.current.fx.Thresholds = append(e.current.fx.Thresholds, said)
	switch said.Why {
	case violation.TooFewThings:
		e.stats.tooFew++
	case violation.NegativeValues:
		e.stats.negative++
	default:
		e.stats.thresholds++
	}
	return true
}
