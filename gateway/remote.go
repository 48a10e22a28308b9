package gateway

import (
	"slices"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"vedette/metric"
	"vedette/record"
)

// Bounds of what is kept of things at a broker elsewhere.
const (
	maxRemoteThings = 1 << 20
	remoteIdle      = 5 * time.Minute // without a message, after which a thing's counters are dropped
	remoteGone      = time.Hour       // after which the connection that has ended is forgotten
	maxUnstored     = 16              // events of a thing that are not counted when they come again
)

// Remote stands for a broker elsewhere, whose clients are things: their reports are
// taken, and what is known of their messages and connections is counted, as if
// they had come to this gateway. Its methods are called by one goroutine.
//
// A thing may be connected here and there, or at several brokers. It then has one
// connection for the engine, the last one that began, as a client id has at one
// broker; what it does is added up.
type Remote struct {
	gateway *Gateway
	name    string
	id      uint32 // upper half of its sessions' numbers, as record.Elsewhere has it
	seen    seen

	mu     sync.Mutex
	things map[string]*remoteThing
	swept  int64 // epoch ms
}

// remoteThing is what is kept of a thing at a broker elsewhere.
type remoteThing struct {
	usage *usage // nil: nothing is counted
	used  int64  // when something was last heard of it, epoch ms
	last  remoteConnection

	latest   *noted             // on its way to the log; nil: none is
	unstored []remoteConnection // that events led to which were counted and could not be stored; the last maxUnstored
}

// Remote returns what stands for the broker called name, which tells its sessions
// from those of other brokers also after a restart. It is called before anybody
// connects, once for each name.
func (g *Gateway) Remote(name string) *Remote {
	r := &Remote{gateway: g, name: name, id: uint32(xxhash.Sum64String(name)) &^ 0xff, things: map[string]*remoteThing{}}
	if r.id == 0 {
		r.id = 0x100
	}
	g.remotes = append(g.remotes, r)
	return r
}

// Report takes a report. to gets the answer, with the ticket 0, when the report is
// on disk or was rejected. again tells that the broker may have delivered it before.
func (r *Remote) Report(to Finisher, thing []byte, f metric.Format, payload []byte, again bool) {
	r.gateway.report(caller{client: to, from: r.name, thing: thing, format: f, seen: &r.seen, again: again}, payload)
}

// Sent counts a message that a thing has published. It is false if there can be no
// such thing, or there are too many.
func (r *Remote) Sent(thing, topic []byte, size int) bool {
	if err := metric.CheckThing(thing); err != nil {
		r.Ignored(topic, err.Error())
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.thing(thing)
	if t == nil {
		return false
	}
	if t.usage == nil {
		r.count(t, string(thing))
	}
	t.usage.sent(topic, size)
	return true
}

// Refused counts a client that the broker did not let in; denied: because nothing
// allowed it.
func (r *Remote) Refused(thing string, denied bool) bool {
	if metric.CheckThing([]byte(thing)) != nil {
		return false
	}
	r.gateway.meter.refusedThing(thing, denied)
	return true
}

// Ignored logs, now and then, that a message is of no use.
func (r *Remote) Ignored(topic []byte, why string) {
	r.gateway.logger.warn("message from a broker ignored", "broker", r.name, "topic", string(topic), "reason", why)
}

// thing returns what is kept of a thing; nil if there are too many. r.mu is held.
func (r *Remote) thing(name []byte) *remoteThing {
	now := r.gateway.now().UnixMilli()
	if now-r.swept >= remoteIdle.Milliseconds() || now < r.swept {
		r.sweep(now)
	}
	t := r.things[string(name)]
	if t == nil {
		if len(r.things) >= maxRemoteThings {
			r.gateway.meter.uncounted.Add(1)
			return nil
		}
		t = &remoteThing{last: remoteConnection{version: unknownVersion}}
		r.things[string(name)] = t
	}
	t.used = now
	return t
}

// count begins to count for a thing. r.mu is held.
func (r *Remote) count(t *remoteThing, name string) {
	t.usage = r.gateway.meter.newUsage(name)
	if t.last.connected {
		t.usage.session, t.usage.addr = t.last.session, t.last.addr
	}
	r.gateway.meter.open(t.usage)
}

// uncount writes what was counted. r.mu is held.
func (t *remoteThing) uncount() {
	if t.usage != nil {
		t.usage.finish()
		t.usage = nil
	}
}

// sweep drops what is not needed any more. r.mu is held.
func (r *Remote) sweep(now int64) {
	r.swept = now
	for name, t := range r.things {
		if t.last.connected {
			continue
		}
		if now-t.used >= remoteIdle.Milliseconds() {
			t.uncount()
		}
		if now-t.used >= remoteGone.Milliseconds() || t.usage == nil && !t.last.known() {
			delete(r.things, name)
		}
	}
}

// Resume tells whether a session is one at a broker that a Remote stands for, which
// then goes on with it: it was open when the last process ended.
func (g *Gateway) Resume(thing []byte, session uint64) bool {
	for _, r := range g.remotes {
		if r.id == record.SessionProcess(session) {
			r.resume(string(thing), session)
			return true
		}
	}
	return false
}

func (r *Remote) resume(thing string, session uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.thing([]byte(thing)); t != nil {
		t.last = remoteConnection{session: session, connected: true, version: unknownVersion}
	}
}

// session returns the number of a thing's connection, the same for every event of it.
func (r *Remote) session(thing, connection string) uint64 {
	return uint64(r.id)<<32 | xxhash.Sum64String(thing+"\x00"+connection)&0xffffffff
}

// noted is a presence record on its way to the log.
type noted struct {
	remote        *Remote
	thing         *remoteThing
	before, after remoteConnection
	next          *noted // of the same thing, if there was one before this was stored
	done          func(error)
}

// noted returns what waits for the record of an event that led from before to the last
// connection. r.mu is held.
func (r *Remote) noted(t *remoteThing, before remoteConnection, done func(error)) *noted {
	n := &noted{remote: r, thing: t, before: before, after: t.last, done: done}
	if t.latest != nil {
		t.latest.next = n
	}
	t.latest = n
	return n
}

// Committed implements record.Waiter. What could not be stored never happened, but
// that it was counted: the broker will say it again.
func (n *noted) Committed(_ uint64, _ int64, err error) {
	n.remote.mu.Lock()
	t := n.thing
	if t.latest == n {
		t.latest = nil
	}
	if err != nil {
		n.remote.gateway.meter.failures.Add(1)
		if n.next != nil {
			n.next.before = n.before
		}
		if t.last == n.after {
			t.last = n.before
		}
		t.unstored = append(t.unstored, n.after)
		t.unstored = t.unstored[max(0, len(t.unstored)-maxUnstored):]
	}
	n.remote.mu.Unlock()
	n.done(err)
}

// again tells whether the event that led to the last connection was counted before,
// when it could not be stored. r.mu is held.
func (t *remoteThing) again() bool {
	i := slices.Index(t.unstored, t.last)
	if i < 0 {
		return false
	}
	t.unstored = slices.Delete(t.unstored, i, i+1)
	return true
}

// note hands a presence record to the log.
func (r *Remote) note(p *record.Presence, n *noted) {
	r.gateway.meter.records.Add(1)
	r.gateway.log.Append(record.Partition(p.Thing), record.KindPresence, record.AppendPresence(nil, p), n, 0)
}
