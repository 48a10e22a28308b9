package detect

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"vedette/violation"
)

var errSnapshot = errors.New("snapshot is damaged")

// Load returns the engine that a snapshot was made of. It refuses snapshots of
// a newer release and damaged ones. It may read r beyond the snapshot's end.
func Load(r io.Reader, o Options) (*Engine, error) {
	e := New(o)
	if err := e.load(newSnapshotReader(r)); err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	return e, nil
}

func (e *Engine) load(in *snapshotReader) error {
	if magic := in.bytes(len(snapshotMagic)); string(magic) != snapshotMagic {
		return errors.Join(errSnapshot, in.err)
	}
	version := in.uint32()
	if in.err == nil && (version == 0 || version > snapshotVersion) {
		return fmt.Errorf("version %d is not known to this release, which knows %d; use the release that wrote it or a later one", version, snapshotVersion)
	}
	l := loader{e: e, in: in, version: version, sections: sectionWaiting}
	switch {
	case version == 1:
		l.sections = sectionWithheld
	case version < 4:
		l.sections = sectionAddresses
	}
	for {
		kind, size, count := in.section()
		before := in.sum()
		known := kind <= l.sections || kind == sectionTotals
		if known && !l.next(kind) {
			return in.err
		}
		switch {
		case known:
			l.section(kind, size, count)
		case kind == sectionEnd:
			if sum := in.uint64(); in.err == nil && sum == before {
				return l.finish()
			}
			return errors.Join(errSnapshot, in.err)
		default:
			in.skip(size, count) // a later release's addition that does without
		}
		if in.err != nil {
			return in.err
		}
	}
}

func (l *loader) section(kind byte, size uint32, count uint64) {
	switch kind {
	case sectionConfig:
		l.config(count)
	case sectionNames:
		l.names(count)
	case sectionThings:
		l.things(size, count)
	case sectionStates:
		l.states(size, count)
	case sectionViolations:
		l.violations(size, count)
	case sectionWithheld:
		l.withheld(count)
	case sectionPresence:
		l.presences(size, count)
	case sectionAddresses:
		l.addresses(size, count)
	case sectionChunks:
		l.openChunks(size, count)
	case sectionWaiting:
		l.waiting(size, count)
	case sectionTotals:
		l.totals(size, count)
	}
}

// loader fills an engine section by section. It trusts nothing that it reads:
// whatever it accepts, the engine can run on.
type loader struct {
	e        *Engine
	in       *snapshotReader
	version  uint32
	sections byte   // the last one that has to be there
	last     byte   // section read
	isClass  []bool // by id
	alarmed  int
	text     []byte // scratch
}

// check makes the load fail unless ok.
func (l *loader) check(ok bool) bool {
	if !ok && l.in.err == nil {
		l.in.err = errSnapshot
	}
	return l.in.err == nil
}

// next notes that a section of kind begins. Each comes once, in order.
func (l *loader) next(kind byte) bool {
	l.last++
	return l.check(kind == l.last)
}

func (l *loader) config(size uint64) {
	var c snapshotConfig
	if !l.in.json(size, &c) {
		return
	}
	e := l.e
	e.clock, e.revision, e.generation, e.message, e.openUntil = c.Clock, c.Revision, c.Generation, c.Message, c.OpenUntil
	if !l.check(checkTime(c.Clock) == nil && len(c.Classes) > 0 && len(c.Plans) > 0 && len(c.Plans[0]) == 0 && len(c.Groups) > 0) {
		return
	}
	if c.CustomMetrics != nil {
		e.customMetrics = c.CustomMetrics
	}
	if c.Dimensions != nil {
		e.dimensions = c.Dimensions
	}
	for process, last := range c.Gateways {
		e.gateways[process] = last
		l.check(checkTime(last) == nil)
	}
	l.groups(c.Groups)
	l.profiles(c.Profiles, c.LastRule)
	if l.in.err != nil {
		return
	}
	l.kept(c.Kept)
	l.exports(&c)
	e.open.over = c.ValuesOver
	if c.ValueMemory > 0 {
		e.open.budget = c.ValueMemory
	}
	l.senders(c.FromTotals)
	l.plans(c.Plans)
	l.classes(c.Classes)
	l.statistics(c.Statistics)
	l.sweep(c.Sweep)
}

// senders takes the thing groups whose things send totals.
func (l *loader) senders(names []string) {
	for i, name := range names {
		if !l.check(0 < len(name) && len(name) <= maxName && (i == 0 || names[i-1] < name)) {
			return
		}
	}
	l.e.fromTotals.senders = names
}

// exports takes the period of exports. An older release exported nothing.
func (l *loader) exports(c *snapshotConfig) {
	e := l.e
	if c.ExportEvery != 0 && l.check(c.ExportEvery > 0 && c.ExportEvery <= maxTime && checkTime(c.ExportDue) == nil) {
		e.exports.every, e.exports.due = c.ExportEvery, c.ExportDue
	}
	for _, p := range e.profiles {
		e.exportFor(p, p.out)
	}
}

// sweep takes what the snapshot says of a sweep under way. Only that has things that
// are ahead of it.
func (l *loader) sweep(s *snapshotSweep) {
	if s == nil || !l.check(s.Next < s.End && checkTime(s.At) == nil && 0 <= s.Clock && s.Clock <= l.e.clock) {
		return
	}
	l.e.sweep = sweep{what: boundary, at: s.At, clock: s.Clock, next: s.Next, end: s.End}
	if s.Windows {
		l.e.sweep.what = windowEnd
	} else if s.Settled {
		l.e.sweep.what = settled
	}
}

func (l *loader) groups(list []snapshotGroup) {
	e := l.e
	e.groups = make([]group, len(list))
	for i, g := range list {
		if !l.check(int(g.Parent) < len(list)) {
			return
		}
		e.groups[i] = group{g.Name, g.Parent, g.Deleted}
		if i > 0 && !g.Deleted {
			e.groupIndex[g.Name] = uint32(i)
		}
	}
}

// groupSet checks that ids are groups, each once and in order.
func (l *loader) groupSet(ids []uint32) bool {
	for i, id := range ids {
		if !l.check(id > 0 && int(id) < len(l.e.groups) && (i == 0 || ids[i-1] < id)) {
			return false
		}
	}
	return true
}

// profiles compiles the behaviors again and gives them the ids and versions
// that states and violations know them by.
func (l *loader) profiles(list []snapshotProfile, lastRule uint32) {
	e := l.e
	for _, s := range list {
		was := &profile{name: s.Name}
		p := &profile{
			name: s.Name, behaviors: s.Behaviors, retain: s.Retain, alerts: s.Alerts, topic: s.Topic,
			targets: targets{s.All, s.Registered, s.Unregistered, s.Groups},
		}
		if !l.groupSet(s.Groups) || !l.check(e.profiles[s.Name] == nil && len(s.Rules) <= len(s.Behaviors)) {
			return
		}
		if s.Topic != "" {
			p.out = &outgoing{profile: s.Name, topic: s.Topic, payload: []byte(s.Outgoing)}
		}
		if s.Outgoing != "" {
			e.exports.waiting++
			l.check(p.out != nil && strings.HasPrefix(s.Outgoing, exportHead+"{") && len(s.Outgoing)+len(exportTail) < violation.MaxExport)
		}
		e.install(p, was)
		if !l.check(len(p.rules) == len(s.Rules)) {
			return
		}
		for i, r := range p.rules {
			delete(e.rules, r.id)
			r.id, r.version = s.Rules[i][0], s.Rules[i][1]
		}
	}
	for _, p := range e.profiles {
		for _, r := range p.rules {
			if !l.check(e.rules[r.id] == nil && r.id <= lastRule) {
				return
			}
			e.rules[r.id] = r
		}
	}
	e.lastRule = lastRule
}

func (l *loader) plans(list [][][4]uint32) {
	e := l.e
	e.plans, e.planIndex = make([]*plan, len(list)), make(map[string]uint32, len(list))
	for id, items := range list {
		if items == nil && id > 0 {
			e.freePlans = append(e.freePlans, uint32(id))
			continue
		}
		entries := make([]entry, len(items))
		for i, en := range items {
			entries[i] = entry{en[0], en[1], en[2], max(1, en[3])}
			if !l.check(entries[i].slots <= maxSlots) {
				return
			}
		}
		key := planKey(entries)
		_, twice := e.planIndex[key]
		e.plans[id] = newPlan(entries)
		if !l.check(!twice && len(e.plans[id].index) == len(entries)) {
			return
		}
		e.planIndex[key] = uint32(id)
	}
	e.plans[0].refs = 1
}

func (l *loader) classes(list []snapshotClass) {
	e := l.e
	e.classes, e.classIndex = make([]class, len(list)), make(map[string]uint32, len(list))
	l.isClass = make([]bool, len(list))
	for id, c := range list {
		if c.Free {
			e.freeClasses = append(e.freeClasses, uint32(id))
			continue
		}
		k := class{registered: c.Registered, groups: c.Groups, plan: c.Plan}
		_, twice := e.classIndex[k.key()]
		if !l.groupSet(c.Groups) || !l.check(!twice && l.isPlan(c.Plan)) {
			return
		}
		k.sendsTotals = e.sends(&k)
		e.classes[id], l.isClass[id] = k, true
		e.classIndex[k.key()] = uint32(id)
		e.plans[c.Plan].refs++
	}
	l.check(!list[0].Free && !list[0].Registered && len(list[0].Groups) == 0)
}

func (l *loader) isPlan(id uint32) bool {
	return int(id) < len(l.e.plans) && l.e.plans[id] != nil
}

func (l *loader) names(size uint64) {
	for size > 0 {
		length := uint64(l.in.bytes(1)[0])
		if !l.check(length > 0 && length < size) {
			return
		}
		size -= 1 + length
		name := l.in.bytes(int(length))
		if _, twice := l.e.things.find(name); !l.check(!twice) {
			return
		}
		l.e.things.add(name)
	}
}

func (l *loader) things(size uint32, count uint64) {
	e := l.e
	if !l.check(size == thingSize && count == uint64(e.things.len()) && uint64(e.sweep.end) <= count) {
		return
	}
	for id := range uint32(count) {
		t := e.things.edit(id)
		t.hash, t.report, t.last = l.in.uint64(), int64(l.in.uint64()), int64(l.in.uint64())
		t.class, t.plan = l.in.uint32(), l.in.uint32()
		flags := l.in.uint32()
		t.flags = uint8(flags)
		swept := e.sweep.next <= id && id < e.sweep.end
		if !l.check(flags <= uint32(reported|ahead) && (flags&uint32(ahead) == 0 || swept) && int(t.class) < len(e.classes) && l.isClass[t.class] && l.isPlan(t.plan) && checkTime(t.last) == nil) {
			return
		}
		e.classes[t.class].things++
		e.plans[t.plan].refs++
		if n := e.plans[t.plan].slots; n > 0 {
			t.block = e.pool(n).add()
		}
	}
}

func (l *loader) states(size uint32, count uint64) {
	e := l.e
	if !l.check(size == stateSize) {
		return
	}
	for id := range uint32(e.things.len()) {
		p := e.plans[e.things.view(id).plan]
		if !l.check(count >= uint64(p.slots)) {
			return
		}
		count -= uint64(p.slots)
		states := l.statesOf(id)
		for i, en := range p.entries {
			slots := p.stateOf(states, i)
			for n := range slots {
				s := &slots[n]
				s.sum, s.covered = int64(l.in.uint64()), l.in.uint32()
				b := l.in.bytes(4)
				s.count, s.flags = b[0], b[1]
				if !l.check(l.slot(s, en.rule, n, len(slots))) {
					return
				}
			}
		}
	}
	l.check(count == 0)
}

func (l *loader) violations(size uint32, count uint64) {
	e := l.e
	if !l.check(size == violationSize && count == uint64(l.alarmed)) {
		return
	}
	for range count {
		var id [16]byte
		copy(id[:], l.in.bytes(16))
		thing, rule := l.in.uint32(), l.in.uint32()
		heard, written := int64(l.in.uint64()), int64(l.in.uint64())
		if !l.check(int(thing) < e.things.len() && e.rules[rule] != nil && e.rules[rule].kept == nil && e.episodeOf(thing, rule) == 0 &&
			checkTime(heard) == nil && checkTime(written) == nil) {
			return
		}
		t := e.things.view(thing)
		p := e.plans[t.plan]
		place, applies := p.index[rule]
		if !l.check(applies && e.pool(p.slots).view(t.block)[p.at[place]].flags&inAlarm != 0) {
			return
		}
		if e.newest != 0 && !l.check(e.peek(e.newest).heard <= heard) {
			return
		}
		e.begin(thing, rule, id, written, heard)
		if heard <= e.sweep.clock {
			e.mark = e.newest
		}
	}
}

func (l *loader) withheld(size uint64) {
	var list []snapshotWithheld
	if !l.in.json(size, &list) {
		return
	}
	for _, w := range list {
		if !l.check(w.Violation >= 0 && w.Violation < len(l.e.byPair)) {
			return
		}
		i := uint32(w.Violation) + 1 // the slab was filled in the section's order
		l.e.withheld[i] = violation.Update{ID: l.e.peek(i).hexID(), Time: w.Time, Value: w.Value}
	}
}

// finish checks the whole and gives the classes the plans of this release,
// which may judge behaviors that the snapshot's did not.
func (l *loader) finish() error {
	e := l.e
	if !l.check(l.last >= l.sections && len(e.byPair) == l.alarmed) {
		return l.in.err
	}
	for _, p := range e.plans {
		if !l.check(p == nil || p.refs > 0) {
			return l.in.err
		}
	}
	for id, c := range e.classes {
		if !l.check(id == 0 || l.isClass[id] == (c.things > 0)) {
			return l.in.err
		}
	}
	e.dropUnnamed()
	e.refreshPlans()
	for i := e.oldest; i != 0; i = e.peek(i).newer { // else it could not end when its thing is laid out anew
		ep := e.peek(i)
		if _, applies := e.plans[e.classes[e.things.view(ep.thing).class].plan].index[ep.rule]; !l.check(applies) {
			return l.in.err
		}
	}
	l.resume()
	return l.in.err
}
