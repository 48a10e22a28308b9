package sim

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// TestClockWaitsForThoseItWakes: after each step all that was due is done.
func TestClockWaitsForThoseItWakes(t *testing.T) {
	begin := time.Unix(1_767_225_600, 0)
	c := NewClock(begin)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var done [2]atomic.Int64
	for i := range done {
		ring := c.After(time.Duration(i+1) * time.Minute)
		go func() {
			for {
				select {
				case <-ring:
				case <-ctx.Done():
					return
				}
				done[i].Add(1)
				ring = c.After(time.Duration(i+1) * time.Minute)
			}
		}()
	}
	for step := range int64(10) {
		at := begin.Add(time.Duration(step+1) * time.Minute)
		if err := c.Advance(ctx, at); err != nil {
			t.Fatal(err)
		}
		if got := [2]int64{done[0].Load(), done[1].Load()}; got != [2]int64{step + 1, (step + 1) / 2} {
			t.Fatalf("after %d minutes: done %v", step+1, got)
		}
		if !c.Now().Equal(at) {
			t.Fatalf("the clock stands at %v, want %v", c.Now(), at)
		}
	}
}

func TestClockEndsWithItsContext(t *testing.T) {
	c := NewClock(time.Unix(0, 0))
	c.After(time.Second) // nobody waits again
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Advance(ctx, time.Unix(2, 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestClockGoesLive(t *testing.T) {
	c := NewClock(time.Unix(0, 0))
	ring := c.After(365 * 24 * 3600 * time.Second)
	c.Live()
	<-ring
	if late := time.Since(c.Now()); late < 0 || late > time.Minute {
		t.Errorf("%v behind the machine's clock", late)
	}
	<-c.After(time.Nanosecond)
}
