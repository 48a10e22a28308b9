package app

import (
	"context"
	"runtime/debug"
	"time"
)

const (
	// memoryPoll is how often trimming looks at the connections.
	memoryPoll = 2 * time.Second
	// trimAfter is how many connections must have come or gone for it to be worth a
	// collection.
	trimAfter = 1000
)

// trimmer gives memory back when many connections have come or gone and it is calm
// again. What they needed for a moment (handshakes, queries, deep stacks) is as much
// as what an idle one keeps, and by itself the runtime holds on to it: the next
// collection comes when the heap has doubled, which idle connections never do.
type trimmer struct {
	connections func() int64
	free        func()
	seen        int64 // connections at the last look
	trimmed     int64 // connections when memory was given back last; at the start so few that it is once, for what the start took
}

// look gives memory back if it is time to.
func (t *trimmer) look() {
	now := t.connections()
	calm := distance(now, t.seen) <= trimAfter/100
	t.seen = now
	if calm && distance(now, t.trimmed) >= max(trimAfter, t.trimmed/10) {
		t.trimmed = now
		t.free()
	}
}

func distance(a, b int64) int64 { return max(a, b) - min(a, b) }

// trimMemory looks until ctx ends.
func (a *App) trimMemory(ctx context.Context) {
	t := trimmer{connections: func() int64 { return a.broker.Stats().Connections }, free: debug.FreeOSMemory, trimmed: -trimAfter}
	tick := time.NewTicker(memoryPoll)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.look()
		case <-ctx.Done():
			return
		}
	}
}
