package detect_test

import (
	"bytes"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

var update = flag.Bool("update", false, "write what the histories give into testdata")

// epoch is the time t=0 of all histories.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// TestHistories runs the scripts in testdata (README.md there) in three ways
// that must give the same: as they are, with the engine replaced by its own
// snapshot after every command, and with a tick before every report.
func TestHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no histories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runHistory(t, string(want), history{})
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
			if diff := cmp.Diff(got, runHistory(t, got, history{restarts: true})); diff != "" {
				t.Errorf("with restarts (-without +with):\n%s", diff)
			}
			if diff := cmp.Diff(got, runHistory(t, got, history{ticks: true})); diff != "" {
				t.Errorf("with ticks (-without +with):\n%s", diff)
			}
		})
	}
}

// history runs one script.
type history struct {
	restarts bool // replace the engine by its snapshot after every command
	ticks    bool // send a tick before every record

	tb       testing.TB
	engine   *detect.Engine
	now      int64 // epoch ms
	seq      uint64
	revision int64
	reports  int64             // for report ids
	numbers  uint64            // for usage records
	sessions map[string]uint64 // of the last connection, by thing
	names    map[string]string // violation id → v1, v2 …
	fx       violation.Effects
	values   valueLog
	listed   []string // what the commands since the last output have asked for
}

// runHistory returns the script with the events that it really gives.
func runHistory(tb testing.TB, script string, h history) string {
	tb.Helper()
	h.tb, h.engine, h.names, h.now = tb, detect.New(detect.Options{}), make(map[string]string), epoch.UnixMilli()
	h.sessions = make(map[string]uint64)
	var out strings.Builder
	lines := strings.Split(strings.TrimRight(script, "\n"), "\n")
	for i := 0; i < len(lines); {
		var command []string
		for ; i < len(lines) && lines[i] != "----" && lines[i] != ""; i++ {
			out.WriteString(lines[i] + "\n")
			if strings.HasPrefix(lines[i], "  ") && len(command) > 0 {
				command = append(command, lines[i])
				continue
			}
			h.run(command)
			command = []string{lines[i]}
		}
		h.run(command)
		for ; i < len(lines) && lines[i] != ""; i++ { // the old output
		}
		if i < len(lines) {
			i++
		}
		h.print(&out)
		if i < len(lines) {
			out.WriteString("\n")
		}
	}
	return out.String()
}

// print writes the effects gathered since the last time.
func (h *history) print(out *strings.Builder) {
	defer h.fx.Reset()
	if len(h.fx.Thresholds)+len(h.fx.Updates)+len(h.fx.Events)+len(h.fx.Exports)+len(h.listed) == 0 {
		return
	}
	out.WriteString("----\n")
	for _, t := range h.fx.Thresholds {
		fmt.Fprintf(out, "%s threshold %s/%s n=%d %s\n", h.since(t.End), t.Profile, t.Behavior, t.N, t.Value+t.Why)
	}
	for _, u := range h.fx.Updates {
		fmt.Fprintf(out, "%s %s update %s\n", h.since(u.Time), h.alias(u.ID), u.Value)
	}
	for i, e := range h.fx.Events {
		fmt.Fprintf(out, "%s %s %s %s %s/%s", h.since(e.Time), h.alias(e.ID), e.Type, e.Thing, e.Profile, e.Behavior)
		if e.Value != "" {
			out.WriteString(" " + e.Value)
		}
		for _, a := range h.fx.Alerts {
			if a.Event == i {
				out.WriteString(" -> " + a.Target)
			}
		}
		out.WriteString("\n")
	}
	for _, x := range h.fx.Exports {
		h.printExport(out, x)
	}
	for _, line := range h.listed {
		out.WriteString(line + "\n")
	}
	h.listed = h.listed[:0]
}

// since writes a time as the scripts do: "1d2h", "5m", "90s" as "1m30s".
func (h *history) since(at int64) string {
	ms := at - epoch.UnixMilli()
	day := 24 * time.Hour.Milliseconds()
	text := ""
	if ms >= day {
		text = fmt.Sprintf("%dd", ms/day)
	}
	rest := (time.Duration(ms%day) * time.Millisecond).String()
	if rest == "0s" && text != "" {
		return text
	}
	if strings.HasSuffix(rest, "m0s") {
		rest = strings.TrimSuffix(rest, "0s")
	}
	if strings.HasSuffix(rest, "h0m") {
		rest = strings.TrimSuffix(rest, "0m")
	}
	return text + rest
}

func (h *history) alias(id string) string {
	if h.names[id] == "" {
		h.names[id] = fmt.Sprintf("v%d", len(h.names)+1)
	}
	return h.names[id]
}

// run applies one command: a line and the indented lines below it.
func (h *history) run(lines []string) {
	if len(lines) == 0 || strings.HasPrefix(lines[0], "#") {
		return
	}
	f := strings.Fields(lines[0])
	arg := func(i int) string {
		if i >= len(f) {
			h.tb.Fatalf("%q: too few words", lines[0])
		}
		return f[i]
	}
	switch f[0] {
	case "report":
		h.report(f[1:])
	case "usage":
		h.usage(f[1:])
	case "presence":
		h.presence(f[1:])
	case "gateway":
		h.gateway(f[1:])
	case "tick":
		h.time(arg(1))
		h.apply(record.KindTick, nil)
	case "at":
		h.time(arg(1))
	case "thresholds":
		if len(f) > 1 {
			h.time(f[1])
		}
		h.apply(record.KindTick, nil)
		h.thresholds()
	case "due":
		got := "never"
		if due := h.engine.Due(); due != 0 {
			got = h.since(due)
		}
		if want := arg(1); got != want {
			h.tb.Errorf("due %s: the engine says %s", want, got)
		}
	case "values":
		h.listValues(arg(1), f[2:])
	case "budget":
		h.change(record.Change{ValueMemory: h.int(arg(1))})
	case "period":
		h.change(record.Change{ExportInterval: h.int(arg(1))})
	case "delta-from-totals":
		h.change(record.Change{DeltaFromTotals: &record.DeltaFromTotals{Groups: elements(strings.Join(f[1:], ""))}})
	case "profile":
		h.change(record.Change{Profile: h.profile(f[1:], lines[1:])})
	default:
		h.change(h.parseChange(f, arg))
	}
}

// parseChange reads the commands that fit in one line and change something.
func (h *history) parseChange(f []string, arg func(int) string) (c record.Change) {
	entity, deleted := strings.CutPrefix(f[0], "delete-")
	switch name := arg(1); entity {
	case "profile":
		c.Profile = &record.Profile{Name: name, Deleted: true}
	case "attach", "detach":
		c.Attachment = &record.Attachment{Profile: name, Kind: record.TargetKind(arg(2)), Attached: entity == "attach"}
		if group, ok := strings.CutPrefix(arg(2), "group:"); ok {
			c.Attachment.Kind, c.Attachment.Group = record.ThingGroup, group
		}
	case "thing":
		c.Thing = &record.Thing{Name: name, Deleted: deleted}
	case "group":
		c.Group = &record.Group{Name: name, Deleted: deleted}
		if len(f) > 3 {
			c.Group.Parent = arg(3)
		}
	case "join", "leave":
		c.Membership = &record.Membership{Thing: name, Group: arg(2), Member: entity == "join"}
	case "custom":
		c.CustomMetric = &record.CustomMetric{Name: name, Deleted: deleted}
		if !deleted {
			c.CustomMetric.Type = api.CustomMetricType(arg(2))
		}
	case "dimension":
		c.Dimension = &record.Dimension{Name: name, Deleted: deleted}
		if !deleted {
			c.Dimension.Values = strings.Split(arg(2), ",")
		}
	default:
		h.tb.Fatalf("unknown command %q", f[0])
	}
	return c
}

// time moves the history's time to t: "5m", "2d", or "+10s" from where it is.
func (h *history) time(t string) {
	from := epoch.UnixMilli()
	t = strings.TrimPrefix(t, "t=")
	if rest, ok := strings.CutPrefix(t, "+"); ok {
		t, from = rest, h.now
	}
	var days int64
	if d, rest, ok := strings.Cut(t, "d"); ok {
		n, err := strconv.Atoi(d)
		if err != nil {
			h.tb.Fatalf("time %q: %v", t, err)
		}
		days, t = int64(n), rest
		if t == "" {
			t = "0s"
		}
	}
	d, err := time.ParseDuration(t)
	if err != nil {
		h.tb.Fatalf("time %q: %v", t, err)
	}
	h.now = from + days*24*time.Hour.Milliseconds() + d.Milliseconds()
}

func (h *history) change(c record.Change) {
	h.revision++
	c.Revision = h.revision
	body, err := c.Encode()
	if err != nil {
		h.tb.Fatal(err)
	}
	h.apply(record.KindChange, body)
}

func (h *history) apply(kind record.Kind, body []byte) {
	if h.ticks && kind != record.KindTick {
		h.apply(record.KindTick, nil)
	}
	h.seq++
	if err := h.engine.Apply(&record.Record{Kind: kind, At: h.now, Pos: record.Pos(h.seq, 0), Body: body}, &h.fx); err != nil {
		h.tb.Fatal(err)
	}
	if h.values == nil {
		h.values = make(valueLog)
	}
	if err := h.values.add(&h.fx); err != nil {
		h.tb.Error(err)
	}
	h.fx.Chunks, h.fx.Drops = nil, nil
	if h.restarts {
		h.engine = reload(h.tb, h.engine)
	}
}

// thresholds does what the coordinator does, for a single shard.
func (h *history) thresholds() {
	parts, _ := h.engine.Partials()
	records, err := detect.Merge([][]detect.Partial{parts})
	if err != nil {
		h.tb.Fatal(err)
	}
	for _, r := range records[0] {
		body, err := r.Encode()
		if err != nil {
			h.tb.Fatal(err)
		}
		h.apply(record.KindThreshold, body)
	}
}

// reload returns the engine that e's snapshot gives.
func reload(tb testing.TB, e *detect.Engine) *detect.Engine {
	tb.Helper()
	return reloadWith(tb, e, detect.Options{})
}

func reloadWith(tb testing.TB, e *detect.Engine, o detect.Options) *detect.Engine {
	tb.Helper()
	var buf bytes.Buffer
	n, err := e.Freeze().WriteTo(&buf)
	if err != nil || n != int64(buf.Len()) {
		tb.Fatalf("write snapshot: %d of %d bytes, %v", n, buf.Len(), err)
	}
	loaded, err := detect.Load(&buf, o)
	if err != nil {
		tb.Fatal(err)
	}
	return loaded
}

var countFields = map[string]metric.ID{
	"bytes_in": metric.AllBytesIn, "bytes_out": metric.AllBytesOut, "packets_in": metric.AllPacketsIn, "packets_out": metric.AllPacketsOut,
	"tcp_total": metric.NumListeningTCPPorts, "udp_total": metric.NumListeningUDPPorts, "connections": metric.NumEstablishedTCPConnections,
}

// report applies a report of t=…, thing=…, perhaps id=…, and values.
func (h *history) report(fields []string) {
	var r metric.Report
	thing := ""
	h.reports++
	r.ID = h.reports
	hash := xxhash.New()
	for _, f := range fields {
		key, v, ok := strings.Cut(f, "=")
		if !ok {
			h.tb.Fatalf("report field %q", f)
		}
		if key != "t" {
			_, _ = hash.WriteString(f + " ")
		}
		switch id, isCount := countFields[key]; {
		case key == "t":
			h.time(v)
		case key == "thing":
			thing = v
		case key == "id":
			r.ID = h.int(v)
		case isCount:
			r.Counts[id-1] = h.int(v)
			r.Counted |= 1 << (id - 1)
		default:
			h.list(&r, key, v)
		}
	}
	r.Hash = hash.Sum64()
	h.apply(record.KindReport, record.AppendReport(nil, []byte(thing), &r))
}

func (h *history) list(r *metric.Report, key, v string) {
	listed := func(id metric.ID) { r.Listed |= 1 << (id - 1) }
	switch key {
	case "tcp":
		listed(metric.ListeningTCPPorts)
		for _, p := range elements(v) {
			r.TCPPorts = append(r.TCPPorts, uint16(h.int(p)))
		}
		return
	case "udp":
		listed(metric.ListeningUDPPorts)
		for _, p := range elements(v) {
			r.UDPPorts = append(r.UDPPorts, uint16(h.int(p)))
		}
		return
	case "destinations":
		listed(metric.DestinationIPAddresses)
		for _, a := range elements(v) {
			r.Destinations = append(r.Destinations, netip.MustParseAddr(a))
		}
		return
	}
	kind, name, ok := strings.Cut(key, ":")
	if !ok {
		h.tb.Fatalf("unknown report field %q", key)
	}
	c := metric.CustomValue{Name: []byte(name)}
	switch kind {
	case "number":
		c.Kind, c.Number = metric.Number, h.float(v)
	case "numbers":
		c.Kind = metric.Numbers
		for _, f := range elements(v) {
			c.Numbers = append(c.Numbers, h.float(f))
		}
	case "strings":
		c.Kind = metric.Strings
		for _, s := range elements(v) {
			c.Strings = append(c.Strings, []byte(s))
		}
	case "addresses":
		c.Kind = metric.Addresses
		for _, a := range elements(v) {
			c.Addrs = append(c.Addrs, netip.MustParseAddr(a))
		}
	default:
		h.tb.Fatalf("unknown kind of custom metric %q", key)
	}
	r.Custom = append(r.Custom, c)
}

func elements(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func (h *history) int(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		h.tb.Fatal(err)
	}
	return n
}

func (h *history) float(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		h.tb.Fatal(err)
	}
	return f
}
