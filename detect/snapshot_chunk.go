package detect

import (
	"cmp"
	"maps"
	"slices"

	"vedette/api"
	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/violation"
)

// snapshotKept is a rule that keeps.
type snapshotKept struct {
	ID        uint32                     `json:"id"`
	Metric    string                     `json:"metric"`
	Dimension string                     `json:"dimension,omitempty"`
	Operator  api.DimensionValueOperator `json:"operator,omitempty"`
	Over      bool                       `json:"over,omitempty"` // no profile names it; it has open chunks left
	Gone      bool                       `json:"gone,omitempty"` // its custom metric was deleted
}

// chunkHead is what an open chunk takes in a snapshot beside its bytes.
const chunkHead = 20

// snapshotKept returns the kept rules by id.
func (e *Engine) snapshotKept() []snapshotKept {
	list := make([]snapshotKept, 0, len(e.keepers))
	for id, r := range e.keepers {
		k := r.kept
		list = append(list, snapshotKept{id, k.series.Metric, k.series.Dimension, k.series.Operator, e.kept[k.series] != r, k.gone})
	}
	slices.SortFunc(list, func(a, b snapshotKept) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// lastSlots returns which slots of a plan are those of open chunks: what they have of
// them is not in a snapshot.
func (s *Snapshot) lastSlots(p *plan, keeps map[uint32]bool) []bool {
	last := make([]bool, p.slots)
	for i, en := range p.entries {
		last[p.at[i]+int(en.slots)-1] = keeps[en.rule]
	}
	return last
}

func (s *Snapshot) keeps() map[uint32]bool {
	keeps := make(map[uint32]bool)
	for _, k := range s.kept {
		keeps[k.ID] = true
	}
	return keeps
}

// writeOpenChunks writes the open chunks in the order of opening.
func (s *Snapshot) writeOpenChunks(out *snapshotWriter) {
	var data []byte
	size := 0
	s.eachOpen(func(o *openChunk) { size += chunkHead + len(s.open.seal(&data, o)) })
	out.section(sectionChunks, 1, size)
	s.eachOpen(func(o *openChunk) {
		sealed := s.open.seal(&data, o)
		out.uint32(o.thing)
		out.uint32(o.rule)
		out.uint64(uint64(o.first))
		out.uint32(uint32(len(sealed)))
		out.bytes(sealed)
	})
}

func (s *Snapshot) eachOpen(fn func(*openChunk)) {
	for i := s.open.oldest; i != 0; {
		o := s.open.peek(i)
		fn(o)
		i = o.newer
	}
}

// seal returns a finished chunk of what an open one has, in the memory of data.
func (l *openChunks) seal(data *[]byte, o *openChunk) []byte {
	l.scratch = l.gather(l.scratch[:0], o)
	*data = o.state.Seal((*data)[:0], l.scratch)
	return *data
}

// kept takes the kept rules of a snapshot, and those of its profiles that it lacks:
// an older release kept nothing.
func (l *loader) kept(list []snapshotKept) {
	e := l.e
	for _, k := range list {
		series := metric.Series{Metric: k.Metric, Dimension: k.Dimension, Operator: k.Operator}
		if !l.check(k.ID > 0 && k.ID <= e.lastRule && e.rules[k.ID] == nil && e.keepers[k.ID] == nil) {
			return
		}
		if !k.Over && !k.Gone {
			if !l.check(e.kept[series] == nil && e.addKept(k.ID, series) != nil) {
				return
			}
			continue
		}
		e.keepers[k.ID] = &rule{id: k.ID, behavior: &Behavior{}, kept: &kept{series: series, gone: k.Gone}}
	}
	for _, name := range slices.Sorted(maps.Keys(e.profiles)) {
		e.keepFor(e.profiles[name])
	}
}

// keptState checks a slot of a kept rule.
func (l *loader) keptState(s *state, r *rule, last bool) bool {
	if last {
		return s.flags&^instant == 0 && s.covered == 0 && s.count == 0
	}
	lists := s.flags&listed != 0 || r.behavior.keepsList()
	return s.flags&^(opened|listed) == 0 && s.count == 0 && (!lists || s.sum == 0)
}

// openChunks reads the open chunks. They are read to their ends, so that all that is
// wrong with them comes to light here.
func (l *loader) openChunks(size uint32, left uint64) {
	if !l.check(size == 1) {
		return
	}
	for left > 0 {
		if !l.check(left >= chunkHead) {
			return
		}
		thing, rule, first := l.in.uint32(), l.in.uint32(), int64(l.in.uint64())
		n := uint64(l.in.uint32())
		left -= chunkHead
		if !l.check(n <= left) {
			return
		}
		left -= n
		l.text = l.in.text(l.text[:0], n)
		if l.in.err != nil || !l.openChunk(thing, rule, first, l.text) {
			return
		}
	}
}

func (l *loader) openChunk(thing, rule uint32, first int64, sealed []byte) bool {
	e := l.e
	r := e.keepers[rule]
	if !l.check(r != nil && int(thing) < e.things.len()) {
		return false
	}
	p := e.plans[e.things.view(thing).plan]
	place, applies := p.index[rule]
	if !l.check(applies) {
		return false
	}
	slots := p.stateOf(l.statesOf(thing), place)
	s := &slots[len(slots)-1]
	state, data, err := chunk.Resume(e.open.scratch[:0], sealed)
	e.open.scratch = data
	if !l.check(err == nil && s.covered == 0 && s.sum == state.Last() && 0 <= first && first <= s.sum && s.sum-first < violation.MaxChunkSpan &&
		(state.Kind() == r.kept.kind || e.kept[r.kept.series] != r)) {
		return false
	}
	s.covered = e.openChunk(r, thing, first)
	o := e.open.chunk(s.covered)
	o.state = state
	e.open.put(o, 0, 0, data)
	return true
}
