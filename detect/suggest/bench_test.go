package suggest_test

import (
	"math/rand/v2"
	"testing"

	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/violation"

	"vedette/detect/suggest"
)

// BenchmarkSuggest answers for the bytes of 100 things, 14 days of a report every 300 s.
func BenchmarkSuggest(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	var chunks []violation.Chunk // of one thing; the others have the same
	state, buf := chunk.New(chunk.Counts), []byte(nil)
	for i := range 14 * day {
		var err error
		if buf, err = state.AppendCount(buf, begin+int64(i)*step, int64(1_000_000+r.IntN(1_000_000))); err != nil {
			chunks = append(chunks, violation.Chunk{Data: state.Seal(nil, buf)})
			state, buf = chunk.New(chunk.Counts), nil
		}
	}
	chunks = append(chunks, violation.Chunk{Data: state.Seal(nil, buf)})
	info, _ := metric.Lookup("aws:all-bytes-out")
	q := suggest.Question{Series: metric.Series{Metric: info.Name}, Info: info, From: begin, To: begin + 60*86_400_000}
	const n = 100
	b.ReportAllocs()
	for b.Loop() {
		_, err := suggest.For(q, catalog{}, func(visit func(string, []violation.Chunk) error) error {
			for range n {
				if err := visit("thing", chunks); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/thing")
}
