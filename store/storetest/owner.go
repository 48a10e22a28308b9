package storetest

import (
	"fmt"
	"testing"

	"vedette/api"
	"vedette/record"
	"vedette/store"
	"vedette/violation"
)

// Owner is the owner of a shard, as the loop around a detection engine is one: it
// gives effects their positions.
type Owner struct {
	DB    *store.DB
	Shard int
	Epoch int64
	Seq   uint64 // of the last message whose effects were made
}

// Own makes the caller the owner of a shard.
func Own(t testing.TB, db *store.DB, shard int) *Owner {
	t.Helper()
	epoch, position, err := db.AcquireShard(t.Context(), shard)
	if err != nil {
		t.Fatal(err)
	}
	return &Owner{DB: db, Shard: shard, Epoch: epoch, Seq: record.Seq(position)}
}

// Effects returns the effects of the next message of the log: one record for each
// event.
func (o *Owner) Effects(events ...violation.Event) *violation.Effects {
	o.Seq++
	for i := range events {
		events[i].Pos = record.Pos(o.Seq, i)
	}
	return &violation.Effects{Shard: o.Shard, Epoch: o.Epoch, Position: record.Pos(o.Seq, len(events)), Events: events}
}

// Record stores effects, which must succeed.
func (o *Owner) Record(t testing.TB, fx *violation.Effects) {
	t.Helper()
	if err := o.DB.Record(t.Context(), fx); err != nil {
		t.Fatal(err)
	}
}

// InAlarm returns the n-th violation's first event: of one of ten things and one
// of three profiles, with ids in no order.
func InAlarm(n int, at int64) violation.Event {
	name := fmt.Sprintf("behavior-%d", n%4)
	return violation.Event{
		Violation: violation.Violation{
			ID:           fmt.Sprintf("%016x%016x", uint64(n)*0x9e3779b97f4a7c15, n),
			Thing:        fmt.Sprintf("thing-%d", n%10),
			Profile:      fmt.Sprintf("profile-%d", n%3),
			Behavior:     name,
			Definition:   `{"name":"` + name + `","metric":"aws:num-messages-sent"}`,
			CriteriaType: api.BehaviorCriteriaTypeStatic,
			Suppressed:   n%5 == 0,
		},
		Type:  api.ViolationEventTypeInAlarm,
		Time:  at,
		Value: fmt.Sprintf(`{"count":%d}`, n),
	}
}

// Cleared returns the event that ends the n-th violation.
func Cleared(n int, at int64) violation.Event {
	e := InAlarm(n, at)
	e.Type = api.ViolationEventTypeAlarmCleared
	e.Value = `{"count":0}`
	return e
}

// toSNS adds an alert for every event of the effects.
func toSNS(fx *violation.Effects) *violation.Effects {
	for i := range fx.Events {
		fx.Alerts = append(fx.Alerts, violation.Alert{
			Event: i, Type: api.AlertTargetTypeSns,
			Target: "arn:aws:sns:us-east-1:000000000000:alarms", RoleARN: "arn:aws:iam::000000000000:role/alarms",
		})
	}
	return fx
}

// activeIDs returns the ids of all active violations, newest first.
func activeIDs(t testing.TB, db *store.DB, f store.ViolationFilter) []string {
	t.Helper()
	list, next, err := db.ActiveViolations(t.Context(), f, nil, 1000)
	if err != nil || next != nil {
		t.Fatalf("list active violations: next %v, error %v", next, err)
	}
	ids := []string{}
	for _, v := range list {
		ids = append(ids, v.ID)
	}
	return ids
}

// allEvents returns all events, newest first.
func allEvents(t testing.TB, db *store.DB) []store.Event {
	t.Helper()
	list, next, err := db.ViolationEvents(t.Context(), store.EventFilter{To: 1 << 60}, nil, 100_000)
	if err != nil || next != nil {
		t.Fatalf("list events: next %v, error %v", next, err)
	}
	return list
}
