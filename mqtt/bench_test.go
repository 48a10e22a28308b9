package mqtt

import (
	"fmt"
	"io"
	"net"
	"testing"
)

// reportTopic and reportPayload have the size of a device's report.
var (
	reportTopic   = []byte("$aws/things/thing-12345/defender/metrics/json")
	acceptedTopic = []byte("$aws/things/thing-12345/defender/metrics/json/accepted")
	reportPayload = make([]byte, 761)
)

func BenchmarkParsePublish(b *testing.B) {
	packet := encodePublish(5, &Inbound{Topic: reportTopic, Payload: reportPayload, QoS: 1, packetID: 1})
	var m Inbound
	b.SetBytes(int64(len(packet)))
	b.ReportAllocs()
	for b.Loop() {
		first, body, _, err := frame(packet, 1<<20)
		if err == nil {
			_, _, err = parsePublish(version5, first, body, &m, nil)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// fleetTree has n devices, each subscribed to its replies: exact filters or, with
// wildcard, one that ends in +.
func fleetTree(n int, wildcard bool) *tree {
	tr := newTree()
	for i := range n {
		s := &session{number: uint64(i)}
		if wildcard {
			tr.add(&subscription{session: s, filter: fmt.Sprintf("$aws/things/thing-%05d/defender/metrics/json/+", i)})
		} else {
			tr.add(&subscription{session: s, filter: fmt.Sprintf("$aws/things/thing-%05d/defender/metrics/json/accepted", i)})
		}
	}
	return tr
}

func BenchmarkTreeMatch(b *testing.B) {
	for _, wildcard := range []bool{false, true} {
		b.Run(fmt.Sprintf("wildcard=%v", wildcard), func(b *testing.B) {
			tr := fleetTree(100_000, wildcard)
			var m matcher
			b.ReportAllocs()
			for b.Loop() {
				if tr.match(&m, acceptedTopic); len(m.matches) != 1 {
					b.Fatalf("got %d matches", len(m.matches))
				}
			}
		})
	}
}

// replying finishes every PUBLISH at once with a reply, as after a log commit.
func replying() *testHandler {
	return &testHandler{publish: func(c *Client, m *Inbound) Action {
		c.Finish(m.Ticket, CodeSuccess, acceptedTopic, m.Payload[:16])
		return Defer
	}}
}

// BenchmarkFinish answers deferred messages of a connection that reads, without and with
// limits of its pace.
func BenchmarkFinish(b *testing.B) {
	for name, o := range map[string]Options{"unpaced": {}, "paced": {MaxDeliveryRate: 1 << 40, MaxResumeRate: 10, MaxThroughput: 1 << 40}} {
		b.Run(name, func(b *testing.B) {
			clients := make(chan *Client, 1)
			o.Handler = &testHandler{subscribe: func(c *Client, _ string, qos byte) Code {
				clients <- c
				return Code(qos)
			}}
			s := startServer(b, o)
			p := s.dial(b, 4)
			p.connect(connectOptions{id: "a"})
			p.subscribe(string(acceptedTopic))
			go func() { _, _ = io.Copy(io.Discard, p.conn) }()
			c := <-clients
			b.ReportAllocs()
			for b.Loop() {
				ticket, err := c.reserve(1)
				if err != nil {
					b.Fatal(err)
				}
				c.Finish(ticket, CodeSuccess, acceptedTopic, reportPayload[:16])
			}
		})
	}
}

// BenchmarkRoundTrip is PUBLISH → PUBACK and reply over loopback TCP, window of
// messages at a time.
func BenchmarkRoundTrip(b *testing.B) {
	for _, window := range []int{1, 20} {
		b.Run(fmt.Sprintf("window=%d", window), func(b *testing.B) {
			s := startServer(b, Options{Handler: replying()})
			p := s.dial(b, 4)
			p.connect(connectOptions{id: "a"})
			p.subscribe(string(acceptedTopic))
			var send []byte
			for i := range window {
				send = append(send, encodePublish(4, &Inbound{Topic: reportTopic, Payload: reportPayload, QoS: 1, packetID: uint16(i + 1)})...)
			}
			reply := make([]byte, window*(4+len(encodePublish(4, &Inbound{Topic: acceptedTopic, Payload: reportPayload[:16]}))))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if n++; n%window != 0 {
					continue
				}
				if _, err := p.conn.Write(send); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(p.conn, reply); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestHotPathDoesNotAllocate counts the allocations of each step of a report.
func TestHotPathDoesNotAllocate(t *testing.T) {
	s := startServer(t, Options{Handler: replying()})
	ours, theirs := net.Pipe()
	defer ours.Close()
	defer theirs.Close()
	c := newClient(s.Server, theirs)
	c.version, c.id, c.connected, c.maxPacket, c.sendMax = version4, "direct", true, maxRemaining, 10
	c.session = &session{srv: s.Server, id: c.id, number: 1}
	c.session.client.Store(c)
	c.dirty.Store(true) // keeps the flushers away
	c.rd.buf = s.buffers.get()
	s.tree.add(&subscription{session: c.session, filter: string(acceptedTopic), options: 1})
	packet := encodePublish(4, &Inbound{Topic: reportTopic, Payload: reportPayload, QoS: 1, packetID: 1})
	qos0 := encodePublish(4, &Inbound{Topic: reportTopic, Payload: reportPayload})
	tr := fleetTree(1000, true)
	var m matcher
	for _, tt := range []struct {
		name string
		fn   func()
	}{
		{"PUBLISH to PUBACK and reply", func() { deliverTo(t, c, packet) }},
		{"PUBLISH QoS 0", func() { deliverTo(t, c, qos0) }},
		{"wildcard match", func() { tr.match(&m, []byte("$aws/things/thing-00007/defender/metrics/json/accepted")) }},
		{"message from inside", func() { s.Publish(Message{Topic: acceptedTopic, Payload: reportPayload}); c.discard() }},
	} {
		t.Run("ok/"+tt.name, func(t *testing.T) {
			if n := testing.AllocsPerRun(200, tt.fn); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

// deliverTo hands a packet to the client's reader.
func deliverTo(t *testing.T, c *Client, packet []byte) {
	first, body, _, err := frame(packet, 1<<20)
	if err == nil {
		err = c.handle(first, body)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.discard()
}

// discard forgets what waits to be written.
func (c *Client) discard() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out.buf != nil {
		c.out.buf.b = c.out.buf.b[:0]
	}
}
