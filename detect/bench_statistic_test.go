package detect_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// BenchmarkStatistic lets a million things, connected and reporting every five minutes,
// be judged by three statistical behaviors: an op is the end of a window, from its first
// slice until the datapoints that waited for the thresholds are judged. Each Apply is a
// pause of whoever waits for the engine, and so is each call of the coordinator's.
func BenchmarkStatistic(b *testing.B) {
	const things = 1_000_000
	e, pos := fleet(b, []string{
		"connections aws:num-established-tcp-connections less-than-equals statistic=p99.9",
		"out aws:all-bytes-out less-than-equals statistic=p99.9",
		"sent aws:num-messages-sent less-than-equals statistic=p99.9",
	})
	var fx violation.Effects
	rec := record.Record{At: epoch.UnixMilli() + 1000, Pos: pos}
	var pauses []time.Duration
	apply := func(kind record.Kind, body []byte) {
		rec.Kind, rec.Body, rec.Pos = kind, body, rec.Pos+1
		start := time.Now()
		if err := e.Apply(&rec, &fx); err != nil {
			b.Fatal(err)
		}
		pauses = append(pauses, time.Since(start))
	}
	message := func(kind record.Kind, body []byte) {
		rec.Pos = record.Pos(record.Seq(rec.Pos)+1, 0)
		apply(kind, body)
	}
	for i := range things {
		apply(record.KindPresence, record.AppendPresence(nil, &record.Presence{Thing: thingName(i), Session: 1, Connected: true}))
	}
	values, report := rand.New(rand.NewPCG(5, 6)), int64(0)
	one := func(i int) {
		report++
		n := int64(1000 * (1 + values.ExpFloat64()))
		r := metric.Report{ID: report, Hash: uint64(report), Counted: 1<<(metric.NumEstablishedTCPConnections-1) | 1<<(metric.AllBytesOut-1)}
		r.Counts[metric.NumEstablishedTCPConnections-1], r.Counts[metric.AllBytesOut-1] = n%977, 17*n
		apply(record.KindReport, record.AppendReport(nil, thingName(i), &r))
		u := record.Usage{Thing: thingName(i), Number: uint64(report), Window: rec.At - rec.At%record.UsageWindow, Tally: record.Tally{Sent: n, Bytes: n, Min: 1, Max: 1}}
		apply(record.KindUsage, record.AppendUsage(nil, &u))
	}
	end := (rec.At/record.UsageWindow + 1) * record.UsageWindow
	reports := func() { // of one window; those of the first 20 s wait
		for i := range things {
			rec.At = end - record.UsageWindow + 20_000 + int64(i)*280_000/things
			if i >= things*14/15 {
				rec.At = end + int64(i-things*14/15)*15_000/(things/15)
			}
			one(i)
		}
	}
	finish := func() {
		message(record.KindTick, nil)
		for e.Sweeping() {
			message(record.KindTick, nil)
		}
	}
	waited := 0
	window := func() {
		rec.At = end + detect.DefaultGrace.Milliseconds() + 1
		finish()
		start := time.Now()
		parts, _ := e.Partials()
		pauses = append(pauses, time.Since(start))
		records, err := detect.Merge([][]detect.Partial{parts})
		if err != nil || len(records[0]) != 1 {
			b.Fatal(len(records[0]), err)
		}
		body, err := records[0][0].Encode()
		if err != nil {
			b.Fatal(err)
		}
		waited = e.Stats().Waiting
		message(record.KindThreshold, body)
		finish()
		end += record.UsageWindow
	}
	for range 2 {
		reports()
		window()
	}
	var all []time.Duration
	for b.Loop() {
		b.StopTimer()
		reports()
		fx.Reset()
		pauses = pauses[:0]
		b.StartTimer()
		window()
		all = append(all, pauses...)
	}
	slices.Sort(all)
	ms := func(part float64) float64 { return float64(all[int(part*float64(len(all)-1))].Microseconds()) / 1000 }
	b.ReportMetric(ms(0.5), "ms/pause-median")
	b.ReportMetric(ms(0.99), "ms/pause-p99")
	b.ReportMetric(ms(1), "ms/pause-longest")
	b.ReportMetric(float64(len(all))/float64(b.N), "slices/op")
	b.ReportMetric(float64(waited), "waited/op")
	b.ReportMetric(float64(e.Stats().Bytes)/things, "bytes/thing")
	if waited == 0 || len(fx.Thresholds) != 3 {
		b.Fatalf("%d datapoints waited, thresholds are %v", waited, fx.Thresholds)
	}
}
