package metric

import (
	"bytes"
	"hash/maphash"
	"math"
	"net/netip"
)

// index finds equal things in big lists without comparing each with each: a
// hash table of places in a list. Emptying it is free: slots of an older
// generation count as empty.
type index struct {
	slots []slot // a power of two, or none
	n     int
	gen   uint32
}

type slot struct {
	hash uint64
	gen  uint32
	at   int32
}

// maxIdleSlots is the largest table that is kept between reports.
const maxIdleSlots = 1 << 12

func (x *index) reset() {
	x.n = 0
	x.gen++
	if x.gen == 0 || len(x.slots) > maxIdleSlots {
		x.slots, x.gen = nil, 1
	}
}

// add enters the place at under hash, unless same says that a place already
// there under that hash holds an equal thing; then it returns false.
func (x *index) add(hash uint64, at int, same func(at int) bool) bool {
	if x.n*2 >= len(x.slots) {
		x.grow()
	}
	mask := uint64(len(x.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &x.slots[i]
		if s.gen != x.gen {
			*s = slot{hash: hash, gen: x.gen, at: int32(at)}
			x.n++
			return true
		}
		if s.hash == hash && same(int(s.at)) {
			return false
		}
	}
}

func (x *index) grow() {
	old := x.slots
	x.slots = make([]slot, max(64, 2*len(old)))
	mask := uint64(len(x.slots) - 1)
	for _, s := range old {
		if s.gen != x.gen {
			continue
		}
		i := s.hash & mask
		for x.slots[i].gen == x.gen {
			i = (i + 1) & mask
		}
		x.slots[i] = s
	}
}

// shortList is the length up to which comparing each with each is faster than
// hashing.
const shortList = 16

// unique removes the second and later of equal elements, in place.
func unique[T any](x *index, list []T, hash func(T) uint64, equal func(a, b T) bool) []T {
	if len(list) < 2 {
		return list
	}
	kept := list[:0]
	if len(list) > shortList {
		x.reset()
	}
next:
	for _, v := range list {
		if len(list) > shortList {
			if !x.add(hash(v), len(kept), func(at int) bool { return equal(kept[at], v) }) {
				continue
			}
		} else {
			for _, k := range kept {
				if equal(k, v) {
					continue next
				}
			}
		}
		kept = append(kept, v)
	}
	return kept
}

// seed keeps clients from choosing keys that collide.
var seed = maphash.MakeSeed()

func hashPort(p uint16) uint64       { return uint64(p) * 0x9e3779b97f4a7c15 >> 16 }
func equalPort(a, b uint16) bool     { return a == b }
func hashBytes(b []byte) uint64      { return maphash.Bytes(seed, b) }
func hashNumber(f float64) uint64    { return maphash.Comparable(seed, math.Float64bits(f+0)) }
func equalNumber(a, b float64) bool  { return a == b }
func equalAddr(a, b netip.Addr) bool { return a == b }
func equalBytes(a, b []byte) bool    { return bytes.Equal(a, b) }

func hashAddr(a netip.Addr) uint64 {
	b := a.As16()
	return maphash.Bytes(seed, b[:])
}
