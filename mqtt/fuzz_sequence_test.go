package mqtt

import (
	"bytes"
	"fmt"
	"net"
	"testing"
	"time"
)

// A script turns arbitrary bytes into what a few clients do: valid packets, invalid
// ones, cut ones, and new connections.
type script struct {
	b       []byte
	version byte
	open    bool // CONNECT has been sent
}

func (s *script) next() byte {
	if len(s.b) == 0 {
		return 0
	}
	v := s.b[0]
	s.b = s.b[1:]
	return v
}

// topic returns one of few, so that clients meet each other; some are none.
func (s *script) topic() string {
	return []string{"a", "a/b", "a/../b", "+/b", "#", "", "$share/g/a", "defer", "refuse", "deny/a", "a/#", "$SYS/x", "\x00"}[s.next()%13]
}

func (s *script) connect() []byte {
	s.version = 4 + s.next()%2
	o := connectOptions{id: []string{"x", "y", "", "+"}[s.next()%4], keepAlive: uint16(s.next())}
	flags := s.next()
	o.keep = flags&1 != 0
	if flags&2 != 0 {
		o.will = &Will{Topic: []byte(s.topic()), QoS: flags >> 2 & 1, Retain: flags&8 != 0}
	}
	o.username = []string{"", "alice", "mallory", "refused"}[flags>>4&3]
	return o.encode(s.version)
}

// packet returns what is sent next; last: the connection is closed behind it.
func (s *script) packet() (packet []byte, last bool) {
	op := s.next()
	id := uint16(s.next() % 4)
	if op%16 == 0 || !s.open && op%4 != 0 { // most connections begin as they should
		s.open = true
		return s.connect(), false
	}
	switch op % 16 {
	case 1, 2:
		return encodeSubscribe(s.version, id, nil, s.next(), s.topic(), s.topic()), false
	case 3:
		return encodeUnsubscribe(s.version, id, s.topic()), false
	case 4, 5, 6, 7:
		flags := s.next()
		m := &Inbound{Topic: []byte(s.topic()), QoS: flags & 3, Retain: flags&4 != 0, Dup: flags&8 != 0, packetID: id, Payload: bytes.Repeat([]byte{flags}, int(s.next()))}
		return encodePublish(s.version, m), false
	case 8, 9:
		return encodePuback(id), false
	case 10:
		return raw(0xC0, 0), false
	case 11:
		return raw(0xE0, 0), false
	case 12: // the beginning of a packet, with other bytes behind it
		whole := encodePublish(s.version, &Inbound{Topic: []byte(s.topic()), Payload: make([]byte, 20)})
		return whole[:int(s.next())%len(whole)], false
	case 13: // anything
		n := min(int(s.next()), len(s.b))
		packet, s.b = s.b[:n], s.b[n:]
		return packet, false
	case 14:
		return encodePacket(s.next(), bytes.Repeat([]byte{s.next()}, int(s.next()))), false
	default:
		return nil, true
	}
}

// strict refuses, defers and denies by name.
func strict() *testHandler {
	return &testHandler{
		connect: func(_ *Client, p *Connect) Code {
			if p.Owner = string(p.Username); p.Owner == "refused" {
				return CodeNotAuthorized
			}
			return CodeSuccess
		},
		publish: func(c *Client, m *Inbound) Action {
			switch string(m.Topic) {
			case "defer":
				go c.Finish(m.Ticket, CodeSuccess, []byte("a"), m.Payload)
				return Defer
			case "refuse":
				return Refuse(CodeNotAuthorized)
			case "deny/a":
				return Disconnect(CodeNotAuthorized)
			}
			return Route
		},
		subscribe: func(_ *Client, filter string, qos byte) Code {
			if filter == "deny/a" {
				return CodeNotAuthorized
			}
			return Code(qos)
		},
		receive: func(_ *Client, topic []byte) bool { return string(topic) != "a/b" },
	}
}

// play runs one script on connections of its own, and returns when the server is
// through with them.
func (s *script) play(t *testing.T, srv *Server) {
	for connections := 0; len(s.b) > 0 && connections < 8; connections++ {
		s.open = false
		ours, theirs := net.Pipe()
		ended, drained := make(chan struct{}), make(chan struct{})
		go func() { srv.ServeConn(theirs); close(ended) }()
		go func() { // reads all answers, so that the server never waits for us
			defer close(drained)
			b := make([]byte, 4096)
			for {
				if _, err := ours.Read(b); err != nil {
					return
				}
			}
		}()
		if err := ours.SetDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		for len(s.b) > 0 {
			packet, last := s.packet()
			if last {
				break
			}
			if _, err := ours.Write(packet); err != nil { // the server has closed the connection
				break
			}
		}
		ours.Close()
		<-drained
		receive(t, ended, "end of the connection")
	}
}

// FuzzConnection plays two scripts at once, while a client that keeps to the protocol
// sends itself messages. Whatever the others do, nothing panics, their connections
// leave nothing behind, and the witness is served. That no goroutine is left is
// checked when all tests have ended (TestMain).
func FuzzConnection(f *testing.F) {
	connect := []byte{0, 0, 1, 0, 5, 1}
	seed := func(ops ...byte) []byte { return append(bytes.Clone(connect), ops...) }
	f.Add(seed(1, 1, 1, 0, 1, 4, 1, 1, 0, 9, 8, 1, 11, 0), seed(1, 1, 1, 4, 4, 5, 2, 5, 1, 200))
	f.Add(seed(4, 1, 5, 7, 3, 15, 0), seed(13, 9, 0x82, 5, 0, 1, 0, 0, 9, 1, 2))
	f.Add([]byte{0, 0, 1, 0, 0, 31, 1, 1, 1, 1, 0}, []byte{0, 0, 1, 0, 0, 47, 15, 0, 0, 0, 0, 0, 0, 16})
	f.Add(seed(4, 1, 1, 8, 3, 4, 1, 1, 9, 3), seed(12, 0, 0, 9, 14, 0, 0x30, 0xFF, 200))
	f.Add([]byte{4, 0, 1, 2, 3}, []byte{13, 0, 5, 0x10, 0xFF, 0xFF, 0xFF, 0x7F})
	f.Add(seed(4, 0, 13, 7, 0, 0, 1), bytes.Repeat(seed(4, 1, 1, 0, 255), 5))
	s := startServer(f, Options{Storage: newMemoryStorage(), Handler: strict(), MaxQueued: 20, MaxOutbound: 32 << 10, MaxRetained: 20, MaxSessionsPerOwner: 3})
	witness := s.dial(f, 5)
	witness.connect(connectOptions{id: "witness"})
	witness.subscribe("witness")
	n := uint64(0)
	f.Fuzz(func(t *testing.T, one, other []byte) {
		if len(one)+len(other) > 4096 {
			return // long
		}
		played := make(chan struct{}, 2)
		for _, b := range [][]byte{one, other} {
			go func() {
				defer func() { played <- struct{}{} }()
				(&script{b: b}).play(t, s.Server)
			}()
		}
		witness.t = t
		if err := witness.conn.SetDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			n++
			text := fmt.Sprint(n)
			witness.write(encodePublish(5, &Inbound{Topic: []byte("witness"), QoS: 1, packetID: uint16(n%65535) + 1, Payload: []byte(text)}))
			for acked, got := false, false; !acked || !got; {
				p, ok := witness.read()
				switch {
				case !ok:
					t.Fatal("the connection of the witness ended")
				case p.kind() == typePuback:
					acked = true
				case p.kind() == typePublish:
					if m := witness.decodePublish(p); string(m.Payload) != text {
						t.Fatalf("got %q, want %q", m.Payload, text)
					} else if m.QoS == 1 {
						witness.write(encodePuback(m.packetID))
					}
					got = true
				}
			}
		}
		for range 2 {
			receive(t, played, "end of a script")
		}
		if st := s.Stats(); st.Panics != 0 || st.Connections != 1 || st.Queued < 0 || st.Retained > 20 {
			t.Fatalf("stats: %+v", st)
		}
	})
}
