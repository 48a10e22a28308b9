package storetest

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/record"
	"vedette/store"
)

// TestControlPlane tests the entities of the control plane.
func TestControlPlane(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"profiles":       testProfiles,
		"attachments":    testAttachments,
		"dimensions":     testDimensions,
		"custom metrics": testCustomMetrics,
		"things":         testThings,
		"thing types":    testThingTypes,
		"thing groups":   testThingGroups,
		"memberships":    testMemberships,
		"tags":           testTags,
		"seed":           testSeed,
	} {
		t.Run(name, test)
	}
}

// Read returns what fn reads in a transaction that must succeed.
func Read[T any](t testing.TB, db *store.DB, fn func(tx *store.Tx) (T, error)) T {
	t.Helper()
	var v T
	err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		v, err = fn(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// equal compares what was read with what it should be.
func equal(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// refused fails the test unless fn fails with want and changes nothing for
// detection.
func refused(t testing.TB, db *store.DB, want error, fn func(tx *store.Tx) error) {
	t.Helper()
	before := Read(t, db, (*store.Tx).LastRevision)
	if err := db.Write(t.Context(), fn); !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
	equal(t, "revision after a failure", before, Read(t, db, (*store.Tx).LastRevision))
}

// writer runs transactions and keeps the revision of the last change that was
// looked at.
type writer struct {
	testing.TB
	db   *store.DB
	seen int64
}

// write runs fn and compares the changes that it makes for detection, each a
// JSON text without its revision.
func (w *writer) write(fn func(tx *store.Tx) error, want ...string) {
	w.Helper()
	Write(w, w.db, fn)
	changes, err := w.db.Changes(w.Context(), w.seen, 1000)
	if err != nil {
		w.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		w.seen, c.Revision = c.Revision, 0
		got = append(got, changeText(w, &c))
	}
	equal(w, "changes", want, got)
}

// changeText returns a change as JSON, without its revision.
func changeText(t testing.TB, c *record.Change) string {
	t.Helper()
	body := *c
	body.Revision = 0
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)[len(`{"revision":0,`) : len(text)-1]
}

// pages reads a list in pages of the given length, to the end. next returns the
// key of an element.
func pages[T, K any](t testing.TB, db *store.DB, limit int, key func(T) K, list func(tx *store.Tx, after K, limit int) ([]T, error)) []T {
	t.Helper()
	var all []T
	var after K
	for {
		page := Read(t, db, func(tx *store.Tx) ([]T, error) { return list(tx, after, limit) })
		if len(page) > limit {
			t.Fatalf("a page of %d, limit %d", len(page), limit)
		}
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		after = key(page[len(page)-1])
	}
}

// itself is the key of an element that is its own.
func itself[T any](v T) T { return v }
