package detect_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"vedette/api"
	"vedette/detect"
	"vedette/record"
	"vedette/violation"
)

var (
	oracleHistories = flag.Int("oracle.histories", 2000, "number of random histories to compare with the oracle, a tenth of it with -short")
	oracleSeed      = flag.Uint64("oracle.seed", 0, "seed of the first of them; 0: a random one")
)

// TestOracle compares what the engine says of random histories with what the
// oracle says. A failure prints the shortest history found that shows it.
func TestOracle(t *testing.T) {
	first := *oracleSeed
	if first == 0 {
		first = rand.Uint64()
	}
	histories := *oracleHistories
	if testing.Short() {
		histories /= 10
	}
	for n := range uint64(histories) {
		compareRandom(t, first+n, oracleThings, 180)
	}
}

// TestOracleCrowd does the same with one long history of many things.
func TestOracleCrowd(t *testing.T) {
	things := make([]string, 1500)
	for i := range things {
		things[i] = fmt.Sprintf("thing-%d", i)
	}
	compareRandom(t, cmp.Or(*oracleSeed, rand.Uint64()), things, 4000)
}

func compareRandom(t *testing.T, seed uint64, things []string, records int) {
	c := drawConditions(seed)
	c.steps *= max(1, len(things)/4)
	c.ticks = c.ticks && len(things) < oracleCrowd // there may be one for each window
	entries := drawHistory(t, seed, things, records, c)
	if diff := compare(entries, c); diff != "" {
		for _, plainer := range []conditions{{}, {ticks: true}, {restarts: everywhere(entries)}, {ticks: true, restarts: everywhere(entries)}} {
			plainer.silence, plainer.steps, plainer.memory, plainer.lag = c.silence, c.steps, c.memory, c.lag
			if compare(entries, plainer) != "" {
				c = plainer
				break
			}
		}
		short := shortest(entries, c)
		t.Fatalf("-oracle.seed=%d\n%s\n%v, - oracle, + engine:\n%s", seed, script(short), c, compare(short, c))
	}
}

// conditions are how a history reaches the engine; they must not matter.
type conditions struct {
	silence  time.Duration
	ticks    bool        // as soon as something is due
	restarts map[int]int // before an entry: the engine goes on for some entries, then it dies and begins again from what it was before
	memory   int64       // budget of open chunks; 0: the default
	lag      int         // thresholds come so many entries after their window has closed, less one; 0: never
	steps    int         // detect.Options.SliceSteps, with each record in a message of its own; 0: all in one
}

func (c conditions) options() detect.Options {
	return detect.Options{SilenceAfter: c.silence, SliceSteps: c.steps}
}

func (c conditions) pos(n int) uint64 {
	if c.steps > 0 {
		return record.Pos(uint64(n), 0)
	}
	return uint64(n)
}

// everywhere are restarts that do not mind when entries are left out.
func everywhere(entries []entry) map[int]int {
	restarts := make(map[int]int)
	for i := range entries {
		restarts[i] = 3
	}
	return restarts
}

func (c conditions) String() string {
	return fmt.Sprintf("silence after %v, a tick whenever one is due: %t, %d restarts, slices of %d steps, %d bytes for values", c.silence, c.ticks, len(c.restarts), c.steps, c.memory)
}

func drawConditions(seed uint64) conditions {
	r := rand.New(rand.NewPCG(seed, 1))
	c := conditions{ticks: r.IntN(2) == 0, restarts: make(map[int]int), silence: detect.DefaultSilenceAfter}
	for range r.IntN(5) {
		c.restarts[r.IntN(150)] = r.IntN(10)
	}
	if r.IntN(3) == 0 {
		c.silence = 30 * time.Minute
	}
	if r.IntN(2) == 0 {
		c.memory = []int64{1, 300, 1000}[r.IntN(3)]
	}
	if r.IntN(2) == 0 {
		c.steps = 1 + r.IntN(12)
	}
	c.lag = []int{1, 1, 2, 4, 12}[r.IntN(5)]
	return c
}

// compare returns the differences between oracle and engine, "" for none.
func compare(entries []entry, c conditions) (diff string) {
	defer func() {
		if r := recover(); r != nil {
			diff = fmt.Sprintf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	l, err := runEngine(entries, c)
	if err != nil {
		return err.Error()
	}
	records, got := l.records, l.said
	o := newOracle(records)
	if diff := o.compareValues(l.values, l.engine); diff != "" {
		return diff
	}
	want := o.judge(c.silence.Milliseconds())
	if c.steps > 0 {
		return differences(placeless(want), placeless(got))
	}
	if c.ticks {
		for _, j := range want {
			r := records[j.Pos-1]
			if j.Type == updated || r.Kind == record.KindThreshold { // which decides about what waited
				continue
			}
			late := r.At != j.Time+1
			if isCloudText(j.Definition) { // where the clock was set back, as soon as it goes on
				late = r.At > j.Time+oracleGrace+1 && !slices.ContainsFunc(records[:j.Pos-1], func(before record.Record) bool { return before.At+1 == r.At })
			}
			if j.Time < r.At && late {
				return fmt.Sprintf("Due was late for %v", j)
			}
		}
	}
	return differences(full(want), full(got))
}

// behaviorOf returns the behavior as an event shows it.
func behaviorOf(e violation.Event) *api.Behavior {
	b := &api.Behavior{}
	if err := json.Unmarshal([]byte(e.Definition), b); err != nil {
		panic(err)
	}
	return b
}

// isCloudText tells whether the JSON of a behavior is on a cloud-side metric.
func isCloudText(definition string) bool {
	var b api.Behavior
	return json.Unmarshal([]byte(definition), &b) == nil && isCloud(&b)
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

// placeless returns the same as full by behavior of a thing, without what slices
// make different: which record brought it about.
func placeless(list []judgment) []string {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b judgment) int {
		return cmp.Or(strings.Compare(a.Thing, b.Thing), strings.Compare(a.Profile, b.Profile), strings.Compare(a.Behavior, b.Behavior), updateFirst(a, b))
	})
	episodes := make(map[string]uint64) // how many there have been
	for i := range list {
		j := &list[i]
		key := j.Thing + " " + j.Profile + " " + j.Behavior
		switch {
		case j.Type == updated: // a record may begin several episodes, which only their events tell apart
			j.episode = 0
		case j.Type == api.ViolationEventTypeInAlarm:
			episodes[key]++
			fallthrough
		default:
			j.episode = episodes[key]
		}
		j.Pos = 0
	}
	return full(list)
}

// full returns all that two judgments must have in common.
func full(list []judgment) []string {
	var out []string
	for _, j := range list {
		out = append(out, fmt.Sprintf("%v %s %s %v", j, j.CriteriaType, j.Definition, j.alerts))
	}
	return out
}

// runEngine returns the life of an engine: with the records that reached it and what
// it said, in the order of the oracle's.
func runEngine(entries []entry, c conditions) (*life, error) {
	l := &life{
		conditions: c, engine: detect.New(c.options()),
		episodes: make(map[string]judgment), values: make(valueLog), lost: make(map[uint64]violation.Effects),
	}
	if c.memory > 0 && len(entries) > 0 {
		if err := l.apply(entry{at: entries[0].at, change: &record.Change{ValueMemory: c.memory}}); err != nil {
			return nil, err
		}
	}
	for i, e := range entries {
		if ahead, ok := c.restarts[i]; ok {
			if err := l.restart(entries[i:min(i+ahead, len(entries))]); err != nil {
				return nil, err
			}
		}
		for due := l.engine.Due(); c.ticks && due != 0 && due <= e.at; due = l.engine.Due() {
			if err := l.apply(entry{at: due}); err != nil {
				return nil, err
			}
			if l.engine.Due() == due {
				return nil, fmt.Errorf("a tick at %d does not help: it is still due", due)
			}
		}
		if err := l.apply(e); err != nil {
			return nil, err
		}
		if err := l.coordinate(); err != nil {
			return nil, err
		}
	}
	for n := 0; l.engine.Sweeping(); n++ {
		if err := l.apply(entry{at: entries[len(entries)-1].at}); err != nil || n > 1000 {
			return nil, fmt.Errorf("%d ticks did not end a sweep: %w", n, err)
		}
	}
	if n := l.engine.Stats().ActiveViolations; n != l.active {
		return nil, fmt.Errorf("%d active violations, by the events there are %d", n, l.active)
	}
	slices.SortStableFunc(l.said, compareJudgments)
	return l, nil
}

// A life is an engine with what it was given and what it said.
type life struct {
	conditions
	engine   *detect.Engine
	records  []record.Record
	said     []judgment
	episodes map[string]judgment // what began each violation, by id
	active   int
	values   valueLog
	clock    int64
	lost     map[uint64]violation.Effects // what a record gave before a restart, by Pos
	gathered uint64                       // windows that the coordinator has seen
	due      []dueThresholds
}

// dueThresholds come after some entries.
type dueThresholds struct {
	entries int
	record  record.Thresholds
}

// coordinate lets the thresholds come that are due, and makes those of new windows.
// Every third one comes twice.
func (l *life) coordinate() error {
	if l.lag == 0 {
		return nil
	}
	if parts, n := l.engine.Partials(); n != l.gathered {
		l.gathered = n
		records, err := detect.Merge([][]detect.Partial{parts})
		if err != nil {
			return err
		}
		for _, r := range records[0] {
			l.due = append(l.due, dueThresholds{l.lag, r})
			if r.End/record.UsageWindow%3 == 0 {
				l.due = append(l.due, dueThresholds{l.lag + 1, r})
			}
		}
	}
	var later []dueThresholds
	for _, d := range l.due {
		if d.entries--; d.entries > 0 {
			later = append(later, d)
			continue
		}
		clear(l.lost) // it was judged without them
		if err := l.apply(entry{at: l.clock, thresholds: &d.record}); err != nil {
			return err
		}
	}
	l.due = later
	return nil
}

var violationID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (l *life) apply(e entry) error {
	r, err := e.record(l.pos(len(l.records) + 1))
	if err != nil {
		return err
	}
	l.records = append(l.records, r)
	var fx violation.Effects
	if err := l.engine.Apply(&r, &fx); (err != nil) != (e.broken != nil) {
		return fmt.Errorf("record %d, broken %t: %w", r.Pos, e.broken != nil, err)
	}
	if lost, ok := l.lost[r.Pos]; ok && !l.ticks && !reflect.DeepEqual(lost, fx) {
		return fmt.Errorf("record %d gave %v, and after a restart %v", r.Pos, lost, fx)
	}
	if err := l.values.add(&fx); err != nil {
		return fmt.Errorf("record %d: %w", r.Pos, err)
	}
	defer func() { l.clock = max(l.clock, r.At) }()
	for i, v := range fx.Events {
		ordered := i > 0 && r.Kind != record.KindThreshold && (l.steps == 0 || v.Thing == fx.Events[i-1].Thing && !isStatistical(behaviorOf(fx.Events[i-1])))
		if ordered && v.Time < fx.Events[i-1].Time-oracleGrace && r.At >= l.clock {
			return fmt.Errorf("record %d gives %v after %v", r.Pos, v, fx.Events[i-1])
		}
		if err := l.event(v, i, fx.Alerts); err != nil {
			return err
		}
	}
	updates := len(l.said) - len(fx.Events)
	for i, u := range fx.Updates {
		began := l.episodes[u.ID]
		j := judgment{episode: began.Pos}
		j.Thing, j.Profile, j.Behavior = began.Thing, began.Profile, began.Behavior
		j.Type, j.Time, j.Value, j.Pos = updated, u.Time, u.Value, r.Pos
		l.said = slices.Insert(l.said, updates+i, j)
	}
	return nil
}

func (l *life) event(v violation.Event, i int, alerts []violation.Alert) error {
	j := judgment{Event: v}
	if v.Type == api.ViolationEventTypeInAlarm {
		if _, known := l.episodes[v.ID]; known || !violationID.MatchString(v.ID) {
			return fmt.Errorf("violation id %q is not new or not an id", v.ID)
		}
		l.episodes[v.ID] = j
		l.active++
	} else {
		l.active--
	}
	j.episode = l.episodes[v.ID].Pos
	for _, a := range alerts {
		if a.Event == i {
			a.Event = 0 // it was the place in a list
			j.alerts = append(j.alerts, a)
		}
	}
	var b api.Behavior
	if err := json.Unmarshal([]byte(v.Definition), &b); err != nil {
		return fmt.Errorf("definition %q: %w", v.Definition, err)
	}
	j.Definition = encode(b)
	l.said = append(l.said, j)
	return nil
}

// restart lets the engine freeze, go on with the entries ahead, whose effects
// are lost, and write the snapshot that takes its place: meanwhile or after that.
func (l *life) restart(ahead []entry) error {
	frozen := l.engine.Freeze()
	var buf bytes.Buffer
	written := make(chan error, 1)
	write := func() {
		_, err := frozen.WriteTo(&buf)
		written <- err
	}
	meanwhile := len(ahead)%2 == 0
	if meanwhile {
		go write()
	}
	for i, e := range ahead {
		r, err := e.record(l.pos(len(l.records) + i + 1))
		if err != nil {
			return err
		}
		var fx violation.Effects
		if err := l.engine.Apply(&r, &fx); err != nil && e.broken == nil {
			return err
		}
		l.lost[r.Pos] = fx
	}
	if !meanwhile {
		write()
	}
	if err := <-written; err != nil {
		return err
	}
	e, err := detect.Load(&buf, l.options())
	l.engine = e
	return err
}

// shortest leaves out of a history what is not needed to show a difference, as
// far as it gets in a minute.
func shortest(entries []entry, c conditions) []entry {
	end := time.Now().Add(time.Minute)
	fails := func(e []entry) bool {
		return time.Now().Before(end) && len(e) > 0 && isLegal(e) && compare(e, c) != ""
	}
	for before := len(entries) + 1; len(entries) < before; {
		before = len(entries)
		for size := max(1, before/2); size > 0; size /= 2 {
			entries = withoutRuns(entries, size, fails)
		}
	}
	for i := range entries {
		for n := range 4 * 16 {
			shorter := slices.Clone(entries)
			if shorter[i] = entries[i].without(n%4, 15-n/4); fails(shorter) {
				entries = shorter
			}
		}
	}
	return entries
}

// withoutRuns leaves out runs of entries of one size.
func withoutRuns(entries []entry, size int, fails func([]entry) bool) []entry {
	for i := 0; i+size <= len(entries); {
		if shorter := slices.Delete(slices.Clone(entries), i, i+size); fails(shorter) {
			entries = shorter
		} else {
			i += size
		}
	}
	return entries
}

// without returns e without its n-th count, list, custom value or behavior.
func (e entry) without(what, n int) entry {
	switch {
	case e.report != nil && what < 3:
		r := *e.report
		switch what {
		case 0:
			r.Counted &^= 1 << n
		case 1:
			r.Listed &^= 1 << n
		default:
			r.Custom = cut(r.Custom, n)
		}
		e.report = &r
	case e.usage != nil && what == 0:
		u := *e.usage
		switch n {
		case 0:
			u.Tally = record.Tally{}
		case 1:
			u.Dimensions = nil
		case 2:
			u.Addrs = nil
		case 3:
			u.Attempts, u.Disconnects = 0, 0
		}
		e.usage = &u
	case e.change != nil && e.change.Profile != nil && what == 3:
		c, p := *e.change, *e.change.Profile
		p.Behaviors = cut(p.Behaviors, n)
		c.Profile = &p
		e.change, e.lines = &c, cut(e.lines, n+1)
	}
	return e
}

func cut[T any](list []T, i int) []T {
	if i >= len(list) {
		return list
	}
	return slices.Delete(slices.Clone(list), i, i+1)
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
