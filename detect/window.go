package detect

import "math"

// state is what the engine keeps for each (thing, behavior) that really
// applies. It has no pointers and takes 16 bytes.
type state struct {
	sum     int64  // of the open window, or its largest or smallest value; with listed: its list of addresses
	covered uint32 // time that the sum covers, ms; cloud-side: number of the open window
	count   uint8  // consecutive datapoints towards the alarm or, in alarm, towards its end
	flags   uint8
}

const (
	inAlarm uint8 = 1 << iota
	judged        // the open window has had its verdict
	opened        // cloud-side: a window is open
	listed        // the open window has a list of addresses
	waiting       // the thing is disconnected, and will pass the threshold
)

// restart forgets all but whether there is an alarm: the behavior was edited.
func (s state) restart() state { return state{flags: s.flags & inAlarm} }

// firstCover is what the first report of a thing covers at most, ms.
const firstCover = 300_000

// addToWindow adds the count just read to the covering window of a device-side
// delta. The window starts where the thing's last one ended and is complete
// when the time covered reaches the duration less half of this report's cover:
// reports come with jitter, and this is the nearest report end.
//
// A verdict that no later report of the window can change is given at once; it
// is the window's one datapoint, and the window's end only brings the final
// value.
func (e *Engine) addToWindow(r *rule, s *state) {
	b := r.behavior
	cover := e.current.cover
	if e.current.first {
		cover = min(b.duration, firstCover)
	}
	sum, complete := b.gather(s, e.current.value.count, cover)
	if r.statistic != nil {
		if complete {
			e.current.value.count = sum
			s.nextWindow()
			e.complete(r, s, e.current.at)
		}
		return
	}
	normal := b.criterion.count(sum)
	settled := normal != b.criterion.op.upper()
	e.current.value.count = sum
	switch {
	case s.flags&judged == 0 && (complete || settled):
		e.step(r, s, normal)
		s.flags |= judged
	case complete && !normal && s.flags&inAlarm != 0:
		e.violated(r)
	}
	if complete {
		s.nextWindow()
	}
}

// gather adds a count and the time that it covers to the covering window of s, and
// returns what the window has by now and whether it is complete.
func (b *Behavior) gather(s *state, count, cover int64) (sum int64, complete bool) {
	s.covered = uint32(min(int64(s.covered)+cover, math.MaxUint32))
	if s.sum += count; s.sum < 0 { // beyond int64
		s.sum = math.MaxInt64
	}
	return s.sum, 2*int64(s.covered) >= 2*b.duration-cover
}

// nextWindow begins a covering window.
func (s *state) nextWindow() { s.sum, s.covered, s.flags = 0, 0, s.flags&^judged }
