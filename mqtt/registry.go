package mqtt

import (
	"hash/maphash"
	"sync"
)

// registryShards is the number of locks for sessions.
const registryShards = 64

// A registry finds sessions by client identifier.
type registry struct {
	seed   maphash.Seed
	shards [registryShards]registryShard
	owners owners
}

type registryShard struct {
	mu       sync.Mutex // taken before session.mu
	sessions map[string]*session
}

func newRegistry() *registry {
	r := &registry{seed: maphash.MakeSeed()}
	for i := range r.shards {
		r.shards[i].sessions = map[string]*session{}
	}
	return r
}

func (r *registry) shard(id string) *registryShard {
	return &r.shards[maphash.String(r.seed, id)%registryShards]
}

// attach gives c its session, the one that is there or a new one, after the
// connection that held it has ended [MQTT-3.1.4-3]. accepted is called at the
// moment from which messages for the session go to c, to put CONNACK in front.
func (s *Server) attach(c *Client, p *connectPacket, accepted func(present bool)) error {
	for {
		holder, will, err := s.tryAttach(c, p, accepted)
		if holder == nil {
			s.publishLate(will, nil)
			return err
		}
		holder.kick(CodeSessionTakenOver, ReasonTakenOver)
		<-holder.done
	}
}

// tryAttach returns the client that holds the session, if there is one. A
// session that is discarded may have a pending will, which is due then.
func (s *Server) tryAttach(c *Client, p *connectPacket, accepted func(present bool)) (holder *Client, will *will, err error) {
	sh := s.registry.shard(c.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	old := sh.sessions[c.id]
	switch {
	case old != nil && old.client.Load() != nil:
		return old.client.Load(), nil, nil
	case old != nil && !p.CleanStart && old.owner == p.Owner:
		s.reopen(old, c, p, accepted)
		return nil, nil, nil
	case old != nil: // [MQTT-3.1.2-4], or somebody else's
		will = old.end()
		delete(sh.sessions, c.id)
	case s.opt.MaxSessions > 0 && s.stats.sessions.Load() >= int64(s.opt.MaxSessions):
		s.stats.limited.Add(1)
		return nil, nil, &protocolError{CodeQuotaExceeded, "too many sessions"}
	}
	if !s.registry.owners.enter(p.Owner, s.opt.MaxSessionsPerOwner) {
		s.stats.limited.Add(1)
		return nil, will, &protocolError{CodeQuotaExceeded, "too many sessions of one owner"}
	}
	fresh := &session{srv: s, id: c.id, number: s.sessionNumber.Add(1), owner: p.Owner}
	sh.sessions[c.id] = fresh
	s.stats.sessions.Add(1)
	s.open(fresh, c, p, func() { accepted(false) })
	return nil, will, nil
}

// reopen resumes a session: a will that is pending is not sent [MQTT-3.1.3-9],
// and unacknowledged messages are sent again [MQTT-4.4.0-1].
func (s *Server) reopen(old *session, c *Client, p *connectPacket, accepted func(present bool)) {
	s.open(old, c, p, func() { accepted(true) })
	old.resume(nil)
}

func (s *Server) open(to *session, c *Client, p *connectPacket, accepted func()) {
	to.mu.Lock()
	defer to.mu.Unlock()
	to.queue.rewind()
	if c.pace != nil {
		c.pace.storedTo = to.queue.first + uint64(len(to.queue.items))
	}
	to.expiry, to.expiresAt = c.sessionExpiry, 0
	to.will, to.willAt = nil, 0
	s.due.set(to, 0)
	if p.Will != nil {
		to.will = newWill(p.Will)
	}
	c.session = to
	accepted()
	to.client.Store(c)
	if !to.saveLocked() {
		to.unsave() // it will not outlive this connection any more
	}
}

// detach ends the connection's hold on its session, which ends too or begins to
// expire. It returns the will when it is due at once.
func (s *Server) detach(c *Client, why Reason) *will {
	to := c.session
	sh := s.registry.shard(c.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	to.mu.Lock()
	now := s.seconds()
	to.client.Store(nil)
	if why == ReasonClientDisconnect && !c.keepWill || c.noWill.Load() { // [MQTT-3.1.2-10]
		to.will = nil
	}
	var due *will
	if to.will != nil {
		to.willAt = now + int64(to.will.delay)
		if to.will.delay == 0 {
			due, to.will, to.willAt = to.will, nil, 0
		}
	}
	to.expiry = c.sessionExpiry
	if to.expiry != 0 {
		if to.expiry != noExpiry {
			to.expiresAt = now + int64(to.expiry)
		}
		to.saveLocked()
		s.schedule(to)
		to.mu.Unlock()
		return due
	}
	to.mu.Unlock()
	delete(sh.sessions, c.id)
	if pending := to.end(); pending != nil { // the session ends before the delay does
		return pending
	}
	return due
}

// schedule sees that a session that is not connected is looked at in time.
func (s *Server) schedule(to *session) {
	at := to.expiresAt
	if to.willAt != 0 && (at == 0 || to.willAt < at) {
		at = to.willAt
	}
	s.due.set(to, at)
}

// expire ends a session whose time has come, and returns its will when that is due.
func (s *Server) expire(to *session, now int64) *will {
	sh := s.registry.shard(to.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.sessions[to.id] != to || to.client.Load() != nil {
		return nil
	}
	to.mu.Lock()
	if to.expiresAt != 0 && to.expiresAt <= now {
		to.mu.Unlock()
		delete(sh.sessions, to.id)
		return to.end()
	}
	defer to.mu.Unlock()
	var due *will
	if to.willAt != 0 && to.willAt <= now {
		due, to.will, to.willAt = to.will, nil, 0
		to.saveLocked()
	}
	s.schedule(to)
	return due
}
