package suggest

import (
	"math"
	"slices"
	"sort"
)

// histogram counts values in buckets whose ends people can read.
type histogram struct {
	edges       []float64 // ascending; a bucket lies between each two
	counts      []int64
	logarithmic bool
}

// spanOfDecades is how much larger than the least value above 0 the greatest is where
// buckets of one width would have nearly all values in the first.
const spanOfDecades = 100

// newHistogram makes one for values from low to high, of which least is the smallest
// above 0. Those that are counts get integers as ends: others would make buckets that
// no count can be in.
func newHistogram(low, least, high float64, counts bool) *histogram {
	h := &histogram{logarithmic: low >= 0 && high/spanOfDecades >= least}
	if h.logarithmic {
		h.edges = decades(least, high)
		if low == 0 {
			h.edges = append([]float64{0}, h.edges...)
		}
	} else {
		h.edges = even(low, high, counts)
	}
	for i, edge := range h.edges {
		if counts {
			edge = math.Ceil(edge)
		}
		h.edges[i] = max(-math.MaxFloat64, min(edge, math.MaxFloat64))
	}
	h.edges = slices.Compact(h.edges)
	if len(h.edges) == 1 { // the values are too large to be told apart
		h.edges = append(h.edges, math.Nextafter(h.edges[0], math.Inf(1)))
	}
	h.counts = make([]int64, len(h.edges)-1)
	return h
}

// perDecade are the numbers of buckets that a factor of ten may be cut in; below 1 a
// bucket spans several.
var perDecade = []float64{20, 10, 5, 4, 2, 1, 1. / 2, 1. / 5, 1. / 10, 1. / 20}

// decades returns edges around least and high that are a factor apart, powers of ten
// among them. One bucket is left for what is below least.
func decades(least, high float64) (edges []float64) {
	for _, n := range perDecade {
		first, last := math.Floor(math.Log10(least)*n), math.Floor(math.Log10(high)*n)+1
		if last-first >= maxBuckets {
			continue
		}
		for k := first; k <= last; k++ {
			edges = append(edges, powerOfTen(k/n))
		}
		break
	}
	edges[0] = min(edges[0], least)
	return edges
}

// powerOfTen is exact where it can be.
func powerOfTen(x float64) float64 {
	if x == math.Trunc(x) {
		return math.Pow10(int(x))
	}
	return math.Pow(10, x)
}

// leastWidth is the least that buckets of one width may have: below, numbers are not as
// exact as others.
const leastWidth = 1e-300

// even returns edges around low and high that are 1, 2 or 5 times a power of ten apart.
func even(low, high float64, counts bool) (edges []float64) {
	const aim = maxBuckets - 10 // the ends are rounded outwards
	width := high/aim - low/aim
	switch {
	case low == high && high == 0 || counts && width < 1:
		width = 1
	case low == high:
		width = math.Abs(high) / aim
	}
	times := multiplesOf(max(width, leastWidth))
	first := math.Floor(low / times(1))
	for i := range maxBuckets + 1 {
		edge := times(first + float64(i))
		edges = append(edges, edge)
		if edge > high {
			break
		}
	}
	return edges
}

// multiplesOf returns what multiplies the least of 1, 2 and 5 times a power of ten that
// is not below w. Three times 0.1 is 0.3.
func multiplesOf(w float64) (times func(k float64) float64) {
	decade := decadeOf(w)
	for _, r := range []float64{1, 2, 5, 10} {
		times = func(k float64) float64 {
			if decade < 0 {
				return k * r / math.Pow10(-decade)
			}
			return k * r * math.Pow10(decade)
		}
		if times(1) >= w {
			return times
		}
	}
	return times
}

// add counts a value count times. One that is beyond the ends is in the bucket there: it
// stands for others that are not.
func (h *histogram) add(v float64, count int64) {
	i := sort.Search(len(h.edges), func(i int) bool { return h.edges[i] > v }) - 1
	h.counts[max(0, min(i, len(h.counts)-1))] += count
}

func (h *histogram) buckets() []Bucket {
	list := make([]Bucket, len(h.counts))
	for i, n := range h.counts {
		list[i] = Bucket{h.edges[i], h.edges[i+1], n}
	}
	return list
}
