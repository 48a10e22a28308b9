package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

func load(t *testing.T, o LoadOptions) (*LoadResult, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return Load(ctx, o)
}

func short(addr string) LoadOptions {
	return LoadOptions{Addr: addr, Connections: 7, Things: 1000, Duration: 200 * time.Millisecond, Warmup: 20 * time.Millisecond, ServerPID: os.Getpid()}
}

func TestLoad(t *testing.T) {
	tests := []struct {
		name  string
		edit  func(*LoadOptions)
		check func(*LoadResult) bool
	}{
		{"ok/closed loop", func(*LoadOptions) {}, func(r *LoadResult) bool { return r.Until == "puback" && r.Accepted == 0 }},
		{"ok/window", func(o *LoadOptions) { o.Window = 20 }, func(r *LoadResult) bool { return r.Window == 20 }},
		{"ok/replies", func(o *LoadOptions) { o.Window, o.Subscribe = 3, true },
			func(r *LoadResult) bool { return r.Until == "accepted" && r.Accepted >= r.Reports && r.Rejected == 0 }},
		{"ok/plain topics", func(o *LoadOptions) { o.Mode = TopicPlain }, func(r *LoadResult) bool { return r.Mode == TopicPlain }},
		{"ok/at a rate", func(o *LoadOptions) { o.Rate = 2000 }, func(r *LoadResult) bool { return r.Reports <= 441 }},
		{"ok/at a rate with a window", func(o *LoadOptions) { o.Rate, o.Window, o.Subscribe = 2000, 4, true }, func(r *LoadResult) bool { return r.Reports <= 441 }},
		{"ok/violations", func(o *LoadOptions) { o.ViolateEvery, o.Things = 1, 7 }, func(r *LoadResult) bool { return r.Violating > 0 && r.Violating < r.Reports }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := startBroker(t, &broker{})
			o := short(b.addr)
			tt.edit(&o)
			r, err := load(t, o)
			if err != nil {
				t.Fatal(err)
			}
			if r.Reports == 0 || r.Lost != 0 || r.Latency.P50 <= 0 || r.Latency.Max < r.Latency.P50 || r.ServerCPU == nil || !tt.check(r) {
				t.Errorf("result %+v", r)
			}
			checkReports(t, &o, b)
		})
	}
}

// checkReports looks at everything that the broker received.
func checkReports(t *testing.T, o *LoadOptions, b *broker) {
	t.Helper()
	lastID, open := map[string]int64{}, map[string]bool{}
	for _, m := range b.received() {
		var doc struct {
			Header  reportHeader  `json:"header"`
			Metrics reportMetrics `json:"metrics"`
		}
		if err := json.Unmarshal(m.payload, &doc); err != nil {
			t.Fatalf("report %s: %v", m.payload, err)
		}
		thing := m.topic[strings.Index(m.topic, "thing-"):]
		thing, _, _ = strings.Cut(thing, "/")
		if m.topic != topicOf(o.Mode, strings.TrimPrefix(thing, "thing-")) {
			t.Fatalf("topic %s", m.topic)
		}
		if last, again := lastID[thing]; again && doc.Header.ID != last+1 {
			t.Fatalf("%s: report %d after %d", thing, doc.Header.ID, last)
		}
		violating := doc.Metrics.TCP.Ports[0].Port == 23
		if _, again := lastID[thing]; again && o.ViolateEvery == 1 && violating == open[thing] {
			t.Fatalf("%s: two reports alike, violating %v", thing, violating)
		}
		lastID[thing], open[thing] = doc.Header.ID, violating
	}
}

func TestLoadRejections(t *testing.T) {
	b := startBroker(t, &broker{answer: func(n int, _ string, _ []byte) brokerAnswer {
		if n%2 == 0 {
			return rejectReport
		}
		return acknowledge
	}})
	o := short(b.addr)
	o.Subscribe = true
	r, err := load(t, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Accepted == 0 || r.Rejected == 0 {
		t.Errorf("result %+v", r)
	}
}

func TestLoadRefusals(t *testing.T) {
	b := startBroker(t, &broker{})
	tests := []struct {
		name string
		edit func(*LoadOptions)
		want string // in the error
	}{
		{"fail/another machine", func(o *LoadOptions) { o.Addr = "192.0.2.1:1883" }, "--allow-remote"},
		{"fail/no port", func(o *LoadOptions) { o.Addr = "localhost" }, "missing port"},
		{"fail/too many connections", func(o *LoadOptions) { o.Connections = 10_001 }, "connections 10001 should be in range[1,10000]"},
		{"fail/too few things", func(o *LoadOptions) { o.Things = 3 }, "too few"},
		{"fail/window beyond the things", func(o *LoadOptions) { o.Window = 500 }, "fewer than the window"},
		{"fail/too long", func(o *LoadOptions) { o.Duration = 2 * time.Hour }, "an hour at most"},
		{"fail/longer than a duration can say", func(o *LoadOptions) { o.Duration = math.MaxInt64 }, "an hour at most"},
		{"fail/rate that is no number", func(o *LoadOptions) { o.Rate = math.NaN() }, "sensible"},
		{"fail/negative rate", func(o *LoadOptions) { o.Rate = -1 }, "sensible"},
		{"fail/unknown mode", func(o *LoadOptions) { o.Mode = "odd" }, `"odd"`},
		{"fail/replies of plain topics", func(o *LoadOptions) { o.Mode, o.Subscribe = TopicPlain, true }, "no replies"},
		{"fail/no such process", func(o *LoadOptions) { o.ServerPID = 1 << 30 }, "read CPU time"},
		{"fail/nobody listens", func(o *LoadOptions) { o.Addr = "127.0.0.1:1" }, "connection refused"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := short(b.addr)
			tt.edit(&o)
			if _, err := load(t, o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestLoadOnABadServer(t *testing.T) {
	answer := func(a brokerAnswer) func(int, string, []byte) brokerAnswer {
		return func(n int, _ string, _ []byte) brokerAnswer {
			if n > 50 {
				return a
			}
			return acknowledge
		}
	}
	tests := []struct {
		name   string
		broker *broker
		want   string
	}{
		{"fail/refuses connections", &broker{refuse: 5}, "with code 5"},
		{"fail/hangs up", &broker{answer: answer(hangUp)}, "closed every connection"},
		{"fail/falls silent", &broker{answer: answer(beSilent)}, "no answer for 100ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := short(startBroker(t, tt.broker).addr)
			o.Duration, o.Silence = 10*time.Second, 100*time.Millisecond
			if _, err := load(t, o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestLoadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := startBroker(t, &broker{answer: func(n int, _ string, _ []byte) brokerAnswer {
		if n == 100 {
			cancel()
		}
		return acknowledge
	}})
	o := short(b.addr)
	o.Duration = time.Minute
	if _, err := Load(ctx, o); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("error %v, want canceled", err)
	}
}

func TestLoadOnMosquitto(t *testing.T) {
	o := short(startMosquitto(t))
	o.Mode, o.Window = TopicPlain, 5
	r, err := load(t, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Reports == 0 || r.Lost != 0 {
		t.Errorf("result %+v", r)
	}
}

func TestTemplate(t *testing.T) {
	tm := newTemplate(TopicReports, 123_456, 1_767_225_600)
	p, size, err := nextPacket(tm.append(nil, 258, 42, 7, true))
	if err != nil || size != len(tm.packet) {
		t.Fatalf("packet of %d bytes: %v", size, err)
	}
	topic := "$aws/things/thing-000042/defender/metrics/json"
	text := string(p.body)
	want := "\x00" + string(rune(len(topic))) + topic + "\x01\x02" + `{"header":{"report_id":1767225607,"version":"1.0"}`
	if !strings.HasPrefix(text, want) || !strings.Contains(text, `"port":23}`) {
		t.Errorf("packet %q, want the beginning %q and port 23", text, want)
	}
	if len(body) != 761 {
		t.Errorf("the body has %d bytes; measurements rest on 761", len(body))
	}
	if got := violated(t, LoadProfile(), []byte(text[strings.Index(text, `{"header"`):])); fmt.Sprint(got) != "[tcp-ports]" {
		t.Errorf("violates %v, want tcp-ports", got)
	}
}

func BenchmarkTemplateAppend(b *testing.B) {
	tm := newTemplate(TopicReports, 200_000, 1_767_225_600)
	var dst []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		dst = tm.append(dst[:0], 1, i%200_000, uint64(i), false)
	}
	b.SetBytes(int64(len(dst)))
}
