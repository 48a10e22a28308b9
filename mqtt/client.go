package mqtt

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
)

// Client is one connection whose CONNECT packet has been read. Its methods may
// be called from any goroutine.
type Client struct {
	// Data is the handler's own state for the connection; the server never
	// touches it. It is not guarded.
	Data any

	srv     *Server
	traffic *traffic
	number  uint64 // of the connection, counted from the start of the server
	id      string
	addr    netip.AddrPort
	conn    net.Conn
	peer    *Peer // nil: nothing is known but addr
	version byte

	// Set before the reader starts.
	session       *session
	keepAlive     int64  // seconds of silence after which the client is dead; 0: never
	sendMax       int    // unacknowledged PUBLISHes to the client
	maxPacket     int    // bytes the client takes
	sessionExpiry uint32 // seconds; noExpiry: never

	accepted bool  // by the handler
	mayRest  bool  // nobody waits for the goroutine that serves the connection
	worked   bool  // a packet was handled since the connection rested
	rested   uint8 // times in the second restedAt of the coarse clock
	restedAt int64
	rd       reader
	aliases  [][]byte // topics by alias - 1
	scratch  []byte   // forwarded properties that had to be copied
	backlog  *backlog // nil: nothing
	pace     *pace    // nil: it may do as much as it can
	lastRead atomic.Int64
	waiting  atomic.Bool // the reader waits for this server, not for the client
	noWill   atomic.Bool // the will is not to be published
	timer    wheelEntry

	mu        sync.Mutex // guards what follows; taken after session.mu
	room      sync.Cond  // of mu: acks or out shrank, or closed
	acks      acks
	out       outbox
	why       Reason // why the connection ends; set with closed or out.last
	connected bool   // CONNACK has accepted the client
	keepWill  bool   // although the client sent DISCONNECT
	closed    bool   // the connection is being closed: nothing more is written
	asked     []byte // memory for the topic that the handler is asked about

	dirty   atomic.Bool   // in a flusher's list
	stalled atomic.Bool   // the session has more to send once out is drained
	done    chan struct{} // closed when the connection's goroutine is through with the session
}

// ID returns the client identifier.
func (c *Client) ID() string { return c.id }

// RemoteAddr returns the peer's address, or the zero AddrPort when it is not
// known: the connection's RemoteAddr is no *net.TCPAddr.
func (c *Client) RemoteAddr() netip.AddrPort { return c.addr }

// Conn returns the connection, so that a handler can look at its TLS state. The
// handler must not read, write or close it.
func (c *Client) Conn() net.Conn { return c.conn }

// Version returns the protocol level: 4 for MQTT 3.1.1, or 5.
func (c *Client) Version() byte { return c.version }

// Close ends the connection; a version 5 client gets DISCONNECT with the code.
// The client's will is published.
func (c *Client) Close(code Code) { c.kick(code, ReasonRefused) }

// DropWill has the client's will never published, unless that has happened.
func (c *Client) DropWill() { c.noWill.Store(true) }

// Finish answers a PUBLISH for which the handler returned, or is about to
// return, Defer: PUBACK with the code when the QoS is 1, as soon as all earlier
// PUBLISHes of the connection have their answers, and the reply, when replyTopic
// is not empty, at QoS 0 to everyone subscribed. If the publisher is, both leave
// in one write. A failure code closes the connection of a version 3.1.1 client that
// sent QoS 1, for that version has no negative PUBACK.
//
// Finish may be called from any goroutine, also after the connection has ended; a
// second call for a ticket does nothing but send the reply. It never waits for a
// client, and keeps neither slice.
func (c *Client) Finish(ticket uint64, code Code, replyTopic, replyPayload []byte) {
	if len(replyTopic) == 0 {
		c.finish(ticket, code)
		return
	}
	r := c.srv.newRouting()
	r.topic, r.payload = replyTopic, replyPayload
	c.srv.tree.match(&r.matcher, replyTopic)
	var own target
	if c.session.client.Load() == c {
		own = r.takeOwn(c)
	}
	c.mu.Lock()
	c.complete(ticket, code)
	if own.session != nil {
		r.sendQoS0(c, own)
	}
	c.mu.Unlock()
	c.markDirty()
	r.deliver(nil)
	c.srv.freeRouting(r)
}

// finish completes a ticket and sees that the answers leave.
func (c *Client) finish(ticket uint64, code Code) {
	c.mu.Lock()
	c.complete(ticket, code)
	c.mu.Unlock()
	c.markDirty()
}

// complete notes the answer to a ticket and appends all PUBACKs that it was
// holding up. c.mu is held.
func (c *Client) complete(ticket uint64, code Code) {
	if !c.acks.finish(ticket, code) {
		return
	}
	for {
		s, ok := c.acks.next()
		if !ok {
			break
		}
		if s.packetID == 0 || !c.sends() {
			continue
		}
		if s.code.Failed() && c.version != version5 {
			c.closeAfterFlush(ReasonServerError)
			continue
		}
		c.control(appendPuback(c.out.tail(&c.srv.buffers), c.version, s.packetID, s.code))
	}
	c.room.Broadcast()
}

// reserve takes a ticket for a PUBLISH. It waits while as many as the receive
// maximum are unanswered; a version 5 client that sends more QoS 1 messages
// than that breaks the protocol [MQTT-3.3.4-7].
func (c *Client) reserve(packetID uint16) (ticket uint64, err error) {
	limit := int(c.srv.opt.ReceiveMaximum)
	c.mu.Lock()
	defer c.mu.Unlock()
	if packetID != 0 && c.version == version5 && c.acks.unacked >= limit {
		return 0, &protocolError{CodeReceiveMaximumExceeded, ""}
	}
	if c.acks.len() >= limit {
		c.await(func() bool { return c.acks.len() < limit })
	}
	if c.closed {
		return 0, net.ErrClosed
	}
	return c.acks.reserve(packetID), nil
}

// await waits until ready or the connection is closing. c.mu is held.
func (c *Client) await(ready func() bool) {
	c.waiting.Store(true)
	for !ready() && !c.closed {
		c.mu.Unlock()
		c.flush()
		c.mu.Lock()
		if !ready() && !c.closed {
			c.room.Wait()
		}
	}
	c.lastRead.Store(c.srv.clock.Load())
	c.waiting.Store(false)
}
