package bridge

// receive deals with a message of the broker. It must not wait with version 5: replies
// of QoS 1 may wait for their acknowledgments there, which come behind the message.
func (s *session) receive(m message) {
	if m.qos == 0 && s.plan.report(m.topic) == nil {
		s.dispatch(&m, nil)
		return
	}
	d, full := s.queue.add(m, m.qos > 0 && s.broker.Version != "5")
	switch {
	case full && m.qos > 0:
		s.lose(errTooMany)
		return
	case full: // QoS 0 is no promise
		s.messages[kindIgnored].Add(1)
		s.remote.Ignored([]byte(m.topic), "too many reports with QoS 0 are under way")
		return
	case d == nil:
		return // it will come again
	}
	if s.dispatch(&d.message, d) {
		d.done <- true
	}
}

// report returns the route of a topic that reports come on.
func (p *plan) report(topic string) *reportRoute {
	for i := range p.reports {
		if _, ok := p.reports[i].match(topic); ok {
			return &p.reports[i]
		}
	}
	return nil
}

// dispatch takes a message to where it belongs. It is false if d hears later what
// became of it; d is nil if nobody waits for that.
func (s *session) dispatch(m *message, d *delivery) (done bool) {
	taken := kindIgnored
	defer func() { s.messages[taken].Add(1) }()
	if m.retained { // old already
		return true
	}
	if s.plan.presence != nil && s.plan.presence.claims(m.topic) {
		var known bool
		if known, done = s.follow(m, d); known {
			taken = kindPresence
		}
		return done
	}
	if s.plan.own(m.topic) {
		return true // a reply of the bridge
	}
	if s.count(m) {
		taken = kindCounted
	}
	if route := s.plan.report(m.topic); route != nil && d != nil {
		taken = kindReport
		d.route = route
		d.thing, _ = route.match(m.topic)
		s.remote.Report(d, []byte(d.thing), route.format, m.payload, m.again || !s.recovered.IsZero() && s.now().Before(s.recovered))
		return false
	}
	if taken == kindIgnored {
		s.remote.Ignored([]byte(m.topic), "nothing in the bridge file is about its topic, or it names no thing; after a change of the file, the session at the broker may still have subscriptions of the old one")
	}
	return true
}

// count counts a message that a thing has sent. One that comes again was counted,
// most likely.
func (s *session) count(m *message) bool {
	for _, p := range s.plan.counts {
		if thing, ok := p.match(m.topic); ok {
			return m.again || s.remote.Sent([]byte(thing), []byte(m.topic), len(m.payload))
		}
	}
	return false
}

// follow takes an event of presence.
func (s *session) follow(m *message, d *delivery) (known, done bool) {
	e, err := s.plan.presence.read(m.topic, m.payload)
	if err != nil {
		s.remote.Ignored([]byte(m.topic), err.Error())
		return false, true
	}
	if e.Thing == s.broker.ClientID {
		return false, true // the bridge itself
	}
	if e.refused {
		known = m.again || s.remote.Refused(e.Thing, e.denied)
		return known, true
	}
	known = s.remote.Presence(&e.RemotePresence, func(err error) {
		if d != nil {
			d.done <- err == nil
		}
	})
	if !known {
		s.remote.Ignored([]byte(m.topic), "its client id can be no thing's name")
	}
	return known, !known
}
