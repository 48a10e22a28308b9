package suggest

import (
	"errors"
	"math"
	"slices"

	"vedette/api"
	"vedette/detect"
	"vedette/detect/quantile"
	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/violation"
)

// numbers answers a question about numbers: it measures, and then tries.
func (s *suggester) numbers() error {
	seconds, step, err := s.window()
	if err != nil || step == 0 {
		return err
	}
	base, err := s.measure(seconds, step)
	if err != nil || s.out.Datapoints == 0 {
		s.warnTotals()
		return err
	}
	b := s.behavior(api.ComparisonOperatorLessThanEquals, s.limit(threshold(base, s.Info.Kind != metric.Number)), seconds)
	t, err := s.try(b)
	if err != nil {
		return err
	}
	var p points
	err = s.fleet(func(thing string, chunks []violation.Chunk) error {
		if totals, err := s.totals(&p, thing, chunks); err != nil || totals {
			return err
		}
		replays, raised := t.begin(), [len(inARow)]int{}
		err := p.each(chunks, s.from(thing), s.To, func() {
			for i := range replays {
				if take(&replays[i], &p).Raised {
					raised[i]++
				}
			}
		})
		t.count(thing, raised)
		return err
	})
	if err != nil {
		return err
	}
	t.choose(s, b)
	s.warnTotals()
	return nil
}

// warnTotals says what has become of things that send totals.
func (s *suggester) warnTotals() {
	send := func(things int) string {
		if things == 1 {
			return "1 thing sends"
		}
		return counted(things, "thing") + " send"
	}
	if n := s.out.Totals; n > 0 {
		s.warnf("%s totals since the start, not what came since the last report: left out. Mend the agent, which has to send the difference, "+
			"or have the server do it: vedette serve --delta-from-totals GROUP, of a thing group that they are in.", send(n))
	}
	if n := s.out.Converted; n > 0 {
		s.warnf("%s totals since the start, of which the server makes deltas (--delta-from-totals): only what came since it does so counts.", send(n))
	}
}

// from returns the time of the first value of a thing that counts.
func (s *suggester) from(thing string) int64 {
	if s.Info.Kind != metric.Delta || s.DeltasSince == nil {
		return s.From
	}
	return max(s.From, s.DeltasSince(thing)+1)
}

// take gives the value at the point of p to a replay.
func take(r *detect.Replay, p *points) detect.Verdict {
	if p.Kind() == chunk.Number {
		return r.Number(p.Number())
	}
	return r.Count(p.At(), p.Count())
}

// limit is a threshold as a behavior has it.
func (s *suggester) limit(threshold float64) *api.MetricValue {
	if s.Info.Kind == metric.Number {
		return &api.MetricValue{Number: &threshold}
	}
	return &api.MetricValue{Count: new(int64(min(threshold, math.MaxInt64/2)))}
}

// The windows that a behavior may have, and how many things and values of each are
// looked at to choose one.
var windows = []int32{300, 600, 900, 1800, 3600}

const (
	probeThings = 200
	probeValues = 64
)

var errEnough = errors.New("seen enough")

// window chooses durationSeconds, nil where it means nothing, and returns the usual time
// between two values, ms: 0 if there are none. Of a delta the window is the shortest
// that a report usually fills, or nearly; counts of the broker are of 300 s.
func (s *suggester) window() (seconds *int32, step int64, err error) {
	var steps []int64
	var p points
	things := 0
	err = s.fleet(func(thing string, chunks []violation.Chunk) error {
		values := 0
		err := p.each(chunks, s.from(thing), s.To, func() {
			if p.any && values < probeValues {
				steps = append(steps, p.At()-p.last)
			}
			values++
		})
		if values > 0 {
			things++
		}
		if err == nil && things == probeThings {
			return errEnough
		}
		return err
	})
	if err != nil && !errors.Is(err, errEnough) || things == 0 {
		return nil, 0, err
	}
	step = int64(windows[0]) * 1000
	if len(steps) > 0 {
		slices.Sort(steps)
		step = max(1, steps[len(steps)/2])
	}
	switch s.Info.Kind {
	case metric.Counter:
		return new(windows[0]), step, nil
	case metric.Delta:
		i := slices.IndexFunc(windows, func(w int32) bool { return int64(w)*1000 >= step-step/4 })
		if i < 0 {
			i = len(windows) - 1
		}
		return &windows[i], step, nil
	}
	return nil, step, nil
}

// measure gathers what the datapoints are like, and returns the base of the threshold.
func (s *suggester) measure(seconds *int32, step int64) (base float64, err error) {
	// A limit that nothing exceeds: only the windows are of interest.
	open, faults := detect.Compile(s.behavior(api.ComparisonOperatorLessThanEquals, s.limit(math.MaxFloat64), seconds), s.catalog)
	if len(faults) > 0 {
		return 0, faults[0]
	}
	all := newRanking(s.Info.Kind == metric.Number)
	var p points
	var own, tops []float64
	err = s.fleet(func(thing string, chunks []violation.Chunk) error {
		if totals, err := s.totals(&p, thing, chunks); err != nil || totals {
			if totals {
				if s.out.Totals++; s.out.Totals <= maxNames {
					s.out.TotalsOf = append(s.out.TotalsOf, thing)
				}
			}
			return err
		}
		if s.from(thing) > s.From {
			if s.out.Converted++; s.out.Converted <= maxNames {
				s.out.ConvertedOf = append(s.out.ConvertedOf, thing)
			}
		}
		own = own[:0]
		first, replay := int64(-1), open.Replay()
		err := p.each(chunks, s.from(thing), s.To, func() {
			if first < 0 {
				first = p.At()
			}
			v := take(&replay, &p)
			switch {
			case !v.Complete:
			case p.Kind() == chunk.Number:
				own = append(own, p.Number())
			default:
				own = append(own, float64(v.Count))
			}
		})
		if err != nil || len(own) == 0 {
			return err
		}
		s.span(first, p.last, step)
		for _, v := range own {
			all.add(v)
		}
		s.out.Datapoints += int64(len(own))
		slices.Sort(own)
		tops = append(tops, own[quantile.Rank(99.9, uint64(len(own)))-1])
		return nil
	})
	if err != nil || len(tops) == 0 {
		return 0, err
	}
	s.out.Numbers = &Numbers{P50: all.percentile(50), P99: all.percentile(99), P999: all.percentile(99.9), Max: all.percentile(100)}
	slices.Sort(tops)
	return tops[len(tops)-1-setAside(len(tops))], nil
}

// setAside is how many of n things do not say what is normal.
func setAside(n int) int {
	if n < fewThings {
		return 0
	}
	return max(1, n/50)
}

// totals tells whether a thing sends totals where deltas are asked for.
func (s *suggester) totals(p *points, thing string, chunks []violation.Chunk) (bool, error) {
	if s.Info.Kind != metric.Delta {
		return false, nil
	}
	var t detect.Totals
	err := p.each(chunks, s.from(thing), s.To, func() { t.Add(p.Count()) })
	return t.Cumulative(), err
}

// threshold returns the base and a quarter more, rounded up.
func threshold(base float64, counts bool) float64 {
	t := base + math.Abs(base)/4
	if counts {
		t = math.Ceil(max(t, base+1))
	}
	return roundUp(t)
}

// readable are the numbers of one decade that people can read.
var readable = []float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10}

// roundUp returns the next readable number that is not below v. Integers up to 10 stay.
func roundUp(v float64) float64 {
	switch {
	case v == 0 || math.IsInf(v, 0) || math.IsNaN(v) || v == math.Trunc(v) && 0 < v && v <= 10:
		return v
	case v < 0:
		return -roundDown(-v)
	}
	decade := decadeOf(v)
	for _, r := range readable {
		if up := scaled(r, decade); up >= v {
			return up
		}
	}
	return v
}

func roundDown(v float64) float64 {
	decade, down := decadeOf(v), v
	for _, r := range readable {
		if d := scaled(r, decade); d <= v {
			down = d
		}
	}
	return down
}

func decadeOf(v float64) int { return int(math.Floor(math.Log10(v))) }

// scaled returns r times a power of ten, as exact as it can be: 1.2 · 10⁻¹ is 0.12.
func scaled(r float64, decade int) float64 {
	if decade > 0 {
		return math.Round(r*10) * math.Pow10(decade-1)
	}
	return math.Round(r*10) / math.Pow10(1-decade)
}
