package detect

// A behavior with a statistical threshold takes a second slot for each thing: the
// thing's last datapoint of the window that is open, which is ranked when the window
// closes. Datapoints that wait for the threshold they are judged by are in a list that
// takes its place; that of the slot goes along.

// The flags of a second slot.
const (
	ranked uint8 = 1 << 5 // sum is the value of the last datapoint, covered its window
	queued uint8 = 1 << 6 // sum is a list of datapoints
)

// maxWaiting is how many datapoints of one thing and behavior wait at most. Of more,
// the oldest ones are not judged.
const maxWaiting = 64

// datapoint is one that may have to wait. It has no pointers.
type datapoint struct {
	at     int64  // epoch ms
	pos    uint64 // of the record that completed it
	value  int64  // a count, or the bits of a double
	window uint32
	next   uint32 // the one before it: index plus 1; 0: there is none
	done   bool   // it was judged, or never will be
}

// waits are the lists of datapoints, the newest first.
type waits struct{ nodes *slab[datapoint] }

func (l *waits) push(head int64, d datapoint) int64 {
	d.next = uint32(head)
	i := l.nodes.add()
	l.nodes.edit(i)[0] = d
	return int64(i) + 1
}

// list appends the datapoints of a list to dst, the newest first.
func (l *waits) list(dst []datapoint, head int64) []datapoint {
	for i := uint32(head); i != 0; {
		d := l.nodes.view(i - 1)[0]
		dst = append(dst, d)
		i = d.next
	}
	return dst
}

func (l *waits) release(head int64) {
	for i := uint32(head); i != 0; {
		next := l.nodes.view(i - 1)[0].next
		l.nodes.release(i - 1)
		i = next
	}
}

// len returns how many datapoints the lists have.
func (l *waits) len() int { return int(l.nodes.count) - len(l.nodes.free) }

// datapoints returns what a second slot has, the oldest first, until the next call.
func (e *Engine) datapoints(s *state) []datapoint {
	list := e.scratch[:0]
	switch {
	case s.flags&queued != 0:
		list = e.waits.list(list, s.sum)
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
	case s.flags&ranked != 0:
		list = append(list, datapoint{value: s.sum, window: s.covered, done: true})
	}
	e.scratch = list
	return list
}

// remember makes list, the oldest first, what a second slot has. What is done counts
// only if nothing of its window came after it.
func (e *Engine) remember(s *state, list []datapoint) {
	if s.flags&queued != 0 {
		e.waits.release(s.sum)
	}
	*s = state{}
	if n := len(list); n == 0 {
		return
	} else if last := list[n-1]; n == 1 && last.done {
		*s = state{sum: last.value, covered: last.window, flags: ranked}
		return
	}
	s.flags = queued
	for i, d := range list {
		d.done = d.done || len(list)-i > maxWaiting
		if !d.done || i+1 == len(list) || list[i+1].window != d.window {
			s.sum = e.waits.push(s.sum, d)
		}
	}
}

// lastWindow returns the window of the last datapoint that a second slot has, 0 if
// there is none.
func (e *Engine) lastWindow(s *state) uint32 {
	switch {
	case s.flags&queued != 0:
		return e.waits.nodes.view(uint32(s.sum) - 1)[0].window
	case s.flags&ranked != 0:
		return s.covered
	}
	return 0
}
