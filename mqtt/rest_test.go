package mqtt

import "testing"

// TestRests: a connection changes its goroutine when it has handled something and has
// nothing left of it, and not too often.
func TestRests(t *testing.T) {
	s := &Server{}
	c := &Client{srv: s, mayRest: true}
	if c.rests() {
		t.Error("rests again without having handled anything")
	}
	c.worked, c.rd.buf = true, s.buffers.get()
	if c.rests() {
		t.Error("rests with a part of a packet at hand")
	}
	c.rd.buf = nil
	for range 2 {
		for i := range maxRests + 3 {
			if got, want := c.rests(), i < maxRests; got != want {
				t.Errorf("packet %d of a second: rests %v, want %v", i, got, want)
			}
		}
		s.clock.Add(1)
	}
	if c.mayRest = false; c.rests() {
		t.Error("rests although somebody waits for its goroutine")
	}
}

// TestBusyAndResting: a connection is answered in whatever goroutine it is, and more
// often than it may change it.
func TestBusyAndResting(t *testing.T) {
	s := startServer(t, Options{})
	p := s.dial(t, 5)
	p.connect(connectOptions{})
	for range 5 * maxRests {
		p.write(encodePublish(5, &Inbound{Topic: reportTopic, Payload: reportPayload, QoS: 1, packetID: 1}))
		p.expect(typePuback)
		p.ping()
	}
	if n := s.Stats().MessagesIn; n != 5*maxRests {
		t.Errorf("%d messages, want %d", n, 5*maxRests)
	}
}
