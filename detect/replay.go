package detect

import (
	"net/netip"

	"vedette/metric"
)

// Replay judges kept values of one thing with a behavior, oldest first, as the engine
// would have judged the records that they came from; the silence that invalidates an
// alarm is not seen. Only the methods for the behavior's kind of metric may be called.
type Replay struct {
	behavior *Behavior
	state    state
	last     int64 // time of the last value, epoch ms
	begun    bool
}

// Replay returns a replay before the first value of a thing.
func (b *Behavior) Replay() Replay { return Replay{behavior: b} }

// Verdict is what one value led to.
type Verdict struct {
	Judged  bool // a datapoint was judged
	Normal  bool // it was normal
	Raised  bool // an alarm began with it
	Cleared bool // an alarm ended with it

	Complete bool  // the value completes a datapoint, which an early verdict may have been on
	Count    int64 // of the completed datapoint of a count
}

// Count takes the count that was kept at a time, epoch ms: of a window as it is, of a
// device-side delta as a part of its covering window.
func (r *Replay) Count(at, count int64) Verdict {
	b := r.behavior
	if b.info.Kind != metric.Delta {
		v := r.judge(b.criterion.count(count))
		v.Complete, v.Count = true, count
		return v
	}
	cover := max(0, at-r.last)
	if !r.begun {
		cover = min(b.duration, firstCover)
	}
	r.last, r.begun = at, true
	sum, complete := b.gather(&r.state, count, cover)
	normal := b.criterion.count(sum)
	var v Verdict
	if settled := normal != b.criterion.op.upper(); r.state.flags&judged == 0 && (complete || settled) {
		v = r.judge(normal)
		r.state.flags |= judged
	}
	if complete {
		v.Complete, v.Count = true, sum
		r.state.nextWindow()
	}
	return v
}

// Number takes a number.
func (r *Replay) Number(number float64) Verdict { return r.judge(r.behavior.criterion.number(number)) }

// Ports takes a list of ports.
func (r *Replay) Ports(list []uint16) Verdict { return r.judge(r.behavior.criterion.portList(list)) }

// Addresses takes a list of addresses.
func (r *Replay) Addresses(list []netip.Addr) Verdict {
	return r.judge(r.behavior.criterion.addressList(list))
}

// Strings takes a list of strings.
func (r *Replay) Strings(list [][]byte) Verdict {
	return r.judge(r.behavior.criterion.stringList(list))
}

// Numbers takes a list of numbers.
func (r *Replay) Numbers(list []float64) Verdict {
	return r.judge(r.behavior.criterion.numberList(list))
}

func (r *Replay) judge(normal bool) Verdict {
	o := r.behavior.advance(&r.state, normal)
	return Verdict{Judged: true, Normal: normal, Raised: o == raised, Cleared: o == cleared, Complete: true}
}
