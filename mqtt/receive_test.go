package mqtt

import (
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
)

// TestReceive: what the handler does not let a client receive is left out, however
// it would come; what it lets through afterwards comes.
func TestReceive(t *testing.T) {
	for _, version := range []byte{4, 5} {
		var open atomic.Bool
		s := startServer(t, Options{Handler: &testHandler{receive: func(c *Client, topic []byte) bool {
			return c.ID() != "curious" || string(topic) != "secret" || open.Load()
		}}})
		s.Publish(Message{Topic: []byte("secret"), Payload: []byte("retained"), QoS: 1, Retain: true})
		away := s.dial(t, version)
		away.connect(connectOptions{id: "curious", keep: true})
		away.subscribe("secret", "public")
		for qos := range byte(2) {
			s.Publish(Message{Topic: []byte("secret"), Payload: []byte("live"), QoS: qos})
		}
		s.Publish(Message{Topic: []byte("public"), QoS: 1})
		if got := away.expectPublish(); string(got.Topic) != "public" {
			t.Errorf("version %d: got %s, want public only", version, got.Topic)
		} else {
			away.write(encodePuback(got.packetID))
		}
		away.ping()
		away.conn.Close()

		// Queued while it was away, and allowed by then.
		s.waitGone(t, "curious")
		s.Publish(Message{Topic: []byte("secret"), Payload: []byte("queued"), QoS: 1})
		open.Store(true)
		back := s.dial(t, version)
		back.connect(connectOptions{id: "curious", keep: true})
		if got := back.expectPublish(); string(got.Payload) != "queued" {
			t.Errorf("version %d: got %s, want what was queued", version, got.Payload)
		}
	}
}

// waitGone waits until a client has no connection.
func (s *testServer) waitGone(t *testing.T, id string) {
	t.Helper()
	eventually(t, id+" is gone", func() bool {
		sh := s.registry.shard(id)
		sh.mu.Lock()
		defer sh.mu.Unlock()
		return sh.sessions[id] == nil || sh.sessions[id].client.Load() == nil
	})
}

// TestPublishThen: done hears when the message is stored, or that it is not.
func TestPublishThen(t *testing.T) {
	disk := newMemoryStorage()
	s := startServer(t, Options{Storage: disk, MaxRetained: 1})
	publish := func(m Message) Code {
		told := make(chan Code, 1)
		s.PublishThen(m, func(c Code) { told <- c })
		return receive(t, told, "done")
	}
	if code := publish(Message{Topic: []byte("a"), Payload: []byte("x"), QoS: 1, Retain: true}); code != CodeSuccess || disk.count(EntryRetained) != 1 {
		t.Errorf("retained: %v, %d stored", code, disk.count(EntryRetained))
	}
	if code := publish(Message{Topic: []byte("b"), Payload: []byte("x"), Retain: true}); code != CodeQuotaExceeded {
		t.Errorf("one retained message too many: %v", code)
	}
	if code := publish(Message{Topic: []byte("b")}); code != CodeSuccess {
		t.Errorf("nothing to store: %v", code)
	}
	if code := publish(Message{Topic: []byte("b/#")}); code != CodeTopicNameInvalid {
		t.Errorf("a filter: %v", code)
	}
	disk.refuse(errors.New("disk full"))
	if code := publish(Message{Topic: []byte("a"), Payload: []byte("y"), Retain: true}); code != CodeImplementationSpecific {
		t.Errorf("full disk: %v", code)
	}
	disk.refuse(nil)
}

// TestServePeer: the handler sees what the caller knows of the client.
func TestServePeer(t *testing.T) {
	seen := make(chan *Client, 1)
	s := startServer(t, Options{Handler: &testHandler{connect: func(c *Client, _ *Connect) Code { seen <- c; return CodeSuccess }}})
	ours, theirs := net.Pipe()
	want := Peer{Transport: WebSocket, Addr: netip.MustParseAddrPort("192.0.2.1:1000"), User: "AKIA"}
	go s.ServePeer(theirs, want)
	p := newPeer(t, ours, 4)
	p.connect(connectOptions{id: "a"})
	if c := receive(t, seen, "Connect"); c.Peer() != want || c.RemoteAddr() != want.Addr {
		t.Errorf("got %+v", c.Peer())
	}
	plain := s.dial(t, 4)
	plain.connect(connectOptions{id: "b"})
	if c := receive(t, seen, "Connect"); c.Peer() != (Peer{Addr: c.RemoteAddr()}) || c.Peer().Transport.String() != "TCP" {
		t.Errorf("plain: got %+v", c.Peer())
	}
	ours.Close()
}
