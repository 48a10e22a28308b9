package control_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/control"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// watched is a service with an engine that judges.
type watched struct {
	*env
	engine *detect.Engine
	pos    uint64
	fx     violation.Effects
	err    error // of looking a thing up
}

func watch(t *testing.T, configure ...func(*control.Options)) *watched {
	w := &watched{engine: detect.New(detect.Options{})}
	configure = append(configure, func(o *control.Options) {
		o.FindThings = w.engine.FindThings
		o.Thing = func(_ context.Context, name string) (detect.ThingDetail, bool, error) {
			d, _, known := w.engine.Thing(name)
			return d, known, w.err
		}
	})
	w.env = newEnv(t, configure...)
	return w
}

func (w *watched) apply(kind record.Kind, body []byte) {
	w.Helper()
	w.pos++
	if err := w.engine.Apply(&record.Record{Kind: kind, At: w.now.UnixMilli(), Pos: w.pos << 16, Body: body}, &w.fx); err != nil {
		w.Fatal(err)
	}
}

// learn tells the engine, once, what the control plane knows.
func (w *watched) learn() {
	w.Helper()
	_, err := w.db.AllChanges(w.Context(), func(c *record.Change) error {
		body, err := c.Encode()
		w.apply(record.KindChange, body)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *watched) report(thing string, id int, metrics string) {
	w.Helper()
	var r metric.Report
	payload := fmt.Sprintf(`{"header":{"report_id":%d,"version":"1.0"},%s}`, id, metrics)
	if err := metric.ParseReport(metric.JSON, []byte(payload), &r); err != nil {
		w.Fatal(err)
	}
	r.Hash = metric.Hash([]byte(payload))
	w.apply(record.KindReport, record.AppendReport(nil, []byte(thing), &r))
}

func (w *watched) connect(thing string, session uint64, connected bool) {
	w.Helper()
	w.apply(record.KindPresence, record.AppendPresence(nil, &record.Presence{Thing: []byte(thing), Session: session, Connected: connected, Addr: netip.MustParseAddr("10.0.0.9")}))
}

const portsProfile = `POST /security-profiles/ports {"behaviors":[{"name":"tcp","metric":"aws:listening-tcp-ports",` +
	`"criteria":{"comparisonOperator":"in-port-set","value":{"ports":[443]},"consecutiveDatapointsToAlarm":1}}],"additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-out"}]}`

// site is a fleet: cam-1 is connected, reports and is in alarm, cam-2 has gone silent,
// lamp was never heard of, guest is not registered.
func site(t *testing.T) *watched {
	w := watch(t)
	w.must(`POST /thing-types/camera {}`, `POST /thing-groups/site {}`, `POST /thing-groups/hall {"parentGroupName":"site"}`,
		`POST /things/cam-1 {"thingTypeName":"camera","attributePayload":{"attributes":{"floor":"2"}}}`, `POST /things/cam-2 {}`, `POST /things/lamp {}`,
		`PUT /thing-groups/addThingToThingGroup {"thingGroupName":"hall","thingName":"cam-1"}`,
		`PUT /thing-groups/addThingToThingGroup {"thingGroupName":"site","thingName":"lamp"}`,
		portsProfile, `PUT /security-profiles/ports/targets?securityProfileTargetArn=ARN:all/things`, `POST /security-profiles/halls {}`,
		`PUT /security-profiles/halls/targets?securityProfileTargetArn=ARN:thinggroup/site`)
	w.now = time.UnixMilli(january)
	w.learn()
	w.connect("cam-2", 1, true)
	w.report("cam-2", 1, `"metrics":{"network_stats":{"bytes_out":5}}`)
	w.now = w.now.Add(time.Hour)
	w.connect("cam-2", 1, false)
	w.connect("cam-1", 2, true)
	w.now = w.now.Add(time.Minute)
	w.report("cam-1", 1, `"metrics":{"listening_tcp_ports":{"ports":[{"port":23}]},"network_stats":{"bytes_out":7}}`)
	w.now = w.now.Add(time.Minute)
	w.report("guest", 1, `"metrics":{"network_stats":{"bytes_out":9}}`)
	return w
}

func TestSearchThings(t *testing.T) {
	w := site(t)
	const (
		cam1  = `{"thingName":"cam-1","registered":true,"thingTypeName":"camera","connected":true,"lastReportTime":1767229260,"activeAlarms":1}`
		cam2  = `{"thingName":"cam-2","registered":true,"connected":false,"lastReportTime":1767225600,"activeAlarms":0}`
		lamp  = `{"thingName":"lamp","registered":true,"connected":false,"activeAlarms":0}`
		guest = `{"thingName":"guest","registered":false,"connected":false,"lastReportTime":1767229320,"activeAlarms":0}`
	)
	for query, want := range map[string][]string{
		"":                                       {cam1, cam2, guest, lamp},
		"?order=desc":                            {lamp, guest, cam2, cam1},
		"?search=cam-":                           {cam1, cam2},
		"?search=am":                             {},
		"?search=Cam":                            {},
		"?state=connected":                       {cam1},
		"?state=disconnected":                    {cam2},
		"?state=reporting":                       {cam1, guest},
		"?state=silent":                          {cam2},
		"?state=inAlarm":                         {cam1},
		"?state=unregistered":                    {guest},
		"?thingGroupName=site":                   {cam1, lamp},
		"?thingGroupName=hall&state=connected":   {cam1},
		"?sort=lastReportTime":                   {guest, cam1, cam2, lamp},
		"?sort=lastReportTime&order=asc":         {lamp, cam2, cam1, guest},
		"?sort=thingName&search=cam&order=desc":  {cam2, cam1},
		"?search=lamp&state=inAlarm&maxResults=": nil,
	} {
		if want == nil {
			w.expect(exchange{"GET /vedette/v1/things" + query, 400, `*`})
			continue
		}
		w.expect(exchange{"GET /vedette/v1/things" + query, 200, `{"things":[` + strings.Join(want, ",") + `]}`})
		if got := w.thingPages(query); !cmp.Equal(got, names(want)) {
			t.Errorf("%s, page by page: got %q, want %q", query, got, names(want))
		}
	}
	w.now = time.UnixMilli(1767229260_000).Add(15 * time.Minute) // cam-1 reports up to here
	w.expect(exchange{"GET /vedette/v1/things?state=silent", 200, `{"things":[` + cam2 + `]}`})
	w.now = w.now.Add(time.Millisecond)
	w.expect(exchange{"GET /vedette/v1/things?state=silent", 200, `{"things":[` + cam1 + `,` + cam2 + `]}`})
}

// thingPages returns the names that a search finds, a thing a page.
func (w *watched) thingPages(query string) (list []string) {
	w.Helper()
	if query == "" {
		query = "?"
	}
	for token := "&"; token != ""; {
		status, body := w.do("GET /vedette/v1/things" + query + "&maxResults=1" + strings.TrimSuffix(token, "&"))
		var page struct {
			Things    []struct{ ThingName string }
			NextToken string
		}
		if err := json.Unmarshal([]byte(body), &page); status != http.StatusOK || err != nil || len(page.Things) > 1 {
			w.Fatalf("%s: got %d %s", query, status, body)
		}
		for _, one := range page.Things {
			list = append(list, one.ThingName)
		}
		token = ""
		if page.NextToken != "" {
			token = "&nextToken=" + page.NextToken
		}
	}
	return list
}

func names(things []string) (list []string) {
	for _, body := range things {
		_, rest, _ := strings.Cut(body, `"thingName":"`)
		name, _, _ := strings.Cut(rest, `"`)
		list = append(list, name)
	}
	return list
}

func TestSearchThingsErrors(t *testing.T) {
	w := site(t)
	_, body := w.do("GET /vedette/v1/things?maxResults=1")
	_, rest, _ := strings.Cut(body, `"nextToken":"`)
	token, _, _ := strings.Cut(rest, `"`)
	for _, x := range []exchange{
		{"GET /vedette/v1/things?state=asleep", 400, `InvalidRequestException: 1 validation error detected: Value 'asleep' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [connected, disconnected, reporting, silent, inAlarm, unregistered]`},
		{"GET /vedette/v1/things?sort=age", 400, `InvalidRequestException: 1 validation error detected: Value 'age' at 'sort' failed to satisfy constraint: Member must satisfy enum value set: [thingName, lastReportTime]`},
		{"GET /vedette/v1/things?thingGroupName=attic", 404, `ResourceNotFoundException: The thing group attic does not exist.`},
		{"GET /vedette/v1/things?maxResults=0", 400, `*`},
		{"GET /vedette/v1/things?maxResults=251", 400, `*`},
		{"GET /vedette/v1/things?search=" + strings.Repeat("a", 129), 400, `*`},
		{"GET /vedette/v1/things?nextToken=x", 400, `InvalidRequestException: The nextToken is invalid: it was not issued by this service.`},
		{"GET /vedette/v1/things?state=silent&nextToken=" + token, 400, `InvalidRequestException: The nextToken is invalid: it was issued for a different request.`},
		{"POST /vedette/v1/things", 405, `*`},
	} {
		w.expect(x)
	}
}

func TestGetThing(t *testing.T) {
	w := site(t)
	w.must(`POST /policies/cams {"policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}`, `PUT /target-policies/cams {"target":"ARN:thinggroup/site"}`)
	_, made := w.do(`POST /keys-and-certificate?setAsActive=true`)
	var certificate struct{ CertificateArn string }
	if err := json.Unmarshal([]byte(made), &certificate); err != nil {
		t.Fatal(err)
	}
	w.must(`PUT@` + certificate.CertificateArn + ` /things/cam-1/principals`)
	const profiles = `{"securityProfileName":"ports","targetArn":"ARN:all/things"}`
	for _, x := range []exchange{
		{"GET /vedette/v1/things/cam-1", 200, `{"thingName":"cam-1","registered":true,"thingId":"*","thingArn":"ARN:thing/cam-1","thingTypeName":"camera","attributes":{"floor":"2"},
			"thingGroupNames":["hall"],"principals":["` + certificate.CertificateArn + `"],"policies":["cams"],"connected":true,"connectedSince":1767229200,"remoteAddress":"10.0.0.9","clientId":"cam-1",
			"lastReportTime":1767229260,"securityProfiles":[{"securityProfileName":"halls","targetArn":"ARN:thinggroup/site"},` + profiles + `],
			"metrics":[{"metricName":"aws:all-bytes-out","kind":"count","unit":"bytes","lastTime":1767229260},{"metricName":"aws:listening-tcp-ports","kind":"ports","lastTime":1767229260}],"activeAlarms":1}`},
		{"GET /vedette/v1/things/cam-2", 200, `{"thingName":"cam-2","registered":true,"thingId":"*","thingArn":"ARN:thing/cam-2","thingGroupNames":[],"principals":[],"policies":[],
			"connected":false,"disconnectedSince":1767229200,"remoteAddress":"10.0.0.9","clientId":"cam-2","lastReportTime":1767225600,"securityProfiles":[` + profiles + `],
			"metrics":[{"metricName":"aws:all-bytes-out","kind":"count","unit":"bytes","lastTime":1767225600}],"activeAlarms":0}`},
		{"GET /vedette/v1/things/guest", 200, `{"thingName":"guest","registered":false,"thingGroupNames":[],"principals":[],"policies":[],"connected":false,"lastReportTime":1767229320,
			"securityProfiles":[` + profiles + `],"metrics":[{"metricName":"aws:all-bytes-out","kind":"count","unit":"bytes","lastTime":1767229320}],"activeAlarms":0}`},
		{"GET /vedette/v1/things/lamp", 200, `*`},
		{"GET /vedette/v1/things/nobody", 404, `ResourceNotFoundException: The thing nobody does not exist.`},
		{"GET /vedette/v1/things/" + strings.Repeat("a", 129), 400, `*`},
		{"GET /vedette/v1/things/%ff", 400, `InvalidRequestException: 1 validation error detected: Value at 'thingName' failed to satisfy constraint: Member must be UTF-8`},
	} {
		w.expect(x)
	}
	w.err = fmt.Errorf("the store is slow")
	w.expect(exchange{"GET /vedette/v1/things/cam-1", 503, `ServiceUnavailableException: The last values are not stored yet. Try again later.`})
}

// TestGetThingMetrics: what is stored counts beside what is open, but not values of a
// custom metric that was made anew.
func TestGetThingMetrics(t *testing.T) {
	e, _, own := measured(t, func(o *control.Options) { o.MetricRetention = 24 * time.Hour })
	e.now = time.UnixMilli(january)
	e.must(`POST /custom-metric/heat {"metricType":"number","clientRequestToken":"t"}`, `POST /custom-metric/users {"metricType":"string-list","clientRequestToken":"t"}`)
	keep(t, own, sealed(t, "t", bytesOut, january, minute, 1, 2), sealed(t, "t", metric.Series{Metric: "users"}, january, minute, []string{"a"}),
		sealed(t, "t", metric.Series{Metric: "heat"}, january, minute, 1.5),
		sealed(t, "t", metric.Series{Metric: "aws:num-messages-sent", Dimension: "d", Operator: "NOT_IN"}, january, minute, 1),
		sealed(t, "other", metric.Series{Metric: "aws:all-bytes-in"}, january, minute, 1))
	e.now = e.now.Add(time.Minute)
	e.must(`DELETE /custom-metric/heat`, `POST /custom-metric/heat {"metricType":"number","clientRequestToken":"u"}`)
	metrics := func(list string) string {
		return `{"thingName":"t","registered":false,"thingGroupNames":[],"principals":[],"policies":[],"connected":false,"securityProfiles":[],"activeAlarms":0,"metrics":[` + list + `]}`
	}
	e.expect(exchange{"GET /vedette/v1/things/t", 200, metrics(`{"metricName":"aws:all-bytes-out","kind":"count","unit":"bytes","lastTime":1767225660},` +
		`{"metricName":"aws:num-messages-sent","metricDimension":{"dimensionName":"d","operator":"NOT_IN"},"kind":"count","unit":"messages","lastTime":1767225600},` +
		`{"metricName":"users","kind":"strings","lastTime":1767225600}`)})
	e.now = time.UnixMilli(january).Add(24*time.Hour + time.Second)
	e.expect(exchange{"GET /vedette/v1/things/t", 200, metrics(`{"metricName":"aws:all-bytes-out","kind":"count","unit":"bytes","lastTime":1767225660}`)})
}
