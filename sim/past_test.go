package sim

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestPastDependsOnTheSeedAlone(t *testing.T) {
	begin := time.Unix(1_767_225_600, 0)
	plan := func(seed uint64) []incident {
		return planPast(newFleet(50, seed), seed, begin, begin.Add(14*24*time.Hour)).attacks
	}
	first := plan(1)
	if !reflect.DeepEqual(first, plan(1)) {
		t.Error("the same seed gives two pasts")
	}
	if reflect.DeepEqual(first, plan(2)) {
		t.Error("two seeds give the same past")
	}
	if len(first) < 20 {
		t.Errorf("only %d attacks in 14 days", len(first))
	}
	lasting := 0
	for _, in := range first {
		if in.end.IsZero() {
			lasting++
		}
	}
	if lasting != len(lastingAttacks) {
		t.Errorf("%d attacks last, want %d", lasting, len(lastingAttacks))
	}
}

// TestFleetRelives: a fleet reports every five minutes of its past, and goes on with
// what lasts.
func TestFleetRelives(t *testing.T) {
	b := startBroker(t, &broker{})
	const hours = 30
	clock := NewClock(time.Now().Add(-hours * time.Hour))
	f := NewFleet(FleetOptions{Addr: b.addr, Devices: 20, Seed: 5, Now: clock.Now, Interval: 20 * time.Millisecond, Calm: true})
	var told time.Time
	if err := f.Relive(t.Context(), clock, func(at time.Time) { told = at }); err != nil {
		t.Fatal(err)
	}
	if left := time.Since(told); left < 0 || left > pastInterval {
		t.Errorf("the past ended %v ago", left)
	}
	reports := map[string]int{}
	last := map[string]int64{}
	for _, m := range b.received() {
		var doc reportDocument
		if err := json.Unmarshal(m.payload, &doc); err != nil {
			t.Fatalf("report %s: %v", m.payload, err)
		}
		thing := strings.Split(m.topic, "/")[2]
		if passed := doc.Header.ID - last[thing]; last[thing] != 0 && passed%int64(pastInterval/time.Second) != 0 {
			t.Fatalf("%s reports after %d s", thing, passed)
		}
		last[thing] = doc.Header.ID
		reports[thing]++
	}
	lost := map[string]bool{}
	for _, d := range f.devices {
		lost[d.thing] = d.lost
		if n := reports[d.thing]; !d.lost && (n < hours*6 || n > hours*12) {
			t.Errorf("%s reported %d times in %d hours", d.thing, n, hours)
		}
	}
	stop := runOn(t, f)
	before := len(b.received())
	b.waitFor(t, "report of a device that is still attacked", func(messages []brokerMessage) bool {
		recent := messages[max(0, len(messages)-40):]
		for _, m := range recent {
			if len(messages) > before+100 && bytes.Contains(m.payload, []byte(`"port":23}`)) {
				return true
			}
		}
		return false
	})
	stop()
	for _, m := range b.received()[before:] {
		if thing := strings.Split(m.topic, "/")[2]; lost[thing] {
			t.Errorf("%s reports though it is away", thing)
		}
	}
	if stats := f.Stats(); stats.Connected != 0 || stats.Rejected != 0 {
		t.Errorf("stats %+v", stats)
	}
}
