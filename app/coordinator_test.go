package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// shards are engines with a log each, as far as a coordinator sees them.
type shards struct {
	t       *testing.T
	engines []*detect.Engine
	seq     []uint64
	at      int64 // of what is appended
	written int
	failAt  int // the number of the append that fails; 0: none
	said    []violation.Threshold
	events  []string
	log     bytes.Buffer
}

const fleetWindow = int64(300_000)

func newShards(t *testing.T, n int) *shards {
	s := &shards{t: t, engines: make([]*detect.Engine, n), seq: make([]uint64, n), at: 1000 * fleetWindow}
	profile := &record.Profile{Name: "p", Behaviors: []api.Behavior{{Name: new("level"), Metric: new("level"), Criteria: &api.BehaviorCriteria{
		ComparisonOperator: new(api.ComparisonOperatorLessThanEquals), StatisticalThreshold: &api.StatisticalThreshold{Statistic: new("p50")},
	}}}}
	for i := range s.engines {
		s.engines[i] = detect.New(detect.Options{})
		for j, c := range []record.Change{
			{CustomMetric: &record.CustomMetric{Name: "level", Type: api.CustomMetricTypeNumber}},
			{Profile: profile},
			{Attachment: &record.Attachment{Profile: "p", Kind: record.AllThings, Attached: true}},
		} {
			c.Revision = int64(j + 1)
			body, err := c.Encode()
			check(t, err)
			s.apply(i, record.KindChange, body)
		}
	}
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *shards) apply(shard int, kind record.Kind, body []byte) {
	s.t.Helper()
	s.seq[shard]++
	var fx violation.Effects
	check(s.t, s.engines[shard].Apply(&record.Record{Kind: kind, At: s.at, Pos: record.Pos(s.seq[shard], 0), Body: body}, &fx))
	s.said = append(s.said, fx.Thresholds...)
	for _, e := range fx.Events {
		s.events = append(s.events, fmt.Sprint(e.Type, " ", e.Thing, " ", e.Value))
	}
}

// report is one of a thing of the shard, at an offset from window w.
func (s *shards) report(shard int, thing string, w, offset int64, level float64) {
	s.t.Helper()
	s.at = 1000*fleetWindow + w*fleetWindow + offset
	r := metric.Report{ID: s.at + int64(level*10), Hash: uint64(s.at), Custom: []metric.CustomValue{{Name: []byte("level"), Kind: metric.Number, Number: level}}}
	s.apply(shard, record.KindReport, record.AppendReport(nil, []byte(thing), &r))
}

// closeWindow lets the clock of a shard pass the end of window w.
func (s *shards) closeWindow(shard int, w int64) {
	s.t.Helper()
	s.at = 1000*fleetWindow + (w+1)*fleetWindow + 16_000
	s.apply(shard, record.KindTick, nil)
}

// restart gives a shard the engine that its snapshot makes.
func (s *shards) restart(shard int) {
	s.t.Helper()
	var b bytes.Buffer
	_, err := s.engines[shard].Freeze().WriteTo(&b)
	check(s.t, err)
	s.engines[shard], err = detect.Load(&b, detect.Options{})
	check(s.t, err)
}

// coordinator is one of a new process.
func (s *shards) coordinator() *coordinator {
	c := &coordinator{logger: slog.New(slog.NewTextHandler(&s.log, nil)), kick: make(chan struct{}, 1), missing: make(map[string]string)}
	for _, e := range s.engines {
		c.shards = append(c.shards, e)
	}
	c.append = func(_ context.Context, shard int, body []byte) error {
		if s.written++; s.written == s.failAt {
			return errors.New("the process died")
		}
		s.apply(shard, record.KindThreshold, body)
		return nil
	}
	return c
}

func (s *shards) want(thresholds, events string) {
	s.t.Helper()
	var got []string
	for _, t := range s.said {
		got = append(got, fmt.Sprintf("%d of %d: %s", (t.End/fleetWindow)-1000, t.N, t.Value+t.Why))
	}
	if text := strings.Join(got, ", "); text != thresholds {
		s.t.Errorf("thresholds: got %s, want %s", text, thresholds)
	}
	if text := strings.Join(s.events, ", "); text != events {
		s.t.Errorf("events: got %s, want %s", text, events)
	}
}

// TestCoordinator: the percentile is that of all shards, and each of them has it once.
func TestCoordinator(t *testing.T) {
	s := newShards(t, 3)
	s.report(0, "a", 0, 1000, 1)
	s.report(1, "b", 0, 1000, 2)
	s.report(2, "c", 0, 1000, 9)
	for shard := range 3 {
		check(t, s.coordinator().merge(t.Context())) // nothing, as long as one has not closed the window
		if s.written > 0 {
			t.Fatal("a threshold was made without the last shard")
		}
		s.closeWindow(shard, 0)
	}
	for range 3 { // the second and third time there is nothing to do
		check(t, s.coordinator().merge(t.Context()))
	}
	if s.written != 3 {
		t.Errorf("records written: got %d, want 3", s.written)
	}
	s.report(0, "a", 1, 60_000, 2)
	s.report(2, "c", 1, 60_000, 2.5)
	const two = `{"number":2}`
	s.want("1 of 3: "+two+", 1 of 3: "+two+", 1 of 3: "+two, `in-alarm c {"number":2.5}`)
}

// TestCoordinatorDies: wherever it dies, each shard gets the same threshold.
func TestCoordinatorDies(t *testing.T) {
	for failAt := 1; failAt <= 3; failAt++ {
		s := newShards(t, 3)
		s.failAt = failAt
		for shard, level := range []float64{5, 3, 4} {
			s.report(shard, fmt.Sprint("t", shard), 0, 1000, level)
		}
		for shard := range 3 {
			s.closeWindow(shard, 0)
			s.report(shard, fmt.Sprint("t", shard), 1, 20_000, 4.5) // waits
		}
		if err := s.coordinator().merge(t.Context()); err == nil {
			t.Fatal("the coordinator did not die")
		}
		for shard := range 3 {
			s.restart(shard)
		}
		check(t, s.coordinator().merge(t.Context()))
		if len(s.said) != 3 || s.said[0] != s.said[1] || s.said[1] != s.said[2] || s.said[0].Value != `{"number":4}` {
			t.Errorf("died at append %d: thresholds are %+v", failAt, s.said)
		}
		if len(s.events) != 3 {
			t.Errorf("died at append %d: got %v, want an alarm of each thing", failAt, s.events)
		}
	}
}

// TestShardLags: a shard that has not closed a window before the others close the next
// one leaves the former unjudged; then all goes on.
func TestShardLags(t *testing.T) {
	s := newShards(t, 2)
	s.report(0, "a", 0, 1000, 1)
	s.report(1, "b", 0, 2000, 2)
	s.closeWindow(0, 0)
	s.report(0, "a", 1, 60_000, 100) // waits
	if n := s.engines[0].Stats().Waiting; n != 1 {
		t.Errorf("waiting datapoints: got %d, want 1", n)
	}
	s.closeWindow(0, 1)
	check(t, s.coordinator().merge(t.Context()))
	if n := s.engines[0].Stats().Waiting; n != 0 || s.written > 0 {
		t.Errorf("after the next window: %d datapoints wait, %d records written, want none", n, s.written)
	}
	s.closeWindow(1, 0)
	s.report(1, "b", 1, 60_000, 3)
	check(t, s.coordinator().merge(t.Context()))
	if s.written > 0 {
		t.Error("a threshold was made of different windows")
	}
	s.closeWindow(1, 1)
	check(t, s.coordinator().merge(t.Context()))
	s.report(1, "b", 2, 60_000, 4)
	s.report(0, "a", 2, 60_000, 3)
	const three = `{"number":3}`
	s.want("2 of 2: "+three+", 2 of 2: "+three, `in-alarm b {"number":4}`)
}

// TestNegativeValues: why a behavior is not judged stands in the log, once.
func TestNegativeValues(t *testing.T) {
	s := newShards(t, 2)
	c := s.coordinator()
	for w, level := range []float64{-1, -2, 3} {
		s.report(0, "a", int64(w), 30_000, 1)
		s.report(1, "b", int64(w), 30_000, level)
		s.closeWindow(0, int64(w))
		s.closeWindow(1, int64(w))
		check(t, c.merge(t.Context()))
	}
	if text := s.log.String(); strings.Count(text, "negative values") != 1 || strings.Count(text, "is there again") != 1 {
		t.Errorf("got the log\n%s", text)
	}
	s.want(`1 of 2: NEGATIVE_VALUES, 1 of 2: NEGATIVE_VALUES, 2 of 2: NEGATIVE_VALUES, 2 of 2: NEGATIVE_VALUES, 3 of 2: {"number":1}, 3 of 2: {"number":1}`, "")
}

// TestShardsMakeNoDifference: a fleet that is spread over shards, each of which may
// restart, is judged as on a single one.
func TestShardsMakeNoDifference(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type said struct {
			thing  int
			offset int64
			level  float64
		}
		var windows [][]said
		for range rapid.IntRange(2, 5).Draw(rt, "windows") {
			var list []said
			for i := range rapid.IntRange(0, 12).Draw(rt, "reports") {
				list = append(list, said{rapid.IntRange(0, 5).Draw(rt, "thing"), int64(i+1) * 20_000, rapid.SampledFrom([]float64{-1, 0, 1, 2, 3, 5}).Draw(rt, "level")})
			}
			windows = append(windows, list)
		}
		restarts := rapid.SliceOfN(rapid.Bool(), 12, 12).Draw(rt, "restarts")
		run := func(n int) (thresholds []violation.Threshold, events []string) {
			s := newShards(t, n)
			for w, list := range windows {
				for i, r := range list {
					s.report(r.thing%n, fmt.Sprint("thing-", r.thing), int64(w), r.offset, r.level)
					if restarts[i] && n > 1 {
						s.restart(r.thing % n)
					}
				}
				for shard := range n {
					s.closeWindow(shard, int64(w))
				}
				check(t, s.coordinator().merge(t.Context()))
			}
			slices.Sort(s.events)
			return slices.Compact(s.said), s.events
		}
		thresholds, events := run(1)
		spread, same := run(rapid.IntRange(2, 4).Draw(rt, "shards"))
		if !slices.Equal(thresholds, spread) || !slices.Equal(events, same) {
			rt.Errorf("on one shard: %v %v; on several: %v %v", thresholds, events, spread, same)
		}
	})
}
