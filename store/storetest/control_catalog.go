package storetest

import (
	"errors"
	"testing"
	"time"

	"vedette/api"
	"vedette/store"
)

func testDimensions(t *testing.T) {
	t.Run("ok/life", func(t *testing.T) { RunOptions(t, testDimensionLife) })
	runAll(t, map[string]func(*testing.T, *store.DB){
		"fail/missing and repeated": func(t *testing.T, db *store.DB) {
			insert := func(tx *store.Tx) error {
				return tx.InsertDimension(&store.Dimension{Name: "d", Values: []string{"a"}})
			}
			refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
				_, err := tx.Dimension("d")
				return err
			})
			Write(t, db, insert)
			refused(t, db, store.ErrConflict, insert)
		},
	})
}

func testDimensionLife(t *testing.T, o store.Options) {
	now := time.UnixMilli(1000)
	o.Now = func() time.Time { return now }
	db := Open(t, o)
	w := writer{TB: t, db: db}
	d := store.Dimension{Name: "d", Type: api.DimensionTypeTopicFilter, Values: []string{"a/#", "\"+\""}, Token: "t", Request: "r"}
	w.write(func(tx *store.Tx) error { return tx.InsertDimension(new(d)) }, `"dimension":{"name":"d","values":["a/#","\"+\""]}`)
	now = time.UnixMilli(2000)
	w.write(func(tx *store.Tx) error {
		return tx.UpdateDimension(&store.Dimension{Name: "d", Values: []string{"b"}})
	}, `"dimension":{"name":"d","values":["b"]}`)
	d.Values, d.Created, d.Modified = []string{"b"}, 1000, 2000
	equal(t, "dimension", &d, Read(t, db, func(tx *store.Tx) (*store.Dimension, error) { return tx.Dimension("d") }))
	equal(t, "count", 1, Read(t, db, (*store.Tx).CountDimensions))
	equal(t, "names", []string{"d"}, pages(t, db, 1, itself, (*store.Tx).DimensionNames))
	remove := func(tx *store.Tx) error { return tx.DeleteDimension("d") }
	w.write(remove, `"dimension":{"name":"d","deleted":true}`)
	w.write(remove)
	equal(t, "count after deletion", 0, Read(t, db, (*store.Tx).CountDimensions))
}

func testCustomMetrics(t *testing.T) {
	t.Run("ok/life", func(t *testing.T) { RunOptions(t, testCustomMetricLife) })
	runAll(t, map[string]func(*testing.T, *store.DB){
		"fail/missing and repeated": func(t *testing.T, db *store.DB) {
			insert := func(tx *store.Tx) error { return tx.InsertCustomMetric(&store.CustomMetric{Name: "m"}) }
			refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
				_, err := tx.CustomMetric("m")
				return err
			})
			Write(t, db, insert)
			refused(t, db, store.ErrConflict, insert)
		},
	})
}

func testCustomMetricLife(t *testing.T, o store.Options) {
	now := time.UnixMilli(1000)
	o.Now = func() time.Time { return now }
	db := Open(t, o)
	w := writer{TB: t, db: db}
	m := store.CustomMetric{Name: "m", Type: api.CustomMetricTypeNumber, Token: "t", Request: "r"}
	w.write(func(tx *store.Tx) error { return tx.InsertCustomMetric(new(m)) }, `"customMetric":{"name":"m","type":"number"}`)
	now = time.UnixMilli(2000)
	w.write(func(tx *store.Tx) error {
		return tx.UpdateCustomMetric(&store.CustomMetric{Name: "m", DisplayName: new("M")})
	}) // nothing that detection sees
	m.DisplayName, m.Created, m.Modified = new("M"), 1000, 2000
	equal(t, "custom metric", &m, Read(t, db, func(tx *store.Tx) (*store.CustomMetric, error) { return tx.CustomMetric("m") }))
	equal(t, "count", 1, Read(t, db, (*store.Tx).CountCustomMetrics))
	equal(t, "names", []string{"m"}, pages(t, db, 1, itself, (*store.Tx).CustomMetricNames))
	equal(t, "types", map[string]api.CustomMetricType{"m": api.CustomMetricTypeNumber}, Read(t, db, (*store.Tx).CustomMetricTypes))
	remove := func(tx *store.Tx) error { return tx.DeleteCustomMetric("m") }
	w.write(remove, `"customMetric":{"name":"m","deleted":true}`)
	w.write(remove)
}

func testTags(t *testing.T) {
	resource := store.Resource{Kind: api.ARNDimension, Name: "d"}
	tags := func(t *testing.T, db *store.DB) []store.Tag {
		return Read(t, db, func(tx *store.Tx) ([]store.Tag, error) { return tx.Tags(resource) })
	}
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/put, overwrite, delete": func(t *testing.T, db *store.DB) {
			other := store.Resource{Kind: api.ARNCustomMetric, Name: "d"}
			Write(t, db, func(tx *store.Tx) error {
				return errors.Join(tx.PutTags(resource, []store.Tag{{Key: "b"}, {Key: "a", Value: new("1")}, {Key: "c", Value: new("")}}),
					tx.PutTags(other, []store.Tag{{Key: "x"}}), tx.PutTags(resource, nil))
			})
			equal(t, "tags", []store.Tag{{Key: "a", Value: new("1")}, {Key: "b"}, {Key: "c", Value: new("")}}, tags(t, db))
			Write(t, db, func(tx *store.Tx) error {
				return errors.Join(tx.PutTags(resource, []store.Tag{{Key: "a"}, {Key: "b", Value: new("2")}}), tx.DeleteTags(resource, []string{"c", "nope"}))
			})
			equal(t, "tags after a change", []store.Tag{{Key: "a"}, {Key: "b", Value: new("2")}}, tags(t, db))
		},
		"ok/resources": func(t *testing.T, db *store.DB) {
			Write(t, db, func(tx *store.Tx) error {
				return errors.Join(tx.InsertDimension(&store.Dimension{Name: "d", Values: []string{"a"}}), tx.InsertCustomMetric(&store.CustomMetric{Name: "d"}),
					tx.InsertProfile(&store.Profile{Name: "d"}), tx.InsertThingGroup(&store.ThingGroup{Name: "d"}), tx.InsertThingType(&store.ThingType{Name: "d"}))
			})
			for _, kind := range []api.ARNKind{api.ARNDimension, api.ARNCustomMetric, api.ARNSecurityProfile, api.ARNThingGroup, api.ARNThingType} {
				for name, want := range map[string]bool{"d": true, "e": false} {
					r := store.Resource{Kind: kind, Name: name}
					got := Read(t, db, func(tx *store.Tx) (bool, error) { return tx.ResourceExists(r) })
					if got != want || !r.Taggable() {
						t.Errorf("%s: exists %t, taggable %t", r, got, r.Taggable())
					}
				}
			}
			if (store.Resource{Kind: api.ARNThing, Name: "t"}).Taggable() {
				t.Error("things are taggable")
			}
		},
	})
}
