package detect_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vedette/api"
	"vedette/detect"
	"vedette/record"
	"vedette/violation"
)

// oracleRounds times rapid's number of checks (-rapid.checks, default 100) is
// the number of histories that TestOracle compares.
const oracleRounds = 20

// TestOracle compares what the engine says of random histories with what the
// oracle says. A failure prints the shortest history found that shows it.
func TestOracle(t *testing.T) {
	var failed []entry
	var how conditions
	t.Cleanup(func() {
		if failed != nil {
			t.Logf("the shortest history found:\n%s", shortest(failed, how))
		}
	})
	for range oracleRounds {
		rapid.Check(t, func(rt *rapid.T) {
			entries := drawHistory(rt)
			for _, c := range []conditions{
				{},
				{ticks: true},
				{restarts: rapid.SliceOfN(rapid.IntRange(0, len(entries)-1), 1, 4).Draw(rt, "restarts"), ticks: rapid.Bool().Draw(rt, "ticks")},
			} {
				if diff := compare(entries, c); diff != "" {
					failed, how = entries, c
					rt.Fatalf("%+v (-oracle +engine):\n%s", c, diff)
				}
			}
		})
	}
}

// conditions are how a history reaches the engine; they must not matter.
type conditions struct {
	ticks    bool  // as soon as something is due
	restarts []int // the engine is replaced by its snapshot before these entries
}

// compare returns the differences between oracle and engine, "" for none.
func compare(entries []entry, c conditions) string {
	records, got, err := runEngine(entries, c)
	if err != nil {
		return err.Error()
	}
	o, err := newOracle(records)
	if err != nil {
		return err.Error()
	}
	want := o.judge()
	if c.ticks {
		for _, j := range want {
			if r := records[j.Pos-1]; j.Time < r.At && r.At != j.Time+1 {
				return fmt.Sprintf("Due was late for %v", j)
			}
		}
	}
	return differences(full(want), full(got))
}

// differences returns the lines that only one of the lists has or that both
// have in another order.
func differences(want, got []string) string {
	var out strings.Builder
	for len(want)+len(got) > 0 {
		switch {
		case len(want) > 0 && len(got) > 0 && want[0] == got[0]:
			want, got = want[1:], got[1:]
		case len(want) > 0 && !slices.Contains(got, want[0]):
			out.WriteString("- " + want[0] + "\n")
			want = want[1:]
		case len(got) > 0:
			out.WriteString("+ " + got[0] + "\n")
			got = got[1:]
		default:
			out.WriteString("- " + want[0] + "\n")
			want = want[1:]
		}
	}
	return out.String()
}

// full returns all that two judgments must have in common.
func full(list []judgment) []string {
	var out []string
	for _, j := range list {
		out = append(out, fmt.Sprintf("%v %s %s", j, j.CriteriaType, j.Definition))
	}
	return out
}

// runEngine returns the records that reached the engine and its events, in the
// order of the oracle's.
func runEngine(entries []entry, c conditions) ([]record.Record, []judgment, error) {
	g := &gauged{engine: detect.New(detect.Options{}), episodes: make(map[string]uint64)}
	for i, e := range entries {
		if slices.Contains(c.restarts, i) {
			if err := g.restart(); err != nil {
				return nil, nil, err
			}
		}
		for due := g.engine.Due(); c.ticks && due != 0 && due <= e.at; due = g.engine.Due() {
			if err := g.apply(entry{at: due}); err != nil {
				return nil, nil, err
			}
		}
		if err := g.apply(e); err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(g.events, compareJudgments)
	return g.records, g.events, nil
}

// A gauged engine writes down what it is given and what it says.
type gauged struct {
	engine   *detect.Engine
	records  []record.Record
	events   []judgment
	episodes map[string]uint64 // by violation id
}

var violationID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (g *gauged) apply(e entry) error {
	r, err := e.record(uint64(len(g.records)) + 1)
	if err != nil {
		return err
	}
	g.records = append(g.records, r)
	var fx violation.Effects
	due := g.engine.Due()
	if err := g.engine.Apply(&r, &fx); err != nil {
		return err
	}
	if r.Kind == record.KindTick && due != 0 && due <= r.At && g.engine.Due() == due {
		return fmt.Errorf("tick at %d does not help: due is still %d", r.At, due)
	}
	for i, v := range fx.Events {
		j := judgment{Event: v}
		if v.Type == api.ViolationEventTypeInAlarm {
			if g.episodes[v.ID] != 0 || !violationID.MatchString(v.ID) {
				return fmt.Errorf("violation id %q is not new or not an id", v.ID)
			}
			g.episodes[v.ID] = v.Pos
		}
		j.episode = g.episodes[v.ID]
		for _, a := range fx.Alerts {
			if a.Event == i {
				j.alerts = append(j.alerts, a)
			}
		}
		var b api.Behavior
		if err := json.Unmarshal([]byte(v.Definition), &b); err != nil {
			return fmt.Errorf("definition %q: %w", v.Definition, err)
		}
		j.Definition = encode(b)
		g.events = append(g.events, j)
	}
	return nil
}

func (g *gauged) restart() error {
	var buf strings.Builder
	if _, err := g.engine.Freeze().WriteTo(&buf); err != nil {
		return err
	}
	e, err := detect.Load(strings.NewReader(buf.String()), detect.Options{})
	g.engine = e
	return err
}

// shortest leaves out of a history what is not needed to show a difference.
func shortest(entries []entry, c conditions) string {
	if len(c.restarts) > 0 {
		c.restarts = nil
		for i := range entries {
			c.restarts = append(c.restarts, i)
		}
	}
	fails := func(e []entry) bool { return len(e) > 0 && isLegal(e) && compare(e, c) != "" }
	for size := len(entries) / 2; size > 0; size /= 2 {
		for i := 0; i+size <= len(entries); {
			if shorter := slices.Delete(slices.Clone(entries), i, i+size); fails(shorter) {
				entries = shorter
			} else {
				i += size
			}
		}
	}
	entries = simpler(entries, fails)
	return fmt.Sprintf("%s\n%+v (-oracle +engine):\n%s", script(entries), c, compare(entries, c))
}

// simpler leaves values out of the reports.
func simpler(entries []entry, fails func([]entry) bool) []entry {
	for i := range entries {
		for e := entries[i]; e.report != nil; {
			r := *e.report
			shorter := slices.Clone(entries)
			shorter[i].report = &r
			changed := false
			for bit := range 16 {
				before := r
				r.Counted &^= 1 << bit
				r.Listed &^= 1 << bit
				if r.Counted == before.Counted && r.Listed == before.Listed {
					continue
				}
				if !fails(shorter) {
					r = before
				}
			}
			for len(r.Custom) > 0 && !changed {
				before := r.Custom
				r.Custom = nil
				if !fails(shorter) {
					r.Custom = before
				}
				changed = true
			}
			entries = shorter
			break
		}
	}
	return entries
}

func isLegal(entries []entry) bool {
	var w world
	for _, e := range entries {
		if e.change == nil || e.change.Revision <= w.revision {
			continue
		}
		if !w.legal(e.change) {
			return false
		}
		w = w.after(e.change)
	}
	return true
}
