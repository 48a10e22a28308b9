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
	group      *shareGroup // of which this is the link; nil: this is a subscription
}

// A match is a subscription that a topic matches.
type match struct {
	session *session
	id      uint32
	options subOptions
	group   *shareGroup // that it was chosen from; nil: the subscription is not shared
}

// treeShards is the number of locks for filters without wildcards.
const treeShards = 64

// A tree finds the subscriptions that a topic matches. Nearly all filters of a
// fleet are without wildcards and differ from each other: they are in hash
// tables, each behind a lock of its own. The others are in a trie.
type tree struct {
	seed  maphash.Seed
	exact [treeShards]exactShard

	parentless bool // "a/#" does not match "a"

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
	share, topics := CutShare(sub.filter)
	t.update(topics, func(first *subscription) *subscription {
		if share != "" {
			return sub.join(first, share, topics)
		}
		return sub.push(first)
	})
}

// remove takes sub out.
func (t *tree) remove(sub *subscription) {
	share, topics := CutShare(sub.filter)
	t.update(topics, func(first *subscription) *subscription {
		if share != "" {
			return sub.part(first, share)
		}
		return sub.unlink(first)
	})
}

// push puts sub in front of a list.
func (sub *subscription) push(first *subscription) *subscription {
	sub.next = first
	if first != nil {
		first.prev = sub
	}
	return sub
}

// unlink takes sub out of a list and returns what is the first link then.
func (sub *subscription) unlink(first *subscription) *subscription {
	if sub.next != nil {
		sub.next.prev = sub.prev
	}
	if sub.prev != nil {
		sub.prev.next = sub.next
		return first
	}
	return sub.next
}

// change gives sub, which is in the tree, new options.
func (t *tree) change(sub *subscription, options subOptions, id uint32) {
	_, topics := CutShare(sub.filter)
	t.update(topics, func(first *subscription) *subscription {
		sub.options, sub.id = options, id
		return first
	})
}

// update calls fn with the first subscription of a topic filter's list, and makes
// what it returns the new first one, under the lock of the list.
func (t *tree) update(topics string, fn func(first *subscription) *subscription) {
	if hasWildcard(topics) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if first := fn(t.wild.find(topics)); first != nil {
			t.wild.put(topics, first)
		} else {
			t.wild.remove(topics)
		}
		return
	}
	sh := &t.exact[maphash.String(t.seed, topics)%treeShards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if first := fn(sh.subs[topics]); first != nil {
		sh.subs[topics] = first
	} else {
		delete(sh.subs, topics)
	}
}

func (s *subscription) match(g *shareGroup) match { return match{s.session, s.id, s.options, g} }

// A matcher is memory for looking up a topic.
type matcher struct {
	matches []match
	lists   []*subscription
	ids     []uint32
	spare   []match // see tree.others
}

// match fills m.matches with the subscriptions that topic matches, of each share
// group one; those of one session are next to each other, and apart from its shared ones.
func (t *tree) match(m *matcher, topic []byte) {
	m.matches = m.matches[:0]
	sh := &t.exact[maphash.Bytes(t.seed, topic)%treeShards]
	sh.mu.RLock()
	m.add(sh.subs[string(topic)])
	sh.mu.RUnlock()

	t.mu.RLock()
	m.lists = t.wild.matchTopic(m.lists[:0], topic)
	for _, first := range m.lists {
		if t.parentless && onlyParent(first.filter, topic) {
			continue
		}
		m.add(first)
	}
	t.mu.RUnlock()

	if len(m.lists) > 0 && len(m.matches) > 1 {
		slices.SortFunc(m.matches, compareMatches)
	}
	clear(m.lists)
}

func (m *matcher) add(first *subscription) {
	for s := first; s != nil; s = s.next {
		if s.group != nil {
			m.matches = append(m.matches, s.group.next().match(s.group))
			continue
		}
		m.matches = append(m.matches, s.match(nil))
	}
}

// others appends the members of a group but one, those first that are connected.
func (t *tree) others(dst []match, g *shareGroup, but *session) []match {
	mu := &t.mu
	if topics := g.link.filter; !hasWildcard(topics) {
		mu = &t.exact[maphash.String(t.seed, topics)%treeShards].mu
	}
	mu.RLock()
	defer mu.RUnlock()
	for _, connected := range [...]bool{true, false} {
		for _, sub := range g.members {
			if sub.session != but && (sub.session.client.Load() != nil) == connected {
				dst = append(dst, sub.match(g))
			}
		}
	}
	return dst
}

func compareMatches(a, b match) int {
	if order := cmp.Compare(a.session.number, b.session.number); order != 0 || (a.group == nil) == (b.group == nil) {
		return order
	}
	if a.group != nil {
		return 1
	}
	return -1
}

// release forgets the sessions, so that a pooled matcher keeps none alive, and
// the memory of an unusually wide match.
func (m *matcher) release() {
	if cap(m.matches) > 4096 {
		m.matches = nil
	}
	clear(m.matches)
	m.spare = nil
}
