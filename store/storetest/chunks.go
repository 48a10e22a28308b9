package storetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/metric"
	"vedette/record"
	"vedette/store"
	"vedette/violation"
)

// Day is a day in milliseconds.
const Day = int64(24 * time.Hour / time.Millisecond)

// The series of the tests.
var (
	bytesOut = metric.Series{Metric: "aws:all-bytes-out"}
	sent     = metric.Series{Metric: "aws:num-messages-sent", Dimension: "topics", Operator: "IN"}
	notSent  = metric.Series{Metric: "aws:num-messages-sent", Dimension: "topics", Operator: "NOT_IN"}
	heat     = metric.Series{Metric: "heat"}
)

// TestChunks tests how values of metrics are kept.
func TestChunks(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/read":                       testReadChunks,
		"ok/many days":                  testManyDays,
		"ok/thousands in a transaction": testManyChunks,
		"ok/once more":                  testChunkAgain,
		"ok/expire":                     testExpireChunks,
		"ok/expire what came late":      testLateChunk,
		"ok/drop":                       testDrop,
		"ok/drop in one of two shards":  testDropInShard,
		"ok/purge":                      testPurge,
		"ok/things that were seen":      testSeen,
		"ok/of a fleet":                 testFleet,
		"ok/the series of a thing":      testThingSeries,
		"ok/series that are kept":       testKeptSeries,
		"fail/contract":                 testChunkContract,
		"fail/older owner":              testFencedChunks,
	})
	t.Run("ok/several nodes", func(t *testing.T) { RunOptions(t, testNodes) })
	t.Run("ok/expiry does not wait for a long reader", func(t *testing.T) { testLongReader(t, Postgres(t)) })
}

// chunk returns the chunk of a thing's series from first to last, whose data says
// what it is.
func chunk(thing string, s metric.Series, first, last int64) violation.Chunk {
	return violation.Chunk{Thing: thing, Series: s, First: first, Last: last, Count: 1, Data: fmt.Appendf(nil, "%s %s %d", thing, s.Metric, first)}
}

// withChunks returns effects that are chunks.
func (o *Owner) withChunks(chunks ...violation.Chunk) *violation.Effects {
	fx := o.Effects()
	fx.Chunks = chunks
	return fx
}

// chunksOf returns the chunks of a thing's series in a time, at most limit of them.
func chunksOf(t testing.TB, db *store.DB, limit int, f store.ChunkFilter) []violation.Chunk {
	t.Helper()
	list := []violation.Chunk{}
	err := db.Chunks(t.Context(), f, func(c violation.Chunk) (bool, error) {
		list = append(list, c)
		return len(list) < limit, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// firsts returns the times of the first values of all chunks of a series.
func firsts(t testing.TB, db *store.DB, thing string, s metric.Series) []int64 {
	t.Helper()
	list := []int64{}
	for _, c := range chunksOf(t, db, 1e6, store.ChunkFilter{Thing: thing, Series: s, To: 1 << 52}) {
		list = append(list, c.First)
	}
	return list
}

func testReadChunks(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	const noon = 20_000*Day + Day/2
	before, at, after := chunk("a", bytesOut, noon-Day, noon-5), chunk("a", bytesOut, noon, noon+9), chunk("a", bytesOut, noon+10, noon+10+Day)
	own.Record(t, own.withChunks(after, chunk("b", bytesOut, noon, noon), before, chunk("a", sent, noon, noon), at, chunk("a", notSent, noon, noon)))
	read := func(name string, f store.ChunkFilter, limit int, want ...violation.Chunk) {
		t.Helper()
		if diff := cmp.Diff(append([]violation.Chunk{}, want...), chunksOf(t, db, limit, f)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	f := func(from, to int64) store.ChunkFilter {
		return store.ChunkFilter{Thing: "a", Series: bytesOut, From: from, To: to}
	}
	read("all, newest first", f(0, 1<<52), 9, after, at, before)
	read("the two newest", f(0, 1<<52), 2, after, at)
	read("the one value of a millisecond", f(noon+9, noon+10), 9, at)
	read("the last value of a chunk that began a day before", f(noon+10+Day, noon+11+Day), 9, after)
	read("between two chunks", f(noon-4, noon), 9)
	read("to the end of a chunk", f(noon-5, noon), 9, before)
	read("nothing", f(noon, noon), 9)
	read("in a chunk that has to begin before", f(noon+5, noon+1), 9, at)
	read("before 1970", f(-5, -1), 9)
	read("a dimension", store.ChunkFilter{Thing: "a", Series: notSent, To: 1 << 52}, 9, chunk("a", notSent, noon, noon))
	read("without the dimension", store.ChunkFilter{Thing: "a", Series: metric.Series{Metric: sent.Metric}, To: 1 << 52}, 9)
	read("another thing", store.ChunkFilter{Thing: "c", Series: bytesOut, To: 1 << 52}, 9)
	if got := db.Stats(); got.Chunks != 6 || got.ChunkBytes == 0 {
		t.Errorf("stats: %+v", got)
	}
	fail := fmt.Errorf("enough")
	err := db.Chunks(t.Context(), f(0, 1<<52), func(violation.Chunk) (bool, error) { return true, fail })
	if err == nil || !strings.Contains(err.Error(), "enough") {
		t.Errorf("an error of the reader: got %v", err)
	}
}

// testManyDays reads over more days than one block has, and over gaps.
func testManyDays(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	var want []int64
	for day := int64(20_200); day > 20_000; day -= 1 + day%7 {
		want = append(want, day*Day+1)
		own.Record(t, own.withChunks(chunk("a", bytesOut, day*Day+1, day*Day+2)))
	}
	if diff := cmp.Diff(want, firsts(t, db, "a", bytesOut)); diff != "" {
		t.Errorf("all days (-want +got):\n%s", diff)
	}
	got := chunksOf(t, db, 1e6, store.ChunkFilter{Thing: "a", Series: bytesOut, From: want[len(want)-2], To: want[1] + 1})
	if len(got) != len(want)-2 || got[0].First != want[1] {
		t.Errorf("got %d chunks from %d on, want %d", len(got), got[0].First, len(want)-2)
	}
}

func testManyChunks(t *testing.T, db *store.DB) {
	const n = 3001 // not a multiple of any batch
	own := Own(t, db, 0)
	fx := own.Effects()
	for i := range n {
		first := 20_000*Day + int64(i%3)*Day + int64(i)
		fx.Chunks = append(fx.Chunks, chunk(fmt.Sprint("thing-", i%500), metric.Series{Metric: fmt.Sprint("m", i%7)}, first, first+5))
	}
	own.Record(t, fx)
	found := 0
	for thing := range 500 {
		for m := range 7 {
			found += len(firsts(t, db, fmt.Sprint("thing-", thing), metric.Series{Metric: fmt.Sprint("m", m)}))
		}
	}
	if found != n {
		t.Errorf("found %d chunks, want %d", found, n)
	}
}

// testChunkAgain stores a chunk twice, as no owner does: nothing is lost.
func testChunkAgain(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	const first = 20_000 * Day
	short, long := chunk("a", bytesOut, first, first+5), chunk("a", bytesOut, first, first+9)
	long.Count, long.Data = 2, []byte("longer")
	for i, c := range []struct {
		store, want violation.Chunk
	}{{short, short}, {long, long}, {short, long}} {
		own.Record(t, own.withChunks(c.store, c.store))
		got := chunksOf(t, db, 9, store.ChunkFilter{Thing: "a", Series: bytesOut, To: 1 << 52})
		if diff := cmp.Diff([]violation.Chunk{c.want}, got); diff != "" {
			t.Errorf("after %d times (-want +got):\n%s", i+1, diff)
		}
	}
}

func testExpireChunks(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	fx := own.Effects()
	const things = 2501 // more than a slice
	for day := range int64(5) {
		for i := range things {
			first := (20_000+day)*Day + int64(i)
			fx.Chunks = append(fx.Chunks, chunk(fmt.Sprint("thing-", i), bytesOut, first-Day/2, first))
		}
	}
	own.Record(t, fx)
	for _, c := range []struct {
		before, days int64
		left         int
	}{
		{20_000 * Day, 0, 5},
		{20_001*Day - 1, 0, 5}, // the last values of a day stay until it is over
		{20_001 * Day, 1, 4},
		{20_001 * Day, 0, 4},
		{20_003 * Day, 2, 2},
		{-5, 0, 2},
		{20_009 * Day, 2, 0},
	} {
		days, err := db.ExpireChunks(t.Context(), c.before)
		if err != nil || days != c.days {
			t.Errorf("expire before %d: got %d days, error %v, want %d", c.before, days, err, c.days)
		}
		for _, thing := range []string{"thing-0", fmt.Sprint("thing-", things-1)} {
			if got := firsts(t, db, thing, bytesOut); len(got) != c.left {
				t.Errorf("expired before %d: %s has %d chunks, want %d", c.before, thing, len(got), c.left)
			}
		}
	}
}

// testLateChunk stores chunks of days that have expired.
func testLateChunk(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.withChunks(chunk("a", bytesOut, 20_000*Day, 20_000*Day)))
	expire := func(before int64) {
		t.Helper()
		if _, err := db.ExpireChunks(t.Context(), before); err != nil {
			t.Fatal(err)
		}
	}
	expire(20_005 * Day)
	own.Record(t, own.withChunks(
		chunk("a", bytesOut, 20_001*Day, 20_001*Day), chunk("a", bytesOut, 20_004*Day+1, 20_005*Day), chunk("a", heat, 20_004*Day, 20_005*Day-1)))
	if diff := cmp.Diff([]int64{20_004*Day + 1}, firsts(t, db, "a", bytesOut)); diff != "" {
		t.Errorf("chunks (-want +got):\n%s", diff)
	}
	if got := firsts(t, db, "a", heat); len(got) != 0 {
		t.Errorf("of an expired day: got %v", got)
	}
	expire(20_000 * Day) // more is to be kept from now on
	own.Record(t, own.withChunks(chunk("a", heat, 20_001*Day, 20_001*Day)))
	if got := firsts(t, db, "a", heat); len(got) != 1 {
		t.Errorf("of a day that is kept again: got %v, want one", got)
	}
}

func testDrop(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	const noon = 20_000*Day + Day/2
	own.Record(t, own.withChunks(chunk("a", heat, noon, noon), chunk("a", bytesOut, noon, noon)))
	fx := own.withChunks(chunk("a", heat, noon+1, noon+1), chunk("b", heat, noon+2, noon+2), chunk("a", heat, noon+3, noon+3))
	fx.Drops = []violation.Drop{{Metric: "other"}, {Metric: "heat", Chunks: 2}}
	own.Record(t, fx)
	if diff := cmp.Diff([]int64{noon + 3}, firsts(t, db, "a", heat)); diff != "" {
		t.Errorf("of the metric made again (-want +got):\n%s", diff)
	}
	if got := firsts(t, db, "b", heat); len(got) != 0 {
		t.Errorf("b: got %v, want nothing", got)
	}
	if got := firsts(t, db, "a", bytesOut); len(got) != 1 {
		t.Errorf("another metric: got %v, want one", got)
	}
	fx = own.Effects()
	fx.Drops = []violation.Drop{{Metric: "heat"}, {Metric: "heat"}}
	own.Record(t, fx)
	if got := firsts(t, db, "a", heat); len(got) != 0 {
		t.Errorf("deleted again: got %v, want nothing", got)
	}
}

// testDropInShard has one shard go on while another is behind: what the slow one
// still says of the deleted metric does not touch the new one of the fast one.
func testDropInShard(t *testing.T, db *store.DB) {
	fast, slow := Own(t, db, 1), Own(t, db, 2)
	const noon = 20_000*Day + Day/2
	fast.Record(t, fast.withChunks(chunk("fast", heat, noon, noon)))
	slow.Record(t, slow.withChunks(chunk("slow", heat, noon, noon)))
	drop := func(o *Owner) {
		fx := o.Effects()
		fx.Drops = []violation.Drop{{Metric: "heat"}}
		o.Record(t, fx)
	}
	drop(fast)
	fast.Record(t, fast.withChunks(chunk("fast", heat, noon+1, noon+1)))
	slow.Record(t, slow.withChunks(chunk("slow", heat, noon+1, noon+1))) // still of the old one
	drop(slow)
	if diff := cmp.Diff([]int64{noon + 1}, firsts(t, db, "fast", heat)); diff != "" {
		t.Errorf("fast (-want +got):\n%s", diff)
	}
	if got := firsts(t, db, "slow", heat); len(got) != 0 {
		t.Errorf("slow: got %v, want nothing", got)
	}
}

func testPurge(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	const things = 1201
	for day := range int64(3) {
		fx := own.Effects()
		for i := range things {
			first := (20_000+day)*Day + int64(i)
			thing := fmt.Sprint("thing-", i)
			fx.Chunks = append(fx.Chunks, chunk(thing, bytesOut, first, first), chunk(thing, heat, first, first), chunk(thing, metric.Series{Metric: "hiss"}, first, first))
		}
		own.Record(t, fx)
	}
	purge := func(want int64) {
		t.Helper()
		if n, err := db.PurgeChunks(t.Context()); err != nil || n != want {
			t.Errorf("purge: got %d chunks, error %v, want %d", n, err, want)
		}
	}
	purge(0)
	fx := own.Effects()
	fx.Drops = []violation.Drop{{Metric: "heat"}, {Metric: "hiss"}}
	own.Record(t, fx)
	own.Record(t, own.withChunks(chunk("thing-7", heat, 20_003*Day, 20_003*Day)))
	purge(2 * 3 * things)
	purge(0)
	if got := len(firsts(t, db, "thing-7", bytesOut)); got != 3 {
		t.Errorf("another metric: got %d chunks, want 3", got)
	}
	if got := len(firsts(t, db, "thing-7", heat)); got != 1 {
		t.Errorf("the metric made again: got %d chunks, want 1", got)
	}
	left := Read(t, db, func(tx *store.Tx) (n int, err error) {
		return n, tx.QueryRow("SELECT COUNT(*) FROM metric_series").Scan(&n)
	})
	if left != 2 {
		t.Errorf("%d series are left, want 2", left)
	}
}

func testSeen(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	own.Record(t, own.Effects(InAlarm(3, 1000)))
	own.Record(t, own.withChunks(chunk("measured", bytesOut, 20_000*Day, 20_000*Day), chunk("later", bytesOut, 20_002*Day, 20_002*Day)))
	Write(t, db, func(tx *store.Tx) error { return tx.InsertThing(&store.Thing{Name: "registered"}) })
	for thing, want := range map[string]bool{"registered": true, InAlarm(3, 0).Thing: true, "measured": true, "later": true, "nobody": false, "": false} {
		if got, err := db.Seen(t.Context(), thing); err != nil || got != want {
			t.Errorf("%q: got %v, error %v, want %v", thing, got, err, want)
		}
	}
}

func testChunkContract(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	for want, edit := range map[string]func(*violation.Effects){
		"Thing is empty":         func(fx *violation.Effects) { fx.Chunks[0].Thing = "" },
		"Series.Metric is empty": func(fx *violation.Effects) { fx.Chunks[0].Series.Metric = "" },
		"dimension \"d\"":        func(fx *violation.Effects) { fx.Chunks[0].Series.Dimension = "d" },
		"operator \"IN\"":        func(fx *violation.Effects) { fx.Chunks[0].Series.Operator = "IN" },
		"operator \"OUT\"": func(fx *violation.Effects) {
			fx.Chunks[0].Series = metric.Series{Metric: "m", Dimension: "d", Operator: "OUT"}
		},
		"First is -1":                  func(fx *violation.Effects) { fx.Chunks[0].First = -1 },
		"its Last 1727999999999":       func(fx *violation.Effects) { fx.Chunks[0].Last = 20_000*Day - 1 },
		"at most 86400000 apart":       func(fx *violation.Effects) { fx.Chunks[0].Last += Day + 1 },
		"0 values":                     func(fx *violation.Effects) { fx.Chunks[0].Count = 0 },
		"in 0 bytes":                   func(fx *violation.Effects) { fx.Chunks[0].Data = nil },
		"comes after 2 chunks":         func(fx *violation.Effects) { fx.Drops = []violation.Drop{{Metric: "m", Chunks: 2}} },
		"comes after 0 chunks: want 1": func(fx *violation.Effects) { fx.Drops = []violation.Drop{{Metric: "m", Chunks: 1}, {Metric: "m"}} },
	} {
		fx := own.Effects(InAlarm(1, 1000))
		fx.Chunks = []violation.Chunk{chunk("a", heat, 20_000*Day, 20_000*Day)}
		edit(fx)
		unchanged(t, db, nil, func() error {
			err := db.Record(t.Context(), fx)
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("error %q does not say %q", err, want)
			}
			return err
		})
	}
}

func testFencedChunks(t *testing.T, db *store.DB) {
	old := Own(t, db, 0)
	Own(t, db, 0)
	fx := old.withChunks(chunk("a", heat, 20_000*Day, 20_000*Day))
	fx.Drops = []violation.Drop{{Metric: "other"}}
	unchanged(t, db, store.ErrFenced, func() error { return db.Record(t.Context(), fx) })
	if got := firsts(t, db, "a", heat); len(got) != 0 {
		t.Errorf("got %v, want nothing", got)
	}
	if got := db.Stats(); got.Chunks != 0 {
		t.Errorf("%d chunks counted, want none", got.Chunks)
	}
}

// testNodes has two nodes meet the same new days at once, and one of them expire a
// day that the other has used.
func testNodes(t *testing.T, o store.Options) {
	one, two := Open(t, o), Open(t, o)
	a, b := Own(t, one, 1), Own(t, two, 2)
	for day := range int64(5) {
		var wg sync.WaitGroup
		for _, own := range []*Owner{a, b} {
			first := (20_000 + day) * Day
			fx := own.withChunks(chunk(fmt.Sprint("thing-", own.Shard), bytesOut, first, first))
			wg.Go(func() { own.Record(t, fx) })
		}
		wg.Wait()
	}
	for _, thing := range []string{"thing-1", "thing-2"} {
		if got := len(firsts(t, one, thing, bytesOut)); got != 5 {
			t.Errorf("%s has %d chunks, want 5", thing, got)
		}
	}
	if days, err := one.ExpireChunks(t.Context(), 20_005*Day); err != nil || days != 5 {
		t.Fatalf("expire: got %d days, error %v, want 5", days, err)
	}
	if _, err := one.ExpireChunks(t.Context(), 0); err != nil { // from now on all is kept: the other node knows a day that is gone
		t.Fatal(err)
	}
	fx := b.withChunks(chunk("thing-2", bytesOut, 20_001*Day, 20_001*Day))
	if err := two.Record(t.Context(), fx); err != nil {
		b.Record(t, fx) // as its owner does
	}
	if got := len(firsts(t, one, "thing-2", bytesOut)); got != 1 {
		t.Errorf("thing-2 has %d chunks, want 1", got)
	}
}

// testLongReader expires a day while somebody reads the table for long, such as a
// backup: effects are stored all the while.
func testLongReader(t *testing.T, o store.Options) {
	db := Open(t, o)
	own := Own(t, db, 0)
	own.Record(t, own.withChunks(chunk("a", bytesOut, 20_000*Day, 20_000*Day)))
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		if err := tx.QueryRow("SELECT COUNT(*) FROM metric_chunk").Scan(new(int)); err != nil {
			return err
		}
		if days, err := db.ExpireChunks(t.Context(), 20_005*Day); err == nil || days != 0 || !strings.Contains(err.Error(), "lock timeout") {
			t.Errorf("expire: got %d days, error %v, want that it gave up", days, err)
		}
		own.Record(t, own.withChunks(chunk("a", bytesOut, 20_006*Day, 20_006*Day))) // a partition is made meanwhile
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if days, err := db.ExpireChunks(t.Context(), 20_005*Day); err != nil || days != 1 {
		t.Errorf("expire: got %d days, error %v, want one", days, err)
	}
	own.Record(t, own.Effects())
	if position, err := db.Position(t.Context(), 0); err != nil || position != record.Pos(3, 0) {
		t.Errorf("position %d, error %v", position, err)
	}
}
