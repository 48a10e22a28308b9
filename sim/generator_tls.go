package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// tlsGenerator drives TLS connections, each with a goroutine of its own: crypto/tls
// knows no other way. It writes all that a connection has room for as one record.
type tlsGenerator struct {
	o     *LoadOptions
	t     *template
	conns []*tlsConn
	out   LoadResult
	all   histogram
}

// tlsConn is one connection. Only its goroutine touches it, until the run is over.
type tlsConn struct {
	conn    net.Conn
	index   int
	round   uint64
	free    []uint16
	since   []int64 // by packet identifier - 1: when it was sent, nanoseconds after the start
	reports uint64  // answered in the measured time
	latency histogram
	err     error // why the connection was lost
}

func newTLSGenerator(o *LoadOptions, t *template, conns []net.Conn) *tlsGenerator {
	g := &tlsGenerator{o: o, t: t}
	for i, c := range conns {
		tc := &tlsConn{conn: c, index: i, since: make([]int64, o.Window)}
		for id := o.Window; id > 0; id-- {
			tc.free = append(tc.free, uint16(id))
		}
		g.conns = append(g.conns, tc)
	}
	g.out = LoadResult{Mode: o.Mode, TLS: true, Connections: o.Connections, Window: o.Window, Things: o.Things, Until: "puback"}
	return g
}

// run sends until the measured time is over, then waits for the last answers.
func (g *tlsGenerator) run(ctx context.Context, start time.Time) error {
	stop := context.AfterFunc(ctx, func() {
		for _, c := range g.conns {
			_ = c.conn.SetDeadline(time.Unix(1, 0))
		}
	})
	defer stop()
	var running sync.WaitGroup
	for _, c := range g.conns {
		running.Go(func() { c.err = g.drive(c, start) })
	}
	running.Wait()
	for _, c := range g.conns {
		if c.err != nil {
			g.o.Logger.Warn("connection lost", "connection", c.index, "err", c.err)
			g.out.Lost++
		}
		g.out.Reports += c.reports
		g.all.merge(&c.latency)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case g.out.Lost == len(g.conns):
		return errors.New("every connection was lost, or got no answer")
	}
	return nil
}

// drive keeps the window of a connection full.
func (g *tlsGenerator) drive(c *tlsConn, start time.Time) error {
	from, to := g.o.Warmup.Nanoseconds(), (g.o.Warmup + g.o.Duration).Nanoseconds()
	_ = c.conn.SetDeadline(start.Add(g.o.Warmup + g.o.Duration + g.o.Silence))
	var out []byte
	in := make([]byte, 0, 4096)
	for {
		now := int64(time.Since(start))
		if out = out[:0]; now < to {
			out = g.fill(c, out, now)
		}
		if len(out) > 0 {
			if _, err := c.conn.Write(out); err != nil {
				return err
			}
		}
		if len(c.free) == len(c.since) {
			return nil
		}
		n, err := c.conn.Read(in[len(in):cap(in)])
		if err != nil {
			return err
		}
		now = int64(time.Since(start))
		rest, err := c.take(in[:len(in)+n], now, now >= from && now < to)
		if err != nil {
			return err
		}
		in = in[:copy(in[:cap(in)], rest)]
	}
}

// fill appends as many packets as there is room for.
func (g *tlsGenerator) fill(c *tlsConn, dst []byte, now int64) []byte {
	for len(c.free) > 0 {
		id := c.free[len(c.free)-1]
		c.free = c.free[:len(c.free)-1]
		c.since[id-1] = now
		dst = g.t.append(dst, id, c.index, c.round, false)
		c.round++
	}
	return dst
}

// take notes the PUBACKs in data and returns the incomplete packet at its end.
func (c *tlsConn) take(data []byte, now int64, measured bool) (rest []byte, err error) {
	for {
		p, size, err := nextPacket(data)
		if err != nil || size == 0 {
			return data, err
		}
		data = data[size:]
		if p.kind() != packetPuback {
			return nil, fmt.Errorf("%w: type %#x", errMalformed, p.first)
		}
		id, err := p.packetID()
		if err != nil {
			return nil, err
		}
		if id == 0 || int(id) > len(c.since) || c.since[id-1] < 0 {
			return nil, fmt.Errorf("%w: PUBACK for nothing", errMalformed)
		}
		if measured {
			c.reports++
			c.latency.add(now - c.since[id-1])
		}
		c.since[id-1] = -1
		c.free = append(c.free, id)
	}
}

// close disconnects everything.
func (g *tlsGenerator) close() {
	for _, c := range g.conns {
		_, _ = c.conn.Write([]byte{packetDisconnect, 0})
		if err := c.conn.Close(); err != nil && !errors.Is(err, io.EOF) && c.err == nil {
			g.o.Logger.Debug("close", "connection", c.index, "err", err)
		}
	}
}

func (g *tlsGenerator) result() *LoadResult {
	r := g.out
	r.Latency = newLatency(&g.all)
	return &r
}
