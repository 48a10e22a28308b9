package mqtt

import (
	"container/heap"
	"sync"
)

// wheelSlots is the number of seconds that a wheel looks ahead. A deadline
// further away is looked at again when the wheel has turned once.
const wheelSlots = 512

// A wheel finds the connections that have been silent for too long. Reading a
// packet costs a store of the coarse clock, no timer.
type wheel struct {
	mu    sync.Mutex
	slots [wheelSlots]*Client // each a list
	at    int64               // epoch seconds up to which slots were looked at
}

// A wheelEntry links a client into a slot.
type wheelEntry struct {
	next, prev *Client
	slot       int // 1 + its number; 0: not in the wheel
}

// add enters a client that has a keep-alive interval.
func (w *wheel) add(c *Client) {
	if c.keepAlive == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.link(c, c.deadline())
}

// remove takes a client out.
func (w *wheel) remove(c *Client) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unlink(c)
}

func (w *wheel) link(c *Client, at int64) {
	at = min(max(at, w.at+1), w.at+wheelSlots-1)
	slot := int(at % wheelSlots)
	first := w.slots[slot]
	c.timer = wheelEntry{next: first, slot: slot + 1}
	if first != nil {
		first.timer.prev = c
	}
	w.slots[slot] = c
}

func (w *wheel) unlink(c *Client) {
	e := &c.timer
	if e.slot == 0 {
		return
	}
	if e.next != nil {
		e.next.timer.prev = e.prev
	}
	if e.prev != nil {
		e.prev.timer.next = e.next
	} else {
		w.slots[e.slot-1] = e.next
	}
	*e = wheelEntry{}
}

// advance returns the clients that are dead at now, in epoch seconds.
func (w *wheel) advance(now int64) (dead []*Client) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now-w.at > wheelSlots {
		w.at = now - wheelSlots // the clock jumped, or this is the first call
	}
	for w.at < now {
		w.at++
		slot := int(w.at % wheelSlots)
		c := w.slots[slot]
		w.slots[slot] = nil
		for c != nil {
			next := c.timer.next
			c.timer = wheelEntry{}
			if at := c.deadline(); at <= now && !c.waiting.Load() {
				dead = append(dead, c)
			} else {
				w.link(c, at)
			}
			c = next
		}
	}
	return dead
}

// deadline is when the client counts as dead unless a packet comes. One second
// is added because lastRead is cut to seconds: never too early [MQTT-3.1.2-22].
func (c *Client) deadline() int64 { return c.lastRead.Load() + c.keepAlive + 1 }

// A dueHeap orders sessions by the time at which they expire or their wills are
// due. A session is in it at most once.
type dueHeap []*session

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].dueAt < h[j].dueAt }
func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].duePlace, h[j].duePlace = i+1, j+1
}
func (h *dueHeap) Push(x any) {
	s := x.(*session)
	*h = append(*h, s)
	s.duePlace = len(*h)
}
func (h *dueHeap) Pop() any {
	old := *h
	s := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	s.duePlace = 0
	return s
}

// A dueList is a dueHeap for many goroutines.
type dueList struct {
	mu   sync.Mutex
	heap dueHeap
}

// set says when the session is to be looked at, in epoch seconds; 0: never.
func (l *dueList) set(s *session, at int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.dueAt = at
	switch {
	case at == 0 && s.duePlace > 0:
		heap.Remove(&l.heap, s.duePlace-1)
	case at != 0 && s.duePlace > 0:
		heap.Fix(&l.heap, s.duePlace-1)
	case at != 0:
		heap.Push(&l.heap, s)
	}
}

// take returns the sessions for which something may be due at now.
func (l *dueList) take(now int64) (sessions []*session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.heap) > 0 && l.heap[0].dueAt <= now {
		sessions = append(sessions, heap.Pop(&l.heap).(*session))
	}
	return sessions
}
