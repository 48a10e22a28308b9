package mqtt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// patience bounds every wait; reaching it fails the test.
const patience = 20 * time.Second

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// A testHandler accepts everything unless a field says otherwise.
type testHandler struct {
	connect      func(*Client, *Connect) Code
	publish      func(*Client, *Inbound) Action
	subscribe    func(*Client, string, byte) Code
	receive      func(*Client, []byte) bool
	disconnected func(*Client, Reason)
}

func (h *testHandler) Connect(c *Client, p *Connect) Code {
	if h.connect == nil {
		return CodeSuccess
	}
	return h.connect(c, p)
}

func (h *testHandler) Publish(c *Client, m *Inbound) Action {
	if h.publish == nil {
		return Route
	}
	return h.publish(c, m)
}

func (h *testHandler) Subscribe(c *Client, filter string, qos byte) Code {
	if h.subscribe == nil {
		return Code(qos)
	}
	return h.subscribe(c, filter, qos)
}

func (h *testHandler) Receive(c *Client, topic []byte) bool {
	return h.receive == nil || h.receive(c, topic)
}

func (h *testHandler) Disconnected(c *Client, why Reason) {
	if h.disconnected != nil {
		h.disconnected(c, why)
	}
}

// A testServer is a Server on a loopback port, shut down at the end of the test.
type testServer struct {
	*Server
	addr string
	stop func()
}

func startServer(t testing.TB, o Options) *testServer {
	t.Helper()
	if o.Handler == nil {
		o.Handler = &testHandler{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s, err := NewServer(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	ts := &testServer{Server: s, addr: l.Addr().String()}
	ts.stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Serve: got %v, want net.ErrClosed", err)
		}
	})
	t.Cleanup(ts.stop)
	return ts
}

// A peer is the client's end of a connection, at the level of packets.
type peer struct {
	t       testing.TB
	conn    net.Conn
	version byte
	buf     []byte
}

func (s *testServer) dial(t testing.TB, version byte) *peer {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return newPeer(t, conn, version)
}

func newPeer(t testing.TB, conn net.Conn, version byte) *peer {
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &peer{t: t, conn: conn, version: version}
}

// A packet is a packet as a client sees it.
type packet struct {
	first byte
	body  []byte
}

func (p packet) kind() byte { return p.first >> 4 }

func (p *peer) write(b []byte) {
	p.t.Helper()
	if _, err := p.conn.Write(b); err != nil {
		p.t.Fatalf("write: %v", err)
	}
}

// read returns the next packet; ok is false when the connection has ended.
func (p *peer) read() (packet, bool) {
	p.t.Helper()
	for {
		first, body, size, err := frame(p.buf, maxRemaining)
		if err != nil {
			p.t.Fatalf("packet from the server: %v", err)
		}
		if body != nil {
			body = bytes.Clone(body)
			p.buf = p.buf[size:]
			return packet{first, body}, true
		}
		b := make([]byte, 4096)
		n, err := p.conn.Read(b)
		p.buf = append(p.buf, b[:n]...)
		if err != nil && n == 0 {
			var e net.Error
			if errors.As(err, &e) && e.Timeout() {
				p.t.Fatalf("read: %v", err)
			}
			return packet{}, false
		}
	}
}

// expect reads a packet of the given type.
func (p *peer) expect(kind byte) packet {
	p.t.Helper()
	got, ok := p.read()
	if !ok {
		p.t.Fatalf("connection ended, want a packet of type %d", kind)
	}
	if got.kind() != kind {
		p.t.Fatalf("got a packet of type %d (% X), want type %d", got.kind(), got.body, kind)
	}
	return got
}

// expectClosed reads until the connection ends; version 5: after DISCONNECT with
// the code, unless code is CodeSuccess.
func (p *peer) expectClosed(code Code) {
	p.t.Helper()
	var last packet
	for {
		got, ok := p.read()
		if !ok {
			break
		}
		last = got
	}
	if p.version == version5 && code != CodeSuccess {
		if last.kind() != typeDisconnect || len(last.body) == 0 || Code(last.body[0]) != code {
			p.t.Fatalf("got % X as the last packet, want DISCONNECT with %v", append([]byte{last.first}, last.body...), code)
		}
	} else if last.kind() == typeDisconnect {
		p.t.Fatalf("got DISCONNECT % X, want none", last.body)
	}
}

// connect sends CONNECT and returns the session present flag.
func (p *peer) connect(o connectOptions) bool {
	p.t.Helper()
	p.write(o.encode(p.version))
	ack := p.expect(typeConnack)
	if ack.body[1] != 0 {
		p.t.Fatalf("CONNACK code 0x%02X", ack.body[1])
	}
	return ack.body[0] == 1
}

func (p *peer) subscribe(filters ...string) []byte {
	p.t.Helper()
	p.write(encodeSubscribe(p.version, 1, nil, 1, filters...))
	return p.expect(typeSuback).body
}

func (p *peer) ping() {
	p.t.Helper()
	p.write([]byte{typePingreq << 4, 0})
	p.expect(typePingresp)
}

// acknowledgeUntil acknowledges messages until another packet comes, of the
// given type.
func (p *peer) acknowledgeUntil(kind byte) {
	p.t.Helper()
	for {
		got, ok := p.read()
		if !ok || got.kind() != typePublish {
			if got.kind() != kind {
				p.t.Errorf("got a packet of type %d, want type %d", got.kind(), kind)
			}
			return
		}
		if m := p.decodePublish(got); m.QoS == 1 {
			p.write(encodePuback(m.packetID))
		}
	}
}

// publication is a PUBLISH as a subscriber sees it.
type publication struct {
	Inbound
	subscriptionIDs []uint32
}

func (p *peer) expectPublish() publication {
	p.t.Helper()
	return p.decodePublish(p.expect(typePublish))
}

func (p *peer) decodePublish(got packet) publication {
	p.t.Helper()
	m := publication{Inbound: Inbound{QoS: got.first >> 1 & 3, Retain: got.first&1 != 0, Dup: got.first&8 != 0}}
	r := cursor{b: got.body}
	m.Topic = r.text()
	if m.QoS > 0 {
		m.packetID = r.uint16()
	}
	if p.version == version5 {
		m.props = r.take(int(r.varint()))
		for c := (cursor{b: m.props}); len(c.b) > 0 && !c.bad; {
			switch id := propID(c.uint8()); id {
			case propSubscriptionID:
				m.subscriptionIDs = append(m.subscriptionIDs, c.varint())
			case propMessageExpiry:
				m.expiry, m.hasExpiry = c.uint32(), true
			default:
				id.skip(&c)
			}
		}
	}
	if r.bad {
		p.t.Fatalf("bad PUBLISH % X", got.body)
	}
	m.Payload = r.b
	return m
}

// connectOptions are what a test CONNECT says.
type connectOptions struct {
	id        string
	keep      bool // 3.1.1: clean session false; 5: clean start false and, unless props has one, a session expiry of an hour
	keepAlive uint16
	will      *Will
	username  string
	password  string
	props     []byte
	willProps []byte
}

func (o connectOptions) encode(version byte) []byte {
	flags := byte(0)
	if !o.keep {
		flags |= flagCleanStart
	}
	if o.will != nil {
		flags |= flagWill | o.will.QoS<<3
		if o.will.Retain {
			flags |= flagWillRetain
		}
	}
	if o.username != "" {
		flags |= flagUsername
	}
	if o.password != "" {
		flags |= flagPassword
	}
	b := appendBinary(nil, "MQTT")
	b = append(b, version, flags)
	b = binary.BigEndian.AppendUint16(b, o.keepAlive)
	if version == version5 {
		props := slices.Clone(o.props)
		if o.keep && !findSessionExpiry(props) {
			props = appendUint32Prop(props, propSessionExpiry, 3600)
		}
		b = append(appendVarint(b, len(props)), props...)
	}
	b = appendBinary(b, o.id)
	if o.will != nil {
		if version == version5 {
			b = append(appendVarint(b, len(o.willProps)), o.willProps...)
		}
		b = appendBinary(appendBinary(b, o.will.Topic), o.will.Payload)
	}
	if o.username != "" {
		b = appendBinary(b, o.username)
	}
	if o.password != "" {
		b = appendBinary(b, o.password)
	}
	return encodePacket(typeConnect<<4, b)
}

func findSessionExpiry(raw []byte) bool {
	for c := (cursor{b: raw}); len(c.b) > 0 && !c.bad; {
		id := propID(c.uint8())
		if id == propSessionExpiry {
			return true
		}
		id.skip(&c)
	}
	return false
}

func encodePacket(first byte, body []byte) []byte {
	return append(appendVarint([]byte{first}, len(body)), body...)
}

func encodePublish(version byte, m *Inbound) []byte {
	return appendPublish(nil, version, &outgoing{
		bytes: m.Topic, payload: m.Payload, props: m.props, qos: m.QoS, retain: m.Retain, dup: m.Dup,
		packetID: m.packetID, hasExpiry: m.hasExpiry, expiry: m.expiry,
	})
}

func encodeSubscribe(version byte, id uint16, props []byte, options byte, filters ...string) []byte {
	b := binary.BigEndian.AppendUint16(nil, id)
	if version == version5 {
		b = append(appendVarint(b, len(props)), props...)
	}
	for _, f := range filters {
		b = append(appendBinary(b, f), options)
	}
	return encodePacket(typeSubscribe<<4|2, b)
}

func encodeUnsubscribe(version byte, id uint16, filters ...string) []byte {
	b := binary.BigEndian.AppendUint16(nil, id)
	if version == version5 {
		b = append(b, 0)
	}
	for _, f := range filters {
		b = appendBinary(b, f)
	}
	return encodePacket(typeUnsubscribe<<4|2, b)
}

func encodePuback(id uint16) []byte {
	return binary.BigEndian.AppendUint16([]byte{typePuback << 4, 2}, id)
}

// eventually waits until ok, polling because nothing announces the change.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("never happened: %s", what)
		}
	}
}

func receive[T any](t testing.TB, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatalf("never came: %s", what)
		panic("unreachable")
	}
}

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
