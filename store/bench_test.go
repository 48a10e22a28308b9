package store_test

import (
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
