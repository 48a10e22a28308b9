package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"
)

// generator drives all connections of a run from one thread on epoll: two system
// calls for a report and its answer, so that on a small machine the server, not
// the generator, is what is measured.
type generator struct {
	o     *LoadOptions
	t     *template
	poll  int // epoll's file descriptor
	conns []*loadConn
	live  int

	start  time.Time
	from   int64  // measured time begins, nanoseconds after start
	to     int64  // and ends
	heard  int64  // when the last answer came
	due    uint64 // reports that were started in an open loop
	flying int
	idle   []*loadConn // open loop: connections with room, in turn

	scratch []byte // for packets to write
	inbox   []byte // for one read
	out     LoadResult
	latency histogram
}

// loadConn is one connection.
type loadConn struct {
	index int // in generator.conns
	fd    int // -1: lost
	share share
	next  int    // of its things, the one to report for next
	round uint64 // how often it was through all of them
	free  []uint16
	slots []slot // by packet identifier - 1

	part   []byte // of a packet that has not arrived completely
	unsent []byte // of a write that the socket did not take
	idle   bool   // in generator.idle
}

// slot is a report in flight.
type slot struct {
	busy, acked, replied bool
	violating            bool
	thing                int
	since                int64 // sent, or due, nanoseconds after start
}

// newGenerator takes over the connections.
func newGenerator(o *LoadOptions, t *template, conns []net.Conn) *generator {
	g := &generator{o: o, t: t, poll: -1, inbox: make([]byte, 64<<10)}
	for i, c := range conns {
		lc := &loadConn{index: i, fd: detach(c), share: shareOf(i, o.Connections, o.Things), slots: make([]slot, o.Window)}
		for id := o.Window; id > 0; id-- {
			lc.free = append(lc.free, uint16(id))
		}
		g.conns = append(g.conns, lc)
	}
	g.live = len(conns)
	g.from = o.Warmup.Nanoseconds()
	g.to = (o.Warmup + o.Duration).Nanoseconds()
	g.out = LoadResult{Mode: o.Mode, Connections: o.Connections, Window: o.Window, Things: o.Things, Rate: o.Rate, Until: "puback"}
	if o.Subscribe {
		g.out.Until = "accepted"
	}
	return g
}

// detach takes the socket out of the hands of Go's network poller, which would
// be woken for each of its events. -1 when it is gone already.
func detach(c net.Conn) int {
	defer c.Close()
	fd := -1
	raw, err := c.(syscall.Conn).SyscallConn()
	if err != nil {
		return -1
	}
	_ = raw.Control(func(s uintptr) {
		if dup, err := syscall.Dup(int(s)); err == nil {
			syscall.CloseOnExec(dup)
			fd = dup
		}
	})
	return fd
}

// run sends until the measured time is over, then waits for the last answers.
func (g *generator) run(ctx context.Context, start time.Time) error {
	g.start = start
	if err := g.watchAll(); err != nil {
		return err
	}
	for _, c := range g.conns {
		if g.o.Rate > 0 {
			g.rest(c)
		} else {
			g.fill(c, g.now())
		}
	}
	events := make([]syscall.EpollEvent, 512)
	for {
		n, err := syscall.EpollWait(g.poll, events, 1)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return fmt.Errorf("wait for answers: %w", err)
		}
		for _, e := range events[:max(n, 0)] {
			g.handle(g.conns[e.Fd], e.Events)
		}
		now := g.now()
		g.pace(now)
		if done, err := g.over(ctx, now); done {
			return err
		}
	}
}

func (g *generator) now() int64 { return int64(time.Since(g.start)) }

// over tells whether the run has ended, well or not.
func (g *generator) over(ctx context.Context, now int64) (bool, error) {
	switch {
	case ctx.Err() != nil:
		return true, ctx.Err()
	case now >= g.to && g.flying == 0:
		return true, nil
	case g.live == 0:
		return true, errors.New("the server closed every connection")
	case g.flying > 0 && now-g.heard > g.o.Silence.Nanoseconds():
		if now >= g.to && g.out.Reports > 0 {
			return true, nil // a few answers are missing; the measured time is complete
		}
		return true, fmt.Errorf("no answer for %v", g.o.Silence)
	}
	return false, nil
}

func (g *generator) watchAll() error {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	g.poll = fd
	for i := range g.conns {
		if err := g.watch(syscall.EPOLL_CTL_ADD, i, syscall.EPOLLIN); err != nil {
			return fmt.Errorf("epoll: %w", err)
		}
	}
	return nil
}

// watch registers a connection; events carry its index.
func (g *generator) watch(op, index int, events uint32) error {
	return syscall.EpollCtl(g.poll, op, g.conns[index].fd, &syscall.EpollEvent{Events: events, Fd: int32(index)})
}

// handle reads what a connection has.
func (g *generator) handle(c *loadConn, events uint32) {
	if c.fd < 0 {
		return
	}
	if events&syscall.EPOLLOUT != 0 {
		g.flush(c)
	}
	if events&^syscall.EPOLLOUT == 0 || c.fd < 0 {
		return
	}
	n, err := read(c.fd, g.inbox)
	if err == syscall.EAGAIN || err == syscall.EINTR {
		return
	}
	if n <= 0 || err != nil {
		g.lose(c, io.EOF)
		return
	}
	now := g.now()
	g.heard = now
	if err := g.take(c, g.inbox[:n], now); err != nil {
		g.lose(c, err)
		return
	}
	if g.o.Rate == 0 {
		g.fill(c, now)
	} else {
		g.rest(c)
	}
}

// take parses packets; the rest of an incomplete one waits in c.part.
func (g *generator) take(c *loadConn, data []byte, now int64) error {
	if len(c.part) > 0 {
		c.part = append(c.part, data...)
		data = c.part
	}
	for {
		p, size, err := nextPacket(data)
		if err != nil {
			return err
		}
		if size == 0 {
			break
		}
		if err := g.answer(c, p, now); err != nil {
			return err
		}
		data = data[size:]
	}
	if len(data) > maxInbound {
		return errMalformed
	}
	c.part = append(c.part[:0], data...)
	return nil
}

// answer notes a PUBACK or a reply.
func (g *generator) answer(c *loadConn, p packet, now int64) error {
	switch p.kind() {
	case packetPuback:
		id, err := p.packetID()
		if err != nil || id == 0 || int(id) > len(c.slots) || !c.slots[id-1].busy || c.slots[id-1].acked {
			return fmt.Errorf("%w: PUBACK for nothing", errMalformed)
		}
		c.slots[id-1].acked = true
		g.finish(c, int(id-1), now)
	case packetPublish:
		topic, _, err := p.message()
		if err != nil {
			return err
		}
		i := g.slotOf(c, topic)
		if i < 0 {
			return nil // of an earlier report: the server may repeat itself
		}
		c.slots[i].replied = true
		if now >= g.from && now < g.to {
			if topic[len(topic)-len("accepted")] == 'a' {
				g.out.Accepted++
			} else {
				g.out.Rejected++
			}
		}
		g.finish(c, i, now)
	}
	return nil
}

// slotOf finds the report that a reply is about, by its thing.
func (g *generator) slotOf(c *loadConn, topic []byte) int {
	const before = len("$aws/things/thing-")
	if len(topic) < before+g.t.width+len("accepted") {
		return -1
	}
	thing, ok := number(topic[before : before+g.t.width])
	if !ok {
		return -1
	}
	for i := range c.slots {
		if s := &c.slots[i]; s.busy && !s.replied && s.thing == thing {
			return i
		}
	}
	return -1
}

// finish frees a slot when all that is awaited has come.
func (g *generator) finish(c *loadConn, i int, now int64) {
	s := &c.slots[i]
	if !s.acked || g.o.Subscribe && !s.replied {
		return
	}
	if now >= g.from && now < g.to {
		g.out.Reports++
		g.latency.add(now - s.since)
		if s.violating {
			g.out.Violating++
		}
	}
	*s = slot{}
	c.free = append(c.free, uint16(i+1))
	g.flying--
}

// rest puts a connection with room in line for the reports that become due.
func (g *generator) rest(c *loadConn) {
	if !c.idle && c.fd >= 0 && len(c.free) > 0 && len(c.unsent) == 0 {
		c.idle = true
		g.idle = append(g.idle, c)
	}
}

// pace starts the reports that are due in an open loop. What has to wait for
// room counts from when it was due.
func (g *generator) pace(now int64) {
	if g.o.Rate == 0 {
		return
	}
	interval := float64(time.Second) / g.o.Rate
	for len(g.idle) > 0 {
		at := int64(float64(g.due) * interval)
		if at > now || at >= g.to {
			return
		}
		c := g.idle[0]
		g.idle = g.idle[1:]
		c.idle = false
		if c.fd < 0 {
			continue
		}
		g.due++
		g.scratch = g.launch(g.scratch[:0], c, at)
		g.write(c, g.scratch)
		g.rest(c)
	}
}

// fill uses all the room of a connection in a closed loop, with one write.
func (g *generator) fill(c *loadConn, now int64) {
	if now >= g.to || c.fd < 0 || len(c.unsent) > 0 {
		return
	}
	g.scratch = g.scratch[:0]
	for len(c.free) > 0 {
		g.scratch = g.launch(g.scratch, c, now)
	}
	if len(g.scratch) > 0 {
		g.write(c, g.scratch)
	}
}

// launch appends the packet of the connection's next report.
func (g *generator) launch(dst []byte, c *loadConn, since int64) []byte {
	id := c.free[len(c.free)-1]
	c.free = c.free[:len(c.free)-1]
	thing := c.share.first + c.next
	violating := g.o.ViolateEvery > 0 && thing%g.o.ViolateEvery == 0 && c.round%2 == 0
	c.slots[id-1] = slot{busy: true, violating: violating, thing: thing, since: since}
	dst = g.t.append(dst, id, thing, c.round, violating)
	if c.next++; c.next == c.share.count {
		c.next = 0
		c.round++
	}
	g.flying++
	return dst
}

// write sends data; what the socket does not take follows when it can.
func (g *generator) write(c *loadConn, data []byte) {
	n, err := write(c.fd, data)
	if err != nil && err != syscall.EAGAIN && err != syscall.EINTR {
		g.lose(c, err)
		return
	}
	if n = max(n, 0); n < len(data) {
		c.unsent = append(c.unsent[:0], data[n:]...)
		if err := g.watch(syscall.EPOLL_CTL_MOD, c.index, syscall.EPOLLIN|syscall.EPOLLOUT); err != nil {
			g.lose(c, err)
		}
	}
}

// flush sends what the socket did not take before.
func (g *generator) flush(c *loadConn) {
	n, err := write(c.fd, c.unsent)
	if err != nil && err != syscall.EAGAIN && err != syscall.EINTR {
		g.lose(c, err)
		return
	}
	c.unsent = c.unsent[max(n, 0):]
	if len(c.unsent) > 0 {
		return
	}
	if err := g.watch(syscall.EPOLL_CTL_MOD, c.index, syscall.EPOLLIN); err != nil {
		g.lose(c, err)
		return
	}
	if g.o.Rate == 0 {
		g.fill(c, g.now())
	} else {
		g.rest(c)
	}
}

// lose gives a connection up.
func (g *generator) lose(c *loadConn, why error) {
	if c.fd < 0 {
		return
	}
	g.o.Logger.Warn("connection lost", "connection", c.index, "err", why)
	_ = syscall.Close(c.fd)
	c.fd = -1
	g.flying -= len(c.slots) - len(c.free)
	g.live--
	g.out.Lost++
}

// close disconnects everything.
func (g *generator) close() {
	for _, c := range g.conns {
		if c.fd >= 0 {
			_, _ = write(c.fd, []byte{packetDisconnect, 0})
			_ = syscall.Close(c.fd)
			c.fd = -1
		}
	}
	if g.poll >= 0 {
		_ = syscall.Close(g.poll)
		g.poll = -1
	}
}

func (g *generator) result() *LoadResult {
	r := g.out
	r.Latency = newLatency(&g.latency)
	return &r
}
