package app

import (
	"sync"
	"time"
)

// ratesOver is how many samples a rate is taken over: 10 s, with one every liveTick.
const ratesOver = 5

// ingested is how much came in since the start.
type ingested struct {
	at                time.Time
	reports, messages uint64
}

// ingestRates is what comes in.
type ingestRates struct {
	Reports, Messages float64 // in a second
	Connections       int64   // now
}

// rates tells how much comes in, over the last seconds.
type rates struct {
	total       func() ingested
	connections func() int64

	mu      sync.Mutex
	samples []ingested // the oldest first
}

// sample notes how much came in until now.
func (r *rates) sample() {
	s := r.total()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.samples = append(r.samples, s)
	if len(r.samples) > ratesOver+1 {
		r.samples = append(r.samples[:0], r.samples[1:]...)
	}
}

// now returns the rates; they are 0 in the first seconds.
func (r *rates) now() ingestRates {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := ingestRates{Connections: r.connections()}
	if len(r.samples) < 2 {
		return out
	}
	first, last := r.samples[0], r.samples[len(r.samples)-1]
	if s := last.at.Sub(first.at).Seconds(); s > 0 {
		out.Reports, out.Messages = float64(last.reports-first.reports)/s, float64(last.messages-first.messages)/s
	}
	return out
}
