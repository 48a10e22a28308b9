package detect_test

import (
	"fmt"
	"testing"

	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// TestCountFleet: of 10,000 registered things some report, some are connected, some both;
// a few are in no registry.
func TestCountFleet(t *testing.T) {
	e := detect.New(detect.Options{})
	var fx violation.Effects
	seq := uint64(0)
	apply := func(kind record.Kind, at int64, body []byte) {
		t.Helper()
		seq++
		if err := e.Apply(&record.Record{Kind: kind, At: at, Pos: record.Pos(seq, 0), Body: body}, &fx); err != nil {
			t.Fatal(err)
		}
	}
	report := func(at int64, n int) {
		t.Helper()
		apply(record.KindReport, at, record.AppendReport(nil, thingName(n), &metric.Report{ID: at}))
	}
	connect := func(at int64, n int, connected bool) {
		t.Helper()
		apply(record.KindPresence, at, record.AppendPresence(nil, &record.Presence{Thing: thingName(n), Session: uint64(n + 1), Connected: connected}))
	}
	if got := e.CountFleet(0); got != (detect.FleetCounts{}) {
		t.Errorf("of nothing: got %+v", got)
	}
	for n := range 10_000 {
		change := fmt.Sprintf(`{"revision":%d,"thing":{"name":%q}}`, n+1, thingName(n))
		apply(record.KindChange, 1000, []byte(change))
	}
	for n := range 5000 {
		report(2000, n) // long ago
	}
	for n := 4000; n < 6000; n++ {
		report(5000, n)
	}
	for n := 5500; n < 7000; n++ {
		connect(6000, n, true)
	}
	for n := 6500; n < 7000; n++ {
		connect(7000, n, false)
	}
	for n := 10_000; n < 10_003; n++ { // not registered
		report(8000, n)
	}
	want := detect.FleetCounts{Seen: 7003, Registered: 10_000, Online: 1000, Reporting: 2003}
	if got := e.CountFleet(5000); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := e.CountFleet(5001); got.Reporting != 3 {
		t.Errorf("later: got %+v", got)
	}
}

func BenchmarkCountFleet(b *testing.B) {
	e, pos := fleet(b, fiveBehaviors)
	var fx violation.Effects
	const things = 1_000_000
	for n := range things {
		r := record.Record{Kind: record.KindReport, At: epoch.UnixMilli() + int64(n), Pos: record.Pos(pos+1+uint64(n), 0), Body: record.AppendReport(nil, thingName(n), normalReport())}
		if err := e.Apply(&r, &fx); err != nil {
			b.Fatal(err)
		}
		fx.Reset()
	}
	b.ReportAllocs()
	for b.Loop() {
		if c := e.CountFleet(epoch.UnixMilli() + things/2); c.Seen != things || c.Reporting != things/2 {
			b.Fatalf("got %+v", c)
		}
	}
}
