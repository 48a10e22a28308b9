package gateway

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"vedette/mqtt"
)

// TestGate takes a gate through its limits, with a clock that stands still.
func TestGate(t *testing.T) {
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	six, neighbour, other := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::ffff:1"), netip.MustParseAddr("2001:db8:0:1::1")
	type step struct {
		from netip.Addr
		ok   bool
	}
	for name, c := range map[string]struct {
		o     GateOptions
		steps []step
		limit Limit // that keeps the others out
	}{
		"ok/no limits":          {GateOptions{}, []step{{a, true}, {a, true}, {netip.Addr{}, true}}, 0},
		"fail/in total":         {GateOptions{MaxConnections: 2}, []step{{a, true}, {b, true}, {six, false}, {a, false}}, LimitConnections},
		"fail/of an address":    {GateOptions{MaxPerAddress: 1}, []step{{a, true}, {b, true}, {a, false}}, LimitAddress},
		"fail/of a network":     {GateOptions{MaxPerAddress: 1}, []step{{six, true}, {other, true}, {neighbour, false}}, LimitAddress},
		"fail/mapped":           {GateOptions{MaxPerAddress: 1}, []step{{a, true}, {netip.MustParseAddr("::ffff:192.0.2.1"), false}}, LimitAddress},
		"fail/rate":             {GateOptions{MaxPerSecond: 2}, []step{{a, true}, {b, true}, {six, false}}, LimitRate},
		"fail/rate of a source": {GateOptions{MaxPerSecondAndAddress: 2}, []step{{a, true}, {a, true}, {a, false}, {b, true}}, LimitAddressRate},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			c.o.Now = clock.Now
			g := NewGate(c.o)
			d := g.Door()
			for range 3 { // room and rates are as they were once all have left and a second has passed
				var leave []func()
				for i, s := range c.steps {
					out, ok := d.Enter(s.from)
					if ok != s.ok {
						t.Fatalf("step %d: let in: %v, want %v", i, ok, s.ok)
					}
					if ok {
						leave = append(leave, out)
					}
				}
				for _, out := range leave {
					out()
				}
				clock.advance(time.Second)
			}
			if g.open.Load() != 0 || len(g.addresses) != 0 {
				t.Errorf("%d connections and %d addresses are left", g.open.Load(), len(g.addresses))
			}
			for _, l := range Limits() {
				if counted := g.Refused(l) > 0; counted != (l == c.limit && name != "ok/no limits") {
					t.Errorf("refused because of %v: %d", l, g.Refused(l))
				}
			}
		})
	}
}

// TestRatesForget: what is remembered of keys is bounded.
func TestRatesForget(t *testing.T) {
	r := rates{perSecond: 1}
	allow := func(key string, now int64) bool { return r.allow(func() string { return key }, now) }
	const now = int64(time.Hour)
	for i := range 3 * maxRates {
		if !allow(fmt.Sprint(i), now) {
			t.Fatalf("key %d, new, is refused", i)
		}
	}
	if n := len(r.current) + len(r.before); n > 2*maxRates {
		t.Errorf("%d keys are remembered", n)
	}
	if allow(fmt.Sprint(3*maxRates-1), now) || allow(fmt.Sprint(2*maxRates), now) {
		t.Error("a key of this second is forgotten")
	}
	if !allow(fmt.Sprint(3*maxRates-1), now+int64(time.Second)) || !allow("x", now) {
		t.Error("refused after a second")
	}
	if !allow("x", now-int64(time.Hour)) {
		t.Error("refused after the clock was set back")
	}
}

// TestGateBeforeTLS: too many connections are closed before a handshake, and a
// closed one makes room.
func TestGateBeforeTLS(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	i := newIssuer(t)
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := NewGate(GateOptions{MaxPerAddress: 1})
	l := NewTLSListener(g.Listen(inner), TLSOptions{Config: i.deviceTLS(ProtocolMQTT), Logger: newHarness(Options{}).logger.to})
	defer l.Close()
	go greetings(l)
	client := &tls.Config{RootCAs: i.pool, ServerName: "localhost", Certificates: []tls.Certificate{i.device("lamp-7")}}
	for range 3 {
		half, err := net.Dial("tcp", l.Addr().String()) // and no handshake
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "it is let in", func() bool { return g.open.Load() == 1 })
		conn, err := tls.Dial("tcp", l.Addr().String(), client)
		if err == nil {
			t.Error("a second connection is let in")
			conn.Close()
		}
		half.Close()
		eventually(t, "there is room again", func() bool { return g.open.Load() == 0 })
		conn, err = tls.Dial("tcp", l.Addr().String(), client)
		if err != nil {
			t.Fatal(err)
		}
		if err := greeted(conn); err != nil {
			t.Error(err)
		}
		conn.Close()
		eventually(t, "there is room again", func() bool { return g.open.Load() == 0 })
	}
	if n := g.Refused(LimitAddress); n != 3 || l.Stats().Done != 3 {
		t.Errorf("%d refused and %+v, want 3 and 3", n, l.Stats())
	}
}

// TestGateOfPlainMQTT: a connection behind the gate is written without waiting, as
// others are, and makes room when it ends.
func TestGateOfPlainMQTT(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := NewGate(GateOptions{MaxConnections: 1})
	serveListener(t, newHarness(Options{}), g.Listen(inner))
	d := connect5(t, inner.Addr().String(), "one")
	d.subscribe(t, "a")
	if err := d.publish("a", 1, false, []byte("x")); err != nil {
		t.Fatal(err)
	}
	next(t, d)
	second, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	_ = second.SetDeadline(time.Now().Add(deadline))
	if n, err := second.Read(make([]byte, 1)); err == nil || n > 0 {
		t.Error("the second connection is served")
	}
	d.(*device5).client.TerminateConnectionForTest()
	eventually(t, "there is room again", func() bool { return g.open.Load() == 0 })
	connect5(t, inner.Addr().String(), "two")
}

func TestGateOfWebSockets(t *testing.T) {
	g := NewGate(GateOptions{MaxConnections: 1})
	s := serveWebBehind(t, 0, g.Door())
	defer http.DefaultClient.CloseIdleConnections()
	s.known.set("AKIALL", all())
	dial := func() (*websocket.Conn, int) {
		socket, resp, err := websocket.Dial(t.Context(), s.url("AKIALL", "iotdevicegateway", s.now), &websocket.DialOptions{Subprotocols: []string{"mqtt"}})
		if err != nil && resp == nil {
			t.Fatal(err)
		}
		return socket, resp.StatusCode
	}
	for range 2 {
		socket, status := dial()
		if status != http.StatusSwitchingProtocols {
			t.Fatalf("first: %d", status)
		}
		if _, status := dial(); status != http.StatusTooManyRequests {
			t.Errorf("second: %d, want 429", status)
		}
		_ = socket.CloseNow()
		eventually(t, "there is room again", func() bool { return g.open.Load() == 0 })
	}
}

// TestPrincipalQuota: a certificate is good for so many client ids at once, and a
// client that comes again takes its own place.
func TestPrincipalQuota(t *testing.T) {
	s := serveDevicesWith(t, Options{MaxPerPrincipal: 2})
	s.known.set("shared", all())
	s.known.set("other", all())
	cert := s.device("shared")
	open := map[string]*device5{}
	for _, id := range []string{"a", "b", "a"} {
		d, err := s.connect5(t, cert, id)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		open[id] = d
	}
	if d, err := s.connect5(t, cert, "c"); err == nil || d.refused != mqtt.CodeQuotaExceeded {
		t.Errorf("a third client id: got %v, %v, want %v", d.refused, err, mqtt.CodeQuotaExceeded)
	}
	if _, err := s.connect3(t, cert, "c"); err == nil || err.Error() != "server Unavailable" && err.Error() != "service Unavailable" {
		t.Errorf("a third client id, 3.1.1: got %v, want server unavailable", err)
	}
	if _, err := s.connect5(t, s.device("other"), "c"); err != nil {
		t.Errorf("another certificate: %v", err)
	}
	if n := s.Refused(LimitPrincipal); n != 2 {
		t.Errorf("%d counted, want 2", n)
	}
	open["b"].client.TerminateConnectionForTest()
	eventually(t, "there is room again", func() bool {
		s.quota.mu.Lock()
		defer s.quota.mu.Unlock()
		return len(s.quota.held["shared"]) == 1
	})
	if _, err := s.connect5(t, cert, "c"); err != nil {
		t.Errorf("in the place of another: %v", err)
	}
}

// TestClientRate: a client id can be used so often in a second, by whoever may use it.
func TestClientRate(t *testing.T) {
	s := serveDevicesWith(t, Options{MaxConnectsPerClient: 2})
	s.known.set("lamp-7", all())
	s.known.set("stranger", lines{"iot:Connect stranger"})
	cert, stranger := s.device("lamp-7"), s.device("stranger")
	for range 5 { // has no right to it, so uses nothing up
		if d, _ := s.connect5(t, stranger, "lamp-7"); d.refused != mqtt.CodeNotAuthorized {
			t.Fatalf("the stranger: got %v", d.refused)
		}
	}
	for range 2 {
		for i := range 2 {
			if _, err := s.connect5(t, cert, "lamp-7"); err != nil {
				t.Fatalf("connection %d: %v", i, err)
			}
		}
		if d, err := s.connect5(t, cert, "lamp-7"); err == nil || d.refused != mqtt.CodeConnectionRateExceeded {
			t.Errorf("got %v, want %v", d.refused, mqtt.CodeConnectionRateExceeded)
		}
		if _, err := s.connect5(t, cert, "lamp-8"); err != nil {
			t.Errorf("another client id: %v", err)
		}
		s.clock.advance(time.Second)
	}
	if n := s.Refused(LimitClientRate); n != 2 {
		t.Errorf("%d counted, want 2", n)
	}
}
