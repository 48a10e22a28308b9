package mqtt

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"
)

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
		want := raw(0, 3, 0, 1, 0x87, 0, 1, 0x8F, 1, 1, 0x97, 0x97)
		if got := p.expect(typeSuback).body; !bytes.Equal(got, want) {
			t.Errorf("got % X, want % X", got, want)
		}
		p.write(encodeUnsubscribe(5, 4, "a", "nothing"))
		if got, want := p.expect(typeUnsuback).body, raw(0, 4, 0, 0, 0x11); !bytes.Equal(got, want) {
			t.Errorf("got % X, want % X", got, want)
		}
	})
	t.Run("fail/SUBACK above the client's maximum packet size", func(t *testing.T) {
		p := s.dial(t, 5)
		p.connect(connectOptions{id: "small", props: raw(39, 0, 0, 0, 80)})
		p.write(encodeSubscribe(5, 3, nil, 1, slices.Repeat([]string{"a"}, 100)...))
		p.expectClosed(CodePacketTooLarge)
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
	old := s.dial(t, 4) // has no word for it: its message is delivered, not retained
	old.connect(connectOptions{id: "old"})
	old.subscribe("r/5")
	old.write(encodePublish(4, &Inbound{Topic: []byte("r/5"), Payload: []byte("x"), QoS: 1, packetID: 1, Retain: true}))
	old.expectPublish()
	old.expect(typePuback)
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

// TestManyRetained has more retained messages than fit into a queue.
func TestManyRetained(t *testing.T) {
	for qos := range byte(2) {
		t.Run(fmt.Sprintf("ok/QoS %d", qos), func(t *testing.T) {
			s := startServer(t, Options{MaxQueued: 10, MaxOutbound: 32 << 10})
			const n = 500
			for i := range n {
				s.Publish(Message{Topic: fmt.Appendf(nil, "r/%d", i), Payload: make([]byte, 1000), QoS: qos, Retain: true})
			}
			p := s.dial(t, 5)
			p.connect(connectOptions{id: "a"})
			p.subscribe("r/#", "r/+")
			p.write(encodeUnsubscribe(5, 2, "r/+"))
			seen := map[string]bool{}
			for len(seen) < n {
				got, _ := p.read()
				if got.kind() != typePublish {
					continue
				}
				m := p.decodePublish(got)
				seen[string(m.Topic)] = true
				if m.QoS == 1 {
					p.write(encodePuback(m.packetID))
				}
			}
			if st := s.Stats(); st.Dropped != 0 {
				t.Errorf("stats: %+v", st)
			}
		})
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
