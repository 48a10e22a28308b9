package detect_test

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
)

// An entry is one record of a random history, before it is written.
type entry struct {
	at     int64
	lines  []string // change: as testdata's language has it
	change *record.Change
	thing  string // report, with values
	report *metric.Report
	usage  *record.Usage
	broken *record.Record // no record at all: its kind and body are nonsense

	presence   *record.Presence
	thresholds *record.Thresholds
	gateway    *record.Gateway
}

func (e *entry) record(pos uint64) (record.Record, error) {
	r := record.Record{Kind: record.KindTick, At: e.at, Pos: pos}
	switch {
	case e.broken != nil:
		r.Kind, r.Body = e.broken.Kind, e.broken.Body
	case e.change != nil:
		body, err := e.change.Encode()
		r.Kind, r.Body = record.KindChange, body
		return r, err
	case e.thresholds != nil:
		body, err := e.thresholds.Encode()
		r.Kind, r.Body = record.KindThreshold, body
		return r, err
	case e.usage != nil:
		r.Kind, r.Body = record.KindUsage, record.AppendUsage(nil, e.usage)
	case e.gateway != nil:
		r.Kind, r.Body = record.KindGateway, record.AppendGateway(nil, *e.gateway)
	case e.presence != nil:
		r.Kind, r.Body = record.KindPresence, record.AppendPresence(nil, e.presence)
	case e.report != nil:
		r.Kind, r.Partition = record.KindReport, record.Partition([]byte(e.thing))
		r.Body = record.AppendReport(nil, []byte(e.thing), e.report)
	}
	return r, nil
}

// legal tells whether the control plane of w would make the change. Only a
// custom metric may go, or come back with another type, while behaviors
// use it: their validation is another transaction.
func (w world) legal(c *record.Change) bool {
	_, profile := w.profiles[profileOf(c)]
	switch {
	case c.Profile != nil:
		return profile || !c.Profile.Deleted
	case c.Attachment != nil:
		_, group := w.parents[c.Attachment.Group]
		return profile && (c.Attachment.Kind != record.ThingGroup || group)
	case c.Thing != nil:
		return !strings.Contains(c.Thing.Name, "/") && (!c.Thing.Deleted || w.things[c.Thing.Name])
	case c.Group != nil && c.Group.Deleted:
		_, exists := w.parents[c.Group.Name]
		return exists && !w.hasChildren(c.Group.Name)
	case c.Group != nil:
		_, parent := w.parents[c.Group.Parent]
		return c.Group.Parent == "" || parent && !w.within(c.Group.Parent, c.Group.Name)
	case c.Membership != nil:
		_, group := w.parents[c.Membership.Group]
		return group && w.things[c.Membership.Thing]
	case c.CustomMetric != nil:
		_, exists := w.customs[c.CustomMetric.Name]
		return c.CustomMetric.Deleted == exists
	}
	return true
}

func profileOf(c *record.Change) string {
	switch {
	case c.Profile != nil:
		return c.Profile.Name
	case c.Attachment != nil:
		return c.Attachment.Profile
	}
	return ""
}

func (w world) hasChildren(group string) bool {
	for _, parent := range w.parents {
		if parent == group {
			return true
		}
	}
	return false
}

// The names that histories use, and the values around which thresholds lie.
var (
	oracleThings   = []string{"a", "gw/7", "b"} // the registry cannot have gw/7
	oracleProfiles = []string{"p", "q"}
	oracleGroups   = []string{"g1", "g2", "g3"}
	oracleCustoms  = []string{"m1", "m2", "m3", "m4"}
	oracleTypes    = []api.CustomMetricType{
		api.CustomMetricTypeNumber, api.CustomMetricTypeNumberList, api.CustomMetricTypeStringList, api.CustomMetricTypeIpAddressList,
	}
	oracleDeltas   = []string{"aws:all-bytes-out", "aws:all-bytes-in", "aws:all-packets-out", "aws:all-packets-in"}
	oracleGauges   = []string{"aws:num-listening-tcp-ports", "aws:num-listening-udp-ports", "aws:num-established-tcp-connections"}
	oracleUnjudged = []string{"aws:all-bytes-in ml=HIGH", "aws:num-messages-sent ml=LOW"}
	oraclePercents = []string{"p0", "p0.01", "p1", "p10", "p50", "p90", "p99.9", "p100"}
	oracleRetained = []string{
		"aws:all-bytes-out", "aws:num-listening-tcp-ports", "aws:listening-tcp-ports", "aws:listening-udp-ports", "aws:destination-ip-addresses",
		"m1", "m2", "m3", "m4", "aws:num-messages-sent", "aws:num-messages-sent dimension=d", "aws:num-messages-received dimension=!d",
		"aws:num-disconnects", "aws:num-connection-attempts", "aws:message-byte-size", "aws:source-ip-address", "aws:disconnect-duration",
	}
	oracleCounts     = []int64{0, 0, 1, 2, 10, 49, 50, 100, 1<<53 + 1, math.MaxInt64}
	oracleSums       = []string{"0", "1", "2", "10", "50", "99", "100", "101", "250", "300", "number:99.5", "number:9223372036854775808", "9007199254740993", "9223372036854775807"}
	oracleNumbers    = []float64{-10.5, -1, 0, 0.1, 1, 2, 71.5, 1e21, 1e-7, 9007199254740992, 1 << 63, math.Inf(1), math.NaN()}
	oracleBounds     = []string{"0", "1", "2", "number:0.1", "number:-1", "number:-10.5", "number:71.5", "9007199254740993", "9223372036854775807", "number:1e+21"}
	oraclePorts      = []uint16{0, 22, 23, 443, 65535}
	oraclePortSets   = []string{"22", "22,443", "0,65535", "1,2,3"}
	oracleAddrs      = addrs("10.1.2.3", "9.9.9.9", "192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1", "fd00::1", "::1", "255.255.255.255")
	oracleCIDRs      = []string{"10.0.0.0/8", "10.1.2.3/8,9.9.9.9", "0.0.0.0/0", "::/0", "::ffff:192.0.2.0/120", "192.0.2.7,2001:db8::/32", "fd00::1"}
	oracleNumberSets = []string{"numbers:1", "numbers:0,1,2", "numbers:0.1,71.5", "numbers:-1,1e+21"}
	oracleStrings    = []string{"1.0", "1.1", "a/b", "B", "_"}
	oracleStringSets = []string{"1.0", "1.0,1.1", "B,_,a/b"}
)

func addrs(list ...string) []netip.Addr {
	var out []netip.Addr
	for _, a := range list {
		out = append(out, netip.MustParseAddr(a))
	}
	return out
}

// A line is one behavior in testdata's language.
type line struct {
	name, metric, criterion string
	duration, alarm, clear  int // 0: not given
	suppress                bool
}

func (l line) String() string {
	s := "  " + l.name + " " + l.metric + " " + l.criterion
	for _, o := range []struct {
		key string
		n   int
	}{{"duration", l.duration}, {"alarm", l.alarm}, {"clear", l.clear}} {
		if o.n != 0 {
			s += fmt.Sprintf(" %s=%d", o.key, o.n)
		}
	}
	if l.suppress {
		s += " suppress"
	}
	return s
}

// A draft is a profile in testdata's language.
type draft struct {
	target string
	lines  []line
	retain []string
}

// A writer draws a history.
type writer struct {
	testing.TB
	*rand.Rand
	entries  []entry
	at       int64
	world    world
	revision int64
	reports  int64
	drafts   map[string]draft
	things   []string
	senders  []string // those that report
	cadence  int64    // of all senders together, ms
	jitter   int64
	silence  int64 // after which a violation is invalidated, ms
	backward bool  // the clock may step back
	fleet    int   // percentage of behaviors with a statistical threshold
	cloud    int   // percentage of records that the gateway counts
	numbers  uint64
	sessions map[string]uint64
}

func pick[T any](w *writer, list []T) T { return list[w.IntN(len(list))] }

func (w *writer) chance(percent int) bool { return w.IntN(100) < percent }

// The judge goes through every window of every thing: of so many things, histories are
// no longer than this, ms.
const (
	oracleCrowd = 100
	crowdSpan   = 4 * 24 * 3_600_000
)

// drawHistory draws a history that the control plane and the gateway could
// have written. The same seed gives the same one.
func drawHistory(tb testing.TB, seed uint64, things []string, records int, c conditions) []entry {
	w := &writer{TB: tb, Rand: rand.New(rand.NewPCG(seed, 0)), at: epoch.UnixMilli() + 3_600_000, drafts: make(map[string]draft), things: things, silence: c.silence.Milliseconds()}
	w.senders = things[:1+w.IntN(len(things))]
	w.cadence = pick(w, []int64{20_000, 60_000, 100_000, 200_000, 300_000, 1_200_000, 3_600_000})
	w.jitter = pick(w, []int64{0, w.cadence / 20})
	w.backward = w.chance(20)
	w.cloud = pick(w, []int{0, 50, 90})
	w.fleet = pick(w, []int{0, 0, 70})
	w.sessions = make(map[string]uint64)
	w.begin()
	changes := pick(w, []int{1, 3, 6, 20})
	for range records/10 + w.IntN(1+w.IntN(records)) {
		if w.pause(); len(things) >= oracleCrowd && w.at > epoch.UnixMilli()+crowdSpan {
			break
		}
		switch {
		case w.chance(changes):
			for range pick(w, []int{1, 1, 2, 4}) {
				w.change()
			}
		case w.chance(2):
			w.entries = append(w.entries, entry{at: w.at})
		case w.chance(3):
			w.again()
		case w.chance(2):
			w.damage()
		case w.chance(w.cloud):
			w.gateway()
		default:
			w.report()
		}
	}
	return w.entries
}

// begin draws what there is before the first report.
func (w *writer) begin() {
	for _, m := range oracleCustoms {
		if w.chance(70) {
			w.append(record.Change{CustomMetric: &record.CustomMetric{Name: m, Type: pick(w, oracleTypes)}})
		}
	}
	for range 6 {
		w.append(record.Change{Thing: &record.Thing{Name: pick(w, w.senders)}})
		w.append(record.Change{Group: w.group()})
		w.append(record.Change{Membership: &record.Membership{Thing: pick(w, w.senders), Group: pick(w, oracleGroups), Member: true}})
	}
	for _, name := range oracleProfiles {
		w.profile(name, w.draft())
		w.append(record.Change{Attachment: w.attachment(name)})
		w.append(record.Change{Attachment: w.attachment(name)})
	}
	if w.chance(40) {
		w.append(record.Change{DeltaFromTotals: w.fromTotals()})
	}
}

// fromTotals draws groups that send totals.
func (w *writer) fromTotals() *record.DeltaFromTotals {
	return &record.DeltaFromTotals{Groups: some(w, oracleGroups)}
}

func (w *writer) group() *record.Group {
	return &record.Group{Name: pick(w, oracleGroups), Parent: pick(w, append(oracleGroups, ""))}
}

func (w *writer) attachment(profile string) *record.Attachment {
	a := &record.Attachment{Profile: profile, Attached: true}
	a.Kind = pick(w, []record.TargetKind{record.AllThings, record.RegisteredThings, record.UnregisteredThings, record.ThingGroup, record.ThingGroup, record.ThingGroup})
	if a.Kind == record.ThingGroup {
		a.Group = pick(w, oracleGroups)
	}
	return a
}

// pause lets time go on until the next record.
func (w *writer) pause() {
	switch {
	case w.chance(75):
		w.at += w.cadence + w.Int64N(2*w.jitter+1) - w.jitter
	case w.chance(50):
		w.at += pick(w, []int64{0, 0, 1, 999, 5_000, 150_000, 300_000})
	case w.chance(15):
		w.at += w.silence + pick(w, []int64{-1, 0, 1, 86_400_000, -600_000})
	case w.backward:
		w.at = max(epoch.UnixMilli(), w.at-pick(w, []int64{1, 1_000, 60_000, 299_000, 600_000}))
	}
}

func (w *writer) append(c record.Change, lines ...string) {
	if !w.world.legal(&c) {
		return
	}
	w.revision++
	c.Revision = w.revision
	w.world = w.world.after(&c)
	if lines == nil {
		lines = []string{describe(&c)}
	}
	w.entries = append(w.entries, entry{at: w.at, change: &c, lines: lines})
}

// again delivers a record once more: the thing's last report, or a change that
// was written already.
func (w *writer) again() {
	e := w.entries[len(w.entries)-1-w.IntN(min(5, len(w.entries)))]
	e.at = w.at
	w.entries = append(w.entries, e)
}

// damage writes something that the engine cannot read.
func (w *writer) damage() {
	r := pick(w, []record.Record{
		{Kind: 99, Body: []byte("?")},
		{Kind: record.KindReport, Body: []byte("?")},
		{Kind: record.KindReport},
		{Kind: record.KindChange, Body: []byte(`{"revision":99999}`)},
		{Kind: record.KindChange, Body: []byte(`{"revision":99999,"profile":{"name":"p"`)},
	})
	w.entries = append(w.entries, entry{at: w.at, broken: &r})
}

// describe returns a change in testdata's language.
func describe(c *record.Change) string {
	word := func(yes bool, a, b string) string {
		if yes {
			return a
		}
		return b
	}
	switch {
	case c.Profile != nil:
		return "delete-profile " + c.Profile.Name
	case c.Attachment != nil && c.Attachment.Kind == record.ThingGroup:
		return word(c.Attachment.Attached, "attach ", "detach ") + c.Attachment.Profile + " group:" + c.Attachment.Group
	case c.Attachment != nil:
		return word(c.Attachment.Attached, "attach ", "detach ") + c.Attachment.Profile + " " + string(c.Attachment.Kind)
	case c.Thing != nil:
		return word(c.Thing.Deleted, "delete-thing ", "thing ") + c.Thing.Name
	case c.Group != nil:
		return word(c.Group.Deleted, "delete-group ", "group ") + c.Group.Name + word(c.Group.Parent != "", " below "+c.Group.Parent, "")
	case c.Membership != nil:
		return word(c.Membership.Member, "join ", "leave ") + c.Membership.Thing + " " + c.Membership.Group
	case c.Dimension != nil:
		return word(c.Dimension.Deleted, "delete-dimension d", "dimension d "+strings.Join(c.Dimension.Values, ","))
	case c.DeltaFromTotals != nil:
		return "delta-from-totals " + strings.Join(c.DeltaFromTotals.Groups, ",")
	case c.CustomMetric.Deleted:
		return "delete-custom " + c.CustomMetric.Name
	default:
		return "custom " + c.CustomMetric.Name + " " + string(c.CustomMetric.Type)
	}
}

func (w *writer) change() {
	no := w.chance(35)
	thing, group, profile, custom := pick(w, w.things), pick(w, oracleGroups), pick(w, oracleProfiles), pick(w, oracleCustoms)
	switch w.IntN(15) {
	case 14:
		w.append(record.Change{DeltaFromTotals: w.fromTotals()})
	case 13:
		w.detour(profile, thing)
	case 0:
		w.append(record.Change{Thing: &record.Thing{Name: thing, Deleted: no}})
	case 1:
		w.append(record.Change{Group: &record.Group{Name: group, Deleted: true}})
	case 2:
		w.append(record.Change{Group: w.group()})
	case 3, 4:
		w.append(record.Change{Membership: &record.Membership{Thing: thing, Group: group, Member: !no}})
	case 5, 6:
		a := w.attachment(profile)
		a.Attached = !no
		w.append(record.Change{Attachment: a})
		if no && w.chance(50) { // a break without a report in it
			again := *a
			again.Attached = true
			w.append(record.Change{Attachment: &again})
		}
	case 7:
		w.append(record.Change{CustomMetric: &record.CustomMetric{Name: custom, Deleted: true}})
		if no {
			w.append(record.Change{CustomMetric: &record.CustomMetric{Name: custom, Type: pick(w, oracleTypes)}})
		}
	case 8:
		w.append(record.Change{CustomMetric: &record.CustomMetric{Name: custom, Type: pick(w, oracleTypes)}})
	case 9:
		w.append(record.Change{Dimension: &record.Dimension{Name: "d", Deleted: no, Values: pick(w, [][]string{{"a/b"}, {"a/b", "c/#"}})}})
	case 10:
		if no {
			w.append(record.Change{Profile: &record.Profile{Name: profile, Deleted: true}})
		}
		w.profile(profile, w.draft())
	default:
		w.profile(profile, w.edit(w.drafts[profile]))
	}
}

// detour lets a profile cover nothing for a moment in which nothing is reported,
// and changes what a thing is at about the same time.
func (w *writer) detour(profile, thing string) {
	var targets []record.Attachment
	for a := range w.world.attached {
		if a.Profile == profile {
			targets = append(targets, a)
		}
	}
	slices.SortFunc(targets, func(a, b record.Attachment) int { return strings.Compare(encode(a), encode(b)) })
	move := func() {
		if w.chance(50) {
			w.append(record.Change{Thing: &record.Thing{Name: thing, Deleted: w.chance(50)}})
		} else {
			w.append(record.Change{Membership: &record.Membership{Thing: thing, Group: pick(w, oracleGroups), Member: w.chance(50)}})
		}
	}
	attach := func(attached bool) {
		for _, a := range targets {
			a.Attached = attached
			w.append(record.Change{Attachment: &a})
		}
	}
	steps := []func(){move, func() { attach(false) }, func() { attach(true) }, move}
	for _, step := range steps[w.IntN(2) : 3+w.IntN(2)] {
		step()
	}
}

// profile writes a profile, unless the control plane would refuse it.
func (w *writer) profile(name string, d draft) {
	p := &record.Profile{Name: name}
	lines := []string{"profile " + name}
	if d.target != "" {
		lines[0] += " -> " + d.target
		p.AlertTargets = map[api.AlertTargetType]api.AlertTarget{
			api.AlertTargetTypeSns: {AlertTargetArn: &d.target, RoleArn: new("role")},
		}
	}
	for _, l := range d.lines {
		b, err := parseBehavior(l.String())
		if err != nil {
			w.Fatal(err)
		}
		lines, p.Behaviors = append(lines, l.String()), append(p.Behaviors, *b)
	}
	for _, m := range d.retain {
		b, err := parseBehavior("retain " + m)
		if err != nil {
			w.Fatal(err)
		}
		if !w.world.exists(metric.NewSeries(*b.Metric, b.MetricDimension)) {
			continue
		}
		lines, p.Retain = append(lines, "  retain "+m), append(p.Retain, api.MetricToRetain{Metric: b.Metric, MetricDimension: b.MetricDimension})
	}
	if faults := detect.Validate(p.Behaviors, w.world); faults == nil {
		w.drafts[name] = d
		w.append(record.Change{Profile: p}, lines...)
	} else if w.sound(p) {
		w.Fatalf("%s\nis refused: %v", strings.Join(lines, "\n"), faults)
	}
}

// sound tells whether all behaviors on custom metrics fit them, as far as
// they can be judged.
func (w *writer) sound(p *record.Profile) bool {
	return !slices.ContainsFunc(p.Behaviors, func(b api.Behavior) bool {
		return !strings.HasPrefix(*b.Metric, "aws:") && !w.world.judges(&b)
	})
}

func (w *writer) draft() draft {
	d := draft{target: pick(w, []string{"", "ops", "ops", "ops2"})}
	names := []string{"x", "y", "z", "u"}
	if w.chance(3) {
		names = strings.Split("abcdefghijklmnopqrstuvwxyz", "")
	}
	for _, name := range names {
		if w.chance(60) {
			d.lines = append(d.lines, w.line(name))
		}
	}
	for _, m := range oracleRetained {
		if w.chance(15) {
			d.retain = append(d.retain, m)
		}
	}
	return d
}

// edit changes a profile a little.
func (w *writer) edit(d draft) draft {
	d.lines = slices.Clone(d.lines)
	if w.chance(30) {
		d.retain = w.draft().retain
	}
	if len(d.lines) == 0 {
		return w.draft()
	}
	i := w.IntN(len(d.lines))
	l := &d.lines[i]
	fresh := w.line(l.name)
	switch w.IntN(9) {
	case 0:
		d.lines = slices.Delete(d.lines, i, i+1)
	case 1:
		d.target = pick(w, []string{"", "ops", "ops2"})
	case 2:
		slices.Reverse(d.lines)
	case 3:
		l.suppress = !l.suppress
	case 4:
		l.alarm, l.clear = fresh.alarm, fresh.clear
	case 5:
		*l = fresh
	case 6, 7:
		for range 8 { // another criterion for the same metric
			if fresh.metric == l.metric {
				l.criterion, l.duration = fresh.criterion, fresh.duration
				break
			}
			fresh = w.line(l.name)
		}
	}
	return d
}

func (w *writer) line(name string) line {
	l := line{name: name, suppress: w.chance(20)}
	if w.chance(60) {
		l.alarm = pick(w, []int{1, 1, 2, 2, 3, 5, 10})
	}
	if w.chance(60) {
		l.clear = pick(w, []int{1, 1, 2, 2, 3, 5, 10})
	}
	numeric := pick(w, []string{"less-than ", "less-than-equals ", "greater-than ", "greater-than-equals "})
	not := pick(w, []string{"", "not-"})
	duration := pick(w, []int{0, 300, 300, 600, 900, 1800, 3600})
	switch n := w.IntN(100); {
	case w.chance(w.fleet):
		w.fleetLine(&l, numeric, duration)
	case w.chance(w.cloud * 8 / 10):
		w.cloudLine(&l, numeric, not, duration)
	case n < 35:
		l.metric, l.criterion, l.duration = pick(w, oracleDeltas), numeric+pick(w, oracleSums), duration
	case n < 50:
		l.metric, l.criterion, l.duration = pick(w, oracleGauges), numeric+pick(w, oracleSums), duration
	case n < 60:
		l.metric, l.criterion = pick(w, []string{"aws:listening-tcp-ports", "aws:listening-udp-ports"}), not+"in-port-set "+pick(w, oraclePortSets)
	case n < 67:
		l.metric, l.criterion = "aws:destination-ip-addresses", not+"in-cidr-set "+pick(w, oracleCIDRs)
	case n < 73:
		l.metric, l.criterion, _ = strings.Cut(pick(w, oracleUnjudged), " ")
	default:
		l.metric = pick(w, oracleCustoms)
		switch w.world.customs[l.metric] {
		case api.CustomMetricTypeNumberList:
			l.criterion = not + "in-set " + pick(w, oracleNumberSets)
		case api.CustomMetricTypeStringList:
			l.criterion = not + "in-set " + pick(w, oracleStringSets)
		case api.CustomMetricTypeIpAddressList:
			l.criterion = not + "in-cidr-set " + pick(w, oracleCIDRs)
		case api.CustomMetricTypeNumber:
			l.criterion, l.duration = numeric+pick(w, oracleBounds), duration
		default:
			l.metric, l.criterion = pick(w, oracleDeltas), numeric+pick(w, oracleSums)
		}
	}
	return l
}

// fleetLine draws a behavior with a statistical threshold.
func (w *writer) fleetLine(l *line, numeric string, duration int) {
	metrics := slices.Concat(oracleGauges, oracleDeltas[:1])
	if w.cloud > 0 && w.chance(w.cloud) {
		metrics = slices.Concat(oracleCounters[:3], []string{"aws:message-byte-size"})
	}
	for name, t := range w.world.customs {
		if t == api.CustomMetricTypeNumber && w.cloud == 0 && w.chance(30) {
			metrics = []string{name}
		}
	}
	l.metric, l.criterion, l.duration = pick(w, metrics), numeric+"statistic="+pick(w, oraclePercents), duration
	if strings.HasPrefix(l.metric, "aws:num-messages") && w.chance(20) {
		l.criterion += " dimension=d"
	}
}

func (w *writer) report() {
	r := &metric.Report{ID: w.reports}
	if w.chance(90) {
		w.reports++
	}
	for i := range r.Counts {
		if w.chance(70) {
			r.Counts[i] = pick(w, oracleCounts)
			r.Counted |= 1 << i
		}
	}
	if w.chance(60) {
		r.Listed |= 1 << (metric.ListeningTCPPorts - 1)
		r.TCPPorts = some(w, oraclePorts)
	}
	if w.chance(30) {
		r.Listed |= 1 << (metric.ListeningUDPPorts - 1)
		r.UDPPorts = some(w, oraclePorts)
	}
	if w.chance(50) {
		r.Listed |= 1 << (metric.DestinationIPAddresses - 1)
		r.Destinations = some(w, oracleAddrs)
	}
	for _, name := range oracleCustoms {
		if w.chance(50) {
			r.Custom = append(r.Custom, w.custom(name))
		}
	}
	thing := pick(w, w.senders)
	hash := fnv.New64a()
	_, _ = hash.Write(record.AppendReport(nil, []byte(thing), r))
	r.Hash = hash.Sum64()
	w.entries = append(w.entries, entry{at: w.at, thing: thing, report: r})
}

func (w *writer) custom(name string) metric.CustomValue {
	v := metric.CustomValue{Name: []byte(name), Kind: metric.KindOf(w.world.customs[name])}
	if v.Kind == 0 || w.chance(5) {
		v.Kind = metric.KindOf(pick(w, oracleTypes))
	}
	switch v.Kind {
	case metric.Number:
		v.Number = pick(w, oracleNumbers)
	case metric.Numbers:
		v.Numbers = some(w, oracleNumbers)
	case metric.Strings:
		for _, s := range some(w, oracleStrings) {
			v.Strings = append(v.Strings, []byte(s))
		}
	case metric.Addresses:
		v.Addrs = some(w, oracleAddrs)
	}
	return v
}

// some draws up to three elements, in any order, some of them twice.
func some[T any](w *writer, list []T) []T {
	var out []T
	for range pick(w, []int{0, 1, 1, 2, 3}) {
		out = append(out, pick(w, list))
	}
	return out
}
