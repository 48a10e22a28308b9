package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vedette/store"
	"vedette/violation"
)

// TestExports tests the way of exported metric values.
func TestExports(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/kept until all sinks have it":    testSinks,
		"ok/a sink that is gone":             testSinkGone,
		"ok/kept without sinks":              testNoSinks,
		"ok/shards apart":                    testExportShards,
		"ok/pages in order":                  testExportPages,
		"ok/one order with alerts":           testExportsAndAlerts,
		"ok/a mark that comes late":          testLateMark,
		"fail/older owner, repeated effects": testExportsFenced,
	})
	t.Run("ok/expired", func(t *testing.T) { RunOptions(t, testExpireExports) })
}

// exporting adds messages of these names to effects.
func exporting(fx *violation.Effects, names ...string) *violation.Effects {
	for _, name := range names {
		fx.Exports = append(fx.Exports, violation.Export{Profile: "p", Topic: "$aws/rules/" + name, Payload: []byte(`{"metrics":["` + name + `"]}`)})
	}
	return fx
}

func exports(t *testing.T, db *store.DB, shard int, after int64, limit int) (names []string, ids []int64) {
	t.Helper()
	list, err := db.Exports(t.Context(), shard, after, limit)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		name := e.Topic[len("$aws/rules/"):]
		want := store.Export{ID: e.ID, Export: exporting(&violation.Effects{}, name).Exports[0]}
		if diff := cmp.Diff(want, e); diff != "" {
			t.Errorf("export (-want +got):\n%s", diff)
		}
		names, ids = append(names, name), append(ids, e.ID)
	}
	return names, ids
}

func checkExports(t *testing.T, db *store.DB, shard int, want ...string) (ids []int64) {
	t.Helper()
	got, ids := exports(t, db, shard, 0, 1000)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("exports of shard %d (-want +got):\n%s", shard, diff)
	}
	return ids
}

func setSinks(t *testing.T, db *store.DB, shard int, want map[string]int64) {
	t.Helper()
	var names []string
	for name := range want {
		names = append(names, name)
	}
	got, err := db.SetExportSinks(t.Context(), shard, names)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Errorf("%v, sinks (-want +got):\n%s", err, diff)
	}
}

func mark(t *testing.T, db *store.DB, shard int, sink string, id int64) {
	t.Helper()
	if err := db.MarkExported(t.Context(), shard, sink, id); err != nil {
		t.Fatal(err)
	}
}

func testSinks(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	setSinks(t, db, 0, map[string]int64{"mqtt": 0, "files": 0})
	own.Record(t, exporting(own.Effects(), "a", "b", "c"))
	ids := checkExports(t, db, 0, "a", "b", "c")
	mark(t, db, 0, "mqtt", ids[1])
	checkExports(t, db, 0, "a", "b", "c")
	mark(t, db, 0, "files", ids[0])
	checkExports(t, db, 0, "b", "c")
	setSinks(t, db, 0, map[string]int64{"mqtt": ids[1], "files": ids[0]}) // as a restart does
	mark(t, db, 0, "files", ids[2])
	checkExports(t, db, 0, "c")
	mark(t, db, 0, "mqtt", ids[2])
	checkExports(t, db, 0)
}

func testSinkGone(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	setSinks(t, db, 0, map[string]int64{"mqtt": 0, "files": 0})
	own.Record(t, exporting(own.Effects(), "a", "b"))
	ids := checkExports(t, db, 0, "a", "b")
	mark(t, db, 0, "mqtt", ids[0])
	setSinks(t, db, 0, map[string]int64{"mqtt": ids[0]})
	checkExports(t, db, 0, "b")
	mark(t, db, 0, "files", ids[1]) // nobody asks it any more
	setSinks(t, db, 0, map[string]int64{"mqtt": ids[0], "files": 0})
	checkExports(t, db, 0, "b")
}

func testNoSinks(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, exporting(own.Effects(), "a"))
	setSinks(t, db, 0, map[string]int64{})
	checkExports(t, db, 0, "a")
}

func testExportShards(t *testing.T, db *store.DB) {
	for shard := range 2 {
		setSinks(t, db, shard, map[string]int64{"mqtt": 0})
		own := Own(t, db, shard)
		own.Record(t, exporting(own.Effects(), fmt.Sprint("a", shard)))
	}
	mark(t, db, 0, "mqtt", 1<<62)
	checkExports(t, db, 0)
	checkExports(t, db, 1, "a1")
}

func testExportPages(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	var want []string
	for i := range 100 {
		want = append(want, fmt.Sprint("n", i))
		if i%10 == 9 {
			own.Record(t, exporting(own.Effects(), want[i-9:]...))
		}
	}
	var got []string
	for after := int64(0); ; {
		names, ids := exports(t, db, 0, after, 7)
		if len(names) == 0 {
			break
		}
		if !slices.IsSorted(ids) || ids[0] <= after {
			t.Fatalf("ids %v after %d", ids, after)
		}
		got, after = append(got, names...), ids[len(ids)-1]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

// testExportsAndAlerts checks that both take their ids from one row of numbers.
func testExportsAndAlerts(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	last := int64(0)
	for i := range 3 {
		own.Record(t, exporting(toSNS(own.Effects(InAlarm(i, 1000))), fmt.Sprint(i)))
		own.Record(t, exporting(own.Effects(), fmt.Sprint(i, "b")))
		alert := pending(t, db, last, 10)
		_, ids := exports(t, db, 0, last, 10)
		if len(alert) != 1 || len(ids) != 2 || !(last < alert[0].ID && alert[0].ID < ids[0] && ids[0] < ids[1]) {
			t.Fatalf("after %d: alerts %v, exports %v", last, alert, ids)
		}
		last = ids[1]
	}
}

// testLateMark checks that a mark never takes a sink back.
func testLateMark(t *testing.T, db *store.DB) {
	setSinks(t, db, 0, map[string]int64{"mqtt": 0})
	own := Own(t, db, 0)
	own.Record(t, exporting(own.Effects(), "a", "b"))
	ids := checkExports(t, db, 0, "a", "b")
	mark(t, db, 0, "mqtt", ids[1])
	mark(t, db, 0, "mqtt", ids[0])
	setSinks(t, db, 0, map[string]int64{"mqtt": ids[1]})
}

func testExportsFenced(t *testing.T, db *store.DB) {
	old := Own(t, db, 0)
	own := Own(t, db, 0)
	fx := exporting(old.Effects(), "a")
	if err := db.Record(t.Context(), fx); err == nil {
		t.Error("an older owner was let in")
	}
	fx = exporting(own.Effects(), "a")
	own.Record(t, fx)
	own.Record(t, fx)
	checkExports(t, db, 0, "a")
}

func testExpireExports(t *testing.T, o store.Options) {
	now := time.UnixMilli(1_700_000_000_000)
	o.Now = func() time.Time { return now }
	db := Open(t, o)
	setSinks(t, db, 0, map[string]int64{"mqtt": 0})
	own := Own(t, db, 0)
	own.Record(t, exporting(own.Effects(), "a", "b"))
	now = now.Add(time.Hour)
	own.Record(t, exporting(own.Effects(), "c"))
	for _, c := range []struct {
		before time.Duration
		want   int64
		left   []string
	}{{-time.Hour, 0, []string{"a", "b", "c"}}, {0, 2, []string{"c"}}, {0, 0, []string{"c"}}, {time.Millisecond, 1, nil}} {
		n, err := db.ExpireExports(t.Context(), now.Add(c.before).UnixMilli())
		if n != c.want || err != nil {
			t.Errorf("before %v: dropped %d, %v, want %d", c.before, n, err, c.want)
		}
		checkExports(t, db, 0, c.left...)
	}
}
