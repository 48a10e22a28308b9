package mqtt

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"
)

// connect reads CONNECT and answers it.
func (c *Client) connect() error {
	var p connectPacket
	if err := c.readConnect(&p); err != nil {
		c.refuse(&p, err)
		return err
	}
	c.meet()
	if code := c.srv.opt.Handler.Connect(c, &p.Connect); code != CodeSuccess {
		err := &protocolError{code, "refused by the handler"}
		c.refuse(&p, err)
		return err
	}
	c.accepted = true
	ack := c.grant(&p)
	err := c.srv.attach(c, &p, func(present bool) {
		ack.sessionPresent = present // [MQTT-3.2.2-2] [MQTT-3.2.2-3]
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.sends() {
			return
		}
		packet := appendConnack(nil, c.version, ack)
		if len(packet) > c.maxPacket { // [MQTT-3.1.2-24]
			c.closeAfterFlush(ReasonProtocolError)
			return
		}
		c.connected = true
		c.control(append(c.out.tail(&c.srv.buffers), packet...))
	})
	if err != nil {
		c.refuse(&p, err)
		return err
	}
	if !c.connected {
		return errKicked
	}
	c.srv.stats.connects.Add(1)
	c.lastRead.Store(c.srv.seconds())
	c.worked = true
	c.srv.wheel.add(c)
	c.srv.lifetimes.add(c)
	return nil
}

// readConnect reads the first packet, which must be CONNECT [MQTT-3.1.0-1], in
// bounded time and memory.
func (c *Client) readConnect(p *connectPacket) error {
	if err := c.conn.SetReadDeadline(time.Now().Add(c.srv.opt.ConnectTimeout)); err != nil {
		return err
	}
	first, body, size, err := c.readFirst()
	if err != nil {
		return err
	}
	if first>>4 != typeConnect {
		return violation("first packet is not CONNECT")
	}
	if err := parseConnect(first, body, p); err != nil {
		return err
	}
	if err := checkLength(p.version, body, size); err != nil {
		return err
	}
	if err := c.identify(p); err != nil {
		return err
	}
	c.rd.pending = size
	if err := c.conn.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	if c.srv.isDraining() {
		return &protocolError{CodeServerShuttingDown, ""}
	}
	return nil
}

func (c *Client) readFirst() (first byte, body []byte, size int, err error) {
	for {
		n, err := c.rd.fill(c.conn, &c.srv.buffers)
		if err != nil {
			return 0, nil, 0, err
		}
		c.traffic.bytesIn.Add(uint64(n))
		first, body, size, err := frame(c.rd.buf.b, c.srv.opt.MaxConnect)
		if err != nil || body != nil {
			return first, body, size, err
		}
		if b := c.rd.buf.b; b[0]>>4 != typeConnect {
			return 0, nil, 0, violation("first packet is not CONNECT")
		}
		c.rd.consumed(0, size, &c.srv.buffers)
	}
}

// identify sets what the handler may look at when it is asked.
func (c *Client) identify(p *connectPacket) error {
	c.mu.Lock()
	c.version = p.version
	c.mu.Unlock()
	if p.Will != nil && !c.srv.opt.fits(p.Will.Topic) {
		return &protocolError{CodeTopicNameInvalid, "will topic above the limit"}
	}
	if p.Will != nil && len(p.Will.Payload) > c.srv.opt.MaxPayload {
		return &protocolError{CodePacketTooLarge, "will above the limit"}
	}
	if p.AuthMethod != nil {
		return &protocolError{CodeBadAuthenticationMethod, "enhanced authentication"} // [MQTT-4.12.0-1]
	}
	if limit := c.srv.opt.MaxClientID; limit > 0 && len(p.clientID) > limit {
		return &protocolError{CodeClientIDNotValid, "client identifier above the limit"}
	}
	if len(p.clientID) == 0 {
		if p.version == version4 && !p.CleanStart || c.srv.opt.RequireClientID {
			return &protocolError{CodeClientIDNotValid, "empty client identifier"} // [MQTT-3.1.3-8]
		}
		p.ClientID, p.Assigned = newClientID(), true // [MQTT-3.1.3-6]
	} else {
		p.ClientID = string(p.clientID)
	}
	c.sessionExpiry = c.srv.limitExpiry(p.sessionExpiry)
	if p.version == version4 && !p.CleanStart {
		c.sessionExpiry = c.srv.limitExpiry(uint32(min(int64(c.srv.opt.KeptExpiry/time.Second), int64(noExpiry))))
	}
	p.SessionExpiry = time.Duration(c.sessionExpiry) * time.Second
	if c.sessionExpiry == noExpiry {
		p.SessionExpiry = NeverExpires
	}
	c.id = p.ClientID
	c.sendMax = int(min(p.receiveMaximum, c.srv.opt.MaxInflight))
	c.maxPacket = int(p.maximumPacket)
	return nil
}

// limitExpiry applies the limit of the options to a session expiry interval in
// seconds. The limit itself may be for ever.
func (s *Server) limitExpiry(seconds uint32) uint32 {
	return uint32(min(int64(seconds), int64(s.opt.MaxSessionExpiry/time.Second), int64(noExpiry)))
}

func newClientID() string {
	var b [12]byte
	rand.Read(b[:])
	return "auto-" + hex.EncodeToString(b[:])
}

// grant settles the limits of an accepted connection.
func (c *Client) grant(p *connectPacket) *connack {
	opt := &c.srv.opt
	asked := p.KeepAlive
	granted := max(asked, opt.MinKeepAlive)
	if asked == 0 {
		granted = opt.MaxKeepAlive
	} else if opt.MaxKeepAlive > 0 {
		granted = min(granted, opt.MaxKeepAlive)
	}
	granted = min(granted, 65535*time.Second)
	// 1.5 times the interval [MQTT-3.1.2-22].
	c.keepAlive = int64((granted + granted/2 + time.Second - 1) / time.Second)
	ack := &connack{
		receiveMaximum: opt.ReceiveMaximum,
		maximumPacket:  uint32(opt.MaxPacket),
		topicAliasMax:  opt.TopicAliasMaximum,
	}
	if granted != asked {
		ack.keepAlive = new(uint16(granted / time.Second)) // [MQTT-3.1.2-21]
	}
	if c.sessionExpiry != p.sessionExpiry {
		ack.sessionExpiry = &c.sessionExpiry
	}
	if p.Assigned {
		ack.assignedID = c.id
	}
	return ack
}

// refuse answers a CONNECT that is not accepted. One that cannot be read gets no
// answer, for there is no telling which one would be understood.
func (c *Client) refuse(p *connectPacket, err error) {
	c.srv.stats.refused.Add(1)
	if p.version == 0 {
		return
	}
	version := byte(version4)
	if p.version >= version5 {
		version = version5
	}
	var e *protocolError
	if !errors.As(err, &e) || version == version4 && e.code == CodeMalformedPacket {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sends() {
		code := e.code
		if code == CodeServerShuttingDown { // is for DISCONNECT only [MQTT-3.2.2-8]
			code = CodeServerUnavailable
		}
		c.control(appendConnack(c.out.tail(&c.srv.buffers), version, &connack{code: code}))
		c.closeAfterFlush(ReasonProtocolError)
	}
}
