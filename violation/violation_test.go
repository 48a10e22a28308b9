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
		"chunks":     func() { e.Chunks = append(e.Chunks, Chunk{Data: []byte("x")}) },
		"drops":      func() { e.Drops = append(e.Drops, Drop{Metric: "x"}) },
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
	if chunks := e.Chunks[:1]; chunks[0].Data != nil {
		t.Error("Reset keeps the data of a forgotten chunk")
	}
}

func TestCut(t *testing.T) {
	var e Effects
	add := func(name string) {
		e.Events = append(e.Events, Event{Value: name})
		e.Updates = append(e.Updates, Update{ID: name})
		e.Alerts = append(e.Alerts, Alert{Target: name})
		e.Chunks = append(e.Chunks, Chunk{Thing: name})
		e.Drops = append(e.Drops, Drop{Metric: name})
	}
	add("a")
	mark := e.Mark()
	add("b")
	e.Cut(mark)
	if e.Mark() != mark || e.Events[0].Value != "a" || e.Updates[0].ID != "a" || e.Alerts[0].Target != "a" || e.Chunks[0].Thing != "a" || e.Drops[0].Metric != "a" {
		t.Errorf("after Cut got %+v, want the first of each and no more", e)
	}
}
