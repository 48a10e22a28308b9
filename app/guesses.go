package app

import (
	"net/netip"
	"sync"
	"time"
)

// An address may fail to sign in so often at once, and again after so long each time.
const (
	guessBurst = 10
	guessEvery = 6 * time.Second
)

// maxGuessing bounds the addresses that are remembered; beyond, all of them are
// forgotten.
const maxGuessing = 1 << 16

// guesses bounds how often an address can fail to sign in. The zero value is ready.
type guesses struct {
	mu   sync.Mutex
	free map[netip.Prefix]time.Time // when all that failed is forgiven
}

// mayTry tells whether somebody at an address may try to sign in.
func (g *guesses) mayTry(addr netip.Addr, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.free[network(addr)].Sub(now) <= (guessBurst-1)*guessEvery
}

// failed notes that somebody at an address did not succeed.
func (g *guesses) failed(addr netip.Addr, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for from, free := range g.free {
		if !free.After(now) {
			delete(g.free, from)
		}
	}
	if g.free == nil || len(g.free) >= maxGuessing {
		g.free = map[netip.Prefix]time.Time{}
	}
	from := network(addr)
	free := g.free[from]
	if free.Before(now) {
		free = now
	}
	g.free[from] = free.Add(guessEvery)
}

// network returns what counts as one address: of IPv6 the first 64 bits, which is what
// one client has.
func network(addr netip.Addr) netip.Prefix {
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	prefix, _ := addr.WithZone("").Prefix(bits) // the zero Prefix: the address is not known
	return prefix
}
