package detect_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// The metamorphic tests run one random history in ways that must not make a
// difference: records with equal stamps of different things in another order,
// reports delivered again, ticks in between, restarts from snapshots.

// step is one record of a random history.
type step struct {
	at    int64
	kind  record.Kind
	thing string // empty: it is about more than one
	body  []byte
}

var (
	randomThings   = []string{"a", "b", "c", "gw/7"}
	randomProfiles = []string{"p", "q"}
	randomGroups   = []string{"g1", "g2", "g3"}
	randomSeries   = []metric.Series{
		{Metric: "aws:all-bytes-out"}, {Metric: "aws:all-bytes-in"}, {Metric: "aws:listening-tcp-ports"}, {Metric: "battery"}, {Metric: "aws:num-listening-udp-ports"},
		{Metric: "aws:num-messages-sent"}, {Metric: "aws:source-ip-address"}, {Metric: "aws:disconnect-duration"}, {Metric: "aws:message-byte-size"},
	}
	randomLines = []string{
		"x aws:all-bytes-out less-than 500 alarm=%d",
		"x aws:all-bytes-out less-than 500 duration=900 clear=%d",
		"y aws:all-bytes-in greater-than-equals 300 duration=600 alarm=%d",
		"z aws:listening-tcp-ports in-port-set 1,2 clear=%d",
		"w battery greater-than number:0.5 alarm=%d",
		"v aws:num-listening-udp-ports less-than-equals 2 clear=%d suppress",
		"u aws:num-messages-sent less-than 2 alarm=%d",
		"t aws:num-messages-sent greater-than 1 duration=600 clear=%d",
		"s aws:source-ip-address in-cidr-set 10.0.0.0/8 clear=%d",
		"r aws:disconnect-duration less-than 7 alarm=%d",
		"m aws:message-byte-size less-than 100 alarm=%d",
	}
)

func randomHistory(t *rapid.T) []step {
	var steps []step
	at, revision, reports := int64(1_000_000), int64(0), int64(0)
	change := func(c record.Change) {
		revision++
		c.Revision = revision
		body, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step{at: at, kind: record.KindChange, body: body})
	}
	change(record.Change{CustomMetric: &record.CustomMetric{Name: "battery", Type: api.CustomMetricTypeNumber}})
	change(record.Change{Profile: randomProfile(t, "p")})
	change(record.Change{Attachment: &record.Attachment{Profile: "p", Kind: record.AllThings, Attached: true}})
	for range rapid.IntRange(20, 120).Draw(t, "records") {
		at += rapid.SampledFrom([]int64{0, 0, 0, 1_000, 60_000, 299_000, 300_000, 300_000, 3_600_000, -400_000, 2*86_400_000 + 1}).Draw(t, "gap")
		at = max(at, 0)
		if rapid.IntRange(0, 9).Draw(t, "what") < 2 {
			change(randomChange(t))
			continue
		}
		reports++
		thing := rapid.SampledFrom(randomThings).Draw(t, "thing")
		if rapid.IntRange(0, 2).Draw(t, "from") > 0 {
			steps = append(steps, randomCounted(t, at, thing, uint64(reports)))
			continue
		}
		r := randomReport(t, reports)
		steps = append(steps, step{at, record.KindReport, thing, record.AppendReport(nil, []byte(thing), r)})
	}
	return steps
}

func randomProfile(t *rapid.T, name string) *record.Profile {
	p := &record.Profile{Name: name, AlertTargets: map[api.AlertTargetType]api.AlertTarget{"SNS": {AlertTargetArn: new("ops"), RoleArn: new("role")}}}
	for _, line := range rapid.SliceOfNDistinct(rapid.SampledFrom(randomLines), 1, 4, func(l string) string { return l[:1] }).Draw(t, "behaviors") {
		b, err := parseBehavior(fmt.Sprintf(line, rapid.IntRange(1, 3).Draw(t, "consecutive")))
		if err != nil {
			t.Fatal(err)
		}
		p.Behaviors = append(p.Behaviors, *b)
	}
	for _, s := range rapid.SliceOfNDistinct(rapid.SampledFrom(randomSeries), 0, 4, rapid.ID).Draw(t, "retain") {
		p.Retain = append(p.Retain, api.MetricToRetain{Metric: &s.Metric, ExportMetric: new(rapid.Bool().Draw(t, "exported"))})
	}
	if rapid.Bool().Draw(t, "exports") {
		p.ExportTopic = rapid.SampledFrom([]string{"t", "$aws/rules/r"}).Draw(t, "topic")
	}
	return p
}

func randomChange(t *rapid.T) record.Change {
	profile := rapid.SampledFrom(randomProfiles).Draw(t, "profile")
	thing := rapid.SampledFrom(randomThings).Draw(t, "thing")
	group := rapid.SampledFrom(randomGroups).Draw(t, "group")
	no := rapid.IntRange(0, 2).Draw(t, "no") == 0
	switch rapid.IntRange(0, 7).Draw(t, "change") {
	case 7:
		return record.Change{DeltaFromTotals: &record.DeltaFromTotals{Groups: rapid.SliceOfNDistinct(rapid.SampledFrom(randomGroups), 0, 2, rapid.ID).Draw(t, "senders")}}
	case 0:
		return record.Change{Profile: &record.Profile{Name: profile, Deleted: true}}
	case 1:
		return record.Change{Profile: randomProfile(t, profile)}
	case 2:
		return record.Change{Thing: &record.Thing{Name: thing, Deleted: no}}
	case 3:
		g := &record.Group{Name: group, Deleted: no}
		if group != "g1" && !no {
			g.Parent = "g1"
		}
		return record.Change{Group: g}
	case 4:
		return record.Change{Membership: &record.Membership{Thing: thing, Group: group, Member: !no}}
	default:
		a := &record.Attachment{Profile: profile, Attached: !no}
		a.Kind = rapid.SampledFrom([]record.TargetKind{record.AllThings, record.RegisteredThings, record.UnregisteredThings, record.ThingGroup}).Draw(t, "target")
		if a.Kind == record.ThingGroup {
			a.Group = group
		}
		return record.Change{Attachment: a}
	}
}

func randomReport(t *rapid.T, id int64) *metric.Report {
	r := &metric.Report{ID: id, Hash: uint64(id)}
	r.Counted = uint16(rapid.IntRange(0, 1<<metric.NumCounts-1).Draw(t, "counted"))
	for i := range r.Counts {
		if r.Counted&(1<<i) != 0 {
			r.Counts[i] = rapid.SampledFrom([]int64{0, 1, 3, 100, 300, 499, 500}).Draw(t, "count")
		}
	}
	if rapid.Bool().Draw(t, "ports") {
		r.Listed |= 1 << (metric.ListeningTCPPorts - 1)
		r.TCPPorts = rapid.SampledFrom([][]uint16{nil, {1}, {2, 1}, {3}, {1, 9}}).Draw(t, "tcp")
	}
	if rapid.Bool().Draw(t, "custom") {
		r.Custom = []metric.CustomValue{{Name: []byte("battery"), Kind: metric.Number, Number: rapid.SampledFrom([]float64{0, 0.5, 0.6}).Draw(t, "battery")}}
	}
	return r
}

// randomCounted draws a usage, a presence or a gateway record.
func randomCounted(t *rapid.T, at int64, thing string, n uint64) step {
	if rapid.IntRange(0, 5).Draw(t, "gateway") == 0 {
		g := record.Gateway{Process: rapid.Uint32Range(0, 1).Draw(t, "process"), State: rapid.SampledFrom([]record.GatewayState{1, 1, 1, 2, 3}).Draw(t, "state")}
		return step{at: at, kind: record.KindGateway, body: record.AppendGateway(nil, g)}
	}
	if rapid.Bool().Draw(t, "presence") {
		p := record.Presence{Thing: []byte(thing), Session: rapid.Uint64Range(0, 1).Draw(t, "of")<<32 | (1 + n/4), Connected: rapid.Bool().Draw(t, "connected")}
		p.Addr = rapid.SampledFrom(oraclePeers).Draw(t, "peer")
		return step{at, record.KindPresence, thing, record.AppendPresence(nil, &p)}
	}
	u := record.Usage{Thing: []byte(thing), Number: n, Window: at - at%record.UsageWindow}
	if u.Sent = rapid.Int64Range(0, 3).Draw(t, "sent"); u.Sent > 0 {
		u.Min, u.Max = 1, rapid.SampledFrom([]int64{1, 99, 100}).Draw(t, "size")
	}
	return step{at, record.KindUsage, thing, record.AppendUsage(nil, &u)}
}

// outcome is what a history brings about, without what may differ: the places in
// the log and the ids that follow from them. Events of different things may
// come in another order; those of one thing may not.
type outcome struct {
	events  map[string][]string
	updates map[string]string // the last value of each violation
	alerts  int
	values  map[valueKey][]string
	exports map[string][]string // by profile, topic and thing
}

// way is how the records of a history reach the engine; it must not matter.
type way struct {
	options detect.Options
	cut     func(i int) bool                                                         // a message of the log begins with record i; nil: all are in one
	between func(i int, e *detect.Engine, apply func(step)) (instead *detect.Engine) // happens before record i; nil: nothing
}

// play applies the records, and then ticks until nothing that is due is left.
func play(t testing.TB, steps []step, w way) outcome {
	e := detect.New(w.options)
	out := outcome{events: make(map[string][]string), updates: make(map[string]string), exports: make(map[string][]string)}
	var fx violation.Effects
	names, kept := make(map[string]string), make(valueLog)
	pos := record.Pos(1, 0)
	apply := func(s step) {
		pos++
		fx.Reset()
		if err := e.Apply(&record.Record{Kind: s.kind, At: s.at, Pos: pos, Body: bytes.Clone(s.body)}, &fx); err != nil {
			t.Fatal(err)
		}
		for _, v := range fx.Events {
			if v.Pos != pos {
				t.Errorf("event of record %d has position %d", pos, v.Pos)
			}
			key := v.Thing + "/" + v.Profile + "/" + v.Behavior
			if v.Type == api.ViolationEventTypeInAlarm {
				names[v.ID] = fmt.Sprintf("%s %d", key, len(out.events[v.Thing]))
			} else if !strings.HasPrefix(names[v.ID], key+" ") {
				t.Errorf("%s of violation %s, which began as %q", v.Type, key, names[v.ID])
			}
			out.events[v.Thing] = append(out.events[v.Thing], fmt.Sprintf("%d %s %s %s", v.Time, v.Type, names[v.ID], v.Value))
		}
		for _, u := range fx.Updates {
			out.updates[names[u.ID]] = fmt.Sprintf("%d %s", u.Time, u.Value)
		}
		out.alerts += len(fx.Alerts)
		if err := kept.add(&fx); err != nil {
			t.Error(err)
		}
		for _, x := range fx.Exports {
			for _, item := range itemsOf(t, x) {
				key := x.Profile + " " + x.Topic + " " + item.Thing
				out.exports[key] = append(out.exports[key], item.text())
			}
		}
	}
	message := func() { pos = record.Pos(record.Seq(pos)+1, 0) }
	for i, s := range steps {
		if w.cut != nil && w.cut(i) {
			message()
		}
		if w.between != nil {
			e = w.between(i, e, apply)
		}
		apply(s)
	}
	for n := 0; e.Sweeping(); n++ {
		if n > 1000 {
			t.Fatal("a sweep does not end")
		}
		message()
		apply(step{at: steps[len(steps)-1].at, kind: record.KindTick})
	}
	body, err := (&record.Change{ExportInterval: detect.DefaultExportInterval}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	apply(step{at: steps[len(steps)-1].at, kind: record.KindChange, body: body}) // what waits goes out
	out.values = make(map[valueKey][]string)
	for _, thing := range randomThings {
		for _, series := range randomSeries {
			key := valueKey{thing, series}
			for _, p := range kept.all(t, e, key) {
				// Where a chunk begins that another one must not, a time may be some milliseconds later.
				out.values[key] = append(out.values[key], fmt.Sprintf("%d %s", p.at/1000, p.text))
			}
		}
	}
	return out
}

func compareOutcomes(t *rapid.T, what string, want, got outcome) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Fatalf("%s makes a difference (-without +with):\n%s", what, diff)
	}
}

func TestMetamorphic(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := randomHistory(rt)
		want := play(t, steps, way{})

		restarts := rapid.SliceOfN(rapid.IntRange(0, len(steps)-1), 1, 4).Draw(rt, "restarts")
		restart := func(o detect.Options) func(int, *detect.Engine, func(step)) *detect.Engine {
			return func(i int, e *detect.Engine, _ func(step)) *detect.Engine {
				if slices.Contains(restarts, i) {
					return reloadWith(t, e, o)
				}
				return e
			}
		}
		again := func(i int, e *detect.Engine, apply func(step)) *detect.Engine {
			if i > 0 && steps[i-1].thing != "" {
				again := steps[i-1]
				again.at = max(again.at, min(steps[i].at, again.at+1))
				apply(again)
			}
			return e
		}
		tick := func(i int, e *detect.Engine, apply func(step)) *detect.Engine {
			if due := e.Due(); due != 0 && due <= steps[i].at {
				apply(step{at: due, kind: record.KindTick})
			}
			return e
		}
		compareOutcomes(rt, "a restart", want, play(t, steps, way{between: restart(detect.Options{})}))
		compareOutcomes(rt, "a redelivered report", want, play(t, steps, way{between: again}))
		compareOutcomes(rt, "a tick", want, play(t, steps, way{between: tick}))
		few := randomBudget(rt, steps)
		compareOutcomes(rt, "a small budget", want, play(t, few, way{}))
		compareOutcomes(rt, "a small budget and a restart", want, play(t, few, way{between: restart(detect.Options{})}))
		compareOutcomes(rt, "another order of equal stamps", want, play(t, swapEqual(rt, steps), way{}))

		// What is due for all things is done in slices of one, two or three things.
		sliced := detect.Options{SliceSteps: rapid.SampledFrom([]int{1, 2, 7, 12}).Draw(rt, "steps")}
		cuts := rapid.SliceOfN(rapid.Bool(), len(steps), len(steps)).Draw(rt, "cuts")
		cut := func(i int) bool { return cuts[i] }
		always := func(int) bool { return true }
		compareOutcomes(rt, "slices", want, play(t, steps, way{options: sliced, cut: always}))
		compareOutcomes(rt, "slices by other batches", want, play(t, steps, way{options: sliced, cut: cut}))
		compareOutcomes(rt, "slices and a restart", want, play(t, steps, way{options: sliced, cut: cut, between: restart(sliced)}))
		compareOutcomes(rt, "slices and a redelivered report", want, play(t, steps, way{options: sliced, cut: cut, between: again}))
		compareOutcomes(rt, "slices and a tick", want, play(t, steps, way{options: sliced, cut: always, between: tick}))
	})
}

// randomBudget returns the history with little memory for values from its beginning on.
func randomBudget(t *rapid.T, steps []step) []step {
	body, err := (&record.Change{ValueMemory: rapid.Int64Range(1, 1500).Draw(t, "memory")}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	return append([]step{{at: steps[0].at, kind: record.KindChange, body: body}}, steps...)
}

// swapEqual swaps neighbours: reports of different things with equal stamps.
func swapEqual(t *rapid.T, steps []step) []step {
	steps = slices.Clone(steps)
	for i := 1; i < len(steps); i++ {
		a, b := steps[i-1], steps[i]
		if a.thing != "" && b.thing != "" && a.at == b.at && a.thing != b.thing && rapid.Bool().Draw(t, "swap") {
			steps[i-1], steps[i] = b, a
		}
	}
	return steps
}

// TestEventValues checks that every event's value and definition can be read as
// what they are.
func TestEventValues(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := detect.New(detect.Options{})
		var fx violation.Effects
		for i, s := range randomHistory(rt) {
			if err := e.Apply(&record.Record{Kind: s.kind, At: s.at, Pos: uint64(i + 1), Body: s.body}, &fx); err != nil {
				rt.Fatal(err)
			}
		}
		for _, v := range fx.Events {
			var b api.Behavior
			if err := json.Unmarshal([]byte(v.Definition), &b); err != nil || api.Value(b.Name) != v.Behavior {
				rt.Fatalf("definition %s of %s: %v", v.Definition, v.Behavior, err)
			}
			if (v.Value == "") != (v.Type == api.ViolationEventTypeAlarmInvalidated) {
				rt.Fatalf("%s with value %q", v.Type, v.Value)
			}
			var value api.MetricValue
			if v.Value != "" && json.Unmarshal([]byte(v.Value), &value) != nil {
				rt.Fatalf("value %s", v.Value)
			}
		}
	})
}
