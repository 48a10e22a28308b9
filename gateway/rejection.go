package gateway

import (
	"container/list"
	"sync"
	"time"

	"vedette/metric"
)

// Reason is why a report was rejected. There are more reasons than error codes.
type Reason uint8

// The reasons for which reports are rejected.
const (
	ReasonMalformed   Reason = iota // the payload is no report
	ReasonThingName                 // the topic names no possible thing
	ReasonInterval                  // sooner than Options.MinReportInterval
	ReasonAccountRate               // more than Options.MaxReportsPerSecond
	ReasonLog                       // the log could not store it
	numReasons
)

// String returns the reason in one word, for metrics.
func (r Reason) String() string {
	switch r {
	case ReasonMalformed:
		return "malformed"
	case ReasonThingName:
		return "thing_name"
	case ReasonInterval:
		return "interval"
	case ReasonAccountRate:
		return "account_rate"
	case ReasonLog:
		return "log"
	}
	return "unknown"
}

// Code returns the ErrorCode that the device is told.
func (r Reason) Code() string {
	switch r {
	case ReasonInterval, ReasonAccountRate:
		return codeThrottled
	case ReasonLog:
		return codeInternalError
	}
	return codeInvalidPayload
}

// Rejection is one report of a thing that was rejected.
type Rejection struct {
	Time   time.Time
	Code   string // ErrorCode of the reply: InvalidPayload, Throttled or InternalError
	Reason string // ErrorMessage of the reply
}

// Bounds of what is remembered of rejections.
const (
	maxRejected     = 10_000 // things
	rejectionsKept  = 10     // of each
	maxReasonLength = 256    // bytes
)

// rejections remembers the last rejections of the things that had one most
// recently.
type rejections struct {
	mu      sync.Mutex
	byThing map[string]*list.Element // of *rejected
	order   list.List                // newest first
	max     int
}

type rejected struct {
	thing string
	last  [rejectionsKept]Rejection // a ring
	total int
}

func (r *rejections) add(thing []byte, x Rejection) {
	if len(thing) > metric.MaxThing {
		return // nobody can ask for it
	}
	if len(x.Reason) > maxReasonLength {
		x.Reason = x.Reason[:maxReasonLength]
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.byThing[string(thing)]
	switch {
	case e != nil:
		r.order.MoveToFront(e)
	case r.order.Len() < r.max:
		e = r.enter(&rejected{}, thing)
	default: // the thing that has been quiet the longest makes room
		oldest := r.order.Back()
		t := r.order.Remove(oldest).(*rejected)
		delete(r.byThing, t.thing)
		*t = rejected{}
		e = r.enter(t, thing)
	}
	t := e.Value.(*rejected)
	t.last[t.total%rejectionsKept] = x
	t.total++
}

func (r *rejections) enter(t *rejected, thing []byte) *list.Element {
	if r.byThing == nil {
		r.byThing = map[string]*list.Element{}
	}
	t.thing = string(thing)
	e := r.order.PushFront(t)
	r.byThing[t.thing] = e
	return e
}

// Rejections returns the last reports of thing that were rejected since the
// start, oldest first: at most 10, and none when many other things had one
// since.
func (g *Gateway) Rejections(thing string) []Rejection {
	r := &g.rejections
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.byThing[thing]
	if e == nil {
		return nil
	}
	t := e.Value.(*rejected)
	var out []Rejection
	for i := max(0, t.total-rejectionsKept); i < t.total; i++ {
		out = append(out, t.last[i%rejectionsKept])
	}
	return out
}
