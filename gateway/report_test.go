package gateway

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"

	"vedette/metric"
	"vedette/mqtt"
)

// answer is a reply as its receiver reads it.
type answer struct {
	ThingName     string        `json:"thingName"`
	ReportID      *int64        `json:"reportId"`
	Status        string        `json:"status"`
	StatusDetails *errorDetails `json:"statusDetails"`
	Timestamp     int64         `json:"timestamp"`
}

type errorDetails struct {
	ErrorCode    string
	ErrorMessage string
}

func toCBOR(t testing.TB, text string) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	b, err := cbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAccepted(t *testing.T) {
	const topic = "$aws/things/lamp-7/defender/metrics/"
	t.Run("ok/JSON", func(t *testing.T) {
		h := newHarness(Options{})
		want := []finished{{1, mqtt.CodeSuccess, topic + "json/accepted", `{"thingName":"lamp-7","reportId":1767225600,"status":"ACCEPTED","timestamp":1767225601023}`}}
		if d := cmp.Diff(want, h.send("lamp-7", metric.JSON, []byte(reportWithID(1767225600)))); d != "" {
			t.Errorf("answers (-want +got):\n%s", d)
		}
		got := h.log.appended()
		if n, _ := got[0].Count(metric.AllBytesIn); len(got) != 1 || n != 1767225600 || string(got[0].Thing) != "lamp-7" {
			t.Errorf("appended %+v", got)
		}
	})
	t.Run("ok/CBOR", func(t *testing.T) {
		h := newHarness(Options{})
		got := h.send("lamp-7", metric.CBOR, toCBOR(t, `{"header":{"report_id":-5000,"version":"1.0"},"metrics":{"network_stats":{"bytes_in":1767225600}}}`))
		if len(got) != 1 || got[0].Topic != topic+"cbor/accepted" {
			t.Fatalf("answers: %+v", got)
		}
		var a answer
		if err := cbor.Unmarshal([]byte(got[0].Payload), &a); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(answer{ThingName: "lamp-7", ReportID: new(int64(-5000)), Status: "ACCEPTED", Timestamp: commitTime}, a); d != "" {
			t.Errorf("answer (-want +got):\n%s", d)
		}
	})
	t.Run("ok/only after the commit", func(t *testing.T) {
		h := newHarness(Options{})
		h.log.set(true, nil)
		if got := h.send("lamp-7", metric.JSON, []byte(reportWithID(1))); len(got) != 0 {
			t.Errorf("answered before the commit: %+v", got)
		}
		if n := h.Stats().Pending; n != 1 {
			t.Errorf("got %d pending, want 1", n)
		}
		h.log.release(nil)
		if got := status(t, h.client.answers); got != "ACCEPTED" || h.Stats().Pending != 0 {
			t.Errorf("got %q, stats %+v", got, h.Stats())
		}
	})
}

// TestRejected goes through what makes AWS reject a report.
func TestRejected(t *testing.T) {
	const header = `"header":{"report_id":9,"version":"1.0"}`
	id := new(int64(9))
	long := strings.Repeat("n", 129)
	for name, tc := range map[string]struct {
		thing, in, message string
		id                 *int64
	}{
		"fail/no JSON":               {"t", `{`, "Malformed metrics report: JSON ends too early at byte 1", nil},
		"fail/header missing":        {"t", `{"metrics":{}}`, "Malformed metrics report: header missing", nil},
		"fail/version missing":       {"t", `{"header":{"report_id":9},"metrics":{}}`, "Malformed metrics report: header: version missing", id},
		"fail/report_id missing":     {"t", `{"header":{"version":"1.0"},"metrics":{}}`, "Malformed metrics report: header: report_id missing", nil},
		"fail/major version unknown": {"t", `{"metrics":{},"header":{"report_id":9,"version":"2.0"}}`, "Malformed metrics report: header.version: not 1.x, the only version known", id},
		"fail/neither block":         {"t", `{` + header + `}`, "Malformed metrics report: metrics and custom_metrics missing", id},
		"fail/wrong type":            {"t", `{` + header + `,"metrics":1}`, "Malformed metrics report: metrics: not an object", id},
		"fail/negative delta":        {"t", `{` + header + `,"metrics":{"ns":{"bi":-1}}}`, "Malformed metrics report: metrics.network_stats.bytes_in: negative", id},
		"fail/custom no list":        {"t", `{` + header + `,"custom_metrics":{"x":{"number":0}}}`, "Malformed metrics report: custom_metrics.x: not a list of one object", id},
		"fail/long and short key":    {"t", `{` + header + `,"metrics":{},"met":{}}`, "Malformed metrics report: metrics: given twice", id},
		"fail/too large":             {"t", strings.Repeat(" ", metric.MaxReport+1), "Malformed metrics report: larger than 131072 bytes", nil},
		"fail/name too long":         {long, reportWithID(9), "Malformed metrics report: thing name is longer than 128 bytes", id},
		"fail/name empty":            {"", reportWithID(9), "Malformed metrics report: thing name is empty", id},
		"fail/name with control":     {"a\u0007b", reportWithID(9), "Malformed metrics report: thing name has a control character", id},
		"fail/name with C1 control":  {"a\u0085b", reportWithID(9), "Malformed metrics report: thing name has a control character", id},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(Options{})
			got := h.send(tc.thing, metric.JSON, []byte(tc.in))
			if len(got) != 1 || got[0].Code != mqtt.CodeSuccess || got[0].Ticket != 1 || got[0].Topic != "$aws/things/"+tc.thing+"/defender/metrics/json/rejected" {
				t.Fatalf("answers: %+v", got)
			}
			var a answer
			if err := json.Unmarshal([]byte(got[0].Payload), &a); err != nil {
				t.Fatalf("%v: %s", err, got[0].Payload)
			}
			want := answer{
				ThingName: tc.thing, ReportID: tc.id, Status: "REJECTED", Timestamp: h.clock.Now().UnixMilli(),
				StatusDetails: &errorDetails{"InvalidPayload", tc.message},
			}
			if d := cmp.Diff(want, a); d != "" {
				t.Errorf("answer (-want +got):\n%s", d)
			}
			if len(h.log.appended()) != 0 {
				t.Error("appended")
			}
			if !strings.Contains(h.logged.String(), "report rejected") {
				t.Errorf("no log line says why: %s", h.logged)
			}
		})
	}
}

func TestRejectedCBOR(t *testing.T) {
	h := newHarness(Options{})
	got := h.send("t", metric.CBOR, toCBOR(t, `{"header":{"report_id":300,"version":"1.0"}}`))
	var a answer
	if err := cbor.Unmarshal([]byte(got[0].Payload), &a); err != nil {
		t.Fatal(err)
	}
	want := answer{
		ThingName: "t", ReportID: new(int64(300)), Status: "REJECTED", Timestamp: h.clock.Now().UnixMilli(),
		StatusDetails: &errorDetails{"InvalidPayload", "Malformed metrics report: metrics and custom_metrics missing"},
	}
	if d := cmp.Diff(want, a); d != "" {
		t.Errorf("answer (-want +got):\n%s", d)
	}
}

// TestIgnored: what AWS accepts without taking all of it.
func TestIgnored(t *testing.T) {
	h := newHarness(Options{})
	in := `{"header":{"report_id":1,"version":"1.9"},"custom_metrics":{"a":[{"ip_list":["nowhere"]}],"b":[{"string_list":["ü"]}],"c":[{"number":1,"unit":"V"}]},"new":{}}`
	if got := h.status(t, "t", in); got != "ACCEPTED" {
		t.Fatalf("got %q", got)
	}
	if got := h.log.appended()[0].Custom; len(got) != 1 || string(got[0].Name) != "c" {
		t.Errorf("appended %+v", got)
	}
}

func TestNotStored(t *testing.T) {
	h := newHarness(Options{MinReportInterval: time.Second})
	h.log.set(false, errDiskFull)
	got := h.send("lamp-7", metric.JSON, []byte(reportWithID(1)))
	want := []finished{
		{noTicket, mqtt.CodeSuccess, "$aws/things/lamp-7/defender/metrics/json/rejected", `{"thingName":"lamp-7","reportId":1,"status":"REJECTED","statusDetails":{"ErrorCode":"InternalError","ErrorMessage":"The report could not be stored; send it again later"},"timestamp":1767225601047}`},
		{1, mqtt.CodeUnspecifiedError, "", ""},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("answers (-want +got):\n%s", d)
	}
	if !strings.Contains(h.logged.String(), errDiskFull.Error()) {
		t.Errorf("log does not say why: %s", h.logged)
	}
	h.log.set(false, nil)
	if got := h.status(t, "lamp-7", reportWithID(1)); got != "ACCEPTED" {
		t.Errorf("again after the failure: got %q, want ACCEPTED: the slot is free", got)
	}
}

func TestThrottled(t *testing.T) {
	h := newHarness(Options{MinReportInterval: time.Second})
	expect := func(want, thing string, id int) {
		t.Helper()
		if got := h.status(t, thing, reportWithID(id)); got != want {
			t.Errorf("report %d of %s: got %q, want %q", id, thing, got, want)
		}
	}
	expect("ACCEPTED", "a", 1)
	expect("Throttled", "a", 2)
	expect("ACCEPTED", "b", 2)
	h.clock.advance(999 * time.Millisecond)
	expect("Throttled", "a", 2)
	h.clock.advance(time.Millisecond)
	expect("ACCEPTED", "a", 2)
	expect("ACCEPTED", "a", 2) // a repeat
	h.clock.advance(-time.Hour)
	expect("ACCEPTED", "a", 3)

	h.log.set(true, nil)
	expect("", "c", 1)
	expect("Throttled", "c", 2)
	h.log.release(errDiskFull)
	expect("", "c", 2)
	h.log.release(nil)
	expect("Throttled", "c", 3)
	if got := h.send("c", metric.JSON, []byte(reportWithID(4))); !strings.Contains(got[0].Payload, `"ErrorMessage":"Less than 1s since the thing's last report"`) {
		t.Errorf("answer does not help: %+v", got)
	}
}

func TestThrottledOverBothFormats(t *testing.T) {
	h := newHarness(Options{MinReportInterval: time.Second})
	if got := h.status(t, "a", reportWithID(1)); got != "ACCEPTED" {
		t.Fatal(got)
	}
	h.send("a", metric.CBOR, toCBOR(t, reportWithID(2)))
	if n := h.Stats().Rejected[RejectedBy{metric.CBOR, ReasonInterval}]; n != 1 {
		t.Errorf("the CBOR report was not throttled: %+v", h.Stats())
	}
}

func TestRepeats(t *testing.T) {
	h := newHarness(Options{MinReportInterval: time.Minute})
	h.log.set(true, nil)
	same := reportWithID(1)
	if got := h.status(t, "a", same) + h.status(t, "a", same); got != "" {
		t.Fatalf("answered before the commit: %q", got)
	}
	if n := len(h.log.appended()); n != 2 {
		t.Fatalf("got %d appends, want 2: nobody knows yet whether the first will be stored", n)
	}
	h.client.answers = nil
	h.log.release(nil)
	if len(h.client.answers) != 2 {
		t.Errorf("answers: %+v", h.client.answers)
	}
	if got := h.status(t, "a", same); got != "ACCEPTED" || len(h.log.appended()) != 2 {
		t.Errorf("repeat: got %q and %d appends, want ACCEPTED and 2", got, len(h.log.appended()))
	}
	if got := h.status(t, "a", same+" "); got != "Throttled" {
		t.Errorf("another payload with the same id: got %q, want Throttled", got)
	}
	if got := h.status(t, "b", same); got != "" || len(h.log.appended()) != 3 {
		t.Errorf("the same report of another thing: got %q and %d appends", got, len(h.log.appended()))
	}
	if n := h.Stats().Repeats; n != 1 {
		t.Errorf("got %d repeats counted, want 1", n)
	}
}

func TestAccountRate(t *testing.T) {
	h := newHarness(Options{MaxReportsPerSecond: 2})
	var got []string
	for i := range 6 {
		got = append(got, h.status(t, string(rune('a'+i)), reportWithID(i)))
		if i >= 2 {
			h.clock.advance(250 * time.Millisecond)
		}
	}
	want := []string{"ACCEPTED", "ACCEPTED", "Throttled", "Throttled", "ACCEPTED", "Throttled"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("answers (-want +got):\n%s", d)
	}
	h.clock.advance(-time.Hour)
	if got := h.status(t, "z", reportWithID(1)); got != "ACCEPTED" {
		t.Errorf("after the clock was set back: got %q", got)
	}
}

func TestStats(t *testing.T) {
	h := newHarness(Options{})
	text, err := os.ReadFile("../metric/testdata/full.json")
	if err != nil {
		t.Fatal(err)
	}
	h.send("a", metric.JSON, text)
	h.send("b", metric.CBOR, toCBOR(t, string(text)))
	h.send("b", metric.JSON, []byte(`{}`))
	want := Stats{
		Accepted: map[metric.Format]uint64{metric.JSON: 1, metric.CBOR: 1},
		Rejected: map[RejectedBy]uint64{{metric.JSON, ReasonMalformed}: 1},
		Datapoints: map[metric.Kind]uint64{
			metric.Delta: 8, metric.Gauge: 6, metric.Ports: 4, metric.Addresses: 4, metric.Number: 4, metric.Numbers: 2, metric.Strings: 2,
		},
		Things: 2,
	}
	if d := cmp.Diff(want, h.Stats()); d != "" {
		t.Errorf("stats (-want +got):\n%s", d)
	}
}
