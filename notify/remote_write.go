package notify

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/encoding/protowire"

	"vedette/api"
)

// RemoteWriteOptions configures a RemoteWrite.
type RemoteWriteOptions struct {
	URL             string            // http:// or https://, of the receiver
	BearerTokenFile string            // read for each request; empty: no token
	Headers         map[string]string // of each request, such as a tenant
	Logger          *slog.Logger      // nil means none
	Timeout         time.Duration     // for one request; 0 means 30 s
}

// RemoteWrite is a Sink that sends samples by the Prometheus remote write protocol,
// version 1: protobuf in a snappy block.
type RemoteWrite struct {
	o       RemoteWriteOptions
	log     *slog.Logger
	client  *http.Client
	body    []byte
	packed  []byte
	dropped atomic.Uint64
}

// headerName is what names of headers are (RFC 9110, 5.6.2).
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// NewRemoteWrite returns a RemoteWrite, or what is wrong with the URL or the headers.
func NewRemoteWrite(o RemoteWriteOptions) (*RemoteWrite, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("url %q: want the http:// or https:// URL of a remote write receiver, such as http://prometheus:9090/api/v1/write", o.URL)
	}
	for name, value := range o.Headers {
		if !headerName.MatchString(name) || strings.ContainsFunc(value, unicode.IsControl) {
			return nil, fmt.Errorf("headers: %q: want a name of letters, digits and -, and a value of one line", name)
		}
	}
	fallback(&o.Timeout, 30*time.Second)
	return &RemoteWrite{
		o: o, log: orSilent(o.Logger).With("component", "export", "url", u.Redacted()),
		client: &http.Client{Timeout: o.Timeout, Transport: http.DefaultTransport.(*http.Transport).Clone()},
	}, nil
}

// Close closes idle connections.
func (w *RemoteWrite) Close() error { w.client.CloseIdleConnections(); return nil }

// Dropped returns how many messages the receiver has refused for good.
func (w *RemoteWrite) Dropped() uint64 { return w.dropped.Load() }

// Send implements Sink: a request for each message. What the receiver refuses with
// 4xx, other than 429, it will refuse for ever: that is dropped and logged.
func (w *RemoteWrite) Send(ctx context.Context, list []Export) (taken int, err error) {
	for i := range list {
		m, err := parseExport(&list[i])
		if err != nil {
			w.drop(&list[i], err.Error())
			continue
		}
		if len(m.Metrics) == 0 {
			continue
		}
		w.body = w.body[:0]
		for j := range m.Metrics {
			w.body = appendSeries(w.body, list[i].Profile, &m.Metrics[j])
		}
		w.packed = snappy.Encode(w.packed[:cap(w.packed)], w.body)
		refused, err := w.post(ctx)
		if err != nil {
			return i, err
		}
		if refused != "" {
			w.drop(&list[i], refused)
		}
	}
	return len(list), nil
}

func (w *RemoteWrite) drop(e *Export, why string) {
	n := w.dropped.Add(1)
	w.log.Error("metric values dropped: the receiver will never take them", "profile", e.Profile, "message", e.ID, "reason", why, "dropped", n)
}

// post sends what is packed. refused says why the receiver will never take it.
func (w *RemoteWrite) post(ctx context.Context) (refused string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.o.URL, bytes.NewReader(w.packed))
	if err != nil {
		return "", err
	}
	for name, value := range w.o.Headers {
		r.Header.Set(name, value)
	}
	if w.o.BearerTokenFile != "" {
		token, err := os.ReadFile(w.o.BearerTokenFile)
		if err != nil {
			return "", fmt.Errorf("read bearer-token-file: %w", err)
		}
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	r.Header.Set("Content-Encoding", "snappy")
	r.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	r.Header.Set("User-Agent", "vedette")
	answer, err := w.client.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 512)) // of use to a reader only
	why := strings.TrimSpace(fmt.Sprintf("%s: %s", answer.Status, strings.TrimSpace(string(said))))
	switch code := answer.StatusCode; {
	case code/100 == 2:
		return "", nil
	case code/100 == 4 && code != http.StatusTooManyRequests:
		return why, nil
	default:
		return "", fmt.Errorf("the receiver answered %s", why)
	}
}

// label is a label of a Prometheus series.
type label struct{ name, value string }

// appendSeries appends a value as one TimeSeries of a prometheus.WriteRequest
// (Prometheus Remote-Write 1.0, "Protocol").
func appendSeries(dst []byte, profile string, item *exportedItem) []byte {
	name, value := sampleOf(item)
	labels := []label{{"__name__", name}, {"metric", item.Name}, {"security_profile", profile}, {"thing", item.Thing}}
	if d := item.Dimension; d != nil {
		labels = append(labels, label{"dimension", d.Name}, label{"dimension_operator", d.Operator})
	}
	slices.SortFunc(labels, func(a, b label) int { return cmp.Compare(a.name, b.name) })
	var series []byte
	for _, l := range labels {
		var one []byte
		one = protowire.AppendString(protowire.AppendTag(one, 1, protowire.BytesType), l.name)
		one = protowire.AppendString(protowire.AppendTag(one, 2, protowire.BytesType), l.value)
		series = protowire.AppendBytes(protowire.AppendTag(series, 1, protowire.BytesType), one)
	}
	var sample []byte
	sample = protowire.AppendFixed64(protowire.AppendTag(sample, 1, protowire.Fixed64Type), math.Float64bits(value))
	sample = protowire.AppendVarint(protowire.AppendTag(sample, 2, protowire.VarintType), uint64(item.Timestamp))
	series = protowire.AppendBytes(protowire.AppendTag(series, 2, protowire.BytesType), sample)
	return protowire.AppendBytes(protowire.AppendTag(dst, 1, protowire.BytesType), series)
}

// sampleOf returns the name and the value of a sample. Of a list that is the number
// of its elements, as Prometheus has no lists.
func sampleOf(item *exportedItem) (name string, value float64) {
	name = "vedette_" + strings.Map(func(c rune) rune {
		if c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			return c
		}
		return '_'
	}, item.Name)
	if n, list := elements(&item.Value); list {
		return name + "_elements", float64(n)
	}
	if item.Value.Number != nil {
		return name, *item.Value.Number
	}
	return name, float64(api.Value(item.Value.Count))
}
