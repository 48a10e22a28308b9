package mqtt

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// crash starts a server on what is on the disk of a server that is not asked:
// as if its process had been killed at this moment.
func crash(t testing.TB, disk *memoryStorage, o Options) *testServer {
	t.Helper()
	o.Storage = disk.disk()
	return startServer(t, o)
}

func TestSessionResumes(t *testing.T) {
	for _, version := range []byte{4, 5} {
		t.Run(fmt.Sprintf("ok/version %d", version), func(t *testing.T) {
			s := startServer(t, Options{})
			p := s.dial(t, version)
			if p.connect(connectOptions{id: "a", keep: true}) {
				t.Error("session present at the first connection")
			}
			p.subscribe("t")
			s.Publish(Message{Topic: []byte("t"), Payload: []byte("1"), QoS: 1})
			s.Publish(Message{Topic: []byte("t"), Payload: []byte("2"), QoS: 1})
			first, second := p.expectPublish(), p.expectPublish()
			p.write(encodePuback(second.packetID))
			p.ping()
			p.conn.Close()
			eventually(t, "end of the connection", func() bool { return s.Stats().Connections == 0 })
			s.Publish(Message{Topic: []byte("t"), Payload: []byte("3"), QoS: 1})
			s.Publish(Message{Topic: []byte("t"), Payload: []byte("lost"), QoS: 0})

			p = s.dial(t, version)
			if !p.connect(connectOptions{id: "a", keep: true}) {
				t.Error("no session present")
			}
			if m := p.expectPublish(); !m.Dup || m.packetID != first.packetID || string(m.Payload) != "1" {
				t.Errorf("first again: got %+v", m)
			}
			if m := p.expectPublish(); m.Dup || string(m.Payload) != "3" {
				t.Errorf("queued: got %+v", m)
			}
			p.ping()
			p.conn.Close()

			p = s.dial(t, version)
			if p.connect(connectOptions{id: "a"}) {
				t.Error("session present after a clean start")
			}
			s.Publish(Message{Topic: []byte("t"), QoS: 1})
			p.ping()
			if version == version4 {
				p.write(raw(0xE0, 0))
				p.expectClosed(0)
				eventually(t, "end of the session", func() bool { return s.Stats().Sessions == 0 })
			}
		})
	}
}

func TestSessionExpiry(t *testing.T) {
	for _, tt := range []struct {
		name  string
		end   []byte // DISCONNECT
		after time.Duration
		want  bool
	}{
		{"ok/before", raw(0xE0, 0), 59 * time.Second, true},
		{"ok/after", raw(0xE0, 0), 61 * time.Second, false},
		{"ok/longer by DISCONNECT", raw(0xE0, 7, 0, 5, 17, 0, 0, 1, 0), 200 * time.Second, true},
		{"ok/ended by DISCONNECT", raw(0xE0, 7, 0, 5, 17, 0, 0, 0, 0), 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clock, disk := newManualClock(), newMemoryStorage()
			s := startServer(t, Options{Now: clock.now, Storage: disk})
			o := connectOptions{id: "a", keep: true, props: raw(17, 0, 0, 0, 60)}
			p := s.dial(t, 5)
			p.connect(o)
			p.subscribe("t")
			p.write(tt.end)
			p.expectClosed(0)
			eventually(t, "end of the connection", func() bool { return s.Stats().Connections == 0 })
			clock.move(s, tt.after)
			if got := s.Stats().Sessions == 1; got != tt.want {
				t.Errorf("session is there: %v", got)
			}
			eventually(t, "storage", func() bool { return disk.count(EntrySession) == int(s.Stats().Sessions) })
			p = s.dial(t, 5)
			if got := p.connect(o); got != tt.want {
				t.Errorf("session present: %v", got)
			}
		})
	}
}

// TestCrash checks after a kill that everything acknowledged is there.
func TestCrash(t *testing.T) {
	disk := newMemoryStorage()
	s := startServer(t, Options{Storage: disk})
	p, q := s.dial(t, 5), s.dial(t, 5)
	q.connect(connectOptions{id: "offline", keep: true})
	q.write(encodeSubscribe(5, 1, raw(11, 5), 1, "t/#"))
	q.expect(typeSuback)
	q.subscribe("dropped")
	q.write(encodeUnsubscribe(5, 2, "dropped"))
	q.expect(typeUnsuback)
	q.conn.Close()
	eventually(t, "end of the connection", func() bool { return s.Stats().Connections == 1 })
	p.connect(connectOptions{id: "publisher"})
	for i := range 10 {
		m := &Inbound{Topic: fmt.Appendf(nil, "t/%d", i), Payload: []byte{byte(i)}, QoS: 1, packetID: uint16(i + 1), Retain: i%2 == 0, props: raw(3, "c")}
		p.write(encodePublish(5, m))
		p.expect(typePuback)
	}
	s2 := crash(t, disk, Options{})
	if st := s2.Stats(); st.Sessions != 1 || st.Subscriptions != 1 || st.Retained != 5 {
		t.Errorf("stats: %+v", st)
	}
	q = s2.dial(t, 5)
	if !q.connect(connectOptions{id: "offline", keep: true}) {
		t.Fatal("no session present")
	}
	for i := range 10 {
		m := q.expectPublish()
		if m.Payload[0] != byte(i) || string(m.ContentType()) != "c" || !slices.Equal(m.subscriptionIDs, []uint32{5}) {
			t.Errorf("message %d: got %+v", i, m)
		}
		q.write(encodePuback(m.packetID))
	}
	q.ping()
	s2.stop()
	if n := s2.opt.Storage.(*memoryStorage).count(EntryQueued); n != 0 {
		t.Errorf("%d queued messages are left", n)
	}
	r := crash(t, s2.opt.Storage.(*memoryStorage), Options{}).dial(t, 4)
	r.connect(connectOptions{id: "new"})
	r.subscribe("t/+")
	for range 5 {
		if m := r.expectPublish(); !m.Retain || m.Payload[0]%2 != 0 {
			t.Errorf("retained: got %+v", m)
		}
	}
	r.ping()
}

// TestPacketIDsSurvive kills the server between a PUBLISH and its PUBACK.
func TestPacketIDsSurvive(t *testing.T) {
	disk := newMemoryStorage()
	s := startServer(t, Options{Storage: disk})
	p := s.dial(t, 4)
	p.connect(connectOptions{id: "a", keep: true})
	p.subscribe("t")
	for i := range 3 {
		s.Publish(Message{Topic: []byte("t"), Payload: []byte{byte(i)}, QoS: 1})
	}
	var ids []uint16
	for i := range 3 {
		ids = append(ids, p.expectPublish().packetID)
		if i == 0 {
			p.write(encodePuback(ids[0]))
		}
	}
	eventually(t, "storage", func() bool { return disk.count(EntryQueued) == 2 })
	q := crash(t, disk, Options{}).dial(t, 4)
	q.connect(connectOptions{id: "a", keep: true})
	for i := 1; i < 3; i++ {
		if m := q.expectPublish(); m.packetID != ids[i] || !m.Dup || m.Payload[0] != byte(i) {
			t.Errorf("got %+v, want identifier %d", m, ids[i])
		}
	}
}

// TestAcknowledgedAfterSave holds Save: nothing that it must store is
// acknowledged meanwhile.
func TestAcknowledgedAfterSave(t *testing.T) {
	disk := newMemoryStorage()
	disk.hold = make(chan struct{})
	s := startServer(t, Options{Storage: disk})
	p, q := s.dial(t, 4), s.dial(t, 4)
	p.connect(connectOptions{id: "p"})
	p.write(encodePublish(4, &Inbound{Topic: []byte("r"), Payload: []byte("x"), QoS: 1, packetID: 1, Retain: true}))
	p.ping() // no PUBACK before
	p.write(encodePublish(4, &Inbound{Topic: []byte("n"), QoS: 1, packetID: 2}))
	p.ping() // nor one for a later message [MQTT-4.6.0-2]
	q.connect(connectOptions{id: "q", keep: true})
	q.write(encodeSubscribe(4, 1, nil, 1, "t"))
	q.ping()
	close(disk.hold)
	for want := uint16(1); want <= 2; want++ {
		if id, _, _ := parsePuback(4, p.expect(typePuback).body); id != want {
			t.Errorf("PUBACK: got %d, want %d", id, want)
		}
	}
	q.expect(typeSuback)
}

func TestSaveFails(t *testing.T) {
	for _, version := range []byte{4, 5} {
		t.Run(fmt.Sprintf("fail/version %d", version), func(t *testing.T) {
			disk := newMemoryStorage()
			disk.fail = errors.New("disk full")
			s := startServer(t, Options{Storage: disk})
			p := s.dial(t, version)
			p.connect(connectOptions{id: "p"})
			m := &Inbound{Topic: []byte("r"), Payload: []byte("x"), QoS: 1, packetID: 1, Retain: true}
			p.write(encodePublish(version, m))
			if version == version4 {
				p.expectClosed(0)
			} else if _, code, _ := parsePuback(5, p.expect(typePuback).body); code != CodeImplementationSpecific {
				t.Errorf("PUBACK: got %v", code)
			}
			q := s.dial(t, version)
			q.connect(connectOptions{id: "q", keep: true})
			q.write(encodeSubscribe(version, 1, nil, 1, "t"))
			q.expectClosed(CodeImplementationSpecific)
			if s.Stats().SaveErrors == 0 {
				t.Error("no save error is counted")
			}
			disk.mu.Lock()
			disk.fail = nil
			disk.mu.Unlock()
			eventually(t, "retry", func() bool { return disk.count(EntryRetained) == 1 && disk.count(EntrySession) == 1 })
		})
	}
}

func TestQueueLimits(t *testing.T) {
	s := startServer(t, Options{MaxQueued: 3})
	p := s.dial(t, 4)
	p.connect(connectOptions{id: "a", keep: true})
	p.subscribe("t")
	p.conn.Close()
	eventually(t, "end of the connection", func() bool { return s.Stats().Connections == 0 })
	for i := range 5 {
		s.Publish(Message{Topic: []byte("t"), Payload: []byte{byte(i)}, QoS: 1})
	}
	p = s.dial(t, 4)
	p.connect(connectOptions{id: "a", keep: true})
	for i := range 3 {
		if m := p.expectPublish(); m.Payload[0] != byte(i) {
			t.Errorf("got message %d, want %d", m.Payload[0], i)
		}
	}
	p.ping()
	if st := s.Stats(); st.Dropped != 2 {
		t.Errorf("stats: %+v", st)
	}
}

func TestMessageExpiresInQueue(t *testing.T) {
	clock := newManualClock()
	s := startServer(t, Options{Now: clock.now})
	p := s.dial(t, 5)
	p.connect(connectOptions{id: "a", keep: true})
	p.subscribe("t")
	p.conn.Close()
	eventually(t, "end of the connection", func() bool { return s.Stats().Connections == 0 })
	for _, d := range []time.Duration{10 * time.Second, time.Minute} {
		s.Publish(Message{Topic: []byte("t"), QoS: 1, Expiry: d})
	}
	clock.move(s, 20*time.Second)
	p = s.dial(t, 5)
	p.connect(connectOptions{id: "a", keep: true})
	if m := p.expectPublish(); m.expiry != 40 {
		t.Errorf("got %d seconds left, want 40", m.expiry)
	}
	p.ping()
}

// TestWillSurvives kills the server of a connected client that has a will.
func TestWillSurvives(t *testing.T) {
	disk := newMemoryStorage()
	s := startServer(t, Options{Storage: disk})
	p := s.dial(t, 4)
	p.connect(connectOptions{id: "a", keep: true, will: &Will{Topic: []byte("w"), Payload: []byte("bye"), Retain: true}})
	eventually(t, "storage", func() bool { return disk.count(EntrySession) == 1 })
	clock := newManualClock()
	s2 := crash(t, disk, Options{Now: clock.now})
	clock.move(s2, time.Second)
	q := s2.dial(t, 4)
	q.connect(connectOptions{id: "q"})
	q.subscribe("w")
	if m := q.expectPublish(); string(m.Payload) != "bye" {
		t.Errorf("got %+v", m)
	}
}

func TestDamagedStorage(t *testing.T) {
	valid := encodeRetained(&message{topic: "t", payload: []byte("x")})
	for _, tt := range []struct {
		name string
		e    Entry
	}{
		{"fail/kind", Entry{99, "a", 0, valid}},
		{"fail/empty session", Entry{EntrySession, "a", 0, []byte{}}},
		{"fail/version", Entry{EntryRetained, "t", 0, append([]byte{9}, valid[1:]...)}},
		{"fail/cut off", Entry{EntryRetained, "t", 0, valid[:len(valid)-1]}},
		{"fail/too long", Entry{EntryRetained, "t", 0, append(slices.Clone(valid), 0)}},
		{"fail/filter", Entry{EntrySession, "a", 0, append([]byte{1, 5, 0, 1, 2}, "a#\x00\x00\x00"...)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			disk := newMemoryStorage()
			if err := disk.Save(t.Context(), []Entry{tt.e}); err != nil {
				t.Fatal(err)
			}
			if _, err := NewServer(t.Context(), Options{Handler: &testHandler{}, Storage: disk}); err == nil {
				t.Error("NewServer: got no error")
			}
		})
	}
}

// FuzzStored decodes arbitrary stored values.
func FuzzStored(f *testing.F) {
	m := &message{topic: "t", payload: []byte("x"), props: raw(3, "c"), expires: 5, retain: true}
	f.Add(encodeRetained(m))
	f.Add(encodeQueued(&outMessage{message: m, ids: []uint32{1, 300}}))
	f.Add(encodeSession(&session{expiry: 5, will: &will{message: *m, delay: 9, proof: []byte("who")}, subs: []*subscription{{filter: "a/#", id: 7, options: 1}}}))
	f.Fuzz(func(t *testing.T, value []byte) {
		if m, err := decodeRetained(value); err == nil {
			if again, err := decodeRetained(encodeRetained(m)); err != nil || !bytes.Equal(again.payload, m.payload) {
				t.Errorf("again: %+v, %v", again, err)
			}
		}
		_, _ = decodeQueued(value)
		_, _ = decodeSession(&session{}, value, 0)
	})
}

func TestQueueRestore(t *testing.T) {
	m := outMessage{message: &message{}}
	for _, tt := range []struct {
		name    string
		numbers []uint64
		want    bool // of the last
	}{
		{"ok/first", []uint64{70_000}, true},
		{"ok/gap", []uint64{5, 9}, true},
		{"fail/gap too wide", []uint64{5, 5 + 65_536}, false},
		{"fail/backwards", []uint64{5, 4}, false},
		{"fail/twice", []uint64{5, 5}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var q queue
			ok := true
			for _, n := range tt.numbers {
				ok = q.restore(n, m)
			}
			if ok != tt.want {
				t.Fatalf("got %v", ok)
			}
			if last := tt.numbers[len(tt.numbers)-1]; ok && q.push(m) != last+1 {
				t.Error("the next number does not follow")
			}
		})
	}
}
