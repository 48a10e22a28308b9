package gateway

import (
	"sync"

	"vedette/metric"
	"vedette/mqtt"
)

// Finisher takes the answer to a message: an *mqtt.Client. A report that could not
// be stored is answered twice: with the reply alone, for ticket ^0, and then with a
// failure for its own ticket.
type Finisher interface {
	Finish(ticket uint64, code mqtt.Code, replyTopic, replyPayload []byte)
}

// caller is who gets the answer to a report.
type caller struct {
	client Finisher
	from   string // client id, for the log
	ticket uint64
	thing  []byte
	format metric.Format

	seen  *seen // what the broker may deliver again; nil: nothing
	again bool  // the message was delivered before, maybe
}

// waiting holds the callers of a partition whose reports are on their way to
// the log. Their places are reused.
type waiting struct {
	mu    sync.Mutex
	slots []waiter
	free  []uint32 // unused slots
}

// waiter is a caller with what the answer needs, and what recent needs to settle.
type waiter struct {
	caller // thing is nil: the name is below
	name   [metric.MaxThing]byte
	length int   // of name
	id     int64 // report id
	key    uint64
	hash   uint64
	at     int64 // arrival at the gateway, epoch milliseconds
}

// add keeps w and returns its place.
func (q *waiting) add(w *waiter) uint32 {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.free) == 0 {
		q.slots = append(q.slots, waiter{})
		q.free = append(q.free, uint32(len(q.slots)-1))
	}
	last := len(q.free) - 1
	i := q.free[last]
	q.free = q.free[:last]
	q.slots[i] = *w
	return i
}

// take gives up the place i and copies what was there to w.
func (q *waiting) take(i uint32, w *waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	*w = q.slots[i]
	q.slots[i].caller = caller{} // lets the connection go
	q.free = append(q.free, i)
}

// count returns how many are waiting.
func (q *waiting) count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.slots) - len(q.free)
}
