package sim

import "math/bits"

// A histogram counts durations in nanoseconds. Buckets grow with the value, so
// that every answer is at most 1/64 above the truth.
type histogram struct {
	counts [(64 - subBits) << subBits]uint64
	total  uint64
	max    int64
}

const subBits = 6 // 64 buckets for each power of two

func bucketOf(v int64) int {
	if v < 1<<subBits {
		return int(max(v, 0))
	}
	shift := bits.Len64(uint64(v)) - 1 - subBits
	return shift<<subBits + int(v>>shift)
}

// upper returns the largest value of a bucket.
func upper(bucket int) int64 {
	if bucket < 1<<(subBits+1) {
		return int64(bucket)
	}
	shift := bucket>>subBits - 1
	return (int64(bucket)-int64(shift)<<subBits+1)<<shift - 1
}

func (h *histogram) add(v int64) {
	h.counts[bucketOf(v)]++
	h.total++
	h.max = max(h.max, v)
}

// merge adds what another histogram has counted.
func (h *histogram) merge(o *histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.total += o.total
	h.max = max(h.max, o.max)
}

// quantile returns the value that the share q of all does not exceed; 0 when
// there are none.
func (h *histogram) quantile(q float64) int64 {
	rank := min(uint64(q*float64(h.total))+1, h.total)
	if h.total == 0 {
		return 0
	}
	for i, n := range h.counts {
		if n >= rank {
			return min(upper(i), h.max)
		}
		rank -= n
	}
	return h.max
}
