package mqtt

import (
	"bytes"
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// TestPublishActions has the handler decide by topic.
func TestPublishActions(t *testing.T) {
	h := &testHandler{publish: func(c *Client, m *Inbound) Action {
		switch string(m.Topic) {
		case "discard":
			return Discard
		case "fail":
			c.Finish(m.Ticket, CodeImplementationSpecific, nil, nil)
			return Defer
		case "refuse":
			return Refuse(CodeNotAuthorized)
		case "disconnect":
			return Disconnect(CodeNotAuthorized)
		case "defer":
			c.Finish(m.Ticket, CodeSuccess, nil, nil)
			c.Finish(m.Ticket, CodeQuotaExceeded, nil, nil) // no effect
			return Defer
		case "panic":
			panic("handler")
		}
		return Route
	}}
	for _, tt := range []struct {
		topic   string
		version byte
		want    []byte // the packet that answers; nil: the connection ends
		code    Code
	}{
		{"route", 4, raw(0x40, 2, 0, 9), 0},
		{"discard", 4, raw(0x40, 2, 0, 9), 0},
		{"defer", 4, raw(0x40, 2, 0, 9), 0},
		{"fail", 5, raw(0x40, 3, 0, 9, 0x83), 0},
		{"fail", 4, nil, 0},
		{"refuse", 5, raw(0x40, 3, 0, 9, 0x87), 0},
		{"refuse", 4, nil, 0},
		{"disconnect", 4, nil, 0},
		{"disconnect", 5, nil, CodeNotAuthorized},
		{"panic", 5, nil, CodeUnspecifiedError},
	} {
		t.Run(fmt.Sprintf("ok/%s in version %d", tt.topic, tt.version), func(t *testing.T) {
			s := startServer(t, Options{Handler: h})
			p := s.dial(t, tt.version)
			p.connect(connectOptions{id: "a"})
			p.write(encodePublish(tt.version, &Inbound{Topic: []byte(tt.topic), QoS: 1, packetID: 9}))
			if tt.want == nil {
				p.expectClosed(tt.code)
				return
			}
			got := p.expect(typePuback)
			if b := encodePacket(got.first, got.body); !bytes.Equal(b, tt.want) {
				t.Errorf("got % X, want % X", b, tt.want)
			}
			p.ping()
		})
	}
	t.Run("ok/a panic costs one connection", func(t *testing.T) {
		s := startServer(t, Options{Handler: h})
		good, bad := s.dial(t, 4), s.dial(t, 4)
		good.connect(connectOptions{id: "good"})
		bad.connect(connectOptions{id: "bad"})
		bad.write(encodePublish(4, &Inbound{Topic: []byte("panic")}))
		bad.expectClosed(0)
		good.ping()
		if st := s.Stats(); st.Panics != 1 {
			t.Errorf("stats: %+v", st)
		}
	})
}

// TestPubackOrder finishes deferred messages backwards: PUBACKs come forwards.
func TestPubackOrder(t *testing.T) {
	const n = 100
	type deferred struct {
		c      *Client
		ticket uint64
	}
	got := make(chan deferred, n)
	s := startServer(t, Options{Handler: &testHandler{publish: func(c *Client, m *Inbound) Action {
		got <- deferred{c, m.Ticket}
		return Defer
	}}})
	p := s.dial(t, 4)
	p.connect(connectOptions{id: "a"})
	var all []byte
	for i := range n {
		all = append(all, encodePublish(4, &Inbound{Topic: []byte("t"), QoS: 1, packetID: uint16(i + 1)})...)
	}
	p.write(all)
	var tickets []deferred
	for range n {
		tickets = append(tickets, receive(t, got, "PUBLISH"))
	}
	slices.Reverse(tickets)
	for _, d := range tickets {
		d.c.Finish(d.ticket, CodeSuccess, nil, nil)
	}
	for i := range n {
		if id, _, _ := parsePuback(4, p.expect(typePuback).body); int(id) != i+1 {
			t.Fatalf("PUBACK %d is for %d", i+1, id)
		}
	}
}

// TestBackPressure leaves messages deferred: a 3.1.1 client is not read any
// more, a version 5 client that goes on breaks the protocol.
func TestBackPressure(t *testing.T) {
	for _, version := range []byte{4, 5} {
		t.Run(fmt.Sprintf("ok/version %d", version), func(t *testing.T) {
			tickets := make(chan func(), 10)
			s := startServer(t, Options{ReceiveMaximum: 3, Handler: &testHandler{publish: func(c *Client, m *Inbound) Action {
				ticket := m.Ticket
				tickets <- func() { c.Finish(ticket, CodeSuccess, nil, nil) }
				return Defer
			}}})
			p := s.dial(t, version)
			p.connect(connectOptions{id: "a"})
			for i := range 5 {
				p.write(encodePublish(version, &Inbound{Topic: []byte("t"), QoS: 1, packetID: uint16(i + 1)}))
			}
			if version == version5 {
				p.expectClosed(CodeReceiveMaximumExceeded)
				return
			}
			var finish []func()
			for range 3 {
				finish = append(finish, receive(t, tickets, "PUBLISH"))
			}
			if len(tickets) != 0 {
				t.Fatal("the handler got more than the receive maximum")
			}
			for _, f := range finish {
				f()
			}
			receive(t, tickets, "fourth PUBLISH")()
			receive(t, tickets, "fifth PUBLISH")()
			for range 5 {
				p.expect(typePuback)
			}
		})
	}
}

// TestFinishReply checks who gets the reply of a deferred message.
func TestFinishReply(t *testing.T) {
	var seen atomic.Pointer[Client]
	tickets := make(chan uint64, 4)
	s := startServer(t, Options{Handler: &testHandler{publish: func(c *Client, m *Inbound) Action {
		seen.Store(c)
		tickets <- m.Ticket
		return Defer
	}}})
	p, other, stranger := s.dial(t, 5), s.dial(t, 4), s.dial(t, 4)
	p.connect(connectOptions{id: "publisher"})
	other.connect(connectOptions{id: "other"})
	stranger.connect(connectOptions{id: "stranger"})
	p.subscribe("t/accepted")
	other.subscribe("t/+")
	stranger.subscribe("u/+")
	for i, qos := range []byte{1, 0} {
		p.write(encodePublish(5, &Inbound{Topic: []byte("t"), QoS: qos, packetID: 7}))
		reply := []byte(fmt.Sprint("yes ", i))
		ticket := receive(t, tickets, "PUBLISH")
		seen.Load().Finish(ticket, CodeSuccess, []byte("t/accepted"), reply)
		if qos == 1 {
			p.expect(typePuback)
		}
		for _, q := range []*peer{p, other} {
			if m := q.expectPublish(); string(m.Topic) != "t/accepted" || !bytes.Equal(m.Payload, reply) || m.QoS != 0 || m.Retain {
				t.Errorf("got %+v", m)
			}
		}
	}
	stranger.ping()
	p.conn.Close()
	eventually(t, "end of the publisher", func() bool { return s.Stats().Connections == 2 })
	seen.Load().Finish(99, CodeSuccess, []byte("t/accepted"), []byte("late"))
	if m := other.expectPublish(); string(m.Payload) != "late" {
		t.Errorf("got %q", m.Payload)
	}
}

// TestOneWrite sees PUBACK and reply arrive in one write.
func TestOneWrite(t *testing.T) {
	s := startServer(t, Options{Handler: &testHandler{publish: func(c *Client, m *Inbound) Action {
		c.Finish(m.Ticket, CodeSuccess, []byte("r"), []byte("yes"))
		return Defer
	}}})
	ours, theirs := net.Pipe()
	go s.ServeConn(theirs)
	p := newPeer(t, ours, 4)
	p.connect(connectOptions{id: "a"})
	p.subscribe("r")
	p.write(encodePublish(4, &Inbound{Topic: []byte("t"), QoS: 1, packetID: 7}))
	b := make([]byte, 100)
	n, err := p.conn.Read(b) // a pipe keeps writes apart
	if want := raw(0x40, 2, 0, 7, 0x30, 6, "r", []byte("yes")); err != nil || !bytes.Equal(b[:n], want) {
		t.Errorf("got % X, %v, want % X", b[:n], err, want)
	}
	p.conn.Close()
}

func TestTopicAliases(t *testing.T) {
	s := startServer(t, Options{})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a"})
	p.subscribe("long/topic", "other")
	for _, tt := range []struct{ topic, want string }{{"long/topic", "long/topic"}, {"", "long/topic"}, {"other", "other"}, {"", "other"}} {
		p.write(encodePacket(0x30, raw(tt.topic, 3, 35, 0, 8, []byte("x"))))
		if m := p.expectPublish(); string(m.Topic) != tt.want || len(m.props) != 0 {
			t.Errorf("got %s with % X", m.Topic, m.props)
		}
	}
}

func TestServerPublish(t *testing.T) {
	clock := newManualClock()
	s := startServer(t, Options{Now: clock.now})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a"})
	p.subscribe("t")
	s.Publish(Message{Topic: []byte("t/#")}) // no topic name: ignored
	s.Publish(Message{Topic: []byte("t"), Payload: []byte("x"), QoS: 2, Expiry: time.Minute, ContentType: "c", ResponseTopic: "r",
		CorrelationData: []byte("d"), UTF8Payload: true, UserProperties: []UserProperty{{"n", "v"}}})
	m := p.expectPublish()
	if m.QoS != 1 || m.expiry != 60 || string(m.ContentType()) != "c" || string(m.ResponseTopic()) != "r" || string(m.CorrelationData()) != "d" {
		t.Errorf("got %+v", m)
	}
	for name, value := range m.UserProperties() {
		if string(name) != "n" || string(value) != "v" {
			t.Errorf("user property %s=%s", name, value)
		}
	}
}

// TestLargePackets sends packets that arrive in many pieces and grow the buffer.
func TestLargePackets(t *testing.T) {
	s := startServer(t, Options{})
	p := s.dial(t, 4)
	p.connect(connectOptions{id: "a"})
	p.subscribe("t")
	payload := bytes.Repeat([]byte("0123456789"), 20_000)
	packet := encodePublish(4, &Inbound{Topic: []byte("t"), Payload: payload})
	for piece := range slices.Chunk(packet, 1777) {
		p.write(piece)
	}
	if m := p.expectPublish(); !bytes.Equal(m.Payload, payload) {
		t.Errorf("got %d bytes", len(m.Payload))
	}
}
