package mqtt

import (
	"bytes"
	"fmt"
	"net"
	"testing"
	"time"
)

// TestDeliveryRate: beyond it QoS 0 messages are dropped, and QoS 1 messages wait for
// the next second.
func TestDeliveryRate(t *testing.T) {
	clock := newManualClock()
	s := startServer(t, Options{Now: clock.now, MaxDeliveryRate: 3})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a"})
	p.write(encodeSubscribe(5, 1, nil, 1, "one"))
	p.expect(typeSuback)
	p.write(encodeSubscribe(5, 2, nil, 0, "zero"))
	p.expect(typeSuback)
	for i := range 5 {
		s.Publish(Message{Topic: []byte("zero"), Payload: []byte{byte(i)}})
	}
	for i := range 5 {
		s.Publish(Message{Topic: []byte("one"), Payload: []byte{byte(i)}, QoS: 1})
	}
	for i := range 3 {
		if m := p.expectPublish(); m.QoS != 0 || m.Payload[0] != byte(i) {
			t.Fatalf("got %s %v, want message %d at QoS 0", m.Topic, m.Payload, i)
		}
	}
	p.ping() // nothing comes before the answer
	for _, count := range []int{3, 2} {
		clock.move(s, time.Second)
		for range count {
			if m := p.expectPublish(); m.QoS != 1 {
				t.Fatalf("got %s at QoS %d", m.Topic, m.QoS)
			}
		}
		p.ping()
	}
	if dropped := s.Stats().Dropped; dropped != 2 {
		t.Errorf("dropped: got %d, want 2", dropped)
	}
}

// TestResumeRate: what waited for a session comes slower than what is new.
func TestResumeRate(t *testing.T) {
	clock := newManualClock()
	s := startServer(t, Options{Now: clock.now, MaxResumeRate: 2, MaxDeliveryRate: 100})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a", keep: true})
	p.subscribe("t")
	publish := func(n int) {
		for i := range n {
			s.Publish(Message{Topic: []byte("t"), Payload: []byte{byte(i)}, QoS: 1})
		}
	}
	publish(1)
	p.expectPublish() // and is not acknowledged: it waits, too
	p.conn.Close()
	eventually(t, "disconnected", func() bool { return s.Stats().Connections == 0 })
	publish(4)
	p = s.dial(t, 5)
	p.connect(connectOptions{id: "a", keep: true})
	publish(20) // new, and after the others
	got := 0
	for _, count := range []int{2, 2, 1 + 20} {
		for range count {
			if m := p.expectPublish(); m.Dup != (got == 0) {
				t.Errorf("message %d: DUP is %v", got, m.Dup)
			}
			got++
		}
		p.ping()
		clock.move(s, time.Second)
	}
}

// TestThroughput: what a connection receives and sends beyond the limit waits for
// the next second, on every kind of connection, and is lost on none.
func TestThroughput(t *testing.T) {
	for name, dial := range map[string]func(*testing.T, *testServer) *peer{
		"plain": func(t *testing.T, s *testServer) *peer { return s.dial(t, 5) },
		"pipe": func(t *testing.T, s *testServer) *peer {
			client, server := net.Pipe()
			go s.ServeConn(server)
			t.Cleanup(func() { client.Close() })
			return newPeer(t, client, 5)
		},
	} {
		t.Run("ok/"+name, func(t *testing.T) {
			const limit = 10_000
			clock := newManualClock()
			s := startServer(t, Options{Now: clock.now, MaxThroughput: limit})
			p, other := dial(t, s), s.dial(t, 5)
			p.connect(connectOptions{id: "a"})
			p.subscribe("t")
			other.connect(connectOptions{id: "b"})
			payload := bytes.Repeat([]byte{'x'}, limit)
			publish := func() { s.Publish(Message{Topic: []byte("t"), Payload: payload, QoS: 1}) }
			publish()
			p.expectPublish() // and has used up the second
			for i := range 3 {
				publish()
				s.awaitHeld(t, 1)
				other.ping() // others do not wait
				if sent := int(s.Stats().BytesOut); sent > (i+1)*(limit+100) {
					t.Errorf("%d bytes were sent in %d s", sent, i+1)
				}
				clock.move(s, time.Second)
				if m := p.expectPublish(); len(m.Payload) != limit {
					t.Fatalf("got %d bytes", len(m.Payload))
				}
			}
		})
	}
}

// TestThroughputReceived: the server reads no faster than allowed, and does not take
// a client for dead meanwhile.
func TestThroughputReceived(t *testing.T) {
	clock := newManualClock()
	arrived := make(chan int, 3)
	s := startServer(t, Options{Now: clock.now, MaxThroughput: 1000, Handler: &testHandler{
		publish: func(_ *Client, m *Inbound) Action { arrived <- len(m.Payload); return Discard },
	}})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a", keepAlive: 2})
	for range 3 {
		p.write(encodePublish(5, &Inbound{Topic: []byte("t"), Payload: make([]byte, 5000)}))
	}
	seconds := 0
	for done := false; !done; seconds++ {
		eventually(t, "held, or all has come", func() bool { done = len(arrived) == 3; return done || s.held.count() == 1 })
		clock.move(s, time.Second)
	}
	if seconds < 9 { // what a read takes beyond the limit is not known
		t.Errorf("15,000 bytes came in %d s", seconds)
	}
}

// TestRetainedAtRate: a client that asks for retained messages gets them all.
func TestRetainedAtRate(t *testing.T) {
	clock := newManualClock()
	s := startServer(t, Options{Now: clock.now, MaxDeliveryRate: 4})
	for i := range 10 {
		s.Publish(Message{Topic: fmt.Appendf(nil, "r/%d", i), Payload: []byte("x"), Retain: true})
	}
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a"})
	p.write(encodeSubscribe(5, 1, nil, 0, "r/#"))
	p.expect(typeSuback)
	for _, count := range []int{4, 4, 2} {
		for range count {
			p.expectPublish()
		}
		if count == 4 {
			s.awaitHeld(t, 1)
			clock.move(s, time.Second)
		}
	}
	p.ping()
}

// TestWebSocketTime ends WebSockets, and only these, when they are old enough.
func TestWebSocketTime(t *testing.T) {
	clock := newManualClock()
	reasons := make(chan Reason, 10)
	s := startServer(t, Options{Now: clock.now, MaxWebSocketTime: 24 * time.Hour, Handler: &testHandler{
		disconnected: func(_ *Client, why Reason) { reasons <- why },
	}})
	socket := func(id string) *peer {
		client, server := net.Pipe()
		go s.ServePeer(server, Peer{Transport: WebSocket})
		t.Cleanup(func() { client.Close() })
		p := newPeer(t, client, 5)
		p.connect(connectOptions{id: id})
		p.ping()
		return p
	}
	plain := s.dial(t, 5)
	plain.connect(connectOptions{id: "plain"})
	gone, old := socket("gone"), socket("old")
	gone.conn.Close()
	if why := receive(t, reasons, "end"); why != ReasonConnectionLost {
		t.Errorf("got %v", why)
	}
	clock.move(s, 24*time.Hour-time.Second)
	young := socket("young")
	old.ping()
	clock.move(s, time.Second)
	old.expectClosed(CodeMaximumConnectTime)
	if why := receive(t, reasons, "end"); why != ReasonTimeOver {
		t.Errorf("got %v, want %v", why, ReasonTimeOver)
	}
	young.ping()
	plain.ping()
}

// TestPaceCostsNothing: without a limit there is no state for it.
func TestPaceCostsNothing(t *testing.T) {
	if o, err := (Options{Handler: &testHandler{}}).withDefaults(); err != nil || o.newPace() != nil {
		t.Errorf("got %v, %v", o.newPace(), err)
	}
}

// awaitHeld waits until so many clients wait for the next second.
func (s *testServer) awaitHeld(t *testing.T, n int) {
	t.Helper()
	eventually(t, "held", func() bool { return s.held.count() == n })
}

func (h *holding) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.clients)
}
