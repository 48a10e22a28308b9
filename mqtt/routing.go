package mqtt

// A routing is one message on its way to its subscribers. Routings are pooled:
// nothing is allocated for a message that nobody has to keep.
type routing struct {
	matcher
	srv     *Server
	topic   []byte
	payload []byte
	props   []byte // encoded, to forward
	qos     byte
	retain  bool
	expires int64    // epoch milliseconds; 0: never
	from    *session // the publisher; nil: the server itself

	now   int64    // epoch milliseconds; 0: not asked yet
	kept  *message // the copy for those that keep it; nil until one does
	saved bool     // something was handed to the saver
}

// A target is what one session gets of a message.
type target struct {
	session *session
	qos     byte // granted
	retain  bool
	ids     []uint32 // subscription identifiers; valid until the next target is made
}

func (s *Server) newRouting() *routing {
	if r, ok := s.routings.Get().(*routing); ok {
		return r
	}
	return &routing{srv: s}
}

func (s *Server) freeRouting(r *routing) {
	r.release()
	*r = routing{srv: s, matcher: r.matcher}
	s.routings.Put(r)
}

// routeMessage gives a kept message to all subscribers.
func (s *Server) routeMessage(m *message, from *session) {
	r := s.newRouting()
	defer s.freeRouting(r)
	r.use(m)
	r.from = from
	r.publish()
}

// use makes the routing one of a kept message.
func (r *routing) use(m *message) {
	r.topic, r.payload, r.props = []byte(m.topic), m.payload, m.props
	r.qos, r.retain, r.expires = m.qos, m.retain, m.expires
	r.kept = m
}

// publish retains the message if asked, as far as there is room, and delivers it.
func (r *routing) publish() {
	if r.retain {
		r.srv.retained.store(r)
	}
	r.toSubscribers(nil)
}

// toSubscribers delivers the message. by is the client whose reader calls, which
// flushes its own connection itself; nil: none.
func (r *routing) toSubscribers(by *Client) {
	r.srv.tree.match(&r.matcher, r.topic)
	r.deliver(by)
}

// deliver gives the message to every session in r.matches.
func (r *routing) deliver(by *Client) {
	for i := 0; i < len(r.matches); {
		j := r.groupEnd(i)
		if t := r.target(r.matches[i:j]); t.session != nil {
			if got := t.session.deliver(r, t, by); got != taken {
				r.deliverElsewhere(r.matches[i], got, by)
			}
		}
		i = j
	}
}

// deliverElsewhere looks for another member of the group when the one whose turn it
// was has not taken the message. A message that nobody takes is dropped.
func (r *routing) deliverElsewhere(m match, got delivery, by *Client) {
	if m.group != nil {
		r.spare = r.srv.tree.others(r.spare[:0], m.group, m.session)
		for i := range r.spare {
			t := r.target(r.spare[i : i+1])
			if t.session == nil {
				continue
			}
			switch t.session.deliver(r, t, by) {
			case taken:
				return
			case full:
				got = full
			}
		}
	}
	if got == full {
		r.srv.traffic[0].dropped.Add(1)
		r.srv.stats.queueFull.Add(1)
	}
}

// groupEnd returns the end of the run of matches that begins at i and make one
// message: those of one session. A shared subscription makes one of its own.
func (r *routing) groupEnd(i int) int {
	j := i + 1
	for j < len(r.matches) && r.matches[j].session == r.matches[i].session && r.matches[i].group == nil && r.matches[j].group == nil {
		j++
	}
	return j
}

// target merges the subscriptions of one session that match: it gets the message
// once, with the highest QoS granted [MQTT-3.3.4-2] and the identifiers of all
// [MQTT-3.3.4-3] [MQTT-3.3.4-4].
func (r *routing) target(matches []match) target {
	var t target
	r.ids = r.ids[:0]
	for _, m := range matches {
		if m.options.noLocal() && m.session == r.from { // [MQTT-3.8.3-3]
			continue
		}
		t.session = m.session
		t.qos = max(t.qos, m.options.qos())
		t.retain = t.retain || r.retain && m.options.retainAsPublished() // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
		if m.id != 0 {
			r.ids = append(r.ids, m.id)
		}
	}
	t.ids = r.ids
	return t
}

// takeOwn takes the target that is c's own session out of the matches; its
// session is nil when there is none.
func (r *routing) takeOwn(c *Client) target {
	for i := 0; i < len(r.matches); {
		j := r.groupEnd(i)
		if r.matches[i].session == c.session {
			t := r.target(r.matches[i:j])
			for k := i; k < j; k++ {
				r.matches[k].session = nil
			}
			return t
		}
		i = j
	}
	return target{}
}

// sendQoS0 appends the message to what c is sent, or drops it when c has too
// much waiting. c.mu is held.
func (r *routing) sendQoS0(c *Client, t target) {
	if !c.sends() {
		return
	}
	o := outgoing{bytes: r.topic, payload: r.payload, props: r.props, retain: t.retain, ids: t.ids}
	if r.expires != 0 {
		o.hasExpiry, o.expiry = true, secondsLeft(r.expires, r.millis())
	}
	remaining, _ := o.size(c.version)
	if waiting := c.out.len(); waiting > 0 && waiting+remaining > c.srv.opt.MaxOutbound || !o.fits(c) || !c.mayDeliver(false) {
		c.traffic.dropped.Add(1)
		return
	}
	if !c.srv.opt.Handler.Receive(c, r.topic) {
		return
	}
	c.out.tail(&c.srv.buffers)
	c.out.buf.b = appendPublish(c.out.buf.b, c.version, &o)
	c.delivered(false)
}

// millis returns the time, asked once per message.
func (r *routing) millis() int64 {
	if r.now == 0 {
		r.now = r.srv.nowMilli()
	}
	return r.now
}

// keep returns a copy of the message, made once.
func (r *routing) keep() *message {
	if r.kept == nil {
		r.kept = &message{
			topic:   string(r.topic),
			payload: append([]byte(nil), r.payload...),
			qos:     r.qos,
			retain:  r.retain,
			expires: r.expires,
		}
		if len(r.props) > 0 {
			r.kept.props = append([]byte(nil), r.props...)
		}
	}
	return r.kept
}
