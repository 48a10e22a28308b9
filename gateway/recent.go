package gateway

import "sync"

// recent remembers the last report of each thing of a partition, to tell
// repeats and reports that come too soon. It holds a bounded number of things and
// no names: thing below is a keyed hash of 64 bits, which clients cannot aim.
type recent struct {
	mu      sync.Mutex
	byThing map[uint64]uint32
	entries []entry // [0] ties the ring of entries by age together: its next is the newest
	max     int
}

// entry is what is known of a thing: 56 bytes without a pointer.
type entry struct {
	thing      uint64
	accepted   uint64 // hash of the last accepted report
	acceptedAt int64  // its arrival, epoch milliseconds; 0: none
	claimed    uint64 // hash of the last report that was handed to the log
	claimedAt  int64
	inFlight   uint32 // reports in the log's hands
	prev, next uint32
}

// verdict is what recent says about a report.
type verdict uint8

const (
	fresh   verdict = iota // to be appended; settle must follow
	repeat                 // the thing's last accepted report again
	tooSoon                // the thing's last report is less than the interval old
)

// claim says what to do with a report of thing with the payload hash, arriving
// at now, and takes the thing's slot if it is fresh. The hash stands for the
// report id too, which is in the payload. The same report again while the first
// is still on its way to the log is fresh: whether the first gets there is not
// known, and the engine judges it once.
func (r *recent) claim(thing, hash uint64, now, interval int64) verdict {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, known := r.byThing[thing]
	if !known {
		i = r.insert(thing)
	}
	e := &r.entries[i]
	switch {
	case e.acceptedAt != 0 && e.accepted == hash:
		return repeat
	case e.inFlight > 0 && e.claimed == hash:
		e.inFlight++
		return fresh
	case within(now, e.acceptedAt, interval), e.inFlight > 0 && within(now, e.claimedAt, interval):
		return tooSoon
	}
	e.claimed, e.claimedAt = hash, now
	e.inFlight++
	r.unlink(i)
	r.link(i)
	return fresh
}

// within tells whether now is less than interval after at. A clock that was
// set back delays nobody.
func within(now, at, interval int64) bool { return at != 0 && now >= at && now-at < interval }

// settle ends a claim: the report is in the log, or it is not and the slot is
// free again.
func (r *recent) settle(thing, hash uint64, at int64, stored bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, known := r.byThing[thing]
	if !known { // forgotten in the meantime
		return
	}
	e := &r.entries[i]
	if e.inFlight > 0 {
		e.inFlight--
	}
	if stored {
		e.accepted, e.acceptedAt = hash, at
	}
}

// insert makes an entry for thing, in the place of the oldest if there are
// enough.
func (r *recent) insert(thing uint64) uint32 {
	if r.byThing == nil {
		r.byThing = map[uint64]uint32{}
		r.entries = make([]entry, 1)
	}
	var i uint32
	if len(r.entries) <= r.max {
		i = uint32(len(r.entries))
		r.entries = append(r.entries, entry{thing: thing})
	} else {
		i = r.entries[0].prev
		delete(r.byThing, r.entries[i].thing)
		r.unlink(i)
		r.entries[i] = entry{thing: thing}
	}
	r.byThing[thing] = i
	r.link(i)
	return i
}

// link makes entry i the newest.
func (r *recent) link(i uint32) {
	head := &r.entries[0]
	e := &r.entries[i]
	e.prev, e.next = 0, head.next
	r.entries[head.next].prev = i
	head.next = i
}

func (r *recent) unlink(i uint32) {
	e := &r.entries[i]
	r.entries[e.prev].next = e.next
	r.entries[e.next].prev = e.prev
}

// things returns how many things are remembered.
func (r *recent) things() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.byThing)
}
