package gateway

import (
	"sync"
	"time"
)

// maxRates bounds the keys of which a rates remembers something, in each of two
// generations: beyond, those that came longest ago are forgotten.
const maxRates = 1 << 16

// rates lets a number of events per second pass for each of many keys, with a burst
// of one second's worth. 0 lets all pass.
type rates struct {
	perSecond int

	mu      sync.Mutex
	since   int64            // when current began, nanoseconds since the epoch
	current map[string]int64 // when the burst is available in full again
	before  map[string]int64
}

// allow tells whether an event of a key may pass at now, in nanoseconds since the
// epoch. The key is asked for only if there is a limit.
func (r *rates) allow(key func() string, now int64) bool {
	if r.perSecond <= 0 {
		return true
	}
	name := key()
	r.mu.Lock()
	defer r.mu.Unlock()
	// What is older than a second, the longest burst, is no longer needed.
	if age := now - r.since; r.current == nil || age > int64(2*time.Second) || age < 0 || len(r.current) >= maxRates {
		r.before, r.current, r.since = r.current, map[string]int64{}, now
	}
	full, known := r.current[name]
	if !known {
		full = r.before[name]
	}
	from := max(full, now)
	if from-now > int64(2*time.Second) { // the clock was set back
		from = now
	}
	next := from + int64(time.Second)/int64(r.perSecond)
	if next-now > int64(time.Second) {
		return false
	}
	r.current[name] = next
	return true
}
