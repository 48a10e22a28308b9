package gateway

import (
	"net/netip"
	"slices"
	"sync"

	"vedette/record"
)

// usage is what is counted for one client id: of a connection, of attempts to connect
// that failed, or of messages by HTTPS. Its lock is its own. The methods of nil count nothing.
type usage struct {
	meter   *meter
	thing   string
	session uint64     // 0: there is no connection
	addr    netip.Addr // zero: not known

	mu      sync.Mutex
	now     slot  // of the window that goes on
	before  *slot // of an earlier one, not written yet; nil: nothing
	set     *dimensions
	own     [][]filter // its filters with variables
	written []written  // what is not known to be on disk
	closed  bool

	turn sync.Mutex // held while records are appended: they keep their order
}

// slot is what was counted in one window with one set of dimensions.
type slot struct {
	window                int64
	set                   *dimensions
	any                   bool
	attempts, disconnects int64
	all                   record.Tally
	pairs                 []record.Tally
}

// written is a record that was handed to the log.
type written struct {
	number  uint64
	kind    record.Kind
	body    []byte
	connect bool // it says that the thing connected
	failed  bool
}

// topicless counts what has no topic.
func (u *usage) topicless(fn func(*slot)) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.roll()
	u.now.any = true
	fn(&u.now)
}

func (u *usage) sent(topic []byte, size int) {
	u.count(topic, func(t *record.Tally) {
		n := int64(size)
		if t.Sent == 0 {
			t.Min = n
		}
		t.Sent++
		t.Bytes += n
		t.Min, t.Max = min(t.Min, n), max(t.Max, n)
	})
}

func (u *usage) received(topic []byte) { u.count(topic, func(t *record.Tally) { t.Received++ }) }

func (u *usage) denied(topic []byte) { u.count(topic, func(t *record.Tally) { t.Failures++ }) }

// count counts something about a topic, in all and in each dimension.
func (u *usage) count(topic []byte, add func(*record.Tally)) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.roll()
	u.now.any = true
	add(&u.now.all)
	if len(u.set.pairs) == 0 {
		return
	}
	known, in := -1, false // pairs of a group come one after the other
	for i, p := range u.set.pairs {
		if p.group != known {
			known, in = p.group, u.set.match(p.group, u.own, topic)
		}
		if in != p.notIn {
			add(&u.now.pairs[i])
		}
	}
}

// roll begins a new slot when the window or the dimensions are other ones. u.mu
// is held.
func (u *usage) roll() {
	window, set := u.meter.window.Load(), u.meter.dimensions.Load()
	if u.now.window == window && u.set == set {
		return
	}
	if u.now.any {
		if u.before == nil {
			u.before = &slot{}
		}
		*u.before, u.now = u.now, *u.before
		if u.now.any { // nobody could write it for a whole window
			u.before.add(&u.now)
		}
	}
	if u.set != set {
		u.set = set
		u.own = set.own(u.thing, set.named && u.meter.registered(u.thing))
	}
	u.now.begin(window, set)
}

func (s *slot) begin(window int64, set *dimensions) {
	pairs := s.pairs[:0]
	for range set.pairs {
		pairs = append(pairs, record.Tally{})
	}
	*s = slot{window: window, set: set, pairs: pairs}
}

// add merges what another slot has, as far as it counts the same.
func (s *slot) add(o *slot) {
	s.any, s.attempts, s.disconnects = true, s.attempts+o.attempts, s.disconnects+o.disconnects
	s.all = sum(s.all, o.all)
	for i := range s.pairs {
		if s.set == o.set {
			s.pairs[i] = sum(s.pairs[i], o.pairs[i])
		}
	}
}

func sum(a, b record.Tally) record.Tally {
	switch {
	case a.Sent == 0:
		a.Min = b.Min
	case b.Sent > 0:
		a.Min = min(a.Min, b.Min)
	}
	a.Max = max(a.Max, b.Max)
	a.Sent, a.Received, a.Failures, a.Bytes = a.Sent+b.Sent, a.Received+b.Received, a.Failures+b.Failures, a.Bytes+b.Bytes
	return a
}

// write hands what was counted, and could not be stored before, to the log. While
// something is on its way nothing follows, unless this is the last call.
func (u *usage) write(last bool) {
	u.turn.Lock()
	defer u.turn.Unlock()
	u.mu.Lock()
	u.roll()
	list := u.again()
	if len(u.written) == 0 || last {
		if u.before != nil {
			list = u.take(u.before, list)
			u.before = nil
		}
		list = u.take(&u.now, list)
	}
	u.mu.Unlock()
	u.append(list)
}

// again returns the records to be appended once more. u.mu is held.
func (u *usage) again() (list []written) {
	kept := u.written[:0]
	for _, w := range u.written {
		if w.failed && w.connect && u.closed {
			continue // its end may be in the log already
		}
		if w.failed {
			w.failed = false
			list = append(list, w)
		}
		kept = append(kept, w)
	}
	u.written = kept
	return list
}

// take makes a record of a slot, and empties it. u.mu is held.
func (u *usage) take(s *slot, list []written) []written {
	if !s.any {
		return list
	}
	r := record.Usage{
		Thing: []byte(u.thing), Number: u.meter.next(), Window: s.window,
		Attempts: s.attempts, Disconnects: s.disconnects, Tally: s.all,
	}
	if u.addr.IsValid() {
		r.Addrs = []netip.Addr{u.addr}
	}
	for i, p := range s.set.pairs {
		if s.pairs[i] != (record.Tally{}) {
			r.Dimensions = append(r.Dimensions, record.DimensionTally{Name: s.set.groups[p.group].name, NotIn: p.notIn, Tally: s.pairs[i]})
		}
	}
	s.begin(s.window, s.set)
	return u.note(written{number: r.Number, kind: record.KindUsage, body: record.AppendUsage(nil, &r)}, list)
}

func (u *usage) note(w written, list []written) []written {
	u.written = append(u.written, w)
	return append(list, w)
}

// append hands records to the log. u.turn is held, u.mu is not.
func (u *usage) append(list []written) {
	for _, w := range list {
		u.meter.records.Add(1)
		u.meter.log.Append(record.Partition([]byte(u.thing)), w.kind, w.body, u, w.number)
	}
}

// presence writes that the thing has connected, or why not any more.
func (u *usage) presence(p record.Presence) {
	p.Thing, p.Session = []byte(u.thing), u.session
	u.turn.Lock()
	defer u.turn.Unlock()
	u.mu.Lock()
	list := u.note(written{number: u.meter.next(), kind: record.KindPresence, body: record.AppendPresence(nil, &p), connect: p.Connected}, u.again())
	u.mu.Unlock()
	u.append(list)
}

// close writes what is left when the connection has ended.
func (u *usage) close(why record.Reason) {
	if u == nil {
		return
	}
	u.topicless(func(s *slot) { s.disconnects++ })
	u.finish()
	u.presence(record.Presence{Reason: why})
}

// finish writes what is left: nothing more will be counted.
func (u *usage) finish() {
	u.mu.Lock()
	u.closed = true
	u.mu.Unlock()
	u.write(true)
}

// Committed implements record.Waiter: a record is on disk, or has to be appended
// again.
func (u *usage) Committed(number uint64, _ int64, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for i := range u.written {
		if u.written[i].number != number {
			continue
		}
		if u.written[i].failed = err != nil; err == nil {
			if u.written = slices.Delete(u.written, i, i+1); len(u.written) == 0 {
				u.written = nil // the client may be idle from now on
			}
		} else {
			u.meter.failures.Add(1)
		}
		return
	}
}

// over tells whether nothing will come of u any more.
func (u *usage) over() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.closed && len(u.written) == 0 && !u.now.any && u.before == nil
}
