package detect_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// exportedItem is an element of an exported message.
type exportedItem struct {
	Name      string
	Thing     string
	Value     json.RawMessage
	Version   int
	Timestamp int64
	Dimension *struct{ Name, Operator string }
}

func (i exportedItem) text() string {
	text := fmt.Sprintf("%d %s %s", i.Timestamp, i.Name, i.Value)
	if d := i.Dimension; d != nil {
		text += " " + d.Operator + " " + d.Name
	}
	return text
}

// itemsOf reads a message and checks its form.
func itemsOf(tb testing.TB, x violation.Export) []exportedItem {
	tb.Helper()
	var m struct {
		Version string
		Metrics []exportedItem
	}
	d := json.NewDecoder(strings.NewReader(string(x.Payload)))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil || d.More() {
		tb.Fatalf("message %s: %v", x.Payload, err)
	}
	if m.Version != "1.0" || len(m.Metrics) == 0 || len(x.Payload) >= violation.MaxExport {
		tb.Errorf("message of %d bytes: version %q, %d values", len(x.Payload), m.Version, len(m.Metrics))
	}
	for _, item := range m.Metrics {
		if item.Version != 1 {
			tb.Errorf("item %+v has version %d", item, item.Version)
		}
	}
	return m.Metrics
}

// printExport writes a message, a value to a line.
func (h *history) printExport(out *strings.Builder, x violation.Export) {
	fmt.Fprintf(out, "export %s -> %s\n", x.Profile, x.Topic)
	for _, item := range itemsOf(h.tb, x) {
		at := item.Timestamp
		text := item.text()
		fmt.Fprintf(out, "  %s %s%s\n", h.since(at), item.Thing, strings.TrimPrefix(text, fmt.Sprint(at)))
	}
}

// exporter is an engine with a profile that exports, and what it has exported.
type exporter struct {
	tb     testing.TB
	engine *detect.Engine
	pos    uint64
	fx     violation.Effects
}

func newExporter(tb testing.TB, p *record.Profile) *exporter {
	x := &exporter{tb: tb, engine: detect.New(detect.Options{})}
	x.change(record.Change{CustomMetric: &record.CustomMetric{Name: "words", Type: api.CustomMetricTypeStringList}})
	x.change(record.Change{Profile: p})
	x.change(record.Change{Attachment: &record.Attachment{Profile: p.Name, Kind: record.AllThings, Attached: true}})
	return x
}

func (x *exporter) change(c record.Change) {
	x.tb.Helper()
	body, err := c.Encode()
	if err != nil {
		x.tb.Fatal(err)
	}
	x.apply(record.KindChange, 0, body)
}

func (x *exporter) apply(kind record.Kind, at int64, body []byte) {
	x.tb.Helper()
	x.pos++
	if err := x.engine.Apply(&record.Record{Kind: kind, At: at, Pos: record.Pos(x.pos, 0), Body: body}, &x.fx); err != nil {
		x.tb.Fatal(err)
	}
}

func exportAll(names ...string) *record.Profile {
	p := &record.Profile{Name: "p", ExportTopic: "t"}
	for _, name := range names {
		p.Retain = append(p.Retain, api.MetricToRetain{Metric: &name, ExportMetric: new(true)})
	}
	return p
}

// TestExportSize: messages stay below the limit, together they have every value once,
// and a value that is too large alone is left out and counted.
func TestExportSize(t *testing.T) {
	x := newExporter(t, exportAll("words"))
	long := strings.Repeat("\x01", 20_000) // six times as long in JSON
	var want []string
	report := func(i int, words ...string) {
		r := &metric.Report{ID: int64(i), Hash: uint64(i)}
		c := metric.CustomValue{Name: []byte("words"), Kind: metric.Strings}
		for _, w := range words {
			c.Strings = append(c.Strings, []byte(w))
		}
		r.Custom = append(r.Custom, c)
		x.apply(record.KindReport, int64(i), record.AppendReport(nil, []byte("cam"), r))
	}
	for i := range 3000 {
		word := strings.Repeat("é\"\\\x00\xff", i%40)
		report(i+1, word)
		want = append(want, strings.ToValidUTF8(word, "\ufffd"))
	}
	report(4000, long+"x", long+"y")
	report(4001, "")
	want = append(want, "")
	x.apply(record.KindTick, 1_000_000, nil)
	var got []string
	for i, message := range x.fx.Exports {
		if last := i == len(x.fx.Exports)-1; !last && len(message.Payload) < violation.MaxExport-2000 {
			t.Errorf("message %d has %d bytes", i, len(message.Payload))
		}
		for _, item := range itemsOf(t, message) {
			var v api.MetricValue
			if err := json.Unmarshal(item.Value, &v); err != nil {
				t.Fatal(err)
			}
			got = append(got, v.Strings...)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%.2000s", diff)
	}
	if s := x.engine.Stats(); s.Unexported != 1 || s.Exported != 3002 || len(x.fx.Exports) < 3 {
		t.Errorf("%d values exported, %d left out, %d messages", s.Exported, s.Unexported, len(x.fx.Exports))
	}
}

// TestExportAllocates: writing a value into a message takes no memory of its own.
func TestExportAllocates(t *testing.T) {
	x := newExporter(t, exportAll("aws:all-bytes-out"))
	r := &metric.Report{Counted: 1<<metric.NumCounts - 1}
	body := []byte{}
	at := int64(0)
	report := func() {
		at++
		r.ID, r.Hash = at, uint64(at)
		body = record.AppendReport(body[:0], []byte("cam"), r)
		x.apply(record.KindReport, at, body)
		x.fx.Reset()
	}
	for range 5000 {
		report()
	}
	if n := testing.AllocsPerRun(5000, report); n > 0.1 { // one or two for a message of a thousand
		t.Errorf("%v allocations for a report", n)
	}
}

// TestExportedAsKept: a profile that exports all that it keeps exports the values that
// are listed, each once. It is what holds the metamorphic test to the truth.
func TestExportedAsKept(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := slices.DeleteFunc(randomHistory(rt), func(s step) bool {
			return s.kind == record.KindChange && strings.Contains(string(s.body), `"q"`)
		})
		for i := range steps {
			if steps[i].kind != record.KindChange {
				continue
			}
			c, err := record.DecodeChange(steps[i].body)
			if err != nil {
				rt.Fatal(err)
			}
			if p := c.Profile; p != nil && !p.Deleted {
				p.ExportTopic = "t"
				for j := range p.Behaviors {
					p.Behaviors[j].ExportMetric = new(true)
				}
				for j := range p.Retain {
					p.Retain[j].ExportMetric = new(true)
				}
			}
			if steps[i].body, err = c.Encode(); err != nil {
				rt.Fatal(err)
			}
		}
		out := play(t, steps, way{})
		for _, thing := range randomThings {
			got := make(map[string][]string) // times by metric
			for _, item := range out.exports["p t "+thing] {
				f := strings.Fields(item)
				got[f[1]] = append(got[f[1]], f[0][:len(f[0])-3])
			}
			for _, s := range randomSeries {
				name := s.Metric
				switch name {
				case "aws:disconnect-duration": // at other times
					continue
				case "aws:message-byte-size":
					if !slices.Equal(got[name+"-min"], got[name+"-total"]) {
						rt.Fatalf("minima at %v, totals at %v", got[name+"-min"], got[name+"-total"])
					}
					name += "-max"
				}
				var want []string
				for _, v := range out.values[valueKey{thing, s}] {
					at, _, _ := strings.Cut(v, " ")
					want = append(want, at)
				}
				if !slices.Equal(got[name], want) {
					rt.Fatalf("%s of %s: exported at %v, kept at %v", name, thing, got[name], want)
				}
			}
		}
	})
}
