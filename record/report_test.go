package record

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vedette/metric"
)

var sameReport = cmp.Options{
	cmpopts.IgnoreUnexported(metric.Report{}),
	cmpopts.EquateEmpty(),
	cmpopts.EquateNaNs(),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
}

// fullReport has something of everything.
func fullReport() metric.Report {
	return metric.Report{
		ID: -1767225600, HasID: true, Hash: 0x0123456789abcdef,
		Counts:       [metric.NumCounts]int64{0, 1, math.MaxInt64, 300, 0, 5, 0},
		Counted:      0b0101111,
		TCPPorts:     []uint16{22, 65535, 1},
		Destinations: []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")},
		Listed:       1<<(metric.ListeningTCPPorts-1) | 1<<(metric.ListeningUDPPorts-1) | 1<<(metric.DestinationIPAddresses-1),
		Custom: []metric.CustomValue{
			{Name: []byte("battery"), Kind: metric.Number, Number: 71.5},
			{Name: []byte("cores"), Kind: metric.Numbers, Numbers: []float64{-1, 1e300, 0}},
			{Name: []byte("names"), Kind: metric.Strings, Strings: [][]byte{[]byte("a"), {}, []byte("c/d")}},
			{Name: []byte("peers"), Kind: metric.Addresses, Addrs: []netip.Addr{netip.MustParseAddr("::")}},
			{Name: []byte("none"), Kind: metric.Addresses},
		},
	}
}

func TestReport(t *testing.T) {
	full := fullReport()
	for name, want := range map[string]Report{
		"ok/empty": {Thing: []byte("x"), Report: metric.Report{HasID: true}},
		"ok/full":  {Thing: []byte("gw/7"), Report: full},
	} {
		t.Run(name, func(t *testing.T) {
			body := AppendReport([]byte("before"), want.Thing, &want.Report)
			got := Report{Thing: []byte("earlier"), Report: fullReport()}
			if err := got.Decode(body[len("before"):]); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got, sameReport); d != "" {
				t.Errorf("report (-want +got):\n%s", d)
			}
		})
	}
}

// TestReportFormat holds the encoding still: logs of earlier releases are read.
func TestReportFormat(t *testing.T) {
	r := metric.Report{ID: 1, Hash: 0xff, Counted: 1, Counts: [metric.NumCounts]int64{300}, Listed: 1 << (metric.ListeningTCPPorts - 1), TCPPorts: []uint16{22}}
	want := []byte{1, 1, 't', 2, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0xac, 0x02, 0x80, 0x01, 1, 22, 0, 0}
	if got := AppendReport(nil, []byte("t"), &r); !bytes.Equal(got, want) {
		t.Errorf("got % x, want % x", got, want)
	}
}

func TestReportDamaged(t *testing.T) {
	full := fullReport()
	body := AppendReport(nil, []byte("t"), &full)
	head := binary.LittleEndian.AppendUint64([]byte{1, 1, 't', 2}, 0)
	for name, in := range map[string][]byte{
		"fail/nothing":        {},
		"fail/version":        append([]byte{2}, body[1:]...),
		"fail/more":           append(bytes.Clone(body), 0),
		"fail/unknown count":  append(bytes.Clone(head), 0x80, 0x01, 1, 0, 0),
		"fail/negative count": append(bytes.Clone(head), 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0),
		"fail/huge list":      append(bytes.Clone(head), 0, 0x80, 0x01, 0xff, 0xff, 0xff, 0x7f),
		"fail/unknown kind":   append(bytes.Clone(head), 0, 0, 1, 1, 'a', 99),
	} {
		t.Run(name, func(t *testing.T) {
			var r Report
			if err := r.Decode(in); err == nil {
				t.Errorf("decoded % x as %+v", in, r)
			}
		})
	}
	for n := range body {
		t.Run(fmt.Sprintf("fail/cut at %d", n), func(t *testing.T) {
			var r Report
			if err := r.Decode(body[:n]); err == nil {
				t.Error("decoded")
			}
		})
	}
}

func TestReportAllocates(t *testing.T) {
	full := fullReport()
	var body []byte
	var r Report
	if n := testing.AllocsPerRun(100, func() {
		body = AppendReport(body[:0], []byte("lamp-7"), &full)
		if err := r.Decode(body); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations per report, want none", n)
	}
}

// FuzzReport decodes anything without a panic; what can be decoded is the same
// after another round.
func FuzzReport(f *testing.F) {
	full := fullReport()
	f.Add(AppendReport(nil, []byte("gw/7"), &full))
	f.Add(AppendReport(nil, []byte("x"), &metric.Report{}))
	f.Add([]byte{1})
	var once, again Report
	f.Fuzz(func(t *testing.T, body []byte) {
		if once.Decode(body) != nil {
			return
		}
		second := AppendReport(nil, once.Thing, &once.Report)
		if err := again.Decode(second); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(once, again, sameReport); d != "" {
			t.Errorf("report (-once +again):\n%s", d)
		}
	})
}

func BenchmarkReport(b *testing.B) {
	full := fullReport()
	body := AppendReport(nil, []byte("lamp-7"), &full)
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			body = AppendReport(body[:0], []byte("lamp-7"), &full)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		var r Report
		for b.Loop() {
			if err := r.Decode(body); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestReportThing(t *testing.T) {
	body := AppendReport(nil, []byte("cam-1"), &metric.Report{ID: 3})
	if got := ReportThing(body); string(got) != "cam-1" {
		t.Errorf("got %q, want cam-1", got)
	}
	for n := range 6 {
		if got := ReportThing(body[:n]); len(got) > 0 {
			t.Errorf("of %d bytes: got %q, want nothing", n, got)
		}
	}
	body[0]++
	if got := ReportThing(body); got != nil {
		t.Errorf("of another version: got %q, want nothing", got)
	}
}
