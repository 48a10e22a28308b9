package mqtt

// handle dispatches one packet of a connected client.
func (c *Client) handle(first byte, body []byte) error {
	switch first >> 4 {
	case typePublish:
		return c.handlePublish(first, body)
	case typePuback:
		return c.handlePuback(first, body)
	case typePingreq:
		return c.handlePing(first, body)
	case typeSubscribe:
		return c.handleSubscribe(first, body)
	case typeUnsubscribe:
		return c.handleUnsubscribe(first, body)
	case typeDisconnect:
		return c.handleDisconnect(first, body)
	case typeConnect:
		return violation("second CONNECT") // [MQTT-3.1.0-2]
	case 0:
		return malformed("packet type 0")
	case typePubrel:
		return reserved(first, 2, "PUBREL") // [MQTT-3.6.1-1]
	case typeAuth:
		return reserved(first, 0, "AUTH") // [MQTT-3.15.1-1]
	default: // one that only a server sends, or of QoS 2
		return violation("packet of an unexpected type")
	}
}

// reserved is the error for a packet that no client has a reason to send: AUTH
// without a method [MQTT-4.12.0-7], or one of QoS 2.
func reserved(first, flags byte, name string) error {
	if first&0x0F != flags {
		return malformed("flags of " + name)
	}
	return violation(name + " unasked for")
}

func (c *Client) handlePublish(first byte, body []byte) (err error) {
	m := &c.rd.buf.in
	var alias uint16
	if c.srv.opt.IgnoreQoS2 && first>>1&3 == 2 {
		return nil
	}
	if cap(c.scratch) > bufferSize { // one unusual message is no reason to keep it
		c.scratch = nil
	}
	if alias, c.scratch, err = parsePublish(c.version, first, body, m, c.scratch); err != nil {
		return err
	}
	if err := c.checkLimits(m); err != nil {
		return err
	}
	if err := c.resolveAlias(alias, m); err != nil {
		return err
	}
	tooFast := c.publishesTooFast()
	if tooFast && (m.QoS == 0 || c.version != version5) {
		c.traffic.dropped.Add(1)
		return nil
	}
	if m.Ticket, err = c.reserve(m.packetID); err != nil {
		return err
	}
	if tooFast {
		c.traffic.dropped.Add(1)
		c.answer(m.Ticket, CodeQuotaExceeded)
		return nil
	}
	c.traffic.messagesIn.Add(1)
	switch action := c.srv.opt.Handler.Publish(c, m); {
	case action == Defer:
		return nil
	case action == Route:
		return c.route(m)
	case action == Discard:
		c.answer(m.Ticket, CodeSuccess)
		return nil
	case action&actionDisconnect != 0:
		return c.disconnect(Code(action))
	default:
		return c.refusePublish(m, Code(action))
	}
}

// checkLimits applies the limits of the options to a PUBLISH.
func (c *Client) checkLimits(m *Inbound) error {
	opt := &c.srv.opt
	if !opt.fits(m.Topic) {
		return &protocolError{CodeTopicNameInvalid, "topic name above the limit"}
	}
	if len(m.Payload) > opt.MaxPayload {
		return &protocolError{CodePacketTooLarge, "payload above the limit"}
	}
	if limit := opt.MaxUserProperties; limit > 0 && len(m.props) > limit {
		size := 0
		for name, value := range m.UserProperties() {
			size += len(name) + len(value)
		}
		if size > limit {
			return &protocolError{CodePacketTooLarge, "user properties above the limit"}
		}
	}
	return nil
}

// resolveAlias replaces an alias by its topic, or takes a new one down
// (section 3.3.2.3.4).
func (c *Client) resolveAlias(alias uint16, m *Inbound) error {
	if alias == 0 {
		return nil
	}
	if alias > c.srv.opt.TopicAliasMaximum {
		return &protocolError{CodeTopicAliasInvalid, "topic alias above the maximum"} // [MQTT-3.3.2-9]
	}
	if c.aliases == nil {
		c.aliases = make([][]byte, c.srv.opt.TopicAliasMaximum)
	}
	known := &c.aliases[alias-1]
	if len(m.Topic) > 0 {
		*known = append((*known)[:0], m.Topic...)
		return nil
	}
	if len(*known) == 0 {
		return violation("unknown topic alias")
	}
	m.Topic = *known
	return nil
}

// route gives a message to its subscribers. PUBACK waits for the storage when
// somebody's copy is kept there. A message that cannot be retained is refused
// where the version has a word for it, and otherwise only delivered.
func (c *Client) route(m *Inbound) error {
	r := c.srv.newRouting()
	defer c.srv.freeRouting(r)
	r.topic, r.payload, r.props = m.Topic, m.Payload, m.props
	r.qos, r.retain, r.from = m.QoS, m.Retain, c.session
	if m.hasExpiry {
		r.expires = expiresAt(r.millis(), m.expiry)
	}
	if r.retain && !c.srv.retained.store(r) && c.version == version5 && m.QoS > 0 {
		return c.refusePublish(m, CodeQuotaExceeded)
	}
	r.toSubscribers(c)
	if r.saved && m.QoS > 0 {
		c.srv.saver.await(waiter{client: c, ticket: m.Ticket})
		return nil
	}
	c.answer(m.Ticket, CodeSuccess)
	return nil
}

// answer completes a ticket; the reader flushes.
func (c *Client) answer(ticket uint64, code Code) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.complete(ticket, code)
}

func (c *Client) refusePublish(m *Inbound, code Code) error {
	if m.QoS > 0 && c.version != version5 {
		return c.disconnect(code)
	}
	c.answer(m.Ticket, code)
	return nil
}

// disconnect ends the connection because the handler wants it.
func (c *Client) disconnect(code Code) error {
	c.kick(code, ReasonRefused)
	return errKicked
}

func (c *Client) handlePuback(first byte, body []byte) error {
	if first&0x0F != 0 {
		return malformed("flags of PUBACK") // [MQTT-2.1.3-1]
	}
	id, _, err := parsePuback(c.version, body)
	if err != nil {
		return err
	}
	// Also a failure ends the delivery: the message is not sent again.
	c.session.acked(c, id)
	return nil
}

func (c *Client) handlePing(first byte, body []byte) error {
	if first&0x0F != 0 || len(body) != 0 {
		return malformed("PINGREQ")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sends() {
		c.control(append(c.out.tail(&c.srv.buffers), typePingresp<<4, 0)) // [MQTT-3.12.4-1]
	}
	return nil
}

func (c *Client) handleDisconnect(first byte, body []byte) error {
	if first&0x0F != 0 {
		return malformed("flags of DISCONNECT") // [MQTT-3.14.1-1]
	}
	code, props, err := parseDisconnect(c.version, body)
	if err != nil {
		return err
	}
	if props.seen.has(propSessionExpiry) {
		if c.sessionExpiry == 0 && props.sessionExpiry != 0 {
			return violation("session expiry raised from 0") // section 3.14.2.2.2
		}
		c.sessionExpiry = c.srv.limitExpiry(props.sessionExpiry)
	}
	c.keepWill = code != CodeSuccess // [MQTT-3.14.4-3]
	return errClientDisconnect
}
