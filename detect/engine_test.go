package detect_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cespare/xxhash/v2"
	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// fiveBehaviors is the profile of the benchmarks: five behaviors of the usual
// kinds, which the benchmarks' reports all satisfy.
var fiveBehaviors = []string{
	"out aws:all-bytes-out less-than 1000000 duration=300 alarm=2",
	"in aws:all-bytes-in less-than 1000000 duration=3600",
	"ports aws:listening-tcp-ports in-port-set 22,443,8883",
	"connections aws:num-established-tcp-connections less-than-equals 20 alarm=3 clear=3",
	"peers aws:destination-ip-addresses in-cidr-set 10.0.0.0/8,192.168.0.0/16,2001:db8::/32",
}

// fleet returns an engine that judges things by a profile of lines, and the
// position of the last record.
func fleet(tb testing.TB, lines []string) (*detect.Engine, uint64) {
	tb.Helper()
	h := history{tb: tb, engine: detect.New(detect.Options{}), now: epoch.UnixMilli()}
	h.run(append([]string{"profile p -> ops"}, lines...))
	h.run([]string{"attach p all/things"})
	return h.engine, h.seq
}

func thingName(n int) []byte { return fmt.Appendf(nil, "thing-%09d", n) }

// normalReport is what an average device reports.
func normalReport() *metric.Report {
	r := &metric.Report{ID: 1, TCPPorts: []uint16{22, 443}, Counted: 1<<metric.NumCounts - 1}
	r.Counts = [metric.NumCounts]int64{4096, 880, 61, 12, 2, 0, 3}
	r.Listed = 1<<(metric.ListeningTCPPorts-1) | 1<<(metric.DestinationIPAddresses-1)
	for _, a := range []string{"10.0.0.1", "192.168.7.9"} {
		r.Destinations = append(r.Destinations, netip.MustParseAddr(a))
	}
	return r
}

func TestApplyDamaged(t *testing.T) {
	report := record.AppendReport(nil, []byte("a"), normalReport())
	tests := []struct {
		name string
		r    record.Record
		want string
	}{
		{"fail/kind", record.Record{Kind: 99, At: 5}, "kind 99"},
		{"fail/no kind", record.Record{At: 5}, "kind 0"},
		{"fail/before time", record.Record{Kind: record.KindTick, At: -1}, "out of range"},
		{"fail/beyond time", record.Record{Kind: record.KindTick, At: 1 << 60}, "out of range"},
		{"fail/empty report", record.Record{Kind: record.KindReport, At: 5}, "report"},
		{"fail/cut report", record.Record{Kind: record.KindReport, At: 5, Body: report[:len(report)-1]}, "report"},
		{"fail/control character", record.Record{Kind: record.KindReport, At: 5, Body: record.AppendReport(nil, []byte("a\n"), normalReport())}, "control character"},
		{"fail/no JSON", record.Record{Kind: record.KindChange, At: 5, Body: []byte("{")}, "change"},
		{"fail/no entity", record.Record{Kind: record.KindChange, At: 5, Body: []byte(`{"revision":9}`)}, "0 entities"},
		{"fail/two entities", record.Record{Kind: record.KindChange, At: 5, Body: []byte(`{"revision":9,"thing":{"name":"a"},"group":{"name":"a"}}`)}, "2 entities"},
		{"fail/no name", record.Record{Kind: record.KindChange, At: 5, Body: []byte(`{"revision":9,"thing":{}}`)}, "name of 0 bytes"},
		{"fail/long name", record.Record{Kind: record.KindChange, At: 5, Body: []byte(`{"revision":9,"thing":{"name":"` + strings.Repeat("a", 256) + `"}}`)}, "name of 256 bytes"},
		{"fail/attachment to no group", record.Record{Kind: record.KindChange, At: 5, Body: []byte(`{"revision":9,"attachment":{"profile":"p","kind":"thinggroup","attached":true}}`)}, "name of 0 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, pos := fleet(t, fiveBehaviors)
			before := snapshot(t, e)
			tt.r.Pos = pos + 1<<16
			var fx violation.Effects
			err := e.Apply(&tt.r, &fx)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
			if !fx.Empty() || !bytes.Equal(before, snapshot(t, e)) {
				t.Error("the engine is not as it was")
			}
			if got := e.Stats().Damaged; got != 1 {
				t.Errorf("got %d damaged records, want 1", got)
			}
		})
	}
}

// TestViolationID holds the ids to what they are derived from: they are stored.
func TestViolationID(t *testing.T) {
	e, _ := fleet(t, []string{"q aws:num-listening-tcp-ports less-than 1"})
	var fx violation.Effects
	apply := func(thing string, pos uint64) string {
		fx.Reset()
		r := record.Record{Kind: record.KindReport, At: epoch.UnixMilli(), Pos: pos, Body: record.AppendReport(nil, []byte(thing), normalReport())}
		if err := e.Apply(&r, &fx); err != nil || len(fx.Events) != 1 {
			t.Fatalf("got events %v, error %v", fx.Events, err)
		}
		return fx.Events[0].ID
	}
	if got, want := apply("a", 1<<20), "4872e4af1547d581b9e6615a95961696"; got != want {
		t.Errorf("got id %s, want %s", got, want)
	}
	if apply("b", 1<<20) == apply("c", 1<<20) {
		t.Error("two things share a violation id")
	}
}

// TestAlerts checks that each alert points at its event, and its order.
func TestAlerts(t *testing.T) {
	e, pos := fleet(t, []string{"x aws:num-listening-tcp-ports less-than 1", "y aws:num-listening-tcp-ports less-than 1 suppress", "z aws:all-bytes-in less-than 1"})
	fx := violation.Effects{Events: make([]violation.Event, 2)} // of an earlier record
	r := record.Record{Kind: record.KindReport, At: epoch.UnixMilli(), Pos: pos + 1, Body: record.AppendReport(nil, []byte("a"), normalReport())}
	if err := e.Apply(&r, &fx); err != nil {
		t.Fatal(err)
	}
	want := []violation.Alert{
		{Event: 2, Type: api.AlertTargetTypeSns, Target: "ops", RoleARN: "role"},
		{Event: 4, Type: api.AlertTargetTypeSns, Target: "ops", RoleARN: "role"},
	}
	if diff := cmp.Diff(want, fx.Alerts); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}

func TestStats(t *testing.T) {
	e, pos := fleet(t, append([]string{"sent aws:num-messages-sent less-than 1", "ml aws:all-bytes-in ml=LOW"}, fiveBehaviors...))
	var fx violation.Effects
	bad := normalReport()
	bad.TCPPorts = []uint16{23}
	for i, r := range []*metric.Report{normalReport(), normalReport(), bad} {
		rec := record.Record{Kind: record.KindReport, At: epoch.UnixMilli() + int64(i), Pos: pos + uint64(i) + 1, Body: record.AppendReport(nil, []byte("a"), r)}
		if i == 2 {
			bad.ID = 2
			rec.Body = record.AppendReport(nil, []byte("a"), bad)
		}
		if err := e.Apply(&rec, &fx); err != nil {
			t.Fatal(err)
		}
	}
	got := e.Stats()
	want := detect.Stats{
		ExportInterval: detect.DefaultExportInterval,
		Reports:        2, Repeats: 1, Changes: 2,
		// The first report: all but the hour's window; the second: no window either.
		Datapoints: 7, Normal: 6, Violating: 1, InAlarm: 1,
		// And each is a value of five series; the sixth is of what the gateway counts.
		Values: 10, OpenChunks: 5, OpenChunkBytes: got.OpenChunkBytes, ValueMemory: got.ValueMemory,
		Things: 1, States: 12, ActiveViolations: 1,
		BytesPerState: got.BytesPerState, Bytes: got.Bytes, // TestMemory
		Clock: epoch.UnixMilli() + 2, Revision: 2,
		Unjudged: []detect.Unjudged{
			{Profile: "p", Behavior: "ml", Why: "ML Detect behaviors are not judged by this release"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
}

func snapshot(tb testing.TB, e *detect.Engine) []byte {
	tb.Helper()
	var buf bytes.Buffer
	if _, err := e.Freeze().WriteTo(&buf); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

// TestSnapshotRoundTrip: a loaded engine's snapshot is the snapshot.
func TestSnapshotRoundTrip(t *testing.T) {
	e := busyEngine(t, 3000)
	first := snapshot(t, e)
	if second := snapshot(t, reload(t, e)); !bytes.Equal(first, second) {
		t.Errorf("snapshot of %d bytes differs from its copy of %d", len(first), len(second))
	}
}

// busyEngine returns an engine that n random reports and some changes went
// through, with active violations, groups and withheld values.
func busyEngine(tb testing.TB, n int) *detect.Engine {
	tb.Helper()
	h := history{tb: tb, engine: detect.New(detect.Options{}), now: epoch.UnixMilli(), sessions: make(map[string]uint64)}
	for _, command := range [][]string{
		append([]string{"profile p -> ops"}, fiveBehaviors...),
		{"profile q", "few aws:num-listening-tcp-ports less-than 2", "sent aws:num-messages-sent less-than 9 dimension=d", "from aws:source-ip-address in-cidr-set 10.0.0.0/8", "gone aws:disconnect-duration less-than 7"},
		{"custom battery number"}, {"dimension d a/b,c/#"}, {"group g"}, {"group h below g"}, {"group gone"}, {"delta-from-totals g,nobody"},
		{"attach p all/things"}, {"attach q group:g"}, {"attach q group:gone"}, {"attach q all/unregistered-things"}, {"delete-group gone"},
		{"thing " + strings.Repeat("long", 30)}, {"thing thing-000000001"}, {"join thing-000000001 h"}, {"thing thing-000000002"},
	} {
		h.run(command)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		r := normalReport()
		r.ID = int64(i)
		r.Counts[0] = random.Int64N(2_000_000)
		if random.IntN(4) == 0 {
			r.TCPPorts = []uint16{uint16(random.IntN(100))}
		}
		h.now += random.Int64N(3000)
		h.apply(record.KindReport, record.AppendReport(nil, thingName(random.IntN(n/10)), r))
		thing := string(thingName(random.IntN(n / 10)))
		switch random.IntN(4) {
		case 0:
			h.run([]string{fmt.Sprintf("presence thing=%s connected addr=192.0.2.%d", thing, random.IntN(9))})
		case 1:
			h.run([]string{fmt.Sprintf("usage thing=%s sent=%d d:sent=3 addrs=2001:db8::%d", thing, random.IntN(20), random.IntN(9))})
		case 2:
			if h.sessions[thing] > 0 {
				h.run([]string{"presence thing=" + thing + " disconnected"})
			}
		}
		if i == n/2 {
			h.run([]string{"profile q", "few aws:num-listening-tcp-ports less-than 3"})
		}
	}
	return h.engine
}

// TestLoadRefuses damages a snapshot everywhere, and tells of newer ones.
func TestLoadRefuses(t *testing.T) {
	good := snapshot(t, busyEngine(t, 200))
	load := func(b []byte) error {
		_, err := detect.Load(bytes.NewReader(b), detect.Options{})
		return err
	}
	if err := load(good); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(good); i += 17 {
		bad := bytes.Clone(good)
		bad[i] ^= 0x20
		if load(bad) == nil {
			t.Fatalf("a snapshot with byte %d of %d changed was loaded", i, len(good))
		}
	}
	for _, n := range []int{0, 1, 17, len(good) / 2, len(good) - 1} {
		if load(good[:n]) == nil {
			t.Errorf("a snapshot cut to %d of %d bytes was loaded", n, len(good))
		}
	}
	newer := bytes.Clone(good)
	newer[16] = 5
	if err := load(newer); err == nil || !strings.Contains(err.Error(), "version 5") {
		t.Errorf("a newer snapshot: got error %v", err)
	}
}

// TestLoadSkipsUnknownSections: a later release may add sections that this one
// can do without.
func TestLoadSkipsUnknownSections(t *testing.T) {
	good := snapshot(t, busyEngine(t, 200))
	const head = 20 // magic and version
	added := []byte{77, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 'a', 'b', 'c', 'd', 'e', 'f'}
	b := append(bytes.Clone(good[:head]), added...)
	b = append(b, good[head:len(good)-8]...)
	b = binary.LittleEndian.AppendUint64(b, xxhash.Sum64(b))
	if _, err := detect.Load(bytes.NewReader(b), detect.Options{}); err != nil {
		t.Error(err)
	}
}

// TestLoadRefusesQueue where none can be: in a slot that is neither the first nor the
// last of its state.
func TestLoadRefusesQueue(t *testing.T) {
	b, err := parseBehavior("size aws:message-byte-size less-than-equals statistic=p50")
	if err != nil {
		t.Fatal(err)
	}
	x := newExporter(t, &record.Profile{Name: "p", Behaviors: []api.Behavior{*b}})
	for i := range int64(2) { // the second window ends the first one, which has the number 0 and the sum 0
		u := record.Usage{Thing: []byte("a"), Number: uint64(i + 1), Window: i * record.UsageWindow, Tally: record.Tally{Sent: 1}}
		x.apply(record.KindUsage, u.Window+1, record.AppendUsage(nil, &u))
	}
	bad := snapshot(t, x.engine)
	slot := func(covered, flags byte) string { return string([]byte{covered, 0, 0, 0, 0, flags, 0, 0}) }
	for _, change := range []struct{ from, to string }{
		{"[1,0,0,2]", "[1,0,0,3]"}, {"[2,0,0,3]", "[2,0,0,2]"}, // the slot behind goes to the behavior
		{slot(1, 4), slot(0, 0)}, // which makes nothing of an open window
		{slot(0, 1<<5), slot(0, 1<<6)},
	} {
		at := bytes.LastIndex(bad, []byte(change.from))
		if at < 0 {
			t.Fatalf("%q is not in the snapshot %q", change.from, bad)
		}
		copy(bad[at:], change.to)
	}
	binary.LittleEndian.PutUint64(bad[len(bad)-8:], xxhash.Sum64(bad[:len(bad)-8]))
	if _, err := detect.Load(bytes.NewReader(bad), detect.Options{}); err == nil {
		t.Error("the snapshot was loaded")
	}
}

// TestFreezeIsStill writes a snapshot while the engine goes on; run with -race.
func TestFreezeIsStill(t *testing.T) {
	e := busyEngine(t, 2000)
	want := snapshot(t, e)
	frozen := e.Freeze()
	var wg sync.WaitGroup
	wg.Go(func() {
		var fx violation.Effects
		for i := range 5000 {
			r := normalReport()
			r.ID = int64(i) + 1e6
			r.TCPPorts = []uint16{uint16(i)}
			at := epoch.UnixMilli() + 1e8 + int64(i)
			body := record.AppendReport(nil, thingName(i%400), r)
			if err := e.Apply(&record.Record{Kind: record.KindReport, At: at, Pos: uint64(i) + 1<<40, Body: body}, &fx); err != nil {
				t.Error(err)
			}
			if i%1000 == 0 {
				e.Stats()
				e.Due()
			}
		}
	})
	var buf bytes.Buffer
	if _, err := frozen.WriteTo(&buf); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if !bytes.Equal(want, buf.Bytes()) {
		t.Error("a frozen snapshot changed while the engine went on")
	}
}

func TestWriteToFails(t *testing.T) {
	if _, err := busyEngine(t, 100).Freeze().WriteTo(fullDisk{}); err == nil {
		t.Error("a snapshot was written to a full disk")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left") }

// TestApplyAllocates nothing for a report that causes no event.
func TestApplyAllocates(t *testing.T) {
	e, _ := fleet(t, append([]string{"heat temperature less-than 5", "fw firmware in-set a,b"}, fiveBehaviors...))
	h := history{tb: t, engine: e, now: epoch.UnixMilli(), revision: 2}
	h.run([]string{"custom temperature number"})
	h.run([]string{"custom firmware string-list"})
	r := normalReport()
	r.Custom = []metric.CustomValue{
		{Name: []byte("temperature"), Kind: metric.Number, Number: 4},
		{Name: []byte("firmware"), Kind: metric.Strings, Strings: [][]byte{[]byte("a")}},
	}
	rec := record.Record{Kind: record.KindReport, At: epoch.UnixMilli(), Pos: 1}
	var fx violation.Effects
	allocs := testing.AllocsPerRun(1000, func() {
		r.ID++
		rec.At += 300_000
		rec.Body = record.AppendReport(rec.Body[:0], []byte("a"), r)
		if err := e.Apply(&rec, &fx); err != nil {
			t.Fatal(err)
		}
	})
	if n := len(fx.Events) + len(fx.Updates); allocs != 0 || n > 0 {
		t.Errorf("got %v allocations per report and %d events and updates, want none", allocs, n)
	}
	if got := e.Stats(); got.States != 14 || got.Values != 7*1001 || got.Violating != 0 {
		t.Errorf("got %d states, %d violating datapoints", got.States, got.Violating)
	}
}

// TestMemory holds the engine to its budget of 64 bytes a state, 32 aimed at.
func TestMemory(t *testing.T) {
	e, pos := fleet(t, fiveBehaviors)
	const things = 50_000
	applyFleet(t, e, pos, things, 1)
	s := e.Stats()
	if s.States != 10*things || s.BytesPerState > 32 { // each behavior, and its metric's values
		t.Errorf("got %.1f bytes for each of %d states, want at most 32", s.BytesPerState, s.States)
	}
	if perThing := float64(s.Bytes-s.OpenChunkBytes) / things; perThing > 300 {
		t.Errorf("got %.0f bytes for each thing with 5 behaviors, want at most 300", perThing)
	}
	if perChunk := float64(s.OpenChunkBytes) / float64(s.OpenChunks); s.OpenChunks != 5*things || perChunk > 160 {
		t.Errorf("got %.0f bytes for each of %d open chunks, want at most 160", perChunk, s.OpenChunks)
	}
}

// TestOpenThings pages through the things of more open chunks than are looked at at once,
// which came in no order.
func TestOpenThings(t *testing.T) {
	e, pos := fleet(t, []string{"b aws:all-bytes-out less-than 5000 duration=300", "c aws:listening-tcp-ports in-port-set 22,443"})
	const things = 5000
	var fx violation.Effects
	rec, want := record.Record{Kind: record.KindReport, At: epoch.UnixMilli(), Pos: pos}, []string{}
	for i := range things {
		name := thingName(i * 1237 % things)
		rec.Pos++
		rec.At++
		rec.Body = record.AppendReport(rec.Body[:0], name, normalReport())
		if err := e.Apply(&rec, &fx); err != nil {
			t.Fatal(err)
		}
		want = append(want, string(name))
	}
	late := slices.Sorted(slices.Values(want[4000:]))
	slices.Sort(want)
	for _, page := range []int{1 + things/7, things, 2 * things} {
		if got := openThings(e, 0, page); !slices.Equal(got, want) {
			t.Errorf("%d at a time: got %d things, want each of %d once and in order", page, len(got), len(want))
		}
	}
	if got := openThings(e, epoch.UnixMilli()+4001, 10); !slices.Equal(got, late) {
		t.Errorf("from the 4001st value on: got %d things, want %d", len(got), len(late))
	}
	if names, at := e.OpenThings(0, "thing-000004997", 5); !slices.Equal(names, want[4998:]) || at != rec.Pos {
		t.Errorf("got %q as of %d, want %q as of %d", names, at, want[4998:], rec.Pos)
	}
}

// FuzzApply gives the engine any report and change bodies: no panic, and
// what it refuses leaves it as it was.
func FuzzApply(f *testing.F) {
	change, err := (&record.Change{Revision: 9, Group: &record.Group{Name: "g", Parent: "g"}}).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint8(record.KindReport), int64(1), record.AppendReport(nil, []byte("a"), normalReport()))
	f.Add(uint8(record.KindChange), int64(1), change)
	f.Add(uint8(record.KindTick), int64(1<<51), []byte(nil))
	f.Add(uint8(record.KindChange), int64(1), []byte(`{"revision":10,"profile":{"name":"p","behaviors":[{"name":"b","metric":"aws:all-bytes-in","criteria":{}}]}}`))
	f.Add(uint8(record.KindThreshold), int64(1), []byte(`{"end":300000,"thresholds":[{"profile":"p","behavior":"bytes","n":2,"count":4}]}`))
	f.Fuzz(func(t *testing.T, kind uint8, at int64, body []byte) {
		e, pos := fleet(t, fiveBehaviors)
		before := snapshot(t, e)
		var fx violation.Effects
		for i := range uint64(2) {
			if err := e.Apply(&record.Record{Kind: record.Kind(kind), At: at, Pos: pos + i, Body: body}, &fx); err != nil {
				if i == 0 && !bytes.Equal(before, snapshot(t, e)) {
					t.Fatalf("refused with %v, but the engine changed", err)
				}
			}
		}
		applyFleet(t, reload(t, e), pos+2, 3, 2)
	})
}

// FuzzLoad gives Load any bytes behind a true checksum: what it accepts, the
// engine can run on.
func FuzzLoad(f *testing.F) {
	good := snapshot(f, busyEngine(f, 30))
	f.Add(good[:len(good)-8])
	e, _ := fleet(f, fiveBehaviors)
	good = snapshot(f, e)
	f.Add(good[:len(good)-8])
	good = snapshot(f, statisticalEngine(f))
	f.Add(good[:len(good)-8])
	f.Add([]byte("vedette"))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = binary.LittleEndian.AppendUint64(bytes.Clone(b), xxhash.Sum64(b))
		e, err := detect.Load(bytes.NewReader(b), detect.Options{})
		if err != nil {
			return
		}
		applyFleet(t, e, 1<<40, 5, 2)
		var fx violation.Effects
		if err := e.Apply(&record.Record{Kind: record.KindTick, At: 1 << 52, Pos: 1 << 41}, &fx); err != nil {
			t.Fatal(err)
		}
		snapshot(t, e)
	})
}

// TestUsageAllocates nothing for what the gateway counts, window after window.
func TestUsageAllocates(t *testing.T) {
	e, _ := fleet(t, []string{
		"sent aws:num-messages-sent less-than 1000", "size aws:message-byte-size less-than 1000 dimension=d", "gone aws:disconnect-duration less-than 60",
		"from aws:source-ip-address in-cidr-set 10.0.0.0/8", "few aws:num-messages-received greater-than-equals 0 duration=600",
	})
	h := history{tb: t, engine: e, now: epoch.UnixMilli(), seq: 10, revision: 2, sessions: map[string]uint64{}}
	h.run([]string{"dimension d a/#"})
	h.run([]string{"presence thing=a connected addr=10.0.0.1"})
	u := record.Usage{
		Thing: []byte("a"), Tally: record.Tally{Sent: 3, Received: 1, Bytes: 9, Min: 3, Max: 3}, Addrs: addrs("10.0.0.1"),
		Dimensions: []record.DimensionTally{{Name: []byte("d"), Tally: record.Tally{Sent: 1, Bytes: 3, Min: 3, Max: 3}}},
	}
	rec := record.Record{Kind: record.KindUsage, At: h.now, Pos: 1 << 20}
	var fx violation.Effects
	allocs := testing.AllocsPerRun(1000, func() {
		u.Number++
		rec.At += 100_000
		u.Window = rec.At - rec.At%record.UsageWindow
		rec.Body = record.AppendUsage(rec.Body[:0], &u)
		if err := e.Apply(&rec, &fx); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 || len(fx.Events)+len(fx.Updates) > 0 {
		t.Errorf("%v allocations per record, %d events; want none", allocs, len(fx.Events))
	}
	if s := e.Stats(); s.Normal < 1000 || s.Online != 1 {
		t.Errorf("%d normal datapoints, %d things online; want thousands and one", s.Normal, s.Online)
	}
}

// TestLoadOlder: a snapshot of version 1, which knows nothing of connections, and one of
// version 3, which knows nothing of kept values and of what waits for thresholds.
func TestLoadOlder(t *testing.T) {
	e, _ := fleet(t, fiveBehaviors)
	h := history{tb: t, engine: e, now: epoch.UnixMilli(), seq: 10, revision: 2}
	h.run([]string{"report t=1m thing=a tcp=23"})
	b := snapshot(t, e)
	chunks := bytes.LastIndex(b[:len(b)-13-8], []byte{9, 1, 0, 0, 0}) // where that section begins
	for version, before := range map[byte]int{1: 2, 3: 0} {           // sections without items before that one
		older := bytes.Clone(b[:chunks-before*13])
		older[16] = version
		older = append(older, b[len(b)-13-8:len(b)-8]...)
		older = binary.LittleEndian.AppendUint64(older, xxhash.Sum64(older))
		loaded, err := detect.Load(bytes.NewReader(older), detect.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if open, _, known := loaded.OpenChunk("a", metric.Series{Metric: "aws:listening-tcp-ports"}); open != nil || !known {
			t.Errorf("version %d: an open chunk %v, known %v; want none of a thing that is known", version, open, known)
		}
		h := history{tb: t, engine: loaded, now: epoch.UnixMilli(), seq: 11, revision: 2}
		h.run([]string{"report t=2m thing=a tcp=23,22"})
		h.run([]string{"values a aws:listening-tcp-ports"})
		if want := []string{"open  2m=[22 23]"}; !slices.Equal(h.listed, want) || loaded.Stats().ActiveViolations != 1 {
			t.Errorf("version %d: values %q and %d violations, want %q and one", version, h.listed, loaded.Stats().ActiveViolations, want)
		}
	}
}
