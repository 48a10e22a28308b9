package storetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/metric"
	"vedette/store"
	"vedette/violation"
)

// testFleet pages through the things that have values and reads their chunks.
func testFleet(t *testing.T, db *store.DB) {
	own, other := Own(t, db, 0), Own(t, db, 1)
	noon := int64(20_000*Day + Day/2)
	own.Record(t, own.withChunks(
		chunk("a", bytesOut, noon, noon+5), chunk("a", bytesOut, noon+6, noon+7), chunk("a", sent, noon, noon),
		chunk("d", sent, noon-10*Day, noon-10*Day), chunk("b", sent, noon+Day, noon+Day)))
	other.Record(t, other.withChunks(chunk("c", bytesOut, noon-Day, noon-Day/2), chunk("c", bytesOut, noon+Day, noon+Day)))
	err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.InsertThing(&store.Thing{Name: "registered", ID: "id"}) })
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		from  int64
		after string
		limit int
		want  []string
	}{
		{0, "", 10, []string{"a", "b", "c", "d", "registered"}},
		{0, "", 2, []string{"a", "b"}},
		{0, "b", 2, []string{"c", "d"}},
		{0, "registered", 2, nil},
		{noon, "", 10, []string{"a", "b", "c", "registered"}},
		{noon + 90*Day, "", 10, []string{"registered"}},
	} {
		got, err := db.FleetThings(t.Context(), test.from, test.after, test.limit)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, got, cmp.Transformer("", func(l []string) []string { return append([]string{}, l...) })); diff != "" {
			t.Errorf("from %d, after %q: %s", test.from, test.after, diff)
		}
	}
	for _, test := range []struct {
		things   []string
		from, to int64
		want     []int64 // first times
	}{
		{[]string{"a", "b", "c"}, 0, 1 << 52, []int64{noon, noon + 6, noon - Day, noon + Day}},
		{[]string{"c", "a"}, noon + 6, noon + Day, []int64{noon + 6}},
		{[]string{"nobody"}, 0, 1 << 52, nil},
		{nil, 0, 1 << 52, nil},
		{[]string{"a"}, noon + 50*Day, noon + 60*Day, nil},
	} {
		var got []int64
		err := db.FleetChunks(t.Context(), test.things, store.ChunkFilter{Series: bytesOut, From: test.from, To: test.to}, func(c violation.Chunk) error {
			if c.Series != bytesOut || !slices.Contains(test.things, c.Thing) || len(c.Data) == 0 {
				t.Errorf("chunk %+v", c)
			}
			got = append(got, c.First)
			return nil
		})
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%v from %d to %d: got %v, %v, want %v", test.things, test.from, test.to, got, err, test.want)
		}
	}
}

// testKeptSeries lists the series of both shards once, and those of profiles.
func testKeptSeries(t *testing.T, db *store.DB) {
	for shard := range 2 {
		own := Own(t, db, shard)
		own.Record(t, own.withChunks(chunk("a", bytesOut, Day, Day), chunk("a", notSent, Day, Day)))
		fx := own.Effects()
		fx.Drops = []violation.Drop{{Metric: "gone"}}
		fx.Chunks = []violation.Chunk{chunk("a", metric.Series{Metric: "gone"}, Day, Day)}
		fx.Drops[0].Chunks = 1
		own.Record(t, fx)
	}
	dimension := &api.MetricDimension{DimensionName: new("topics")}
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		return tx.InsertProfile(&store.Profile{
			Name: "p", Behaviors: []api.Behavior{{Name: new("b"), Metric: new("aws:num-disconnects")}, {Name: new("c"), Metric: bytesOutName()}},
			Retain: []api.MetricToRetain{{Metric: new("aws:message-byte-size"), MetricDimension: dimension}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []metric.Series
	err = db.Read(t.Context(), func(tx *store.Tx) (err error) {
		got, err = tx.KeptSeries()
		return err
	})
	want := []metric.Series{bytesOut, notSent, {Metric: "aws:num-disconnects"}, {Metric: "aws:message-byte-size", Dimension: "topics", Operator: "IN"}}
	for _, s := range want {
		if !slices.Contains(got, s) {
			t.Errorf("%v is missing", s)
		}
	}
	if err != nil || len(got) != len(want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func bytesOutName() *string { return new(bytesOut.Metric) }

// testThingSeries lists the series of a thing with the times of their newest values, not
// those of other things and of metrics that were deleted.
func testThingSeries(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	gone := metric.Series{Metric: "gone"}
	fx := own.withChunks(chunk("a", gone, Day, Day), chunk("b", sent, 3*Day, 3*Day), chunk("a", bytesOut, Day, Day+5), chunk("a", bytesOut, 70*Day, 70*Day+9), chunk("a", bytesOut, 69*Day, 69*Day),
		chunk("a", notSent, 2*Day-2, 2*Day-1))
	fx.Drops = []violation.Drop{{Metric: "gone", Chunks: len(fx.Chunks)}}
	own.Record(t, fx)
	for _, test := range []struct {
		thing string
		from  int64
		want  []store.SeriesTime
	}{
		{"a", 0, []store.SeriesTime{{Series: bytesOut, Last: 70*Day + 9}, {Series: notSent, Last: 2*Day - 1}}},
		{"a", 2*Day - 1, []store.SeriesTime{{Series: bytesOut, Last: 70*Day + 9}, {Series: notSent, Last: 2*Day - 1}}},
		{"a", 2 * Day, []store.SeriesTime{{Series: bytesOut, Last: 70*Day + 9}}},
		{"a", 70*Day + 10, nil},
		{"a", 99 * Day, nil},
		{"b", -1, []store.SeriesTime{{Series: sent, Last: 3 * Day}}},
		{"c", 0, nil},
	} {
		got, err := db.ThingSeries(t.Context(), test.thing, test.from)
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%s from %d: %v (-want +got):\n%s", test.thing, test.from, err, diff)
		}
	}
}
