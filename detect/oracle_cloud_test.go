package detect_test

import (
	"maps"
	"net/netip"
	"slices"
	"sort"

	"vedette/api"
	"vedette/metric"
	"vedette/record"
)

// The oracle's judge of cloud-side metrics goes through a spell record by record,
// and between two records through all moments at which time alone decides
// something. It knows one thing and one behavior.

const (
	oracleGrace  = int64(15_000)
	oracleWindow = int64(300_000)
	oracleMinute = int64(60_000)
)

// A connection is what is known of a thing's connections.
type connection struct {
	seen, online bool
	session      uint64
	at           int64
	addr         netip.Addr
	lost         int64 // when it was known that its process had ended before, in whole seconds after at; 0: it had not
}

// livesAt tells whether the process of a connection lived at a time, by what was known before item i.
func (o oracle) livesAt(c connection, i int, at int64) bool {
	last, says := o[i-1].lives[uint32(c.session>>32)]
	return !says || last >= at
}

// presences notes in each item that is a presence record what it changes, and
// which ones change nothing.
func (o oracle) presences() {
	now := make(map[string]connection)
	lives := make(map[uint32]int64)
	for i, it := range o {
		if it.gateway != nil {
			lives = maps.Clone(lives)
			o.gateways(i, now, lives)
		}
		it.lives = lives
		p := it.presence
		if p == nil {
			continue
		}
		c := now[it.thing]
		it.last = c.seen && c.session == p.Session
		it.repeat = it.last && (p.Connected || !c.online) || !it.last && !p.Connected
		switch {
		case it.repeat:
		case p.Connected:
			now[it.thing] = connection{true, true, p.Session, it.At, p.Addr.Unmap(), 0}
		case it.last:
			c.online, c.at = false, it.At
			now[it.thing] = c
		}
		it.connection = now[it.thing]
	}
}

// gateways notes what the gateway record i ends.
func (o oracle) gateways(i int, now map[string]connection, lives map[uint32]int64) {
	it, g := o[i], o[i].gateway
	it.ended = make(map[string]connection)
	for thing, c := range now {
		process := uint32(c.session >> 32)
		if !c.online || g.State == record.GatewayAlive || (process == g.Process) != (g.State == record.GatewayGone) {
			continue
		}
		if g.State == record.GatewayAlone && record.Elsewhere(process) {
			continue
		}
		last, says := lives[process]
		if !says {
			last = it.clock
		}
		c.online, c.at = false, max(c.at, last)
		c.lost = c.at + (max(0, it.At-c.at)+999)/1000*1000
		if it.At <= c.at {
			c.lost = 0
		}
		now[thing], it.ended[thing] = c, c
	}
	if g.State == record.GatewayAlone {
		clear(lives)
	}
	lives[g.Process] = max(lives[g.Process], it.At)
	if g.State == record.GatewayGone {
		delete(lives, g.Process)
	}
}

// isCloud tells whether a behavior is on a cloud-side metric.
func isCloud(b *api.Behavior) bool {
	info, ok := metric.Lookup(*b.Metric)
	return ok && !info.Device
}

// A cloudLife is a behavior on a cloud-side metric in the course of a spell.
type cloudLife struct {
	watch
	events []judgment
	now    connection

	open    bool // a window
	start   int64
	decided bool
	sum     int64
	addrs   []netip.Addr

	due               int64 // when the threshold is passed; 0: never
	violating, normal int
	active            int   // the item that began the violation; -1: none
	heard             int64 // clock
	clock             int64
	written           int64
	held              *judgment

	ranks *member // of a crowd; nil: the criteria have a fixed value

	item    int // being dealt with
	defined int // item as of which the behavior is what it is
}

// cloud judges the items from from to to.
func (w watch) cloud(from, to int) []judgment {
	l := &cloudLife{watch: w, active: -1, clock: w.oracle[from].clock}
	for i := 0; i < from; i++ {
		l.remember(i)
	}
	for i := from; i <= to && i < len(w.oracle); i++ {
		l.item, l.defined = i, i-1
		if i > from {
			l.pass(w.oracle[i].clock)
			l.lose(i)
		}
		if i == to {
			if l.active >= 0 {
				l.flush()
				l.events = append(l.events, l.removal(l.active, i))
			}
			break
		}
		l.defined = i
		if i > from && w.edited(i) {
			l.forget()
		}
		l.remember(i)
		l.take(i)
	}
	return l.events
}

func (l *cloudLife) remember(i int) {
	if it := l.oracle[i]; it.presence != nil && it.thing == l.thing {
		l.now = it.connection
	} else if c, ok := it.ended[l.thing]; ok {
		l.now = c
	}
}

// lose takes what the gateway record i says of the thing. The window that nobody has
// seen the end of is no datapoint.
func (l *cloudLife) lose(i int) {
	c, ok := l.oracle[i].ended[l.thing]
	if !ok {
		return
	}
	l.now = c
	if l.metric() == "aws:disconnect-duration" {
		l.due = l.passedAt()
	} else if l.open && l.start+l.duration() > c.at {
		l.open = false
	}
}

func (l *cloudLife) forget() {
	l.open, l.decided, l.due, l.violating, l.normal = false, false, 0, 0, 0
}

func (l *cloudLife) behavior() *api.Behavior { return l.behaviors[l.defined] }

func (l *cloudLife) metric() string { return *l.behavior().Metric }

func (l *cloudLife) counts() bool {
	info, _ := metric.Lookup(l.metric())
	return info.Kind == metric.Counter
}

func (l *cloudLife) duration() int64 {
	if d := l.behavior().Criteria.DurationSeconds; (l.counts() || l.ranks != nil) && d != nil {
		return int64(*d) * 1000
	}
	return oracleWindow
}

// pass lets time go on to a record that is stamped at.
func (l *cloudLife) pass(at int64) {
	boundary, end := ceil(l.clock, oracleWindow), ceil(l.clock-oracleGrace, oracleWindow)
	for l.clock < at {
		what, next := 0, at
		choose := func(w int, due int64) {
			if due < next {
				what, next = w, due
			}
		}
		if l.active >= 0 {
			choose(1, l.heard+l.silence)
		}
		if l.due != 0 {
			choose(2, l.due)
		}
		choose(3, boundary)
		choose(4, end+oracleGrace)
		if what == 0 {
			break
		}
		l.clock = max(l.clock, next)
		switch what {
		case 1:
			l.flush()
			l.events = append(l.events, l.event(api.ViolationEventTypeAlarmInvalidated, l.item, l.active, l.defined, next, ""))
			l.active = -1
			l.forget()
		case 2:
			l.minutes(next, (next-l.now.at)/oracleMinute)
			l.due = 0
		case 3:
			l.boundary(boundary)
			boundary += oracleWindow
		case 4:
			l.end(end)
			end += oracleWindow
		}
	}
	l.clock = max(l.clock, at)
}

func ceil(t, step int64) int64 {
	if t = max(t, 0); t%step != 0 {
		t += step - t%step
	}
	return t
}

// boundary measures disconnect durations.
func (l *cloudLife) boundary(m int64) {
	if l.metric() != "aws:disconnect-duration" || !l.now.seen {
		return
	}
	if l.now.online {
		if l.active >= 0 && l.oracle.livesAt(l.now, l.item, m) {
			l.minutes(m, 0)
		}
		return
	}
	if l.kept != nil {
		if m >= l.now.at {
			l.minutes(m, (m-l.now.at)/oracleMinute)
		}
		return
	}
	passed := l.passedAt()
	if passed != 0 && passed < m || l.active >= 0 && m >= l.now.at && passed != m {
		l.minutes(m, (m-l.now.at)/oracleMinute)
	}
}

// passedAt returns when the thing, which is disconnected, has passed or will pass
// the threshold; 0: never.
func (l *cloudLife) passedAt() int64 {
	const never = 1_000_000 // minutes: longer than any history
	if l.kept != nil {
		return 0
	}
	n := sort.Search(never, func(n int) bool { return !(value{count: new(int64(n))}).normal(l.behavior().Criteria) })
	if n == never {
		return 0
	}
	passed, after := l.now.at+int64(n)*oracleMinute, min(int64(n)*oracleMinute, 5*oracleMinute)
	if l.now.lost != 0 {
		passed = max(passed, l.now.lost+after)
	}
	return passed
}

func (l *cloudLife) minutes(at, n int64) {
	v := value{count: &n}
	if l.kept != nil {
		l.kept(l.item, at, v)
		return
	}
	l.hear()
	l.datapoint(at, v.normal(l.behavior().Criteria), v.json(metric.Gauge))
}

// end closes what ends at m or before, and begins the next window of a thing
// that is connected.
func (l *cloudLife) end(m int64) {
	if l.metric() == "aws:disconnect-duration" {
		return
	}
	lives := !l.now.online || l.oracle.livesAt(l.now, l.item, m)
	if l.open && l.start+l.duration() <= m {
		if lives {
			l.close()
		}
		l.open = false
	}
	if l.now.online && lives {
		l.attend(m, m)
	}
}

// attend: the thing was connected at a time.
func (l *cloudLife) attend(t, at int64) {
	switch {
	case l.counts():
		l.enter(t)
		l.early(at)
	case l.metric() == "aws:source-ip-address" && l.behavior().MetricDimension == nil && l.now.addr.IsValid():
		l.enter(t)
		l.addrs = append(l.addrs, l.now.addr)
		l.early(at)
	}
}

// turn closes the open window if a time is in a later one, as all times are that
// belong to windows which are closed already.
func (l *cloudLife) turn(t int64) int64 {
	d := l.duration()
	oldest := t
	for oldest-oldest%d+d+oracleGrace < l.clock {
		oldest += d
	}
	if l.open && oldest < l.start {
		oldest = l.start
	}
	if l.kept != nil {
		oldest = max(oldest, l.written) // the end of a window comes once
	}
	if l.open && l.start+d <= oldest {
		l.close()
	}
	return oldest
}

func (l *cloudLife) enter(t int64) {
	l.hear()
	if !l.open {
		l.open, l.decided, l.sum, l.addrs = true, false, 0, nil
		l.start = t - t%l.duration()
	}
}

func (l *cloudLife) hear() { l.heard = l.clock }

// take adds what record i says of the thing.
func (l *cloudLife) take(i int) {
	it := l.oracle[i]
	if it.thing != l.thing || it.repeat {
		return
	}
	switch {
	case it.presence != nil && l.metric() == "aws:disconnect-duration":
		switch {
		case it.presence.Connected:
			l.due = 0
			if l.kept != nil {
				l.minutes(it.clock, 0)
				break
			}
			l.minutes(it.At, 0)
		case it.last:
			l.due = l.passedAt()
		}
	case it.presence != nil:
		t := l.turn(it.At)
		if l.counts() || it.last || l.now.online {
			l.attend(t, it.At)
		}
	case it.usage != nil && l.metric() != "aws:disconnect-duration":
		l.use(it, l.turn(min(it.usage.Window, it.At)))
	}
}

func (l *cloudLife) use(it *item, t int64) {
	u, tally := it.usage, it.usage.Tally
	if d := l.behavior().MetricDimension; d != nil {
		tally = record.Tally{}
		for _, of := range u.Dimensions {
			if string(of.Name) == *d.DimensionName && of.NotIn == (d.Operator != nil && *d.Operator == api.DimensionValueOperatorNotIn) {
				tally = of.Tally
			}
		}
	}
	switch l.metric() {
	case "aws:message-byte-size":
		if tally.Sent == 0 {
			return
		}
		fresh := !l.open
		l.enter(t)
		if l.ranks != nil {
			l.sum += tally.Bytes
			l.early(it.At)
			return
		}
		if upper(l.behavior().Criteria) {
			l.sum = max(l.sum, tally.Max)
		} else if l.sum = min(l.sum, tally.Min); fresh {
			l.sum = tally.Min
		}
		l.early(it.At)
	case "aws:source-ip-address":
		if l.behavior().MetricDimension != nil && tally.Sent == 0 && tally.Received == 0 {
			return
		}
		for _, a := range u.Addrs {
			l.enter(t)
			l.addrs = append(l.addrs, a.Unmap())
			l.early(it.At)
		}
	default:
		l.enter(t)
		n := map[string]int64{
			"aws:num-connection-attempts": u.Attempts, "aws:num-disconnects": u.Disconnects,
			"aws:num-messages-sent": tally.Sent, "aws:num-messages-received": tally.Received, "aws:num-authorization-failures": tally.Failures,
		}[l.metric()]
		l.sum += min(n, 1<<63-1-l.sum)
		l.early(it.At)
	}
}

// value returns the open window's.
func (l *cloudLife) value() (normal bool, text string) {
	v, k := value{count: &l.sum}, metric.Gauge
	if l.metric() == "aws:source-ip-address" {
		v, k = value{addrs: addresses(l.addrs)}, metric.Addresses
	}
	return v.normal(l.behavior().Criteria), v.json(k)
}

// early gives a verdict if nothing can change it any more.
func (l *cloudLife) early(at int64) {
	if l.ranks != nil {
		l.ranks.earlyRanked(at)
		return
	}
	normal, text := l.value()
	settled := !normal
	if l.counts() {
		settled = normal != upper(l.behavior().Criteria)
	}
	if settled && !l.decided {
		l.datapoint(at, normal, text)
		l.decided = true
	}
}

func (l *cloudLife) close() {
	at := l.start + l.duration()
	if l.kept != nil {
		v := value{count: new(l.sum)}
		if l.metric() == "aws:source-ip-address" {
			v = value{addrs: addresses(l.addrs)}
		}
		l.kept(l.item, at, v)
		l.open, l.written = false, at
		return
	}
	l.hear()
	if l.ranks != nil {
		l.ranks.closeRanked()
		l.open = false
		return
	}
	normal, text := l.value()
	switch {
	case !l.decided:
		l.datapoint(at, normal, text)
	case !normal && l.active >= 0:
		l.update(at, text)
	}
	l.open = false
}

func upper(c *api.BehaviorCriteria) bool {
	return slices.Contains([]api.ComparisonOperator{api.ComparisonOperatorLessThan, api.ComparisonOperatorLessThanEquals}, *c.ComparisonOperator)
}

// datapoint takes a verdict to the alarm.
func (l *cloudLife) datapoint(at int64, normal bool, text string) {
	if normal {
		l.violating, l.normal = 0, l.normal+1
	} else {
		l.violating, l.normal = l.violating+1, 0
	}
	c := l.behavior().Criteria
	switch {
	case l.active < 0 && l.violating >= consecutive(c.ConsecutiveDatapointsToAlarm):
		l.active, l.violating, l.normal = l.item, 0, 0
		l.heard, l.written, l.held = l.clock, at, nil
		l.events = append(l.events, l.event(api.ViolationEventTypeInAlarm, l.item, l.item, l.defined, at, text))
	case l.active >= 0 && normal && l.normal >= consecutive(c.ConsecutiveDatapointsToClear):
		l.flush()
		l.events = append(l.events, l.event(api.ViolationEventTypeAlarmCleared, l.item, l.active, l.defined, at, text))
		l.active, l.violating, l.normal = -1, 0, 0
	case l.active >= 0 && !normal:
		l.update(at, text)
	}
}

func (l *cloudLife) update(at int64, text string) {
	u := judgment{episode: l.oracle[l.active].Pos}
	u.Thing, u.Profile, u.Behavior = l.thing, l.profile, l.name
	u.Type, u.Time, u.Value, u.Pos = updated, at, text, l.oracle[l.item].Pos
	if l.written <= at && at < l.written+10_000 {
		l.held = &u
		return
	}
	l.written, l.held = at, nil
	l.events = append(l.events, u)
}

// flush writes what was held back.
func (l *cloudLife) flush() {
	if l.held != nil {
		l.held.Pos = l.oracle[l.item].Pos
		l.events = append(l.events, *l.held)
		l.held = nil
	}
}
