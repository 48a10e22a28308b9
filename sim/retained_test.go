package sim

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"vedette/metric"
	"vedette/metric/chunk"
)

// arrivals are ways in which the times of a device's reports miss the grid of
// 300 s, and what a numeric value may take at most: where reports come as the
// fleet's do, over a network with a delay of some milliseconds, 2 bytes. Elsewhere
// the times alone take most of that: one of 1,000 in no order has 10 bits.
var arrivals = []struct {
	name string
	late func(r *rand.Rand) float64 // ms
	most float64                    // bytes
}{
	{"delay-5ms", func(r *rand.Rand) float64 { return 5 * r.ExpFloat64() }, 2},
	{"delay-50ms", func(r *rand.Rand) float64 { return 50 * r.ExpFloat64() }, 2.1},
	{"uniform-1s", func(r *rand.Rand) float64 { return 1000 * r.Float64() }, 2.45},
}

// series is one metric of one device, retained.
type series struct {
	id      metric.ID
	state   chunk.State
	buf     []byte
	gorilla gorilla
	times   []int64
	values  []float64
}

func newSeries(id metric.ID) *series {
	if id == metric.Custom {
		return &series{id: id, state: chunk.New(chunk.Number)}
	}
	return &series{id: id, state: chunk.New(chunk.Counts)}
}

// add takes the metric's value, if the report has one.
func (s *series) add(t testing.TB, at int64, report *metric.Report) {
	var v float64
	var err error
	if s.id != metric.Custom {
		count, ok := report.Count(s.id)
		if !ok {
			t.Fatalf("a report without %s", s.id)
		}
		v = float64(count)
		s.buf, err = s.state.AppendCount(s.buf, at, count)
	} else if len(report.Custom) > 0 {
		v = report.Custom[0].Number
		s.buf, err = s.state.AppendNumber(s.buf, at, v)
	} else {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	s.gorilla.add(at, v)
	s.times, s.values = append(s.times, at), append(s.values, v)
}

// retain lets a fleet report every 300 s for a day and returns every numeric
// metric of each device.
func retain(t testing.TB, devices int, late func(*rand.Rand) float64) (all []*series) {
	const day, interval = 288, 300 * time.Second
	var report metric.Report
	for i, d := range newFleet(devices, 1) {
		var own []*series
		for id := metric.AllBytesIn; int(id) <= metric.NumCounts; id++ {
			own = append(own, newSeries(id))
		}
		if d.battery {
			own = append(own, newSeries(metric.Custom))
		}
		network := rand.New(rand.NewPCG(2, uint64(i)))
		begin := 1_764_201_600_000 + network.Int64N(interval.Milliseconds())
		for n := range int64(day) {
			at := begin + n*interval.Milliseconds() + int64(late(network))
			if err := metric.ParseReport(metric.JSON, d.report(time.UnixMilli(at), interval, 0), &report); err != nil {
				t.Fatal(err)
			}
			for _, s := range own {
				s.add(t, at, &report)
			}
		}
		all = append(all, own...)
	}
	return all
}

// read checks that a chunk gives back what was retained.
func (s *series) read(t testing.TB, sealed []byte) {
	var r chunk.Reader
	if err := r.Reset(sealed, 0, chunk.MaxTime+1); err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; r.Next(); n++ {
		v := float64(r.Count())
		if s.id == metric.Custom {
			v = r.Number()
		}
		if r.At() != s.times[n] || v != s.values[n] {
			t.Fatalf("%s: %d at %v, want %d at %v", s.id, r.At(), v, s.times[n], s.values[n])
		}
	}
	if r.Err() != nil || n != len(s.times) {
		t.Fatalf("%s: %d of %d values, %v", s.id, n, len(s.times), r.Err())
	}
}

// sizes returns the bytes of a value, time included, in chunks of a day and as
// Gorilla.
func sizes(t testing.TB, all []*series) (ours, gorillas float64) {
	var points float64
	for _, s := range all {
		sealed := s.state.Seal(nil, s.buf)
		s.read(t, sealed)
		ours += float64(len(sealed))
		gorillas += math.Ceil(float64(s.gorilla.bits) / 8)
		points += float64(len(s.times))
	}
	return ours / points, gorillas / points
}

func TestRetainedValuesAreSmall(t *testing.T) {
	for _, a := range arrivals {
		all := retain(t, 20, a.late)
		ours, gorillas := sizes(t, all)
		if ours > a.most || ours > 0.75*gorillas {
			t.Errorf("%s: %.2f bytes for each value, as Gorilla %.2f; want at most %.2f and three quarters of Gorilla's", a.name, ours, gorillas, a.most)
		}
		for i, s := range all {
			if ours, gorillas := sizes(t, all[i:i+1]); ours > gorillas {
				t.Errorf("%s, series %d, %s: %.2f bytes for each value, as Gorilla %.2f", a.name, i, s.id, ours, gorillas)
			}
		}
	}
}

// BenchmarkRetain reports what a value takes, by metric and over all of a
// report's.
func BenchmarkRetain(b *testing.B) {
	for _, a := range arrivals {
		all := retain(b, 100, a.late)
		groups := map[string][]*series{"all": all}
		for _, s := range all {
			groups[s.id.String()] = append(groups[s.id.String()], s)
		}
		for _, name := range slices.Sorted(maps.Keys(groups)) {
			b.Run(a.name+"/"+name, func(b *testing.B) {
				var ours, gorillas float64
				for b.Loop() {
					ours, gorillas = sizes(b, groups[name])
				}
				b.ReportMetric(ours, "bytes/value")
				b.ReportMetric(gorillas, "gorilla-bytes/value")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
