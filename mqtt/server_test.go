package mqtt

import (
	"context"
	"net"
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
