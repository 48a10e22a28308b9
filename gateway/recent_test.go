package gateway

import (
	"math/rand/v2"
	"testing"
)

func TestRecentForgetsTheOldest(t *testing.T) {
	r := recent{max: 3}
	accept := func(thing uint64) {
		if v := r.claim(thing, 7, 1, 0); v == fresh {
			r.settle(thing, 7, 1, true)
		}
	}
	for _, thing := range []uint64{1, 2, 3} {
		accept(thing)
	}
	if v := r.claim(1, 8, 2, 0); v != fresh { // 1 is the newest now
		t.Fatalf("got %v", v)
	}
	accept(4) // 2 makes room
	for thing, want := range map[uint64]verdict{3: repeat, 4: repeat} {
		if got := r.claim(thing, 7, 3, 0); got != want {
			t.Errorf("thing %d: got %v, want %v", thing, got, want)
		}
	}
	if r.things() != 3 {
		t.Errorf("got %d things, want 3", r.things())
	}
	r.settle(2, 7, 1, true) // forgotten: nothing happens
	if got := r.claim(2, 7, 4, 0); got != fresh {
		t.Errorf("forgotten thing: got %v, want fresh", got)
	}
}

// TestRecentRing checks the ring after many random claims.
func TestRecentRing(t *testing.T) {
	r := recent{max: 50}
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 5000 {
		thing := rnd.Uint64N(200)
		if r.claim(thing, uint64(i), int64(i), 3) == fresh && rnd.IntN(3) > 0 {
			r.settle(thing, uint64(i), int64(i), rnd.IntN(2) == 0)
		}
	}
	seen := 0
	for i := r.entries[0].next; i != 0; i = r.entries[i].next {
		if r.byThing[r.entries[i].thing] != i || r.entries[r.entries[i].next].prev != i {
			t.Fatalf("entry %d is not where it should be", i)
		}
		seen++
	}
	if seen != 50 || len(r.byThing) != 50 {
		t.Errorf("got %d entries in the ring and %d in the map, want 50", seen, len(r.byThing))
	}
}

func BenchmarkRecent(b *testing.B) {
	r := recent{max: 1 << 14}
	b.ReportAllocs()
	for n := uint64(0); b.Loop(); n++ {
		thing := n * 0x9e3779b97f4a7c15 >> 49 // twice as many as fit
		if r.claim(thing, n, int64(n), 0) == fresh {
			r.settle(thing, n, int64(n), true)
		}
	}
}
