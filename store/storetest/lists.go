package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/store"
	"vedette/violation"
)

// TestLists tests the lists of violations and events, and their verification.
func TestLists(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/filters and pages of violations": testViolationPages,
		"ok/filters and pages of events":     testEventPages,
		"ok/time range of events":            testEventRange,
		"ok/page while events arrive":        testMovingPages,
		"ok/look up by ids":                  testLookup,
		"ok/verification":                    testVerification,
		"fail/verification of nothing":       testVerifyNothing,
	})
}

// fleet stores n violations, three at each time, of which every third has ended,
// and marks some; it returns them newest first, active ones only for the lists.
func fleet(t *testing.T, db *store.DB, n int) []store.Violation {
	t.Helper()
	groups(t, db)
	own := Own(t, db, 0)
	for i := range n {
		e := InAlarm(i, int64(1000+i/3))
		if i%7 == 0 {
			e.CriteriaType, e.Confidence = api.BehaviorCriteriaTypeMachineLearning, api.ConfidenceLevelHigh
		}
		own.Record(t, own.Effects(e))
		if i%3 == 0 {
			end := Cleared(i, int64(2000+i))
			end.CriteriaType, end.Confidence = e.CriteriaType, e.Confidence
			own.Record(t, own.Effects(end))
		}
		if i%4 == 0 {
			if err := db.PutVerificationState(t.Context(), e.ID, api.VerificationStateFalsePositive, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	var list []store.Violation
	for i := range n {
		v, err := db.Violation(t.Context(), InAlarm(i, 0).ID)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, *v)
	}
	return list
}

// groups makes thing groups of the things that violations are of.
func groups(t *testing.T, db *store.DB) {
	t.Helper()
	of := map[string][]string{"upper": {"thing-1"}, "lower": {"thing-4", "thing-7"}, "empty": nil, "crowd": {"thing-2", "thing-3"}}
	for i := range 1000 {
		of["crowd"] = append(of["crowd"], fmt.Sprintf("bystander-%d", i))
	}
	Write(t, db, func(tx *store.Tx) error {
		var errs error
		for name, things := range of {
			g := store.ThingGroup{Name: name, ID: name, Root: name, Depth: 1}
			if name == "lower" {
				g.Parent, g.Root, g.Depth = "upper", "upper", 2
			}
			errs = errors.Join(errs, tx.InsertThingGroup(&g))
			for _, thing := range things {
				errs = errors.Join(errs, tx.InsertThing(&store.Thing{Name: thing}), tx.AddMember(store.Membership{Thing: thing, Group: name}))
			}
		}
		return errs
	})
}

// filters returns filters of all sorts, each with what it lets through.
func filters() map[string]struct {
	f     store.ViolationFilter
	match func(v *store.Violation) bool
} {
	type entry = struct {
		f     store.ViolationFilter
		match func(v *store.Violation) bool
	}
	ml, falsePositive := api.BehaviorCriteriaTypeMachineLearning, api.VerificationStateFalsePositive
	return map[string]entry{
		"all":        {store.ViolationFilter{}, func(*store.Violation) bool { return true }},
		"thing":      {store.ViolationFilter{Thing: "thing-4"}, func(v *store.Violation) bool { return v.Thing == "thing-4" }},
		"profile":    {store.ViolationFilter{Profile: "profile-1"}, func(v *store.Violation) bool { return v.Profile == "profile-1" }},
		"criteria":   {store.ViolationFilter{CriteriaType: ml}, func(v *store.Violation) bool { return v.CriteriaType == ml }},
		"suppressed": {store.ViolationFilter{Suppressed: new(true)}, func(v *store.Violation) bool { return v.Suppressed }},
		"not suppressed": {store.ViolationFilter{Suppressed: new(false)},
			func(v *store.Violation) bool { return !v.Suppressed }},
		"marked": {store.ViolationFilter{Verification: falsePositive},
			func(v *store.Violation) bool { return v.Verification == falsePositive }},
		"not marked": {store.ViolationFilter{Verification: api.VerificationStateUnknown},
			func(v *store.Violation) bool { return v.Verification == api.VerificationStateUnknown }},
		"thing and profile": {store.ViolationFilter{Thing: "thing-4", Profile: "profile-1"},
			func(v *store.Violation) bool { return v.Thing == "thing-4" && v.Profile == "profile-1" }},
		"everything": {store.ViolationFilter{Thing: "thing-4", Profile: "profile-1", CriteriaType: api.BehaviorCriteriaTypeStatic,
			Suppressed: new(false), Verification: falsePositive}, func(v *store.Violation) bool {
			return v.Thing == "thing-4" && v.Profile == "profile-1" && v.CriteriaType == api.BehaviorCriteriaTypeStatic &&
				!v.Suppressed && v.Verification == falsePositive
		}},
		"prefix": {store.ViolationFilter{ThingPrefix: "thing-"}, func(*store.Violation) bool { return true }},
		"longer prefix": {store.ViolationFilter{ThingPrefix: "thing-4"},
			func(v *store.Violation) bool { return v.Thing == "thing-4" }},
		"behavior": {store.ViolationFilter{Behavior: "behavior-2"},
			func(v *store.Violation) bool { return v.Behavior == "behavior-2" }},
		"metric":       {store.ViolationFilter{Metric: "aws:num-messages-sent"}, func(*store.Violation) bool { return true }},
		"other metric": {store.ViolationFilter{Metric: "aws:num-messages"}, func(*store.Violation) bool { return false }},
		"group": {store.ViolationFilter{Group: "lower"},
			func(v *store.Violation) bool { return v.Thing == "thing-4" || v.Thing == "thing-7" }},
		"group above": {store.ViolationFilter{Group: "upper", Behavior: "behavior-1"},
			func(v *store.Violation) bool {
				return v.Behavior == "behavior-1" && (v.Thing == "thing-4" || v.Thing == "thing-7" || v.Thing == "thing-1")
			}},
		"large group": {store.ViolationFilter{Group: "crowd"},
			func(v *store.Violation) bool { return v.Thing == "thing-2" || v.Thing == "thing-3" }},
		"empty group": {store.ViolationFilter{Group: "empty"}, func(*store.Violation) bool { return false }},
		"no group":    {store.ViolationFilter{Group: "nothing"}, func(*store.Violation) bool { return false }},
		"nothing":     {store.ViolationFilter{Thing: "thing-44"}, func(v *store.Violation) bool { return false }},
	}
}

// collect follows pages of the given size to the end.
func collect[T, K any](t *testing.T, limit int, next func(after *K, limit int) ([]T, *K, error)) []T {
	t.Helper()
	all := []T{}
	var after *K
	for {
		list, key, err := next(after, limit)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) > limit || key != nil && len(list) != limit {
			t.Fatalf("a page of %d rows, limit %d, next key %v", len(list), limit, key)
		}
		all = append(all, list...)
		if key == nil {
			return all
		}
		after = key
	}
}

func testViolationPages(t *testing.T, db *store.DB) {
	violations := fleet(t, db, 240)
	slices.SortFunc(violations, func(a, b store.Violation) int {
		if a.Start != b.Start {
			return int(b.Start - a.Start)
		}
		return -strings.Compare(a.ID, b.ID)
	})
	for name, test := range filters() {
		want := []store.Violation{}
		for _, v := range violations {
			if v.Ended == 0 && test.match(&v) {
				want = append(want, v)
			}
		}
		for _, limit := range []int{1, 7, 1000} {
			got := collect(t, limit, func(after *store.ViolationKey, limit int) ([]store.Violation, *store.ViolationKey, error) {
				return db.ActiveViolations(t.Context(), test.f, after, limit)
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s in pages of %d (-want +got):\n%s", name, limit, diff)
			}
		}
	}
}

func testEventPages(t *testing.T, db *store.DB) {
	violations := map[string]store.Violation{}
	for _, v := range fleet(t, db, 240) {
		violations[v.ID] = v
	}
	every := allEvents(t, db)
	if len(every) != 240+80 {
		t.Fatalf("got %d events", len(every))
	}
	for i := range every[1:] {
		if a, b := &every[i], &every[i+1]; a.Time < b.Time || a.Time == b.Time && a.Pos <= b.Pos {
			t.Fatalf("event %d (time %d, place %d) is before (%d, %d)", i, a.Time, a.Pos, b.Time, b.Pos)
		}
	}
	for name, test := range filters() {
		want := []store.Event{}
		for _, e := range every {
			v := violations[e.ID]
			if e.Verification != v.Verification {
				t.Errorf("event of %s says %s, the violation %s", e.ID, e.Verification, v.Verification)
			}
			if test.match(&v) {
				want = append(want, e)
			}
		}
		for _, limit := range []int{1, 7, 1000} {
			got := collect(t, limit, func(after *store.EventKey, limit int) ([]store.Event, *store.EventKey, error) {
				return db.ViolationEvents(t.Context(), store.EventFilter{ViolationFilter: test.f, To: 1 << 40}, after, limit)
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s in pages of %d (-want +got):\n%s", name, limit, diff)
			}
		}
	}
}

func testEventRange(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.Effects(InAlarm(1, 1000), InAlarm(2, 2000), InAlarm(3, 3000)))
	for _, test := range []struct {
		from, to int64
		want     []int64
	}{
		{0, 1000, nil},
		{1000, 1001, []int64{1000}},
		{1000, 3000, []int64{2000, 1000}},
		{1001, 3001, []int64{3000, 2000}},
		{3000, 3000, nil},
		{3000, 1000, nil},
	} {
		list, _, err := db.ViolationEvents(t.Context(), store.EventFilter{From: test.from, To: test.to}, nil, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, e := range list {
			got = append(got, e.Time)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("from %d to %d (-want +got):\n%s", test.from, test.to, diff)
		}
	}
}

// testMovingPages reads pages while newer events come in and ones of the same
// record follow each other: nothing is shown twice or left out.
func testMovingPages(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	fx := own.Effects(InAlarm(1, 1000), Cleared(1, 1000), InAlarm(2, 1000), Cleared(2, 1000))
	for i := range fx.Events {
		fx.Events[i].Pos = fx.Position
	}
	own.Record(t, fx)
	n := 2
	got := collect(t, 1, func(after *store.EventKey, limit int) ([]store.Event, *store.EventKey, error) {
		n++
		own.Record(t, own.Effects(InAlarm(n, 1001)))
		return db.ViolationEvents(t.Context(), store.EventFilter{To: 2000}, after, limit)
	})
	var seen []string
	for _, e := range got {
		seen = append(seen, fmt.Sprintf("%.4s %s", e.ID, e.Type))
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) != len(got) || len(got) != 5 {
		t.Errorf("got %v, want the four old events and one new one", seen)
	}
}

func testLookup(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.Effects(InAlarm(1, 1000), InAlarm(2, 1000), Cleared(2, 1001), InAlarm(3, 1000)))
	list, err := db.Violations(t.Context(), []string{InAlarm(2, 0).ID, "no such violation", InAlarm(1, 0).ID})
	if err != nil || len(list) != 2 || list[0].ID >= list[1].ID {
		t.Errorf("got %+v, %v", list, err)
	}
	if list, err := db.Violations(t.Context(), nil); err != nil || len(list) != 0 {
		t.Errorf("no ids: got %+v, %v", list, err)
	}
	if _, err := db.Violation(t.Context(), "no such violation"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func testVerification(t *testing.T, db *store.DB) {
	ctx := t.Context()
	own := Own(t, db, 0)
	id := InAlarm(1, 0).ID
	own.Record(t, own.Effects(InAlarm(1, 1000)))
	put := func(state api.VerificationState, description *string) {
		t.Helper()
		if err := db.PutVerificationState(ctx, id, state, description); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(events int, state api.VerificationState, description *string) {
		t.Helper()
		v, err := db.Violation(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		list := allEvents(t, db)
		if len(list) != events {
			t.Errorf("got %d events, want %d", len(list), events)
		}
		for _, e := range append(list, store.Event{Verification: v.Verification, VerificationDescription: v.VerificationDescription}) {
			if diff := cmp.Diff(description, e.VerificationDescription); diff != "" || e.Verification != state {
				t.Errorf("%q event shows %s, want %s, description (-want +got):\n%s", e.Type, e.Verification, state, diff)
			}
		}
	}
	expect(1, api.VerificationStateUnknown, nil)
	put(api.VerificationStateBenignPositive, new("it's the firmware update"))
	expect(1, api.VerificationStateBenignPositive, new("it's the firmware update"))
	fx := own.Effects(Cleared(1, 2000))
	fx.Updates = []violation.Update{{ID: id, Time: 2000, Value: "{}"}}
	own.Record(t, fx)
	expect(2, api.VerificationStateBenignPositive, new("it's the firmware update"))
	put(api.VerificationStateTruePositive, nil)
	expect(2, api.VerificationStateTruePositive, nil)
}

func testVerifyNothing(t *testing.T, db *store.DB) {
	err := db.PutVerificationState(t.Context(), "no such violation", api.VerificationStateUnknown, nil)
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}
