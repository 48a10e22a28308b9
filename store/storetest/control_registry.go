package storetest

import (
	"errors"
	"fmt"
	"testing"

	"vedette/api"
	"vedette/store"
)

func testThings(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/life":                   testThingLife,
		"ok/filters and pages":      testThingFilters,
		"ok/types of some":          testTypesOf,
		"fail/missing and repeated": testThingErrors,
	})
}

func readThing(name string) func(tx *store.Tx) (*store.Thing, error) {
	return func(tx *store.Tx) (*store.Thing, error) { return tx.Thing(name) }
}

func testThingLife(t *testing.T, db *store.DB) {
	w := writer{TB: t, db: db}
	lamp := &store.Thing{Name: "lamp", ID: "id", Type: "bulb", Attributes: map[string]string{"color": "red", "size": "1"}, BillingGroup: new("b")}
	w.write(func(tx *store.Tx) error { return tx.InsertThing(lamp) }, `"thing":{"name":"lamp"}`)
	equal(t, "version", int64(1), lamp.Version)
	equal(t, "thing", lamp, Read(t, db, readThing("lamp")))
	lamp.Type, lamp.Attributes, lamp.BillingGroup = "", nil, nil
	w.write(func(tx *store.Tx) error { return tx.UpdateThing(lamp) }) // nothing that detection sees
	equal(t, "updated thing", &store.Thing{Name: "lamp", ID: "id", Version: 2}, Read(t, db, readThing("lamp")))
	remove := func(tx *store.Tx) error { return tx.DeleteThing("lamp") }
	w.write(remove, `"thing":{"name":"lamp","deleted":true}`)
	w.write(remove)
}

func testThingFilters(t *testing.T, db *store.DB) {
	Write(t, db, func(tx *store.Tx) error {
		var errs error
		for i := range 30 {
			thing := &store.Thing{Name: fmt.Sprintf("t%02d", i), Type: fmt.Sprintf("type%d", i%2)}
			if i%3 > 0 {
				thing.Attributes = map[string]string{"color": []string{"red", "reddish", "rf", "Red", "r"}[i%5], "other": "red"}
			}
			errs = errors.Join(errs, tx.InsertThing(thing))
		}
		return errs
	})
	all := Read(t, db, func(tx *store.Tx) ([]store.Thing, error) {
		return tx.Things(store.ThingFilter{}, store.ThingKey{}, 1000)
	})
	for name, c := range map[string]struct {
		filter store.ThingFilter
		match  func(t *store.Thing) bool
	}{
		"all":       {store.ThingFilter{}, func(*store.Thing) bool { return true }},
		"type":      {store.ThingFilter{Type: new("type1")}, func(t *store.Thing) bool { return t.Type == "type1" }},
		"attribute": {store.ThingFilter{Attribute: new("color")}, func(t *store.Thing) bool { return t.Attributes["color"] != "" }},
		"value": {store.ThingFilter{Attribute: new("color"), Value: new("red")}, func(t *store.Thing) bool {
			return t.Attributes["color"] == "red"
		}},
		"beginning": {store.ThingFilter{Attribute: new("color"), Value: new("red"), Prefix: true}, func(t *store.Thing) bool {
			return t.Attributes["color"] == "red" || t.Attributes["color"] == "reddish"
		}},
		"beginning and type": {store.ThingFilter{Attribute: new("color"), Value: new("r"), Prefix: true, Type: new("type0")}, func(t *store.Thing) bool {
			return t.Type == "type0" && t.Attributes["color"] != "" && t.Attributes["color"] != "Red"
		}},
	} {
		want := map[string]bool{}
		for i := range all {
			if c.match(&all[i]) {
				want[all[i].Name] = true
			}
		}
		for _, limit := range []int{1, 7, 100} {
			key := func(t store.Thing) store.ThingKey { return t.Key(c.filter) }
			list := pages(t, db, limit, key, func(tx *store.Tx, after store.ThingKey, limit int) ([]store.Thing, error) {
				return tx.Things(c.filter, after, limit)
			})
			got := map[string]bool{}
			for i, thing := range list {
				got[thing.Name] = true
				if i > 0 && !before(key(list[i-1]), key(thing)) {
					t.Errorf("%s: %v after %v", name, thing, list[i-1])
				}
			}
			equal(t, fmt.Sprintf("%s in pages of %d", name, limit), want, got)
		}
	}
}

func before(a, b store.ThingKey) bool {
	return a.Value < b.Value || a.Value == b.Value && a.Name < b.Name
}

// testTypesOf looks up the types of some things.
func testTypesOf(t *testing.T, db *store.DB) {
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.InsertThing(&store.Thing{Name: "a", Type: "lamp"}), tx.InsertThing(&store.Thing{Name: "b", Type: "cam"}), tx.InsertThing(&store.Thing{Name: "c"}))
	})
	of := func(things ...string) map[string]string {
		return Read(t, db, func(tx *store.Tx) (map[string]string, error) { return tx.TypesOf(things) })
	}
	equal(t, "types", map[string]string{"a": "lamp"}, of("a", "c", "nobody"))
	equal(t, "types of none", map[string]string{}, of())
}

func testThingErrors(t *testing.T, db *store.DB) {
	insert := func(tx *store.Tx) error { return tx.InsertThing(&store.Thing{Name: "t"}) }
	refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
		_, err := tx.Thing("t")
		return err
	})
	Write(t, db, insert)
	refused(t, db, store.ErrConflict, insert)
}

func testThingTypes(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/life": func(t *testing.T, db *store.DB) {
			w := writer{TB: t, db: db}
			bulb := store.ThingType{Name: "bulb", ID: "id", Properties: &api.ThingTypeProperties{SearchableAttributes: []string{"color"}}}
			w.write(func(tx *store.Tx) error {
				err := tx.InsertThingType(&bulb)
				return errors.Join(err, tx.InsertThingType(&store.ThingType{Name: "fan"}), tx.DeprecateThingType("bulb", new(int64(5))))
			})
			bulb.Deprecated = new(int64(5))
			list := pages(t, db, 1, func(v store.ThingType) string { return v.Name }, func(tx *store.Tx, after string, limit int) ([]store.ThingType, error) {
				return tx.ThingTypes(nil, after, limit)
			})
			equal(t, "types", []store.ThingType{bulb, {Name: "fan", Created: bulb.Created}}, list)
			w.write(func(tx *store.Tx) error {
				return errors.Join(tx.DeprecateThingType("bulb", nil), tx.DeleteThingType("fan"))
			})
			bulb.Deprecated = nil
			equal(t, "type", &bulb, Read(t, db, func(tx *store.Tx) (*store.ThingType, error) { return tx.ThingType("bulb") }))
			equal(t, "no such name", []store.ThingType(nil), Read(t, db, func(tx *store.Tx) ([]store.ThingType, error) { return tx.ThingTypes(new("fan"), "", 10) }))
		},
	})
}
