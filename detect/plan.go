package detect

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
)

// entry says that a rule applies. A thing keeps its state of a rule while the
// entry stays the same.
type entry struct {
	rule    uint32
	version uint32 // of the rule: another one restarts its counters
	since   uint32 // generation since which the rule has applied without a break
	slots   uint32 // that the state takes; the first is what every rule has
}

// maxSlots bounds entry.slots.
const maxSlots = 3

// plan is an interned list of the rules that apply to a thing: those that judge, by
// profile name and in a profile's order, then those that keep. The states of a thing lie in a row of slots, in the
// order of its plan.
type plan struct {
	entries []entry
	at      []int          // as entries: the first slot of the state
	slots   int            // of all states
	rules   []*rule        // as entries, as the rules are now; only of plans that a class has
	cloud   []int          // places of the rules on cloud-side metrics; only of plans that a class has
	ranked  []int          // places of the rules with a statistical threshold; only of plans that a class has
	index   map[uint32]int // rule → place
	refs    int            // classes and things
}

// class is what decides which behaviors apply to a thing: whether it is
// registered and the groups it is directly in. Things that agree in this share
// a class, so that a change costs by classes and not by things.
type class struct {
	registered bool
	groups     []uint32 // ascending; never changed in place
	plan       uint32
	things     uint32
	exports    map[*rule][]*outgoing // where values go that profiles export; nil: nowhere

	sendsTotals bool // its things send totals, of which deltas are made
}

func (c *class) key() string {
	key := make([]byte, 1, 1+4*len(c.groups))
	if c.registered {
		key[0] = 1
	}
	for _, g := range c.groups {
		key = binary.BigEndian.AppendUint32(key, g)
	}
	return string(key)
}

// addThing makes an unregistered thing that is in no group.
func (e *Engine) addThing(name []byte) uint32 {
	id := e.things.add(name)
	e.classes[0].things++
	e.plans[0].refs++
	return id
}

// settle lays the states of a thing out for the plan that its class has now.
func (e *Engine) settle(id uint32, t *thing) {
	if want := e.classes[t.class].plan; t.plan != want {
		e.layOut(id, t, want, func(was, is entry) bool { return was.since == is.since })
	}
}

// turnTo makes a thing the current one, settled, and returns its plan and the block of
// its states.
func (e *Engine) turnTo(id uint32) (p *plan, block uint32) {
	e.current.thing = id
	if v := e.things.view(id); v.plan != e.classes[v.class].plan {
		e.settle(id, e.things.edit(id))
	}
	t := e.things.view(id)
	return e.plans[t.plan], t.block
}

// layOut moves the states of a thing to another plan and keeps those that the two
// have in common and keep allows.
func (e *Engine) layOut(id uint32, t *thing, want uint32, keep func(was, is entry) bool) {
	was, is := e.plans[t.plan], e.plans[want]
	var block uint32
	if is.slots > 0 {
		pool := e.pool(is.slots)
		block = pool.add()
		if was.slots > 0 {
			from, to := e.pool(was.slots).edit(t.block), pool.edit(block)
			for i, en := range is.entries {
				j, ok := was.index[en.rule]
				switch {
				case !ok || was.entries[j].slots != en.slots || !keep(was.entries[j], en):
				case was.entries[j].version == en.version:
					state := was.stateOf(from, j)
					copy(is.stateOf(to, i), state)
					clear(state) // what hangs on it goes along
				default:
					to[is.at[i]] = from[was.at[j]].restart()
				}
			}
		}
	}
	if was.slots > 0 {
		e.forgetStates(id, was, t.block)
	}
	is.refs++
	e.dropPlan(t.plan)
	t.plan, t.block = want, block
}

// forgetStates releases the states of a thing and what hangs on them.
func (e *Engine) forgetStates(id uint32, p *plan, block uint32) {
	pool := e.pool(p.slots)
	states := pool.edit(block)
	for i, en := range p.entries {
		slots := p.stateOf(states, i)
		e.sealState(id, en, slots)
		for n := range slots {
			e.forgetList(&slots[n])
		}
	}
	pool.release(block)
}

// move puts a thing into another class, from the current record on. Violations
// of behaviors that do not apply there end; the state of those that apply in
// both is kept.
func (e *Engine) move(id uint32, to class) {
	e.catchUp(id)
	t := e.things.edit(id)
	from := t.class
	target := e.internClass(to)
	if target == from {
		return
	}
	e.settle(id, t)
	was, is := e.plans[t.plan], e.plans[e.classes[target].plan]
	for _, en := range was.entries {
		if _, stays := is.index[en.rule]; stays {
			continue
		}
		if i := e.episodeOf(id, en.rule); i != 0 {
			e.end(i, e.rules[en.rule], e.invalidated(true))
		}
	}
	if want := e.classes[target].plan; t.plan != want {
		e.layOut(id, t, want, func(entry, entry) bool { return true })
	}
	t.class = target
	e.classes[target].things++
	e.dropClass(from)
	e.forgetTotals(id)
}

// internClass returns the class that is like c, with a plan.
func (e *Engine) internClass(c class) uint32 {
	key := c.key()
	if id, ok := e.classIndex[key]; ok {
		return id
	}
	id := uint32(len(e.classes))
	if n := len(e.freeClasses); n > 0 {
		id, e.freeClasses = e.freeClasses[n-1], e.freeClasses[:n-1]
		e.classes[id] = c
	} else {
		e.classes = append(e.classes, c)
	}
	e.classIndex[key] = id
	r := e.newReach()
	next := e.planOf(&c, r, 0)
	e.plans[next].refs++
	e.classes[id].plan, e.classes[id].exports, e.classes[id].sendsTotals = next, e.exportsOf(&c, r), e.sends(&c)
	return id
}

// dropClass takes one thing out of a class.
func (e *Engine) dropClass(id uint32) {
	c := &e.classes[id]
	if c.things--; c.things > 0 || id == 0 {
		return
	}
	delete(e.classIndex, c.key())
	e.dropPlan(c.plan)
	*c = class{}
	e.freeClasses = append(e.freeClasses, id)
}

// dropPlan takes one reference from a plan.
func (e *Engine) dropPlan(id uint32) {
	p := e.plans[id]
	if p.refs--; p.refs > 0 || id == 0 {
		return
	}
	delete(e.planIndex, planKey(p.entries))
	e.plans[id] = nil
	e.freePlans = append(e.freePlans, id)
}

// internPlan returns the plan of entries. It has no new reference yet.
func (e *Engine) internPlan(entries []entry) uint32 {
	key := planKey(entries)
	id, ok := e.planIndex[key]
	if !ok {
		id = uint32(len(e.plans))
		if n := len(e.freePlans); n > 0 {
			id, e.freePlans = e.freePlans[n-1], e.freePlans[:n-1]
		} else {
			e.plans = append(e.plans, nil)
		}
		e.plans[id] = newPlan(entries)
		e.planIndex[key] = id
	}
	return id
}

func newPlan(entries []entry) *plan {
	p := &plan{entries: entries, at: make([]int, len(entries)), index: make(map[uint32]int, len(entries))}
	for i, en := range entries {
		p.index[en.rule] = i
		p.at[i] = p.slots
		p.slots += int(en.slots)
	}
	return p
}

// stateOf returns the slots of the state at a place of the plan, out of those of
// all states.
func (p *plan) stateOf(slots []state, place int) []state {
	return slots[p.at[place] : p.at[place]+int(p.entries[place].slots)]
}

// swept returns how many rules a sweep has to do with.
func (p *plan) swept(what event) int {
	switch what {
	case windowEnd:
		return len(p.cloud) + len(p.ranked)
	case settled:
		return len(p.ranked)
	}
	return len(p.cloud)
}

func planKey(entries []entry) string {
	key := make([]byte, 0, 16*len(entries))
	for _, en := range entries {
		key = binary.BigEndian.AppendUint32(key, en.rule)
		key = binary.BigEndian.AppendUint32(key, en.version)
		key = binary.BigEndian.AppendUint32(key, en.since)
		key = binary.BigEndian.AppendUint32(key, en.slots)
	}
	return string(key)
}

// reach is which profiles are attached to what, by name, and the plans already
// found in one run over the classes.
type reach struct {
	all, registered, unregistered []*profile
	groups                        map[uint32][]*profile
	exports                       bool // some profile does
	found                         map[string]uint32
}

func (e *Engine) newReach() *reach {
	r := &reach{groups: make(map[uint32][]*profile), found: make(map[string]uint32)}
	for _, p := range e.profiles {
		r.exports = r.exports || len(p.exports) > 0
		if p.targets.all {
			r.all = append(r.all, p)
		}
		if p.targets.registered {
			r.registered = append(r.registered, p)
		}
		if p.targets.unregistered {
			r.unregistered = append(r.unregistered, p)
		}
		for _, g := range p.targets.groups {
			r.groups[g] = append(r.groups[g], p)
		}
	}
	return r
}

// profilesOf returns the profiles that cover a class, by name, each once.
func (e *Engine) profilesOf(c *class, r *reach) []*profile {
	list := slices.Clone(r.all)
	if c.registered {
		list = append(list, r.registered...)
	} else {
		list = append(list, r.unregistered...)
	}
	for _, g := range c.groups {
		for g := range e.upwards(g) { // a group below another is covered by what the upper one is attached to (U2)
			list = append(list, r.groups[g]...)
		}
	}
	slices.SortFunc(list, func(a, b *profile) int { return cmp.Compare(a.name, b.name) })
	return slices.Compact(list)
}

// upwards returns a group and those that it is below, up to the root.
func (e *Engine) upwards(g uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for range e.groups { // the bound ends the walk if groups were in a ring
			if g == 0 || e.groups[g].deleted || !yield(g) {
				return
			}
			g = e.groups[g].parent
		}
	}
}

// planOf returns the plan of a class, of which had is the plan until now.
func (e *Engine) planOf(c *class, r *reach, had uint32) uint32 {
	list := e.profilesOf(c, r)
	key := binary.BigEndian.AppendUint32(nil, had)
	for _, p := range list {
		key = append(append(key, p.name...), 0)
	}
	fresh := c.things == 0
	if fresh {
		key = append(key, 1)
	}
	if id, ok := r.found[string(key)]; ok {
		return id
	}
	old := e.plans[had]
	rules := append(judgedOf(list), keptOf(list)...)
	entries := make([]entry, len(rules))
	var cloud, ranked []int
	for place, rule := range rules {
		en := entry{rule: rule.id, version: rule.version, slots: rule.slots()}
		if i, applied := old.index[rule.id]; applied {
			en.since = old.entries[i].since
		} else if !fresh {
			en.since = e.generation
		}
		if rule.behavior.cloud {
			cloud = append(cloud, place)
		}
		if rule.statistic != nil {
			ranked = append(ranked, place)
		}
		entries[place] = en
	}
	id := e.internPlan(entries)
	e.plans[id].rules, e.plans[id].cloud, e.plans[id].ranked = rules, cloud, ranked
	r.found[string(key)] = id
	return id
}

// judgedOf returns the rules of profiles that judge.
func judgedOf(list []*profile) (rules []*rule) {
	for _, p := range list {
		for _, rule := range p.rules {
			if rule.behavior.unjudged == "" {
				rules = append(rules, rule)
			}
		}
	}
	return rules
}

// replan finds the plans of all classes anew after a change of profiles,
// attachments or groups, and ends the violations of behaviors that no longer
// apply. Things follow when their next record comes. The rules in removed are
// gone altogether: their violations end without an alert (U38).
func (e *Engine) replan(removed map[uint32]*rule) {
	e.generation++
	e.dropUnnamed()
	e.countRules()
	e.findSenders()
	if e.refreshPlans() {
		e.endUncovered(removed)
	}
}

// refreshPlans gives each class the plan that it should have, and tells whether
// that was another one for any.
func (e *Engine) refreshPlans() (changed bool) {
	r := e.newReach()
	for i := range e.classes {
		c := &e.classes[i]
		if i != 0 && c.things == 0 {
			continue
		}
		c.exports = e.exportsOf(c, r)
		if next := e.planOf(c, r, c.plan); next != c.plan {
			e.plans[next].refs++
			e.dropPlan(c.plan)
			c.plan, changed = next, true
		}
	}
	return changed
}

// endUncovered ends the violations of behaviors that no longer apply to their
// things, in the order of thing, profile and behavior.
func (e *Engine) endUncovered(removed map[uint32]*rule) {
	list := e.current.order[:0]
	for i := e.oldest; i != 0; i = e.peek(i).newer {
		ep := e.peek(i)
		if _, applies := e.plans[e.classes[e.things.view(ep.thing).class].plan].index[ep.rule]; !applies {
			list = append(list, i)
		}
	}
	ruleOf := func(i uint32) *rule {
		id := e.peek(i).rule
		if gone := removed[id]; gone != nil {
			return gone
		}
		return e.rules[id]
	}
	slices.SortFunc(list, func(a, b uint32) int {
		x, y := ruleOf(a), ruleOf(b)
		return cmp.Or(
			cmp.Compare(string(e.things.name(e.peek(a).thing)), string(e.things.name(e.peek(b).thing))),
			cmp.Compare(x.profile, y.profile),
			cmp.Compare(x.behavior.name, y.behavior.name))
	})
	for _, i := range list {
		thing, rule := e.peek(i).thing, ruleOf(i)
		e.end(i, rule, e.invalidated(removed[rule.id] == nil))
		e.settle(thing, e.things.edit(thing))
	}
	e.current.order = list[:0]
}
