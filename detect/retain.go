package detect

import (
	"bytes"
	"cmp"
	"errors"
	"net/netip"
	"slices"

	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/violation"
)

// DefaultValueMemory is the budget of the open chunks until a record changes it, in
// bytes.
const DefaultValueMemory = 256 << 20

// instant says of the slot of an open chunk that all values of the chunk have one
// time.
const instant uint8 = 1 << 7

// retain keeps the current value of the current thing, of the time at. s is the
// slot of the open chunk: sum is the time of the last value, covered the chunk.
func (e *Engine) retain(r *rule, s *state, at int64) {
	at = max(at, s.sum)
	e.tidyValue()
	l := &e.open
	i := l.of(s, e.current.thing, r.id)
	if i != 0 {
		if o := l.peek(i); at-o.first >= int64(o.until) {
			e.seal(i)
			i = 0
		}
	} else if s.sum == 0 && at <= l.over && !r.behavior.windowed() {
		l.over++ // the thing may have had the series before, and chunks are told apart by their first times
		at = l.over
	}
	for {
		if i == 0 {
			if at == s.sum && s.flags&instant != 0 {
				at++
			}
			i = e.openChunk(r, e.current.thing, at)
		}
		o := l.chunk(i)
		err := l.appendTo(o, at, &e.current.value)
		switch {
		case err == nil:
			r.kept.last = max(r.kept.last, at)
			e.retained(s, i, at)
			return
		case o.state.Len() == 0: // a time or a list that no chunk can have
			e.discard(i)
			return
		case !errors.Is(err, chunk.ErrFull):
			return
		}
		e.seal(i)
		i = 0
	}
}

// retained notes the value that was appended to the chunk i, and sees to the budget.
func (e *Engine) retained(s *state, i uint32, at int64) {
	e.stats.values++
	l := &e.open
	s.sum, s.covered = at, i
	s.flags &^= instant
	if l.peek(i).first == at {
		s.flags |= instant
	}
	for n := 0; l.bytes > l.budget && n < spills; n++ {
		e.seal(l.oldest)
	}
}

// openChunk opens a chunk of a thing.
func (e *Engine) openChunk(r *rule, thing uint32, first int64) uint32 {
	// The chunks of a series end at one time of day, those of others at others: else
	// all of a fleet that began together would always end together.
	phase := int64((e.things.hash(thing) ^ r.kept.salt) % violation.MaxChunkSpan)
	r.kept.open++
	return e.open.begin(openChunk{
		state: chunk.New(r.kept.kind), first: first, thing: thing, rule: r.id,
		until: uint32(violation.MaxChunkSpan - (first+phase)%violation.MaxChunkSpan),
	})
}

// seal ends the open chunk i and hands it out.
func (e *Engine) seal(i uint32) {
	o := e.open.chunk(i)
	if r := e.keepers[o.rule]; !r.kept.gone {
		c := e.open.sealed(o)
		c.Thing, c.Series = string(e.things.name(o.thing)), r.kept.series
		e.current.fx.Chunks = append(e.current.fx.Chunks, c)
	}
	e.discard(i)
}

// discard releases the open chunk i.
func (e *Engine) discard(i uint32) {
	r := e.keepers[e.open.peek(i).rule]
	e.open.forget(i)
	r.kept.open--
	if r.kept.open == 0 && e.kept[r.kept.series] != r {
		e.forgetKept(r)
	}
}

// sealState ends the open chunk of a state that goes, if it has one.
func (e *Engine) sealState(thing uint32, en entry, slots []state) {
	if e.keepers[en.rule] == nil {
		return
	}
	s := &slots[len(slots)-1]
	e.open.over = max(e.open.over, s.sum)
	if i := e.open.of(s, thing, en.rule); i != 0 {
		e.seal(i)
	}
}

// sealSilent ends open chunks that nothing was added to for a day, some at a time.
func (e *Engine) sealSilent() {
	l := &e.open
	for n := 0; n < endsOnce && l.oldest != 0 && l.peek(l.oldest).first+endAfter < e.clock; n++ {
		e.seal(l.oldest)
	}
}

// tidyValue makes the current value, if it is a list, the same for the same elements:
// sorted, each once.
func (e *Engine) tidyValue() {
	v, cur := &e.current.value, &e.current
	switch v.kind {
	case metric.Ports:
		cur.ports = tidy(append(cur.ports[:0], v.ports...), cmp.Compare)
		v.ports = cur.ports
	case metric.Addresses:
		cur.addrs = append(cur.addrs[:0], v.addrs...)
		for i, a := range cur.addrs {
			cur.addrs[i] = a.Unmap().WithZone("")
		}
		cur.addrs = tidy(cur.addrs, netip.Addr.Compare)
		v.addrs = cur.addrs
	case metric.Strings:
		cur.strings = tidy(append(cur.strings[:0], v.strings...), bytes.Compare)
		v.strings = cur.strings
	case metric.Numbers:
		cur.numbers = tidy(append(cur.numbers[:0], v.numbers...), cmp.Compare)
		v.numbers = cur.numbers
	}
}

// OpenChunk returns the values of a series of a thing that no chunk of the effects
// has yet, nil for none; the place of the last record applied by then, 0 for none since
// the engine was made or loaded; and whether the thing is known.
func (e *Engine) OpenChunk(thing string, series metric.Series) (open *violation.Chunk, pos uint64, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	id, known := e.things.find([]byte(thing))
	if !known {
		return nil, e.current.pos, false
	}
	t := e.things.view(id)
	p := e.plans[t.plan]
	for place, en := range p.entries {
		r := e.keepers[en.rule]
		if r == nil || r.kept.gone || r.kept.series != series {
			continue
		}
		slots := p.stateOf(e.pools[p.slots].view(t.block), place)
		if i := e.open.of(&slots[len(slots)-1], id, en.rule); i != 0 {
			c := e.open.sealed(e.open.peek(i))
			c.Thing, c.Series = thing, series
			return &c, e.current.pos, true
		}
	}
	return nil, e.current.pos, true
}

// openSlice is how many open chunks OpenThings looks at before it lets a record through.
const openSlice = 4096

// OpenThings returns the next things after the one called after, by name, at most limit,
// that have values which no chunk of the effects has yet and the last of which is of the
// time from, epoch milliseconds, or later; and the place of the last record applied by
// then, as OpenChunk does. A thing whose values went to the effects while it looked may
// be missing.
func (e *Engine) OpenThings(from int64, after string, limit int) (names []string, pos uint64) {
	first := func() { // of the names, as many as are asked for
		slices.Sort(names)
		names = slices.Compact(names)
		names = names[:min(len(names), limit)]
	}
	bound := "" // nothing behind it is among the first; "": all may be
	look := func(at uint32) (more bool) {
		e.mu.Lock()
		defer e.mu.Unlock()
		end := min(at+openSlice, e.open.heads.count)
		for ; at < end; at++ {
			o := e.open.peek(at + 1)
			if o.rule == 0 || o.state.Last() < from {
				continue
			}
			name := e.things.name(o.thing)
			if string(name) <= after || bound != "" && string(name) >= bound {
				continue
			}
			if names = append(names, string(name)); len(names) < 2*limit {
				continue
			}
			if first(); len(names) == limit {
				bound = names[limit-1]
			}
		}
		pos = e.current.pos
		return at < e.open.heads.count
	}
	for at := uint32(0); look(at); at += openSlice {
	}
	first()
	return names, pos
}
