package mqtt

import (
	"net"
	"slices"
	"syscall"
	"time"
)

// writeChunk is how much a client has to take within the write timeout, so that
// a slow client is told from a dead one.
const writeChunk = 16 << 10

// closeTimeout is how long a connection that is being closed may take to
// accept the last bytes.
const closeTimeout = time.Second

// An outbox is what waits to be written to a connection. It holds a buffer only
// while there is something in it.
type outbox struct {
	buf     *buffer // nil: nothing
	taken   int     // bytes taken out of buf and not yet written
	writing bool    // someone is writing; whoever it is will look at buf again
	last    bool    // nothing may be added; the connection closes when all is written
	raw     syscall.RawConn
	try     attempt
}

// An attempt is one write of as much as a socket takes without waiting.
type attempt struct {
	b   []byte
	n   int
	err error
	fn  func(fd uintptr) bool
}

func (o *outbox) len() int {
	if o.buf == nil {
		return o.taken
	}
	return o.taken + len(o.buf.b)
}

// tail returns the bytes to append a packet to; the caller puts the result into
// o.buf.b.
func (o *outbox) tail(p *buffers) []byte {
	if o.buf == nil {
		o.buf = p.get()
	}
	return o.buf.b
}

// sends tells whether packets still leave. c.mu is held.
func (c *Client) sends() bool { return !c.closed && !c.out.last }

// control appends a packet that must not be dropped, made by appending to what
// c.out.tail returned. A client that leaves too many unread is cut off. c.mu is held.
func (c *Client) control(tail []byte) {
	c.out.buf.b = tail
	if c.out.len() > c.srv.opt.MaxOutbound+c.srv.opt.MaxPacket {
		c.abort(ReasonSlowConsumer)
	}
}

// send appends a control packet.
func (c *Client) send(packet []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sends() {
		c.control(append(c.out.tail(&c.srv.buffers), packet...))
	}
}

// flush writes what waits as far as the connection takes it without waiting; a
// goroutine of its own writes the rest.
func (c *Client) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out.writing || c.closed {
		return
	}
	if c.out.raw == nil {
		// Only waiting writes are possible, and one that times out would leave a
		// TLS connection corrupt: never on the caller's time.
		if c.out.buf != nil {
			if c.mayMove() {
				c.out.writing = true
				go c.write(nil)
			}
			return
		}
	}
	for c.out.buf != nil && !c.closed {
		if !c.mayMove() {
			return
		}
		rest, err := c.writeNow(c.takeOut())
		if err != nil {
			c.abort(ReasonConnectionLost)
			return
		}
		if rest != nil {
			c.out.writing = true
			go c.write(rest)
			return
		}
	}
	c.drained()
}

// takeOut takes the buffer to be written next. c.mu is held.
func (c *Client) takeOut() *buffer {
	buf := c.out.buf
	c.out.buf = nil
	c.out.taken = len(buf.b)
	return buf
}

// writeNow tries to write buf and returns it when some is left. c.mu is held,
// but not during the system call.
func (c *Client) writeNow(buf *buffer) (rest *buffer, err error) {
	c.out.writing = true
	t := &c.out.try
	t.b, t.n, t.err = buf.b, 0, nil
	c.mu.Unlock()
	err = c.out.raw.Write(t.fn)
	c.mu.Lock()
	c.out.writing = false
	c.traffic.bytesOut.Add(uint64(t.n))
	c.moved(t.n)
	t.b = nil
	if err == nil {
		err = t.err
	}
	if c.out.taken = len(buf.b) - t.n; err != nil || c.out.taken == 0 {
		c.srv.buffers.put(buf)
		return nil, err
	}
	buf.b = append(buf.b[:0], buf.b[t.n:]...)
	return buf, nil
}

// write writes rest and then all that comes, until nothing is left. It waits
// for the client, but each time no longer than the write timeout.
func (c *Client) write(rest *buffer) {
	for {
		c.mu.Lock()
		if rest == nil {
			c.out.taken = 0
			if c.out.buf != nil && !c.closed && c.mayMove() {
				rest = c.takeOut()
			}
		}
		c.room.Broadcast()
		if rest == nil || c.closed {
			c.out.writing = false
			if c.out.buf == nil {
				c.drained()
			}
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		if err := c.writeWaiting(rest.b); err != nil {
			c.mu.Lock()
			c.out.writing = false
			c.abort(writeFailure(err))
			c.mu.Unlock()
			return
		}
		c.srv.buffers.put(rest)
		rest = nil
	}
}

// writeWaiting writes b, waiting for the client.
func (c *Client) writeWaiting(b []byte) error {
	for chunk := range slices.Chunk(b, writeChunk) {
		timeout := c.srv.opt.WriteTimeout
		c.mu.Lock()
		c.moved(len(chunk))
		if c.out.last {
			timeout = closeTimeout
		}
		c.mu.Unlock()
		if err := c.conn.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
			return err
		}
		if _, err := c.conn.Write(chunk); err != nil {
			return err
		}
		c.traffic.bytesOut.Add(uint64(len(chunk)))
	}
	return nil
}

func writeFailure(err error) Reason {
	if e, ok := err.(net.Error); ok && e.Timeout() {
		return ReasonSlowConsumer
	}
	return ReasonConnectionLost
}

// drained is called when nothing is left to write. c.mu is held.
func (c *Client) drained() {
	c.room.Broadcast()
	switch {
	case c.closed:
	case c.out.last:
		c.hangUp()
	case c.stalled.Load():
		c.markDirty() // a flusher lets the session send more: its lock comes before c.mu
	}
}

// closeAfterFlush ends the connection when all that waits is written. c.mu is held.
func (c *Client) closeAfterFlush(why Reason) {
	if !c.sends() {
		return
	}
	c.why, c.out.last = why, true
	if c.out.writing {
		_ = c.conn.SetWriteDeadline(time.Now().Add(closeTimeout))
	}
}

// abort ends the connection now; what waits is lost. c.mu is held.
func (c *Client) abort(why Reason) {
	if c.sends() {
		c.why = why
	}
	c.hangUp()
}

// hangUp wakes the reader and a waiting writer. The reader closes the
// connection: Close may wait for its peer. c.mu is held.
func (c *Client) hangUp() {
	if c.closed {
		return
	}
	c.closed = true
	if c.out.buf != nil {
		c.srv.buffers.put(c.out.buf)
		c.out.buf = nil
	}
	_ = c.conn.SetDeadline(time.Unix(1, 0))
	c.room.Broadcast()
}

// kick ends the connection from any goroutine; version 5 clients get DISCONNECT.
func (c *Client) kick(code Code, why Reason) {
	c.mu.Lock()
	c.sendDisconnect(code)
	c.closeAfterFlush(why)
	c.mu.Unlock()
	c.flush()
}

// sendDisconnect appends DISCONNECT if the client can be sent one: it exists from
// version 5 on, and only after CONNACK [MQTT-3.14.0-1]. c.mu is held.
func (c *Client) sendDisconnect(code Code) {
	if c.sends() && c.connected && c.version == version5 {
		c.control(appendDisconnect(c.out.tail(&c.srv.buffers), code))
	}
}

// markDirty has a flusher write what waits.
func (c *Client) markDirty() {
	if c.dirty.CompareAndSwap(false, true) {
		c.srv.flushers[c.number%uint64(len(c.srv.flushers))].add(c)
	}
}
