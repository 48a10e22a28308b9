package storetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/store"
	"vedette/violation"
)

// TestThresholds tests how the percentiles of behaviors are kept.
func TestThresholds(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/newest first, of one behavior": testThresholds,
		"ok/said by two shards":            testThresholdTwice,
		"ok/expired":                       testThresholdsExpire,
	})
}

func thresholdAt(behavior string, end int64) violation.Threshold {
	return violation.Threshold{Profile: "p", Behavior: behavior, End: end, N: end + 1, Value: fmt.Sprintf(`{"count":%d}`, end)}
}

func listThresholds(t *testing.T, db *store.DB, behavior string, from, to int64, limit int) []violation.Threshold {
	t.Helper()
	list, err := db.Thresholds(t.Context(), "p", behavior, from, to, limit)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func testThresholds(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	fx := own.Effects()
	for end := range int64(100) {
		fx.Thresholds = append(fx.Thresholds, thresholdAt("b", end), thresholdAt("other", end))
	}
	none := violation.Threshold{Profile: "p", Behavior: "b", End: 100, N: 1, Why: violation.TooFewThings}
	fx.Thresholds = append(fx.Thresholds, none)
	own.Record(t, fx)
	if diff := cmp.Diff([]violation.Threshold{none, thresholdAt("b", 99)}, listThresholds(t, db, "b", 0, math.MaxInt64, 2)); diff != "" {
		t.Errorf("newest two (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]violation.Threshold{thresholdAt("b", 4), thresholdAt("b", 3)}, listThresholds(t, db, "b", 3, 5, 10)); diff != "" {
		t.Errorf("from 3 to 5 (-want +got):\n%s", diff)
	}
	if list := listThresholds(t, db, "nobody", 0, math.MaxInt64, 10); len(list) != 0 {
		t.Errorf("of a behavior without any: got %v", list)
	}
}

func testThresholdTwice(t *testing.T, db *store.DB) {
	for shard := range 2 {
		own := Own(t, db, shard)
		fx := own.Effects()
		fx.Thresholds = []violation.Threshold{thresholdAt("b", 7)}
		own.Record(t, fx)
	}
	if diff := cmp.Diff([]violation.Threshold{thresholdAt("b", 7)}, listThresholds(t, db, "b", 0, 10, 10)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func testThresholdsExpire(t *testing.T, db *store.DB) {
	const many = 1200 // more than one transaction deletes
	own := Own(t, db, 0)
	fx := own.Effects()
	for end := range int64(many) {
		fx.Thresholds = append(fx.Thresholds, thresholdAt("b", end))
	}
	own.Record(t, fx)
	for _, want := range []int64{many - 10, 0} {
		if n, err := db.ExpireThresholds(t.Context(), many-10); err != nil || n != want {
			t.Errorf("expired: got %d, %v, want %d", n, err, want)
		}
	}
	if n := len(listThresholds(t, db, "b", 0, math.MaxInt64, many)); n != 10 {
		t.Errorf("left: got %d, want 10", n)
	}
}
