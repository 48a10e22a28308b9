package mqtt

import "slices"

// maxFilters is how many filters of a SUBSCRIBE are looked at, unless a session may
// have more: a packet holds so many that it would take long.
const maxFilters = 1000

func (c *Client) handleSubscribe(first byte, body []byte) error {
	p, err := parseSubscribe(c.version, first, body)
	if err != nil {
		return err
	}
	switch opt := &c.srv.opt; {
	case opt.MaxFilters > 0 && len(p.filters) > opt.MaxFilters:
		return &protocolError{CodeQuotaExceeded, "too many filters in a SUBSCRIBE"}
	case opt.IgnoreQoS2 && slices.ContainsFunc(p.filters, func(f filterRequest) bool { return f.options.qos() == 2 }):
		return nil
	}
	codes := make([]Code, len(p.filters))
	news := make([]bool, len(p.filters))
	changed := false
	var granted []string
	for i, f := range p.filters {
		if i >= max(c.srv.opt.MaxSubscriptions, maxFilters) {
			codes[i] = CodeQuotaExceeded
			continue
		}
		p.filters[i].options, codes[i], news[i] = c.subscribe(string(f.filter), f.options, p.id)
		if !codes[i].Failed() {
			changed, granted = true, append(granted, string(f.filter))
		}
	}
	c.acknowledge(appendSuback(nil, c.version, typeSuback, p.packetID, codes), changed)
	for i, f := range p.filters {
		wanted := f.options.retainHandling()
		if isShared(string(f.filter)) {
			continue // gets no retained messages (section 4.8.2)
		}
		if !codes[i].Failed() && (wanted == 0 || wanted == 1 && news[i]) { // [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]
			if c.backlog == nil {
				c.backlog = &backlog{}
			}
			c.backlog.add(retainedTurn{string(f.filter), f.options, p.id})
		}
	}
	if o := c.srv.opt.Observer; o != nil && changed {
		o.Subscribed(c, granted)
	}
	return nil
}

// subscribe makes one subscription. It returns the options granted, the code
// for SUBACK and whether the subscription is a new one.
func (c *Client) subscribe(filter string, o subOptions, id uint32) (subOptions, Code, bool) {
	share, topics := CutShare(filter)
	if isShared(filter) && share == "" || !validFilter(topics) || !c.srv.opt.fits([]byte(topics)) {
		return o, CodeTopicFilterInvalid, false
	}
	code := c.srv.opt.Handler.Subscribe(c, filter, min(o.qos(), 1))
	if code.Failed() {
		return o, code, false
	}
	code = min(code, Code(min(o.qos(), 1)))
	o = o&^3 | subOptions(code)
	existed, ok := c.session.subscribe(filter, o, id)
	if !ok {
		return o, CodeQuotaExceeded, false
	}
	return o, code, !existed
}

// acknowledge sends SUBACK or UNSUBACK, after the session is saved if it is one
// that is.
func (c *Client) acknowledge(packet []byte, changed bool) {
	saving := changed && c.session.save()
	switch {
	case len(packet) > c.maxPacket: // [MQTT-3.1.2-24]
		c.kick(CodePacketTooLarge, ReasonProtocolError)
	case saving:
		c.srv.saver.await(waiter{client: c, packet: packet})
	default:
		c.send(packet)
	}
}

func (c *Client) handleUnsubscribe(first byte, body []byte) error {
	p, err := parseUnsubscribe(c.version, first, body)
	if err != nil {
		return err
	}
	codes := make([]Code, len(p.filters))
	changed := false
	var ended []string
	for i, f := range p.filters {
		codes[i] = CodeNoSubscriptionExisted
		c.backlog.remove(string(f.filter))
		if c.session.unsubscribe(string(f.filter)) {
			codes[i], changed = CodeSuccess, true
			ended = append(ended, string(f.filter))
		}
	}
	c.acknowledge(appendSuback(nil, c.version, typeUnsuback, p.packetID, codes), changed)
	if o := c.srv.opt.Observer; o != nil && changed {
		o.Unsubscribed(c, ended)
	}
	return nil
}

// A backlog is what a client has yet to get because of its new subscriptions:
// there may be many more retained messages than fit into its queue.
type backlog struct {
	turns   []retainedTurn
	started bool       // messages are those of turns[0]
	left    []*message // of them, not sent
}

// A retainedTurn is one new subscription.
type retainedTurn struct {
	filter  string
	options subOptions
	id      uint32
}

// add appends a turn. One for the same filter that has not begun is replaced.
func (b *backlog) add(t retainedTurn) {
	for i := range b.turns {
		if b.turns[i].filter == t.filter && (i > 0 || !b.started) {
			b.turns[i] = t
			return
		}
	}
	b.turns = append(b.turns, t)
}

// remove drops the turns of a filter.
func (b *backlog) remove(filter string) {
	if b == nil {
		return
	}
	if b.started && b.turns[0].filter == filter {
		b.finishTurn()
	}
	b.turns = slices.DeleteFunc(b.turns, func(t retainedTurn) bool { return t.filter == filter })
}

func (b *backlog) finishTurn() {
	b.turns = b.turns[1:]
	b.started, b.left = false, nil
	if len(b.turns) == 0 {
		b.turns = nil
	}
}

// sendRetained sends retained messages for new subscriptions, no faster than the
// client reads and acknowledges: it returns when the session's queue is half full,
// and is called again when packets have come.
func (c *Client) sendRetained() {
	b := c.backlog
	if b == nil {
		return
	}
	for len(b.turns) > 0 {
		t := b.turns[0]
		if !b.started {
			b.started, b.left = true, c.srv.retained.match(t.filter)
		}
		for len(b.left) > 0 {
			m := b.left[0]
			if min(m.qos, t.options.qos()) > 0 && c.session.busy() {
				return
			}
			c.mu.Lock()
			c.await(func() bool { return c.out.len() < c.srv.opt.MaxOutbound/2 && c.mayRetain(min(m.qos, t.options.qos())) })
			ended := c.closed
			c.mu.Unlock()
			if ended {
				return
			}
			c.sendRetainedMessage(m, t)
			b.left = b.left[1:]
		}
		b.finishTurn()
	}
	c.backlog = nil
}

func (c *Client) sendRetainedMessage(m *message, t retainedTurn) {
	r := c.srv.newRouting()
	defer c.srv.freeRouting(r)
	r.use(m)
	to := target{session: c.session, qos: t.options.qos(), retain: true} // [MQTT-3.3.1-8]
	if t.id != 0 {
		r.ids = append(r.ids[:0], t.id)
		to.ids = r.ids
	}
	if c.session.deliver(r, to, c) == full {
		c.srv.traffic[0].dropped.Add(1)
		c.srv.stats.queueFull.Add(1)
	}
}
