package mqtt

import (
	"encoding/binary"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

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

// TestQueueModel compares the queue with a plain list of what is not acknowledged.
func TestQueueModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		type entry struct {
			number uint64
			sent   bool
		}
		var model []entry
		next := uint64(rapid.SampledFrom([]int{0, 65530, 131065}).Draw(t, "first"))
		q.first = next
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"push", "push", "send", "send", "ack", "ack", "rewind"}).Draw(t, "step") {
			case "push":
				if got := q.push(outMessage{message: &message{}}); got != next {
					t.Fatalf("push: got number %d, want %d", got, next)
				}
				model = append(model, entry{number: next})
				next++
			case "send":
				for q.next < len(q.items) && q.items[q.next].message == nil {
					q.next++
				}
				i := slices.IndexFunc(model, func(e entry) bool { return !e.sent })
				if (i < 0) != (q.next == len(q.items)) {
					t.Fatalf("send: the queue has next %d of %d, the model %d", q.next, len(q.items), i)
				}
				if i >= 0 {
					if got := q.first + uint64(q.next); got != model[i].number {
						t.Fatalf("send: got number %d, want %d", got, model[i].number)
					}
					q.next++
					q.inflight++
					model[i].sent = true
				}
			case "ack":
				if len(model) == 0 {
					break
				}
				i := rapid.IntRange(0, len(model)-1).Draw(t, "which")
				number, _, ok := q.acked(packetIDOf(model[i].number))
				if ok != model[i].sent || ok && number != model[i].number {
					t.Fatalf("ack of %+v: got %d, %v", model[i], number, ok)
				}
				if ok {
					model = slices.Delete(model, i, i+1)
				}
			case "rewind":
				q.rewind()
				for i := range model {
					model[i].sent = false
				}
			}
			inflight := 0
			for _, e := range model {
				if e.sent {
					inflight++
				}
			}
			if q.waiting != len(model) || q.inflight != inflight {
				t.Fatalf("waiting %d, in flight %d; want %d, %d", q.waiting, q.inflight, len(model), inflight)
			}
		}
	})
}

// TestAcksModel compares the ring with a list.
func TestAcksModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a acks
		type entry struct {
			id   uint16
			done bool
		}
		var model []entry
		first := uint64(0)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "reserve") {
				id := uint16(rapid.IntRange(0, 3).Draw(t, "id"))
				if got, want := a.reserve(id), first+uint64(len(model)); got != want {
					t.Fatalf("ticket: got %d, want %d", got, want)
				}
				model = append(model, entry{id: id})
				continue
			}
			ticket := first + uint64(rapid.IntRange(-2, len(model)+1).Draw(t, "ticket"))
			i := int(ticket - first)
			want := i >= 0 && i < len(model) && !model[i].done
			if got := a.finish(ticket, CodeSuccess); got != want {
				t.Fatalf("finish %d: got %v, want %v", ticket, got, want)
			}
			if want {
				model[i].done = true
			}
			for len(model) > 0 && model[0].done {
				s, ok := a.next()
				if !ok || s.packetID != model[0].id {
					t.Fatalf("next: got %+v, %v, want %+v", s, ok, model[0])
				}
				model, first = model[1:], first+1
			}
			if _, ok := a.next(); ok {
				t.Fatal("next: one that is not finished")
			}
		}
	})
}
