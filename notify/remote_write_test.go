package notify_test

import (
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/encoding/protowire"

	"vedette/notify"
)

// receiver takes remote writes and reads them with a parser of its own.
type receiver struct {
	t      *testing.T
	server *httptest.Server

	mu      sync.Mutex
	samples []string
	headers []http.Header
	answers []int // what is answered next; empty: 204
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{t: t}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, in *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.headers = append(r.headers, in.Header)
	packed, err := io.ReadAll(in.Body)
	if err != nil {
		r.t.Error(err)
	}
	code := http.StatusNoContent
	if len(r.answers) > 0 {
		code, r.answers = r.answers[0], r.answers[1:]
	}
	if code/100 != 2 {
		http.Error(w, "out of order sample", code)
		return
	}
	body, err := snappy.Decode(nil, packed)
	if err != nil {
		r.t.Errorf("snappy: %v", err)
	}
	fields(r.t, body, func(_ protowire.Number, series []byte, _ uint64) {
		r.samples = append(r.samples, seriesText(r.t, series))
	})
	w.WriteHeader(code)
}

// fields calls fn for each field of a protobuf message.
func fields(t *testing.T, b []byte, fn func(n protowire.Number, bytes []byte, bits uint64)) {
	for len(b) > 0 {
		n, kind, size := protowire.ConsumeTag(b)
		if size < 0 {
			t.Fatalf("protobuf: %v", protowire.ParseError(size))
		}
		b = b[size:]
		var value []byte
		var bits uint64
		switch kind {
		case protowire.BytesType:
			value, size = protowire.ConsumeBytes(b)
		case protowire.Fixed64Type:
			bits, size = protowire.ConsumeFixed64(b)
		default:
			bits, size = protowire.ConsumeVarint(b)
		}
		if size < 0 {
			t.Fatalf("protobuf: %v", protowire.ParseError(size))
		}
		fn(n, value, bits)
		b = b[size:]
	}
}

// seriesText writes a TimeSeries of one sample as Prometheus does.
func seriesText(t *testing.T, series []byte) string {
	var name, value string
	var at uint64
	var labels []string
	fields(t, series, func(n protowire.Number, part []byte, _ uint64) {
		var texts [3]string
		fields(t, part, func(field protowire.Number, b []byte, bits uint64) {
			switch {
			case n == 1:
				texts[field] = string(b)
			case field == 1:
				value = fmt.Sprint(math.Float64frombits(bits))
			default:
				at = bits
			}
		})
		switch {
		case n != 1:
		case texts[1] == "__name__":
			name = texts[2]
		default:
			labels = append(labels, fmt.Sprintf("%s=%q", texts[1], texts[2]))
		}
	})
	return fmt.Sprintf("%s{%s} %s @%d", name, strings.Join(labels, ","), value, at)
}

func remoteWrite(t *testing.T, o notify.RemoteWriteOptions) *notify.RemoteWrite {
	t.Helper()
	w, err := notify.NewRemoteWrite(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func sample(name, value, rest string) string {
	return fmt.Sprintf(`{"name":%q,"thing":"lamp-7","value":%s,"version":1,"timestamp":1767225600000%s}`, name, value, rest)
}

func TestRemoteWriteValues(t *testing.T) {
	r := newReceiver(t)
	w := remoteWrite(t, notify.RemoteWriteOptions{URL: r.server.URL})
	send(t, w, message(1,
		sample("aws:num-messages-sent", `{"count":84}`, `,"dimension":{"name":"Auth","operator":"NOT_IN"}`),
		sample("battery-level", `{"number":-1.5}`, ""),
		sample("aws:listening-tcp-ports", `{"ports":[1,2,3]}`, ""),
		sample("aws:source-ip-address", `{"cidrs":[]}`, ""),
		sample("a:b", `{"numbers":[1]}`, ""), sample("words", `{"strings":["x","y"]}`, ""),
	), message(2))
	const rest = `security_profile="p \"1\"",thing="lamp-7"} `
	want := []string{
		`vedette_aws_num_messages_sent{dimension="Auth",dimension_operator="NOT_IN",metric="aws:num-messages-sent",` + rest + "84 @1767225600000",
		`vedette_battery_level{metric="battery-level",` + rest + "-1.5 @1767225600000",
		`vedette_aws_listening_tcp_ports_elements{metric="aws:listening-tcp-ports",` + rest + "3 @1767225600000",
		`vedette_aws_source_ip_address_elements{metric="aws:source-ip-address",` + rest + "0 @1767225600000",
		`vedette_a_b_elements{metric="a:b",` + rest + "1 @1767225600000",
		`vedette_words_elements{metric="words",` + rest + "2 @1767225600000",
	}
	if diff := cmp.Diff(want, r.samples); diff != "" || len(r.headers) != 1 {
		t.Errorf("%d requests, samples (-want +got):\n%s", len(r.headers), diff)
	}
	got := map[string]string{}
	for _, name := range []string{"Content-Type", "Content-Encoding", "X-Prometheus-Remote-Write-Version", "User-Agent"} {
		got[name] = r.headers[0].Get(name)
	}
	headers := map[string]string{"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0", "User-Agent": "vedette"}
	if diff := cmp.Diff(headers, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

// TestRemoteWriteBytes holds the bytes of a request to what protoc makes of the same
// WriteRequest, worked out by hand.
func TestRemoteWriteBytes(t *testing.T) {
	var packed []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { packed, _ = io.ReadAll(r.Body) }))
	t.Cleanup(server.Close)
	w := remoteWrite(t, notify.RemoteWriteOptions{URL: server.URL})
	send(t, w, notify.Export{Profile: "p", Payload: []byte(`{"metrics":[{"name":"m","thing":"t","value":{"count":2},"timestamp":300}]}`)})
	body, err := snappy.Decode(nil, packed)
	if err != nil {
		t.Fatal(err)
	}
	want := "0a55" + // timeseries, 85 bytes
		"0a15" + "0a08" + hex.EncodeToString([]byte("__name__")) + "1209" + hex.EncodeToString([]byte("vedette_m")) +
		"0a0b" + "0a06" + hex.EncodeToString([]byte("metric")) + "1201" + hex.EncodeToString([]byte("m")) +
		"0a15" + "0a10" + hex.EncodeToString([]byte("security_profile")) + "1201" + hex.EncodeToString([]byte("p")) +
		"0a0a" + "0a05" + hex.EncodeToString([]byte("thing")) + "1201" + hex.EncodeToString([]byte("t")) +
		"120c" + "09" + "0000000000000040" + "10" + "ac02" // sample: 2.0 at 300
	if got := hex.EncodeToString(body); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRemoteWriteAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answers []int
		taken   int // of three messages
		failure string
		samples int
		dropped uint64
	}{
		"ok/all taken":             {nil, 3, "", 3, 0},
		"ok/200":                   {[]int{200, 202}, 3, "", 3, 0},
		"ok/one will never do":     {[]int{204, 400}, 3, "", 2, 1},
		"ok/unauthorized is final": {[]int{401, 403, 404}, 3, "", 0, 3},
		"fail/server error":        {[]int{204, 500}, 1, "500 Internal Server Error: out of order sample", 1, 0},
		"fail/too many requests":   {[]int{429}, 0, "429 Too Many Requests", 0, 0},
		"fail/dropped, then down":  {[]int{400, 503}, 1, "503", 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReceiver(t)
			r.answers = c.answers
			logger, lines := captured()
			w := remoteWrite(t, notify.RemoteWriteOptions{URL: r.server.URL, Logger: logger})
			list := []notify.Export{message(1, item("a", 1)), message(2, item("a", 2)), message(3, item("a", 3))}
			taken, err := w.Send(t.Context(), list)
			if taken != c.taken || (err == nil) != (c.failure == "") || err != nil && !strings.Contains(err.Error(), c.failure) {
				t.Errorf("took %d, %v, want %d, %q", taken, err, c.taken, c.failure)
			}
			if len(r.samples) != c.samples || w.Dropped() != c.dropped || strings.Count(lines(), "values dropped") != int(c.dropped) {
				t.Errorf("%d samples, %d dropped, want %d, %d; log:\n%s", len(r.samples), w.Dropped(), c.samples, c.dropped, lines())
			}
		})
	}
}

func TestRemoteWriteCredentials(t *testing.T) {
	r := newReceiver(t)
	file := filepath.Join(t.TempDir(), "token")
	w := remoteWrite(t, notify.RemoteWriteOptions{URL: r.server.URL, BearerTokenFile: file, Headers: map[string]string{"X-Scope-OrgID": "fleet"}})
	if n, err := w.Send(t.Context(), []notify.Export{message(1, item("a", 1))}); n != 0 || err == nil || !strings.Contains(err.Error(), "bearer-token-file") {
		t.Errorf("took %d, %v without the file of the token", n, err)
	}
	for _, token := range []string{"one\n", "two"} {
		if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
		send(t, w, message(1, item("a", 1)))
	}
	var got []string
	for _, h := range r.headers {
		got = append(got, h.Get("Authorization")+" "+h.Get("X-Scope-OrgID"))
	}
	if diff := cmp.Diff([]string{"Bearer one fleet", "Bearer two fleet"}, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestRemoteWriteErrors(t *testing.T) {
	for _, bad := range []string{"", "prometheus:9090", "ftp://x/y", "http://", "http://a b/"} {
		if _, err := notify.NewRemoteWrite(notify.RemoteWriteOptions{URL: bad}); err == nil || !strings.Contains(err.Error(), "want the http://") {
			t.Errorf("URL %q: got %v", bad, err)
		}
	}
	r := newReceiver(t)
	w := remoteWrite(t, notify.RemoteWriteOptions{URL: r.server.URL})
	if n, err := w.Send(t.Context(), []notify.Export{{ID: 1, Payload: []byte("{")}, message(2, item("a", 1))}); n != 2 || err != nil || w.Dropped() != 1 || len(r.samples) != 1 {
		t.Errorf("took %d, %v, %d dropped, %d samples; want both taken and what cannot be read dropped", n, err, w.Dropped(), len(r.samples))
	}
	r.server.Close()
	if n, err := w.Send(t.Context(), []notify.Export{message(1, item("a", 1))}); n != 0 || err == nil {
		t.Errorf("took %d, %v with nobody there", n, err)
	}
}
