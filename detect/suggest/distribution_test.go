package suggest_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"vedette/detect/suggest"
	"vedette/metric"
	"vedette/violation"
)

// measure measures values of a metric, those of a thing after the other.
func measure(tb testing.TB, name string, kind metric.Kind, fleet suggest.Fleet) *suggest.Distribution {
	tb.Helper()
	q := suggest.Question{Series: metric.Series{Metric: name}, Info: metric.Info{Name: name, Kind: kind}, From: begin, To: begin + 60*86_400_000}
	d, err := suggest.Measure(q, fleet)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// of is a fleet of one thing with these values.
func of[V int | float64](values ...V) suggest.Fleet {
	return things{n: 1, steps: len(values), every: step, value: func(_, i int) any { return values[i] }}.each
}

// edges are the ends of the buckets that have values, and how many these are.
func edges(s *suggest.Spread) (list []string) {
	for _, b := range s.Buckets {
		if b.Count > 0 {
			list = append(list, fmt.Sprintf("%.6g-%.6g:%d", b.From, b.To, b.Count))
		}
	}
	return list
}

func TestMeasure(t *testing.T) {
	for name, c := range map[string]struct {
		fleet       suggest.Fleet
		kind        metric.Kind
		logarithmic bool
		want        []string
	}{
		"ok/one count":           {of(7), metric.Gauge, false, []string{"7-8:1"}},
		"ok/zeros":               {of(0, 0), metric.Gauge, false, []string{"0-1:2"}},
		"ok/few counts":          {of(3, 1, 3, 9), metric.Gauge, false, []string{"1-2:1", "3-4:2", "9-10:1"}},
		"ok/narrow":              {of(1000, 1021, 1099), metric.Delta, false, []string{"1000-1002:1", "1020-1022:1", "1098-1100:1"}},
		"ok/decades":             {of(1, 10, 999, 100_000), metric.Gauge, true, []string{"1-2:1", "10-13:1", "795-1000:1", "100000-125893:1"}},
		"ok/decades and zeros":   {of(0, 5, 0, 500), metric.Gauge, true, []string{"0-5:2", "5-6:1", "447-502:1"}},
		"ok/numbers":             {of(0.5, -0.5, 0.25), metric.Number, false, []string{"-0.5--0.48:1", "0.24-0.26:1", "0.5-0.52:1"}},
		"ok/one number":          {of(-2.0), metric.Number, false, []string{"-2--1.95:1"}},
		"ok/no number but zero":  {of(0.0), metric.Number, false, []string{"0-1:1"}},
		"ok/numbers of decades":  {of(0.001, 1, 1000), metric.Number, true, []string{"0.001-0.00158489:1", "1-1.58489:1", "1000-1584.89:1"}},
		"ok/negative and decade": {of(-1.0, 1000), metric.Number, false, []string{"-50-0:1", "1000-1050:1"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := measure(t, "m", c.kind, c.fleet)
			if got := edges(d.Numbers); !slices.Equal(got, c.want) || d.Numbers.Logarithmic != c.logarithmic || d.Things != 1 {
				t.Errorf("got %q, logarithmic %t, %d things; want %q, %t", got, d.Numbers.Logarithmic, d.Things, c.want, c.logarithmic)
			}
		})
	}
	if d := measure(t, "m", metric.Delta, func(func(string, []violation.Chunk) error) error { return nil }); *d != (suggest.Distribution{}) {
		t.Errorf("of nothing: got %+v", d)
	}
}

// TestMeasureHolds: whatever the values are, each is counted in the bucket that it is in,
// as far as that is known, and percentiles are those of the values.
func TestMeasureHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]metric.Kind{metric.Gauge, metric.Number}).Draw(t, "kind")
		number := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-10, 10), rapid.Float64Range(0, 1e6), rapid.SampledFrom([]float64{0, 5e-324, math.MaxFloat64, -math.MaxFloat64, 1e15, 1e15 + 0.125}))
		count := rapid.OneOf(rapid.IntRange(0, 100), rapid.IntRange(0, 1<<40), rapid.SampledFrom([]int{0, 1, math.MaxInt64 / 2}))
		n := rapid.IntRange(1, 40).Draw(t, "values")
		values, said := make([]float64, n), make([]any, n)
		for i := range values {
			if kind == metric.Number {
				values[i] = number.Draw(t, "number")
				said[i] = values[i]
			} else {
				v := count.Draw(t, "count")
				values[i], said[i] = float64(v), v
			}
		}
		d := measureIn(t, kind, things{n: 1, steps: n, every: step, value: func(_, i int) any { return said[i] }}.each)
		slices.Sort(values)
		s := d.Numbers
		if s.Min != values[0] || s.Max != values[n-1] || s.P50 != values[(n+1)/2-1] || !s.Exact || d.Datapoints != int64(n) {
			t.Fatalf("of %v got %+v", values, s)
		}
		if len(s.Buckets) == 0 || len(s.Buckets) > 60 {
			t.Fatalf("%d buckets", len(s.Buckets))
		}
		last := len(s.Buckets) - 1
		for i, b := range s.Buckets {
			if !(b.From < b.To) || math.IsInf(b.From, 0) || math.IsInf(b.To, 0) || i > 0 && b.From != s.Buckets[i-1].To {
				t.Fatalf("bucket %d of %v is %+v", i, values, b)
			}
			want := int64(0)
			for _, v := range values {
				if (v >= b.From || i == 0) && (v < b.To || i == last) {
					want++
				}
			}
			if b.Count != want {
				t.Fatalf("bucket %+v of %v: want %d", b, values, want)
			}
		}
	})
}

func measureIn(t *rapid.T, kind metric.Kind, fleet suggest.Fleet) *suggest.Distribution {
	q := suggest.Question{Series: metric.Series{Metric: "m"}, Info: metric.Info{Name: "m", Kind: kind}, From: begin, To: begin + 60*86_400_000}
	d, err := suggest.Measure(q, fleet)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestMeasureMany: above 10,000 values percentiles are off by less than 1 %, and nothing
// is lost.
func TestMeasureMany(t *testing.T) {
	d := measure(t, "m", metric.Gauge, things{n: 100, steps: day, every: step, value: func(thing, i int) any { return 1000 + thing*day + i }}.each)
	s := d.Numbers
	sum := int64(0)
	for _, b := range s.Buckets {
		sum += b.Count
	}
	if s.Exact || d.Things != 100 || d.Datapoints != 28_800 || sum != 28_800 || s.Min != 1000 || s.Max != 29_799 {
		t.Errorf("got %d things, %d datapoints, %d in buckets, %+v", d.Things, d.Datapoints, sum, s)
	}
	if want := 1000. + 14_400; s.P50 < want-1 || s.P50 > want*1.01 {
		t.Errorf("p50 %g, want about %g", s.P50, want)
	}
}

// BenchmarkMeasure measures the bytes of 100 things, 14 days of a report every 300 s.
func BenchmarkMeasure(b *testing.B) {
	const n = 100
	var chunks []violation.Chunk
	fleet := things{n: 1, steps: 14 * day, every: step, value: func(_, i int) any { return 1_000_000 + i*7919%1_000_003 }}
	if err := fleet.each(func(_ string, c []violation.Chunk) error { chunks = c; return nil }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		measure(b, "m", metric.Delta, func(visit func(string, []violation.Chunk) error) error {
			for range n {
				if err := visit("thing", chunks); err != nil {
					return err
				}
			}
			return nil
		})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/thing")
}
