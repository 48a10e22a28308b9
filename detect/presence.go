package detect

import "net/netip"

// presence is what the engine keeps of each thing's connections. It has no
// pointers.
type presence struct {
	session uint64   // of the last connection
	usage   uint64   // number of the thing's last usage record
	at      int64    // when it connected or disconnected, epoch ms
	addr    [16]byte // of the last connection
	lost    uint32   // it did not disconnect, its process ended: so long after at that was known, in seconds
	flags   uint8
}

const (
	tracked   uint8 = 1 << iota // it has been seen connected
	online                      // it is connected
	addressed                   // addr is known
)

func (p *presence) address() netip.Addr { return netip.AddrFrom16(p.addr).Unmap() }

// presence returns what is known of a thing's connections, for writing.
func (e *Engine) presence(id uint32) *presence {
	for e.presences.count <= id {
		e.presences.add()
	}
	return &e.presences.edit(id)[0]
}

// presenceOf returns the same for reading.
func (e *Engine) presenceOf(id uint32) presence {
	if id >= e.presences.count {
		return presence{}
	}
	return e.presences.view(id)[0]
}

// applyPresence notes that a thing has connected or disconnected. The end of a
// connection that a newer one has taken over leaves the thing connected.
func (e *Engine) applyPresence() {
	cur := &e.current
	p := &cur.connection
	id, known := e.things.find(p.Thing)
	if !known {
		id = e.addThing(p.Thing)
	}
	e.catchUp(id)
	here := e.presence(id)
	is := here.flags&online != 0
	last := here.flags&tracked != 0 && here.session == p.Session
	switch {
	case last && (p.Connected || !is):
		e.stats.repeats++ // it is known, or over
		return
	case !p.Connected && !last:
		e.stats.presences++ // the end of what was taken over, or of what nobody saw begin
		return
	case p.Connected:
		e.connect(here)
	case last:
		here.flags &^= online
		here.at = cur.at
		e.online--
	}
	e.stats.presences++
	now := *here
	if now.flags&online == 0 && !last {
		now.flags &^= addressed // it was not connected from there
	}
	e.eachCloud(id, func(r *rule, s *state) {
		switch b := r.behavior; {
		case !b.windowed():
			e.measurePresence(r, s, now, last)
		default:
			w := e.windowAt(s, cur.at, b.duration)
			e.leave(r, s, w)
			e.attend(r, s, w, now)
		}
	})
}

func (e *Engine) connect(here *presence) {
	p := &e.current.connection
	if here.flags&tracked == 0 {
		e.tracked++
	}
	if here.flags&online == 0 {
		e.online++
	}
	here.session, here.at, here.lost, here.flags = p.Session, e.current.at, 0, tracked|online
	if p.Addr.IsValid() {
		here.addr, here.flags = p.Addr.WithZone("").As16(), here.flags|addressed
	} else {
		here.addr = [16]byte{}
	}
}

// Online calls fn for each thing that is connected, with the session of its
// connection. fn must not call the engine.
func (e *Engine) Online(fn func(thing []byte, session uint64)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id := range e.presences.count {
		if p := e.presenceOf(id); p.flags&online != 0 {
			fn(e.things.name(id), p.session)
		}
	}
}
