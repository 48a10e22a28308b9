package mqtt

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"runtime/debug"
	"time"
)

func newClient(s *Server, conn net.Conn) *Client {
	c := &Client{srv: s, conn: conn, number: s.clientNumber.Add(1), done: make(chan struct{}), pace: s.opt.newPace()}
	c.traffic = &s.traffic[c.number%trafficShards]
	c.room.L = &c.mu
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		ap := tcp.AddrPort()
		c.addr = netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	if raw := rawConn(conn); raw != nil {
		c.rd.raw, c.out.raw = raw, raw
		c.rd.wait = c.rd.receive(&s.buffers)
		t := &c.out.try
		t.fn = func(fd uintptr) bool {
			t.n, t.err = writeSocket(fd, t.b)
			return true
		}
	}
	return c
}

// serve runs the connection from its first byte on.
func (c *Client) serve() {
	if err := c.guard(c.connect); err != nil {
		c.end(err)
		return
	}
	c.work()
}

// work reads packets until the connection ends or rests.
func (c *Client) work() {
	if err := c.guard(c.readLoop); err != errResting {
		c.end(err)
	}
}

// rest waits for something to read, and goes on then. It is the whole stack of an
// idle connection: handling a packet takes a deeper one, which a goroutine keeps for
// as long as it lives.
func (c *Client) rest() {
	c.rd.await()
	c.work()
}

// end ends the connection for the reason that err gives. A panic, of the handler or
// of this package, costs this connection only.
func (c *Client) end(err error) {
	defer c.srv.leave(c)
	defer close(c.done)
	defer func() {
		if c.accepted {
			c.guard(func() error { c.srv.opt.Handler.Disconnected(c, c.reason()); return nil })
		}
	}()
	defer c.conn.Close()
	c.srv.complain(c, err)
	c.guard(func() error { c.finishConnection(err); return nil })
}

// errResting says that another goroutine has taken the connection over.
var errResting = errors.New("resting")

// maxRests is how often in a second a connection may change its goroutine.
const maxRests = 4

// rests tells whether the connection is to go on resting in a fresh goroutine: it has
// handled packets, has nothing left of any, and is not a busy one.
func (c *Client) rests() bool {
	if !c.mayRest || !c.worked || c.rd.buf != nil {
		return false
	}
	if now := c.srv.seconds(); now != c.restedAt {
		c.restedAt, c.rested = now, 0
	}
	c.rested++
	return c.rested <= maxRests
}

// guard turns a panic of fn into an error.
func (c *Client) guard(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			c.srv.stats.panics.Add(1)
			c.srv.opt.Logger.Error("panic in a connection", "client", shown(c.id), "panic", v, "stack", string(debug.Stack()))
			err = &protocolError{CodeUnspecifiedError, "panic"}
		}
	}()
	return fn()
}

// readLoop reads packets until the connection ends, or another goroutine takes over.
func (c *Client) readLoop() error {
	for {
		if err := c.consume(); err != nil {
			return err
		}
		c.sendRetained()
		c.flush()
		if c.rests() {
			c.worked = false
			go c.rest()
			return errResting
		}
		n, err := c.receive()
		if err != nil {
			return err
		}
		c.traffic.bytesIn.Add(uint64(n))
	}
}

// receive waits for bytes, and before that until some may come.
func (c *Client) receive() (n int, err error) {
	if c.pace == nil {
		return c.rd.fill(c.conn, &c.srv.buffers)
	}
	c.mu.Lock()
	c.await(c.mayMove)
	c.mu.Unlock()
	n, err = c.rd.fill(c.conn, &c.srv.buffers)
	c.mu.Lock()
	c.moved(n)
	c.mu.Unlock()
	return n, err
}

// consume handles all packets that have come.
func (c *Client) consume() error {
	if c.rd.buf == nil {
		return nil
	}
	at, need := c.rd.pending, 0
	c.rd.pending = 0
	for {
		first, body, size, err := frame(c.rd.buf.b[at:], c.srv.opt.MaxPacket)
		if err != nil {
			return err
		}
		if body == nil {
			need = size
			break
		}
		if err := checkLength(c.version, body, size); err != nil {
			return err
		}
		c.lastRead.Store(c.srv.seconds())
		c.worked = true
		if err := c.handle(first, body); err != nil {
			return err
		}
		at += size
	}
	c.rd.consumed(at, need, &c.srv.buffers)
	return nil
}

// finishConnection ends a connection for the reason that err gives, unless
// there is an earlier one.
func (c *Client) finishConnection(err error) {
	c.srv.wheel.remove(c)
	c.srv.lifetimes.remove(c)
	if c.srv.isDraining() && errors.Is(err, os.ErrDeadlineExceeded) {
		c.awaitAnswers()
		err = &protocolError{CodeServerShuttingDown, ""}
	}
	c.hangUpFor(err)
	c.rd.release(&c.srv.buffers)
	if c.session == nil {
		return
	}
	why := c.reason()
	switch why {
	case ReasonProtocolError:
		c.srv.stats.protocolErrors.Add(1)
	case ReasonSlowConsumer:
		c.srv.stats.slow.Add(1)
	}
	c.srv.publishWill(c.srv.detach(c, why), c.session)
}

// hangUpFor closes the connection after what waits is written, if it still can be.
func (c *Client) hangUpFor(err error) {
	var e *protocolError
	c.mu.Lock()
	switch {
	case err == errClientDisconnect:
		c.abort(ReasonClientDisconnect)
	case errors.As(err, &e):
		why := ReasonProtocolError
		switch e.code {
		case CodeServerShuttingDown:
			why = ReasonShutdown
		case CodeUnspecifiedError:
			why = ReasonServerError
		}
		c.sendDisconnect(e.code)
		c.closeAfterFlush(why)
	case !c.out.last:
		c.abort(ReasonConnectionLost)
	}
	c.mu.Unlock()
	c.flush()
	c.mu.Lock()
	for !c.closed {
		c.room.Wait()
	}
	c.mu.Unlock()
}

// reason returns why the connection ended.
func (c *Client) reason() Reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

// drain makes the reader stop between two packets.
func (c *Client) drain() {
	_ = c.conn.SetReadDeadline(time.Unix(1, 0))
	c.release()
}

// awaitAnswers waits until no PUBLISH is unanswered.
func (c *Client) awaitAnswers() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.await(func() bool { return c.acks.len() == 0 })
}

func (s *Server) isDraining() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

// Reasons for which the reader ends that are not faults of the client.
var (
	errClientDisconnect = errors.New("client disconnected")
	errKicked           = errors.New("connection is being closed")
)
