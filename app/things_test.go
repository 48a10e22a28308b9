package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"

	"vedette/app"
)

// own asks for a path below /vedette/v1 and reads the answer into out.
func (d *deployment) own(path string, out any) {
	d.t.Helper()
	status, body := d.get("/vedette/v1" + path)
	if err := json.Unmarshal([]byte(body), out); status != http.StatusOK || err != nil {
		d.t.Fatalf("%s: got %d %s", path, status, body)
	}
}

// found returns the names that a search for things finds.
func (d *deployment) found(query string) string {
	d.t.Helper()
	var out struct{ Things []struct{ ThingName string } }
	d.own("/things?"+query, &out)
	names := []string{}
	for _, one := range out.Things {
		names = append(names, one.ThingName)
	}
	return strings.Join(names, " ")
}

// TestThings: what devices do over MQTT is seen in the searches for things, their
// details, their reports and their values.
func TestThings(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Auth = app.AuthNone
	d := start(t, o)
	for _, name := range []string{"lamp-1", "lamp-2", "lamp-3"} {
		_, err := d.client.CreateThing(t.Context(), &iot.CreateThingInput{ThingName: aws.String(name)})
		check(t, err)
	}
	d.profile("ports", allThings, onlyPorts("tcp", 22, 443))
	lamp, stray := d.connect("lamp-1"), d.connect("lamp-stray")
	reporter := d.device()
	for i := range 25 {
		reporter.ports("lamp-1", 22, 443+i%2)
		reporter.ports("lamp-2", 22)
	}
	reporter.ports("lamp-stray", 23)

	for query, want := range map[string]string{
		"search=lamp-":                                 "lamp-1 lamp-2 lamp-3 lamp-stray",
		"search=lamp-&maxResults=2&order=desc":         "lamp-stray lamp-3",
		"search=lamp-&state=reporting":                 "lamp-1 lamp-2 lamp-stray",
		"search=lamp-&state=silent":                    "",
		"search=lamp-&state=unregistered":              "lamp-stray",
		"search=lamp-&state=inAlarm":                   "lamp-stray",
		"search=lamp-&sort=lastReportTime&order=asc":   "lamp-3 lamp-1 lamp-2 lamp-stray",
		"search=lamp-&sort=lastReportTime&maxResults=": "",
	} {
		if strings.HasSuffix(query, "maxResults=") {
			if status, _ := d.get("/vedette/v1/things?" + query); status != http.StatusBadRequest {
				t.Errorf("%s: got %d, want it refused", query, status)
			}
			continue
		}
		if got := d.found(query); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	eventually(t, "both are connected", func() bool { return d.found("search=lamp-&state=connected") == "lamp-1 lamp-stray" })
	stray.disconnect()
	eventually(t, "one is disconnected", func() bool { return d.found("search=lamp-&state=disconnected") == "lamp-stray" })

	var thing struct {
		Registered, Connected   bool
		ConnectedSince          float64
		RemoteAddress, ClientID string
		LastReportTime          float64
		SecurityProfiles        []struct{ SecurityProfileName, TargetArn string }
		Metrics                 []struct{ MetricName, Kind string }
		ActiveAlarms            int
	}
	d.own("/things/lamp-1", &thing)
	if !thing.Registered || !thing.Connected || thing.ClientID != "lamp-1" || thing.RemoteAddress != "127.0.0.1" || thing.ConnectedSince == 0 || thing.LastReportTime == 0 ||
		fmt.Sprint(thing.SecurityProfiles) != "[{ports "+allThings+"}]" || fmt.Sprint(thing.Metrics) != "[{aws:listening-tcp-ports ports}]" {
		t.Errorf("lamp-1: got %+v", thing)
	}
	if status, body := d.get("/vedette/v1/things/lamp-9"); status != http.StatusNotFound {
		t.Errorf("a thing that nobody knows: got %d %s", status, body)
	}
	lamp.disconnect()
	checkReports(t, d)
	checkValues(t, d)
}

// checkReports: the last 20 of the 25 reports are there, newest first, and as they came.
func checkReports(t *testing.T, d *deployment) {
	t.Helper()
	var out struct {
		Reports []struct {
			Time     float64
			ReportID int
			Metrics  json.RawMessage
		}
		SearchedFrom float64
	}
	d.own("/things/lamp-1/reports", &out)
	if len(out.Reports) != 20 || out.SearchedFrom == 0 || out.SearchedFrom > out.Reports[19].Time {
		t.Fatalf("got %d reports, searched from %v", len(out.Reports), out.SearchedFrom)
	}
	for i, r := range out.Reports {
		want := fmt.Sprintf(`{"listening_tcp_ports":{"ports":[{"port":22},{"port":%d}],"total":2}}`, 443+i%2)
		if string(r.Metrics) != want || i > 0 && (r.Time > out.Reports[i-1].Time || r.ReportID >= out.Reports[i-1].ReportID) {
			t.Errorf("report %d: got %+v %s, want %s", i, r, r.Metrics, want)
		}
	}
	d.own("/things/lamp-3/reports", &out)
	if len(out.Reports) != 0 {
		t.Errorf("of a thing that never reported: got %d reports", len(out.Reports))
	}
}

// checkValues: the values of one and of all are drawn.
func checkValues(t *testing.T, d *deployment) {
	t.Helper()
	var columns struct {
		Times       []float64
		Lists       [][]string
		ListIndexes []int
	}
	d.own(fmt.Sprintf("/metric-values?thingName=lamp-1&metricName=aws:listening-tcp-ports&startTime=0&endTime=%d", time.Now().Unix()+100), &columns)
	if len(columns.Times) != 25 || len(columns.ListIndexes) != 25 || !slices.IsSorted(columns.Times) || fmt.Sprint(columns.Lists) != "[[22 443] [22 444]]" || columns.ListIndexes[24] != 0 {
		t.Errorf("values: got %+v", columns)
	}
	var fleet struct {
		Things, Datapoints int
		Members            []struct {
			Member string
			Things int
		}
	}
	d.own("/distributions?metricName=aws:listening-tcp-ports", &fleet)
	if fleet.Things != 3 || fleet.Datapoints != 51 || fmt.Sprint(fleet.Members) != "[{22 2} {23 1} {443 1} {444 1}]" {
		t.Errorf("distribution: got %+v", fleet)
	}
}
