package control_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vedette/control"
	"vedette/metric"
	"vedette/violation"
)

const suggestions = "GET /vedette/v1/suggestions"

// suggested is an answer of GetSuggestions.
type suggested struct {
	Things      int
	Suggestions []struct {
		MetricName       string
		MetricDimension  *struct{ DimensionName, Operator string }
		Things           int
		Datapoints       int
		P50              float64
		Max              float64
		CumulativeThings int
		RareMembers      []struct {
			Member     string
			ThingNames []string
		}
		Behavior    json.RawMessage
		FalseAlarms struct {
			Alarms, Things int
			ThingNames     []string
			PerDeviceDay   float64
		}
		Warnings []string
	}
}

func (e *env) suggested(query string) (out suggested) {
	e.Helper()
	status, body := e.do(suggestions + query)
	if err := json.Unmarshal([]byte(body), &out); status != http.StatusOK || err != nil {
		e.Fatalf("%s: got %d %s", query, status, body)
	}
	return out
}

// fleetOf stores a day of values of n things: bytes, ports with one odd thing, and half of the last in
// the engine.
func fleetOf(t *testing.T, n int, opts ...func(*control.Options)) *env {
	e, g, own := measured(t, opts...)
	e.now = time.UnixMilli(january).Add(24 * time.Hour)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range n {
		name := fmt.Sprintf("cam-%03d", i)
		e.must("POST /things/" + name + " {}")
		var bytes, ports []any
		for k := range 288 {
			v, p := 1000+r.IntN(1000), []uint16{22, 443}
			if i == 7 && k > 144 {
				v, p = v*1000, []uint16{23, 443}
			}
			bytes, ports = append(bytes, v), append(ports, p)
		}
		series := metric.Series{Metric: "aws:listening-tcp-ports"}
		keep(t, own, sealed(t, name, bytesOut, january, 5*minute, bytes[:100]...), sealed(t, name, series, january, 5*minute, ports...))
		keep(t, own, sealed(t, name, bytesOut, january+100*5*minute, 5*minute, bytes[100:200]...))
		g.open = append(g.open, sealed(t, name, bytesOut, january+200*5*minute, 5*minute, bytes[200:]...))
	}
	return e
}

func TestGetSuggestions(t *testing.T) {
	e := fleetOf(t, 120)
	e.must(`POST /thing-groups/few {}`, `POST /thing-groups/below {"parentGroupName":"few"}`)
	for _, thing := range []string{"cam-000", "cam-007", "cam-009"} {
		e.must(`PUT /thing-groups/addThingToThingGroup {"thingGroupName":"below","thingName":"` + thing + `"}`)
	}
	all := e.suggested("")
	if all.Things != 120 || len(all.Suggestions) != 2 {
		t.Fatalf("%+v", all)
	}
	bytes, ports := all.Suggestions[0], all.Suggestions[1]
	if bytes.MetricName != "aws:all-bytes-out" || bytes.Things != 120 || bytes.Datapoints != 120*288 || bytes.Max < 1e6 || bytes.P50 > 2000 {
		t.Errorf("%+v", bytes)
	}
	want := `{"name":"all-bytes-out-normal","metric":"aws:all-bytes-out","criteria":{"comparisonOperator":"less-than-equals","value":{"count":2500},"durationSeconds":300,"consecutiveDatapointsToAlarm":1,"consecutiveDatapointsToClear":1}}`
	if string(bytes.Behavior) != want {
		t.Errorf("got %s\nwant %s", bytes.Behavior, want)
	}
	if a := bytes.FalseAlarms; a.Alarms != 1 || a.Things != 1 || a.ThingNames[0] != "cam-007" || a.PerDeviceDay <= 0 {
		t.Errorf("%+v", a)
	}
	want = `{"name":"listening-tcp-ports-normal","metric":"aws:listening-tcp-ports","criteria":{"comparisonOperator":"in-port-set","value":{"ports":[22,443]},"consecutiveDatapointsToAlarm":1,"consecutiveDatapointsToClear":1}}`
	if string(ports.Behavior) != want || ports.RareMembers[0].Member != "23" || ports.RareMembers[0].ThingNames[0] != "cam-007" {
		t.Errorf("%+v %s", ports, ports.Behavior)
	}
	// A profile can be made of them.
	e.must(fmt.Sprintf(`POST /security-profiles/p {"behaviors":[%s,%s]}`, bytes.Behavior, ports.Behavior))

	few := e.suggested("?thingGroupName=few&metricNames=aws:all-bytes-out,aws:all-bytes-in")
	if few.Things != 3 || len(few.Suggestions) != 2 || few.Suggestions[0].Things != 0 || few.Suggestions[1].Things != 3 {
		t.Errorf("%+v", few)
	}
	if w := strings.Join(few.Suggestions[1].Warnings, " "); !strings.Contains(w, "It rests on 3 things only") || !strings.Contains(w, "It rests on 864 datapoints only") {
		t.Errorf("warnings %s", w)
	}
	if part := e.suggested("?startTime=2026-01-01T00:00:00Z&endTime=2026-01-01T12:00:00Z"); part.Suggestions[0].Datapoints != 120*144 {
		t.Errorf("half a day: %d datapoints", part.Suggestions[0].Datapoints)
	}
}

func TestGetSuggestionsWithout(t *testing.T) {
	e, g, own := measured(t)
	e.now = time.UnixMilli(january).Add(24 * time.Hour)
	if empty := e.suggested(""); empty.Things != 0 || len(empty.Suggestions) != 0 {
		t.Errorf("no things: %+v", empty)
	}
	e.must("POST /things/one {}", "POST /thing-groups/empty {}")
	if empty := e.suggested("?thingGroupName=empty"); empty.Things != 0 {
		t.Errorf("no members: %+v", empty)
	}
	// A thing whose only values are in the engine, of a metric that a profile names.
	e.must(`POST /security-profiles/p {"additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-out"}]}`)
	g.open = []violation.Chunk{sealed(t, "one", bytesOut, january, 5*minute, 7)}
	one := e.suggested("")
	if len(one.Suggestions) != 1 || one.Suggestions[0].Datapoints != 1 || len(one.Suggestions[0].Warnings) != 3 {
		t.Errorf("one value: %+v", one)
	}
	// What was in the engine when it was asked, and stored when the store was.
	g.then = func() { g.then = nil; keep(t, own, sealed(t, "one", bytesOut, january, 5*minute, 7, 8)) }
	if one := e.suggested(""); one.Suggestions[0].Datapoints != 2 {
		t.Errorf("stored meanwhile: %+v", one)
	}
	for query, want := range map[string]string{
		"?thingGroupName=nobody":                                       "404 ResourceNotFoundException: The thing group nobody does not exist.",
		"?metricNames=aws:nothing":                                     "400 InvalidRequestException: The metric aws:nothing does not exist: give one of AWS IoT's, such as aws:all-bytes-out, or a custom metric.",
		"?startTime=2026-02-01T00:00:00Z":                              "400 InvalidRequestException: startTime is in the future: give a time that values were kept in.",
		"?startTime=2026-01-01T00:00:00Z&endTime=2026-01-01T00:00:00Z": "400 InvalidRequestException: startTime must be before endTime.",
		"?startTime=yesterday":                                         "400 InvalidRequestException",
	} {
		status, body := e.do(suggestions + query)
		if got := fmt.Sprintf("%d %s", status, body); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
	g.err = fmt.Errorf("later")
	if status, body := e.do(suggestions); status != http.StatusServiceUnavailable {
		t.Errorf("got %d %s", status, body)
	}
}

// TestGetSuggestionsOpen asks for all things when values of some are in memory alone: of
// more than a page, before, between and behind those in the store.
func TestGetSuggestionsOpen(t *testing.T) {
	ports := metric.Series{Metric: "aws:num-listening-tcp-ports"}
	e, g, own := measured(t)
	e.now = time.UnixMilli(january).Add(24 * time.Hour)
	e.must(`POST /security-profiles/p {"additionalMetricsToRetainV2":[{"metric":"aws:num-listening-tcp-ports"}]}`, "POST /things/b-registered {}")
	for i := range 250 {
		g.open = append(g.open, sealed(t, fmt.Sprintf("a-%03d", i), ports, january, 5*minute, 7), sealed(t, fmt.Sprintf("c-%03d", 249-i), ports, january, 5*minute, 8))
	}
	for i := range 150 {
		keep(t, own, sealed(t, fmt.Sprintf("a-%03d", 2*i), ports, january-60*minute, 5*minute, 9))
	}
	check := func(things, datapoints int, query string) {
		t.Helper()
		if all := e.suggested(query); all.Things != things || len(all.Suggestions) != 1 || all.Suggestions[0].Datapoints != datapoints {
			t.Errorf("%q: got %+v, want %d things and %d datapoints", query, all, things, datapoints)
		}
	}
	check(275+1+250, 650, "")
	g.open = append(g.open, sealed(t, "long-ago", ports, january-600*minute, 5*minute, 8))
	check(250+1+250, 500, "?startTime=2026-01-01T00:00:00Z")
	// Values that were in memory when the things were listed, and in the store when it was asked.
	moved := sealed(t, "d", ports, january, 5*minute, 7)
	g.open, g.listed = append(g.open, moved), func() {
		if g.listed = nil; len(g.open) > 0 {
			g.open = g.open[:len(g.open)-1]
			keep(t, own, moved)
		}
	}
	check(275+1+250+2, 652, "")
	g.err = fmt.Errorf("later")
	if status, body := e.do(suggestions + "?metricNames=aws:all-bytes-in"); status != http.StatusServiceUnavailable || !strings.Contains(body, "not stored yet") {
		t.Errorf("got %d %s", status, body)
	}
}

// TestGetSuggestionsManyOpen: more things have values in memory than are listed at a time.
func TestGetSuggestionsManyOpen(t *testing.T) {
	var names []string
	for i := range 10_150 {
		names = append(names, fmt.Sprintf("m-%05d", i))
	}
	e := newEnv(t, func(o *control.Options) {
		o.OpenThings = func(_ context.Context, _ int64, after string, limit int) ([]string, error) {
			from, _ := slices.BinarySearch(names, after+"\x00")
			return names[from:min(len(names), from+limit)], nil
		}
	})
	for i := range 30 {
		e.must(fmt.Sprintf("POST /things/a-%d {}", i), fmt.Sprintf("POST /things/z-%d {}", i))
	}
	if got := e.suggested("?metricNames=aws:all-bytes-out").Things; got != 10_150+60 {
		t.Errorf("got %d things, want %d", got, 10_150+60)
	}
}
