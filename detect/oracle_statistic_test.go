package detect_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"vedette/api"
	"vedette/metric"
	"vedette/record"
)

// The oracle's judge of statistical thresholds goes through the history with all things
// of one behavior at a time. It keeps every value, and ranks by sorting.

func isStatistical(b *api.Behavior) bool {
	return b != nil && criteriaType(b) == api.BehaviorCriteriaTypeStatistical
}

// A crowd is all things under one behavior with a statistical threshold.
type crowd struct {
	oracle
	name    behaviorName
	silence int64
	members []*member
	clock   int64

	rule   *api.Behavior // in force; nil: none that is statistical
	first  int64         // the first window that began under it
	closed int64         // windows before this one have
	parts  map[int64][]value
	bounds map[int64]*api.MetricValue // thresholds by window; nil: there is none, or it came too late
}

// A member is one thing of a crowd.
type member struct {
	cloudLife
	crowd   *crowd
	covers  bool
	covered int64 // by the sum of a delta
	points  []ranking
}

// A ranking is a datapoint that may wait.
type ranking struct {
	at     int64
	value  value
	window int64
	done   bool
}

func (o oracle) crowd(n behaviorName, silence int64) []judgment {
	ever := slices.ContainsFunc(o, func(it *item) bool {
		b, _ := it.world.behavior(n.profile, n.behavior)
		return isStatistical(b)
	})
	if !ever {
		return nil
	}
	c := &crowd{oracle: o, name: n, silence: silence}
	for _, thing := range o.things() {
		m := &member{crowd: c}
		m.watch = o.watch(thing, n)
		m.watch.silence = silence
		m.ranks = m
		m.reset()
		c.members = append(c.members, m)
	}
	for i := range o {
		c.item(i)
	}
	var all []judgment
	for _, m := range c.members {
		all = append(all, m.events...)
	}
	return all
}

func (c *crowd) duration() int64 {
	if d := c.rule.Criteria.DurationSeconds; d != nil {
		return int64(*d) * 1000
	}
	return oracleDuration
}

// item deals with one record: with what is due before it, and what it says.
func (c *crowd) item(i int) {
	it := c.oracle[i]
	if c.rule != nil {
		c.pass(i, it.clock)
		for _, m := range c.members {
			if m.covers && isCloud(c.rule) {
				m.item, m.defined = i, i-1
				m.lose(i)
			}
		}
	}
	c.clock = it.clock
	c.turnRule(i)
	for _, m := range c.members {
		m.turnTo(i)
	}
	for _, m := range c.members {
		m.remember(i)
		if m.covers && isCloud(c.rule) {
			m.take(i)
		} else if m.covers {
			m.report(i)
		}
	}
	if it.thresholds != nil && c.rule != nil {
		for j := range it.thresholds.List {
			if t := &it.thresholds.List[j]; t.Profile == c.name.profile && t.Behavior == c.name.behavior {
				c.threshold(i, it.thresholds.End, t)
			}
		}
	}
}

// turnRule begins anew where item i makes the behavior another one.
func (c *crowd) turnRule(i int) {
	ruleOf := func(w world) *api.Behavior {
		if b, judged := w.behavior(c.name.profile, c.name.behavior); judged && isStatistical(b) {
			return b
		}
		return nil
	}
	attached := func(w world) bool {
		for a := range w.attached {
			if a.Profile == c.name.profile {
				return true
			}
		}
		return false
	}
	before, after := c.rule, ruleOf(c.oracle[i].world)
	c.rule = after
	if after == nil {
		return
	}
	same := before != nil && identity(before) == identity(after) && encode(before.Criteria) == encode(after.Criteria)
	if same && (attached(c.oracle[i-1].world) || !attached(c.oracle[i].world)) {
		return
	}
	c.first = ceil(c.clock, c.duration()) / c.duration()
	c.closed, c.parts, c.bounds = 0, make(map[int64][]value), make(map[int64]*api.MetricValue)
}

// turnTo lets item i decide whether the behavior goes on for a thing.
func (m *member) turnTo(i int) {
	m.item, m.clock = i, m.crowd.clock
	is := isStatistical(m.behaviors[i])
	goesOn := m.covers && is && m.goesOn(i)
	if m.covers && !goesOn {
		if m.defined = i - 1; m.active >= 0 {
			m.flush()
			m.events = append(m.events, m.removal(m.active, i))
		}
		m.reset()
	}
	if goesOn && m.edited(i) {
		m.forget()
	}
	m.covers, m.defined = is, i
}

func (m *member) reset() {
	m.forget()
	m.active, m.covers = -1, false
}

func (m *member) forget() {
	m.cloudLife.forget()
	m.sum, m.covered, m.points = 0, 0, nil
}

// pass lets time go on to a record that is stamped at.
func (c *crowd) pass(i int, at int64) {
	end := ceil(c.clock-oracleGrace, oracleWindow)
	for {
		var falls *member
		next := at
		for _, m := range c.members {
			if m.covers && m.active >= 0 && m.heard+c.silence < next {
				falls, next = m, m.heard+c.silence
			}
		}
		ends := end+oracleGrace < next
		if ends {
			next = end + oracleGrace
		} else if falls == nil {
			return
		}
		c.clock = max(c.clock, next)
		for _, m := range c.members {
			m.item, m.defined, m.clock = i, i-1, c.clock
		}
		if !ends {
			falls.fall(next)
			continue
		}
		c.end(end)
		end += oracleWindow
	}
}

func (m *member) fall(at int64) {
	m.flush()
	m.events = append(m.events, m.event(api.ViolationEventTypeAlarmInvalidated, m.item, m.active, m.defined, at, ""))
	m.active = -1
	m.forget()
}

// end closes what ends at time t.
func (c *crowd) end(t int64) {
	d := c.duration()
	for _, m := range c.members {
		if m.covers && isCloud(c.rule) {
			m.end(t)
		}
	}
	if t%d != 0 {
		return
	}
	k := t/d - 1
	for _, m := range c.members {
		var last *value
		var rest []ranking
		for _, p := range m.points {
			switch {
			case p.window == k:
				last = &p.value
			case p.window > k:
				rest = append(rest, p)
			}
		}
		if m.points = rest; m.covers && last != nil && k >= c.first {
			c.parts[k] = append(c.parts[k], *last)
		}
	}
	c.closed = k + 1
	if _, there := c.bounds[k-1]; !there {
		c.bounds[k-1] = nil
	}
}

// threshold takes a record's threshold of the windows that end at a time.
func (c *crowd) threshold(i int, end int64, t *record.Threshold) {
	d := c.duration()
	k := end/d - 1
	if _, there := c.bounds[k]; there || end%d != 0 || k != c.closed-1 || k < c.first {
		return
	}
	bound := c.percentile(c.parts[k])
	none := t.Count == nil && t.Number == nil
	if got := (api.MetricValue{Count: t.Count, Number: t.Number}); t.N != uint64(len(c.parts[k])) || (bound == nil) != none || bound != nil && encode(bound) != encode(got) {
		panic(fmt.Sprintf("threshold of window %d: got %s of %d, want %s of %d", k, encode(got), t.N, encode(bound), len(c.parts[k])))
	}
	c.bounds[k] = bound
	for _, m := range c.members {
		if m.covers {
			m.release(i)
		}
	}
}

// percentile is the value of which the statistic's part of all is not above it, by
// counting; nil if there is none.
func (c *crowd) percentile(values []value) *api.MetricValue {
	if len(values) < 2 {
		return nil
	}
	slices.SortFunc(values, func(a, b value) int { return a.compare(&api.MetricValue{Count: b.count, Number: b.number}) })
	if n := values[0].number; n != nil && *n < 0 {
		return nil
	}
	hundredths, err := strconv.ParseFloat((*c.rule.Criteria.StatisticalThreshold.Statistic)[1:], 64)
	if err != nil {
		panic(err)
	}
	rank := 1
	for rank*10_000 < int(math.Round(hundredths*100))*len(values) {
		rank++
	}
	v := values[rank-1]
	if v.number != nil {
		return &api.MetricValue{Number: new(*v.number + 0)}
	}
	return &api.MetricValue{Count: v.count}
}

// judges returns the threshold for datapoints of window w, and whether one may come.
func (c *crowd) judges(w int64) (bound *api.MetricValue, waits bool) {
	if w-1 < c.first {
		return nil, false
	}
	bound, there := c.bounds[w-1]
	return bound, !there
}

// verdict judges a value by a threshold.
func (m *member) verdict(v value, bound *api.MetricValue) (normal bool, text string) {
	criteria := *m.behavior().Criteria
	criteria.Value = bound
	kind := metric.Gauge
	if v.number != nil {
		kind = metric.Number
	}
	return v.normal(&criteria), v.json(kind)
}

// report takes the datapoint of a report, if it completes one.
func (m *member) report(i int) {
	it, b := m.oracle[i], m.behaviors[i]
	if it.report == nil || it.thing != m.thing || it.repeat || isCloud(b) {
		return
	}
	v, ok := it.world.valueOf(&it.report.Report, b)
	if !ok {
		return
	}
	m.hear()
	d := m.crowd.duration()
	if it.world.kind(b) == metric.Delta {
		m.covered += m.cover(i, d)
		m.sum += min(*v.count, math.MaxInt64-m.sum)
		if 2*m.covered < 2*d-m.cover(i, d) {
			return
		}
		v.count = new(m.sum)
		m.sum, m.covered = 0, 0
	}
	w := it.At / d
	for (w+1)*d+oracleGrace < m.clock {
		w++
	}
	for _, p := range m.points {
		w = max(w, p.window)
	}
	m.ranking(it.At, w, v)
}

// ranking takes a datapoint of a window.
func (m *member) ranking(at, w int64, v value) {
	bound, waits := m.crowd.judges(w)
	m.points = append(m.points, ranking{at, v, w, !waits})
	if bound != nil {
		normal, text := m.verdict(v, bound)
		m.datapoint(at, normal, text)
	}
	for i := range max(0, len(m.points)-64) {
		m.points[i].done = true
	}
}

// release judges what waited for a threshold that has come with item i.
func (m *member) release(i int) {
	for j := range m.points {
		p := &m.points[j]
		bound, waits := m.crowd.judges(p.window)
		if p.done || waits {
			continue
		}
		if p.done = true; bound != nil {
			normal, text := m.verdict(p.value, bound)
			m.datapoint(p.at, normal, text)
		}
	}
	if m.open {
		m.earlyRanked(m.oracle[i].At)
	}
}

// earlyRanked and closeRanked are what a cloudLife does with its window when it is a
// member of a crowd.
func (m *member) earlyRanked(at int64) {
	bound, _ := m.crowd.judges(m.start / m.crowd.duration())
	if bound == nil || m.decided {
		return
	}
	normal, text := m.verdict(value{count: new(m.sum)}, bound)
	if normal != upper(m.behavior().Criteria) {
		m.datapoint(at, normal, text)
		m.decided = true
	}
}

func (m *member) closeRanked() {
	w, v := m.start/m.crowd.duration(), value{count: new(m.sum)}
	at := m.start + m.crowd.duration()
	if !m.decided {
		m.ranking(at, w, v)
		return
	}
	bound, _ := m.crowd.judges(w)
	if normal, text := m.verdict(v, bound); !normal && m.active >= 0 {
		m.update(at, text)
	}
	m.points = append(m.points, ranking{at, v, w, true})
}
