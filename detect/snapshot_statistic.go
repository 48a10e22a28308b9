package detect

import (
	"math"

	"vedette/detect/quantile"
	"vedette/metric"
	"vedette/record"
)

// snapshotStatistic is what a rule with a statistical threshold knows of its windows.
type snapshotStatistic struct {
	Rule    uint32 `json:"rule"`
	First   uint32 `json:"first"`
	Begun   uint32 `json:"begun"`
	Closed  uint32 `json:"closed"`
	Settled uint32 `json:"settled"`

	Count  *int64   `json:"count,omitempty"` // the threshold
	Number *float64 `json:"number,omitempty"`

	Partial  *snapshotPartial `json:"partial,omitempty"`
	Sketch   []byte           `json:"sketch,omitempty"` // only while windows are closing
	Negative uint64           `json:"negative,omitempty"`

	sketch *quantile.Sketch
}

type snapshotPartial struct {
	End       int64             `json:"end"`
	Threshold *record.Threshold `json:"threshold,omitempty"`
	Sketch    []byte            `json:"sketch,omitempty"`
	Negative  uint64            `json:"negative,omitempty"`
}

// freezeStatistics copies what all rules with a statistical threshold know.
func (e *Engine) freezeStatistics() []snapshotStatistic {
	list := make([]snapshotStatistic, len(e.statistical))
	for i, r := range e.statistical {
		st := r.statistic
		s := &list[i]
		*s = snapshotStatistic{Rule: r.id, First: st.first, Begun: st.begun, Closed: st.closed, Settled: st.settled, Negative: st.negative}
		if b := st.criterion.bound; st.known && b.double {
			s.Number = &b.number
		} else if st.known {
			s.Count = &b.count
		}
		if p := st.partial; p != nil {
			s.Partial = &snapshotPartial{p.End, p.Threshold, p.sketch, p.negative}
		}
		if e.sweep.what == windowEnd {
			s.sketch = st.sketch.Clone()
		}
	}
	return list
}

// statisticsJSON returns them as they are written.
func (s *Snapshot) statisticsJSON() []snapshotStatistic {
	for i := range s.statistics {
		if st := &s.statistics[i]; st.sketch != nil {
			st.Sketch = st.sketch.Append(nil)
		}
	}
	return s.statistics
}

// writeWaiting writes the lists of datapoints: an item that is the length, then the
// datapoints, the oldest first.
func (s *Snapshot) writeWaiting(out *snapshotWriter) {
	lists := waits{s.waits}
	var list []datapoint
	items := 0
	s.eachList(queued, func(head int64) { items += 1 + len(lists.list(list[:0], head)) })
	out.section(sectionWaiting, waitingSize, items)
	s.eachList(queued, func(head int64) {
		list = lists.list(list[:0], head)
		out.uint64(uint64(len(list)))
		for range waitingSize/8 - 1 {
			out.uint64(0)
		}
		for i := len(list) - 1; i >= 0; i-- {
			d := &list[i]
			out.uint64(uint64(d.at))
			out.uint64(d.pos)
			out.uint64(uint64(d.value))
			out.uint32(d.window)
			out.uint32(uint32(btoi(d.done)))
		}
	})
}

func (l *loader) statistics(list []snapshotStatistic) {
	for i := range list {
		s := &list[i]
		r := l.e.rules[s.Rule]
		if !l.check(r != nil && r.statistic != nil && (s.Count == nil || s.Number == nil)) {
			return
		}
		st := r.statistic
		st.first, st.begun, st.closed, st.settled, st.negative = s.First, s.Begun, s.Closed, s.Settled, s.Negative
		if st.known = s.Count != nil || s.Number != nil; st.known {
			st.criterion.bound = boundOf(&record.Threshold{Count: s.Count, Number: s.Number})
		}
		if len(s.Sketch) > 0 {
			st.sketch = *l.sketch(s.Sketch, r)
		}
		if p := s.Partial; p != nil {
			if l.check(checkTime(p.End) == nil && (p.Threshold != nil) == (len(p.Sketch) == 0)) && p.Threshold == nil {
				l.sketch(p.Sketch, r)
			}
			st.partial = st.newPartial(r, p.End, p.Sketch, p.Negative)
			st.partial.Threshold = p.Threshold
		}
	}
}

// sketch reads the sketch of a rule's values.
func (l *loader) sketch(b []byte, r *rule) *quantile.Sketch {
	s, rest, err := quantile.Decode(b)
	if !l.check(err == nil && len(rest) == 0 && s.Numbers == (r.behavior.info.Kind == metric.Number)) {
		return &quantile.Sketch{}
	}
	return s
}

// second checks a second slot, of a rule that may be gone.
func (l *loader) second(s *state, rule uint32) bool {
	switch {
	case s.count != 0:
		return false
	case s.flags == ranked:
		return l.isValue(s.sum, rule)
	case s.flags == queued:
		return s.sum == 0 && s.covered == 0
	}
	return *s == state{}
}

// isValue tells whether bits can be a value of the rule's metric.
func (l *loader) isValue(bits int64, rule uint32) bool {
	r := l.e.rules[rule]
	switch {
	case r == nil:
		return true
	case r.behavior.info.Kind == metric.Number:
		return finite(math.Float64frombits(uint64(bits)))
	}
	return bits >= 0
}

// waiting reads the lists of the second slots that are marked to have one.
func (l *loader) waiting(size uint32, items uint64) {
	if !l.check(size == waitingSize) {
		return
	}
	for id := range uint32(l.e.things.len()) {
		p := l.e.plans[l.e.things.view(id).plan]
		slots := l.statesOf(id)
		for i, en := range p.entries {
			state := p.stateOf(slots, i)
			if s := &state[len(state)-1]; s.flags&queued != 0 && !l.queue(s, en.rule, &items) {
				return
			}
		}
	}
	l.check(items == 0)
}

func (l *loader) queue(s *state, rule uint32, items *uint64) bool {
	n := l.in.uint64()
	l.in.bytes(waitingSize - 8)
	if !l.check(n > 0 && n <= 2*maxWaiting && *items >= 1+n) {
		return false
	}
	*items -= 1 + n
	for range n {
		d := datapoint{at: int64(l.in.uint64()), pos: l.in.uint64(), value: int64(l.in.uint64()), window: l.in.uint32()}
		done := l.in.uint32()
		d.done = done != 0
		if !l.check(done <= 1 && checkTime(d.at) == nil && l.isValue(d.value, rule)) {
			return false
		}
		s.sum = l.e.waits.push(s.sum, d)
	}
	return true
}
