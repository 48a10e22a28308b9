//go:build !race

package gateway // not under the race detector, where sync.Pool forgets at random

import (
	"os"
	"testing"

	"vedette/metric"
	"vedette/mqtt"
	"vedette/record"
)

// instantLog commits at once and keeps nothing.
type instantLog struct{}

func (instantLog) Append(_ uint8, _ record.Kind, _ []byte, w record.Waiter, token uint64) {
	w.Committed(token, commitTime, nil)
}

// quiet returns a gateway and a function that sends it the full report of one
// of a thousand things, each time another report.
func quiet(tb testing.TB) (*Gateway, func()) {
	tb.Helper()
	text, err := os.ReadFile("../metric/testdata/full.json")
	if err != nil {
		tb.Fatal(err)
	}
	g := New(Options{Log: instantLog{}})
	things := make([][]byte, 1000)
	for i := range things {
		things[i] = []byte{'t', byte('a' + i/100), byte('0' + i/10%10), byte('0' + i%10)}
	}
	n := 0
	send := func() {
		n++
		text[len(text)-6] = byte('0' + n%10) // a digit of the last number
		g.report(caller{client: quietClient{}, ticket: uint64(n), thing: things[n%1000], format: metric.JSON}, text)
	}
	for range 2000 {
		send()
	}
	return g, send
}

// quietClient takes answers and forgets them.
type quietClient struct{}

func (quietClient) Finish(uint64, mqtt.Code, []byte, []byte) {}

func TestAcceptAllocates(t *testing.T) {
	g, send := quiet(t)
	if n := testing.AllocsPerRun(1000, send); n != 0 {
		t.Errorf("%v allocations per report, want none", n)
	}
	if s := g.Stats(); len(s.Rejected) > 0 || s.Accepted[metric.JSON] < 1000 {
		t.Errorf("stats: %+v", s)
	}
}

func BenchmarkAccept(b *testing.B) {
	_, send := quiet(b)
	b.ReportAllocs()
	for b.Loop() {
		send()
	}
}
