package gateway

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vedette/metric"
	"vedette/record"
)

// remoteHarness is a broker elsewhere.
type remoteHarness struct {
	*harness
	*Remote
}

func newRemoteHarness(o Options) *remoteHarness {
	h := newHarness(o)
	return &remoteHarness{h, h.Gateway.Remote("plant")}
}

// tell hands an event on, and returns what done was called with.
func (h *remoteHarness) tell(t *testing.T, e RemotePresence) error {
	t.Helper()
	calls, got := 0, error(nil)
	if e.Thing == "" {
		e.Thing = "cam"
	}
	if !h.Presence(&e, func(err error) { calls++; got = err }) || calls != 1 {
		t.Fatalf("event %+v: done was called %d times", e, calls)
	}
	return got
}

// event is an event in a few words: + connected, - disconnected.
func event(sign byte, connection string, version, at int64) RemotePresence {
	return RemotePresence{Connected: sign == '+', Connection: connection, Version: version, Time: at}
}

func TestRemotePresence(t *testing.T) {
	const hour = 3600_000
	duplicate := event('-', "", -1, 30)
	duplicate.Reason = record.DuplicateClientID
	for name, tc := range map[string]struct {
		events                []RemotePresence
		want                  string // a + or - for each record, in order
		attempts, disconnects int64
	}{
		"in order":             {[]RemotePresence{event('+', "a", 1, 10), event('-', "a", 1, 20), event('+', "b", 2, 30)}, "+-+", 2, 1},
		"twice":                {[]RemotePresence{event('+', "a", 1, 10), event('+', "a", 1, 10), event('-', "a", 1, 20), event('-', "a", 1, 20)}, "+-", 1, 1},
		"pair turned round":    {[]RemotePresence{event('-', "a", 1, 20), event('+', "a", 1, 10)}, "", 0, 1},
		"old end comes late":   {[]RemotePresence{event('+', "a", 1, 10), event('+', "b", 2, 30), event('-', "a", 1, 31)}, "++", 2, 1},
		"old begin comes late": {[]RemotePresence{event('+', "b", 2, 30), event('+', "a", 1, 10), event('-', "b", 2, 40)}, "+-", 1, 1},
		"newer end comes first": {
			[]RemotePresence{event('+', "a", 1, 10), event('-', "b", 2, 40), event('+', "b", 2, 30), event('-', "a", 1, 29)}, "+-", 1, 1},
		"numbered anew":              {[]RemotePresence{event('+', "a", 7, 10), event('-', "a", 7, 20), event('+', "b", 0, 20+hour)}, "+-+", 2, 1},
		"old end much later":         {[]RemotePresence{event('+', "b", 7, 10), event('-', "a", 6, 10+hour)}, "+", 1, 0},
		"no versions":                {[]RemotePresence{event('+', "a", -1, 10), event('-', "a", -1, 20), event('+', "b", -1, 30)}, "+-+", 2, 1},
		"no versions, stale":         {[]RemotePresence{event('+', "b", -1, 30), event('+', "a", -1, 10), event('-', "b", -1, 40)}, "+-", 1, 1},
		"no connection":              {[]RemotePresence{event('+', "", -1, 10), event('-', "", -1, 20)}, "+-", 1, 1},
		"no connection, stale":       {[]RemotePresence{event('+', "", -1, 10), event('-', "", -1, 5)}, "+", 1, 0},
		"no connection, taken over":  {[]RemotePresence{event('+', "", -1, 10), event('+', "", -1, 29), duplicate}, "++", 2, 1},
		"connection at its begin":    {[]RemotePresence{event('+', "9", 9, 10), event('-', "", -1, 20)}, "+-", 1, 1},
		"nothing known of the times": {[]RemotePresence{event('+', "a", -1, 0), event('-', "a", -1, 0), event('+', "b", -1, 0)}, "+-+", 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newRemoteHarness(Options{})
			for _, e := range tc.events {
				if err := h.tell(t, e); err != nil {
					t.Fatal(err)
				}
			}
			h.meter.write()
			usages, presences := h.log.counted()
			got := ""
			var open uint64
			for _, p := range presences {
				switch {
				case p.Connected:
					got += "+"
					open = p.Session
				default:
					got += "-"
					if p.Session != open {
						t.Errorf("the end is of session %x, but %x is open", p.Session, open)
					}
				}
			}
			if got != tc.want {
				t.Errorf("got records %q, want %q", got, tc.want)
			}
			var attempts, disconnects int64
			for _, u := range usages {
				attempts, disconnects = attempts+u.Attempts, disconnects+u.Disconnects
			}
			if attempts != tc.attempts || disconnects != tc.disconnects {
				t.Errorf("counted %d attempts and %d disconnects, want %d and %d", attempts, disconnects, tc.attempts, tc.disconnects)
			}
		})
	}
}

func TestRemotePresenceRecord(t *testing.T) {
	h := newRemoteHarness(Options{})
	addr := netip.MustParseAddr("192.0.2.10")
	on := RemotePresence{Connected: true, Connection: "s", Version: 4, Time: 1767225600123, Addr: addr}
	off := RemotePresence{Connection: "s", Version: 4, Time: 1767225900456, Reason: record.ConnectionLost}
	if h.tell(t, on) != nil || !h.Sent([]byte("cam"), []byte("fleet/cam/x"), 7) || h.tell(t, off) != nil {
		t.Fatal("not taken")
	}
	usages, presences := h.log.counted()
	session := h.session("cam", "s")
	want := []record.Presence{
		{Thing: []byte("cam"), Session: session, Connected: true, Addr: addr},
		{Thing: []byte("cam"), Session: session, Reason: record.ConnectionLost},
	}
	if diff := cmp.Diff(want, presences, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if len(usages) != 1 || usages[0].Sent != 1 || usages[0].Bytes != 7 || usages[0].Attempts != 1 || usages[0].Disconnects != 1 || len(usages[0].Addrs) != 1 || usages[0].Addrs[0] != addr {
		t.Errorf("got usage %+v", usages)
	}
	if other := newRemoteHarness(Options{}); other.session("cam", "s") != session {
		t.Error("another process numbers the session otherwise")
	}
}

// TestRemotePresenceNotStored: what could not be stored is told again, and again, until
// it is. It counts once.
func TestRemotePresenceNotStored(t *testing.T) {
	h := newRemoteHarness(Options{})
	for _, e := range []RemotePresence{event('+', "a", 1, 10), event('-', "a", 1, 20)} {
		h.log.set(false, errDiskFull)
		for range 3 {
			if err := h.tell(t, e); !errors.Is(err, errDiskFull) {
				t.Fatalf("got %v, want %v", err, errDiskFull)
			}
		}
		h.log.set(false, nil)
		h.log.counted()
		if err := h.tell(t, e); err != nil {
			t.Fatal(err)
		}
		h.meter.write()
		usages, presences := h.log.counted()
		if len(presences) != 1 || presences[0].Connected != e.Connected {
			t.Errorf("got %+v, want what %+v says", presences, e)
		}
		var attempts, disconnects int64
		for _, u := range usages {
			attempts, disconnects = attempts+u.Attempts, disconnects+u.Disconnects
		}
		if want := map[bool][2]int64{true: {1, 0}, false: {0, 1}}[e.Connected]; attempts != want[0] || disconnects != want[1] {
			t.Errorf("counted %d attempts and %d disconnects, want %v", attempts, disconnects, want)
		}
	}
}

// TestRemotePresenceNotStoredTogether: of events that were on their way together, none
// is taken for stored because of a later one.
func TestRemotePresenceNotStoredTogether(t *testing.T) {
	h := newRemoteHarness(Options{})
	events := []RemotePresence{event('+', "a", 1, 10), event('-', "a", 1, 20)}
	h.log.holds = record.KindPresence
	h.log.set(true, nil)
	failures := 0
	for _, e := range events {
		e.Thing = "cam"
		h.Presence(&e, func(err error) {
			if err != nil {
				failures++
			}
		})
		<-h.log.arrived
	}
	h.log.set(false, nil)
	h.log.release(errDiskFull)
	if failures != 2 {
		t.Fatalf("%d events failed, want both", failures)
	}
	before, _ := h.log.counted()
	for _, e := range events {
		if err := h.tell(t, e); err != nil {
			t.Fatal(err)
		}
	}
	h.meter.write()
	usages, presences := h.log.counted()
	if len(presences) != 2 || !presences[0].Connected || presences[1].Connected {
		t.Errorf("got %+v, want that it connected and disconnected", presences)
	}
	var attempts, disconnects int64
	for _, u := range append(before, usages...) {
		attempts, disconnects = attempts+u.Attempts, disconnects+u.Disconnects
	}
	if attempts != 1 || disconnects != 1 {
		t.Errorf("counted %d attempts and %d disconnects, want one of each", attempts, disconnects)
	}
}

// TestRemoteSessionsGoOn: sessions at a broker go on over a restart; those of a
// process, or of a broker that is not configured any more, do not.
func TestRemoteSessionsGoOn(t *testing.T) {
	before := newRemoteHarness(Options{})
	here, there := before.session("cam", "a"), before.Gateway.Remote("old").session("cam", "a")
	own := before.meter.next()
	h := newRemoteHarness(Options{})
	if !h.Resume([]byte("cam"), here) {
		t.Error("the session at the broker was not known")
	}
	if h.Resume([]byte("cam"), there) || h.Resume([]byte("cam"), own) {
		t.Error("the session of an earlier process, or of another broker, goes on")
	}
	for session, elsewhere := range map[uint64]bool{here: true, there: true, own: false} {
		if record.Elsewhere(record.SessionProcess(session)) != elsewhere {
			t.Errorf("session %x: want elsewhere %v", session, elsewhere)
		}
	}
	if err := h.tell(t, event('+', "a", 1, 10)); err != nil {
		t.Fatal(err)
	}
	if err := h.tell(t, event('-', "a", 1, 20)); err != nil {
		t.Fatal(err)
	}
	if _, presences := h.log.counted(); len(presences) != 1 || presences[0].Connected || presences[0].Session != here {
		t.Errorf("got %+v, want the end of the session that went on", presences)
	}
}

func TestRemoteCounts(t *testing.T) {
	h := newRemoteHarness(Options{})
	h.SetDimensions([]Dimension{{Name: "alarms", Filters: []string{"fleet/${iot:ClientId}/alarm"}}, {Name: "alarms", NotIn: true, Filters: []string{"fleet/${iot:ClientId}/alarm"}}})
	h.Sent([]byte("cam"), []byte("fleet/cam/alarm"), 10)
	h.Sent([]byte("cam"), []byte("fleet/cam/state"), 4)
	h.Refused("cam", true)
	if h.Sent([]byte("a\x01b"), []byte("fleet/x/state"), 1) || h.Refused("", true) {
		t.Error("a name that no thing can have was counted")
	}
	h.meter.write()
	usages, _ := h.log.counted()
	total := record.Usage{}
	for _, u := range usages {
		total.Attempts += u.Attempts
		total.Tally = sum(total.Tally, u.Tally)
		total.Dimensions = append(total.Dimensions, u.Dimensions...)
	}
	want := record.Usage{Attempts: 1, Tally: record.Tally{Sent: 2, Failures: 1, Bytes: 14, Min: 4, Max: 10}, Dimensions: []record.DimensionTally{
		{Name: []byte("alarms"), Tally: record.Tally{Sent: 1, Bytes: 10, Min: 10, Max: 10}},
		{Name: []byte("alarms"), NotIn: true, Tally: record.Tally{Sent: 1, Bytes: 4, Min: 4, Max: 4}},
	}}
	if diff := cmp.Diff(want, total, cmpopts.IgnoreFields(record.Usage{}, "Window", "Number")); diff != "" {
		t.Error(diff)
	}
}

// TestRemoteForgets: the counters of a thing that is quiet are dropped, and nothing that
// was counted with them.
func TestRemoteForgets(t *testing.T) {
	h := newRemoteHarness(Options{})
	h.Sent([]byte("cam"), []byte("fleet/cam/state"), 4)
	if err := h.tell(t, RemotePresence{Thing: "lamp", Connected: true, Connection: "a", Version: 1, Time: 10}); err != nil {
		t.Fatal(err)
	}
	h.clock.advance(2 * time.Hour)
	h.Sent([]byte("door"), []byte("fleet/door/state"), 4)
	h.mu.Lock()
	_, cam := h.things["cam"]
	_, lamp := h.things["lamp"]
	h.mu.Unlock()
	if cam || !lamp {
		t.Errorf("kept: cam %v, lamp, which is connected, %v; want the second only", cam, lamp)
	}
	h.meter.write()
	sent := int64(0)
	usages, _ := h.log.counted()
	for _, u := range usages {
		sent += u.Sent
	}
	if sent != 2 {
		t.Errorf("counted %d messages, want 2", sent)
	}
}

// TestRemoteReportAgain: a broker that was killed may deliver an accepted report again
// after a later one of the same thing.
func TestRemoteReportAgain(t *testing.T) {
	h := newRemoteHarness(Options{})
	take := func(id int, again bool) string {
		h.client.answers = nil
		h.Report(h.client, []byte("cam"), metric.JSON, []byte(reportWithID(id)), again)
		return status(t, h.client.answers)
	}
	for _, step := range []struct {
		id     int
		again  bool
		stored int // reports in the log, then
	}{{1, false, 1}, {2, false, 2}, {1, true, 2}, {2, true, 2}, {3, true, 3}, {1, false, 4}} {
		if got := take(step.id, step.again); got != "ACCEPTED" {
			t.Errorf("report %d: %s", step.id, got)
		}
		if got := len(h.log.appended()); got != step.stored {
			t.Errorf("report %d, again %v: %d reports are stored, want %d", step.id, step.again, got, step.stored)
		}
	}
	if got := h.Stats().Repeats; got != 2 {
		t.Errorf("got %d repeats, want 2", got)
	}
}

func TestSeenIsBounded(t *testing.T) {
	var s seen
	for i := range uint64(seenKept + 10) {
		s.add(i, i)
	}
	if len(s.keys) != seenKept || s.has(9, 9) || !s.has(10, 10) || !s.has(seenKept+9, seenKept+9) {
		t.Errorf("%d are remembered, want the last %d", len(s.keys), seenKept)
	}
}
