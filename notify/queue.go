package notify

import (
	"container/heap"
	"slices"
	"time"
)

// guaranteed is how many rows of a target may be held when the queue as a whole
// is full: targets that do not answer cannot fill it and shut out the others.
const guaranteed = 16

// queue holds the part of the outbox that is in memory and knows which alert may
// be sent when. It belongs to the dispatcher's goroutine and does no input
// or output.
type queue struct {
	o       *Options
	targets map[targetKey]*target
	held    map[int64]struct{} // IDs of the rows in memory
	ready   []*target          // targets that may send now, taken in turn
	waits   waitHeap
}

type targetKey struct{ kind, address string }

// target is the queue's view of one alert target.
type target struct {
	key      targetKey
	lanes    map[string]*lane // by violation
	ready    []*lane          // lanes whose first row may be sent, taken in turn
	queued   bool             // in queue.ready
	held     int              // rows in memory
	stuck    int              // those of them in stuck lanes
	flying   int              // alerts on their way
	failures int              // attempts in vain since the last success; parallel ones count once
	until    time.Time        // no attempt before, when failures > 0
	down     []*lane          // lanes that failed since the last success
	reason   string           // of the last failure that was logged
	behind   int64            // rows with this ID and above are in the outbox only; 0: all are in memory
}

// lane holds the alerts of one violation for one target. The first one is being
// sent or is next; the others wait until the outbox has it marked as sent.
type lane struct {
	violation string
	target    *target
	rows      []Delivery // by ID
	state     laneState
	until     time.Time // when waiting
	stuck     bool      // waits because of a fault of its own
	reason    string    // of the last failure of its own that was logged
}

type laneState uint8

const (
	laneReady laneState = iota
	laneFlying
	laneWaiting
)

func newQueue(o *Options) *queue {
	return &queue{o: o, targets: map[targetKey]*target{}, held: map[int64]struct{}{}}
}

// add takes a row from the outbox into memory, unless it is there or its target
// has no room; then the target is behind and is caught up later.
func (q *queue) add(d Delivery) {
	if _, ok := q.held[d.ID]; ok {
		return
	}
	t := q.target(targetKey{d.TargetType, d.Target})
	if t.behind != 0 || !q.room(t) {
		if t.behind == 0 || d.ID < t.behind {
			t.behind = d.ID
		}
		return
	}
	l := t.lanes[d.ViolationID]
	if l == nil {
		l = &lane{violation: d.ViolationID, target: t}
		t.lanes[d.ViolationID] = l
		t.ready = append(t.ready, l)
	}
	l.insert(d)
	q.held[d.ID] = struct{}{}
	t.held++
	if l.stuck {
		t.stuck++
	}
	q.offer(t)
}

func (q *queue) target(key targetKey) *target {
	t := q.targets[key]
	if t == nil {
		t = &target{key: key, lanes: map[string]*lane{}}
		q.targets[key] = t
	}
	return t
}

// insert keeps the rows in order; a row that is on its way stays first.
func (l *lane) insert(d Delivery) {
	i := len(l.rows)
	for i > 0 && l.rows[i-1].ID > d.ID && (i > 1 || l.state != laneFlying) {
		i--
	}
	l.rows = slices.Insert(l.rows, i, d)
}

// load returns how many rows of t are in memory and how many may be. Alerts that
// wait because of a fault of their own leave the room to others while the
// queue as a whole has some.
func (q *queue) load(t *target) (held, limit int) {
	if len(q.held) >= q.o.QueueLimit {
		return t.held, min(guaranteed, q.o.TargetLimit)
	}
	return t.held - t.stuck, q.o.TargetLimit
}

func (q *queue) room(t *target) bool {
	held, limit := q.load(t)
	return held < limit
}

// unstick ends what sets a lane apart after a fault of its own.
func (l *lane) unstick() {
	if l.stuck {
		l.stuck = false
		l.target.stuck -= len(l.rows)
	}
}

// lagging returns a target with rows that are in the outbox only and with room
// for a good part of them. A failing target has no use for more rows.
func (q *queue) lagging() *target {
	for _, t := range q.targets {
		if held, limit := q.load(t); t.behind != 0 && t.failures == 0 && 2*held <= limit {
			return t
		}
	}
	return nil
}

// offer puts t in line when it may send.
func (q *queue) offer(t *target) {
	allowed := q.o.perTarget()
	if t.failures > 0 {
		allowed = 1 // a probe
	}
	if t.queued || len(t.ready) == 0 || t.flying >= allowed || t.paused() {
		return
	}
	t.queued = true
	q.ready = append(q.ready, t)
}

// paused tells whether t waits after a failure; the queue ends the wait by
// clearing until.
func (t *target) paused() bool { return !t.until.IsZero() }

// next returns the lane whose first row is to be sent now, or nil. The caller
// reports its end by sent or failed.
func (q *queue) next() *lane {
	for len(q.ready) > 0 {
		t := q.ready[0]
		q.ready = q.ready[1:]
		t.queued = false
		if len(t.ready) == 0 || t.paused() || t.failures > 0 && t.flying > 0 {
			continue // changed since it was put in line
		}
		l := t.ready[0]
		t.ready = t.ready[1:]
		l.state = laneFlying
		t.flying++
		q.offer(t)
		return l
	}
	return nil
}

// sent notes that the first row of l reached the target. The lane goes on when
// the outbox knows: see marked.
func (q *queue) sent(l *lane) {
	t := l.target
	t.flying--
	t.failures, t.until = 0, time.Time{}
	// After an outage the lanes that ran into it need not wait longer. A
	// single one may have failed for a reason of its own and keeps its pace.
	if len(t.down) > 1 {
		for _, waiting := range t.down {
			q.resume(waiting)
		}
	}
	t.down = t.down[:0]
	q.offer(t)
}

// marked removes the first row of l, which the outbox no longer has.
func (q *queue) marked(l *lane) {
	t := l.target
	l.unstick()
	delete(q.held, l.rows[0].ID)
	t.held--
	l.reason = ""
	l.rows[0] = Delivery{}
	l.rows = l.rows[1:]
	if len(l.rows) > 0 {
		l.state = laneReady
		t.ready = append(t.ready, l)
	} else {
		delete(t.lanes, l.violation)
	}
	q.offer(t)
	q.forget(t)
}

// forget drops what is known of a target that needs nothing.
func (q *queue) forget(t *target) {
	if len(t.lanes) == 0 && t.behind == 0 && t.failures == 0 {
		delete(q.targets, t.key)
	}
}

// failed notes that the first row of l did not reach the target, and returns
// when the next attempt is due. launched is what t.failures was at the start of
// the attempt: attempts that fail side by side count once.
func (q *queue) failed(l *lane, e *SendError, launched int, now time.Time) time.Time {
	t := l.target
	t.flying--
	l.rows[0].Attempts++
	l.state = laneWaiting
	l.until = now.Add(q.pause(e, l.rows[0].Attempts))
	heap.Push(&q.waits, wait{at: l.until, lane: l, target: t})
	if e.Alone {
		l.unstick()
		l.stuck = true
		t.stuck += len(l.rows)
	} else {
		if !slices.Contains(t.down, l) && len(t.down) < q.o.TargetLimit {
			t.down = append(t.down, l)
		}
		t.failures = max(t.failures, launched+1)
		// While a single alert fails, it is not sure that the target is to
		// blame: that alert waits, and the next other one is tried at once.
		if len(t.down) > 1 {
			t.until = now.Add(q.pause(e, t.failures))
			heap.Push(&q.waits, wait{at: t.until, target: t})
		}
	}
	q.offer(t)
	return l.until
}

func (q *queue) pause(e *SendError, failures int) time.Duration {
	if e.Permanent {
		return q.o.MaxBackoff
	}
	return backoff(failures, q.o.MinBackoff, q.o.MaxBackoff, q.o.Rand())
}

// resume ends the wait of a lane.
func (q *queue) resume(l *lane) {
	if l.state != laneWaiting {
		return
	}
	l.state = laneReady
	l.target.ready = append(l.target.ready, l)
	q.offer(l.target)
}

// tick ends the waits that are over.
func (q *queue) tick(now time.Time) {
	for len(q.waits) > 0 && !q.waits[0].at.After(now) {
		w := heap.Pop(&q.waits).(wait)
		switch {
		case w.lane == nil && w.at.Equal(w.target.until):
			w.target.until = time.Time{}
			q.offer(w.target)
		case w.lane != nil && w.at.Equal(w.lane.until):
			q.resume(w.lane)
		}
	}
}

// due returns when tick has something to do; the zero time means never.
func (q *queue) due() time.Time {
	if len(q.waits) == 0 {
		return time.Time{}
	}
	return q.waits[0].at
}

// failing returns how many targets failed at their last attempt.
func (q *queue) failing() int {
	n := 0
	for _, t := range q.targets {
		if t.failures > 0 {
			n++
		}
	}
	return n
}

// wait is the end of a pause: of a lane, or of a whole target when lane is nil.
type wait struct {
	at     time.Time
	target *target
	lane   *lane
}

type waitHeap []wait

func (h waitHeap) Len() int           { return len(h) }
func (h waitHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h waitHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *waitHeap) Push(x any)        { *h = append(*h, x.(wait)) }

func (h *waitHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = wait{}
	*h = old[:len(old)-1]
	return last
}
