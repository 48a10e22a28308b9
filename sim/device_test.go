package sim

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
)

// judged is what the behaviors look at in a report.
type judged struct {
	Metrics reportMetrics `json:"metrics"`
	Custom  map[string][]struct {
		Number float64 `json:"number"`
	} `json:"custom_metrics"`
}

// violated returns the behaviors of a profile that a report violates.
func violated(t *testing.T, profile *api.CreateSecurityProfileRequest, report []byte) []string {
	t.Helper()
	var doc judged
	if err := json.Unmarshal(report, &doc); err != nil {
		t.Fatalf("report %s: %v", report, err)
	}
	var names []string
	for _, b := range profile.Behaviors {
		if !normal(t, &b, &doc) {
			names = append(names, *b.Name)
		}
	}
	return names
}

func normal(t *testing.T, b *api.Behavior, doc *judged) bool {
	t.Helper()
	v := b.Criteria.Value
	switch *b.Metric {
	case "aws:listening-tcp-ports":
		return !slices.ContainsFunc(doc.Metrics.TCP.Ports, func(p reportPort) bool { return !slices.Contains(v.Ports, int32(p.Port)) })
	case "aws:listening-udp-ports":
		return !slices.ContainsFunc(doc.Metrics.UDP.Ports, func(p reportPort) bool { return slices.Contains(v.Ports, int32(p.Port)) })
	case "aws:destination-ip-addresses":
		return !slices.ContainsFunc(doc.Metrics.Connections.Established.Connections, func(c reportConnection) bool {
			return !slices.ContainsFunc(v.Cidrs, func(cidr string) bool {
				return netip.MustParsePrefix(cidr).Contains(netip.MustParseAddrPort(c.Remote).Addr())
			})
		})
	case "aws:num-established-tcp-connections":
		return int64(doc.Metrics.Connections.Established.Total) <= *v.Count
	case "aws:all-bytes-out":
		return doc.Metrics.Network.BytesOut <= *v.Count
	case BatteryMetric:
		values, ok := doc.Custom[BatteryMetric]
		return !ok || values[0].Number >= *v.Number
	default:
		t.Fatalf("metric %s is not known here", *b.Metric)
		return false
	}
}

func TestAttacksViolateTheDemoProfile(t *testing.T) {
	tests := []struct {
		name  string
		under attackSet
		want  map[string][]string // by model; others: none
	}{
		{"ok/nothing", 0, nil},
		{"ok/telnet", 1 << telnet, map[string][]string{"camera": {"known-tcp-ports"}, "sensor": {"known-tcp-ports"}, "gateway": {"known-tcp-ports"}}},
		{"ok/scanning", 1 << scanning, map[string][]string{
			"camera":  {"known-destinations", "few-connections"},
			"sensor":  {"known-destinations", "few-connections"},
			"gateway": {"known-destinations", "few-connections"}}},
		{"ok/exfiltration", 1 << exfiltration, map[string][]string{"camera": {"bytes-out"}, "sensor": {"bytes-out"}, "gateway": {"bytes-out"}}},
		{"ok/battery", 1 << batteryDrop, map[string][]string{"sensor": {"battery-charged"}}},
	}
	now := time.Unix(1767225600, 0)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, d := range newFleet(20, 7) {
				for i := range 50 {
					report := d.report(now.Add(time.Duration(i)*2*time.Second), 2*time.Second, tt.under)
					if diff := cmp.Diff(tt.want[d.name], violated(t, DemoProfile(), report)); diff != "" {
						t.Fatalf("%s: %s\nviolates (-want +got):\n%s", d.thing, report, diff)
					}
				}
			}
		})
	}
}

// In a whole window of normal life, bytes stay below the limit too.
func TestNormalTrafficOfAWindow(t *testing.T) {
	var limit int64
	for _, b := range DemoProfile().Behaviors {
		if *b.Name == "bytes-out" {
			limit = *b.Criteria.Value.Count
		}
	}
	for _, d := range newFleet(10, 1) {
		sum := int64(0)
		for range 150 {
			var doc reportDocument
			if err := json.Unmarshal(d.report(time.Unix(0, 0), 2*time.Second, 0), &doc); err != nil {
				t.Fatal(err)
			}
			sum += doc.Metrics.Network.BytesOut
		}
		if sum > limit/2 {
			t.Errorf("%s sends %d bytes in 300 s, the limit is %d", d.thing, sum, limit)
		}
	}
}

func TestFleetDependsOnTheSeedAlone(t *testing.T) {
	life := func(seed uint64) string {
		var b strings.Builder
		for _, d := range newFleet(10, seed) {
			for i := range 3 {
				fmt.Fprintf(&b, "%s %s\n", d.thing, d.report(time.Unix(int64(i), 0), time.Second, attackSet(i)))
			}
		}
		fmt.Fprint(&b, planRound(newFleet(50, seed), seed, 2))
		return b.String()
	}
	if first, again := life(1), life(1); first != again {
		t.Error("the same seed gives two fleets")
	}
	if life(1) == life(2) {
		t.Error("two seeds give the same fleet")
	}
}

func TestReportIDsGrow(t *testing.T) {
	d := newFleet(1, 1)[0]
	var got []int64
	for _, at := range []int64{100, 100, 101, 200, 150} {
		got = append(got, d.nextID(time.Unix(at, 0)))
	}
	if diff := cmp.Diff([]int64{100, 101, 102, 200, 201}, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func TestPlanHitsTheRightModels(t *testing.T) {
	fleet := newFleet(50, 3)
	models := map[string]*model{}
	for _, d := range fleet {
		models[d.thing] = d.model
	}
	if len(models) != 50 {
		t.Fatalf("%d names for 50 devices", len(models))
	}
	for round := range 5 {
		for a, things := range planRound(fleet, 3, round) {
			if len(things) != scripts[a].count {
				t.Errorf("round %d, attack %d: %d victims, want %d", round, a, len(things), scripts[a].count)
			}
			for _, thing := range things {
				if models[thing] != scripts[a].victims {
					t.Errorf("round %d, attack %d hits %s", round, a, thing)
				}
			}
		}
	}
	if small := planRound(newFleet(1, 3), 3, 0); len(small[telnet]) != 1 || len(small[scanning]) != 0 {
		t.Errorf("plan for a fleet of one camera: %v", small)
	}
}

func TestCuesAreInOrder(t *testing.T) {
	list := cues(20 * time.Second)
	if len(list) != 2*int(attacks) || !slices.IsSortedFunc(list, func(a, b cue) int { return int(a.at - b.at) }) {
		t.Errorf("cues %v", list)
	}
}

func BenchmarkDeviceReport(b *testing.B) {
	d := newFleet(1, 1)[0]
	b.ReportAllocs()
	for b.Loop() {
		d.report(time.Unix(1767225600, 0), time.Second, 0)
	}
}
