package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vedette/api"
	"vedette/store"
	"vedette/violation"
)

// TestOutbox tests the way of the alerts.
func TestOutbox(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/what a message says":      testDelivery,
		"ok/a repeated one is equal":  testFrozen,
		"ok/pages, sent and failed":   testPending,
		"ok/nothing sent":             func(t *testing.T, db *store.DB) { markSent(t, db) },
		"ok/alert that is gone":       testGone,
		"ok/several targets in order": testTargets,
	})
	t.Run("ok/ids grow when the clock goes back", func(t *testing.T) { RunOptions(t, testClockBack) })
}

func pending(t *testing.T, db *store.DB, after int64, limit int) []store.Delivery {
	t.Helper()
	list, err := db.Pending(t.Context(), after, limit)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func markSent(t *testing.T, db *store.DB, ids ...int64) {
	t.Helper()
	if err := db.MarkSent(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
}

func testDelivery(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	e := InAlarm(5, 1000)
	e.CriteriaType, e.Confidence = api.BehaviorCriteriaTypeMachineLearning, api.ConfidenceLevelLow
	own.Record(t, toSNS(own.Effects(e)))
	want := []store.Delivery{{
		Event: e, Verification: api.VerificationStateUnknown, TargetType: api.AlertTargetTypeSns,
		Target: "arn:aws:sns:us-east-1:000000000000:alarms", RoleARN: "arn:aws:iam::000000000000:role/alarms",
	}}
	ignore := cmp.Options{cmpopts.IgnoreFields(store.Delivery{}, "ID"), cmpopts.IgnoreFields(violation.Event{}, "Pos")}
	if diff := cmp.Diff(want, pending(t, db, 0, 10), ignore); diff != "" {
		t.Errorf("pending (-want +got):\n%s", diff)
	}
}

// testFrozen checks that an alert keeps the verification of the moment of its
// event, whatever happens until it is sent.
func testFrozen(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	put := func(state api.VerificationState, description *string) {
		t.Helper()
		if err := db.PutVerificationState(t.Context(), InAlarm(1, 0).ID, state, description); err != nil {
			t.Fatal(err)
		}
	}
	own.Record(t, toSNS(own.Effects(InAlarm(1, 1000))))
	put(api.VerificationStateTruePositive, new("seen it"))
	own.Record(t, toSNS(own.Effects(Cleared(1, 2000))))
	before := pending(t, db, 0, 10)
	put(api.VerificationStateFalsePositive, nil)
	if diff := cmp.Diff(before, pending(t, db, 0, 10)); diff != "" {
		t.Errorf("pending (-before +after):\n%s", diff)
	}
	var got []string
	for _, d := range before {
		description := "none"
		if d.VerificationDescription != nil {
			description = *d.VerificationDescription
		}
		got = append(got, fmt.Sprintf("%s %s %s", d.Event.Type, d.Verification, description))
	}
	want := []string{"in-alarm UNKNOWN none", "alarm-cleared TRUE_POSITIVE seen it"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}

func testPending(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	for i := range 10 {
		own.Record(t, toSNS(own.Effects(InAlarm(i, 1000))))
	}
	every := pending(t, db, 0, 100)
	if len(every) != 10 || !slices.IsSortedFunc(every, func(a, b store.Delivery) int { return int(a.ID - b.ID) }) {
		t.Fatalf("pending: %+v", every)
	}
	if diff := cmp.Diff(every[3:5], pending(t, db, every[2].ID, 2)); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	markSent(t, db, every[0].ID, every[4].ID, every[9].ID)
	for _, reason := range []string{"connection refused", "it's throttled"} {
		if err := db.MarkFailed(t.Context(), every[1].ID, 5000, reason); err != nil {
			t.Fatal(err)
		}
	}
	want := slices.Delete(slices.Clone(every[1:9]), 3, 4)
	want[0].Attempts, want[0].Next, want[0].LastError = 2, 5000, "it's throttled"
	if diff := cmp.Diff(want, pending(t, db, 0, 100)); diff != "" {
		t.Errorf("afterwards (-want +got):\n%s", diff)
	}
}

func testGone(t *testing.T, db *store.DB) {
	markSent(t, db, 1, 2, 3)
	if err := db.MarkFailed(t.Context(), 4, 1000, "no"); err != nil {
		t.Error(err)
	}
}

func testTargets(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	fx := own.Effects(InAlarm(1, 1000), InAlarm(2, 1000))
	for _, event := range []int{1, 0} {
		for _, target := range []string{"arn:b", "arn:a"} {
			fx.Alerts = append(fx.Alerts, violation.Alert{Event: event, Type: api.AlertTargetTypeSns, Target: target})
		}
	}
	own.Record(t, fx)
	var got []string
	for _, d := range pending(t, db, 0, 10) {
		got = append(got, fmt.Sprintf("%s %s", d.Event.Thing, d.Target))
	}
	want := []string{"thing-2 arn:b", "thing-2 arn:a", "thing-1 arn:b", "thing-1 arn:a"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func testClockBack(t *testing.T, o store.Options) {
	now := time.UnixMilli(1_700_000_000_000)
	o.Now = func() time.Time { return now }
	db := Open(t, o)
	own := Own(t, db, 1023)
	for i := range 5 {
		own.Record(t, toSNS(own.Effects(InAlarm(i, 1000))))
		now = now.Add(-time.Hour)
		own = Own(t, db, 1023)
	}
	var got []string
	for _, d := range pending(t, db, 0, 10) {
		got = append(got, d.Event.Thing)
		if d.ID <= 0 {
			t.Errorf("id %d", d.ID)
		}
	}
	if diff := cmp.Diff([]string{"thing-0", "thing-1", "thing-2", "thing-3", "thing-4"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
