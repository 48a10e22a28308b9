package mqtt

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestMalformedPackets: each ends the connection of whoever sent it, and no other.
func TestMalformedPackets(t *testing.T) {
	s := startServer(t, Options{MaxTopic: 300})
	witness := s.dial(t, 5)
	witness.connect(connectOptions{id: "witness"})
	for name, send := range map[string][]byte{
		"fail/PUBLISH without a topic":        raw(0x30, 0),
		"fail/PUBLISH cut in its topic":       raw(0x30, 3, 0, 9, 97),
		"fail/PUBLISH without its identifier": raw(0x32, 3, "a"),
		"fail/SUBSCRIBE without a filter":     raw(0x82, 2, 0, 1),
		"fail/SUBSCRIBE of identifier 0":      raw(0x82, 6, 0, 0, "a", 1),
		"fail/SUBSCRIBE without options":      raw(0x82, 5, 0, 1, "a"),
		"fail/SUBSCRIBE with other options":   raw(0x82, 6, 0, 1, "a", 0xFF),
		"fail/UNSUBSCRIBE of nothing":         raw(0xA2, 2, 0, 1),
		"fail/a length of five bytes":         raw(0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1),
		"fail/a topic of zero bytes":          raw(0x30, 6, 0, 0, 0, "x"),
		"fail/a topic with U+0000":            raw(0x30, 4, "\x00", 0),
		"fail/a topic that is no UTF-8":       raw(0x30, 4, "\xff", 0),
		"fail/a second CONNECT":               connectOptions{id: "x"}.encode(5),
		"fail/what only servers send":         raw(0xD0, 0),
	} {
		t.Run(name, func(t *testing.T) {
			for _, version := range []byte{4, 5} {
				p := s.dial(t, version)
				p.connect(connectOptions{id: "bad"})
				p.write(send)
				for { // some are told of in a code that depends on where the bytes end
					got, ok := p.read()
					if !ok {
						break
					}
					if got.kind() != typeDisconnect || version == version4 || !Code(got.body[0]).Failed() {
						t.Fatalf("version %d: got % X", version, append([]byte{got.first}, got.body...))
					}
				}
			}
			witness.ping()
		})
	}
	if st := s.Stats(); st.Panics != 0 {
		t.Errorf("stats: %+v", st)
	}
}

// TestNoMemoryForPromises: a length in a header is no reason to allocate.
func TestNoMemoryForPromises(t *testing.T) {
	var p buffers
	r := reader{buf: p.get()}
	r.buf.b = append(r.buf.b, make([]byte, bufferSize)...)
	r.consumed(0, maxRemaining, &p)
	if got := cap(r.buf.b); got > 2*bufferSize {
		t.Errorf("%d bytes for %d that have come and %d promised", got, bufferSize, maxRemaining)
	}
	s := startServer(t, Options{})
	for name, send := range map[string][]byte{
		"CONNECT of 256 MiB": raw(0x10, 0xFF, 0xFF, 0xFF, 0x7F),
		"CONNECT of 64 KiB":  raw(0x10, 0x81, 0x80, 0x04),
		"PUBLISH":            raw(0x30, 0xFF, 0x7F),
		"HTTP":               []byte("GET / HTTP/1.1\r\n\r\n"),
	} {
		t.Run("fail/"+name, func(t *testing.T) {
			p := s.dial(t, 4)
			p.write(send) // and the rest never comes
			if got, ok := p.read(); ok {
				t.Errorf("got % X", got.body)
			}
		})
	}
}

// owned lets clients in whose user name says whose sessions are theirs.
func owned() *testHandler {
	return &testHandler{connect: func(_ *Client, p *Connect) Code {
		p.Owner = string(p.Username)
		return CodeSuccess
	}}
}

// TestTakeoverByAnother: who comes with the client identifier of another owner gets
// the connection, but nothing of the session.
func TestTakeoverByAnother(t *testing.T) {
	for _, version := range []byte{4, 5} {
		for _, connected := range []bool{true, false} {
			for _, restart := range []bool{true, false} {
				t.Run(fmt.Sprintf("version %d connected %v restart %v", version, connected, restart), func(t *testing.T) {
					disk := newMemoryStorage()
					s := startServer(t, Options{Handler: owned(), Storage: disk})
					mine := connectOptions{id: "same", keep: true, username: "alice"}
					alice := s.dial(t, version)
					alice.connect(mine)
					alice.subscribe("secret")
					if !connected {
						alice.conn.Close()
						eventually(t, "end of the connection", func() bool { return s.Stats().Connections == 0 })
					}
					s.Publish(Message{Topic: []byte("secret"), Payload: []byte("for alice"), QoS: 1})
					if restart {
						s.stop()
						s = startServer(t, Options{Handler: owned(), Storage: disk})
						alice = s.dial(t, version)
						if !alice.connect(mine) {
							t.Fatal("her own session is gone after a restart")
						}
						alice.expectPublish()
					}
					mallory := s.dial(t, version)
					if mallory.connect(connectOptions{id: "same", keep: true, username: "mallory"}) {
						t.Error("the session of another is present")
					}
					s.Publish(Message{Topic: []byte("secret"), QoS: 1})
					mallory.ping() // and nothing before PINGRESP
					if st := s.Stats(); st.Sessions != 1 || st.Subscriptions != 0 || st.Queued != 0 {
						t.Errorf("stats: %+v", st)
					}
					if s.dial(t, version).connect(mine) {
						t.Error("alice gets the session of mallory")
					}
				})
			}
		}
	}
}

// TestSessionLimits: who may have so many sessions is refused more, in the words of
// its version, and others are not.
func TestSessionLimits(t *testing.T) {
	s := startServer(t, Options{Handler: owned(), MaxSessions: 5, MaxSessionsPerOwner: 2})
	connect := func(version byte, id, owner string) byte {
		t.Helper()
		p := s.dial(t, version)
		p.write(connectOptions{id: id, username: owner, keep: true}.encode(version))
		code := p.expect(typeConnack).body[1]
		if code != 0 {
			p.expectClosed(0)
		}
		return code
	}
	for i, c := range []struct {
		version   byte
		id, owner string
		code      byte
	}{
		{5, "a1", "alice", 0}, {4, "a2", "alice", 0}, {5, "a2", "alice", 0},
		{5, "a3", "alice", byte(CodeQuotaExceeded)}, {4, "a3", "alice", 3},
		{5, "b1", "bob", 0}, {5, "a1", "bob", 0}, {5, "a3", "alice", 0},
		{5, "b3", "bob", byte(CodeQuotaExceeded)}, {5, "n1", "", 0}, {4, "n2", "", 3}, {5, "n2", "", byte(CodeQuotaExceeded)},
	} {
		if got := connect(c.version, c.id, c.owner); got != c.code {
			t.Errorf("step %d, %s of %s: got %#x, want %#x", i, c.id, c.owner, got, c.code)
		}
	}
	if st := s.Stats(); st.Sessions != 5 || st.Limited != 5 {
		t.Errorf("stats: %+v", st)
	}
}

// TestQueuedTotal: sessions that pile messages up do not take the room of one that
// does not, and what they held is counted off.
func TestQueuedTotal(t *testing.T) {
	const total = 64 << 10
	s := startServer(t, Options{MaxQueuedTotal: total})
	for _, id := range []string{"hoarder 1", "hoarder 2", "hoarder 3"} {
		p := s.dial(t, 5)
		p.connect(connectOptions{id: id, keep: true})
		p.subscribe("t")
		p.conn.Close()
	}
	modest := s.dial(t, 5)
	modest.connect(connectOptions{id: "modest"})
	modest.subscribe("t")
	eventually(t, "end of the connections", func() bool { return s.Stats().Connections == 1 })
	payload := make([]byte, 1<<10)
	for i := range 200 {
		payload[0] = byte(i)
		s.Publish(Message{Topic: []byte("t"), Payload: payload, QoS: 1})
		m := modest.expectPublish()
		if m.Payload[0] != byte(i) {
			t.Fatalf("got message %d, want %d", m.Payload[0], i)
		}
		modest.write(encodePuback(m.packetID))
		modest.ping()
	}
	if st := s.Stats(); st.Queued < total/2 || st.Queued > 2*total || st.Dropped == 0 {
		t.Errorf("stats: %+v", st)
	}
	for _, id := range []string{"hoarder 1", "hoarder 2"} {
		s.dial(t, 5).connect(connectOptions{id: id}) // a clean start
	}
	last := s.dial(t, 5)
	last.connect(connectOptions{id: "hoarder 3", keep: true})
	eventually(t, "all is acknowledged", func() bool {
		if s.Stats().Queued > 0 {
			m := last.expectPublish()
			last.write(encodePuback(m.packetID))
			last.ping2(t)
		}
		return s.Stats().Queued == 0
	})
}

// ping2 waits until the server has handled all that was sent, and keeps what comes
// meanwhile.
func (p *peer) ping2(t *testing.T) {
	t.Helper()
	p.write([]byte{typePingreq << 4, 0})
	var kept []byte
	for {
		got, ok := p.read()
		if !ok {
			t.Fatal("connection ended")
		}
		if got.kind() == typePingresp {
			p.buf = append(kept, p.buf...)
			return
		}
		kept = append(kept, encodePacket(got.first, got.body)...)
	}
}

// TestDropWill: a will that is dropped is published by no end of the connection.
func TestDropWill(t *testing.T) {
	for name, delay := range map[string][]byte{"at once": nil, "delayed": raw(24, 0, 0, 0, 5)} {
		t.Run("ok/"+name, func(t *testing.T) {
			clients := make(chan *Client, 1)
			clock := newManualClock()
			h := &testHandler{connect: func(c *Client, p *Connect) Code {
				if p.ClientID == "mortal" {
					clients <- c
				}
				return CodeSuccess
			}}
			s := startServer(t, Options{Handler: h, Now: clock.now, Storage: newMemoryStorage()})
			all := s.dial(t, 5)
			all.connect(connectOptions{id: "all"})
			all.subscribe("#")
			p := s.dial(t, 5)
			p.connect(connectOptions{id: "mortal", keep: true, will: &Will{Topic: []byte("gone")}, willProps: delay})
			c := receive(t, clients, "the client")
			c.DropWill()
			c.Close(CodeNotAuthorized)
			p.expectClosed(CodeNotAuthorized)
			receive(t, c.done, "end of the session's connection")
			clock.move(s, time.Minute)
			all.ping() // and nothing before PINGRESP
		})
	}
}

// TestManyFilters: a SUBSCRIBE with very many filters is answered for each.
func TestManyFilters(t *testing.T) {
	asked := 0
	s := startServer(t, Options{MaxPacket: 1 << 20, Handler: &testHandler{subscribe: func(*Client, string, byte) Code {
		asked++
		return CodeNotAuthorized
	}}})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a"})
	filters := make([]string, 20*maxFilters)
	for i := range filters {
		filters[i] = fmt.Sprint(i)
	}
	codes := p.subscribe(filters...)[3:]
	if len(codes) != len(filters) || Code(codes[maxFilters-1]) != CodeNotAuthorized || Code(codes[maxFilters]) != CodeQuotaExceeded || asked != maxFilters {
		t.Errorf("%d codes, asked %d times", len(codes), asked)
	}
}

// TestSlowConsumerHoldsUpNobody: what a client does not read is bounded, and the
// publisher and other subscribers go on.
func TestSlowConsumerHoldsUpNobody(t *testing.T) {
	const outbound, queued = 64 << 10, 128 << 10
	clients := make(chan *Client, 1)
	s := startServer(t, Options{MaxOutbound: outbound, MaxQueuedBytes: queued, Handler: &testHandler{connect: func(c *Client, p *Connect) Code {
		if p.ClientID == "stuck" {
			clients <- c
		}
		return CodeSuccess
	}}})
	stuck, reader, publisher := s.dial(t, 5), s.dial(t, 5), s.dial(t, 5)
	stuck.connect(connectOptions{id: "stuck"})
	stuck.subscribe("t/#") // QoS 1
	reader.connect(connectOptions{id: "reader"})
	reader.subscribe("t/#")
	publisher.connect(connectOptions{id: "publisher"})
	c := receive(t, clients, "the client")
	payload := make([]byte, 16<<10)
	for i := range 1500 { // much more than the sockets' buffers hold
		m := &Inbound{Topic: []byte("t/a"), Payload: payload}
		if i%5 == 0 {
			m.QoS, m.packetID = 1, uint16(i+1)
		}
		publisher.write(encodePublish(5, m))
		if m.QoS == 1 {
			publisher.expect(typePuback)
		}
		if got := reader.expectPublish(); got.QoS == 1 {
			reader.write(encodePuback(got.packetID))
			reader.ping() // the server has seen it, so has room for more
		}
	}
	c.mu.Lock()
	unread := c.out.len()
	c.mu.Unlock()
	c.session.mu.Lock()
	waiting := c.session.queue.bytes
	c.session.mu.Unlock()
	if unread > outbound+len(payload)+1024 || waiting > queued || s.Stats().Dropped == 0 {
		t.Errorf("%d bytes unread, %d waiting, %+v", unread, waiting, s.Stats())
	}
	stuck.write([]byte{typePingreq << 4, 0})
	stuck.acknowledgeUntil(typePingresp) // it lives, and gets what waits
}

// TestLogInjection: what clients call themselves and their topics cannot begin a
// line of the log, nor fill it.
func TestLogInjection(t *testing.T) {
	log := &lines{}
	h := &testHandler{connect: func(c *Client, p *Connect) Code {
		if strings.Contains(p.ClientID, "panic") {
			panic(p.ClientID)
		}
		return CodeSuccess
	}}
	s := startServer(t, Options{Logger: slog.New(slog.NewTextHandler(log, nil)), Handler: h})
	for _, id := range []string{
		"a\nlevel=ERROR msg=forged", "b\r\nlevel=ERROR msg=forged", "c\u2028level=ERROR msg=forged", "d\x1b[2Jlevel=ERROR", "\u202egnol", `e" level=ERROR msg="forged`,
		"panic\nlevel=ERROR msg=forged", "f" + strings.Repeat("long", 4000),
	} {
		p := s.dial(t, 4)
		p.write(connectOptions{id: id, will: &Will{Topic: []byte("a\nlevel=ERROR")}, username: "u\nlevel=ERROR"}.encode(4))
		p.write(raw(0x00, 0))
		for ok := true; ok; _, ok = p.read() {
		}
	}
	s.stop()
	got := log.take()
	if len(got) < 8 {
		t.Errorf("got %d lines", len(got))
	}
	for _, line := range got {
		if !strings.HasPrefix(line, "time=") || strings.Contains(line, " level=ERROR msg=forged") || strings.ContainsAny(line, "\r\x1b\u2028\u202e") ||
			len(line) > 1000 && !strings.Contains(line, "stack=") {
			t.Errorf("line of the log: %q", line)
		}
	}
}

// TestRetainedGrowth: topics that differ do not make memory without end.
func TestRetainedGrowth(t *testing.T) {
	s := startServer(t, Options{MaxRetained: 10, MaxRetainedBytes: 1 << 10})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a"})
	refused := 0
	for i := range 50 {
		p.write(encodePublish(5, &Inbound{Topic: fmt.Appendf(nil, "t/%d", i), Payload: bytes.Repeat([]byte("x"), i), QoS: 1, Retain: true, packetID: uint16(i + 1)}))
		if body := p.expect(typePuback).body; len(body) > 2 && Code(body[2]) == CodeQuotaExceeded {
			refused++
		}
	}
	if st := s.Stats(); st.Retained > 10 || refused < 35 {
		t.Errorf("%d refused, stats: %+v", refused, st)
	}
}
