package mqtt

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

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
