package control_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"vedette/control"
	"vedette/metric"
	"vedette/restjson"
	"vedette/store/storetest"
	"vedette/violation"
)

// columns is the URL of the columns of a thing's metric in January and the day before.
func columns(thing, metric string) string {
	return "GET /vedette/v1" + list(thing, metric)
}

func TestGetMetricValues(t *testing.T) {
	e, g, own := measured(t)
	e.now = time.UnixMilli(january)
	for _, m := range []string{"number", "number-list", "string-list", "ip-address-list"} {
		e.must(`POST /custom-metric/my-` + m + ` {"metricType":"` + m + `","clientRequestToken":"t"}`)
	}
	addr := netip.MustParseAddr
	ports := metric.Series{Metric: "aws:listening-tcp-ports"}
	of := func(name string) metric.Series { return metric.Series{Metric: name} }
	keep(t, own,
		sealed(t, "t", bytesOut, january, minute, 1, 2), sealed(t, "t", bytesOut, january+2*minute, minute, 3),
		sealed(t, "t", metric.Series{Metric: "aws:num-messages-sent", Dimension: "d", Operator: "IN"}, january, minute, 8),
		sealed(t, "t", ports, january, minute, []uint16{22, 443}, []uint16{}, []uint16{22, 443}),
		sealed(t, "t", ports, january+3*minute, minute, []uint16{80}, []uint16{22, 443}),
		sealed(t, "t", of("my-number"), january, minute, 1.5, -2.0),
		sealed(t, "t", of("my-number-list"), january, minute, []float64{0.5, 2}),
		sealed(t, "t", of("my-string-list"), january, minute, []string{"b", "a,b"}, []string{"b"}),
		sealed(t, "t", of("my-ip-address-list"), january, minute, []netip.Addr{addr("10.0.0.1"), addr("2001:db8::1")}))
	g.open = []violation.Chunk{sealed(t, "t", bytesOut, january+3*minute, minute, 4)}
	const times = `"times":[1767225600,1767225660,1767225720`
	for _, x := range []exchange{
		{columns("t", bytesOut.Metric), 200, `{"kind":"count","unit":"bytes",` + times + `,1767225780],"counts":[1,2,3,4],"truncated":false}`},
		{"GET /vedette/v1/metric-values?thingName=t&metricName=aws:all-bytes-out&startTime=1767225660&endTime=1767225720", 200,
			`{"kind":"count","unit":"bytes","times":[1767225660],"counts":[2],"truncated":false}`},
		{columns("t", "aws:num-messages-sent") + "&dimensionName=d", 200, `{"kind":"count","unit":"messages","times":[1767225600],"counts":[8],"truncated":false}`},
		{columns("t", "aws:num-messages-sent"), 200, `{"kind":"count","unit":"messages","times":[],"counts":[],"truncated":false}`},
		{columns("t", ports.Metric), 200, `{"kind":"ports",` + times + `,1767225780,1767225840],"lists":[["22","443"],[],["80"]],"listIndexes":[0,1,0,2,0],"truncated":false}`},
		{columns("t", "my-number"), 200, `{"kind":"number","times":[1767225600,1767225660],"numbers":[1.5,-2],"truncated":false}`},
		{columns("t", "my-number-list"), 200, `{"kind":"numbers","times":[1767225600],"lists":[["0.5","2"]],"listIndexes":[0],"truncated":false}`},
		{columns("t", "my-string-list"), 200, `{"kind":"strings","times":[1767225600,1767225660],"lists":[["b","a,b"],["b"]],"listIndexes":[0,1],"truncated":false}`},
		{columns("t", "my-ip-address-list"), 200, `{"kind":"cidrs","times":[1767225600],"lists":[["10.0.0.1","2001:db8::1"]],"listIndexes":[0],"truncated":false}`},
		{columns("nobody", bytesOut.Metric), 404, `ResourceNotFoundException: The thing nobody does not exist.`},
		{columns("t", "nothing"), 400, `InvalidRequestException: The metric nothing does not exist: give one of AWS IoT's, such as aws:all-bytes-out, or a custom metric.`},
		{columns("t", bytesOut.Metric) + "&dimensionValueOperator=IN", 400, `InvalidRequestException: dimensionValueOperator needs a dimensionName.`},
		{"GET /vedette/v1/metric-values?thingName=t&metricName=aws:all-bytes-out&startTime=2&endTime=1", 400, `InvalidRequestException: startTime must be before endTime.`},
		{"GET /vedette/v1/metric-values?thingName=t&metricName=aws:all-bytes-out&startTime=2", 400, `*`},
	} {
		e.expect(x)
	}
}

// TestGetMetricValuesTruncated: of more values than an answer takes, the newest come.
func TestGetMetricValuesTruncated(t *testing.T) {
	e, _, own := measured(t)
	e.now = time.UnixMilli(january)
	for day := range 21 {
		keep(t, own, sealed(t, "t", bytesOut, january+int64(day)*storetest.Day, minute, upTo(day*1000, day*1000+999)...))
	}
	status, body := e.do("GET /vedette/v1/metric-values?thingName=t&metricName=aws:all-bytes-out&startTime=1&endTime=1900000000")
	var out struct {
		Times     []float64
		Counts    []int
		Truncated bool
	}
	if err := json.Unmarshal([]byte(body), &out); status != http.StatusOK || err != nil {
		t.Fatalf("got %d %.200s", status, body)
	}
	if !out.Truncated || len(out.Times) != 20_000 || len(out.Counts) != 20_000 || out.Counts[0] != 1000 || out.Counts[19_999] != 20_999 {
		t.Errorf("got %d times, counts %d…%d, truncated %t", len(out.Times), out.Counts[0], out.Counts[len(out.Counts)-1], out.Truncated)
	}
}

// BenchmarkGetMetricValues answers what 14 days of a thing were, a value every 300 s.
func BenchmarkGetMetricValues(b *testing.B) {
	db := storetest.Open(b, storetest.SQLite(b))
	own := storetest.Own(b, db, 0)
	ports := metric.Series{Metric: "aws:listening-tcp-ports"}
	const days = 14
	for day := range days {
		var counts, lists []any
		for i := range 288 {
			counts = append(counts, 1000+(i*7919)%977)
			lists = append(lists, []uint16{22, 443, 8883, uint16(1000 + i%5)})
		}
		first := january + int64(day)*storetest.Day
		fx := own.Effects()
		fx.Chunks = []violation.Chunk{sealed(b, "t", bytesOut, first, 5*minute, counts...), sealed(b, "t", ports, first, 5*minute, lists...)}
		own.Record(b, fx)
	}
	srv := restjson.NewServer(restjson.Options{})
	control.New(control.Options{Store: db, Account: account, Region: region}).Register(srv)
	for _, series := range []metric.Series{bytesOut, ports} {
		b.Run(series.Metric, func(b *testing.B) {
			url := "/vedette/v1/metric-values?thingName=t&metricName=" + series.Metric + "&startTime=1767225600&endTime=1768435200"
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				srv.ServeHTTP(w, httptest.NewRequestWithContext(b.Context(), http.MethodGet, url, nil))
				if w.Code != http.StatusOK || strings.Count(w.Body.String(), ",") < 2*days*288 {
					b.Fatalf("got %d %.100s", w.Code, w.Body)
				}
				b.SetBytes(int64(w.Body.Len()))
			}
		})
	}
}
