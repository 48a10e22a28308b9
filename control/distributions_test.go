package control_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"vedette/metric"
)

const distributions = "GET /vedette/v1/distributions?metricName="

// TestGetDistribution measures a fleet whose values are partly in memory.
func TestGetDistribution(t *testing.T) {
	e := fleetOf(t, 40)
	e.must(`POST /thing-groups/few {}`, `PUT /thing-groups/addThingToThingGroup {"thingGroupName":"few","thingName":"cam-003"}`)
	var out struct {
		Things, Datapoints int
		Min, Max, P50, P90 float64
		Exact              bool
		Scale, Kind, Unit  string
		Buckets            []struct {
			From, To   float64
			Datapoints int
		}
	}
	get := func(query string) {
		t.Helper()
		status, body := e.do(distributions + query)
		out.Buckets = nil
		if err := json.Unmarshal([]byte(body), &out); status != http.StatusOK || err != nil {
			t.Fatalf("%s: got %d %s", query, status, body)
		}
		sum := 0
		for i, b := range out.Buckets {
			if sum += b.Datapoints; b.From >= b.To || i > 0 && b.From != out.Buckets[i-1].To {
				t.Errorf("%s: bucket %d is %+v", query, i, b)
			}
		}
		if sum != out.Datapoints || len(out.Buckets) > 60 || out.Min < out.Buckets[0].From || out.Max >= out.Buckets[len(out.Buckets)-1].To {
			t.Errorf("%s: %d of %d datapoints in %d buckets", query, sum, out.Datapoints, len(out.Buckets))
		}
	}
	get("aws:all-bytes-out")
	if out.Things != 40 || out.Datapoints != 40*288 || out.Scale != "logarithmic" || out.Exact || out.Kind != "count" || out.Unit != "bytes" ||
		out.Min < 1000 || out.Max < 1e6 || out.P50 > 2000 || out.P90 > 2000 {
		t.Errorf("all: %+v", out)
	}
	get("aws:all-bytes-out&thingGroupName=few")
	if out.Things != 1 || out.Datapoints != 288 || out.Scale != "linear" || !out.Exact || out.Max >= 2000 {
		t.Errorf("one: %+v", out)
	}
	get("aws:all-bytes-out&thingGroupName=few&startTime=1767225600&endTime=1767226800")
	if out.Datapoints != 4 {
		t.Errorf("four values: %+v", out)
	}
	const span = `"startTime":"*","endTime":"*",`
	for _, x := range []exchange{
		{distributions + "aws:listening-tcp-ports", 200, `{` + span + `"kind":"ports","things":40,"datapoints":11520,"differentMembers":3,
			"members":[{"member":"22","things":40},{"member":"443","things":40},{"member":"23","things":1}]}`},
		{distributions + "aws:all-bytes-in", 200, `{` + span + `"kind":"count","unit":"bytes","things":0,"datapoints":0}`},
		{distributions + "aws:listening-udp-ports", 200, `{` + span + `"kind":"ports","things":0,"datapoints":0,"differentMembers":0,"members":[]}`},
		{distributions + "aws:all-bytes-out&dimensionName=d", 200, `*`},
		{distributions + "nothing", 400, `InvalidRequestException: The metric nothing does not exist: give one of AWS IoT's, such as aws:all-bytes-out, or a custom metric.`},
		{distributions + "aws:all-bytes-out&thingGroupName=attic", 404, `ResourceNotFoundException: The thing group attic does not exist.`},
		{distributions + "aws:all-bytes-out&dimensionValueOperator=IN", 400, `InvalidRequestException: dimensionValueOperator needs a dimensionName.`},
		{distributions + "aws:all-bytes-out&startTime=1767225601&endTime=1767225600", 400, `InvalidRequestException: startTime must be before endTime.`},
		{distributions + "aws:all-bytes-out&startTime=1999999999", 400, `*`},
		{"GET /vedette/v1/distributions", 400, `*`},
	} {
		e.expect(x)
	}
}

// TestGetDistributionOfTotals leaves out a thing that sends totals.
func TestGetDistributionOfTotals(t *testing.T) {
	e, _, own := measured(t)
	e.now = time.UnixMilli(january).Add(24 * time.Hour)
	var totals, deltas []any
	for i := range 100 {
		totals, deltas = append(totals, 1_000_000+i*977), append(deltas, 900+i%7*20)
	}
	e.must("POST /things/right {}", "POST /things/wrong {}")
	keep(t, own, sealed(t, "right", bytesOut, january, 5*minute, deltas...), sealed(t, "wrong", bytesOut, january, 5*minute, totals...))
	status, body := e.do(distributions + bytesOut.Metric)
	var out struct {
		Things, Datapoints, CumulativeThings int
		Max                                  float64
	}
	if err := json.Unmarshal([]byte(body), &out); status != http.StatusOK || err != nil {
		t.Fatalf("got %d %s", status, body)
	}
	if out.Things != 1 || out.CumulativeThings != 1 || out.Datapoints != 100 || out.Max != 1020 {
		t.Errorf("got %+v", out)
	}
}

// TestGetDistributionOfStrings shows them as they are.
func TestGetDistributionOfStrings(t *testing.T) {
	e, _, own := measured(t)
	e.now = time.UnixMilli(january)
	e.must(`POST /custom-metric/users {"metricType":"string-list","clientRequestToken":"t"}`, `POST /custom-metric/heat {"metricType":"number","clientRequestToken":"t"}`)
	keep(t, own, sealed(t, "a", metric.Series{Metric: "users"}, january, minute, []string{`root "0"`, "b"}, []string{}),
		sealed(t, "b", metric.Series{Metric: "users"}, january, minute, []string{"b"}), sealed(t, "a", metric.Series{Metric: "heat"}, january, minute, -1.5, 0.0, 2.5))
	e.now = e.now.Add(time.Hour)
	e.expect(exchange{distributions + "users", 200, `{"startTime":"*","endTime":"*","kind":"strings","things":2,"datapoints":3,"differentMembers":2,
		"members":[{"member":"b","things":2},{"member":"root \"0\"","things":1}]}`})
	e.expect(exchange{distributions + "heat", 200, `{"startTime":"*","endTime":"*","kind":"number","things":1,"datapoints":3,"min":-1.5,"max":2.5,"p50":0,"p90":2.5,"p99":2.5,"p99.9":2.5,"exact":true,"scale":"linear","buckets":"*"}`})
}
