package mqtt

import (
	"cmp"
	"hash/maphash"
	"slices"
	"sync"
)

// A subscription is one topic filter of one session. It is also a link in the
// list of all subscriptions to that filter.
type subscription struct {
	session    *session
	filter     string
	id         uint32 // subscription identifier; 0: none
	options    subOptions
	next, prev *subscription
}

// A match is a subscription that a topic matches.
type match struct {
	session *session
	id      uint32
	options subOptions
}

// treeShards is the number of locks for filters without wildcards.
const treeShards = 64

// A tree finds the subscriptions that a topic matches. Nearly all filters of a
// fleet are without wildcards and differ from each other: they are in hash
// tables, each behind a lock of its own. The others are in a trie.
type tree struct {
	seed  maphash.Seed
	exact [treeShards]exactShard

	mu   sync.RWMutex
	wild trie[subscription]
}

type exactShard struct {
	mu   sync.RWMutex
	subs map[string]*subscription // the first of the list
	_    [32]byte                 // keeps the locks on cache lines of their own
}

func newTree() *tree {
	t := &tree{seed: maphash.MakeSeed()}
	for i := range t.exact {
		t.exact[i].subs = map[string]*subscription{}
	}
	return t
}

// add enters sub, whose session has no other subscription to the filter.
func (t *tree) add(sub *subscription) {
	t.update(sub, func(first *subscription) *subscription {
		sub.next = first
		if first != nil {
			first.prev = sub
		}
		return sub
	})
}

// remove takes sub out.
func (t *tree) remove(sub *subscription) {
	t.update(sub, func(first *subscription) *subscription {
		if sub.next != nil {
			sub.next.prev = sub.prev
		}
		if sub.prev != nil {
			sub.prev.next = sub.next
			return first
		}
		return sub.next
	})
}

// change gives sub, which is in the tree, new options.
func (t *tree) change(sub *subscription, options subOptions, id uint32) {
	t.update(sub, func(first *subscription) *subscription {
		sub.options, sub.id = options, id
		return first
	})
}

// update calls fn with the first subscription of the filter's list, and makes
// what it returns the new first one, under the lock of the list.
func (t *tree) update(sub *subscription, fn func(first *subscription) *subscription) {
	if hasWildcard(sub.filter) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if first := fn(t.wild.find(sub.filter)); first != nil {
			t.wild.put(sub.filter, first)
		} else {
			t.wild.remove(sub.filter)
		}
		return
	}
	sh := &t.exact[maphash.String(t.seed, sub.filter)%treeShards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if first := fn(sh.subs[sub.filter]); first != nil {
		sh.subs[sub.filter] = first
	} else {
		delete(sh.subs, sub.filter)
	}
}

// A matcher is memory for looking up a topic.
type matcher struct {
	matches []match
	lists   []*subscription
	ids     []uint32
}

// match fills m.matches with the subscriptions that topic matches; those of one
// session are next to each other.
func (t *tree) match(m *matcher, topic []byte) {
	m.matches = m.matches[:0]
	sh := &t.exact[maphash.Bytes(t.seed, topic)%treeShards]
	sh.mu.RLock()
	m.add(sh.subs[string(topic)])
	sh.mu.RUnlock()

	t.mu.RLock()
	m.lists = t.wild.matchTopic(m.lists[:0], topic)
	for _, first := range m.lists {
		m.add(first)
	}
	t.mu.RUnlock()

	if len(m.lists) > 0 && len(m.matches) > 1 {
		slices.SortFunc(m.matches, func(a, b match) int { return cmp.Compare(a.session.number, b.session.number) })
	}
	clear(m.lists)
}

func (m *matcher) add(first *subscription) {
	for s := first; s != nil; s = s.next {
		m.matches = append(m.matches, match{s.session, s.id, s.options})
	}
}

// release forgets the sessions, so that a pooled matcher keeps none alive, and
// the memory of an unusually wide match.
func (m *matcher) release() {
	if cap(m.matches) > 4096 {
		m.matches = nil
	}
	clear(m.matches)
}
