package detect

// writePresences writes what is known of connections.
func (s *Snapshot) writePresences(out *snapshotWriter) {
	n := 0
	for id := range s.presences.count {
		if s.presences.view(id)[0] != (presence{}) {
			n++
		}
	}
	out.section(sectionPresence, presenceSize, n)
	for id := range s.presences.count {
		p := s.presences.view(id)[0]
		if p == (presence{}) {
			continue
		}
		out.uint32(id)
		out.uint32(uint32(p.flags))
		out.uint64(p.session)
		out.uint64(p.usage)
		out.uint64(uint64(p.at))
		out.bytes(p.addr[:])
		out.uint32(p.lost)
	}
}

// writeAddresses writes the lists of addresses: an item that is the length, then
// the addresses in the order in which they were added.
func (s *Snapshot) writeAddresses(out *snapshotWriter) {
	var list [][16]byte
	items := 0
	s.eachList(listed, func(head int64) { items += 1 + len(s.listOf(list[:0], head)) })
	out.section(sectionAddresses, addressSize, items)
	s.eachList(listed, func(head int64) {
		list = s.listOf(list[:0], head)
		out.uint64(uint64(len(list)))
		out.uint64(0)
		for i := len(list) - 1; i >= 0; i-- {
			out.bytes(list[i][:])
		}
	})
}

// eachList calls fn with the lists of the slots that flag, listed or queued, marks to
// have one, in their order.
func (s *Snapshot) eachList(flag uint8, fn func(head int64)) {
	for id := range s.things.slab.count {
		t := s.things.view(id)
		n := s.config.plans[t.plan].slots
		if n == 0 {
			continue
		}
		for _, st := range s.pools[n].view(t.block) {
			if st.flags&flag != 0 {
				fn(st.sum)
			}
		}
	}
}

func (s *Snapshot) listOf(dst [][16]byte, head int64) [][16]byte {
	for i := uint32(head); i != 0; {
		n := &s.addresses.nodes.view(i - 1)[0]
		dst = append(dst, n.addr)
		i = n.next
	}
	return dst
}

func (l *loader) presences(size uint32, count uint64) {
	e := l.e
	wide := l.version > 2
	if !l.check(size == presenceSize && wide || size == presenceSize-4 && !wide) || !l.check(count <= uint64(e.things.len())) {
		return
	}
	next := uint32(0)
	for range count {
		id, flags := l.in.uint32(), l.in.uint32()
		p := presence{flags: uint8(flags), session: l.in.uint64(), usage: l.in.uint64(), at: int64(l.in.uint64())}
		copy(p.addr[:], l.in.bytes(len(p.addr)))
		if wide {
			p.lost = l.in.uint32()
		}
		known := p.flags&tracked != 0 || p.flags == 0 && p.at == 0
		if !l.check(id >= next && int(id) < e.things.len() && flags <= uint32(tracked|online|addressed) && known && checkTime(p.at) == nil) {
			return
		}
		next = id + 1
		*e.presence(id) = p
		if p.flags&tracked != 0 {
			e.tracked++
		}
		if p.flags&online != 0 {
			e.online++
		}
	}
}

// addresses reads the lists of the states that are marked to have one.
func (l *loader) addresses(size uint32, items uint64) {
	if !l.check(size == addressSize) {
		return
	}
	for id := range uint32(l.e.things.len()) {
		states := l.statesOf(id)
		for i := range states {
			s := &states[i]
			if s.flags&listed == 0 {
				continue
			}
			n := l.in.uint64()
			_ = l.in.uint64()
			if !l.check(n <= maxAddresses && items >= 1+n) {
				return
			}
			items -= 1 + n
			for range n {
				s.sum = l.e.addresses.push(s.sum, [16]byte(l.in.bytes(addressSize)))
			}
		}
	}
	l.check(items == 0)
}

// statesOf returns the slots of all states of a thing, for writing.
func (l *loader) statesOf(id uint32) []state {
	e := l.e
	t := e.things.view(id)
	n := e.plans[t.plan].slots
	if n == 0 {
		return nil
	}
	return e.pool(n).edit(t.block)
}

// slot checks slot n of a state of a rule, of so many slots.
func (l *loader) slot(s *state, rule uint32, n, slots int) bool {
	switch k := l.e.keepers[rule]; {
	case k != nil:
		return s.sum >= 0 && l.keptState(s, k, n == slots-1)
	case l.e.rules[rule] == nil && s.flags&^instant == 0: // maybe of one that kept values
		return s.sum >= 0 && s.count < maxConsecutive
	case n == slots-1 && n > 0:
		return l.second(s, rule)
	case n > 0: // only rules that keep have one between
		return *s == state{}
	}
	if s.flags&inAlarm != 0 {
		l.alarmed++
	}
	return s.sum >= 0 && s.count < maxConsecutive && l.stateOf(s, rule)
}

// stateOf checks the first slot of a rule that judges: only windows of addresses have a
// list.
func (l *loader) stateOf(s *state, rule uint32) bool {
	const all = inAlarm | judged | opened | listed | waiting
	if l.version == 1 {
		return s.flags <= inAlarm|judged
	}
	if s.flags > all {
		return false
	}
	r := l.e.rules[rule]
	lists := r == nil || r.behavior.keepsList()
	return s.flags&listed == 0 && (r == nil || !r.behavior.keepsList() || s.sum == 0) || s.flags&listed != 0 && lists && s.sum == 0
}

// resume makes what is not in a snapshot: it follows from the rest.
func (l *loader) resume() {
	e := l.e
	e.countRules()
	for id := range uint32(e.things.len()) {
		p := e.plans[e.things.view(id).plan]
		here := e.presenceOf(id)
		states := l.statesOf(id)
		for i, en := range p.entries {
			r, s := e.rules[en.rule], &states[p.at[i]]
			if k := e.keepers[en.rule]; k != nil {
				slots := p.stateOf(states, i)
				k.kept.last = max(k.kept.last, slots[len(slots)-1].sum)
			}
			if r != nil && r.statistic != nil && en.slots > 1 {
				e.openUntil = max(e.openUntil, (int64(e.lastWindow(&states[p.at[i]+1]))+1)*r.behavior.duration)
			}
			if r == nil || !r.behavior.cloud {
				continue
			}
			if s.flags&opened != 0 && r.behavior.windowed() {
				e.openUntil = max(e.openUntil, (int64(s.covered)+1)*r.behavior.duration)
			}
			if minutes, ok := r.behavior.criterion.crossing(); s.flags&waiting != 0 && !r.behavior.windowed() && ok {
				e.crossings.push(crossing{here.passes(minutes), id, r.id})
			}
		}
	}
}
