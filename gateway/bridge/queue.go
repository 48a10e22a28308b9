package bridge

import "sync"

// queue holds the deliveries of one connection in the order in which they came.
type queue struct {
	order chan *delivery
	free  sync.Pool // of *delivery

	mu     sync.RWMutex
	closed bool
}

func newQueue(size int) *queue {
	q := &queue{order: make(chan *delivery, size)}
	q.free.New = func() any { return &delivery{done: make(chan bool, 1)} }
	return q
}

// add puts a message into the queue, for which it waits for room, or not. It returns
// nil when the queue is closed, or full tells that there was no room.
func (q *queue) add(m message, wait bool) (d *delivery, full bool) {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.closed {
		return nil, false
	}
	d = q.free.Get().(*delivery)
	d.message, d.thing, d.route, d.replied = m, "", nil, false
	if wait {
		q.order <- d
		return d, false
	}
	select {
	case q.order <- d:
		return d, false
	default:
		q.release(d)
		return nil, true
	}
}

// close ends the queue. What is in it stays there.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	close(q.order)
}

func (q *queue) release(d *delivery) {
	d.message = message{}
	q.free.Put(d)
}
