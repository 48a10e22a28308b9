package suggest_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"vedette/api"
	"vedette/detect/suggest"
	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/violation"
)

// catalog is one without dimensions, whose custom metrics are numbers, or lists of
// strings.
type catalog struct{}

func (catalog) Dimension(string) bool { return false }
func (catalog) CustomMetric(name string) (api.CustomMetricType, bool) {
	if name == "words" {
		return api.CustomMetricTypeStringList, true
	}
	return api.CustomMetricTypeNumber, true
}

const (
	begin = 1_767_225_600_000 // 2026-01-01T00:00:00Z
	step  = 300_000
	day   = 288 // steps
)

// things is a fleet: what each thing says at each step; nil: nothing.
type things struct {
	n     int
	steps int
	every int64 // ms
	value func(thing, i int) any
}

// each implements suggest.Fleet.
func (f things) each(visit func(string, []violation.Chunk) error) error {
	for thing := range f.n {
		var chunks []violation.Chunk
		var state chunk.State
		var lists chunk.Interner
		var buf []byte
		end := func() {
			if len(buf) > 0 {
				chunks = append(chunks, violation.Chunk{Data: state.Seal(nil, buf)})
			}
			state, buf = chunk.State{}, nil
		}
		for i := range f.steps {
			at := begin + int64(i)*f.every
			var err error
			for again := true; again; {
				again = false
				v := f.value(thing, i)
				if v == nil {
					continue
				}
				if buf == nil {
					state = chunk.New(map[string]chunk.Kind{"int": chunk.Counts, "float64": chunk.Number, "[]uint16": chunk.Ports, "[]netip.Addr": chunk.Addresses, "[][]uint8": chunk.Strings}[fmt.Sprintf("%T", v)])
				}
				switch v := v.(type) {
				case int:
					buf, err = state.AppendCount(buf, at, int64(v))
				case float64:
					buf, err = state.AppendNumber(buf, at, v)
				case []uint16:
					buf, err = lists.AppendPorts(&state, buf, at, v)
				case []netip.Addr:
					buf, err = lists.AppendAddresses(&state, buf, at, v)
				case [][]byte:
					buf, err = lists.AppendStrings(&state, buf, at, v)
				}
				if errors.Is(err, chunk.ErrFull) {
					end()
					again = true
				} else if err != nil {
					return err
				}
			}
		}
		end()
		if err := visit(fmt.Sprintf("t-%03d", thing), chunks); err != nil {
			return err
		}
	}
	return nil
}

func ask(t *testing.T, name string, f things) *suggest.Suggestion {
	t.Helper()
	info, ok := metric.Lookup(name)
	if !ok {
		kind, _ := catalog{}.CustomMetric(name)
		info = metric.Info{ID: metric.Custom, Name: name, Kind: metric.KindOf(kind)}
	}
	if f.every == 0 {
		f.every = step
	}
	s, err := suggest.For(suggest.Question{Series: metric.Series{Metric: name}, Info: info, From: begin, To: begin + 60*86_400_000}, catalog{}, f.each)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A loud device does not say what is normal: it is what the behavior finds.
func TestOddDevice(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	s := ask(t, "aws:all-bytes-out", things{n: 100, steps: 7 * day, value: func(thing, i int) any {
		if thing == 42 {
			return 900_000 + r.IntN(1000)
		}
		return 1000 + r.IntN(1000)
	}})
	c := s.Behavior.Criteria
	if got := *c.Value.Count; got != 2500 {
		t.Errorf("threshold %d, want 2500: 2000 and a quarter", got)
	}
	if *c.DurationSeconds != 300 || *c.ConsecutiveDatapointsToAlarm != 1 {
		t.Errorf("%d s, %d datapoints in a row; want 300 and 1", *c.DurationSeconds, *c.ConsecutiveDatapointsToAlarm)
	}
	if a := s.Alarms; a.Raised != 1 || a.Things != 1 || !slices.Equal(a.Names, []string{"t-042"}) {
		t.Errorf("alarms %+v, want one, of t-042", a)
	}
	if s.Things != 100 || s.Datapoints != 100*7*day || s.Numbers.Max < 900_000 || s.Numbers.P50 > 2000 || len(s.Warnings) != 0 {
		t.Errorf("%+v %+v", s, s.Numbers)
	}
	if s.DeviceDays < 699 || s.DeviceDays > 701 {
		t.Errorf("%v device-days, want 700", s.DeviceDays)
	}
}

// Spikes of two datapoints are normal; what lasts longer is not.
func TestSpikes(t *testing.T) {
	s := ask(t, "aws:num-established-tcp-connections", things{n: 50, steps: 14 * day, value: func(thing, i int) any {
		switch {
		case thing < 12 && (i == 100 || i == 101), thing == 30 && i > 200 && i < 260:
			return 500
		}
		return 3
	}})
	if got, n := *s.Behavior.Criteria.Value.Count, *s.Behavior.Criteria.ConsecutiveDatapointsToAlarm; n != 3 || got != 4 {
		t.Errorf("limit %d, %d datapoints in a row; want 4 and 3 in a row", got, n)
	}
	if s.Alarms.Raised != 1 || !slices.Equal(s.Alarms.Names, []string{"t-030"}) {
		t.Errorf("%+v", s.Alarms)
	}
	if s.Behavior.Criteria.DurationSeconds != nil {
		t.Error("a gauge has no durationSeconds")
	}
}

// Reports every minute are summed over the window.
func TestWindowOfShortReports(t *testing.T) {
	s := ask(t, "aws:all-bytes-out", things{n: 20, steps: 1440, every: 60_000, value: func(int, int) any { return 100 }})
	if got := *s.Behavior.Criteria.DurationSeconds; got != 300 {
		t.Errorf("durationSeconds %d, want 300", got)
	}
	if s.Numbers.P50 != 500 || *s.Behavior.Criteria.Value.Count != 800 || s.Alarms.Raised != 0 {
		t.Errorf("%+v, limit %d", s.Numbers, *s.Behavior.Criteria.Value.Count)
	}
	slow := ask(t, "aws:all-bytes-out", things{n: 20, steps: 48, every: 3_590_000, value: func(int, int) any { return 100 }})
	if got := *slow.Behavior.Criteria.DurationSeconds; got != 3600 {
		t.Errorf("durationSeconds %d, want 3600", got)
	}
}

func TestThresholds(t *testing.T) {
	for name, test := range map[string]struct {
		metric string
		value  any
		want   float64
	}{
		"ok/no failures":    {"aws:num-authorization-failures", 0, 1},
		"ok/small counts":   {"aws:num-listening-tcp-ports", 3, 4},
		"ok/bytes":          {"aws:all-bytes-in", 18_000_000, 25_000_000},
		"ok/zero":           {"heat", 0.0, 0},
		"ok/fraction":       {"heat", 0.1, 0.15},
		"ok/below zero":     {"heat", -40.0, -30},
		"ok/far below zero": {"heat", -1000.0, -600},
		"ok/degrees":        {"heat", 21.5, 30},
	} {
		t.Run(name, func(t *testing.T) {
			s := ask(t, test.metric, things{n: 12, steps: 300, value: func(int, int) any { return test.value }})
			v := s.Behavior.Criteria.Value
			got := api.Value(v.Number)
			if v.Count != nil {
				got = float64(*v.Count)
			}
			if got != test.want {
				t.Errorf("threshold %v, want %v", got, test.want)
			}
			if s.Alarms.Raised != 0 {
				t.Errorf("%d alarms", s.Alarms.Raised)
			}
		})
	}
}

func TestTotalsAreLeftOut(t *testing.T) {
	f := things{n: 30, steps: 2 * day, value: func(thing, i int) any {
		if thing%10 == 3 {
			return 1_000_000 + i*5000
		}
		return 4000 + (i*7919)%1000
	}}
	s := ask(t, "aws:all-bytes-out", f)
	if s.Totals != 3 || !slices.Equal(s.TotalsOf, []string{"t-003", "t-013", "t-023"}) || s.Things != 27 {
		t.Errorf("totals of %d: %v; %d things", s.Totals, s.TotalsOf, s.Things)
	}
	if *s.Behavior.Criteria.Value.Count != 8000 || s.Alarms.Raised != 0 || !strings.Contains(strings.Join(s.Warnings, " "), "3 things send totals") {
		t.Errorf("limit %d, alarms %+v, warnings %q", *s.Behavior.Criteria.Value.Count, s.Alarms, s.Warnings)
	}
	f.value = func(_, i int) any { return i * 10 }
	if s := ask(t, "aws:all-bytes-out", f); s.Behavior != nil || s.Totals != 30 || len(s.Warnings) == 0 {
		t.Errorf("nothing but totals: %+v", s)
	}
}

func TestPorts(t *testing.T) {
	s := ask(t, "aws:listening-tcp-ports", things{n: 60, steps: 2 * day, value: func(thing, i int) any {
		switch {
		case thing == 7 && i > 100:
			return []uint16{22, 23, 443}
		case thing < 4:
			return []uint16{22, 443, 8080}
		case i%2 == 0:
			return []uint16{}
		}
		return []uint16{22, 443}
	}})
	if got := s.Behavior.Criteria.Value.Ports; !slices.Equal(got, []int32{22, 443, 8080}) {
		t.Errorf("ports %v", got)
	}
	if l := s.Lists; l.Members != 4 || l.Normal != 3 || len(l.Rare) != 1 || l.Rare[0].Text != "23" || !slices.Equal(l.Rare[0].Names, []string{"t-007"}) {
		t.Errorf("%+v", l)
	}
	if s.Alarms.Raised != 1 || !slices.Equal(s.Alarms.Names, []string{"t-007"}) {
		t.Errorf("%+v", s.Alarms)
	}
}

// Addresses of a network that is in use by the fleet are normal, though each is used by
// few; those that one thing alone scans are not.
func TestAddresses(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	s := ask(t, "aws:destination-ip-addresses", things{n: 40, steps: day, value: func(thing, i int) any {
		list := []netip.Addr{netip.MustParseAddr("192.0.2.7"), netip.AddrFrom4([4]byte{198, 51, 100, byte(r.IntN(100))})}
		if thing == 5 && i > 50 {
			list = append(list, netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}))
		}
		return list
	}})
	cidrs := s.Behavior.Criteria.Value.Cidrs
	if !slices.Equal(cidrs, []string{"192.0.2.7/32", "198.51.100.0/25"}) {
		t.Errorf("networks %v", cidrs)
	}
	if s.Alarms.Things != 1 || len(s.Lists.Rare) != 50 || s.Lists.Rare[0].Names[0] != "t-005" {
		t.Errorf("%+v, %d rare", s.Alarms, len(s.Lists.Rare))
	}
}

func TestNothingInCommon(t *testing.T) {
	own := func(thing, _ int) any { return [][]byte{fmt.Appendf(nil, "serial-%d", thing)} }
	for name, test := range map[string]struct {
		f    things
		want string
	}{
		"own words": {things{n: 300, steps: 3, value: own}, "nothing in common"},
		"no words":  {things{n: 300, steps: 3, value: func(int, int) any { return [][]byte{} }}, "empty"},
		"many words": {things{n: 20, steps: 30, value: func(_, i int) any {
			var list [][]byte
			for k := range 20 {
				list = append(list, fmt.Appendf(nil, "word-%d", i*20+k))
			}
			return list
		}}, "no small one"},
	} {
		t.Run(name, func(t *testing.T) {
			s := ask(t, "words", test.f)
			if s.Behavior != nil || !strings.Contains(strings.Join(s.Warnings, "\n"), test.want) {
				t.Errorf("behavior %v, warnings %q, want one with %q", s.Behavior, s.Warnings, test.want)
			}
		})
	}
}

func TestTooLittle(t *testing.T) {
	if s := ask(t, "heat", things{n: 3, steps: 10, value: func(int, int) any { return nil }}); s.Things != 0 || s.Behavior != nil || s.Warnings != nil {
		t.Errorf("no values: %+v", s)
	}
	s := ask(t, "heat", things{n: 1, steps: 1, value: func(int, int) any { return 1.5 }})
	if s.Behavior == nil || len(s.Warnings) != 3 || !strings.HasPrefix(s.Warnings[0], "It rests on 1 thing only") {
		t.Errorf("one value: %+v", s)
	}
	one := ask(t, "words", things{n: 1, steps: 2, value: func(int, int) any { return [][]byte{[]byte("a")} }})
	if one.Behavior == nil || !slices.Equal(one.Behavior.Criteria.Value.Strings, []string{"a"}) {
		t.Errorf("one thing: %+v", one)
	}
	bad := suggest.Question{Series: metric.Series{Metric: "heat"}, Info: metric.Info{Kind: metric.Number}, To: 1}
	_, err := suggest.For(bad, catalog{}, func(visit func(string, []violation.Chunk) error) error {
		return visit("a", []violation.Chunk{{Data: []byte("no chunk")}})
	})
	if err == nil || !strings.Contains(err.Error(), "heat") {
		t.Errorf("damaged chunk: got %v", err)
	}
}

// Of things whose deltas are made from totals, only what came since they are counts.
func TestConvertedThings(t *testing.T) {
	const since = 3 * day
	r, total := rand.New(rand.NewPCG(1, 1)), 0
	f := things{n: 30, steps: 7 * day, every: step, value: func(thing, i int) any {
		delta := 1000 + r.IntN(1000)
		if thing%10 != 3 || i > since {
			return delta
		}
		total += delta
		return total
	}}
	info, _ := metric.Lookup("aws:all-bytes-out")
	q := suggest.Question{Series: metric.Series{Metric: info.Name}, Info: info, From: begin, To: begin + 60*86_400_000, DeltasSince: func(thing string) int64 {
		if strings.HasSuffix(thing, "3") {
			return begin + since*step
		}
		return 0
	}}
	s, err := suggest.For(q, catalog{}, f.each)
	if err != nil {
		t.Fatal(err)
	}
	if s.Totals != 0 || s.Converted != 3 || !slices.Equal(s.ConvertedOf, []string{"t-003", "t-013", "t-023"}) || s.Things != 30 || s.Datapoints != 27*7*day+3*(4*day-1) {
		t.Errorf("totals of %d, converted %d: %v; %d things, %d datapoints", s.Totals, s.Converted, s.ConvertedOf, s.Things, s.Datapoints)
	}
	if s.Numbers.Max > 2000 || s.Alarms.Raised != 0 || !strings.Contains(strings.Join(s.Warnings, " "), "3 things send totals since the start, of which the server makes deltas") {
		t.Errorf("%+v, %+v, %q", s.Numbers, s.Alarms, s.Warnings)
	}

	// Nothing came since.
	f.steps = since
	if s, err = suggest.For(q, catalog{}, func(visit func(string, []violation.Chunk) error) error {
		return f.each(func(thing string, chunks []violation.Chunk) error {
			if thing != "t-003" {
				return nil
			}
			return visit(thing, chunks)
		})
	}); err != nil || s.Behavior != nil || s.Things != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}
