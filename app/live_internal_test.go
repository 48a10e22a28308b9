package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"vedette/api"
	"vedette/gateway"
	"vedette/store"
	"vedette/store/storetest"
)

// newTestLive returns a live of so many shards that runs until the test ends.
func newTestLive(t *testing.T, shards int) (*live, *store.DB) {
	t.Helper()
	db := storetest.New(t)
	r := &rates{total: func() ingested { return ingested{at: time.Now()} }, connections: func() int64 { return 0 }}
	l := newLive(db, shards, slog.New(slog.DiscardHandler), r, func() int { return 0 })
	ctx, cancel := context.WithCancel(context.Background())
	go l.run(ctx)
	t.Cleanup(func() { cancel(); <-l.stopped })
	return l, db
}

func newWatcher(thing string) *watcher {
	return &watcher{thing: thing, signal: make(chan struct{}, 1), changes: map[string]struct{}{}}
}

// collect returns the next n events after the places, in the order in which they come.
func (l *live) collect(t *testing.T, w *watcher, places []store.EventPlace, n int) (list []store.Event) {
	t.Helper()
	for timeout := time.After(time.Minute); len(list) < n; {
		events, err := l.next(t.Context(), places)
		if err != nil {
			t.Fatal(err)
		}
		for i := range events {
			places[events[i].Shard] = events[i].Place()
		}
		if list = append(list, events...); len(events) > 0 {
			continue
		}
		select {
		case <-w.signal:
		case <-timeout:
			t.Fatalf("got %d events, want %d", len(list), n)
		}
	}
	return list
}

// TestLiveShards: the events of several shards, by one who is there and by one who comes
// back; each shard's in order, and all once.
func TestLiveShards(t *testing.T) {
	l, db := newTestLive(t, 3)
	owners := []*storetest.Owner{storetest.Own(t, db, 0), storetest.Own(t, db, 1), storetest.Own(t, db, 2)}
	owners[1].Record(t, owners[1].Effects(storetest.InAlarm(0, 1))) // before anybody comes
	w := newWatcher("")
	if err := l.enter(w); err != nil {
		t.Fatal(err)
	}
	defer l.leave(w)
	<-w.signal
	begin, ok := l.now()
	if !ok || begin[1] == (store.EventPlace{}) || begin[0] != (store.EventPlace{}) {
		t.Fatalf("begins at %v, %t", begin, ok)
	}
	const n = 3000 // more than is kept
	for i := 1; i <= n; i += 5 {
		own := owners[i%3]
		own.Record(t, own.Effects(storetest.InAlarm(i, 1), storetest.InAlarm(i+1, 1), storetest.InAlarm(i+2, 1), storetest.InAlarm(i+3, 1), storetest.InAlarm(i+4, 1)))
		l.wake()
	}
	places := slices.Clone(begin)
	half := l.collect(t, w, places, n/2)
	mark := slices.Clone(places)
	rest := l.collect(t, w, places, n-len(half))
	seen := map[string]bool{}
	last := slices.Clone(begin)
	for _, e := range slices.Concat(half, rest) {
		if !earlier(last[e.Shard], e.Place()) {
			t.Fatalf("%v after %v", e.Place(), last[e.Shard])
		}
		last[e.Shard] = e.Place()
		seen[e.ID] = true
	}
	if len(seen) != n {
		t.Errorf("got %d different events, want %d", len(seen), n)
	}
	again := l.collect(t, w, mark, len(rest))
	for _, e := range again {
		if !slices.ContainsFunc(rest, func(r store.Event) bool { return r.ID == e.ID }) {
			t.Errorf("%s comes again", e.ID)
		}
	}
}

// TestLiveExpired: whoever comes back for events that are gone goes on behind them.
func TestLiveExpired(t *testing.T) {
	l, db := newTestLive(t, 1)
	own := storetest.Own(t, db, 0)
	own.Record(t, own.Effects(storetest.InAlarm(1, 1), storetest.InAlarm(2, 1), storetest.Cleared(1, 2), storetest.Cleared(2, 2)))
	w := newWatcher("")
	if err := l.enter(w); err != nil {
		t.Fatal(err)
	}
	<-w.signal
	if n, err := db.Expire(t.Context(), 1000); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	places := []store.EventPlace{{}}
	if list, err := l.next(t.Context(), places); len(list) != 0 || err != nil {
		t.Fatal(list, err)
	}
	own.Record(t, own.Effects(storetest.InAlarm(3, 1)))
	l.wake()
	if list := l.collect(t, w, places, 1); list[0].ID != storetest.InAlarm(3, 0).ID {
		t.Errorf("got %+v", list)
	}
	l.leave(w)
}

// TestLiveBounds: there are not too many streams, and not too much waits for one of them.
func TestLiveBounds(t *testing.T) {
	l, _ := newTestLive(t, 1)
	var all []*watcher
	for range liveClients {
		w := newWatcher("cam")
		if err := l.enter(w); err != nil {
			t.Fatal(err)
		}
		all = append(all, w)
	}
	var refusal *api.Error
	if err := l.enter(newWatcher("")); !errors.As(err, &refusal) || refusal.Code != api.ThrottlingException {
		t.Errorf("one too many: got %v", err)
	}
	for range liveWaiting {
		l.rejection([]byte("cam"), gateway.Rejection{})
		l.rejection([]byte("lamp"), gateway.Rejection{})
		l.changed("thing") // told once, however often
	}
	if items, lost := all[0].take(true); len(items) != liveWaiting+1 || lost {
		t.Errorf("got %d items, lost %t", len(items), lost)
	}
	l.rejection([]byte("cam"), gateway.Rejection{})
	if items, lost := all[0].take(true); len(items) != 1 || lost {
		t.Errorf("who keeps up got %d items, lost %t", len(items), lost)
	}
	if _, lost := all[1].take(true); !lost {
		t.Error("a slow one has lost nothing")
	}
	for _, w := range all {
		l.leave(w)
	}
	if l.watching() || len(l.watchers) != 0 {
		t.Errorf("%d watchers, watching %t", len(l.watchers), l.watching())
	}
}

// TestLiveStopped: nobody gets in any more.
func TestLiveStopped(t *testing.T) {
	l := newLive(storetest.New(t), 1, slog.New(slog.DiscardHandler), &rates{total: func() ingested { return ingested{} }}, func() int { return 0 })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l.run(ctx)
	var refusal *api.Error
	if err := l.enter(newWatcher("")); !errors.As(err, &refusal) || refusal.Code != api.ServiceUnavailableException {
		t.Errorf("got %v", err)
	}
}

// TestChangeKinds: every call that changes something tells a kind, but those that say
// nothing new to a list.
func TestChangeKinds(t *testing.T) {
	kinds := callKinds()
	for name, want := range map[string]string{
		"CreateThing": "thing", "CreateThingType": "thingtype", "AddThingToThingGroup": "thinggroup", "AttachSecurityProfile": "securityprofile",
		"PutVerificationStateOnViolation": "violation", "CreateKeysAndCertificate": "cert", "AttachPolicy": "policy", "TagResource": "tag",
		"DeleteDimension": "dimension", "UpdateCustomMetric": "custommetric", "CreateAccessKey": "accesskey",
		"ListThings": "", "DescribeThing": "", "TestAuthorization": "", "ValidateSecurityProfileBehaviors": "", "SearchViolations": "", "CreateSession": "", "StartOnDemandAuditTask": "",
	} {
		if kinds[name] != want {
			t.Errorf("%s: got %q, want %q", name, kinds[name], want)
		}
	}
	for _, op := range api.Operations() {
		read := false
		for _, verb := range []string{"List", "Describe", "Get", "Validate", "Test"} {
			read = read || len(op.Name) > len(verb) && op.Name[:len(verb)] == verb
		}
		if read && kinds[op.Name] != "" {
			t.Errorf("%s changes nothing, but tells %s", op.Name, kinds[op.Name])
		}
	}
}

// BenchmarkLiveUnwatched is what each report costs while nobody watches a thing.
func BenchmarkLiveUnwatched(b *testing.B) {
	l := newLive(nil, 1, slog.New(slog.DiscardHandler), &rates{}, nil)
	b.ReportAllocs()
	for b.Loop() {
		if l.watching() {
			b.Fatal("nobody watches")
		}
	}
}
