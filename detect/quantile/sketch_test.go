package quantile

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var percents = []float64{0, 0.01, 0.1, 1, 10, 50, 90, 99, 99.9, 99.99, 100}

// naive is the nearest-rank percentile of sorted keys.
func naive(sorted []Key, percent float64) Key {
	n := len(sorted)
	rank := 1
	for rank < n && float64(rank)*100 < percent*float64(n)-1e-9*float64(n) {
		rank++
	}
	return sorted[rank-1]
}

// drawKeys makes n keys of one of several shapes out of few draws.
func drawKeys(t *rapid.T, numbers bool, n int) []Key {
	next := rapid.Uint64().Draw(t, "seed")
	shape := rapid.IntRange(0, 3).Draw(t, "shape")
	keys := make([]Key, n)
	for i := range keys {
		next = next*6364136223846793005 + 1442695040888963407
		v := (next ^ next>>29) >> 1
		switch shape {
		case 0:
			v %= 50
		case 1:
			v %= 100_000
		case 2:
			v >>= v % 63
		case 3:
			v = 7
		}
		keys[i] = OfCount(int64(v))
		if numbers {
			keys[i] = OfNumber(float64(v) / 8)
			if shape == 2 && i%3 == 0 {
				keys[i] = OfNumber(math.Ldexp(1+float64(v%1000)/1000, int(v%2000)-1000))
			}
		}
	}
	return keys
}

func sketchOf(numbers bool, keys []Key) *Sketch {
	s := &Sketch{Numbers: numbers}
	for _, k := range keys {
		s.Add(k)
	}
	return s
}

func TestPercentile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.Bool().Draw(t, "numbers")
		n := rapid.SampledFrom([]int{1, 2, 3, 99, 100, 101, 9_999, 10_000, 10_001, 25_000}).Draw(t, "n")
		keys := drawKeys(t, numbers, n)
		s := sketchOf(numbers, keys)
		slices.Sort(keys)
		for _, p := range percents {
			want := naive(keys, p)
			for _, side := range []Side{Low, High} {
				got, ok := s.Percentile(p, side)
				if !ok {
					t.Fatalf("p%v of %d values: got none", p, n)
				}
				if (n <= Exact || p == 0 || p == 100) && got != want {
					t.Fatalf("p%v of %d values: got %d, want exactly %d", p, n, got, want)
				}
				if side == High && got < want || side == Low && got > want {
					t.Fatalf("p%v of %d values, side %v: got %d, on the wrong side of %d", p, n, side, got, want)
				}
				if _, have := slices.BinarySearch(keys, got); !have {
					t.Fatalf("p%v of %d values: got %d, which is none of them", p, n, got)
				}
				if e := relative(numbers, got, want); e >= 0.01 {
					t.Fatalf("p%v of %d values: got %d, want %d: off by %v", p, n, got, want, e)
				}
			}
		}
	})
}

func relative(numbers bool, got, want Key) float64 {
	g, w := float64(got.Count()), float64(want.Count())
	if numbers {
		g, w = got.Number(), want.Number()
	}
	if g == w {
		return 0
	}
	return math.Abs(g-w) / w
}

func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.Bool().Draw(t, "numbers")
		n := rapid.SampledFrom([]int{0, 5, 9_999, 10_000, 10_001, 30_000}).Draw(t, "n")
		keys := drawKeys(t, numbers, n)
		want := sketchOf(numbers, keys).Append(nil)
		parts := make([]*Sketch, rapid.IntRange(1, 5).Draw(t, "parts"))
		for i := range parts {
			parts[i] = &Sketch{Numbers: numbers}
		}
		for i, k := range keys {
			parts[(i*i+i/7)%len(parts)].Add(k)
		}
		// In any order, through the encoded form, and in groups.
		order := rapid.Permutation(parts).Draw(t, "order")
		all, right := &Sketch{Numbers: numbers}, &Sketch{Numbers: numbers}
		for i, p := range order {
			decoded, rest, err := Decode(append(p.Append(nil), 9))
			if err != nil || len(rest) != 1 {
				t.Fatalf("decode: %v, %d bytes left", err, len(rest))
			}
			if i%2 == 0 {
				all.Merge(decoded)
			} else {
				right.Merge(decoded)
			}
		}
		all.Merge(right)
		if got := all.Append(nil); !bytes.Equal(got, want) {
			t.Fatalf("%d values in %d parts give another sketch than all at once", n, len(parts))
		}
		if all.Len() != uint64(n) {
			t.Fatalf("got %d values, want %d", all.Len(), n)
		}
	})
}

func TestEmpty(t *testing.T) {
	var s Sketch
	if _, ok := s.Percentile(50, High); ok {
		t.Error("no values: got a percentile")
	}
	s.Add(OfCount(3))
	s.Reset()
	if s.Len() != 0 {
		t.Errorf("after Reset: got %d values, want 0", s.Len())
	}
}

func TestZeros(t *testing.T) {
	if OfNumber(math.Copysign(0, -1)) != OfNumber(0) {
		t.Error("minus zero has a key of its own")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add((&Sketch{}).Append(nil))
	f.Add(sketchOf(false, []Key{1, 1, 300}).Append(nil))
	many := &Sketch{Numbers: true}
	for i := range 12_000 {
		many.Add(OfNumber(float64(i % 77)))
	}
	f.Add(many.Append(nil))
	f.Add([]byte{2, 0})
	f.Add([]byte{0, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, rest, err := Decode(data)
		if err != nil {
			return
		}
		if again := s.Append(nil); !bytes.Equal(again, data[:len(data)-len(rest)]) {
			t.Fatalf("%x decodes, and is encoded as %x", data[:len(data)-len(rest)], again)
		}
		if k, ok := s.Percentile(99, High); ok {
			low, _ := s.Percentile(0, Low)
			high, _ := s.Percentile(100, High)
			if k < low || k > high {
				t.Fatalf("p99 %d is outside of %d to %d", k, low, high)
			}
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(map[int]string{10_000: "exact", 1_000_000: "buckets"}[n], func(b *testing.B) {
			var s Sketch
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%n == 0 {
					s.Reset()
				}
				s.Add(Key(uint64(i) * 2654435761 % 5_000_000))
			}
		})
	}
}
