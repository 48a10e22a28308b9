package sim

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"vedette/api"
	"vedette/detect"
	"vedette/detect/suggest"
	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/violation"
)

// memory keeps some metrics of a fleet that reports every 300 s.
type memory struct {
	names  []string
	chunks map[metric.ID]map[string][]violation.Chunk
}

const memoryBegins = 1_764_201_600_000

// remember lets a fleet report for some days; under says which attacks a device is under
// at its n-th report.
func remember(t *testing.T, fleet []*device, days int, under func(d *device, n int) attackSet) *memory {
	t.Helper()
	m := &memory{chunks: map[metric.ID]map[string][]violation.Chunk{}}
	kinds := map[metric.ID]chunk.Kind{metric.AllBytesOut: chunk.Counts, metric.ListeningTCPPorts: chunk.Ports, metric.DestinationIPAddresses: chunk.Addresses}
	for id := range kinds {
		m.chunks[id] = map[string][]violation.Chunk{}
	}
	var report metric.Report
	var lists chunk.Interner
	for _, d := range fleet {
		m.names = append(m.names, d.thing)
		for day := range days {
			states, bufs := map[metric.ID]chunk.State{}, map[metric.ID][]byte{}
			seal := func(id metric.ID) {
				if state := states[id]; state.Len() > 0 {
					m.chunks[id][d.thing] = append(m.chunks[id][d.thing], violation.Chunk{Data: state.Seal(nil, bufs[id])})
				}
				states[id], bufs[id] = chunk.New(kinds[id]), nil
			}
			for id := range kinds {
				seal(id)
			}
			for n := range 288 {
				n += day * 288
				at := int64(memoryBegins + n*300_000)
				if err := metric.ParseReport(metric.JSON, d.report(time.UnixMilli(at), 5*time.Minute, under(d, n)), &report); err != nil {
					t.Fatal(err)
				}
				for id := range kinds {
					for range 2 {
						state, err := states[id], error(nil)
						switch id {
						case metric.AllBytesOut:
							count, _ := report.Count(id)
							bufs[id], err = state.AppendCount(bufs[id], at, count)
						case metric.ListeningTCPPorts:
							bufs[id], err = lists.AppendPorts(&state, bufs[id], at, report.TCPPorts)
						case metric.DestinationIPAddresses:
							bufs[id], err = lists.AppendAddresses(&state, bufs[id], at, unmapped(report.Destinations))
						}
						states[id] = state
						if err == nil {
							break
						}
						seal(id) // it was full
					}
				}
			}
			for id := range kinds {
				seal(id)
			}
		}
	}
	slices.Sort(m.names)
	return m
}

func unmapped(list []netip.Addr) []netip.Addr {
	out := slices.Clone(list)
	for i, a := range out {
		out[i] = a.Unmap()
	}
	return out
}

func (m *memory) suggest(t *testing.T, id metric.ID, within func(thing string) bool) *suggest.Suggestion {
	t.Helper()
	info, _ := metric.Lookup(id.String())
	q := suggest.Question{Series: metric.Series{Metric: info.Name}, Info: info, From: memoryBegins, To: memoryBegins + 100*86_400_000}
	s, err := suggest.For(q, nil, func(visit func(string, []violation.Chunk) error) error {
		for _, name := range m.names {
			if within != nil && !within(name) {
				continue
			}
			if err := visit(name, m.chunks[id][name]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if faults := detect.Validate([]api.Behavior{*s.Behavior}, nil); faults != nil {
		t.Fatal(faults)
	}
	return s
}

// The attacks that the fleet is under on its last day are what the suggested behaviors
// find; nobody else raises an alarm.
func TestSuggestionsFindTheAttacks(t *testing.T) {
	fleet := newFleet(100, 1)
	loud, scanned, infected := "camera-03", "gateway-04", "camera-07"
	m := remember(t, fleet, 4, func(d *device, n int) (under attackSet) {
		switch last := n >= 3*288+100; {
		case last && d.thing == loud:
			under |= 1 << exfiltration
		case last && d.thing == scanned:
			under |= 1 << scanning
		case last && d.thing == infected:
			under |= 1 << telnet
		}
		return under
	})
	cameras := func(thing string) bool { return thing[:6] == "camera" }
	for _, test := range []struct {
		metric metric.ID
		within func(string) bool
		odd    string
	}{
		{metric.AllBytesOut, nil, loud},
		{metric.AllBytesOut, cameras, loud},
		{metric.ListeningTCPPorts, nil, infected},
		{metric.ListeningTCPPorts, cameras, infected},
		{metric.DestinationIPAddresses, nil, scanned},
	} {
		s := m.suggest(t, test.metric, test.within)
		t.Logf("%s: %+v, %+v, alarms %+v", test.metric, s.Behavior.Criteria.Value, s.Numbers, s.Alarms)
		if !slices.Equal(s.Alarms.Names, []string{test.odd}) {
			t.Errorf("%s: alarms of %v, want one of %s", test.metric, s.Alarms.Names, test.odd)
		}
		if s.Totals != 0 || len(s.Warnings) != 0 {
			t.Errorf("%s: %d send totals; warnings %q", test.metric, s.Totals, s.Warnings)
		}
	}
}
