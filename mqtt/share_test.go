package mqtt

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestCutShare(t *testing.T) {
	for filter, want := range map[string][2]string{
		"$share/g/a":   {"g", "a"},
		"$share/g/a/#": {"g", "a/#"},
		"$share/g//":   {"g", "/"},
		"$share/g/":    {"", "$share/g/"},
		"$share/g":     {"", "$share/g"},
		"$share//a":    {"", "$share//a"},
		"$share/+/a":   {"", "$share/+/a"},
		"$share":       {"", "$share"},
		"$shared/g/a":  {"", "$shared/g/a"},
		"a/$share/g":   {"", "a/$share/g"},
	} {
		if share, topics := CutShare(filter); share != want[0] || topics != want[1] {
			t.Errorf("%s: got %q and %q, want %q", filter, share, topics, want)
		}
	}
}

// TestShareModel: of each group that a topic matches, one member gets it, and every
// member's turn comes.
func TestShareModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := newTree()
		sessions := []*session{{number: 1}, {number: 2}, {number: 3}, {number: 4}}
		model := map[string][]*subscription{} // by filter
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			s := rapid.SampledFrom(sessions).Draw(t, "session")
			f := rapid.SampledFrom([]string{"$share/g/", "$share/h/"}).Draw(t, "share") + drawFilter().Draw(t, "filter")
			i := slices.IndexFunc(model[f], func(sub *subscription) bool { return sub.session == s })
			if i < 0 {
				sub := &subscription{session: s, filter: f}
				tr.add(sub)
				model[f] = append(model[f], sub)
			} else {
				tr.remove(model[f][i])
				model[f] = slices.Delete(model[f], i, i+1)
			}
			topic := drawTopic().Draw(t, "topic")
			want := map[uint64]int{} // how often in all turns, by session
			turns := 12              // a multiple of each possible number of members
			for filter, members := range model {
				if _, topics := CutShare(filter); len(members) > 0 && matches(topics, topic) {
					for _, sub := range members {
						want[sub.session.number] += turns / len(members)
					}
				}
			}
			got := map[uint64]int{}
			for range turns {
				var m matcher
				tr.match(&m, []byte(topic))
				for _, match := range m.matches {
					if match.group == nil {
						t.Fatal("a match is not marked as shared")
					}
					got[match.session.number]++
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("topic %q: got %v, want %v", topic, got, want)
			}
		}
		for _, members := range model {
			for _, sub := range members {
				tr.remove(sub)
			}
		}
		if !tr.wild.root.empty() {
			t.Fatal("the trie is not empty after everything was removed")
		}
	})
}

// TestSharedSurvives: a stored session is in its group again after a restart.
func TestSharedSurvives(t *testing.T) {
	disk := newMemoryStorage()
	s := startServer(t, Options{Storage: disk})
	for _, id := range []string{"a", "b"} {
		p := s.dial(t, 5)
		p.connect(connectOptions{id: id, keep: true})
		p.subscribe("$share/g/t")
	}
	image := disk.disk()
	s.stop()
	s = startServer(t, Options{Storage: image})
	for i := range 2 {
		s.Publish(Message{Topic: []byte("t"), Payload: []byte{byte(i)}, QoS: 1})
	}
	var got []byte
	for _, id := range []string{"a", "b"} {
		p := s.dial(t, 5)
		p.connect(connectOptions{id: id, keep: true})
		got = append(got, p.expectPublish().Payload...)
		p.ping()
	}
	if slices.Sort(got); !slices.Equal(got, []byte{0, 1}) {
		t.Errorf("got %v", got)
	}
}

// TestSharedFull: a member without room leaves a message to one that has some, and it is
// dropped only if nobody has.
func TestSharedFull(t *testing.T) {
	for _, filter := range []string{"$share/g/t", "$share/g/+"} {
		s := startServer(t, Options{MaxQueued: 2})
		publish := func(i int) { s.Publish(Message{Topic: []byte("t"), Payload: []byte{byte(i)}, QoS: 1}) }
		ids := []string{"a", "b", "c"}
		var members []*peer
		for _, id := range ids {
			p := s.dial(t, 5)
			p.connect(connectOptions{id: id, keep: true})
			p.subscribe(filter)
			members = append(members, p)
		}
		for i := range 6 { // nobody acknowledges anything
			publish(i)
		}
		if st := s.Stats(); st.Dropped != 0 || st.QueueFull != 0 {
			t.Fatalf("%s: dropped %d and %d while there was room", filter, st.Dropped, st.QueueFull)
		}
		publish(6)
		if st := s.Stats(); st.Dropped != 1 || st.QueueFull != 1 {
			t.Fatalf("%s: dropped %d and %d, want 1", filter, st.Dropped, st.QueueFull)
		}
		b := members[1]
		for _, m := range []publication{b.expectPublish(), b.expectPublish()} {
			b.write(encodePuback(m.packetID))
		}
		b.ping()
		for i := range 3 { // whosever turn it is, b has room
			publish(100 + i)
			m := b.expectPublish()
			if got := int(m.Payload[0]); got != 100+i {
				t.Fatalf("%s: got message %d, want %d", filter, got, 100+i)
			}
			b.write(encodePuback(m.packetID))
			b.ping()
		}
		if st := s.Stats(); st.Dropped != 1 {
			t.Errorf("%s: dropped %d, want 1", filter, st.Dropped)
		}
	}
}
