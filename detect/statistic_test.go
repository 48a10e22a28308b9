package detect_test

import (
	"bytes"
	"fmt"
	"testing"

	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

var threeStatistics = []string{
	"connections aws:num-established-tcp-connections less-than-equals statistic=p90",
	"out aws:all-bytes-out less-than-equals statistic=p50",
	"sent aws:num-messages-sent less-than-equals statistic=p100",
}

// TestStatisticAllocates: a report that a threshold judges allocates nothing, nor does
// one whose datapoints wait.
func TestStatisticAllocates(t *testing.T) {
	e, seq := fleet(t, threeStatistics)
	h := history{tb: t, engine: e, now: epoch.UnixMilli(), seq: seq}
	for i := range 10 {
		h.run([]string{fmt.Sprintf("report t=1m thing=t%d connections=5 bytes_out=100", i)})
	}
	h.run([]string{"thresholds 5m16s"})
	var fx violation.Effects
	r := metric.Report{Counted: 1<<(metric.NumEstablishedTCPConnections-1) | 1<<(metric.AllBytesOut-1)}
	r.Counts[metric.NumEstablishedTCPConnections-1], r.Counts[metric.AllBytesOut-1] = 5, 1
	rec := record.Record{Kind: record.KindReport, Pos: record.Pos(1000, 0)}
	for _, of := range []struct {
		name string
		at   int64
	}{{"judged", h.now + 1000}, {"waiting", epoch.UnixMilli() + 601_000}} {
		rec.At = of.at
		allocs := testing.AllocsPerRun(2000, func() {
			r.ID++
			rec.Pos++
			rec.Body = record.AppendReport(rec.Body[:0], []byte("t3"), &r)
			if err := e.Apply(&rec, &fx); err != nil {
				t.Fatal(err)
			}
		})
		if allocs != 0 || !fx.Empty() {
			t.Errorf("%s: %v allocations per report, %d events; want none", of.name, allocs, len(fx.Events))
		}
	}
	if n := e.Stats().Waiting; n < 64 || n > 2*64+2 {
		t.Errorf("%d datapoints of one thing wait, want as many as may", n)
	}
}

// slicedOptions make a sweep over a few things take several messages.
var slicedOptions = detect.Options{SliceSteps: 8}

// statisticalEngine is closing windows, and has datapoints that wait.
func statisticalEngine(tb testing.TB) *detect.Engine {
	tb.Helper()
	h := history{tb: tb, engine: detect.New(slicedOptions), now: epoch.UnixMilli(), sessions: make(map[string]uint64)}
	h.run(append([]string{"profile p"}, threeStatistics...))
	h.run([]string{"attach p all/things"})
	for i := range 20 {
		h.run([]string{fmt.Sprintf("report t=1m thing=t%d connections=%d bytes_out=100", i, i)})
		h.run([]string{fmt.Sprintf("usage t=2m thing=t%d sent=%d", i, i)})
		h.run([]string{fmt.Sprintf("report t=5m%ds thing=t%d connections=%d bytes_out=7", 1+i/2, i, i)})
	}
	h.run([]string{"tick 5m16s"})
	if s := h.engine.Stats(); !h.engine.Sweeping() || s.Waiting == 0 {
		tb.Fatalf("sweeping: %t, %d datapoints wait; want both", h.engine.Sweeping(), s.Waiting)
	}
	return h.engine
}

// TestStatisticSnapshot: such an engine is the same after it was loaded.
func TestStatisticSnapshot(t *testing.T) {
	good := snapshot(t, statisticalEngine(t))
	loaded, err := detect.Load(bytes.NewReader(good), slicedOptions)
	if err != nil {
		t.Fatal(err)
	}
	if again := snapshot(t, loaded); !bytes.Equal(again, good) {
		t.Error("the engine is another one than the snapshot's")
	}
}

// TestStatisticSnapshotBegun: windows close, and a percentile of numbers has not had one
// of its own yet.
func TestStatisticSnapshotBegun(t *testing.T) {
	h := history{tb: t, engine: detect.New(slicedOptions), now: epoch.UnixMilli()}
	h.run([]string{"custom heat number"})
	h.run([]string{"at 1m"}) // windows end at 0 too
	h.run([]string{"profile p", "sent aws:num-messages-sent less-than-equals statistic=p50", "heat heat less-than-equals statistic=p50 duration=600"})
	h.run([]string{"attach p all/things"})
	for i := range 20 {
		h.run([]string{fmt.Sprintf("usage t=1m thing=t%d sent=1", i)})
	}
	h.run([]string{"tick 5m16s"})
	if !h.engine.Sweeping() {
		t.Fatal("no windows are closing")
	}
	good := snapshot(t, h.engine)
	if again := snapshot(t, reloadWith(t, h.engine, slicedOptions)); !bytes.Equal(again, good) {
		t.Error("the engine is another one than the snapshot's")
	}
}
