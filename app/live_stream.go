package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"vedette/api"
	"vedette/control"
	"vedette/restjson"
	"vedette/store"
)

const (
	liveBeat  = time.Second // how often a stream looks whether it has changes to tell
	liveQuiet = 15          // beats between comments, which tell that the connection lives
	liveLong  = 600         // beats after which a stream ends: the client comes again, and is asked again who it is
	liveRetry = time.Second // after which a client comes again
)

// watcher is one who watches.
type watcher struct {
	thing  string        // whose reports to tell; empty: nobody's
	signal chan struct{} // there is something to tell

	mu       sync.Mutex
	items    []item
	changes  map[string]struct{} // kinds
	counters *control.LiveCounters
	lost     bool // there was no room for an item
}

// item is an event that is told once, to who is there.
type item struct {
	event string
	data  any
}

func (w *watcher) wake() {
	select {
	case w.signal <- struct{}{}:
	default:
	}
}

func (w *watcher) add(i item) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.items) == liveWaiting {
		w.lost = true
	} else {
		w.items = append(w.items, i)
	}
	w.wake()
}

// change notes a change. It is told with others, once a second at most.
func (w *watcher) change(kind string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changes[kind] = struct{}{}
}

func (w *watcher) count(c *control.LiveCounters) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counters = c
	w.wake()
}

// take returns what there is to tell, but for violation events; changes only if asked for.
func (w *watcher) take(changes bool) (items []item, lost bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	items, w.items = w.items, nil
	if w.counters != nil {
		items = append(items, item{"counters", w.counters})
		w.counters = nil
	}
	if changes {
		for kind := range w.changes {
			items = append(items, item{"change", &control.LiveChange{Kind: &kind}})
		}
		clear(w.changes)
	}
	return items, w.lost
}

// watch streams what happens to one client until it is gone, or too slow, or the server
// stops (control.Options.Watch).
func (l *live) watch(ctx context.Context, in *control.WatchLiveRequest, out *restjson.Stream) error {
	places, err := parsePlaces(out.LastEventID(), len(l.end))
	if err != nil {
		return err
	}
	w := &watcher{thing: api.Value(in.ThingName), signal: make(chan struct{}, 1), changes: map[string]struct{}{}}
	if err := l.enter(w); err != nil {
		return err
	}
	defer l.leave(w)
	s := &liveStream{live: l, watcher: w, out: out, places: places}
	out.Retry(liveRetry)
	out.End()
	w.count(l.counters())
	return s.run(ctx)
}

// liveStream is the stream of one client.
type liveStream struct {
	live    *live
	watcher *watcher
	out     *restjson.Stream
	places  []store.EventPlace // of the last events that were sent; nil: not known yet
	beats   int                // that were looked at
}

// run sends until there is a reason to end. Only a fault of the server is an error.
func (s *liveStream) run(ctx context.Context) error {
	beat := time.NewTicker(liveBeat)
	defer beat.Stop()
	for beats := 0; ; {
		if err := s.send(ctx, beats); err != nil {
			if errors.Is(err, errStreamOver) || ctx.Err() != nil {
				return nil
			}
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.live.stopped:
			return nil
		case <-s.watcher.signal:
		case <-beat.C:
			if beats++; beats == liveLong {
				return nil
			}
		}
	}
}

// errStreamOver says that the client is gone, too slow, or may not watch any more.
var errStreamOver = errors.New("the stream is over")

// send sends what there is to tell. beats is how many seconds the stream has lasted.
func (s *liveStream) send(ctx context.Context, beats int) error {
	second := beats > s.beats
	s.beats = beats
	if second && beats%liveQuiet == 0 {
		if s.out.Allowed() != nil {
			return errStreamOver
		}
		s.out.Comment()
	}
	items, lost := s.watcher.take(second)
	if lost {
		return errStreamOver
	}
	for _, i := range items {
		if err := s.out.Event(i.event, "", i.data); err != nil {
			return err
		}
	}
	return s.violations(ctx)
}

// violations sends the violation events that were stored since the last, and what was
// added before.
func (s *liveStream) violations(ctx context.Context) error {
	now, known := s.live.now()
	if known && s.places == nil {
		s.places = now
		s.out.At(placesID(now)) // who loses the connection before the first event misses none
		s.out.End()
	}
	for more := known; more; {
		events, err := s.live.next(ctx, s.places)
		if err != nil {
			return err
		}
		for i := range events {
			e := &events[i]
			s.places[e.Shard] = e.Place()
			data, err := control.NewLiveViolation(e)
			if err == nil {
				err = s.out.Event("violation", placesID(s.places), data)
			}
			if err != nil {
				return err
			}
		}
		if more = len(events) > 0; more && s.out.Flush() != nil {
			return errStreamOver
		}
	}
	if s.out.Flush() != nil {
		return errStreamOver
	}
	return nil
}

// The id of an event says how far its client is in each shard: POS-VIOLATION-ENDS,
// separated by commas.

func placesID(places []store.EventPlace) string {
	var b strings.Builder
	for i, p := range places {
		if i > 0 {
			b.WriteByte(',')
		}
		ends := 0
		if p.Ends {
			ends = 1
		}
		fmt.Fprintf(&b, "%d-%s-%d", p.Pos, p.ID, ends)
	}
	return b.String()
}

// maxPlacesID bounds what is read of an id: of 64 shards, the most that there can be.
const maxPlacesID = 64 * 64

// parsePlaces reads an id; nil for the empty one.
func parsePlaces(id string, shards int) ([]store.EventPlace, error) {
	if id == "" {
		return nil, nil
	}
	parts := strings.Split(id, ",")
	bad := len(id) > maxPlacesID || len(parts) != shards
	places := make([]store.EventPlace, len(parts))
	for i, part := range parts {
		pos, rest, _ := strings.Cut(part, "-")
		violation, ends, _ := strings.Cut(rest, "-")
		n, err := strconv.ParseUint(pos, 10, 63)
		hex := strings.Trim(violation, "0123456789abcdef") == "" && (len(violation) == 32 || violation == "" && n == 0)
		bad = bad || err != nil || !hex || ends != "0" && ends != "1"
		places[i] = store.EventPlace{Pos: n, ID: violation, Ends: ends == "1"}
	}
	if bad {
		return nil, api.InvalidRequest("The header Last-Event-ID must be the id of an event of this stream, or be left out: what comes from now on is told then.")
	}
	return places, nil
}

// earlier tells whether a is before b.
func earlier(a, b store.EventPlace) bool {
	if c := cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.ID, b.ID)); c != 0 {
		return c < 0
	}
	return !a.Ends && b.Ends
}
