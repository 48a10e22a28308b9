package detect_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// TestReplayIsTheEngine: what a replay of a thing's values finds is what the engine
// found when they came.
func TestReplayIsTheEngine(t *testing.T) {
	for _, name := range []string{"aws:all-bytes-out", "aws:num-established-tcp-connections"} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { replayAsEngine(t, name) })
		})
	}
}

func replayAsEngine(t *rapid.T, name string) {
	op := rapid.SampledFrom([]api.ComparisonOperator{api.ComparisonOperatorLessThanEquals, api.ComparisonOperatorGreaterThan}).Draw(t, "operator")
	b := api.Behavior{Name: new("b"), Metric: &name, Criteria: &api.BehaviorCriteria{
		ComparisonOperator: &op, Value: &api.MetricValue{Count: new(rapid.Int64Range(0, 40).Draw(t, "limit"))},
		DurationSeconds:              new(rapid.SampledFrom([]int32{300, 900}).Draw(t, "duration")),
		ConsecutiveDatapointsToAlarm: new(rapid.Int32Range(1, 4).Draw(t, "to alarm")),
		ConsecutiveDatapointsToClear: new(rapid.Int32Range(1, 3).Draw(t, "to clear")),
	}}
	compiled, faults := detect.Compile(&b, nil)
	if faults != nil {
		t.Fatal(faults)
	}
	e := detect.New(detect.Options{})
	var fx violation.Effects
	seq := uint64(0)
	apply := func(kind record.Kind, at int64, body []byte) {
		seq++
		if err := e.Apply(&record.Record{Kind: kind, Pos: record.Pos(seq, 0), At: at, Body: body}, &fx); err != nil {
			t.Fatal(err)
		}
	}
	at := epoch.UnixMilli()
	for i, c := range []record.Change{
		{Profile: &record.Profile{Name: "p", Behaviors: []api.Behavior{b}}},
		{Attachment: &record.Attachment{Profile: "p", Kind: record.AllThings, Attached: true}},
	} {
		c.Revision = int64(i + 1)
		body, err := json.Marshal(&c)
		if err != nil {
			t.Fatal(err)
		}
		apply(record.KindChange, at, body)
	}
	replay, raised, cleared := compiled.Replay(), 0, 0
	for i := range rapid.IntRange(1, 60).Draw(t, "reports") {
		at += int64(time.Duration(rapid.IntRange(1, 500).Draw(t, "after")) * time.Second / time.Millisecond)
		v := rapid.Int64Range(0, 60).Draw(t, "value")
		r := &metric.Report{ID: int64(i), HasID: true}
		r.Counts[metric.AllBytesOut-1], r.Counts[metric.NumEstablishedTCPConnections-1] = v, v
		r.Counted = 1<<(metric.AllBytesOut-1) | 1<<(metric.NumEstablishedTCPConnections-1)
		apply(record.KindReport, at, record.AppendReport(nil, []byte("a"), r))
		verdict := replay.Count(at, v)
		if verdict.Raised {
			raised++
		}
		if verdict.Cleared {
			cleared++
		}
	}
	for _, event := range fx.Events {
		switch event.Type {
		case api.ViolationEventTypeInAlarm:
			raised--
		case api.ViolationEventTypeAlarmCleared:
			cleared--
		}
	}
	if raised != 0 || cleared != 0 {
		t.Fatalf("the replay has %d more alarms and %d more ends of them than the engine", raised, cleared)
	}
}
