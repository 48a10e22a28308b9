package storetest

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/record"
	"vedette/store"
	"vedette/violation"
)

// TestEffects tests how the effects of a shard are stored.
func TestEffects(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/epochs and positions":                testEpochs,
		"ok/life of a violation":                 testLife,
		"ok/whole life in one transaction":       testWholeLife,
		"ok/thousands in one transaction":        testMany,
		"ok/nothing but a position":              testPositionOnly,
		"ok/repeated":                            testRepeated,
		"ok/end of a violation that is unknown":  testUnknownEnd,
		"ok/shards do not share positions":       testShardsApart,
		"ok/all active are invalidated":          testInvalidateActive,
		"fail/no position":                       testNoPosition,
		"fail/older owner":                       testFenced,
		"fail/shard that nobody owns":            testUnowned,
		"fail/shard number":                      testShardNumber,
		"fail/event recorded twice":              testTwice,
		"fail/second end":                        testSecondEnd,
		"fail/alert of an event that is not one": testAlertIndex,
	})
}

func testEpochs(t *testing.T, db *store.DB) {
	acquire := func(wantEpoch int64, wantPosition uint64) {
		t.Helper()
		epoch, position, err := db.AcquireShard(t.Context(), 5)
		if err != nil || epoch != wantEpoch || position != wantPosition {
			t.Errorf("got epoch %d, position %d, error %v, want %d, %d", epoch, position, err, wantEpoch, wantPosition)
		}
		if position, err := db.Position(t.Context(), 5); err != nil || position != wantPosition {
			t.Errorf("got position %d, error %v, want %d", position, err, wantPosition)
		}
	}
	if position, err := db.Position(t.Context(), 5); err != nil || position != 0 {
		t.Errorf("got position %d, error %v of a shard that nobody owned, want 0", position, err)
	}
	acquire(1, 0)
	acquire(2, 0)
	fx := &violation.Effects{Shard: 5, Epoch: 2, Position: record.Pos(1<<40, 65535)}
	if err := db.Record(t.Context(), fx); err != nil {
		t.Fatal(err)
	}
	acquire(3, fx.Position)
}

func testInvalidateActive(t *testing.T, db *store.DB) {
	ctx := t.Context()
	own := Own(t, db, 0)
	own.Record(t, own.Effects(InAlarm(1, 1000), InAlarm(2, 1000), InAlarm(3, 1000)))
	own.Record(t, own.Effects(Cleared(1, 2000)))
	for _, want := range []int64{2, 0} {
		if ended, err := db.InvalidateActive(ctx, 0, 77); err != nil || ended != want {
			t.Errorf("got %d, error %v, want %d", ended, err, want)
		}
	}
	if ids := activeIDs(t, db, store.ViolationFilter{}); len(ids) != 0 {
		t.Errorf("active: %v", ids)
	}
	events, _, err := db.ViolationEvents(ctx, store.EventFilter{To: math.MaxInt64}, nil, 100)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[api.ViolationEventType]int{}
	for _, e := range events {
		counts[e.Type]++
		if e.Type == api.ViolationEventTypeAlarmInvalidated && (e.Pos != 77 || e.Value != "" || e.Thing == "" || e.Definition == "") {
			t.Errorf("invalidated: got %+v", e)
		}
	}
	want := map[api.ViolationEventType]int{"in-alarm": 3, "alarm-cleared": 1, "alarm-invalidated": 2}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func testLife(t *testing.T, db *store.DB) {
	ctx := t.Context()
	own := Own(t, db, 0)
	alarm := InAlarm(1, 1000)
	own.Record(t, own.Effects(alarm))
	want := store.Violation{
		Violation: alarm.Violation, Start: 1000, LastValue: alarm.Value, Last: 1000,
		Verification: api.VerificationStateUnknown,
	}
	expect := func(when string) {
		t.Helper()
		got, err := db.Violation(ctx, alarm.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	expect("in alarm")

	fx := own.Effects()
	fx.Updates = []violation.Update{
		{ID: alarm.ID, Time: 2000, Value: `{"count":2}`},
		{ID: "no such violation", Time: 2000, Value: `{"count":2}`},
		{ID: alarm.ID, Time: 3000, Value: `{"count":3}`},
	}
	own.Record(t, fx)
	want.Last, want.LastValue = 3000, `{"count":3}`
	expect("updated")
	if ids := activeIDs(t, db, store.ViolationFilter{}); len(ids) != 1 {
		t.Errorf("active: %v", ids)
	}

	cleared := Cleared(1, 4000)
	cleared.Definition = `{"name":"behavior-1","metric":"aws:num-messages-sent","suppressAlerts":true}`
	own.Record(t, own.Effects(cleared))
	want.Ended, want.EndReason = 4000, "alarm-cleared"
	expect("cleared")
	if ids := activeIDs(t, db, store.ViolationFilter{}); len(ids) != 0 {
		t.Errorf("active: %v", ids)
	}
	got := allEvents(t, db)
	alarm.Pos, cleared.Pos = record.Pos(1, 0), record.Pos(3, 0)
	wantEvents := []store.Event{
		{Event: cleared, Verification: api.VerificationStateUnknown},
		{Event: alarm, Verification: api.VerificationStateUnknown},
	}
	if diff := cmp.Diff(wantEvents, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func testWholeLife(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	fx := own.Effects(InAlarm(2, 1000), InAlarm(1, 1000), Cleared(1, 1000))
	fx.Events[2].Pos = fx.Events[1].Pos // one record closed several windows
	fx.Updates = []violation.Update{{ID: fx.Events[1].ID, Time: 1500, Value: `{"count":9}`}}
	own.Record(t, fx)
	v, err := db.Violation(t.Context(), fx.Events[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	if v.Start != 1000 || v.Last != 1500 || v.LastValue != `{"count":9}` || v.Ended != 1000 {
		t.Errorf("got %+v", v)
	}
	if diff := cmp.Diff([]string{InAlarm(2, 0).ID}, activeIDs(t, db, store.ViolationFilter{})); diff != "" {
		t.Errorf("active (-want +got):\n%s", diff)
	}
}

func testMany(t *testing.T, db *store.DB) {
	const n = 3001 // not a multiple of any batch
	own := Own(t, db, 0)
	var events []violation.Event
	for i := range n {
		events = append(events, InAlarm(i, int64(i)))
	}
	own.Record(t, toSNS(own.Effects(events...)))
	fx := own.Effects()
	for i := range n {
		fx.Updates = append(fx.Updates, violation.Update{ID: events[i].ID, Time: int64(i + 1), Value: fmt.Sprint(i)})
	}
	own.Record(t, fx)
	list, _, err := db.ActiveViolations(t.Context(), store.ViolationFilter{}, nil, n)
	if err != nil || len(list) != n {
		t.Fatalf("got %d violations, %v", len(list), err)
	}
	for i := range list {
		v, k := &list[i], n-1-i
		if v.ID != events[k].ID || v.Last != int64(k+1) || v.LastValue != fmt.Sprint(k) {
			t.Fatalf("violation %d: %+v", k, v)
		}
	}
	if got := len(allEvents(t, db)); got != n {
		t.Errorf("got %d events, want %d", got, n)
	}
	pending, err := db.Pending(t.Context(), 0, n+1)
	if err != nil || len(pending) != n {
		t.Fatalf("got %d alerts, %v", len(pending), err)
	}
	for i := range pending {
		if pending[i].Event.ID != events[i].ID {
			t.Fatalf("alert %d is of %s, want %s", i, pending[i].Event.ID, events[i].ID)
		}
	}
}

func testPositionOnly(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.Effects())
	if _, position, err := db.AcquireShard(t.Context(), 0); err != nil || position != record.Pos(1, 0) {
		t.Errorf("position %d, %v", position, err)
	}
}

func testRepeated(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	fx := toSNS(own.Effects(InAlarm(1, 1000), InAlarm(2, 1000)))
	own.Record(t, fx)
	own.Record(t, fx) // the answer to the first one got lost
	own.Record(t, own.Effects(InAlarm(3, 1000)))
	own.Record(t, fx)
	if n := len(allEvents(t, db)); n != 3 {
		t.Errorf("got %d events, want 3", n)
	}
	if pending, err := db.Pending(t.Context(), 0, 10); err != nil || len(pending) != 2 {
		t.Errorf("got %d alerts, %v, want 2", len(pending), err)
	}
}

func testUnknownEnd(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.Effects(InAlarm(1, 1000)))
	own.Record(t, toSNS(own.Effects(Cleared(1, 2000), Cleared(2, 2000))))
	v, err := db.Violation(t.Context(), Cleared(2, 0).ID)
	if err != nil || v.Start != 2000 || v.Ended != 2000 {
		t.Errorf("got %+v, %v", v, err)
	}
	if n := len(allEvents(t, db)); n != 3 {
		t.Errorf("got %d events, want 3", n)
	}
}

func testShardsApart(t *testing.T, db *store.DB) {
	one, two := Own(t, db, 1), Own(t, db, 2)
	one.Record(t, one.Effects(InAlarm(1, 1000)))
	one.Record(t, one.Effects(InAlarm(2, 1000)))
	two.Record(t, two.Effects(InAlarm(3, 1000)))
	if got := Own(t, db, 2); got.Seq != 1 || got.Epoch != 2 {
		t.Errorf("shard 2: %+v", got)
	}
	one.Record(t, one.Effects(Cleared(1, 1000))) // is still the owner
}

// unchanged runs fn, which must fail with want, and checks that nothing was stored.
func unchanged(t *testing.T, db *store.DB, want error, fn func() error) {
	t.Helper()
	before := allEvents(t, db)
	if err := fn(); err == nil || want != nil && !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
	if diff := cmp.Diff(before, allEvents(t, db)); diff != "" {
		t.Errorf("events changed (-before +after):\n%s", diff)
	}
}

func testFenced(t *testing.T, db *store.DB) {
	old := Own(t, db, 0)
	old.Record(t, old.Effects(InAlarm(1, 1000)))
	now := Own(t, db, 0)
	late := toSNS(old.Effects(InAlarm(2, 1000)))
	unchanged(t, db, store.ErrFenced, func() error { return db.Record(t.Context(), late) })
	now.Record(t, now.Effects(InAlarm(3, 1000)))
	unchanged(t, db, store.ErrFenced, func() error { return db.Record(t.Context(), late) })
	if got := db.Stats().Fenced; got != 2 {
		t.Errorf("%d counted as fenced, want 2", got)
	}
}

func testUnowned(t *testing.T, db *store.DB) {
	own := Owner{DB: db, Shard: 7, Epoch: 1}
	unchanged(t, db, store.ErrFenced, func() error { return db.Record(t.Context(), own.Effects(InAlarm(1, 1000))) })
}

func testNoPosition(t *testing.T, db *store.DB) {
	fx := Own(t, db, 0).Effects(InAlarm(1, 1000))
	fx.Position = 0
	unchanged(t, db, nil, func() error { return db.Record(t.Context(), fx) })
}

func testShardNumber(t *testing.T, db *store.DB) {
	for _, shard := range []int{-1, 1024} {
		if _, _, err := db.AcquireShard(t.Context(), shard); err == nil {
			t.Errorf("shard %d was acquired", shard)
		}
	}
}

func testTwice(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.Effects(InAlarm(1, 1000)))
	fx := own.Effects(InAlarm(2, 1000), InAlarm(1, 1000))
	unchanged(t, db, store.ErrConflict, func() error { return db.Record(t.Context(), fx) })
	if got := Own(t, db, 0).Seq; got != 1 {
		t.Errorf("the position moved to message %d", got)
	}
}

func testSecondEnd(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.Effects(InAlarm(1, 1000), Cleared(1, 2000)))
	again := Cleared(1, 3000)
	again.Type = api.ViolationEventTypeAlarmInvalidated
	unchanged(t, db, store.ErrConflict, func() error { return db.Record(t.Context(), own.Effects(again)) })
	if v, err := db.Violation(t.Context(), again.ID); err != nil || v.Ended != 2000 {
		t.Errorf("got %+v, %v", v, err)
	}
}

func testAlertIndex(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	for _, index := range []int{-1, 1} {
		fx := own.Effects(InAlarm(1, 1000))
		fx.Alerts = []violation.Alert{{Event: index}}
		unchanged(t, db, nil, func() error { return db.Record(t.Context(), fx) })
	}
}
