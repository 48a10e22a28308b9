package mqtt

import (
	"sync"
	"sync/atomic"
)

// A session is what the server knows of a client identifier, whether or not the
// client is connected (section 4.1).
type session struct {
	srv    *Server
	id     string
	number uint64
	owner  string                 // empty: nobody
	client atomic.Pointer[Client] // nil: not connected; written with mu held

	// Guarded by dueList.mu.
	dueAt    int64 // epoch seconds; 0: never
	duePlace int   // 1 + its place in the heap; 0: not there

	mu        sync.Mutex // taken before Client.mu
	ended     bool       // nothing may be added any more
	saved     bool       // there are stored entries
	subs      []*subscription
	queue     queue
	expiry    uint32 // seconds that the session outlives the connection; noExpiry: never ends
	expiresAt int64  // epoch seconds, while not connected; 0: never
	will      *will  // nil: none
	willAt    int64  // epoch seconds, while not connected: when the will is due; 0: no will is pending
}

// stored tells whether the session is to survive the process. s.mu is held.
func (s *session) stored() bool { return s.expiry > 0 && s.srv.saver != nil }

// A delivery is what a session has done with a message.
type delivery byte

const (
	taken delivery = iota
	gone           // nobody is there who would get it
	full           // too many wait already
)

// deliver gives the session a message that one of its subscriptions matches.
func (s *session) deliver(r *routing, t target, by *Client) delivery {
	if min(r.qos, t.qos) == 0 {
		c := s.client.Load()
		if c == nil {
			return gone // QoS 0 messages are not kept (section 4.1.1)
		}
		c.mu.Lock()
		r.sendQoS0(c, t)
		c.mu.Unlock()
		if c != by {
			c.markDirty()
		}
		return taken
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	got := s.enqueue(r, t)
	if got == taken {
		s.pump(by)
	}
	return got
}

// busy tells whether the queue is half full: PUBACKs are on their way.
func (s *session) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	opt := &s.srv.opt
	return s.queue.waiting > 0 && (s.queue.waiting >= opt.MaxQueued/2 || s.queue.bytes >= opt.MaxQueuedBytes/2)
}

// enqueue keeps a QoS 1 message. A session that has too many refuses new ones:
// what was promised earlier stays. s.mu is held.
func (s *session) enqueue(r *routing, t target) delivery {
	if s.ended || s.expiry == 0 && s.client.Load() == nil {
		return gone
	}
	opt := &s.srv.opt
	m := r.keep()
	if s.queue.waiting >= opt.MaxQueued || s.queue.bytes+m.size() > opt.MaxQueuedBytes || s.srv.queuedTooMuch(s.queue.bytes+m.size()) {
		return full
	}
	out := outMessage{message: m, asRetain: t.retain}
	if len(t.ids) > 0 {
		out.ids = append([]uint32(nil), t.ids...)
	}
	s.srv.stats.queued.Add(int64(out.size()))
	number := s.queue.push(out)
	if s.stored() {
		s.srv.saver.put(Entry{Kind: EntryQueued, Owner: s.id, Seq: number, Value: encodeQueued(&out)})
		r.saved = true
	}
	return taken
}

// queuedTooMuch tells whether a session with so many bytes waiting has more than
// its share, when too many wait for all together.
func (s *Server) queuedTooMuch(bytes int) bool {
	limit := int64(s.opt.MaxQueuedTotal)
	return s.stats.queued.Load() >= limit && int64(bytes) > limit/max(s.stats.sessions.Load(), 1)
}

// pump sends what the client may have now: no more than its receive maximum
// unacknowledged [MQTT-3.3.4-9], and no more than the connection takes. by is
// the client whose reader calls, and flushes. s.mu is held.
func (s *session) pump(by *Client) {
	c := s.client.Load()
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	q, now, sent := &s.queue, int64(0), false
	for q.next < min(len(q.items), maxWindow) && q.inflight < c.sendMax && c.sends() {
		if c.out.len() >= s.srv.opt.MaxOutbound {
			c.stalled.Store(true)
			break
		}
		m := &q.items[q.next]
		if m.message == nil {
			q.next++
			continue
		}
		if m.expires != 0 && now == 0 {
			now = s.srv.nowMilli()
		}
		stored := c.pace != nil && q.first+uint64(q.next) < c.pace.storedTo
		if !c.mayDeliver(stored) {
			c.hold()
			break
		}
		if s.sendNext(c, m, now) {
			c.delivered(stored)
			sent = true
		}
	}
	if sent && c != by {
		c.markDirty()
	}
}

// sendNext sends the message at q.next, or drops it when it has expired or is
// too long for the client.
func (s *session) sendNext(c *Client, m *outMessage, now int64) bool {
	q := &s.queue
	o := outgoing{
		topic: m.topic, payload: m.payload, props: m.props, qos: 1, retain: m.asRetain, dup: m.sent,
		packetID: packetIDOf(q.first + uint64(q.next)), ids: m.ids,
	}
	if m.expires != 0 {
		o.hasExpiry, o.expiry = true, secondsLeft(m.expires, now)
	}
	c.asked = append(c.asked[:0], m.topic...)
	can := !m.expired(now) && o.fits(c)
	if !can || !s.srv.opt.Handler.Receive(c, c.asked) {
		if !can {
			c.traffic.dropped.Add(1)
		}
		number, i := q.first+uint64(q.next), q.next
		q.next++
		s.srv.stats.queued.Add(-int64(q.drop(i)))
		s.forget(number)
		return false
	}
	m.sent = true
	q.next++
	q.inflight++
	c.out.tail(&s.srv.buffers)
	c.out.buf.b = appendPublish(c.out.buf.b, c.version, &o)
	return true
}

// forget deletes a stored message that is no longer needed. It may come back
// after a crash, which at-least-once delivery allows. s.mu is held.
func (s *session) forget(number uint64) {
	if s.saved {
		s.srv.saver.put(Entry{Kind: EntryQueued, Owner: s.id, Seq: number})
	}
}

// acked is called for each PUBACK of the client.
func (s *session) acked(c *Client, id uint16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number, size, ok := s.queue.acked(id); ok {
		s.srv.stats.queued.Add(-int64(size))
		s.forget(number)
		s.pump(c)
	}
}

// resume sends on after the connection had been full.
func (s *session) resume(by *Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pump(by)
}

// find returns the session's subscription to a filter, nil when there is none.
// s.mu is held.
func (s *session) find(filter string) *subscription {
	for _, sub := range s.subs {
		if sub.filter == filter {
			return sub
		}
	}
	return nil
}

// subscribe adds a subscription or replaces the one with the same filter
// [MQTT-3.8.4-3]. existed tells which; ok is false when the session has too many.
func (s *session) subscribe(filter string, options subOptions, id uint32) (existed, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false, false
	}
	if sub := s.find(filter); sub != nil {
		s.srv.tree.change(sub, options, id)
		return true, true
	}
	if len(s.subs) >= s.srv.opt.MaxSubscriptions {
		return false, false
	}
	s.attachSubscription(&subscription{session: s, filter: filter, options: options, id: id})
	return false, true
}

func (s *session) attachSubscription(sub *subscription) {
	s.subs = append(s.subs, sub)
	s.srv.tree.add(sub)
	s.srv.stats.subscriptions.Add(1)
}

// unsubscribe removes a subscription and tells whether there was one.
func (s *session) unsubscribe(filter string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, sub := range s.subs {
		if sub.filter == filter {
			last := len(s.subs) - 1
			s.subs[i], s.subs[last] = s.subs[last], nil
			s.subs = s.subs[:last]
			s.srv.tree.remove(sub)
			s.srv.stats.subscriptions.Add(-1)
			return true
		}
	}
	return false
}

// save hands the session's state to the saver, and tells whether it is one that
// is saved at all.
func (s *session) save() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saveLocked()
}

func (s *session) saveLocked() bool {
	if !s.stored() || s.ended {
		return false
	}
	s.srv.saver.put(Entry{Kind: EntrySession, Owner: s.id, Value: encodeSession(s)})
	s.saved = true
	return true
}

// unsave deletes what is stored of the session. s.mu is held.
func (s *session) unsave() {
	if !s.saved {
		return
	}
	s.srv.saver.put(Entry{Kind: EntrySession, Owner: s.id})
	for i := range s.queue.items {
		if s.queue.items[i].message != nil {
			s.forget(s.queue.first + uint64(i))
		}
	}
	s.saved = false
}

// end discards the session: its subscriptions, messages and stored entries. It
// returns the will that is now due, if one was pending.
func (s *session) end() *will {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsave()
	s.srv.due.set(s, 0)
	s.ended = true
	for _, sub := range s.subs {
		s.srv.tree.remove(sub)
	}
	s.srv.stats.subscriptions.Add(-int64(len(s.subs)))
	s.srv.stats.sessions.Add(-1)
	s.srv.stats.queued.Add(-int64(s.queue.bytes))
	s.srv.registry.owners.leave(s.owner)
	due := s.will
	if s.willAt == 0 {
		due = nil
	}
	s.subs, s.queue, s.will, s.willAt = nil, queue{}, nil, 0
	return due
}
