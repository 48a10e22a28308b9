package mqtt

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"maps"
	"math/big"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestManyClients has clients publish to each other over plain TCP, with replies
// finished by another goroutine, while one of them is taken over again and again.
func TestManyClients(t *testing.T) {
	type deferred struct {
		c      *Client
		ticket uint64
	}
	work := make(chan deferred, 10_000)
	s := startServer(t, Options{Storage: newMemoryStorage(), Handler: &testHandler{publish: func(c *Client, m *Inbound) Action {
		if string(m.Topic) == "report" {
			work <- deferred{c, m.Ticket}
			return Defer
		}
		return Route
	}}})
	var finisher, wg sync.WaitGroup
	finisher.Go(func() {
		for d := range work {
			d.c.Finish(d.ticket, CodeSuccess, []byte("accepted/"+d.c.ID()), []byte("yes"))
		}
	})
	const clients, messages = 8, 200
	for i := range clients {
		wg.Go(func() {
			p := s.dial(t, 4+byte(i%2))
			id := fmt.Sprint("client-", i)
			p.connect(connectOptions{id: id, keep: i%3 == 0})
			p.write(encodeSubscribe(p.version, 1, nil, 1, "accepted/"+id, "accepted/+", "chat/#"))
			p.acknowledgeUntil(typeSuback)
			for n := range messages {
				topic := "report"
				if n%4 == 0 {
					topic = "chat/" + id
				}
				p.write(encodePublish(p.version, &Inbound{Topic: []byte(topic), QoS: 1, packetID: uint16(n + 1)}))
				p.acknowledgeUntil(typePuback)
			}
		})
	}
	wg.Go(func() {
		for range 50 {
			s.dial(t, 5).connect(connectOptions{id: "contested", keep: true})
		}
	})
	wg.Wait()
	close(work)
	finisher.Wait()
	if st := s.Stats(); st.Panics != 0 || st.MessagesIn != clients*messages || st.ProtocolErrors != 0 {
		t.Errorf("stats: %+v", st)
	}
}

// selfSigned returns a server certificate for 127.0.0.1 and the pool that trusts it.
func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestTLS runs large and small packets over a connection that has no way to be
// written without waiting.
func TestTLS(t *testing.T) {
	cert, pool := selfSigned(t)
	seen := make(chan *Client, 1)
	s := startServer(t, Options{Handler: &testHandler{connect: func(c *Client, _ *Connect) Code { seen <- c; return CodeSuccess }}})
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: pool})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p := newPeer(t, conn, 5)
	p.connect(connectOptions{id: "secure"})
	c := receive(t, seen, "Connect")
	if c.ID() != "secure" || c.Version() != 5 || c.RemoteAddr().String() != conn.LocalAddr().String() {
		t.Errorf("client: %s, %d, %v", c.ID(), c.Version(), c.RemoteAddr())
	}
	if state, ok := c.Conn().(*tls.Conn); !ok || !state.ConnectionState().HandshakeComplete {
		t.Error("the handler does not see the TLS state")
	}
	p.subscribe("t")
	for _, size := range []int{0, 1, 200, 5000, 200_000} {
		payload := bytes.Repeat([]byte{7}, size)
		p.write(encodePublish(5, &Inbound{Topic: []byte("t"), Payload: payload, QoS: 1, packetID: 1}))
		for range 2 {
			got, _ := p.read()
			if got.kind() != typePublish {
				continue
			}
			if m := p.decodePublish(got); !bytes.Equal(m.Payload, payload) {
				t.Errorf("got %d bytes, want %d", len(m.Payload), size)
			} else {
				p.write(encodePuback(m.packetID))
			}
		}
	}
	c.Close(CodeAdministrativeAction)
	p.expectClosed(CodeAdministrativeAction)
	s.stop()
	receive(t, served, "end of Serve")
}

// TestSessionModel drives one persistent session through lost connections and
// killed servers. Whatever was acknowledged to the publisher reaches the
// subscriber at least once, for the first time in order.
func TestSessionModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		disk := newMemoryStorage()
		s := startServer(t, Options{Storage: disk})
		defer func() { s.stop() }()
		version := 4 + byte(rapid.IntRange(0, 1).Draw(rt, "version"))
		sub, pub := s.dial(t, version), s.dial(t, version)
		sub.connect(connectOptions{id: "sub", keep: true})
		sub.subscribe("t")
		pub.connect(connectOptions{id: "pub"})
		var published uint32
		received := map[uint32]bool{}
		var order []uint32
		take := func(ack bool) {
			m := sub.expectPublish()
			n := binary.BigEndian.Uint32(m.Payload)
			if !received[n] {
				received[n] = true
				order = append(order, n)
			}
			if ack {
				sub.write(encodePuback(m.packetID))
			}
		}
		reconnect := func() {
			sub.conn.Close()
			sub = s.dial(t, version)
			if !sub.connect(connectOptions{id: "sub", keep: true}) {
				rt.Fatal("the session is lost")
			}
		}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"publish", "publish", "publish", "take", "take", "reconnect", "crash"}).Draw(rt, "step") {
			case "publish":
				published++
				payload := binary.BigEndian.AppendUint32(nil, published)
				pub.write(encodePublish(version, &Inbound{Topic: []byte("t"), Payload: payload, QoS: 1, packetID: 1}))
				pub.expect(typePuback)
			case "take":
				if len(received) < int(published) {
					take(rapid.Bool().Draw(rt, "ack"))
				}
			case "reconnect":
				reconnect()
			case "crash":
				image := disk.disk()
				s.stop()
				disk = image
				s = startServer(t, Options{Storage: disk})
				pub = s.dial(t, version)
				pub.connect(connectOptions{id: "pub"})
				reconnect()
			}
		}
		for len(received) < int(published) {
			take(true)
		}
		if !slices.IsSorted(order) {
			rt.Fatalf("first received in the order %v", order)
		}
		if keys := slices.Sorted(maps.Keys(received)); len(keys) > 0 && keys[len(keys)-1] != published {
			rt.Fatalf("received %v of %d", keys, published)
		}
	})
}

// TestWheel checks clients whose deadline is further away than the wheel reaches.
func TestWheel(t *testing.T) {
	w := &wheel{at: 1000}
	c, other := &Client{keepAlive: 1800}, &Client{keepAlive: 30}
	for _, c := range []*Client{c, other, {}} {
		c.lastRead.Store(1000)
		w.add(c)
	}
	w.remove(other)
	w.remove(other)
	for now := int64(1001); now < 2801; now += 7 {
		if dead := w.advance(now); len(dead) > 0 {
			t.Fatalf("dead after %d s", now-1000)
		}
	}
	c.waiting.Store(true)
	if dead := w.advance(2810); len(dead) != 0 {
		t.Fatal("dead although it was the server that it waited for")
	}
	c.waiting.Store(false)
	if dead := w.advance(5000); len(dead) != 1 || dead[0] != c {
		t.Fatalf("got %v", dead)
	}
	if dead := w.advance(9000); len(dead) != 0 {
		t.Fatalf("dead twice")
	}
}

// TestAcceptErrors has a listener that fails for a while.
func TestAcceptErrors(t *testing.T) {
	s := startServer(t, Options{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(&flakyListener{Listener: l}) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	newPeer(t, conn, 4).connect(connectOptions{id: "a"})
	s.stop()
	receive(t, served, "end of Serve")
	if err := s.Serve(l); err != net.ErrClosed {
		t.Errorf("Serve after Shutdown: got %v", err)
	}
}

type flakyListener struct {
	net.Listener
	failed atomic.Int32
}

func (l *flakyListener) Accept() (net.Conn, error) {
	if l.failed.Add(1) <= 3 {
		return nil, &net.OpError{Op: "accept", Err: fmt.Errorf("too many open files")}
	}
	return l.Listener.Accept()
}
