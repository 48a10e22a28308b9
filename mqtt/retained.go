package mqtt

import "sync"

// A retainedStore keeps the last retained message of each topic (section 3.3.1.3).
type retainedStore struct {
	srv *Server

	mu       sync.RWMutex
	messages trie[message]
	count    int
	bytes    int
	swept    int64 // epoch milliseconds
}

// sweepInterval is how often at most, in milliseconds, all messages are searched
// for expired ones.
const sweepInterval = 10_000

// store replaces or, with an empty payload, deletes the retained message of the
// topic [MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-7]. It returns false, and counts
// a dropped message, when no more can be kept.
func (s *retainedStore) store(r *routing) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	topic := string(r.topic)
	old := s.messages.find(topic)
	if len(r.payload) == 0 {
		if old != nil {
			s.remove(old)
			r.saved = s.srv.saver.putRetained(topic, nil) || r.saved
		}
		return true
	}
	m := r.keep()
	if s.full(m, old) {
		s.sweep(r.millis())
		if old = s.messages.find(topic); s.full(m, old) {
			s.srv.traffic[0].dropped.Add(1)
			return false
		}
	}
	if old != nil {
		s.remove(old)
	}
	s.insert(m)
	r.saved = s.srv.saver.putRetained(topic, m) || r.saved
	return true
}

func (s *retainedStore) full(m, old *message) bool {
	count, bytes := s.count+1, s.bytes+m.size()
	if old != nil {
		count, bytes = count-1, bytes-old.size()
	}
	return count > s.srv.opt.MaxRetained || bytes > s.srv.opt.MaxRetainedBytes
}

func (s *retainedStore) insert(m *message) {
	s.messages.put(m.topic, m)
	s.count++
	s.bytes += m.size()
	s.srv.stats.retained.Store(int64(s.count))
}

func (s *retainedStore) remove(m *message) {
	s.messages.remove(m.topic)
	s.count--
	s.bytes -= m.size()
	s.srv.stats.retained.Store(int64(s.count))
}

// sweep deletes the messages that have expired. s.mu is held.
func (s *retainedStore) sweep(now int64) {
	if now < s.swept+sweepInterval {
		return
	}
	s.swept = now
	all := s.messages.all()
	for _, m := range all {
		if m.expired(now) {
			s.remove(m)
			s.srv.saver.putRetained(m.topic, nil)
		}
	}
}

// match returns the retained messages that a new subscription to filter gets.
func (s *retainedStore) match(filter string) []*message {
	s.mu.RLock()
	var found []*message
	if hasWildcard(filter) {
		found = s.messages.matchFilter(nil, filter)
	} else if m := s.messages.find(filter); m != nil {
		found = append(found, m)
	}
	s.mu.RUnlock()
	now, live := int64(0), found[:0]
	for _, m := range found {
		if m.expires != 0 && now == 0 {
			now = s.srv.nowMilli()
		}
		if !m.expired(now) && !(s.srv.opt.ParentUnmatched && onlyParent(filter, m.topic)) {
			live = append(live, m)
		}
	}
	return live
}
