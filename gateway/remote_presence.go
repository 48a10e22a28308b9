package gateway

import (
	"net/netip"
	"strconv"
	"time"

	"vedette/metric"
	"vedette/record"
)

// unknownVersion is the version of a connection of which none is known.
const unknownVersion = -1

// renumbered is how much later than the last event one with a smaller version must
// have happened to be a newer one: AWS IoT begins to count anew after about an hour.
const renumbered = 30 * time.Minute

// RemotePresence is what a broker elsewhere says of a client's connection. Such
// events come late, twice and out of order.
type RemotePresence struct {
	Thing      string // client id
	Connected  bool
	Connection string        // tells the connection from the thing's others; empty: not known
	Version    int64         // grows from connection to connection; -1: not known
	Time       int64         // of the event, by the broker's clock, epoch ms; 0: not known
	Addr       netip.Addr    // of the client; the zero Addr: not known
	Reason     record.Reason // why it disconnected; 0: not known
}

// remoteConnection is the last connection of a thing that was heard of.
type remoteConnection struct {
	session   uint64 // 0: none, or not one that the engine knows
	connected bool
	version   int64
	at        int64  // of the last event, epoch ms; 0: not known
	taken     uint64 // session that this one took over and whose end was not heard of; 0: none
	addr      netip.Addr
}

func (c *remoteConnection) known() bool { return *c != remoteConnection{version: unknownVersion} }

// Presence takes what the broker says of a thing's connection. done is called once:
// with nil when it is on disk or says nothing new, with an error if it could not be
// stored. It is false, and done is not called, if there can be no such thing.
func (r *Remote) Presence(e *RemotePresence, done func(error)) bool {
	if metric.CheckThing([]byte(e.Thing)) != nil {
		return false
	}
	session := r.session(e.Thing, e.Connection)
	if e.Connection == "" {
		session = r.session(e.Thing, strconv.FormatInt(max(e.Version, e.Time), 10))
	}
	r.mu.Lock()
	t := r.thing([]byte(e.Thing))
	if t == nil {
		r.mu.Unlock()
		done(nil)
		return true
	}
	before := t.last
	news, ended := t.last.follow(e, session)
	switch {
	case news && t.again():
	case news && e.Connected:
		t.uncount()
		r.count(t, e.Thing)
		t.usage.topicless(func(s *slot) { s.attempts++ })
	case ended:
		if t.usage == nil {
			r.count(t, e.Thing)
		}
		t.usage.topicless(func(s *slot) { s.disconnects++ })
		if news {
			t.uncount()
		}
	}
	if !news {
		r.mu.Unlock()
		done(nil)
		return true
	}
	n := r.noted(t, before, done)
	r.mu.Unlock()
	p := record.Presence{Thing: []byte(e.Thing), Session: session, Connected: e.Connected, Reason: e.Reason, Addr: e.Addr}
	if !e.Connected {
		p.Session, p.Addr = before.session, netip.Addr{}
	}
	r.note(&p, n)
	return true
}

// follow makes e the last event, if it is. news tells whether the thing is connected
// otherwise than before; ended whether a connection has ended, the last one or another.
func (c *remoteConnection) follow(e *RemotePresence, session uint64) (news, ended bool) {
	if !e.Connected && c.taken != 0 && c.taken == session {
		c.taken = 0
		return false, true
	}
	if c.stale(e) {
		return false, false
	}
	if e.Connected {
		if c.connected && c.session == session {
			return false, false
		}
		next := remoteConnection{session: session, connected: true, version: e.Version, at: e.Time, addr: e.Addr}
		if c.connected {
			next.taken = c.session
		}
		*c = next
		return true, false
	}
	if c.connected && !c.endedBy(e, session) {
		return false, true
	}
	news = c.connected
	*c = remoteConnection{session: c.session, version: max(c.version, e.Version), at: e.Time}
	return news, true
}

// endedBy tells whether e, which is not stale, is the end of the connection c, or of a
// newer one whose beginning was not heard of.
func (c *remoteConnection) endedBy(e *RemotePresence, session uint64) bool {
	switch {
	case e.Connection != "" && c.session == session:
		return true
	case e.Version != unknownVersion && c.version != unknownVersion:
		return e.Version >= c.version
	case e.Connection != "":
		return false // of one that was taken over, most likely: its own end is still to come
	default:
		return e.Reason != record.DuplicateClientID // or else another connection goes on
	}
}

// stale tells whether e happened before what was heard of last, or is the same again.
func (c *remoteConnection) stale(e *RemotePresence) bool {
	if !c.known() {
		return false
	}
	later := e.Time - c.at
	if e.Version == unknownVersion || c.version == unknownVersion {
		return e.Time != 0 && c.at != 0 && (later < 0 || later == 0 && !c.connected && !e.Connected)
	}
	switch {
	case e.Version > c.version:
		return false
	case e.Version == c.version:
		return !c.connected
	}
	return later < renumbered.Milliseconds() || c.connected && !e.Connected
}
