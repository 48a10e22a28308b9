package sim

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Clock is a clock for a deployment and a fleet that live through a past: it stands
// until Advance moves it, and goes with the machine's from Live on. Now and After are
// what app.Options takes.
type Clock struct {
	mu     sync.Mutex
	at     time.Time // zero: it goes with the machine's
	timers []timer
	armed  chan struct{} // closed when another one waits
}

type timer struct {
	at   time.Time
	ring chan time.Time
}

// NewClock returns a clock that stands at a time.
func NewClock(at time.Time) *Clock { return &Clock{at: at, armed: make(chan struct{})} }

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Now()
	}
	return c.at
}

// After is time.After by this clock.
func (c *Clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.After(d)
	}
	t := timer{c.at.Add(d), make(chan time.Time, 1)}
	c.timers = append(c.timers, t)
	close(c.armed)
	c.armed = make(chan struct{})
	return t.ring
}

// Advance moves the clock on to a time. Those whom it wakes do what they waited to do,
// and it returns when they wait again.
func (c *Clock) Advance(ctx context.Context, to time.Time) error {
	waiting := c.ring(to)
	for {
		c.mu.Lock()
		n, armed := len(c.timers), c.armed
		c.mu.Unlock()
		if n >= waiting {
			return nil
		}
		select {
		case <-armed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ring sets the clock and wakes those whose time has come. It returns how many had
// waited before.
func (c *Clock) ring(to time.Time) (waiting int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	waiting = len(c.timers)
	c.at = to
	c.timers = slices.DeleteFunc(c.timers, func(t timer) bool {
		due := !t.at.After(to)
		if due {
			t.ring <- to
		}
		return due
	})
	return waiting
}

// Live lets the clock go with the machine's, for good.
func (c *Clock) Live() {
	c.ring(time.Now())
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
	for _, t := range c.timers {
		t.ring <- time.Now() // early: they look at the time again
	}
	c.timers = nil
}
