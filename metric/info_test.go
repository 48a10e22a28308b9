package metric

import (
	"strings"
	"testing"

	"vedette/api"
)

func TestMetrics(t *testing.T) {
	seen := map[ID]bool{}
	for _, m := range Metrics() {
		if seen[m.ID] {
			t.Errorf("%s: id %d given twice", m.Name, m.ID)
		}
		seen[m.ID] = true
		got, ok := Lookup(m.Name)
		if !ok || got != m || m.ID.String() != m.Name || !strings.HasPrefix(m.Name, "aws:") {
			t.Errorf("%s: Lookup gives %+v, %v, String %v", m.Name, got, ok, m.ID)
		}
		list := m.Kind == Ports || m.Kind == Addresses
		if list != (m.Unit == "") || list && (m.Statistical || m.ML || m.Duration) || m.Device && m.Dimension || m.Device != (m.ID < MessageByteSize) {
			t.Errorf("%s: %+v contradicts itself", m.Name, m)
		}
	}
	if len(seen) != 18 {
		t.Errorf("got %d metrics, want 18", len(seen))
	}
	for _, name := range []string{"", "all-bytes-in", "aws:destination-ip-address", "battery"} {
		if m, ok := Lookup(name); ok {
			t.Errorf("Lookup(%q) gives %+v", name, m)
		}
	}
	if Custom.String() != "custom" || ID(99).String() != "metric 99" {
		t.Errorf("got %v and %v", Custom, ID(99))
	}
}

func TestKindOf(t *testing.T) {
	for typ, want := range map[api.CustomMetricType]Kind{
		api.CustomMetricTypeNumber: Number, api.CustomMetricTypeNumberList: Numbers,
		api.CustomMetricTypeStringList: Strings, api.CustomMetricTypeIpAddressList: Addresses, "boolean": 0,
	} {
		if got := KindOf(typ); got != want {
			t.Errorf("KindOf(%s) = %v, want %v", typ, got, want)
		}
	}
	names := map[string]bool{}
	for k := Delta; k <= Size+1; k++ {
		names[k.String()] = true
	}
	if len(names) != int(Size)+1 || !names["kind 10"] {
		t.Errorf("got kinds %v", names)
	}
}

func TestCheckThing(t *testing.T) {
	for name, want := range map[string]error{
		"lamp-7": nil, "gw/7": nil, "ü \u00a0": nil, strings.Repeat("n", 128): nil, "a\u00c2": nil,
		"": errThingEmpty, strings.Repeat("n", 129): errThingLong, strings.Repeat("ü", 65): errThingLong,
		"a\xff": errThingUTF8, "\xc2": errThingUTF8,
		"a\x00": errThingControl, "\x1f": errThingControl, "\x7f": errThingControl, "\u0080": errThingControl, "\u009f": errThingControl,
	} {
		if got := CheckThing([]byte(name)); got != want {
			t.Errorf("CheckThing(%q) = %v, want %v", name, got, want)
		}
	}
}
