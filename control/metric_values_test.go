package control_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/google/go-cmp/cmp"

	"vedette/control"
	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/store/storetest"
	"vedette/violation"
)

const minute = 60_000

var bytesOut = metric.Series{Metric: "aws:all-bytes-out"}

// sealed returns a chunk with the values first, first+step …: int, float64, or the
// lists that chunks have.
func sealed(t testing.TB, thing string, series metric.Series, first, step int64, values ...any) violation.Chunk {
	t.Helper()
	kinds := map[string]chunk.Kind{"int": chunk.Counts, "float64": chunk.Number, "[]uint16": chunk.Ports, "[]netip.Addr": chunk.Addresses, "[]string": chunk.Strings, "[]float64": chunk.Numbers}
	state := chunk.New(kinds[fmt.Sprintf("%T", values[0])])
	var buf []byte
	var lists chunk.Interner
	var err error
	at := first
	for _, v := range values {
		switch v := v.(type) {
		case int:
			buf, err = state.AppendCount(buf, at, int64(v))
		case float64:
			buf, err = state.AppendNumber(buf, at, v)
		case []uint16:
			buf, err = lists.AppendPorts(&state, buf, at, v)
		case []netip.Addr:
			buf, err = lists.AppendAddresses(&state, buf, at, v)
		case []string:
			var texts [][]byte
			for _, s := range v {
				texts = append(texts, []byte(s))
			}
			buf, err = lists.AppendStrings(&state, buf, at, texts)
		case []float64:
			buf, err = lists.AppendNumbers(&state, buf, at, v)
		}
		if err != nil {
			t.Fatal(err)
		}
		at += step
	}
	return violation.Chunk{Thing: thing, Series: series, First: first, Last: at - step, Count: len(values), Data: state.Seal(nil, buf)}
}

// engine stands for the part of detection that has values which are not stored.
type engine struct {
	open  []violation.Chunk
	known []string
	then  func() // called after the open chunk was read
	err   error

	listed func() // called after the things with open chunks were read
}

func (g *engine) OpenChunk(_ context.Context, thing string, series metric.Series) (open *violation.Chunk, known bool, err error) {
	for _, c := range g.open {
		if c.Thing == thing && c.Series == series {
			open = &c
		}
	}
	known = slices.Contains(g.known, thing)
	if g.then != nil {
		g.then()
	}
	return open, known, g.err
}

func (g *engine) OpenThings(_ context.Context, from int64, after string, limit int) (names []string, err error) {
	for _, c := range g.open {
		if c.Last >= from && c.Thing > after {
			names = append(names, c.Thing)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if g.listed != nil {
		g.listed()
	}
	return names[:min(len(names), limit)], g.err
}

// measured returns a service whose detection is an engine, and the owner of its
// shard.
func measured(t *testing.T, configure ...func(*control.Options)) (*env, *engine, *storetest.Owner) {
	t.Helper()
	g := &engine{}
	configure = append(configure, func(o *control.Options) { o.OpenChunk, o.OpenThings = g.OpenChunk, g.OpenThings })
	e := newEnv(t, configure...)
	return e, g, storetest.Own(t, e.db, 0)
}

// keep stores chunks.
func keep(t *testing.T, own *storetest.Owner, chunks ...violation.Chunk) {
	t.Helper()
	fx := own.Effects()
	fx.Chunks = chunks
	own.Record(t, fx)
}

// list is the URL of a list of a thing's metric in January and the day before.
func list(thing, metric string) string {
	return "/metric-values?startTime=2025-12-31T00:00:00Z&endTime=2026-02-01T00:00:00Z&thingName=" + thing + "&metricName=" + metric
}

// counts returns a page of counts, and the URL of the next one.
func (e *env) counts(url string) (values []int, next string) {
	e.Helper()
	status, body := e.do("GET " + url)
	var page struct {
		MetricDatumList []struct {
			Timestamp float64
			Value     struct{ Count int }
		}
		NextToken string
	}
	if err := json.Unmarshal([]byte(body), &page); status != http.StatusOK || err != nil {
		e.Fatalf("%s: got %d %s", url, status, body)
	}
	for _, d := range page.MetricDatumList {
		values = append(values, d.Value.Count)
	}
	url, _, _ = strings.Cut(url, "&nextToken=")
	if page.NextToken != "" {
		next = url + "&nextToken=" + page.NextToken
	}
	return values, next
}

// allCounts pages through a list of counts.
func (e *env) allCounts(url string) (values []int) {
	e.Helper()
	for url != "" {
		var page []int
		page, url = e.counts(url)
		values = append(values, page...)
	}
	return values
}

// down returns first, first-1 … last.
func down(first, last int) (list []int) {
	for ; first >= last; first-- {
		list = append(list, first)
	}
	return list
}

// upTo returns first … last as values of a chunk.
func upTo(first, last int) (list []any) {
	for ; first <= last; first++ {
		list = append(list, first)
	}
	return list
}

func TestListMetricValuesOfEveryKind(t *testing.T) {
	e, _, own := measured(t)
	addrs := func(texts ...string) (list []netip.Addr) {
		for _, s := range texts {
			list = append(list, netip.MustParseAddr(s))
		}
		return list
	}
	e.now = time.UnixMilli(january)
	for _, m := range []string{"number", "number-list", "string-list", "ip-address-list"} {
		e.must(`POST /custom-metric/my-` + m + ` {"metricType":"` + m + `","clientRequestToken":"t"}`)
	}
	for name, c := range map[string]struct {
		values []any
		want   []string // newest first
	}{
		"aws:all-bytes-out":            {[]any{0, 7, 1 << 62}, []string{`{"count":4611686018427387904}`, `{"count":7}`, `{"count":0}`}},
		"my-number":                    {[]any{1.5, -0.1, 3.0, 1e21}, []string{`{"number":1e+21}`, `{"number":3}`, `{"number":-0.1}`, `{"number":1.5}`}},
		"aws:listening-tcp-ports":      {[]any{[]uint16{22, 443}, []uint16{}, []uint16{22, 443}}, []string{`{"ports":[22,443]}`, `{"ports":[]}`, `{"ports":[22,443]}`}},
		"aws:destination-ip-addresses": {[]any{addrs("10.0.0.1", "2001:db8::1"), addrs("::ffff:10.0.0.2")}, []string{`{"cidrs":["10.0.0.2"]}`, `{"cidrs":["10.0.0.1","2001:db8::1"]}`}},
		"my-ip-address-list":           {[]any{addrs()}, []string{`{"cidrs":[]}`}},
		"my-string-list":               {[]any{[]string{"a", "b"}, []string{}}, []string{`{"strings":[]}`, `{"strings":["a","b"]}`}},
		"my-number-list":               {[]any{[]float64{0.5, 2}, []float64{}}, []string{`{"numbers":[]}`, `{"numbers":[0.5,2]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			keep(t, own, sealed(t, "t", metric.Series{Metric: name}, january+1, minute, c.values...))
			var want []string
			for i, v := range c.want {
				at := january + 1 + int64(len(c.want)-1-i)*minute
				want = append(want, fmt.Sprintf(`{"timestamp":%d.001,"value":%s}`, at/1000, v))
			}
			e := *e
			e.T = t
			e.expect(exchange{"GET " + list("t", name), 200, `{"metricDatumList":[` + strings.Join(want, ",") + `]}`})
		})
	}
}

func TestListMetricValuesPages(t *testing.T) {
	e, g, own := measured(t)
	keep(t, own, sealed(t, "t", bytesOut, january, minute, upTo(1, 40)...), sealed(t, "u", bytesOut, january, minute, 99))
	keep(t, own, sealed(t, "t", bytesOut, january+40*minute, minute, upTo(41, 90)...))
	g.open = []violation.Chunk{sealed(t, "t", bytesOut, january+90*minute, minute, upTo(91, 100)...)}
	for _, length := range []string{"1", "7", "25", "50", "99", "100", "101", "250"} {
		if diff := cmp.Diff(down(100, 1), e.allCounts(list("t", bytesOut.Metric)+"&maxResults="+length)); diff != "" {
			t.Errorf("pages of %s (-want +got):\n%s", length, diff)
		}
	}
	page, next := e.counts(list("t", bytesOut.Metric))
	if diff := cmp.Diff(down(100, 76), page); diff != "" || next == "" {
		t.Errorf("a page of the default length (-want +got):\n%s\nnext %q", diff, next)
	}
	if page, next := e.counts(list("t", bytesOut.Metric) + "&maxResults=100"); len(page) != 100 || next != "" {
		t.Errorf("the last page: got %d values, next %q", len(page), next)
	}
}

// TestListMetricValuesWhileTheyArrive reads page by page while the chunk that the
// pages are in grows, is stored, and others follow it: whoever has begun at the newest
// value sees all older ones, once.
func TestListMetricValuesWhileTheyArrive(t *testing.T) {
	for _, length := range []int{1, 3, 10} {
		e, g, own := measured(t)
		keep(t, own, sealed(t, "t", bytesOut, january, minute, upTo(1, 20)...))
		first, last := 21, 30 // in the open chunk
		open := func() violation.Chunk {
			return sealed(t, "t", bytesOut, january+int64(first-1)*minute, minute, upTo(first, last)...)
		}
		g.open = []violation.Chunk{open()}
		url, got := list("t", bytesOut.Metric)+fmt.Sprint("&maxResults=", length), []int(nil)
		for step := 0; url != ""; step++ {
			var page []int
			page, url = e.counts(url)
			got = append(got, page...)
			last++
			g.open = []violation.Chunk{open()}
			if step%3 == 2 {
				keep(t, own, open())
				first, last = last+1, last+1
				g.open = []violation.Chunk{open()}
			}
		}
		if diff := cmp.Diff(down(30, 1), got); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", length, diff)
		}
		if diff := cmp.Diff(down(last, 1), e.allCounts(list("t", bytesOut.Metric)+"&maxResults=250")); diff != "" {
			t.Errorf("all of it at the end (-want +got):\n%s", diff)
		}
	}
}

// TestListMetricValuesWhileAChunkMoves has the open chunk stored between the moment
// at which it is read and the moment at which the store is.
func TestListMetricValuesWhileAChunkMoves(t *testing.T) {
	before := sealed(t, "t", bytesOut, january, minute, upTo(1, 3)...)
	read := sealed(t, "t", bytesOut, january+3*minute, minute, upTo(4, 5)...)
	whole := sealed(t, "t", bytesOut, january+3*minute, minute, upTo(4, 7)...)
	after := sealed(t, "t", bytesOut, january+7*minute, minute, upTo(8, 9)...)
	for _, c := range []struct {
		name string
		then []violation.Chunk
		last int
	}{
		{"ok/stays open", nil, 5},
		{"ok/as it was", []violation.Chunk{read}, 5},
		{"ok/with more", []violation.Chunk{whole}, 7},
		{"ok/with another behind it", []violation.Chunk{whole, after}, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, length := range []string{"1", "2", "3", "250"} {
				e, g, own := measured(t)
				keep(t, own, before)
				g.open = []violation.Chunk{read}
				g.then = func() {
					if len(c.then) > 0 {
						keep(t, own, c.then...)
					}
					g.then = nil
				}
				if diff := cmp.Diff(down(c.last, 1), e.allCounts(list("t", bytesOut.Metric)+"&maxResults="+length)); diff != "" {
					t.Errorf("pages of %s (-want +got):\n%s", length, diff)
				}
			}
		})
	}
}

func TestListMetricValuesInTime(t *testing.T) {
	e, g, own := measured(t, func(o *control.Options) { o.MetricRetention = 24 * time.Hour })
	const day = 24 * 60 * minute
	keep(t, own, sealed(t, "t", bytesOut, january-day, minute, upTo(1, 10)...), sealed(t, "t", bytesOut, january+day, minute, upTo(11, 20)...))
	g.open = []violation.Chunk{sealed(t, "t", bytesOut, january+day+10*minute, minute, upTo(21, 30)...)}
	at := func(n int) string {
		return time.UnixMilli(january + day + int64(n-11)*minute).UTC().Format(time.RFC3339)
	}
	for _, c := range []struct {
		name, from, to string
		now            int64
		want           []int
	}{
		{"ok/all", "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z", january, down(30, 1)},
		{"ok/start is in it, end is not", at(13), at(24), january, down(23, 13)},
		{"ok/of the open chunk alone", at(21), at(30), january, down(29, 21)},
		{"ok/of the store alone", at(11), at(21), january, down(20, 11)},
		{"ok/one millisecond", at(21), "2026-01-02T00:10:00.001Z", january, []int{21}},
		{"ok/before all of it", "2025-01-01T00:00:00Z", "2025-12-31T00:00:00Z", january, nil},
		{"ok/cut at the retention", "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z", january + 5*minute, down(30, 6)},
		{"ok/cut in the open chunk", "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z", january + 2*day + 15*minute, down(30, 26)},
		{"ok/nothing left", "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z", january + 9*day, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e.now = time.UnixMilli(c.now)
			e := *e
			e.T = t
			g.known = []string{"t"}
			for _, length := range []string{"4", "250"} {
				got := e.allCounts("/metric-values?thingName=t&metricName=aws:all-bytes-out&startTime=" + c.from + "&endTime=" + c.to + "&maxResults=" + length)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("pages of %s (-want +got):\n%s", length, diff)
				}
			}
		})
	}
}

func TestListMetricValuesOfDimensions(t *testing.T) {
	e, _, own := measured(t)
	for i, s := range []metric.Series{
		{Metric: "aws:num-messages-sent"},
		{Metric: "aws:num-messages-sent", Dimension: "d", Operator: "IN"},
		{Metric: "aws:num-messages-sent", Dimension: "d", Operator: "NOT_IN"},
		{Metric: "aws:num-messages-sent", Dimension: "other", Operator: "IN"},
	} {
		keep(t, own, sealed(t, "t", s, january, minute, i+1))
	}
	for query, want := range map[string][]int{
		"":                 {1},
		"&dimensionName=d": {2},
		"&dimensionName=d&dimensionValueOperator=IN":     {2},
		"&dimensionName=d&dimensionValueOperator=NOT_IN": {3},
		"&dimensionName=unknown":                         nil,
	} {
		if diff := cmp.Diff(want, e.allCounts(list("t", "aws:num-messages-sent")+query)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
}

func TestListMetricValuesRefuses(t *testing.T) {
	e, g, own := measured(t)
	keep(t, own, sealed(t, "stored", bytesOut, january, minute, 1, 2))
	g.known = []string{"known"}
	e.must(`POST /things/registered`)
	own.Record(t, own.Effects(alarm("v", "violated", 1)))
	const span = "&startTime=2025-12-31T00:00:00Z&endTime=2026-02-01T00:00:00Z"
	_, next := e.counts(list("stored", bytesOut.Metric) + "&maxResults=1")
	_, token, _ := strings.Cut(next, "&nextToken=")
	for _, x := range []exchange{
		{"GET " + list("known", bytesOut.Metric), 200, `{"metricDatumList":[]}`},
		{"GET " + list("registered", bytesOut.Metric), 200, `{"metricDatumList":[]}`},
		{"GET " + list("violated", bytesOut.Metric), 200, `{"metricDatumList":[]}`},
		{"GET " + list("stored", "aws:all-bytes-in"), 200, `{"metricDatumList":[]}`},
		{"GET " + list("nobody", bytesOut.Metric), 404, `ResourceNotFoundException: The thing nobody does not exist.`},
		{"GET " + list("nobody", "nothing"), 400, `*`},
		{"GET " + list("stored", "nothing"), 400, `InvalidRequestException: The metric nothing does not exist: give one of AWS IoT's, such as aws:all-bytes-out, or a custom metric.`},
		{"GET " + list("stored", "aws:nothing"), 400, `*`},
		{"GET " + list("stored", bytesOut.Metric) + "&dimensionValueOperator=IN", 400, `InvalidRequestException: dimensionValueOperator needs a dimensionName.`},
		{"GET " + list("stored", bytesOut.Metric) + "&dimensionName=d&dimensionValueOperator=OUT", 400, `*`},
		{"GET " + list("stored", bytesOut.Metric) + "&maxResults=0", 400, `*`},
		{"GET " + list("stored", bytesOut.Metric) + "&maxResults=251", 400, `*`},
		{"GET " + list("stored", bytesOut.Metric) + "&nextToken=x", 400, `*`},
		{"GET " + list("stored", bytesOut.Metric) + "&nextToken=" + token, 200, `{"metricDatumList":[{"timestamp":1767225600,"value":{"count":1}}]}`},
		{"GET " + list("registered", bytesOut.Metric) + "&nextToken=" + token, 400, `*`},
		{"GET " + list("stored", "aws:all-bytes-in") + "&nextToken=" + token, 400, `*`},
		{`GET /metric-values?thingName=stored&metricName=aws:all-bytes-out&startTime=2&endTime=1`, 400, `InvalidRequestException: startTime must be before endTime.`},
		{`GET /metric-values?thingName=stored&metricName=aws:all-bytes-out&startTime=1&endTime=1`, 400, `*`},
		{`GET /metric-values?thingName=stored&metricName=aws:all-bytes-out&startTime=1`, 400, `*`},
		{`GET /metric-values?thingName=stored` + span, 400, `*`},
		{`GET /metric-values?metricName=aws:all-bytes-out` + span, 400, `*`},
	} {
		e.expect(x)
	}
	g.err = errors.New("the store is slow")
	e.expect(exchange{"GET " + list("stored", bytesOut.Metric), 503, `ServiceUnavailableException: The last values are not stored yet. Try again later.`})
	g.err = nil
	damaged := sealed(t, "damaged", bytesOut, january, minute, 1, 2)
	damaged.Data[len(damaged.Data)-1] ^= 1
	keep(t, own, damaged)
	e.expect(exchange{"GET " + list("damaged", bytesOut.Metric), 500, `*`})
}

// TestDeletedMetricHasNoValues deletes a custom metric and makes it again: before
// detection has heard of it, and after.
func TestDeletedMetricHasNoValues(t *testing.T) {
	e, _, own := measured(t)
	const create, remove = `POST /custom-metric/heat {"metricType":"number","clientRequestToken":"t"}`, `DELETE /custom-metric/heat`
	heat := metric.Series{Metric: "heat"}
	e.now = time.UnixMilli(january)
	e.must(create)
	keep(t, own, sealed(t, "t", heat, january, minute, 1, 2, 3))
	expect := func(want ...int) {
		t.Helper()
		if diff := cmp.Diff(want, e.allCounts(list("t", "heat"))); diff != "" {
			t.Errorf("values (-want +got):\n%s", diff)
		}
	}
	expect(3, 2, 1)
	e.now = time.UnixMilli(january + 5*minute)
	e.must(remove)
	e.expect(exchange{"GET " + list("t", "heat"), 400, `*`})
	e.must(create)
	expect()
	fx := own.Effects()
	fx.Chunks = []violation.Chunk{sealed(t, "t", heat, january+3*minute, minute, 4)} // before it was deleted
	fx.Drops = []violation.Drop{{Metric: "heat", Chunks: 1}}
	own.Record(t, fx)
	expect()
	keep(t, own, sealed(t, "t", heat, january+5*minute, minute, 5, 6))
	expect(6, 5)
	if n, err := e.db.PurgeChunks(t.Context()); err != nil || n != 2 {
		t.Errorf("purge: got %d chunks, error %v, want 2", n, err)
	}
	expect(6, 5)
}

// TestDeletedThingKeepsItsValues until they expire.
func TestDeletedThingKeepsItsValues(t *testing.T) {
	e, _, own := measured(t)
	e.must(`POST /things/t`)
	keep(t, own, sealed(t, "t", bytesOut, january, minute, 1, 2))
	e.must(`DELETE /things/t`)
	if diff := cmp.Diff([]int{2, 1}, e.allCounts(list("t", bytesOut.Metric))); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// TestSDKPagesThroughValues reads values as programs do.
func TestSDKPagesThroughValues(t *testing.T) {
	e, _, own := measured(t)
	keep(t, own, sealed(t, "t", bytesOut, january, minute, upTo(1, 60)...))
	pages := iot.NewListMetricValuesPaginator(e.sdk(), &iot.ListMetricValuesInput{
		ThingName: new("t"), MetricName: new("aws:all-bytes-out"), StartTime: new(time.UnixMilli(january)), EndTime: new(time.UnixMilli(january + 59*minute)),
	})
	n := 59
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.MetricDatumList {
			if want := january + int64(n-1)*minute; *d.Value.Count != int64(n) || d.Timestamp.UnixMilli() != want {
				t.Fatalf("got %d at %v, want %d at %v", *d.Value.Count, d.Timestamp, n, time.UnixMilli(want))
			}
			n--
		}
	}
	if n != 0 {
		t.Errorf("%d values are missing", n)
	}
}
