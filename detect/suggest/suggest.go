// Package suggest finds, from kept values of a fleet, behaviors that say what is normal
// for it, and tells how often they would have raised alarms. The judging is that of
// package detect.
//
// # The rules
//
// A number is bounded from above. Each thing's own p99.9 is taken, and of these the
// highest that is left when one thing in fifty, but at least one of ten or more, is set
// aside: a few odd devices must not say what is normal. That, and a quarter more, at least
// one more for counts, rounded up to two digits that people can read, is the threshold.
//
// A member of a list is normal if at least one thing in twenty has had it, at least two
// things of two or more. An address is normal also if it is of a network (/24, or /64 of IPv6) with
// eight different addresses or more that as many things have been in touch with. The
// networks of the behavior cover every normal address, no other one that was seen, and
// none is larger than that.
//
// consecutiveDatapointsToAlarm is the smallest number with which no other things raise
// alarms than with 5: those whose spikes are shorter are left in peace, and what is left
// is odd for longer.
package suggest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/violation"
)

// Question is what a behavior is wanted for.
type Question struct {
	Series   metric.Series
	Info     metric.Info // of its metric; of a custom one, Kind at least
	From, To int64       // values of from ≤ time < to, epoch milliseconds

	// DeltasSince returns when the deltas of a thing began to be made from the totals that
	// it sends, epoch milliseconds; 0: they are not. What it has of such a metric up to then
	// does not count. nil: they are of no thing.
	DeltasSince func(thing string) int64
}

// Fleet calls visit with each thing that may have values, and its chunks, oldest
// first. Called again it gives the same things in the same order, and may give more
// chunks. visit keeps nothing of them.
type Fleet func(visit func(thing string, chunks []violation.Chunk) error) error

// Suggestion is what was found.
type Suggestion struct {
	Series metric.Series
	Unit   string // of a datapoint; empty: none

	Things      int   // that have values
	Datapoints  int64 // that the suggestion rests on: windows of deltas, values of all other metrics
	First, Last int64 // times of values, epoch milliseconds
	DeviceDays  float64

	Numbers *Numbers // nil for lists
	Lists   *Lists   // nil for numbers

	Totals   int      // things that send totals instead of deltas; they are left out of all else
	TotalsOf []string // the first of them by name

	Converted   int      // things of whose totals deltas are made: only those count
	ConvertedOf []string // the first of them by name

	Behavior *api.Behavior // nil: none; Warnings say why
	Alarms   Alarms        // that Behavior would have raised
	Warnings []string
}

// Numbers is what the fleet's datapoints are like. Percentiles are exact up to 10,000
// datapoints, above that less than 1 % too large.
type Numbers struct{ P50, P99, P999, Max float64 }

// Lists is what the fleet's lists are made of.
type Lists struct {
	Members int      // different ones
	Normal  int      // of them
	Rare    []Member // of the others the most frequent ones
}

// Member is a member of lists.
type Member struct {
	Text   string
	Things int      // that have had it
	Names  []string // the first of them by name
}

// Alarms is what a behavior would have raised over the values it comes from.
type Alarms struct {
	Raised int      // alarms
	Things int      // that had one
	Names  []string // the first of them by name
}

// How much is named.
const (
	maxNames   = 5       // things of a member, or that send totals
	maxAlarmed = 20      // things that would have had an alarm
	maxRare    = 50      // rare members
	maxSet     = 250     // members of a behavior: a profile takes 1,000 over all of its
	maxMembers = 100_000 // different members that are told apart
)

// suggester answers one question.
type suggester struct {
	Question
	fleet   Fleet
	catalog detect.Catalog
	out     *Suggestion
}

// For answers a question. Without any values there is a Suggestion with Things 0. The
// memory that it takes grows by 8 bytes with each thing, and with the number of different
// members of lists up to a limit.
func For(q Question, catalog detect.Catalog, fleet Fleet) (*Suggestion, error) {
	s := &suggester{Question: q, fleet: fleet, catalog: catalog, out: &Suggestion{Series: q.Series, Unit: q.Info.Unit}}
	var err error
	switch q.Info.Kind {
	case metric.Ports:
		err = lists(s, portLists)
	case metric.Addresses:
		err = lists(s, addressLists)
	case metric.Strings:
		err = lists(s, stringLists)
	case metric.Numbers:
		err = lists(s, numberLists)
	default:
		err = s.numbers()
	}
	if err != nil {
		return nil, fmt.Errorf("suggest a behavior for %q: %w", q.Series.Metric, err)
	}
	s.warn()
	return s.out, nil
}

// The least that a suggestion should rest on.
const (
	fewThings     = 10
	fewDatapoints = 1_000
	shortTime     = 24 * time.Hour
)

// warn says what is too little.
func (s *suggester) warn() {
	o := s.out
	if o.Things == 0 {
		return
	}
	if o.Things < fewThings {
		s.warnf("It rests on %s only: with fewer than %d, one odd thing says what is normal.", counted(o.Things, "thing"), fewThings)
	}
	if o.Datapoints < fewDatapoints {
		s.warnf("It rests on %s only: %d or more tell more.", counted(int(o.Datapoints), "datapoint"), fewDatapoints)
	}
	if span := time.Duration(o.Last-o.First) * time.Millisecond; span < shortTime {
		s.warnf("It rests on %s: what happens once a day or once a week may not be in it.", strings.TrimSuffix(max(span.Round(time.Minute), time.Minute).String(), "0s"))
	}
}

func (s *suggester) warnf(format string, args ...any) {
	s.out.Warnings = append(s.out.Warnings, fmt.Sprintf(format, args...))
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// span notes the times of the first and the last value of a thing, and the time that
// it was seen for; each is the end of a time of the length step.
func (s *suggester) span(first, last, step int64) {
	o := s.out
	if o.Things == 0 || first < o.First {
		o.First = first
	}
	o.Last = max(o.Last, last)
	o.DeviceDays += float64(last-first+step) / float64(24*time.Hour/time.Millisecond)
	o.Things++
}

// behavior returns the suggested behavior with a criterion.
func (s *suggester) behavior(op api.ComparisonOperator, v *api.MetricValue, seconds *int32) *api.Behavior {
	name := strings.TrimPrefix(s.Series.Metric, "aws:") + "-normal"
	b := &api.Behavior{Metric: &s.Series.Metric}
	if d := s.Series.Dimension; d != "" {
		b.MetricDimension = &api.MetricDimension{DimensionName: &d, Operator: new(s.Series.Operator)}
		name = strings.ReplaceAll(strings.ToLower(string(s.Series.Operator)), "_", "-") + "-" + d + "-" + name
	}
	b.Name = new(name[:min(len(name), 128)])
	b.Criteria = &api.BehaviorCriteria{ComparisonOperator: &op, Value: v, DurationSeconds: seconds, ConsecutiveDatapointsToClear: new(int32(1))}
	return b
}

// inARow are the numbers of consecutive datapoints that are tried; what raises an alarm
// with the last one is no spike.
var inARow = [...]int32{1, 2, 3, 4, 5}

// trial is a behavior that is tried with each of inARow.
type trial struct {
	compiled [len(inARow)]*detect.Behavior
	alarms   [len(inARow)]Alarms
}

// replays are those of one thing.
type replays [len(inARow)]detect.Replay

// try compiles b with each of inARow.
func (s *suggester) try(b *api.Behavior) (*trial, error) {
	t := &trial{}
	for i, n := range inARow {
		criteria := *b.Criteria
		criteria.ConsecutiveDatapointsToAlarm = &n
		tried := *b
		tried.Criteria = &criteria
		compiled, faults := detect.Compile(&tried, s.catalog)
		if len(faults) > 0 {
			return nil, fmt.Errorf("compile: %w", faults[0])
		}
		t.compiled[i] = compiled
	}
	return t, nil
}

func (t *trial) begin() (r replays) {
	for i, b := range t.compiled {
		r[i] = b.Replay()
	}
	return r
}

// count counts the alarms of one thing.
func (t *trial) count(thing string, raised [len(inARow)]int) {
	for i, n := range raised {
		a := &t.alarms[i]
		if n == 0 {
			continue
		}
		a.Raised += n
		if a.Things++; len(a.Names) < maxAlarmed {
			a.Names = append(a.Names, thing)
		}
	}
}

// choose sets the behavior, with the number of datapoints that the rule says.
func (t *trial) choose(s *suggester, b *api.Behavior) {
	last := len(inARow) - 1
	i := slices.IndexFunc(t.alarms[:], func(a Alarms) bool { return a.Things == t.alarms[last].Things })
	b.Criteria.ConsecutiveDatapointsToAlarm = new(inARow[i])
	s.out.Behavior, s.out.Alarms = b, t.alarms[i]
}

// byThings orders members: those of the most things first.
func byThings(a, b Member) int {
	return cmp.Or(cmp.Compare(b.Things, a.Things), strings.Compare(a.Text, b.Text))
}
