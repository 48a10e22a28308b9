package suggest

import (
	"fmt"
	"math"
	"slices"

	"vedette/detect/quantile"
	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/violation"
)

// Distribution is how the values of a series are spread over a fleet. Values are taken
// as they are kept: those of deltas are not summed over windows.
type Distribution struct {
	Things     int   // that have values
	Datapoints int64 // values of them
	Totals     int   // things that send totals instead of deltas; they are left out of all else

	Numbers *Spread // nil for lists, and without values
	Lists   *Spectrum
}

// Spread is how numbers are spread. Min and Max are exact, and all else is up to 10,000
// values; above that percentiles, and the values at the ends of buckets, are off by less
// than 1 %.
type Spread struct {
	Min, Max, P50, P90, P99, P999 float64

	Exact       bool
	Logarithmic bool     // each bucket is wider than the one before by a factor
	Buckets     []Bucket // ascending, side by side, at most maxBuckets
}

// Bucket is the values with From ≤ value < To.
type Bucket struct {
	From, To float64
	Count    int64
}

// Spectrum is what lists are made of.
type Spectrum struct {
	Members  int      // different ones; no more than maxMembers are told apart
	Frequent []Member // those that most things have had first, at most maxFrequent
}

const (
	maxBuckets  = 60
	maxFrequent = 50
)

// Measure tells how the values that q asks for are spread. It reads them once; the memory
// that it takes does not grow with their number.
func Measure(q Question, fleet Fleet) (*Distribution, error) {
	s := &suggester{Question: q, fleet: fleet, out: &Suggestion{Series: q.Series}}
	d := &Distribution{}
	var err error
	switch q.Info.Kind {
	case metric.Ports:
		d.Lists, err = spectrum(s, portLists)
	case metric.Addresses:
		d.Lists, err = spectrum(s, addressLists)
	case metric.Strings:
		k := stringLists
		k.text = func(m string) string { return m }
		d.Lists, err = spectrum(s, k)
	case metric.Numbers:
		d.Lists, err = spectrum(s, numberLists)
	default:
		d.Numbers, err = s.spread()
	}
	if err != nil {
		return nil, fmt.Errorf("measure %q: %w", q.Series.Metric, err)
	}
	d.Things, d.Datapoints, d.Totals = s.out.Things, s.out.Datapoints, s.out.Totals
	return d, nil
}

func spectrum[M comparable](s *suggester, k kind[M]) (*Spectrum, error) {
	k.network = nil // nothing is judged
	c := &census[M]{kind: &k, members: map[M]*seen{}}
	if err := c.take(s); err != nil {
		return nil, err
	}
	list := make([]Member, 0, len(c.members))
	for m, e := range c.members {
		list = append(list, Member{Text: k.text(m), Things: e.things})
	}
	slices.SortFunc(list, byThings)
	return &Spectrum{Members: len(list), Frequent: list[:min(len(list), maxFrequent)]}, nil
}

// spread answers for numbers.
func (s *suggester) spread() (*Spread, error) {
	all := newRanking(s.Info.Kind == metric.Number)
	out := &Spread{Min: math.Inf(1), Max: math.Inf(-1)}
	least := math.Inf(1) // of those above 0
	var p points
	err := s.fleet(func(thing string, chunks []violation.Chunk) error {
		if totals, err := s.totals(&p, thing, chunks); err != nil {
			return err
		} else if totals {
			s.out.Totals++
			return nil
		}
		before := s.out.Datapoints
		err := p.each(chunks, s.from(thing), s.To, func() {
			v := float64(p.Count())
			if p.Kind() == chunk.Number {
				v = p.Number()
			}
			s.out.Datapoints++
			out.Min, out.Max = min(out.Min, v), max(out.Max, v)
			if v > 0 {
				least = min(least, v)
			}
			all.add(v)
		})
		if s.out.Datapoints > before {
			s.out.Things++
		}
		return err
	})
	if err != nil || s.out.Datapoints == 0 {
		return nil, err
	}
	out.P50, out.P90, out.P99, out.P999 = all.percentile(50), all.percentile(90), all.percentile(99), all.percentile(99.9)
	out.Exact = s.out.Datapoints <= quantile.Exact
	h := newHistogram(out.Min, least, out.Max, s.Info.Kind != metric.Number)
	out.Logarithmic = h.logarithmic
	all.each(h.add)
	out.Buckets = h.buckets()
	return out, nil
}
