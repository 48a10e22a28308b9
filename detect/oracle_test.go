package detect_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"vedette/api"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// The oracle judges a whole history at once, in the plainest way that says what
// docs/detection.md says. It keeps no state: for each thing and behavior it
// looks at the list of all records, as often as it likes. It shares nothing
// with the engine but the types of records and events.

const (
	oracleFirst    = int64(300_000) // the most that a thing's first report covers, ms
	oracleDuration = int64(300_000) // without durationSeconds, ms (U27)
)

// An item is one record of a history, read.
type item struct {
	record.Record
	change     *record.Change
	report     *record.Report
	usage      *record.Usage
	thing      string // of report, usage, presence
	repeat     bool   // it is the thing's last one once more
	before     int    // the thing's last report before this one, repeats aside; -1: none
	thresholds *record.Thresholds

	clock int64 // the largest arrival time up to here
	world world // as this record leaves it

	presence   *record.Presence
	last       bool       // presence is about the thing's newest connection
	connection connection // as presence leaves it

	gateway *record.Gateway
	ended   map[string]connection // things whose sessions gateway ends
	lives   map[uint32]int64      // when each process was last known to live
}

type oracle []*item

// newOracle reads the records; those that cannot be read are not there.
func newOracle(records []record.Record) oracle {
	var o oracle
	var w world
	clock := int64(0)
	known, numbers := make(map[string]bool), make(map[string]uint64)
	for _, r := range records {
		it := &item{Record: r, before: -1}
		if !it.read() {
			continue
		}
		if it.change != nil {
			w = w.after(it.change)
		}
		if it.usage != nil && !known[it.thing] && !w.watchesStrangers() {
			it.usage, it.thing = nil, "" // nobody remembers it
		}
		known[it.nameOf()] = true
		if it.usage != nil {
			it.repeat = it.usage.Number != 0 && numbers[it.thing] == it.usage.Number
			numbers[it.thing] = it.usage.Number
		}
		if it.report != nil {
			it.before = o.last(it.thing)
			it.repeat = it.before >= 0 && o[it.before].report.ID == it.report.ID && o[it.before].report.Hash == it.report.Hash
		}
		clock = max(clock, r.At)
		it.clock, it.world = clock, w
		o = append(o, it)
	}
	o.presences()
	for _, thing := range o.things() {
		o.makeDeltas(thing)
	}
	return o
}

// makeDeltas makes the deltas of a thing from its totals, while it is in a group that
// sends them: each is the difference from the last report that has one, or nothing if it
// has not been in such a group since then.
func (o oracle) makeDeltas(thing string) {
	sends, any := make([]bool, len(o)), false
	for i, it := range o {
		if it.change == nil && i > 0 {
			sends[i] = sends[i-1]
		} else {
			sends[i] = it.world.sends(thing)
		}
		any = any || sends[i]
	}
	if !any {
		return
	}
	raw := make(map[int]metric.Report)
	for i, it := range o {
		if it.thing == thing && it.report != nil && !it.repeat {
			raw[i] = it.report.Report
		}
	}
	for _, name := range oracleDeltas {
		info, _ := metric.Lookup(name)
		for i := range raw {
			total, ok := o[i].report.Count(info.ID)
			if !ok || !sends[i] {
				continue
			}
			o[i].report.Counted &^= 1 << (info.ID - 1)
			for k := i - 1; k >= 0 && sends[k]; k-- {
				earlier, is := raw[k]
				if last, ok := earlier.Count(info.ID); is && ok {
					o[i].report.Counted |= 1 << (info.ID - 1)
					if total >= last {
						o[i].report.Counts[info.ID-1] = total - last
					}
					break
				}
			}
		}
	}
}

// nameOf returns the thing that a record makes known, "" if there is none.
func (it *item) nameOf() string {
	switch c := it.change; {
	case c == nil:
		return it.thing
	case c.Thing != nil && !c.Thing.Deleted:
		return c.Thing.Name
	case c.Membership != nil:
		return c.Membership.Thing
	}
	return ""
}

func (it *item) read() (ok bool) {
	var err error
	switch it.Kind {
	case record.KindChange:
		it.change, err = record.DecodeChange(it.Body)
		return err == nil && *it.change != record.Change{Revision: it.change.Revision} // about something
	case record.KindReport:
		it.report = new(record.Report)
		err = it.report.Decode(it.Body)
		it.thing = string(it.report.Thing)
		return err == nil && it.thing != ""
	case record.KindThreshold:
		it.thresholds, err = record.DecodeThresholds(it.Body)
		return err == nil
	case record.KindUsage:
		it.usage = new(record.Usage)
		err = it.usage.Decode(it.Body)
		it.thing = string(it.usage.Thing)
		return err == nil
	case record.KindPresence:
		it.presence = new(record.Presence)
		err = it.presence.Decode(it.Body)
		it.thing = string(it.presence.Thing)
		return err == nil
	}
	if it.Kind == record.KindGateway {
		it.gateway = new(record.Gateway)
		return it.gateway.Decode(it.Body) == nil
	}
	return it.Kind == record.KindTick
}

// A judgment is an event that the engine has to give.
type judgment struct {
	violation.Event
	episode uint64 // Pos of the record that began it
	alerts  []violation.Alert
}

func (j judgment) String() string {
	return fmt.Sprintf("#%d %s suppressed=%t episode=#%d", j.Pos, j.line(), j.Suppressed, j.episode)
}

// judge returns all events and updates of the history, by record, thing and
// behavior. A violation may be silent for silence ms.
func (o oracle) judge(silence int64) []judgment {
	var all []judgment
	for _, thing := range o.things() {
		for _, b := range o.behaviors() {
			w := o.watch(thing, b)
			w.silence = silence
			all = append(all, w.judge()...)
		}
	}
	for _, b := range o.behaviors() {
		all = append(all, o.crowd(b, silence)...)
	}
	slices.SortStableFunc(all, compareJudgments)
	return all
}

func compareJudgments(a, b judgment) int {
	return cmp.Or(cmp.Compare(a.Pos, b.Pos), strings.Compare(a.Thing, b.Thing), strings.Compare(a.Profile, b.Profile), strings.Compare(a.Behavior, b.Behavior), updateFirst(a, b))
}

func (o oracle) things() []string {
	var names []string
	for _, it := range o {
		if it.thing != "" {
			names = append(names, it.thing)
		}
	}
	return distinct(names)
}

// updateFirst: of one record, updates come before events.
func updateFirst(a, b judgment) int {
	switch {
	case a.Type == updated && b.Type != updated:
		return -1
	case a.Type != updated && b.Type == updated:
		return 1
	}
	return 0
}

type behaviorName struct{ profile, behavior string }

func (o oracle) behaviors() []behaviorName {
	var names []behaviorName
	for _, it := range o {
		if it.change == nil || it.change.Profile == nil {
			continue
		}
		for _, b := range it.change.Profile.Behaviors {
			if n := (behaviorName{it.change.Profile.Name, *b.Name}); !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return names
}

// last returns the thing's last report, -1 if there is none. A repeat is none.
func (o oracle) last(thing string) int {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].report != nil && o[i].thing == thing && !o[i].repeat {
			return i
		}
	}
	return -1
}

// cover returns the time that report i covers, for a behavior of duration d:
// since the thing's last report, if there is one.
func (o oracle) cover(i int, d int64) int64 {
	if o[i].before < 0 {
		return min(d, oracleFirst)
	}
	return max(0, o[i].At-o[o[i].before].At)
}

// A watch is one thing under one behavior.
type watch struct {
	oracle
	thing, profile, name string
	behaviors            []*api.Behavior // as each item leaves it; nil where it does not apply
	silence              int64
	kept                 func(item int, at int64, v value) // values are kept, and nothing is judged; nil: the other way round
}

func (o oracle) watch(thing string, n behaviorName) watch {
	w := watch{oracle: o, thing: thing, profile: n.profile, name: n.behavior}
	for i, it := range o {
		if it.change == nil && i > 0 {
			w.behaviors = append(w.behaviors, w.behaviors[i-1])
			continue
		}
		b, judged := it.world.behavior(n.profile, n.behavior)
		if !judged || !it.world.covers(n.profile, thing) {
			b = nil
		}
		w.behaviors = append(w.behaviors, b)
	}
	return w
}

// judge finds the longest spells in which the behavior applies without a break
// and remains the same but for its criteria.
func (w watch) judge() []judgment {
	var all []judgment
	for from := 0; from < len(w.oracle); {
		if w.behaviors[from] == nil {
			from++
			continue
		}
		to := from + 1
		for to < len(w.oracle) && w.goesOn(to) {
			to++
		}
		if isStatistical(w.behaviors[from]) {
			from = to // see oracle_statistic_test.go
			continue
		}
		if isCloud(w.behaviors[from]) {
			all = append(all, w.cloud(from, to)...)
			from = to
			continue
		}
		for begin := from; begin < to; {
			var events []judgment
			events, begin = w.live(begin, to)
			all = append(all, events...)
		}
		from = to
	}
	return all
}

// goesOn tells whether item i leaves the behavior what it was.
func (w watch) goesOn(i int) bool {
	before, after := w.behaviors[i-1], w.behaviors[i]
	return after == before || after != nil && identity(after) == identity(before)
}

// identity says what makes a behavior of the same name another one.
func identity(b *api.Behavior) string {
	return fmt.Sprint(*b.Metric, encode(b.MetricDimension), criteriaType(b))
}

func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// live judges the items from begin, where nothing is known of thing and
// behavior, to the end of the spell or to the item that shows that silence
// ended a violation: with that one everything begins anew.
func (w watch) live(begin, to int) (events []judgment, end int) {
	reports := w.reports(begin, to)
	verdicts := w.verdicts(reports)
	violating, normal := 0, 0
	active := -1 // the item that began the violation
	for i := begin; i < to; i++ {
		if active >= 0 && w.silent(reports, i) {
			events = append(events, w.updates(verdicts, active, i)...)
			return append(events, w.invalidation(reports, active, i)), i
		}
		if i > begin && w.edited(i) {
			violating, normal = 0, 0
		}
		v, ok := verdicts[i]
		switch {
		case !ok || v.again:
			continue
		case v.normal:
			violating, normal = 0, normal+1
		default:
			violating, normal = violating+1, 0
		}
		b := w.behaviors[i]
		switch {
		case active < 0 && violating >= consecutive(b.Criteria.ConsecutiveDatapointsToAlarm):
			active, violating, normal = i, 0, 0
			events = append(events, w.event(api.ViolationEventTypeInAlarm, i, i, i, w.oracle[i].At, v.value))
		case active >= 0 && normal >= consecutive(b.Criteria.ConsecutiveDatapointsToClear):
			events = append(events, w.updates(verdicts, active, i)...)
			events = append(events, w.event(api.ViolationEventTypeAlarmCleared, i, active, i, w.oracle[i].At, v.value))
			active, violating, normal = -1, 0, 0
		}
	}
	switch {
	case active < 0:
	case to == len(w.oracle):
		events = append(events, w.updates(verdicts, active, to)...)
	case w.silent(reports, to):
		events = append(events, append(w.updates(verdicts, active, to), w.invalidation(reports, active, to))...)
	default:
		events = append(events, append(w.updates(verdicts, active, to), w.removal(active, to))...)
	}
	return events, to
}

// updated is the type of a judgment that is no event: the violation's last value.
const updated api.ViolationEventType = "update"

// updates returns what is written of the last value of the violation from item
// active to item end: the violating datapoints, one in ten seconds; one that was
// held back is written when the violation ends, unless a later one was.
func (w watch) updates(verdicts map[int]verdict, active, end int) []judgment {
	var written []judgment
	last, held := w.oracle[active].At, -1
	write := func(i, at int) {
		u := judgment{episode: w.oracle[active].Pos}
		u.Thing, u.Profile, u.Behavior = w.thing, w.profile, w.name
		u.Type, u.Time, u.Value, u.Pos = updated, w.oracle[i].At, verdicts[i].value, w.oracle[at].Pos
		written = append(written, u)
	}
	for i := active + 1; i < end; i++ {
		if v, ok := verdicts[i]; !ok || v.normal {
			continue
		}
		at := w.oracle[i].At
		if last <= at && at < last+10_000 {
			held = i
			continue
		}
		write(i, i)
		last, held = at, -1
	}
	if held >= 0 && end < len(w.oracle) {
		write(held, end)
	}
	return written
}

func consecutive(n *int32) int {
	if n == nil {
		return 1
	}
	return int(*n)
}

// edited tells whether item i changes the criteria.
func (w watch) edited(i int) bool {
	before, after := w.behaviors[i-1], w.behaviors[i]
	return after != before && encode(before.Criteria) != encode(after.Criteria)
}

// reports returns the items from begin that report the metric.
func (w watch) reports(begin, to int) []int {
	var list []int
	for i := begin; i < to; i++ {
		if it := w.oracle[i]; it.report != nil && it.thing == w.thing && !it.repeat {
			if _, ok := it.world.valueOf(&it.report.Report, w.behaviors[i]); ok {
				list = append(list, i)
			}
		}
	}
	return list
}

// deadline returns when, as seen at item i, the metric has been silent for too
// long: by the engine's clock, whatever the stamp of the last report that had it.
func (w watch) deadline(reports []int, i int) int64 {
	last := int64(0)
	for _, k := range reports {
		if k < i {
			last = w.oracle[k].clock
		}
	}
	return last + w.silence
}

func (w watch) silent(reports []int, i int) bool {
	return w.oracle[i].clock > w.deadline(reports, i)
}

func (w watch) invalidation(reports []int, active, i int) judgment {
	return w.event(api.ViolationEventTypeAlarmInvalidated, i, active, i-1, w.deadline(reports, i), "")
}

// removal is the end of a violation by change i. Nobody is alerted when it is
// because of the behavior and not of the thing (U38, U40).
func (w watch) removal(active, i int) judgment {
	e := w.event(api.ViolationEventTypeAlarmInvalidated, i, active, i-1, w.oracle[i].At, "")
	after, judged := w.oracle[i].world.behavior(w.profile, w.name)
	if !judged || identity(w.behaviors[i-1]) != identity(after) {
		e.alerts = nil
	}
	return e
}

// event returns an event brought about by item i, of the violation that item
// active began, under the behavior as item defined leaves it.
func (w watch) event(t api.ViolationEventType, i, active, defined int, at int64, value string) judgment {
	b := w.behaviors[defined]
	e := judgment{episode: w.oracle[active].Pos}
	e.Violation = violation.Violation{
		Thing: w.thing, Profile: w.profile, Behavior: w.name, Definition: encode(b),
		CriteriaType: criteriaType(b), Suppressed: api.Value(b.SuppressAlerts),
	}
	e.Type, e.Time, e.Value, e.Pos = t, at, value, w.oracle[i].Pos
	if !e.Suppressed {
		for t, target := range w.oracle[defined].world.profiles[w.profile].AlertTargets {
			e.alerts = append(e.alerts, violation.Alert{Type: t, Target: *target.AlertTargetArn, RoleARN: *target.RoleArn})
		}
	}
	return e
}

// A verdict is what one datapoint says.
type verdict struct {
	normal bool
	value  string
	again  bool // the end of a window that had its verdict: only the value is new
}

// verdicts returns the verdicts by the items that bring them. An edit of the
// criteria begins a new window.
func (w watch) verdicts(reports []int) map[int]verdict {
	all := make(map[int]verdict)
	for start, end := 0, 0; start < len(reports); start = end {
		for end = start + 1; end < len(reports) && !w.editedBetween(reports[start], reports[end]); end++ {
		}
		b := w.behaviors[reports[start]]
		if w.oracle[reports[start]].world.kind(b) == metric.Delta {
			w.windows(all, reports[start:end], b.Criteria)
		} else {
			w.singles(all, reports[start:end], b)
		}
	}
	return all
}

func (w watch) editedBetween(i, k int) bool {
	for i++; i < k; i++ {
		if w.edited(i) {
			return true
		}
	}
	return false
}

// singles: each report is a datapoint.
func (w watch) singles(all map[int]verdict, reports []int, b *api.Behavior) {
	for _, i := range reports {
		it := w.oracle[i]
		v, _ := it.world.valueOf(&it.report.Report, b)
		all[i] = verdict{normal: v.normal(b.Criteria), value: v.json(it.world.kind(b))}
	}
}

// windows: the reports are cut into windows that each cover the duration, and
// each window is a datapoint as soon as its verdict is certain.
func (w watch) windows(all map[int]verdict, reports []int, c *api.BehaviorCriteria) {
	d := oracleDuration
	if c.DurationSeconds != nil {
		d = int64(*c.DurationSeconds) * 1000
	}
	for start := 0; start < len(reports); {
		decided := false
		end := start
		for complete := false; end < len(reports) && !complete; end++ {
			window := reports[start : end+1]
			sum, covered := w.total(window, d)
			complete = 2*covered >= 2*d-w.cover(reports[end], d)
			if v := (value{count: &sum}); complete || !decided && certain(v, c) {
				all[reports[end]] = verdict{normal: v.normal(c), value: v.json(metric.Delta), again: decided}
				decided = true
			}
		}
		start = end
	}
}

// total returns the sum of the reports and the time that they cover.
func (w watch) total(reports []int, d int64) (sum, covered int64) {
	for _, i := range reports {
		it := w.oracle[i]
		v, _ := it.world.valueOf(&it.report.Report, w.behaviors[i])
		sum += min(*v.count, math.MaxInt64-sum) // no count is larger
		covered += w.cover(i, d)
	}
	return sum, covered
}

// certain tells whether no later report can change the verdict on a sum: it
// only grows, so an upper bound once passed stays passed, and a lower bound once
// reached stays reached.
func certain(sum value, c *api.BehaviorCriteria) bool {
	if strings.HasPrefix(string(*c.ComparisonOperator), "less-than") {
		return !sum.normal(c)
	}
	return sum.normal(c)
}
