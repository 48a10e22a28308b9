package storetest

import (
	"errors"
	"testing"

	"vedette/api"
	"vedette/record"
	"vedette/store"
)

func testSeed(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/everything, in order": testAllChanges,
		"ok/under way until it is finished": func(t *testing.T, db *store.DB) {
			for _, want := range []bool{true, false} {
				if err := db.SetSeeding(t.Context(), want); err != nil {
					t.Fatal(err)
				}
				got, err := db.Seeding(t.Context())
				if err != nil || got != want {
					t.Errorf("seeding: got %v, %v, want %v", got, err, want)
				}
			}
		},
		"ok/nothing": func(t *testing.T, db *store.DB) {
			equal(t, "changes", []string(nil), seed(t, db, 0))
		},
		"fail/stops at an error": func(t *testing.T, db *store.DB) {
			members := []string{"a", "b"}
			tree(t, db, members...)
			stop := errors.New("stop")
			n := 0
			_, err := db.AllChanges(t.Context(), func(*record.Change) error {
				n++
				return stop
			})
			if !errors.Is(err, stop) || n != 1 {
				t.Errorf("got error %v after %d changes, want %v after 1", err, n, stop)
			}
		},
	})
}

// seed returns all changes, which must stand for the given revision.
func seed(t *testing.T, db *store.DB, revision int64) (texts []string) {
	t.Helper()
	got, err := db.AllChanges(t.Context(), func(c *record.Change) error {
		equal(t, "revision of the change", int64(0), c.Revision)
		texts = append(texts, changeText(t, c))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "revision", revision, got)
	return texts
}

func testAllChanges(t *testing.T, db *store.DB) {
	tree(t, db, "z", "a z", "b a") // parents sort after their children by name
	members(t, db, "t b", "u z")
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(
			tx.InsertProfile(&store.Profile{Name: "p", Behaviors: []api.Behavior{{Name: new("quiet")}}}),
			tx.InsertProfile(&store.Profile{Name: "gone"}),
			tx.Attach(store.Attachment{Profile: "p", Target: store.Target{Kind: record.ThingGroup, Group: "z"}}),
			tx.Attach(store.Attachment{Profile: "gone", Target: store.Target{Kind: record.AllThings}}),
			tx.InsertDimension(&store.Dimension{Name: "d", Values: []string{"x"}}),
			tx.InsertCustomMetric(&store.CustomMetric{Name: "m", Type: api.CustomMetricTypeNumber}),
			tx.DeleteProfile("gone"),
		)
	})
	revision := Read(t, db, (*store.Tx).LastRevision)
	equal(t, "changes", []string{
		`"customMetric":{"name":"m","type":"number"}`,
		`"dimension":{"name":"d","values":["x"]}`,
		`"group":{"name":"z"}`, `"group":{"name":"a","parent":"z"}`, `"group":{"name":"b","parent":"a"}`,
		`"thing":{"name":"t"}`, `"thing":{"name":"u"}`,
		`"membership":{"thing":"t","group":"b","member":true}`, `"membership":{"thing":"u","group":"z","member":true}`,
		`"profile":{"name":"p","behaviors":[{"name":"quiet"}]}`,
		`"attachment":{"profile":"p","kind":"thinggroup","group":"z","attached":true}`,
	}, seed(t, db, revision))
}
