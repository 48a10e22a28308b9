package detect_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// recognised tells whether n values that next makes are taken for totals.
func recognised(n int, next func(i int) int64) bool {
	var t detect.Totals
	for i := range n {
		t.Add(next(i))
	}
	return t.Cumulative()
}

func TestTotals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	total := int64(0)
	grow := func(restart, idle int) func(int) int64 {
		total = 1 << 40
		return func(i int) int64 {
			switch {
			case restart > 0 && i%restart == restart-1:
				total = r.Int64N(1000)
			case idle == 0 || i%idle != 0:
				total += 1 + r.Int64N(100_000)
			}
			return total
		}
	}
	for name, test := range map[string]struct {
		n    int
		next func(i int) int64
		want bool
	}{
		"ok/totals":                        {60, grow(0, 0), true},
		"ok/totals with restarts":          {200, grow(30, 0), true},
		"ok/totals of a device that rests": {200, grow(0, 12), true},
		"ok/totals that stand still then":  {5000, func(i int) int64 { return int64(min(i, 100)) }, true},
		"ok/largest totals":                {60, func(i int) int64 { return math.MaxInt64 - 60 + int64(i) }, true},
		"no/too few":                       {48, grow(0, 0), false},
		"no/always the same":               {5000, func(int) int64 { return 7 }, false},
		"no/always zero":                   {5000, func(int) int64 { return 0 }, false},
		"no/noise":                         {100_000, func(int) int64 { return r.Int64N(1000) }, false},
		"no/a day's curve with a little noise": {5000, func(i int) int64 {
			return int64(1e6*(1.5+math.Sin(float64(i)/288*2*math.Pi))) + r.Int64N(100_000)
		}, false},
		"no/bursts out of silence": {5000, func(i int) int64 { return int64(i%10) / 9 * 1_000_000 }, false},
		"no/totals no more": {200, func(i int) int64 {
			if i < 100 {
				return int64(i * 1000)
			}
			return 50_000 + r.Int64N(40_000)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := recognised(test.n, test.next); got != test.want {
				t.Errorf("taken for totals: %t, want %t", got, test.want)
			}
		})
	}
}

// The engine counts the things whose reports are totals, repeats aside.
func TestSendingTotals(t *testing.T) {
	e, pos := fleet(t, fiveBehaviors)
	r := rand.New(rand.NewPCG(1, 2))
	var fx violation.Effects
	send := func(thing string, i int, n int64) {
		report := &metric.Report{ID: int64(i), HasID: true, Counted: 1<<(metric.AllBytesIn-1) | 1<<(metric.AllBytesOut-1)}
		report.Counts[metric.AllBytesIn-1], report.Counts[metric.AllBytesOut-1] = 5*n, n
		for range 2 {
			pos += 1 << 16
			err := e.Apply(&record.Record{Kind: record.KindReport, Pos: pos, At: epoch.UnixMilli() + int64(i)*300_000, Body: record.AppendReport(nil, []byte(thing), report)}, &fx)
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range 60 {
		send("totals", i, 1000*int64(i))
		send("deltas", i, r.Int64N(1000))
		want := 0
		if i >= 48 {
			want = 1
		}
		if things, converted, latest := e.SendingTotals(); things != want || converted != 0 || want == 1 && latest != "totals" || e.Stats().SendingTotals != want {
			t.Fatalf("after %d reports: %d things, %d converted, %q; want %d", i+1, things, converted, latest, want)
		}
	}
	send("totals", 60, 40_000) // mended
	if things, _, _ := e.SendingTotals(); things != 0 {
		t.Errorf("%d things, want 0", things)
	}
}

// TestSendingTotalsConverted: of the things that are recognised those count apart of which
// deltas are made, whichever comes first.
func TestSendingTotalsConverted(t *testing.T) {
	e, _ := fleet(t, fiveBehaviors)
	h := history{tb: t, engine: e, now: epoch.UnixMilli(), seq: 10, revision: 2}
	for _, command := range []string{"thing early", "thing late", "group g", "join early g", "delta-from-totals g"} {
		h.run([]string{command})
	}
	report := func(from, to int) {
		for i := from; i < to; i++ {
			for _, thing := range []string{"early", "late"} {
				h.run([]string{fmt.Sprintf("report t=+1m thing=%s bytes_out=%d", thing, 1000*i)})
			}
		}
	}
	check := func(want ...int) {
		t.Helper()
		things, converted, latest := e.SendingTotals()
		s := e.Stats()
		if got := []int{things, converted, s.DeltasMade}; !slices.Equal(got, want) || s.SendingTotals != things || s.Converted != converted || latest == "early" {
			t.Errorf("got %v, latest %q, want %v", got, latest, want)
		}
	}
	report(1, 40)
	check(0, 0, 1)
	report(40, 60)
	check(2, 1, 1)
	h.run([]string{"join late g"})
	check(2, 1, 1)
	report(60, 61)
	check(2, 2, 2)
	for what, e := range map[string]*detect.Engine{"": e, "after a restart": reload(t, e)} {
		if since := e.DeltasSince("late"); since != h.now || e.DeltasSince("nobody") != 0 {
			t.Errorf("converted since %d, want %d %s", since, h.now, what)
		}
	}
	h.run([]string{"leave early g"})
	check(2, 1, 1)
	h.run([]string{"delta-from-totals"})
	check(2, 0, 0)
	if since := e.DeltasSince("late"); since != 0 {
		t.Errorf("still converted since %d", since)
	}
}

// TestMakeDeltasAllocates nothing for a report, and the state that a thing takes is given
// back.
func TestMakeDeltasAllocates(t *testing.T) {
	e, pos := fleet(t, fiveBehaviors)
	h := history{tb: t, engine: e, now: epoch.UnixMilli(), seq: 10, revision: 2}
	for _, command := range []string{"thing a", "group g", "join a g", "delta-from-totals g"} {
		h.run([]string{command})
	}
	rec, r := record.Record{Kind: record.KindReport, At: h.now, Pos: pos + 1<<20}, normalReport()
	var fx violation.Effects
	apply := func() {
		r.ID++
		r.Counts[metric.AllBytesOut-1] += 100
		rec.At += 300_000
		rec.Body = record.AppendReport(rec.Body[:0], []byte("a"), r)
		if err := e.Apply(&rec, &fx); err != nil {
			t.Fatal(err)
		}
	}
	apply()
	if allocs := testing.AllocsPerRun(1000, apply); allocs != 0 || len(fx.Events) > 0 {
		t.Errorf("%v allocations per report, %d events; want none", allocs, len(fx.Events))
	}
	before := e.Stats().Bytes
	const much = 256 << 10 // what is kept takes some meanwhile
	for range 3 * 4096 {   // far more than fit into what was allocated
		h.now = rec.At
		h.run([]string{"leave a g"})
		h.run([]string{"join a g"})
		apply()
	}
	if after := e.Stats().Bytes; after > before+much {
		t.Errorf("the engine took %d bytes, and takes %d", before, after)
	}
}

func BenchmarkTotals(b *testing.B) {
	var t detect.Totals
	v := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		v += 1000
		t.Add(v)
	}
}
