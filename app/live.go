package app

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"vedette/api"
	"vedette/control"
	"vedette/store"
)

const (
	liveTick    = 2 * time.Second // from counters to counters
	livePage    = 500             // events that are read from the store at once
	liveKept    = 1024            // events in memory; who is further behind reads the store
	liveClients = 500             // streams at a time
	liveWaiting = 64              // reports and rejections that wait for a client at most
)

// live tells those who watch what happens, as it happens. Violation events are read from
// the store, where they are before anybody hears of them, once for all who watch: each of
// them is told in the order in which they were stored, and can go on from any of them.
// The rest is only told to who is there.
type live struct {
	db     *store.DB
	logger *slog.Logger
	rates  *rates
	active func() int        // violations, now
	kinds  map[string]string // callKinds

	kick    chan struct{} // events were stored, or somebody came
	stopped chan struct{} // closed when no more is told

	watched atomic.Pointer[map[string]int] // how many watch each thing; nil: nobody watches any

	mu       sync.Mutex
	watchers map[*watcher]struct{}
	known    bool               // events holds what was stored from start to end
	start    []store.EventPlace // by shard
	end      []store.EventPlace // by shard
	events   []store.Event      // in the order in which they were read
}

func newLive(db *store.DB, shards int, logger *slog.Logger, rates *rates, active func() int) *live {
	return &live{
		db: db, logger: logger.With("component", "live"), rates: rates, active: active, kinds: callKinds(),
		kick: make(chan struct{}, 1), stopped: make(chan struct{}), watchers: map[*watcher]struct{}{},
		start: make([]store.EventPlace, shards), end: make([]store.EventPlace, shards),
	}
}

// wake says that events were stored.
func (l *live) wake() {
	select {
	case l.kick <- struct{}{}:
	default: // it is said
	}
}

// run reads what was stored, and counts, until ctx ends. Then all streams end.
func (l *live) run(ctx context.Context) {
	defer close(l.stopped)
	l.rates.sample()
	tick := time.NewTicker(liveTick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.rates.sample()
			l.count()
		case <-l.kick:
			if err := l.read(ctx); err != nil && ctx.Err() == nil {
				l.logger.Warn("violation events not read, trying again", "error", err)
				l.retry(ctx, tick.C)
			}
		}
	}
}

// retry asks to read again, but not at once.
func (l *live) retry(ctx context.Context, tick <-chan time.Time) {
	select {
	case <-ctx.Done():
	case <-tick:
		l.wake()
	}
}

// read reads all that was stored since it was read last. While nobody watches it reads
// nothing, and begins anew when somebody comes.
func (l *live) read(ctx context.Context) error {
	l.mu.Lock()
	if len(l.watchers) == 0 {
		l.known, l.events = false, nil
		l.mu.Unlock()
		return nil
	}
	known, end := l.known, slices.Clone(l.end)
	l.mu.Unlock()
	if !known {
		return l.begin(ctx)
	}
	for shard := range end {
		for more := true; more; {
			list, err := l.db.EventsAfter(ctx, shard, end[shard], livePage)
			if err != nil {
				return err
			}
			if more = len(list) == livePage; len(list) > 0 {
				end[shard] = list[len(list)-1].Place()
				l.add(shard, list)
			}
		}
	}
	return nil
}

// begin notes what is stored now: those who come are told what comes after.
func (l *live) begin(ctx context.Context) (err error) {
	end := make([]store.EventPlace, len(l.end))
	for shard := range end {
		if end[shard], err = l.db.LastEvent(ctx, shard); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known, l.events, l.start, l.end = true, nil, end, slices.Clone(end)
	l.tell()
	return nil
}

// add adds the next events of a shard.
func (l *live) add(shard int, list []store.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, list...)
	l.end[shard] = list[len(list)-1].Place()
	if over := len(l.events) - liveKept; over > 0 {
		for i := range l.events[:over] {
			l.start[l.events[i].Shard] = l.events[i].Place()
		}
		l.events = slices.Clone(l.events[over:])
	}
	l.tell()
}

// tell wakes all who watch. The lock must be held.
func (l *live) tell() {
	for w := range l.watchers {
		w.wake()
	}
}

// next returns the events that come after the places, at most livePage.
func (l *live) next(ctx context.Context, places []store.EventPlace) ([]store.Event, error) {
	list, behind := l.recent(places)
	if behind < 0 {
		return list, nil
	}
	list, err := l.db.EventsAfter(ctx, behind, places[behind], livePage)
	if err != nil || len(list) > 0 {
		return list, err
	}
	l.mu.Lock() // all that was there has expired
	places[behind] = l.start[behind]
	l.mu.Unlock()
	return l.next(ctx, places)
}

// recent returns the events in memory that come after the places, at most livePage; or a
// shard of which some before those in memory come first, -1 for none.
func (l *live) recent(places []store.EventPlace) (list []store.Event, behind int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for shard := range places {
		if earlier(l.end[shard], places[shard]) { // it is of a log that is no more
			places[shard] = l.end[shard]
		}
		if earlier(places[shard], l.start[shard]) {
			return nil, shard
		}
	}
	for i := range l.events {
		if e := &l.events[i]; earlier(places[e.Shard], e.Place()) && len(list) < livePage {
			list = append(list, *e)
		}
	}
	return list, -1
}

// now returns the places behind all events that were read; ok is false before the first.
func (l *live) now() (places []store.EventPlace, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.end), l.known
}

// count tells the counters.
func (l *live) count() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.watchers) == 0 {
		return
	}
	c := l.counters()
	for w := range l.watchers {
		w.count(c)
	}
}

func (l *live) counters() *control.LiveCounters {
	r := l.rates.now()
	return &control.LiveCounters{
		ActiveAlarms: new(int64(l.active())), ReportsPerSecond: &r.Reports, MessagesPerSecond: &r.Messages, Connections: &r.Connections,
	}
}

// changed says that resources of a kind changed.
func (l *live) changed(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for w := range l.watchers {
		w.change(kind)
	}
}

// watching tells whether anybody watches a thing; it costs next to nothing.
func (l *live) watching() bool { return l.watched.Load() != nil }

// about tells those who watch a thing something of it.
func (l *live) about(thing []byte, event string, data any) {
	watched := l.watched.Load()
	if watched == nil || (*watched)[string(thing)] == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for w := range l.watchers {
		if w.thing == string(thing) {
			w.add(item{event, data})
		}
	}
}

// enter adds a watcher, if there are not too many.
func (l *live) enter(w *watcher) error {
	select {
	case <-l.stopped:
		return &api.Error{Code: api.ServiceUnavailableException, Message: "The server is stopping. Try again later."}
	default:
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.watchers) >= liveClients {
		return api.Errorf(api.ThrottlingException, "%d streams are open, there cannot be more: close others, or try again later.", liveClients)
	}
	l.watchers[w] = struct{}{}
	l.noteThing(w.thing, 1)
	l.wake()
	return nil
}

func (l *live) leave(w *watcher) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.watchers, w)
	l.noteThing(w.thing, -1)
}

// noteThing counts one more or less who watches a thing. The lock must be held.
func (l *live) noteThing(thing string, n int) {
	if thing == "" {
		return
	}
	things := map[string]int{}
	if before := l.watched.Load(); before != nil {
		things = maps.Clone(*before)
	}
	if things[thing] += n; things[thing] == 0 {
		delete(things, thing)
	}
	if len(things) == 0 {
		l.watched.Store(nil)
		return
	}
	l.watched.Store(&things)
}
