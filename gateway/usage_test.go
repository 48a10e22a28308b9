package gateway

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vedette/mqtt"
	"vedette/record"
)

// connected returns a client that a gateway has let in.
func connected(t *testing.T, h *harness, id string) *mqtt.Client {
	t.Helper()
	c := &mqtt.Client{}
	if code := h.Connect(c, &mqtt.Connect{ClientID: id, CleanStart: true}); code != mqtt.CodeSuccess {
		t.Fatalf("connect: %v", code)
	}
	return c
}

func publish(h *harness, c *mqtt.Client, topic, payload string) {
	h.Publish(c, &mqtt.Inbound{Topic: []byte(topic), Payload: []byte(payload)})
}

var sameUsage = cmp.Options{
	cmpopts.IgnoreFields(record.Usage{}, "Number"), cmpopts.EquateEmpty(), cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
}

// compareUsages compares usage records but for their numbers, all of which are new.
func compareUsages(t *testing.T, h *harness, want ...record.Usage) {
	t.Helper()
	got, _ := h.log.counted()
	if d := cmp.Diff(want, got, sameUsage); d != "" {
		t.Errorf("usage records (-want +got):\n%s", d)
	}
}

const testWindow = 1767225600000 // of newClock

func TestUsage(t *testing.T) {
	h := newHarness(Options{})
	c := connected(t, h, "lamp")
	publish(h, c, "a/b", "12345")
	publish(h, c, "a/b", "1")
	publish(h, c, "$aws/rules/r", "1234567890")
	publish(h, c, "$SYS/x", "no")
	h.Publish(c, &mqtt.Inbound{Topic: []byte("a/b"), Payload: []byte("again"), QoS: 1, Dup: true})
	h.Receive(c, []byte("c/d"))
	h.Subscribe(c, "$SYS/r", 0)
	h.meter.write()
	compareUsages(t, h, record.Usage{
		Thing: []byte("lamp"), Window: testWindow, Attempts: 1,
		Tally: record.Tally{Sent: 3, Received: 1, Failures: 2, Bytes: 16, Min: 1, Max: 10},
	})
	h.meter.write()
	compareUsages(t, h) // nothing since

	// What is counted in two windows is told apart, whenever it is written.
	publish(h, c, "a", "x")
	h.clock.advance(5 * time.Minute)
	h.meter.turn()
	publish(h, c, "a", "yy")
	h.Disconnected(c, mqtt.ReasonKeepAliveTimeout)
	compareUsages(t, h,
		record.Usage{Thing: []byte("lamp"), Window: testWindow, Tally: record.Tally{Sent: 1, Bytes: 1, Min: 1, Max: 1}},
		record.Usage{Thing: []byte("lamp"), Window: testWindow + record.UsageWindow, Disconnects: 1, Tally: record.Tally{Sent: 1, Bytes: 2, Min: 2, Max: 2}})
	for i := range h.meter.shards {
		if n := len(h.meter.shards[i].open); n != 0 {
			t.Errorf("%d connections are counted that have ended", n)
		}
	}
}

func TestPresence(t *testing.T) {
	h := newHarness(Options{})
	c := connected(t, h, "lamp")
	h.Disconnected(c, mqtt.ReasonTakenOver)
	_, got := h.log.counted()
	if len(got) != 2 || !got[0].Connected || got[1].Connected || got[0].Session != got[1].Session || got[1].Reason != record.DuplicateClientID {
		t.Errorf("presence records %+v", got)
	}
	if h.Counts() || len(got) > 0 && record.SessionProcess(got[0].Session) != h.Process() {
		t.Errorf("process %d counts for nobody: %t, session %x", h.Process(), !h.Counts(), got[0].Session)
	}
	if connected(t, h, "other"); !h.Counts() {
		t.Error("nobody is counted for")
	}
}

func TestUsageOfNobody(t *testing.T) {
	h := newHarness(Options{})
	for _, p := range []*mqtt.Connect{{ClientID: "auto-1", Assigned: true}, {ClientID: string(make([]byte, 129))}, {ClientID: "a\nb"}} {
		c := &mqtt.Client{}
		h.Connect(c, p)
		publish(h, c, "a", "x")
		h.Disconnected(c, mqtt.ReasonConnectionLost)
		h.meter.refused(p, true)
	}
	h.meter.write()
	if usages, presences := h.log.counted(); len(usages)+len(presences) != 0 {
		t.Errorf("counted %+v, %+v of who is no device", usages, presences)
	}
}

func TestUsageRefused(t *testing.T) {
	h := newHarness(Options{})
	for range 3 {
		h.meter.refused(&mqtt.Connect{ClientID: "thief"}, true)
	}
	h.meter.refused(&mqtt.Connect{ClientID: "thief"}, false)
	h.meter.write()
	compareUsages(t, h, record.Usage{Thing: []byte("thief"), Window: testWindow, Attempts: 4, Tally: record.Tally{Failures: 3}})
	if n := len(h.meter.shard("thief").strays); n != 0 {
		t.Errorf("%d refused client ids are remembered after they were written", n)
	}
	for n := range maxStrays / 2 { // all in one shard would be too many
		h.meter.shards[n%16].strays[stray{thing: string(rune(n))}] = &usage{}
	}
	for i := range h.meter.shards {
		for n := range maxStrays / 16 {
			h.meter.shards[i].strays[stray{thing: string(rune(n)) + "x"}] = &usage{}
		}
	}
	h.meter.refused(&mqtt.Connect{ClientID: "one more"}, true)
	if got := h.Stats().Uncounted; got != 1 {
		t.Errorf("%d attempts not counted, want 1", got)
	}
}

func TestUsageDimensions(t *testing.T) {
	h := newHarness(Options{Registered: func(thing string) bool { return thing == "lamp" }})
	h.SetDimensions([]Dimension{
		{Name: "own", Filters: []string{"cmd/${iot:ClientId}/#", "x/${iot:Connection.Thing.ThingName}", "y/${iot:Nothing}"}},
		{Name: "own", NotIn: true, Filters: []string{"cmd/${iot:ClientId}/#", "x/${iot:Connection.Thing.ThingName}", "y/${iot:Nothing}"}},
	})
	for _, id := range []string{"lamp", "other"} {
		c := connected(t, h, id)
		publish(h, c, "cmd/lamp/on", "1")
		publish(h, c, "x/"+id, "22")
		h.Receive(c, []byte("y/z"))
		h.Subscribe(c, "$SYS/r", 0)
		h.Disconnected(c, mqtt.ReasonConnectionLost)
	}
	all := record.Usage{Window: testWindow, Attempts: 1, Disconnects: 1, Tally: record.Tally{Sent: 2, Received: 1, Failures: 1, Bytes: 3, Min: 1, Max: 2}}
	lamp, other := all, all
	lamp.Thing, lamp.Dimensions = []byte("lamp"), []record.DimensionTally{
		{Name: []byte("own"), Tally: record.Tally{Sent: 2, Bytes: 3, Min: 1, Max: 2}},
		{Name: []byte("own"), NotIn: true, Tally: record.Tally{Received: 1, Failures: 1}},
	}
	other.Thing, other.Dimensions = []byte("other"), []record.DimensionTally{
		{Name: []byte("own"), NotIn: true, Tally: record.Tally{Sent: 2, Received: 1, Failures: 1, Bytes: 3, Min: 1, Max: 2}},
	}
	compareUsages(t, h, lamp, other)

	// Another set begins another record.
	c := connected(t, h, "lamp")
	publish(h, c, "cmd/lamp/on", "1")
	h.SetDimensions(nil)
	publish(h, c, "cmd/lamp/on", "1")
	h.meter.write()
	usages, _ := h.log.counted()
	if len(usages) != 2 || len(usages[0].Dimensions) != 1 || len(usages[1].Dimensions) != 0 || usages[0].Sent+usages[1].Sent != 2 {
		t.Errorf("usage records %+v", usages)
	}
}

// TestUsageAgain: what could not be stored comes again as it was, before
// anything new.
func TestUsageAgain(t *testing.T) {
	h := newHarness(Options{})
	c := connected(t, h, "lamp")
	h.meter.write()
	h.log.counted()
	h.log.set(false, errDiskFull)
	publish(h, c, "a", "x")
	h.meter.write()
	publish(h, c, "a", "yy")
	h.meter.write()
	h.log.set(false, nil)
	h.meter.write()
	h.meter.write()
	usages, _ := h.log.counted()
	var numbers []uint64
	var sent int64
	for _, u := range usages {
		if slices.Contains(numbers, u.Number) {
			continue // the engine skips it
		}
		numbers, sent = append(numbers, u.Number), sent+u.Sent
	}
	if len(usages) != 4 || len(numbers) != 2 || sent != 2 || usages[0].Number != usages[2].Number {
		t.Errorf("usage records %+v", usages)
	}
	if got := h.Stats().UsageFailures; got != 2 {
		t.Errorf("%d failures, want 2", got)
	}
}

func TestUsageAllocates(t *testing.T) {
	h := newHarness(Options{})
	h.SetDimensions([]Dimension{{Name: "d", Filters: []string{"a/#", "b/${iot:ClientId}/+"}}, {Name: "d", NotIn: true, Filters: []string{"a/#"}}})
	c := connected(t, h, "lamp")
	u, topic := usageOf(c), []byte("b/lamp/on")
	if n := testing.AllocsPerRun(1000, func() {
		u.sent(topic, 100)
		u.received(topic)
		u.denied(topic)
	}); n != 0 {
		t.Errorf("%v allocations to count, want none", n)
	}
}

func TestFilter(t *testing.T) {
	value := func(name string) (string, bool) {
		return map[string]string{"id": "a+/#b", "p": "+"}[name], name != "none"
	}
	tests := []struct {
		filter, topic string
		want          bool
	}{
		{"a/b", "a/b", true}, {"a/b", "a", false}, {"a/b", "a/b/c", false}, {"a", "A", false},
		{"a/#", "a", false}, {"a/#", "a/", true}, {"a/#", "a/b/c", true},
		{"+/b", "a/b", true}, {"+", "", true}, {"+/+", "a", false}, {"+", "a/", false}, {"a/+", "a/", true},
		{"#", "a/b", true}, {"#", "$aws/x", false}, {"+/x", "$aws/x", false}, {"$aws/#", "$aws/x", true},
		{"x/${id}/y", "x/a+/#b/y", true}, {"x/${id}/y", "x/aq/zb/y", false}, {"${p}/x", "q/x", false}, {"${p}/x", "+/x", true}, {"v${p}w", "v+w", true},
		{"a/+", "a/#", true},
	}
	for _, tt := range tests {
		t.Run(tt.filter+" "+tt.topic, func(t *testing.T) {
			f, ok := compileFilter(tt.filter, value)
			if got := ok && f.matches([]byte(tt.topic)); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
	for _, text := range []string{"${none}", "a/${id"} {
		if f, ok := compileFilter(text, value); ok {
			t.Errorf("%s became %v", text, f)
		}
	}
}

func BenchmarkUsage(b *testing.B) {
	for name, filters := range map[string][]string{"plain": nil, "dimension": {"a/#", "b/${iot:ClientId}/+", "c/d/e"}} {
		b.Run(name, func(b *testing.B) {
			h := newHarness(Options{})
			if filters != nil {
				h.SetDimensions([]Dimension{{Name: "d", Filters: filters}})
			}
			c := &mqtt.Client{}
			h.Connect(c, &mqtt.Connect{ClientID: "lamp"})
			u, topic := usageOf(c), []byte("b/lamp/on")
			b.ReportAllocs()
			for b.Loop() {
				u.sent(topic, 100)
			}
		})
	}
}

// TestTryFilter: what a filter is tried with, it does as a dimension in use.
func TestTryFilter(t *testing.T) {
	for _, tt := range []struct {
		filter, topic, client, thing, expanded string
	}{
		{"a/+/#", "a/b/c", "", "", "a/+/#"},
		{"#", "$aws/x", "", "", "#"},
		{"a/${iot:ClientId}", "a/l", "l", "", "a/l"},
		{"a/${iot:ClientId}", "a/l", "", "l", ""},
		{"a/x-${iot:ClientId}/${iot:Connection.Thing.ThingName}", "a/x-l/l", "l", "l", "a/x-l/l"},
		{"a/${iot:Connection.Thing.ThingName}", "a/l", "l", "", ""},
		{"a/${iot:ClientId}", "a/+", "+", "", "a/+"},
		{"a/${iot:ClientId}", "a/b", "+", "", "a/+"},
		{"a/${nothing}", "a/b", "l", "l", ""},
		{"a/${iot:ClientId", "a/b", "l", "l", ""},
	} {
		expanded, matches := TryFilter(tt.filter, tt.topic, tt.client, tt.thing)
		d := newDimensions([]Dimension{{Name: "d", Filters: []string{tt.filter}}})
		if want := d.match(0, d.own(tt.client, tt.thing != ""), []byte(tt.topic)); expanded != tt.expanded || (tt.client != "" || tt.thing == "") && matches != want {
			t.Errorf("%q on %q as %q, %q: got %q, %t; want %q, %t", tt.filter, tt.topic, tt.client, tt.thing, expanded, matches, tt.expanded, want)
		}
	}
}
