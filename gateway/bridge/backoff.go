package bridge

import (
	"math/rand/v2"
	"time"
)

// backoff says how long to wait before the next attempt to connect.
type backoff struct {
	Reconnect
	next time.Duration
}

// wait returns the next pause: twice the one before, up to Most, and less up to a half
// at random, so that many links do not come back at the same moment.
func (b *backoff) wait() time.Duration {
	b.next = min(max(2*b.next, b.Least), b.Most)
	return b.next - rand.N(b.next/2+1)
}

// reset begins anew with Least.
func (b *backoff) reset() { b.next = 0 }
