package gateway

import "sync"

// seenKept is how many accepted reports of a broker elsewhere are remembered, at
// about 40 bytes each: more than a broker has under way.
const seenKept = 1 << 16

// seen remembers the reports that were accepted last from a broker that may deliver
// them again: it was killed before it had the acknowledgment on its disk, or the
// connection broke. recent does not do: it knows a thing's last report only, and there
// may have been a later one. The methods of nil remember nothing.
type seen struct {
	mu   sync.Mutex
	keys map[uint64]struct{}
	ring []uint64
	next int
}

// seenKey makes one key of a keyed hash of the thing and its payload's hash.
func seenKey(thing, hash uint64) uint64 { return thing*0x9e3779b97f4a7c15 ^ hash }

func (s *seen) has(thing, hash uint64) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.keys[seenKey(thing, hash)]
	return known
}

func (s *seen) add(thing, hash uint64) {
	if s == nil {
		return
	}
	key := seenKey(thing, hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.keys[key]; known {
		return
	}
	if s.keys == nil {
		s.keys = map[uint64]struct{}{}
	}
	if len(s.ring) < seenKept {
		s.ring = append(s.ring, key)
	} else {
		delete(s.keys, s.ring[s.next])
		s.ring[s.next] = key
		s.next = (s.next + 1) % seenKept
	}
	s.keys[key] = struct{}{}
}
