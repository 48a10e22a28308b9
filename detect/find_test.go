package detect_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// park is a history with things in every state, at 60m.
const park = `
profile ports -> ops
  tcp aws:listening-tcp-ports in-port-set 443
  retain aws:all-bytes-out
  retain aws:num-authorization-failures
attach ports all/things
group site
group hall below site
group yard below site
thing idle
thing reporter
thing connected
thing cam-1
thing cam-2
thing gone
join cam-1 hall
join cam-2 site
join idle yard
report t=0s thing=quiet bytes_out=1
report thing=cam-2 bytes_out=1
presence thing=connected connected addr=10.0.0.1
presence thing=left connected addr=2001:db8::1
presence t=1m thing=left disconnected
usage thing=refused failures=1
delete-thing gone
report t=50m thing=reporter bytes_out=7
report t=55m thing=cam-1 tcp=23 bytes_out=1
report t=55m thing=stranger tcp=23,24
report t=58m thing=late bytes_out=2
delete-group yard
at 60m
`

func runPark(t *testing.T) *detect.Engine {
	t.Helper()
	h := history{tb: t, engine: detect.New(detect.Options{}), names: map[string]string{}, sessions: map[string]uint64{}, now: epoch.UnixMilli()}
	var command []string
	for line := range strings.Lines(strings.TrimSpace(park)) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "  ") {
			h.run(command)
			command = nil
		}
		command = append(command, line)
	}
	h.run(command)
	return h.engine
}

func minutes(n int) int64 { return epoch.Add(time.Duration(n) * time.Minute).UnixMilli() }

func TestFindThings(t *testing.T) {
	e := runPark(t)
	for name, c := range map[string]struct {
		q    detect.ThingQuery
		want string
	}{
		"ok/all":                   {detect.ThingQuery{}, "cam-1 cam-2 connected idle late left quiet refused reporter stranger"},
		"ok/prefix":                {detect.ThingQuery{Prefix: "cam-"}, "cam-1 cam-2"},
		"ok/prefix is a name":      {detect.ThingQuery{Prefix: "cam-1"}, "cam-1"},
		"ok/longer than any":       {detect.ThingQuery{Prefix: "cam-1-and-more-than-is-kept-in-place"}, ""},
		"ok/connected":             {detect.ThingQuery{State: detect.ThingConnected}, "connected"},
		"ok/disconnected":          {detect.ThingQuery{State: detect.ThingDisconnected}, "left"},
		"ok/reporting":             {detect.ThingQuery{State: detect.ThingReporting, Since: minutes(50)}, "cam-1 late reporter stranger"},
		"ok/reporting since later": {detect.ThingQuery{State: detect.ThingReporting, Since: minutes(50) + 1}, "cam-1 late stranger"},
		"ok/silent":                {detect.ThingQuery{State: detect.ThingSilent, Since: minutes(50)}, "cam-2 connected left quiet"},
		"ok/in alarm":              {detect.ThingQuery{State: detect.ThingInAlarm}, "cam-1 stranger"},
		"ok/unregistered":          {detect.ThingQuery{State: detect.ThingUnregistered}, "late left quiet refused stranger"},
		"ok/group":                 {detect.ThingQuery{Group: "hall"}, "cam-1"},
		"ok/groups below":          {detect.ThingQuery{Group: "site"}, "cam-1 cam-2"},
		"ok/group and state":       {detect.ThingQuery{Group: "site", State: detect.ThingInAlarm}, "cam-1"},
		"ok/group that is gone":    {detect.ThingQuery{Group: "yard"}, ""},
		"ok/descending":            {detect.ThingQuery{Prefix: "cam", Descending: true}, "cam-2 cam-1"},
		"ok/by report":             {detect.ThingQuery{ByReport: true, State: detect.ThingReporting, Since: 1}, "cam-2 quiet reporter cam-1 stranger late"},
		"ok/newest report":         {detect.ThingQuery{ByReport: true, Descending: true, Limit: 3}, "late stranger cam-1"},
		"ok/behind a report":       {detect.ThingQuery{ByReport: true, Descending: true, After: &detect.ThingKey{Report: minutes(55), Name: "cam-1"}, Limit: 2}, "reporter quiet"},
		"ok/without a report":      {detect.ThingQuery{ByReport: true, Limit: 4}, "connected idle left refused"},
		"ok/behind a name":         {detect.ThingQuery{After: &detect.ThingKey{Name: "connected"}, Limit: 2}, "idle late"},
		"ok/behind no name":        {detect.ThingQuery{After: &detect.ThingKey{Name: "connecte"}, Limit: 2}, "connected idle"},
		"ok/behind the last":       {detect.ThingQuery{After: &detect.ThingKey{Name: "stranger"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.q.Limit == 0 {
				c.q.Limit = 100
			}
			var got []string
			for _, st := range e.FindThings(c.q) {
				got = append(got, st.Name)
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	want := []detect.ThingStatus{{ThingKey: detect.ThingKey{Report: minutes(55), Name: "cam-1"}, Registered: true, Violations: 1}}
	if diff := gocmp.Diff(want, e.FindThings(detect.ThingQuery{Limit: 1})); diff != "" {
		t.Error(diff)
	}
}

func TestThing(t *testing.T) {
	e := runPark(t)
	status := func(name string, report int64) detect.ThingStatus {
		return detect.ThingStatus{ThingKey: detect.ThingKey{Name: name, Report: report}}
	}
	out := metric.Series{Metric: "aws:all-bytes-out"}
	failures := metric.Series{Metric: "aws:num-authorization-failures"}
	cam := detect.ThingDetail{ThingStatus: status("cam-1", minutes(55)), Open: []detect.OpenSeries{{out, minutes(55)}, {metric.Series{Metric: "aws:listening-tcp-ports"}, minutes(55)}}}
	cam.Registered, cam.Violations = true, 1
	connected := detect.ThingDetail{ThingStatus: status("connected", 0), Tracked: true, Here: true, Since: minutes(0), Addr: netip.MustParseAddr("10.0.0.1"), Open: []detect.OpenSeries{{failures, minutes(55)}}}
	connected.Registered, connected.Connected = true, true
	for name, c := range map[string]struct {
		want  detect.ThingDetail
		known bool
	}{
		"cam-1":     {cam, true},
		"connected": {connected, true},
		"left":      {detect.ThingDetail{ThingStatus: status("left", 0), Tracked: true, Here: true, Since: minutes(1), Addr: netip.MustParseAddr("2001:db8::1"), Open: []detect.OpenSeries{{failures, minutes(5)}}}, true},
		"refused":   {detect.ThingDetail{ThingStatus: status("refused", 0), Open: []detect.OpenSeries{{failures, minutes(5)}}}, true},
		"gone":      {detect.ThingDetail{ThingStatus: status("gone", 0)}, false},
		"nobody":    {detect.ThingDetail{}, false},
	} {
		got, pos, known := e.Thing(name)
		if diff := gocmp.Diff(c.want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" || known != c.known || pos == 0 {
			t.Errorf("%s: known %t as of %d, want %t (-want +got):\n%s", name, known, pos, c.known, diff)
		}
	}
}

// TestFindManyThings pages through more things than are looked at at once, which came in
// no order, in all four orders.
func TestFindManyThings(t *testing.T) {
	e := detect.New(detect.Options{})
	const things = 10_000
	want := reportAll(t, e, things)
	for _, q := range []detect.ThingQuery{{}, {Descending: true}, {ByReport: true}, {ByReport: true, Descending: true}} {
		slices.SortFunc(want, func(a, b detect.ThingKey) int { return q.Compare(&a, &b) })
		first := want[0].Name
		if smallest := slices.MinFunc(want, func(a, b detect.ThingKey) int { return cmp.Compare(a.Name, b.Name) }); (first == smallest.Name) != (q == detect.ThingQuery{}) {
			t.Fatalf("%+v: begins with %s", q, first)
		}
		q.Limit = 1 + things/7
		var got []detect.ThingKey
		for {
			page := e.FindThings(q)
			for _, st := range page {
				got = append(got, st.ThingKey)
			}
			if len(page) < q.Limit {
				break
			}
			q.After = &got[len(got)-1]
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", q, diff)
		}
	}
}

// reportAll has things report twice, each time in another order, and returns them in
// the last one.
func reportAll(tb testing.TB, e *detect.Engine, things int) (list []detect.ThingKey) {
	tb.Helper()
	var fx violation.Effects
	rec := record.Record{Kind: record.KindReport, At: epoch.UnixMilli(), Pos: 1 << 32}
	r := rand.New(rand.NewPCG(1, 2))
	report := normalReport()
	for range 2 {
		list = list[:0]
		report.ID++
		report.Hash++
		for _, i := range r.Perm(things) {
			name := thingName(i)
			rec.Pos++
			rec.At += int64(r.IntN(2))
			rec.Body = record.AppendReport(rec.Body[:0], name, report)
			if err := e.Apply(&rec, &fx); err != nil {
				tb.Fatal(err)
			}
			list = append(list, detect.ThingKey{Report: rec.At, Name: string(name)})
		}
	}
	return list
}

// BenchmarkFindThings gets pages of 25 things out of many; VEDETTE_BENCH_THINGS says of
// how many.
func BenchmarkFindThings(b *testing.B) {
	things := 100_000
	if n, err := strconv.Atoi(os.Getenv("VEDETTE_BENCH_THINGS")); err == nil {
		things = n
	}
	e, _ := fleet(b, fiveBehaviors)
	keys := reportAll(b, e, things)
	middle, since := &keys[things/2], keys[things-100].Report
	for name, q := range map[string]detect.ThingQuery{
		"first":         {},
		"middle":        {After: &detect.ThingKey{Name: string(thingName(things / 2))}},
		"prefix":        {Prefix: fmt.Sprintf("%.12s", thingName(things/2))},
		"silent":        {State: detect.ThingSilent, Since: since},
		"disconnected":  {State: detect.ThingDisconnected},
		"newest-report": {ByReport: true, Descending: true},
		"by-report":     {ByReport: true, Descending: true, After: middle},
	} {
		b.Run(name, func(b *testing.B) {
			q.Limit = 26
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				e.FindThings(q)
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		})
	}
}
