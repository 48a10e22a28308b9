package violation

import "testing"

func TestReset(t *testing.T) {
	e := Effects{Shard: 1, Epoch: 2, Position: 3}
	if !e.Empty() {
		t.Error("effects without events, updates and alerts: got not empty")
	}
	for name, fill := range map[string]func(){
		"events":     func() { e.Events = append(e.Events, Event{Value: "{}"}) },
		"updates":    func() { e.Updates = append(e.Updates, Update{ID: "x"}) },
		"alerts":     func() { e.Alerts = append(e.Alerts, Alert{Target: "x"}) },
		"thresholds": func() { e.Thresholds = append(e.Thresholds, Threshold{Profile: "x"}) },
	} {
		fill()
		if e.Empty() {
			t.Errorf("%s: got empty", name)
		}
		e.Reset()
		if !e.Empty() || e.Position != 3 || e.Epoch != 2 || e.Shard != 1 {
			t.Errorf("%s: after Reset got %+v, want the place kept and nothing else", name, e)
		}
	}
	if events := e.Events[:1]; events[0].Value != "" {
		t.Error("Reset keeps what a forgotten event pointed to")
	}
}
