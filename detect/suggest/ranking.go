package suggest

import (
	"math"

	"vedette/detect/quantile"
)

// ranking knows the percentiles of numbers, negative ones too, which a sketch does not
// take: those are in a sketch of their own, without their sign.
type ranking struct{ below, above quantile.Sketch }

func newRanking(numbers bool) *ranking {
	r := &ranking{}
	r.below.Numbers, r.above.Numbers = numbers, numbers
	return r
}

func (r *ranking) key(v float64) quantile.Key {
	if r.above.Numbers {
		return quantile.OfNumber(v)
	}
	return quantile.OfCount(int64(min(v, math.MaxInt64/2)))
}

func (r *ranking) number(k quantile.Key) float64 {
	if r.above.Numbers {
		return k.Number()
	}
	return float64(k.Count())
}

func (r *ranking) add(v float64) {
	if v < 0 {
		r.below.Add(r.key(-v))
		return
	}
	r.above.Add(r.key(v))
}

// each calls fn with every value, in no order, and how often it is there. What is less
// than 1 % apart may come as the smallest of them.
func (r *ranking) each(fn func(v float64, count int64)) {
	r.above.Each(func(low, _ quantile.Key, count uint64) { fn(r.number(low), int64(count)) })
	r.below.Each(func(_, high quantile.Key, count uint64) { fn(-r.number(high), int64(count)) })
}

// percentile returns a percentile, rounded up where it is not exact; there are values.
func (r *ranking) percentile(percent float64) float64 {
	below := r.below.Len()
	rank := quantile.Rank(percent, below+r.above.Len())
	if rank > below {
		return r.number(r.above.At(rank-below, quantile.High))
	}
	return -r.number(r.below.At(below-rank+1, quantile.Low))
}
