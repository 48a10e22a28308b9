package app_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
)

// badReports are reports, with what REPORT stands for where a name or a block is
// bad, and a part of the reason that the log and the reply give.
var badReports = map[string]struct{ payload, reason string }{
	"empty":                     {``, "ends too early"},
	"truncated":                 {`{"header":{"report_id":1,"version":"1.0"},"metrics":{"listening_tc`, "ends inside a string"},
	"not an object":             {`[1,2]`, ""},
	"behind the end":            {`{"header":{"report_id":1,"version":"1.0"},"metrics":{}} {}`, ""},
	"deeply nested":             {`{"header":{"report_id":1,"version":"1.0"},"metrics":{},"x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, "nested deeper"},
	"oversized":                 {`{"header":{"report_id":1,"version":"1.0"},"metrics":{}` + strings.Repeat(" ", 128<<10) + `}`, "larger than"},
	"not UTF-8":                 {"{\"header\":{\"report_id\":1,\"version\":\"1.0\"},\"metrics\":{},\"x\":\"\xff\xfe\"}", "UTF-8"},
	"control character":         {"{\"header\":{\"report_id\":1,\"version\":\"1.0\"},\"metrics\":{},\"x\":\"\x01\"}", ""},
	"no header":                 {`{"metrics":{}}`, "header"},
	"no report_id":              {`{"header":{"version":"1.0"},"metrics":{}}`, "report_id"},
	"no version":                {`{"header":{"report_id":1},"metrics":{}}`, "version"},
	"version 2":                 {`{"header":{"report_id":1,"version":"2.0"},"metrics":{}}`, "version"},
	"no block":                  {`{"header":{"report_id":1,"version":"1.0"}}`, "metrics"},
	"key twice":                 {`{"header":{"report_id":1,"version":"1.0"},"metrics":{"network_stats":{"bytes_in":1,"bytes_in":2}}}`, "bytes_in"},
	"long and short key":        {`{"header":{"report_id":1,"version":"1.0"},"metrics":{"network_stats":{"bytes_in":1,"bi":2}}}`, "given twice"},
	"unknown key twice":         {`{"header":{"report_id":1,"version":"1.0"},"metrics":{},"x":1,"x":2}`, "x"},
	"wrong type":                {`{"header":{"report_id":1,"version":"1.0"},"metrics":{"network_stats":{"bytes_in":"many"}}}`, "bytes_in"},
	"negative delta":            {`{"header":{"report_id":1,"version":"1.0"},"metrics":{"network_stats":{"bytes_out":-1}}}`, "bytes_out"},
	"negative total":            {`{"header":{"report_id":1,"version":"1.0"},"metrics":{"listening_tcp_ports":{"total":-1}}}`, "total"},
	"count with a fraction":     {`{"header":{"report_id":1,"version":"1.0"},"metrics":{"network_stats":{"bytes_in":1.5}}}`, "bytes_in"},
	"count beyond int64":        {`{"header":{"report_id":1,"version":"1.0"},"metrics":{"network_stats":{"bytes_in":9223372036854775808}}}`, "bytes_in"},
	"report_id beyond int64":    {`{"header":{"report_id":92233720368547758080,"version":"1.0"},"metrics":{}}`, "report_id"},
	"number beyond float64":     {`{"header":{"report_id":1,"version":"1.0"},"custom_metrics":{"level":[{"number":1e999}]}}`, "level"},
	"custom value is no list":   {`{"header":{"report_id":1,"version":"1.0"},"custom_metrics":{"level":{"number":1}}}`, "level"},
	"custom value of two":       {`{"header":{"report_id":1,"version":"1.0"},"custom_metrics":{"level":[{"number":1},{"number":2}]}}`, "level"},
	"custom value of two kinds": {`{"header":{"report_id":1,"version":"1.0"},"custom_metrics":{"level":[{"number":1,"number_list":[2]}]}}`, "level"},
}

// TestBadReports: each is rejected with the reason in the reply, in the log and in
// the list of rejections, acknowledged, and counted; the connection goes on.
func TestBadReports(t *testing.T) {
	t.Parallel()
	d := start(t, options(t))
	device := d.device()
	n := 0
	for name, bad := range badReports {
		t.Run("fail/"+name, func(t *testing.T) {
			n++
			thing := fmt.Sprint("thing-", n)
			a := device.report(thing, bad.payload)
			if a.Status != "REJECTED" || a.StatusDetails.ErrorCode != "InvalidPayload" || a.ThingName != thing {
				t.Fatalf("got %+v, want REJECTED with InvalidPayload", a)
			}
			message := a.StatusDetails.ErrorMessage
			if !strings.HasPrefix(message, "Malformed metrics report") || !strings.Contains(message, bad.reason) {
				t.Errorf("reason: got %q, want one with %q", message, bad.reason)
			}
		})
	}
	if got := d.metric(`vedette_report_rejections_total{format="json",reason="malformed"}`); got != float64(n) {
		t.Errorf("rejections counted: got %v, want %d", got, n)
	}
	if got := strings.Count(d.log.String(), `msg="report rejected"`); got == 0 || got > n {
		t.Errorf("lines of the log about %d rejected reports: got %d", n, got)
	}
	device.ports("thing-0", 23)
}

// TestBadThingNames: a name that no thing can have is rejected, the longest that
// one can have is not.
func TestBadThingNames(t *testing.T) {
	t.Parallel()
	d := start(t, options(t))
	d.profile("p", allThings, onlyPorts("tcp", 443))
	device := d.device()
	for _, good := range []string{strings.Repeat("n", 128), strings.Repeat("ü", 64), "a b", `quote"back\slash`, "名前"} {
		device.ports(good, 23)
		if got := d.kinds(good); got != "in-alarm" && !strings.ContainsAny(good, `ü "\名`) {
			t.Errorf("events of %q: got %s, want in-alarm", good, got)
		}
	}
	bad := []string{strings.Repeat("n", 129), strings.Repeat("ü", 65), "a\x01b", "a\tb", "a\x7fb", "a\u0085b"}
	for _, bad := range bad {
		a := device.report(bad, listening(23))
		if a.Status != "REJECTED" || a.StatusDetails.ErrorCode != "InvalidPayload" {
			t.Errorf("report of %q: got %+v, want InvalidPayload", bad, a)
		}
	}
	if got, want := d.metric(`vedette_report_rejections_total{format="json",reason="thing_name"}`), float64(len(bad)); got != want {
		t.Errorf("rejections counted: got %v, want %v", got, want)
	}
}

// TestHarmlessReports: what newer agents add and what real agents do wrong is
// accepted, and judged as far as it goes.
func TestHarmlessReports(t *testing.T) {
	t.Parallel()
	d := start(t, options(t))
	_, err := d.client.CreateCustomMetric(t.Context(), &iot.CreateCustomMetricInput{
		MetricName: aws.String("level"), MetricType: types.CustomMetricTypeNumber, ClientRequestToken: aws.String("t"),
	})
	check(t, err)
	d.profile("p", allThings, onlyPorts("tcp", 443))
	device := d.device()
	for name, c := range map[string]struct{ body, events string }{
		"unknown keys":           {`"metrics":{"listening_tcp_ports":{"ports":[{"port":23,"colour":"red"}],"x":{}},"y":[1]},"z":null`, "in-alarm"},
		"port that is none":      {`"metrics":{"listening_tcp_ports":{"ports":[{"port":443},{"port":65536},{"port":0}]}}`, ""},
		"total is another":       {`"metrics":{"listening_tcp_ports":{"ports":[{"port":23}],"total":77}}`, "in-alarm"},
		"integer as double":      {`"metrics":{"listening_tcp_ports":{"ports":[{"port":23.0}],"total":1.0}}`, "in-alarm"},
		"short names":            {`"met":{"tp":{"pts":[{"pt":23,"if":"eth0"}],"t":1}}`, "in-alarm"},
		"custom metric unknown":  {`"custom_metrics":{"nobody":[{"number":1}]}`, ""},
		"custom of another type": {`"custom_metrics":{"level":[{"string_list":["a"]}]}`, ""},
		"no address":             {`"custom_metrics":{"level":[{"ip_list":["none"]}]}`, ""},
		"nothing":                {`"metrics":{}`, ""},
	} {
		t.Run("ok/"+name, func(t *testing.T) {
			thing := strings.ReplaceAll(name, " ", "-")
			a := device.report(thing, `{"header":{"report_id":1,"version":"1.7"},`+c.body+`}`)
			if a.Status != "ACCEPTED" {
				t.Fatalf("got %+v, want ACCEPTED", a)
			}
			if got := d.kinds(thing); got != c.events {
				t.Errorf("events: got %q, want %q", got, c.events)
			}
		})
	}
}

// TestGarbageOnMQTT sends what is no MQTT: the connection ends, nothing else does.
func TestGarbageOnMQTT(t *testing.T) {
	t.Parallel()
	d := start(t, options(t))
	device := d.device()
	const connect = "\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04junk"
	garbage := map[string]string{
		"HTTP":                       "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"TLS":                        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"zeros":                      strings.Repeat("\x00", 100),
		"ones":                       strings.Repeat("\xff", 100),
		"first packet is no CONNECT": "\x30\x03\x00\x01a",
		"length of five bytes":       "\x10\xff\xff\xff\xff\x7f",
		"packet of 256 MiB":          connect + "\x30\xff\xff\xff\x7f",
		"CONNECT twice":              connect + connect,
		"PUBLISH without a topic":    connect + "\x30\x02\x00\x00",
		"PUBLISH to a filter":        connect + "\x30\x03\x00\x01#",
		"PUBLISH with QoS 3":         connect + "\x36\x05\x00\x01a\x00\x01",
		"PUBLISH with packet id 0":   connect + "\x32\x05\x00\x01a\x00\x00",
		"topic that is not UTF-8":    connect + "\x30\x04\x00\x02\xc3\x28",
		"topic with U+0000":          connect + "\x30\x04\x00\x02a\x00",
		"topic beyond the packet":    connect + "\x30\x03\xff\xffa",
		"SUBSCRIBE without filters":  connect + "\x82\x02\x00\x01",
		"SUBSCRIBE with wrong flags": connect + "\x80\x06\x00\x01\x00\x01a\x00",
		"packet of a server":         connect + "\x20\x02\x00\x00",
		"reserved packet type":       connect + "\x00\x00",
	}
	for name, bytes := range garbage {
		t.Run("fail/"+name, func(t *testing.T) {
			conn, err := net.Dial("tcp", d.Endpoints().MQTT)
			check(t, err)
			defer conn.Close()
			check(t, conn.SetDeadline(time.Now().Add(patience)))
			_, err = io.WriteString(conn, bytes)
			check(t, err)
			// Until the server ends it: an error other than the deadline's will do.
			if _, err := io.Copy(io.Discard, conn); err != nil && err.(net.Error).Timeout() {
				t.Errorf("the connection goes on: %v", err)
			}
		})
	}
	if got := d.metric("vedette_mqtt_panics_total"); got != 0 {
		t.Errorf("panics: got %v, want 0", got)
	}
	if got := d.metric("vedette_mqtt_protocol_errors_total"); got < float64(len(garbage)-6) { // some fail before CONNECT
		t.Errorf("protocol errors counted: got %v, want at least %d", got, len(garbage))
	}
	device.ports("cam", 23) // the connection that was there goes on
	d.device().ports("cam", 443)
	if status, _ := d.get("/readyz"); status != http.StatusOK {
		t.Errorf("readyz: got %d, want 200", status)
	}
}
