package gateway

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"

	"vedette/metric"
)

// FuzzReply has off-the-shelf decoders read replies about anything.
func FuzzReply(f *testing.F) {
	f.Add("lamp-7", int64(1767225600), true, "", int64(1767225601023))
	f.Add("\"ü\\\n\u2028\x7f", int64(-1<<63), true, "Malformed metrics report: member \"x\" given twice", int64(0))
	f.Add(strings.Repeat("n", 300), int64(255), false, strings.Repeat("m", 70000), int64(1<<40))
	f.Fuzz(func(t *testing.T, thing string, id int64, hasID bool, message string, timestamp int64) {
		r := reply{thing: []byte(thing), id: id, hasID: hasID, timestamp: timestamp, message: message}
		want := answer{ThingName: thing, Status: "ACCEPTED", Timestamp: timestamp}
		if hasID {
			want.ReportID = &id
		}
		if message != "" {
			r.code, want.Status, want.StatusDetails = codeThrottled, "REJECTED", &errorDetails{"Throttled", message}
		}
		var asJSON, asCBOR answer
		text := r.appendPayload(nil, metric.JSON)
		if err := json.Unmarshal(text, &asJSON); err != nil || !utf8.Valid(text) {
			t.Fatalf("JSON: %v: %q", err, text)
		}
		if !utf8.ValidString(thing) || !utf8.ValidString(message) {
			return
		}
		if d := cmp.Diff(want, asJSON); d != "" {
			t.Errorf("JSON (-want +got):\n%s", d)
		}
		if err := cbor.Unmarshal(r.appendPayload(nil, metric.CBOR), &asCBOR); err != nil {
			t.Fatalf("CBOR: %v", err)
		}
		if d := cmp.Diff(want, asCBOR); d != "" {
			t.Errorf("CBOR (-want +got):\n%s", d)
		}
	})
}

func TestReportTopic(t *testing.T) {
	for topic, want := range map[string]struct {
		thing  string
		format metric.Format
	}{
		"$aws/things/a/defender/metrics/json":          {"a", metric.JSON},
		"$aws/things/a b+ü/defender/metrics/cbor":      {"a b+ü", metric.CBOR},
		"$aws/things//defender/metrics/json":           {"", metric.JSON},
		"$aws/things/a/b/defender/metrics/json":        {},
		"$aws/things/a/defender/metrics/json/":         {},
		"$aws/things/a/defender/metrics/JSON":          {},
		"$aws/things/a/defender/metrics/":              {},
		"$aws/things/defender/metrics/json":            {},
		"/$aws/things/a/defender/metrics/json":         {},
		"$aws/things/":                                 {},
		"$aws/things":                                  {},
		"$aws/thing/a/defender/metrics/json":           {},
		"$aws/things/a/defender/metrics/json/rejected": {},
	} {
		thing, format, ok := reportTopic([]byte(topic))
		if string(thing) != want.thing || format != want.format || ok != (want.format != 0) {
			t.Errorf("%s: got %q, %v, %v, want %+v", topic, thing, format, ok, want)
		}
	}
}
