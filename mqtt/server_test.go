package mqtt

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A manualClock stands still until it is moved.
type manualClock struct{ at atomic.Int64 }

func newManualClock() *manualClock {
	c := &manualClock{}
	c.at.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixMilli())
	return c
}

func (c *manualClock) now() time.Time { return time.UnixMilli(c.at.Load()) }

// move advances the clock and lets the server see it.
func (c *manualClock) move(s *testServer, d time.Duration) {
	c.at.Add(d.Milliseconds())
	s.tick(c.now())
}

func TestConnect(t *testing.T) {
	refuse := &testHandler{connect: func(_ *Client, p *Connect) Code {
		if string(p.Username) == "mallory" {
			return CodeNotAuthorized
		}
		return CodeSuccess
	}}
	for _, tt := range []struct {
		name    string
		version byte
		send    []byte
		want    []byte // CONNACK, nil: the connection is closed without
	}{
		{"ok/3.1.1", 4, connectOptions{id: "a"}.encode(4), raw(0x20, 2, 0, 0)},
		{"ok/3.1.1 empty identifier", 4, connectOptions{}.encode(4), raw(0x20, 2, 0, 0)},
		{"fail/3.1.1 refused", 4, connectOptions{id: "a", username: "mallory"}.encode(4), raw(0x20, 2, 0, 5)},
		{"fail/5 refused", 5, connectOptions{id: "a", username: "mallory"}.encode(5), raw(0x20, 3, 0, 0x87, 0)},
		{"fail/3.1", 4, raw(0x10, 17, "MQIsdp", 3, 2, 0, 60, "dev"), raw(0x20, 2, 0, 1)},
		{"fail/version 6", 5, raw(0x10, 16, "MQTT", 6, 2, 0, 60, 0, "dev"), raw(0x20, 3, 0, 0x84, 0)},
		{"fail/3.1.1 empty identifier with a session", 4, connectOptions{keep: true}.encode(4), raw(0x20, 2, 0, 2)},
		{"fail/5 authentication method", 5, connectOptions{id: "a", props: raw(21, "SCRAM")}.encode(5), raw(0x20, 3, 0, 0x8C, 0)},
		{"fail/5 malformed", 5, connectOptions{id: "a", props: raw(99)}.encode(5), raw(0x20, 3, 0, 0x81, 0)},
		{"fail/3.1.1 malformed", 4, connectOptions{id: "\xff"}.encode(4), nil},
		{"fail/will QoS 2", 5, connectOptions{id: "a", will: &Will{Topic: []byte("w"), QoS: 2}}.encode(5), raw(0x20, 3, 0, 0x9B, 0)},
		{"fail/not CONNECT", 4, raw(0xC0, 0), nil},
		{"fail/not CONNECT and incomplete", 4, raw(0x30, 9, 0), nil},
		{"fail/too long", 4, raw(0x10, 0xFF, 0xFF, 0x7F), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t, Options{Handler: refuse})
			p := s.dial(t, tt.version)
			p.write(tt.send)
			if tt.want == nil {
				p.expectClosed(CodeSuccess)
				return
			}
			ack := p.expect(typeConnack)
			if got := encodePacket(ack.first, ack.body); !bytes.Equal(got, tt.want) {
				t.Fatalf("got % X, want % X", got, tt.want)
			}
			if strings.HasPrefix(tt.name, "fail/") {
				p.expectClosed(CodeSuccess)
				if st := s.Stats(); st.Refused != 1 || st.Connects != 0 || st.Sessions != 0 {
					t.Errorf("stats: %+v", st)
				}
			}
		})
	}
}

func TestConnackSaysWhatIsGranted(t *testing.T) {
	s := startServer(t, Options{MinKeepAlive: 30 * time.Second, MaxKeepAlive: time.Hour, MaxSessionExpiry: time.Minute,
		ReceiveMaximum: 7, MaxPacket: 1000, TopicAliasMaximum: 3})
	p := s.dial(t, 5)
	p.write(connectOptions{keep: true, keepAlive: 5}.encode(5))
	got := p.expect(typeConnack).body
	id := findProperty(got[3:], propAssignedClientID)
	if !strings.HasPrefix(string(id), "auto-") {
		t.Errorf("assigned identifier: %q", id)
	}
	want := raw(0, 0, len(got)-3, 17, 0, 0, 0, 60, 33, 0, 7, 36, 1, 39, 0, 0, 3, 0xE8, 18, string(id), 34, 0, 3, 42, 0, 19, 0, 30)
	if !bytes.Equal(got, want) {
		t.Errorf("got  % X\nwant % X", got, want)
	}
}

// TestProtocolErrors sends what a client must not send; version 5 clients are
// told why.
func TestProtocolErrors(t *testing.T) {
	for _, tt := range []struct {
		name    string
		version byte
		send    []byte
		code    Code
	}{
		{"fail/second CONNECT", 5, connectOptions{id: "a"}.encode(5), CodeProtocolError},
		{"fail/3.1.1 QoS 2", 4, raw(0x34, 5, "a", 0, 1), CodeSuccess},
		{"fail/QoS 2", 5, raw(0x34, 6, "a", 0, 1, 0), CodeQoSNotSupported},
		{"fail/QoS 3", 5, raw(0x36, 6, "a", 0, 1, 0), CodeMalformedPacket},
		{"fail/packet too large", 5, raw(0x30, 0xFF, 0x7F), CodePacketTooLarge},
		{"fail/payload too large", 5, encodePublish(5, &Inbound{Topic: []byte("a"), Payload: make([]byte, 501)}), CodePacketTooLarge},
		{"fail/wildcard in a topic name", 5, encodePublish(5, &Inbound{Topic: []byte("a/#")}), CodeTopicNameInvalid},
		{"fail/alias above the maximum", 5, raw(0x30, 7, "a", 3, 35, 0, 9), CodeTopicAliasInvalid},
		{"fail/unknown alias", 5, raw(0x30, 6, "", 3, 35, 0, 1), CodeProtocolError},
		{"fail/PUBREC", 5, raw(0x50, 2, 0, 1), CodeProtocolError},
		{"fail/AUTH", 5, raw(0xF0, 0), CodeProtocolError},
		{"fail/type 0", 5, raw(0x00, 0), CodeProtocolError},
		{"fail/SUBSCRIBE flags", 5, raw(0x80, 7, 0, 1, 0, "a", 1), CodeMalformedPacket},
		{"fail/seven byte SUBSCRIBE", 5, raw(0x82, 5, 0, 1, 0, 0, 9), CodeMalformedPacket},
		{"fail/UNSUBSCRIBE of nothing", 5, raw(0xA2, 3, 0, 1, 0), CodeProtocolError},
		{"fail/PINGREQ with a body", 5, raw(0xC0, 1, 0), CodeMalformedPacket},
		{"fail/PUBACK flags", 5, raw(0x41, 2, 0, 1), CodeMalformedPacket},
		{"fail/session expiry raised from 0", 5, raw(0xE0, 7, 0, 5, 17, 0, 0, 0, 9), CodeProtocolError},
		{"fail/five byte length", 5, raw(0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1), CodeMalformedPacket},
	} {
		t.Run(tt.name, func(t *testing.T) {
			why := make(chan Reason, 1)
			s := startServer(t, Options{MaxPacket: 1000, MaxPayload: 500, Handler: &testHandler{disconnected: func(_ *Client, r Reason) { why <- r }}})
			p := s.dial(t, tt.version)
			p.connect(connectOptions{id: "a"})
			p.write(tt.send)
			p.expectClosed(tt.code)
			if got := receive(t, why, "Disconnected"); got != ReasonProtocolError {
				t.Errorf("reason: got %v", got)
			}
			if st := s.Stats(); st.ProtocolErrors != 1 {
				t.Errorf("stats: %+v", st)
			}
		})
	}
}

// TestPublishActions has the handler decide by topic.
func TestPublishActions(t *testing.T) {
	h := &testHandler{publish: func(c *Client, m *Inbound) Action {
		switch string(m.Topic) {
		case "discard":
			return Discard
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

func TestTakeover(t *testing.T) {
	for _, version := range []byte{4, 5} {
		t.Run(fmt.Sprintf("ok/version %d", version), func(t *testing.T) {
			why := make(chan Reason, 2)
			s := startServer(t, Options{Handler: &testHandler{disconnected: func(_ *Client, r Reason) { why <- r }}})
			first, second := s.dial(t, version), s.dial(t, version)
			first.connect(connectOptions{id: "same", keep: true})
			first.subscribe("a")
			if !second.connect(connectOptions{id: "same", keep: true}) {
				t.Error("no session present")
			}
			first.expectClosed(CodeSessionTakenOver)
			if got := receive(t, why, "Disconnected"); got != ReasonTakenOver {
				t.Errorf("reason: got %v", got)
			}
			second.write(encodePublish(version, &Inbound{Topic: []byte("a")}))
			second.expectPublish()
			if st := s.Stats(); st.Connections != 1 || st.Sessions != 1 || st.Subscriptions != 1 {
				t.Errorf("stats: %+v", st)
			}
		})
	}
}

func TestKeepAlive(t *testing.T) {
	clock := newManualClock()
	s := startServer(t, Options{Now: clock.now})
	p, forever := s.dial(t, 5), s.dial(t, 5)
	p.connect(connectOptions{id: "a", keepAlive: 10})
	forever.connect(connectOptions{id: "b"})
	for range 5 {
		clock.move(s, 14*time.Second)
		p.ping()
	}
	clock.move(s, 14*time.Second)
	p.ping()
	clock.move(s, 17*time.Second)
	p.expectClosed(CodeKeepAliveTimeout)
	clock.move(s, 10*time.Hour)
	forever.ping()
}

func TestSubscriptions(t *testing.T) {
	s := startServer(t, Options{MaxSubscriptions: 5, Handler: &testHandler{subscribe: func(_ *Client, f string, qos byte) Code {
		switch f {
		case "secret":
			return CodeNotAuthorized
		case "only0":
			return 0
		}
		return Code(qos)
	}}})
	t.Run("ok/codes", func(t *testing.T) {
		p := s.dial(t, 5)
		p.connect(connectOptions{id: "a"})
		p.write(encodeSubscribe(5, 3, nil, 2, "a", "secret", "only0", "$share/g/a", "a/#/b", "b", "c", "d", "e"))
		want := raw(0, 3, 0, 1, 0x87, 0, 0x9E, 0x8F, 1, 1, 1, 0x97)
		if got := p.expect(typeSuback).body; !bytes.Equal(got, want) {
			t.Errorf("got % X, want % X", got, want)
		}
		p.write(encodeUnsubscribe(5, 4, "a", "nothing"))
		if got, want := p.expect(typeUnsuback).body, raw(0, 4, 0, 0, 0x11); !bytes.Equal(got, want) {
			t.Errorf("got % X, want % X", got, want)
		}
	})
	t.Run("ok/3.1.1 failure", func(t *testing.T) {
		p := s.dial(t, 4)
		p.connect(connectOptions{id: "b"})
		if got, want := p.subscribe("secret"), raw(0, 1, 0x80); !bytes.Equal(got, want) {
			t.Errorf("got % X, want % X", got, want)
		}
	})
	t.Run("ok/overlapping filters give one message with all identifiers", func(t *testing.T) {
		p := s.dial(t, 5)
		p.connect(connectOptions{id: "c"})
		for i, f := range []string{"x/y", "x/+", "#"} {
			p.write(encodeSubscribe(5, 1, raw(11, 10+i), byte(i)%2, f))
			p.expect(typeSuback)
		}
		p.write(encodePublish(5, &Inbound{Topic: []byte("x/y"), QoS: 1, packetID: 5}))
		m := p.expectPublish()
		slices.Sort(m.subscriptionIDs)
		if m.QoS != 1 || !slices.Equal(m.subscriptionIDs, []uint32{10, 11, 12}) {
			t.Errorf("got %+v", m)
		}
		p.expect(typePuback)
		p.ping()
	})
	t.Run("ok/no local and retain as published", func(t *testing.T) {
		p, q := s.dial(t, 5), s.dial(t, 5)
		p.connect(connectOptions{id: "d"})
		q.connect(connectOptions{id: "e"})
		p.write(encodeSubscribe(5, 1, nil, 4, "n"))
		p.expect(typeSuback)
		q.write(encodeSubscribe(5, 1, nil, 8, "n"))
		q.expect(typeSuback)
		p.write(encodePublish(5, &Inbound{Topic: []byte("n"), Payload: []byte("x"), Retain: true}))
		if m := q.expectPublish(); !m.Retain {
			t.Error("RETAIN is not as published")
		}
		p.ping()
	})
	t.Run("ok/a new subscription replaces the old one", func(t *testing.T) {
		p := s.dial(t, 4)
		p.connect(connectOptions{id: "f"})
		p.write(encodeSubscribe(4, 1, nil, 1, "r"))
		p.expect(typeSuback)
		p.write(encodeSubscribe(4, 2, nil, 0, "r"))
		p.expect(typeSuback)
		p.write(encodePublish(4, &Inbound{Topic: []byte("r"), QoS: 1, packetID: 5}))
		if m := p.expectPublish(); m.QoS != 0 {
			t.Errorf("got QoS %d", m.QoS)
		}
		p.expect(typePuback)
		p.ping()
	})
}

func TestRetained(t *testing.T) {
	clock := newManualClock()
	s := startServer(t, Options{Now: clock.now, MaxRetained: 3})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a"})
	retain := func(topic, payload string, expiry uint32) Code {
		p.write(encodePublish(5, &Inbound{Topic: []byte(topic), Payload: []byte(payload), QoS: 1, packetID: 1, Retain: true, expiry: expiry, hasExpiry: expiry > 0}))
		_, code, _ := parsePuback(5, p.expect(typePuback).body)
		return code
	}
	retain("r/1", "old", 0)
	retain("r/1", "new", 0)
	retain("r/2", "short", 10)
	retain("r/3", "gone", 0)
	retain("r/3", "", 0)
	retain("$r/4", "hidden", 0)
	if code := retain("r/5", "too many", 0); code != CodeQuotaExceeded {
		t.Errorf("fourth message: got %v", code)
	}
	collect := func(options byte, filter string) map[string]string {
		t.Helper()
		q := s.dial(t, 5)
		q.connect(connectOptions{})
		q.write(encodeSubscribe(5, 1, raw(11, 9), options, filter))
		q.expect(typeSuback)
		q.write([]byte{typePingreq << 4, 0})
		got := map[string]string{}
		for {
			pk, _ := q.read()
			if pk.kind() == typePingresp {
				return got
			}
			m := q.decodePublish(pk)
			got[string(m.Topic)] = fmt.Sprintf("%s %d %v %v", m.Payload, m.QoS, m.Retain, m.subscriptionIDs)
		}
	}
	check := func(name string, got map[string]string, want ...string) {
		t.Helper()
		var flat []string
		for k, v := range got {
			flat = append(flat, k+" "+v)
		}
		slices.Sort(flat)
		if !slices.Equal(flat, want) {
			t.Errorf("%s: got %q, want %q", name, flat, want)
		}
	}
	check("wildcard", collect(1, "#"), "r/1 new 1 true [9]", "r/2 short 1 true [9]")
	check("exact QoS 0", collect(0, "r/1"), "r/1 new 0 true [9]")
	check("dollar", collect(1, "$r/+"), "$r/4 hidden 1 true [9]")
	check("retain handling 2", collect(0x21, "#"))
	clock.move(s, 11*time.Second)
	check("expired", collect(1, "r/#"), "r/1 new 1 true [9]")
	if code := retain("r/5", "room again", 0); code != CodeSuccess {
		t.Errorf("after one expired: got %v", code)
	}
	q := s.dial(t, 5)
	q.connect(connectOptions{id: "q"})
	for i := range 2 { // retain handling 1: only for a new subscription
		q.write(encodeSubscribe(5, 1, nil, 0x10, "r/1"))
		q.expect(typeSuback)
		if i == 0 {
			q.expectPublish()
		}
	}
	q.ping()
}

func TestWill(t *testing.T) {
	will := &Will{Topic: []byte("w"), Payload: []byte("bye"), QoS: 1}
	for _, tt := range []struct {
		name    string
		version byte
		props   []byte
		keep    bool
		end     func(*testServer, *peer)
		move    time.Duration // until the will comes
		want    bool
	}{
		{"ok/connection lost", 4, nil, false, func(_ *testServer, p *peer) { p.conn.Close() }, 0, true},
		{"ok/DISCONNECT", 4, nil, false, func(_ *testServer, p *peer) { p.write(raw(0xE0, 0)) }, 0, false},
		{"ok/DISCONNECT with will", 5, nil, false, func(_ *testServer, p *peer) { p.write(raw(0xE0, 1, 4)) }, 0, true},
		{"ok/protocol error", 4, nil, false, func(_ *testServer, p *peer) { p.write(raw(0x00, 0)) }, 0, true},
		{"ok/taken over", 4, nil, false, func(s *testServer, p *peer) { s.dial(t, 4).connect(connectOptions{id: "mortal"}) }, 0, true},
		{"ok/closed by the handler", 5, nil, false, func(s *testServer, p *peer) { s.Disconnect("mortal", CodeAdministrativeAction) }, 0, true},
		{"ok/delay", 5, raw(24, 0, 0, 0, 30), true, func(_ *testServer, p *peer) { p.conn.Close() }, 31 * time.Second, true},
		{"ok/delay, session ends first", 5, raw(24, 0, 0, 0, 30), false, func(_ *testServer, p *peer) { p.conn.Close() }, 0, true},
		{"ok/delay, client comes back", 5, raw(24, 0, 0, 0, 30), true, func(s *testServer, p *peer) {
			p.conn.Close()
			s.dial(t, 5).connect(connectOptions{id: "mortal", keep: true})
		}, time.Minute, false},
		{"ok/delay, new session", 5, raw(24, 0, 0, 0, 30), true, func(s *testServer, p *peer) {
			p.conn.Close()
			s.dial(t, 5).connect(connectOptions{id: "mortal"})
		}, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clock := newManualClock()
			ended := make(chan Reason, 3)
			s := startServer(t, Options{Now: clock.now, Handler: &testHandler{disconnected: func(_ *Client, r Reason) { ended <- r }}})
			watcher, p := s.dial(t, 5), s.dial(t, tt.version)
			watcher.connect(connectOptions{id: "watcher"})
			watcher.subscribe("w")
			p.connect(connectOptions{id: "mortal", will: will, willProps: append(tt.props, raw(3, "text")...), keep: tt.keep})
			tt.end(s, p)
			receive(t, ended, "Disconnected")
			if tt.move > 0 {
				watcher.ping() // nothing yet
				clock.move(s, tt.move)
			}
			if !tt.want {
				watcher.ping()
				return
			}
			m := watcher.expectPublish()
			if string(m.Payload) != "bye" || m.QoS != 1 || tt.version == version5 && string(m.ContentType()) != "text" {
				t.Errorf("got %+v", m)
			}
		})
	}
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

func TestClientLimits(t *testing.T) {
	t.Run("ok/maximum packet size", func(t *testing.T) {
		s := startServer(t, Options{})
		p := s.dial(t, 5)
		p.connect(connectOptions{id: "a", props: raw(39, 0, 0, 0, 60)})
		p.subscribe("t")
		for _, size := range []int{100, 10} {
			s.Publish(Message{Topic: []byte("t"), Payload: make([]byte, size), QoS: byte(size / 100)})
		}
		if m := p.expectPublish(); len(m.Payload) != 10 {
			t.Errorf("got %d bytes", len(m.Payload))
		}
		if st := s.Stats(); st.Dropped != 1 {
			t.Errorf("stats: %+v", st)
		}
	})
	t.Run("ok/receive maximum", func(t *testing.T) {
		s := startServer(t, Options{})
		p := s.dial(t, 5)
		p.connect(connectOptions{id: "a", props: raw(33, 0, 2)})
		p.subscribe("t")
		for i := range 5 {
			s.Publish(Message{Topic: []byte("t"), Payload: []byte{byte(i)}, QoS: 1})
		}
		first, second := p.expectPublish(), p.expectPublish()
		p.ping() // and nothing before PINGRESP
		p.write(encodePuback(second.packetID))
		third := p.expectPublish()
		p.write(encodePuback(first.packetID))
		p.write(encodePuback(third.packetID))
		for want := byte(3); want < 5; want++ {
			if m := p.expectPublish(); m.Payload[0] != want {
				t.Errorf("got message %d, want %d", m.Payload[0], want)
			}
		}
	})
}

func TestSlowConsumer(t *testing.T) {
	s := startServer(t, Options{MaxOutbound: 64 << 10, MaxQueued: 100, MaxQueuedBytes: 1 << 20})
	p := s.dial(t, 4)
	p.connect(connectOptions{id: "slow"})
	p.subscribe("t")
	payload := make([]byte, 32<<10)
	for i := range 1000 { // much more than the sockets' buffers hold
		payload[0] = byte(i)
		s.Publish(Message{Topic: []byte("t"), Payload: payload})
	}
	if st := s.Stats(); st.Dropped == 0 {
		t.Fatalf("nothing was dropped: %+v", st)
	}
	for range 20 {
		s.Publish(Message{Topic: []byte("t"), Payload: payload, QoS: 1})
	}
	received := 0
	for received < 20 {
		if m := p.expectPublish(); m.QoS == 1 {
			received++
			p.write(encodePuback(m.packetID))
		}
	}
}

func TestSlowConsumerIsCutOff(t *testing.T) {
	why := make(chan Reason, 1)
	s := startServer(t, Options{MaxOutbound: 64 << 10, WriteTimeout: 50 * time.Millisecond,
		Handler: &testHandler{disconnected: func(_ *Client, r Reason) { why <- r }}})
	p := s.dial(t, 4)
	p.connect(connectOptions{id: "stuck"})
	p.subscribe("t")
	eventually(t, "end of the connection", func() bool {
		s.Publish(Message{Topic: []byte("t"), Payload: make([]byte, 32<<10)})
		return s.Stats().Connections == 0
	})
	if got := receive(t, why, "Disconnected"); got != ReasonSlowConsumer {
		t.Errorf("reason: got %v", got)
	}
}

func TestShutdown(t *testing.T) {
	tickets := make(chan func(), 1)
	why := make(chan Reason, 2)
	s := startServer(t, Options{Handler: &testHandler{
		publish: func(c *Client, m *Inbound) Action {
			ticket := m.Ticket
			tickets <- func() { c.Finish(ticket, CodeSuccess, nil, nil) }
			return Defer
		},
		disconnected: func(_ *Client, r Reason) { why <- r },
	}})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a"})
	p.write(encodePublish(5, &Inbound{Topic: []byte("t"), QoS: 1, packetID: 7}))
	finish := receive(t, tickets, "PUBLISH")
	stopped := make(chan struct{})
	go func() { s.stop(); close(stopped) }()
	eventually(t, "end of accepting", func() bool {
		conn, err := net.Dial("tcp", s.addr)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	finish()
	p.expect(typePuback)
	p.expectClosed(CodeServerShuttingDown)
	receive(t, stopped, "end of Shutdown")
	if got := receive(t, why, "Disconnected"); got != ReasonShutdown {
		t.Errorf("reason: got %v", got)
	}
}

// TestShutdownGivesUp has a handler that never finishes.
func TestShutdownGivesUp(t *testing.T) {
	started := make(chan struct{})
	s, err := NewServer(context.Background(), Options{Handler: &testHandler{publish: func(*Client, *Inbound) Action {
		close(started)
		return Defer
	}}})
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := net.Pipe()
	go s.ServeConn(theirs)
	p := newPeer(t, ours, 5)
	p.connect(connectOptions{id: "a"})
	p.write(encodePublish(5, &Inbound{Topic: []byte("t"), QoS: 1, packetID: 7}))
	receive(t, started, "PUBLISH")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	done := make(chan error, 1)
	go func() { done <- s.Shutdown(ctx) }()
	p.expectClosed(CodeServerShuttingDown)
	if err := receive(t, done, "end of Shutdown"); err == nil {
		t.Error("Shutdown: got no error")
	}
}

func TestConnectionLimit(t *testing.T) {
	s := startServer(t, Options{MaxConnections: 1})
	p := s.dial(t, 4)
	p.connect(connectOptions{id: "a"})
	s.dial(t, 4).expectClosed(0)
	p.write(raw(0xE0, 0))
	p.expectClosed(0)
	eventually(t, "room for another", func() bool { return s.Stats().Connections == 0 })
	s.dial(t, 4).connect(connectOptions{id: "b"})
}

func TestConnectTimeout(t *testing.T) {
	s := startServer(t, Options{ConnectTimeout: 10 * time.Millisecond})
	p := s.dial(t, 4)
	p.write(connectOptions{id: "a"}.encode(4)[:5])
	p.expectClosed(0)
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
