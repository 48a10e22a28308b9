package detect_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"vedette/detect"
	"vedette/record"
	"vedette/violation"
)

// applyFleet applies rounds of one normal report of each of n things.
func applyFleet(tb testing.TB, e *detect.Engine, pos uint64, n, rounds int) {
	tb.Helper()
	var fx violation.Effects
	r := normalReport()
	rec := record.Record{Kind: record.KindReport, At: epoch.UnixMilli(), Pos: pos}
	for range rounds {
		r.ID++
		rec.At += 300_000
		for i := range n {
			rec.Pos++
			rec.Body = record.AppendReport(rec.Body[:0], thingName(i), r)
			if err := e.Apply(&rec, &fx); err != nil {
				tb.Fatal(err)
			}
		}
	}
}

// BenchmarkApply judges reports of a million things in random order by five
// behaviors each, and keeps the values of their metrics.
func BenchmarkApply(b *testing.B) {
	const things = 1_000_000
	e, pos := fleet(b, fiveBehaviors)
	valueMemory(b, e, 4<<30)
	applyFleet(b, e, pos, things, 1)
	bodies := benchmarkReports(things)
	runtime.GC()
	var fx violation.Effects
	rec := record.Record{Kind: record.KindReport, At: epoch.UnixMilli() + 300_000, Pos: pos}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		// Each round through the fleet has its own payloads and time.
		if i%things == 0 {
			rec.At += 300_000
			fx.Reset()
		}
		rec.Pos++
		rec.Body = bodies[i%things]
		rec.Body[reportHashByte]++
		if err := e.Apply(&rec, &fx); err != nil {
			b.Fatal(err)
		}
		i++
	}
	s := e.Stats()
	if s.Repeats > 0 || s.Violating > 0 {
		b.Fatalf("%d repeats, %d violating datapoints", s.Repeats, s.Violating)
	}
	b.ReportMetric(s.BytesPerState, "bytes/state")
	b.ReportMetric(float64(s.Bytes-s.OpenChunkBytes)/things, "bytes/thing")
	b.ReportMetric(float64(s.OpenChunkBytes)/float64(s.OpenChunks), "bytes/series")
}

// valueMemory sets the budget of the engine's open chunks.
func valueMemory(tb testing.TB, e *detect.Engine, bytes int64) {
	tb.Helper()
	body, err := (&record.Change{ValueMemory: bytes}).Encode()
	if err != nil {
		tb.Fatal(err)
	}
	var fx violation.Effects
	if err := e.Apply(&record.Record{Kind: record.KindChange, At: epoch.UnixMilli(), Pos: 1, Body: body}, &fx); err != nil {
		tb.Fatal(err)
	}
}

// reportHashByte is where the payload's hash lies in the bodies of
// benchmarkReports; changing it makes another report of it.
const reportHashByte = 1 + 1 + len("thing-000000000") + 1

// benchmarkReports returns a report of each of n things, in random order. The
// bodies lie one after the other, as in a batch of the log.
func benchmarkReports(n int) [][]byte {
	bodies := make([][]byte, n)
	var all []byte
	r := normalReport()
	r.ID = 3
	for i, thing := range rand.New(rand.NewPCG(3, 4)).Perm(n) {
		from := len(all)
		all = record.AppendReport(all, thingName(thing), r)
		bodies[i] = all[from:len(all):len(all)]
	}
	return bodies
}

// BenchmarkFreeze is the pause that a snapshot of a million things costs.
func BenchmarkFreeze(b *testing.B) {
	e, pos := fleet(b, fiveBehaviors)
	applyFleet(b, e, pos, 1_000_000, 1)
	b.ReportAllocs()
	for b.Loop() {
		e.Freeze()
	}
}

// BenchmarkSnapshot writes and loads a million things with five behaviors each.
func BenchmarkSnapshot(b *testing.B) {
	e, pos := fleet(b, fiveBehaviors)
	applyFleet(b, e, pos, 1_000_000, 1)
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			n, err := e.Freeze().WriteTo(io.Discard)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(n)
		}
	})
	file := snapshot(b, e)
	b.Run("load", func(b *testing.B) {
		b.SetBytes(int64(len(file)))
		for b.Loop() {
			if _, err := detect.Load(bytes.NewReader(file), detect.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkReplan is what attaching a profile to all of a million things costs.
func BenchmarkReplan(b *testing.B) {
	h := history{tb: b, engine: detect.New(detect.Options{}), now: epoch.UnixMilli()}
	h.run(append([]string{"profile p"}, fiveBehaviors...))
	applyFleet(b, h.engine, 1<<30, 1_000_000, 1)
	for b.Loop() {
		h.run([]string{"attach p all/things"})
		h.run([]string{"detach p all/things"})
	}
}

// BenchmarkUsage judges what the gateway counts of a million connected things by
// four behaviors each, and the end of a window of all of them.
func BenchmarkUsage(b *testing.B) {
	const things = 1_000_000
	e, pos := fleet(b, []string{
		"sent aws:num-messages-sent less-than 1000000", "denied aws:num-authorization-failures less-than 100 duration=3600",
		"from aws:source-ip-address in-cidr-set 10.0.0.0/8", "gone aws:disconnect-duration less-than 60",
	})
	valueMemory(b, e, 4<<30)
	var fx violation.Effects
	rec := record.Record{At: epoch.UnixMilli() + 1000, Pos: pos}
	apply := func() {
		rec.Pos++
		if err := e.Apply(&rec, &fx); err != nil {
			b.Fatal(err)
		}
	}
	rec.Kind = record.KindPresence
	for i := range things {
		rec.Body = record.AppendPresence(rec.Body[:0], &record.Presence{Thing: thingName(i), Session: 1, Connected: true, Addr: addrs("10.0.0.1")[0]})
		apply()
	}
	order := rand.New(rand.NewPCG(3, 4)).Perm(things)
	u := record.Usage{Tally: record.Tally{Sent: 3, Received: 1, Bytes: 90, Min: 30, Max: 30}, Addrs: addrs("10.0.0.1")}
	names := make([][]byte, things)
	for i := range names {
		names[i] = thingName(i)
	}
	b.Run("record", func(b *testing.B) {
		b.ReportAllocs()
		rec.Kind = record.KindUsage
		i := 0
		for b.Loop() {
			u.Number++
			u.Thing, u.Window = names[order[i%things]], rec.At-rec.At%record.UsageWindow
			rec.Body = record.AppendUsage(rec.Body[:0], &u)
			apply()
			i++
		}
	})
	b.Run("window", func(b *testing.B) {
		b.ReportAllocs()
		rec.Kind, rec.Body = record.KindTick, nil
		var pauses []time.Duration
		message := func(at int64) {
			rec.At, rec.Pos = at, record.Pos(record.Seq(rec.Pos)+1, 0)
			fx.Reset()
			start := time.Now()
			apply()
			pauses = append(pauses, time.Since(start))
		}
		round := func() {
			end := rec.At - rec.At%record.UsageWindow + record.UsageWindow
			for _, due := range []int64{end + 1, end + detect.DefaultGrace.Milliseconds() + 1} { // durations, windows
				for message(due); e.Sweeping(); {
					message(due)
				}
			}
		}
		round() // from where the records left it
		pauses = pauses[:0]
		for b.Loop() {
			round()
		}
		slices.Sort(pauses)
		ms := func(part float64) float64 {
			return float64(pauses[int(part*float64(len(pauses)-1))].Microseconds()) / 1000
		}
		b.ReportMetric(ms(0.5), "ms/pause-median")
		b.ReportMetric(ms(0.99), "ms/pause-p99")
		b.ReportMetric(ms(1), "ms/pause-longest")
		b.ReportMetric(float64(len(pauses))/float64(b.N), "slices/op")
		if n := len(fx.Events); n > 0 {
			b.Fatalf("%d events", n)
		}
		s := e.Stats()
		b.ReportMetric(float64(s.Bytes-s.OpenChunkBytes)/things, "bytes/thing")
		b.ReportMetric(float64(s.OpenChunkBytes)/float64(s.OpenChunks), "bytes/series")
	})
}
