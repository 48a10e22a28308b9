package detect

// FleetCounts is how many things of a shard there are.
type FleetCounts struct {
	Seen       int // have sent a report, or were connected, ever
	Registered int // are in the registry
	Online     int // are connected
	Reporting  int // have sent a report lately
}

// countedAtOnce is how many things are counted while records wait: some 20 µs.
const countedAtOnce = 4096

// CountFleet counts the things. Lately is since a time, epoch milliseconds. Records are
// applied between one few thousand things and the next.
func (e *Engine) CountFleet(since int64) (c FleetCounts) {
	for next, more := uint32(0), true; more; {
		next, more = e.countSome(next, since, &c)
	}
	return c
}

func (e *Engine) countSome(from uint32, since int64, c *FleetCounts) (next uint32, more bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	to := min(from+countedAtOnce, uint32(e.things.len()))
	for id := from; id < to; id++ {
		t, p := e.things.view(id), e.presenceOf(id)
		has := t.flags&reported != 0
		if has || p.flags&tracked != 0 {
			c.Seen++
		}
		if has && t.last >= since {
			c.Reporting++
		}
		if e.classes[t.class].registered {
			c.Registered++
		}
	}
	c.Online = e.online
	return to, to < uint32(e.things.len())
}

// ActiveViolations returns how many violations are active.
func (e *Engine) ActiveViolations() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.byPair)
}
