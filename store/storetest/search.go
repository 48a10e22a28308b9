package storetest

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"vedette/api"
	"vedette/store"
)

// TestSearch tests searches of violations and events, what is counted, and the order
// in which events were stored.
func TestSearch(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/search for violations":       testSearch,
		"ok/search for events":           testEventSearch,
		"ok/counts of events":            testEventCounts,
		"ok/counts of active violations": testActiveCounts,
		"ok/noisiest":                    testNoisiest,
		"ok/events of a violation":       testEventsOf,
		"ok/events in the order stored":  testEventsAfter,
	})
}

// sorts compares violations as searches sort them, in ascending order.
var sorts = map[string]struct {
	by      store.ViolationSort
	compare func(a, b *store.Violation) int
}{
	"start": {store.ByStart, func(a, b *store.Violation) int { return 0 }},
	"last": {store.ByLast, func(a, b *store.Violation) int {
		return cmp.Or(cmp.Compare(a.Last, b.Last), strings.Compare(a.ID, b.ID))
	}},
	"thing":    {store.ByThing, func(a, b *store.Violation) int { return strings.Compare(a.Thing, b.Thing) }},
	"profile":  {store.ByProfile, func(a, b *store.Violation) int { return strings.Compare(a.Profile, b.Profile) }},
	"behavior": {store.ByBehavior, func(a, b *store.Violation) int { return strings.Compare(a.Behavior, b.Behavior) }},
}

func testSearch(t *testing.T, db *store.DB) {
	violations := fleet(t, db, 60)
	states := map[store.ViolationState]func(v *store.Violation) bool{
		store.Active:   func(v *store.Violation) bool { return v.Ended == 0 },
		store.Ended:    func(v *store.Violation) bool { return v.Ended != 0 },
		store.AnyState: func(*store.Violation) bool { return true },
	}
	for name, sort := range sorts {
		slices.SortFunc(violations, func(a, b store.Violation) int {
			return cmp.Or(sort.compare(&a, &b), cmp.Compare(a.Start, b.Start), strings.Compare(a.ID, b.ID))
		})
		for _, order := range []store.Order{store.Ascending, store.Descending} {
			for state, in := range states {
				for what, filter := range filters() {
					search := store.ViolationSearch{ViolationFilter: filter.f, State: state, Sort: sort.by, Order: order}
					if what == "behavior" {
						search.From, search.To = 1003, 1017
					}
					want := []store.Violation{}
					for _, v := range violations {
						if in(&v) && filter.match(&v) && v.Start >= search.From && (search.To == 0 || v.Start < search.To) {
							want = append(want, v)
						}
					}
					if order == store.Descending {
						slices.Reverse(want)
					}
					got := collect(t, 7, func(after *store.SearchKey, limit int) ([]store.Violation, *store.SearchKey, error) {
						return db.SearchViolations(t.Context(), search, after, limit)
					})
					equal(t, name+", "+what, want, got)
					if sort.by != store.ByStart || order == store.Descending {
						continue // the same is counted
					}
					for _, limit := range []int{5, 1000} {
						if n, err := db.CountViolations(t.Context(), search, limit); err != nil || n != min(len(want), limit) {
							t.Errorf("%s: got %d up to %d, %v, want %d", what, n, limit, err, len(want))
						}
					}
				}
			}
		}
	}
}

func testEventSearch(t *testing.T, db *store.DB) {
	fleet(t, db, 120)
	every := allEvents(t, db)
	slices.Reverse(every)
	for _, kind := range []api.ViolationEventType{"", api.ViolationEventTypeInAlarm, api.ViolationEventTypeAlarmCleared, api.ViolationEventTypeAlarmInvalidated} {
		want := []store.Event{}
		for _, e := range every {
			if (kind == "" || e.Type == kind) && e.Behavior == "behavior-2" {
				want = append(want, e)
			}
		}
		got := collect(t, 7, func(after *store.EventKey, limit int) ([]store.Event, *store.EventKey, error) {
			f := store.EventFilter{ViolationFilter: store.ViolationFilter{Behavior: "behavior-2"}, To: 1 << 40, Type: kind}
			return db.SearchEvents(t.Context(), f, store.Ascending, after, limit)
		})
		equal(t, "oldest first, "+string(kind), want, got)
	}
}

func testEventCounts(t *testing.T, db *store.DB) {
	violations := map[string]store.Violation{}
	for _, v := range fleet(t, db, 120) {
		violations[v.ID] = v
	}
	own := Own(t, db, 0)
	end := Cleared(1, 2055)
	end.Type = api.ViolationEventTypeAlarmInvalidated
	own.Record(t, own.Effects(end))
	every := allEvents(t, db)
	const from, to, bucket = 1003, 2101, 10
	for name, filter := range filters() {
		want := make([]store.EventCount, (to-from)/bucket+1)
		for _, e := range every {
			v := violations[e.ID]
			if e.Time < from || e.Time >= to || !filter.match(&v) {
				continue
			}
			c := &want[(e.Time-from)/bucket]
			c.Bucket = (e.Time - from) / bucket
			switch e.Type {
			case api.ViolationEventTypeInAlarm:
				c.InAlarm++
			case api.ViolationEventTypeAlarmCleared:
				c.Cleared++
			default:
				c.Invalidated++
			}
		}
		want = slices.DeleteFunc(want, func(c store.EventCount) bool { return c.InAlarm+c.Cleared+c.Invalidated == 0 })
		got, err := db.CountEvents(t.Context(), store.EventFilter{ViolationFilter: filter.f, From: from, To: to}, bucket)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, name, want, append([]store.EventCount{}, got...))
	}
}

func testActiveCounts(t *testing.T, db *store.DB) {
	want := make([]store.ActiveCount, 3)
	for _, v := range fleet(t, db, 60) {
		if v.Ended != 0 {
			continue
		}
		c := &want[v.Profile[len(v.Profile)-1]-'0']
		c.Profile = v.Profile
		c.All++
		if v.CriteriaType == api.BehaviorCriteriaTypeStatic {
			c.Static++
		} else {
			c.MachineLearning++
		}
		if v.Verification == api.VerificationStateUnknown {
			c.NotVerified++
		} else {
			c.FalsePositive++
		}
	}
	want = slices.DeleteFunc(want, func(c store.ActiveCount) bool { return c.All == 0 })
	got, err := db.ActiveCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "active", want, got)
}

func testNoisiest(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.Effects(InAlarm(9, 10), InAlarm(9+60, 11))) // before
	// thing-1 thrice, of profile-1 and behavior-1; thing-2 twice; thing-5 once
	own.Record(t, own.Effects(InAlarm(1, 1000), InAlarm(1+60, 1000), InAlarm(1+120, 2000), InAlarm(2, 1000), InAlarm(2+60, 1000), InAlarm(5, 1000)))
	own.Record(t, own.Effects(Cleared(5, 3000)))
	things, behaviors, err := db.Noisiest(t.Context(), 1000, 2)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "things", []store.AlarmCount{{Thing: "thing-1", Count: 3}, {Thing: "thing-2", Count: 2}}, things)
	equal(t, "behaviors", []store.AlarmCount{{Profile: "profile-1", Behavior: "behavior-1", Count: 3}, {Profile: "profile-2", Behavior: "behavior-2", Count: 2}}, behaviors)
}

func testEventsOf(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.Effects(InAlarm(1, 1000), InAlarm(2, 1000), Cleared(1, 1000)))
	list, err := db.EventsOf(t.Context(), InAlarm(1, 0).ID)
	if err != nil || len(list) != 2 || list[0].Ends() || !list[1].Ends() {
		t.Errorf("got %+v, %v", list, err)
	}
	if list, err = db.EventsOf(t.Context(), "nothing"); err != nil || len(list) != 0 {
		t.Errorf("of no violation: got %+v, %v", list, err)
	}
}

func testEventsAfter(t *testing.T, db *store.DB) {
	place := func(shard int) store.EventPlace {
		t.Helper()
		p, err := db.LastEvent(t.Context(), shard)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	equal(t, "place before all", store.EventPlace{}, place(0))
	own, other := Own(t, db, 0), Own(t, db, 1)
	own.Record(t, own.Effects(InAlarm(1, 5000), InAlarm(2, 4000)))
	other.Record(t, other.Effects(InAlarm(3, 1)))
	fx := own.Effects(InAlarm(4, 3000), Cleared(4, 3000), InAlarm(5, 1000), Cleared(1, 2000)) // of one record
	for i := range fx.Events {
		fx.Events[i].Pos = fx.Position
	}
	own.Record(t, fx)
	var after store.EventPlace
	var got []store.EventPlace
	for {
		list, err := db.EventsAfter(t.Context(), 0, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		for i := range list {
			after = list[i].Place()
			got = append(got, after)
		}
	}
	sorted := slices.SortedFunc(slices.Values(got), func(a, b store.EventPlace) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), strings.Compare(a.ID, b.ID), map[bool]int{true: 1}[a.Ends]-map[bool]int{true: 1}[b.Ends])
	})
	equal(t, "order", sorted, got)
	if len(got) != 6 || len(slices.Compact(sorted)) != 6 {
		t.Errorf("got %v, want all six events of the shard", got)
	}
	equal(t, "last place", got[5], place(0))
	if list, err := db.EventsAfter(t.Context(), 1, store.EventPlace{}, 9); err != nil || len(list) != 1 || list[0].Thing != "thing-3" {
		t.Errorf("shard 1: got %+v, %v", list, err)
	}
}
