// Package quantile finds percentiles of many values that no single place has
// together: each part makes a Sketch of its own, and sketches merge. What comes out
// does not depend on how the values were split, nor on their order.
package quantile

import (
	"maps"
	"math"
	"math/bits"
	"slices"
)

// Exact is the number of values up to which every percentile is exact: a sketch keeps
// them all. Beyond, it keeps buckets whose ends are less than 1 % apart.
const Exact = 10_000

// Key stands for a value that is not negative. Keys are in the order of the values.
type Key uint64

// OfCount returns the key of a count, which must not be negative.
func OfCount(n int64) Key { return Key(n) }

// OfNumber returns the key of a finite number, which must not be negative.
func OfNumber(f float64) Key { return Key(math.Float64bits(f + 0)) } // + 0: there is only one zero

// Count returns the count that OfCount was given.
func (k Key) Count() int64 { return int64(k) }

// Number returns the number that OfNumber was given.
func (k Key) Number() float64 { return math.Float64frombits(uint64(k)) }

// Sketch is a multiset of values, all of them counts or all of them numbers. The zero
// value is an empty sketch of counts. It is not safe for concurrent use.
type Sketch struct {
	Numbers bool // keys are of OfNumber, not of OfCount

	n       uint64
	keys    []Key            // all of them, in no order, while there are at most Exact
	buckets map[uint32]*span // by place; beyond that
}

// span is what a bucket has: how many keys, and the smallest and the largest.
type span struct {
	count    uint64
	min, max Key
}

// Len returns the number of values.
func (s *Sketch) Len() uint64 { return s.n }

// Reset empties s and keeps memory for exact values.
func (s *Sketch) Reset() { s.n, s.keys, s.buckets = 0, s.keys[:0], nil }

// Clone returns a copy of s that shares nothing with it.
func (s *Sketch) Clone() *Sketch {
	c := &Sketch{Numbers: s.Numbers, n: s.n, keys: slices.Clone(s.keys)}
	if s.buckets != nil {
		c.buckets = make(map[uint32]*span, len(s.buckets))
		for place, b := range s.buckets {
			copied := *b
			c.buckets[place] = &copied
		}
	}
	return c
}

// Add adds one value.
func (s *Sketch) Add(k Key) {
	s.n++
	if s.buckets == nil && s.n <= Exact {
		s.keys = append(s.keys, k)
		return
	}
	s.spread()
	s.put(k, k, 1)
}

// Merge adds all values of other, which stays as it is.
func (s *Sketch) Merge(other *Sketch) {
	s.n += other.n
	if s.buckets == nil && other.buckets == nil && s.n <= Exact {
		s.keys = append(s.keys, other.keys...)
		return
	}
	s.spread()
	for _, k := range other.keys {
		s.put(k, k, 1)
	}
	for _, b := range other.buckets {
		s.put(b.min, b.max, b.count)
	}
}

// spread puts exact values into buckets.
func (s *Sketch) spread() {
	if s.buckets != nil {
		return
	}
	s.buckets = make(map[uint32]*span)
	for _, k := range s.keys {
		s.put(k, k, 1)
	}
	s.keys = nil
}

func (s *Sketch) put(low, high Key, count uint64) {
	place := s.place(low)
	b := s.buckets[place]
	if b == nil {
		s.buckets[place] = &span{count: count, min: low, max: high}
		return
	}
	b.count += count
	b.min, b.max = min(b.min, low), max(b.max, high)
}

// precision is the number of leading binary digits by which values are told apart: the
// ends of a bucket differ by less than 1/128 of its values.
const precision = 7

// place returns the bucket of a key. Places are in the order of the keys.
func (s *Sketch) place(k Key) uint32 {
	if s.Numbers {
		return uint32(k >> (52 - precision)) // exponent and leading digits
	}
	if shift := bits.Len64(uint64(k)) - (precision + 1); shift > 0 {
		return uint32(shift)<<precision + uint32(k>>shift)
	}
	return uint32(k) // a bucket for itself
}

// Each calls fn with the values from low to high of which there are count, in order. Low
// and high differ only where percentiles are not exact, and then by less than 1 %.
func (s *Sketch) Each(fn func(low, high Key, count uint64)) {
	if s.buckets == nil {
		slices.Sort(s.keys)
		for _, k := range s.keys {
			fn(k, k, 1)
		}
		return
	}
	for _, p := range slices.Sorted(maps.Keys(s.buckets)) {
		b := s.buckets[p]
		fn(b.min, b.max, b.count)
	}
}

// Side is the end of a bucket that a percentile is rounded to.
type Side bool

const (
	Low  Side = false
	High Side = true
)

// Percentile returns the value at rank ceil(percent/100·n), counted from 1, of the n
// values in order: 0 is the minimum, 100 the maximum, both exact as all are up to Exact
// values. Beyond, others may be off by less than 1 %, to the given side. ok is false
// when there are no values.
func (s *Sketch) Percentile(percent float64, side Side) (k Key, ok bool) {
	if s.n == 0 {
		return 0, false
	}
	return s.At(Rank(percent, s.n), side), true
}

// At returns the value at a rank, 1 to Len, as Percentile does.
func (s *Sketch) At(rank uint64, side Side) Key {
	if s.buckets == nil {
		slices.Sort(s.keys)
		return s.keys[rank-1]
	}
	places := make([]uint32, 0, len(s.buckets))
	for p := range s.buckets {
		places = append(places, p)
	}
	slices.Sort(places)
	switch rank {
	case 1:
		return s.buckets[places[0]].min
	case s.n:
		return s.buckets[places[len(places)-1]].max
	}
	seen := uint64(0)
	for _, p := range places {
		b := s.buckets[p]
		if seen += b.count; seen >= rank {
			if side == High {
				return b.max
			}
			return b.min
		}
	}
	return 0 // unreachable: the counts sum to n
}

// Rank returns the rank of a percentile among n values: ceil(percent/100·n), at least 1
// and at most n. Percentages have at most two decimals: in hundredths the product is exact.
func Rank(percent float64, n uint64) uint64 {
	hundredths := uint64(math.Round(percent * 100))
	high, low := bits.Mul64(hundredths, n)
	quotient, rest := bits.Div64(high, low, 10_000)
	if rest > 0 {
		quotient++
	}
	return min(max(quotient, 1), n)
}
