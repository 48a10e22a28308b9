package sim

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestHistogramIsNearTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, math.MaxInt64), 1, 200).Draw(t, "values")
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		var h histogram
		for _, v := range values {
			h.add(v)
		}
		slices.Sort(values)
		rank := min(int(q*float64(len(values)))+1, len(values))
		truth, got := values[rank-1], h.quantile(q)
		if got < truth || float64(got-truth) > float64(truth)/64+1 {
			t.Fatalf("quantile %g: got %d, want %d", q, got, truth)
		}
		if h.max != values[len(values)-1] || h.quantile(1) != h.max {
			t.Fatalf("max %d, quantile 1 %d, want %d", h.max, h.quantile(1), values[len(values)-1])
		}
	})
}

func TestEmptyHistogram(t *testing.T) {
	if got := new(histogram).quantile(0.99); got != 0 {
		t.Errorf("got %d, want 0", got)
	}
}

func BenchmarkHistogramAdd(b *testing.B) {
	var h histogram
	b.ReportAllocs()
	for i := int64(0); b.Loop(); i++ {
		h.add(i * 1000)
	}
}
