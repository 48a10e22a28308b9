package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"vedette/api"
	"vedette/store"
	"vedette/store/storetest"
	"vedette/violation"
)

// backends are the databases to measure.
func backends(b *testing.B, bench func(b *testing.B, db *store.DB)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, storetest.New(b)) })
	b.Run("postgres", func(b *testing.B) { bench(b, storetest.Open(b, storetest.Postgres(b))) })
}

// alarms returns n in-alarm events with ids as an engine makes them, and a
// definition of the usual length.
func alarms(own *storetest.Owner, first, n int) *violation.Effects {
	var events []violation.Event
	for i := range n {
		e := storetest.InAlarm(first+i, int64(first+i))
		e.Definition = strings.Repeat(e.Definition, 4)
		events = append(events, e)
	}
	return own.Effects(events...)
}

// perSecond reports how many rows one second holds.
func perSecond(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

const perTx = 2000

// BenchmarkRecord measures transactions of 2,000 new violations, with and without
// an alert for each, and of 2,000 last values among 100,000 violations.
func BenchmarkRecord(b *testing.B) {
	b.Run("events", func(b *testing.B) { backends(b, func(b *testing.B, db *store.DB) { benchEvents(b, db, false) }) })
	b.Run("alerts", func(b *testing.B) { backends(b, func(b *testing.B, db *store.DB) { benchEvents(b, db, true) }) })
	b.Run("updates", func(b *testing.B) { backends(b, benchUpdates) })
	b.Run("one", func(b *testing.B) { backends(b, benchOne) })
}

func benchEvents(b *testing.B, db *store.DB, alerts bool) {
	own := storetest.Own(b, db, 0)
	b.ReportAllocs()
	for n := 0; b.Loop(); n += perTx {
		fx := alarms(own, n, perTx)
		for i := 0; alerts && i < perTx; i++ {
			fx.Alerts = append(fx.Alerts, violation.Alert{Event: i, Type: api.AlertTargetTypeSns, Target: "arn:aws:sns:us-east-1:000000000000:alarms"})
		}
		own.Record(b, fx)
	}
	perSecond(b, perTx)
}

// benchOne measures the smallest transaction: one event with its alert.
func benchOne(b *testing.B, db *store.DB) {
	own := storetest.Own(b, db, 0)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		fx := alarms(own, n, 1)
		fx.Alerts = []violation.Alert{{Type: api.AlertTargetTypeSns, Target: "arn:aws:sns:us-east-1:000000000000:alarms"}}
		own.Record(b, fx)
	}
	perSecond(b, 1)
}

// benchRows is the size of the tables that updates and lists are measured on.
const benchRows = 100_000

func fill(b *testing.B, db *store.DB, rows int) *storetest.Owner {
	own := storetest.Own(b, db, 0)
	for n := 0; n < rows; n += perTx {
		own.Record(b, alarms(own, n, perTx))
	}
	return own
}

func benchUpdates(b *testing.B, db *store.DB) {
	own := fill(b, db, benchRows)
	b.ReportAllocs()
	for b.Loop() {
		fx := own.Effects()
		for range perTx {
			n := rand.IntN(benchRows)
			fx.Updates = append(fx.Updates, violation.Update{ID: storetest.InAlarm(n, 0).ID, Time: int64(n), Value: `{"count":12345}`})
		}
		own.Record(b, fx)
	}
	perSecond(b, perTx)
}

// BenchmarkList measures a page of 250 out of 100,000, by filter.
func BenchmarkList(b *testing.B) {
	filters := map[string]store.ViolationFilter{
		"all":      {},
		"thing":    {Thing: "thing-3"},
		"profile":  {Profile: "profile-2"},
		"criteria": {CriteriaType: api.BehaviorCriteriaTypeMachineLearning}, // nothing passes
		"marked":   {Verification: api.VerificationStateTruePositive},
	}
	backends(b, func(b *testing.B, db *store.DB) {
		fill(b, db, benchRows)
		if err := db.PutVerificationState(b.Context(), storetest.InAlarm(5, 0).ID, api.VerificationStateTruePositive, nil); err != nil {
			b.Fatal(err)
		}
		for name, f := range filters {
			b.Run("active/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, _, err := db.ActiveViolations(b.Context(), f, nil, 250); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("events/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, _, err := db.ViolationEvents(b.Context(), store.EventFilter{ViolationFilter: f, To: 1 << 50}, nil, 250); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}

// searchRows are the violations that searches are measured on: 100,000 of them active,
// all together with a million events.
const (
	searchActive = 100_000
	searchEnded  = 450_000
)

// fillSearch stores violations of a month: of 20,000 things, 20 profiles and 100
// behaviors, the active ones last. One thing in ten is in the thing group big.
func fillSearch(b *testing.B, db *store.DB) {
	own := storetest.Own(b, db, 0)
	storetest.Write(b, db, func(tx *store.Tx) error {
		errs := []error{tx.InsertThingGroup(&store.ThingGroup{Name: "big", ID: "big", Root: "big", Depth: 1})}
		for i := range 2000 {
			name := fmt.Sprintf("thing-%d", 10*i)
			errs = append(errs, tx.InsertThing(&store.Thing{Name: name}), tx.AddMember(store.Membership{Thing: name, Group: "big"}))
		}
		return errors.Join(errs...)
	})
	const month = 30 * 24 * 3600_000
	for n := 0; n < searchActive+searchEnded; n += perTx {
		var events []violation.Event
		for i := n; i < n+perTx; i++ {
			at := int64(i) * month / (searchActive + searchEnded)
			e := storetest.InAlarm(i, at)
			e.Thing, e.Profile = fmt.Sprintf("thing-%d", i*7919%20_000), fmt.Sprintf("profile-%d", i%20)
			e.Behavior = fmt.Sprintf("behavior-%d", i%100)
			e.Definition = strings.Repeat(e.Definition, 4)
			events = append(events, e)
			if i < searchEnded {
				e.Type, e.Value, e.Time = api.ViolationEventTypeAlarmCleared, `{"count":0}`, at+3600_000
				events = append(events, e)
			}
		}
		own.Record(b, own.Effects(events...))
	}
}

// BenchmarkSearch measures pages of 50 of violations and events, and what is counted of
// them, among 100,000 active violations and a million events.
func BenchmarkSearch(b *testing.B) {
	const month = 30 * 24 * 3600_000
	backends(b, func(b *testing.B, db *store.DB) {
		fillSearch(b, db)
		run := func(name string, fn func() error) {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if err := fn(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		for name, s := range map[string]store.ViolationSearch{
			"active/start":         {Order: store.Descending},
			"active/last":          {Sort: store.ByLast, Order: store.Descending},
			"active/thing":         {Sort: store.ByThing},
			"active/profile":       {Sort: store.ByProfile},
			"active/behavior":      {Sort: store.ByBehavior},
			"active/of a behavior": {ViolationFilter: store.ViolationFilter{Behavior: "behavior-7"}, Order: store.Descending},
			"active/of a metric":   {ViolationFilter: store.ViolationFilter{Metric: "aws:nothing"}, Order: store.Descending},
			"active/of a group":    {ViolationFilter: store.ViolationFilter{Group: "big", Profile: "profile-3"}, Order: store.Descending},
			"active/of a prefix":   {ViolationFilter: store.ViolationFilter{ThingPrefix: "thing-1999"}, Order: store.Descending},
			"ended/start":          {State: store.Ended, Order: store.Descending},
			"ended/last":           {State: store.Ended, Sort: store.ByLast, Order: store.Descending},
			"all/thing":            {State: store.AnyState, Sort: store.ByThing},
			"all/of a thing":       {State: store.AnyState, ViolationFilter: store.ViolationFilter{Thing: "thing-42"}, Order: store.Descending},
		} {
			run(name, func() error { _, _, err := db.SearchViolations(b.Context(), s, nil, 50); return err })
		}
		run("active/count", func() error {
			_, err := db.CountViolations(b.Context(), store.ViolationSearch{}, 1_000_000)
			return err
		})
		for name, f := range map[string]store.ViolationFilter{
			"all": {}, "of a profile": {Profile: "profile-3"}, "of a behavior": {Behavior: "behavior-7"}, "of a group": {Group: "big"},
		} {
			f := store.EventFilter{ViolationFilter: f, To: 2 * month}
			run("events/"+name, func() error { _, _, err := db.SearchEvents(b.Context(), f, store.Descending, nil, 50); return err })
			run("counts/month/"+name, func() error { _, err := db.CountEvents(b.Context(), f, 24*3600_000); return err })
		}
		run("counts/day", func() error {
			_, err := db.CountEvents(b.Context(), store.EventFilter{From: month / 2, To: month/2 + month/30}, 3600_000)
			return err
		})
		run("overview/active", func() error { _, err := db.ActiveCounts(b.Context()); return err })
		run("overview/noisiest of a day", func() error { _, _, err := db.Noisiest(b.Context(), month-month/30, 10); return err })
		run("live/next 500", func() error {
			_, err := db.EventsAfter(b.Context(), 0, store.EventPlace{Pos: 100 << 16}, 500)
			return err
		})
	})
}
