package storetest

import (
	"testing"
	"time"

	"vedette/store"
)

// TestKeys tests access keys.
func TestKeys(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/life of a key":          testKeyLife,
		"ok/revision":               testKeyRevision,
		"ok/last use":               testKeyUse,
		"fail/the root user's key":  testRootKeyStays,
		"fail/twice the same":       testKeyTwice,
		"ok/no secret when printed": testKeyPrinted,
	})
	t.Run("ok/root key is made once", func(t *testing.T) { RunOptions(t, testRootKey) })
	t.Run("ok/opened beside a server", func(t *testing.T) { RunOptions(t, testOpenedAsIs) })
}

func key(name string) *store.AccessKey {
	return &store.AccessKey{ID: "AKIA" + name, Secret: "secret of " + name, Name: name, Policy: `{"Statement":[]}`}
}

func insertKey(t *testing.T, db *store.DB, k *store.AccessKey) {
	t.Helper()
	Write(t, db, func(tx *store.Tx) error { return tx.InsertAccessKey(k) })
}

func keyNamed(name string) func(tx *store.Tx) (*store.AccessKey, error) {
	return func(tx *store.Tx) (*store.AccessKey, error) { return tx.AccessKey(name) }
}

func makeRoot(t *testing.T, db *store.DB) {
	t.Helper()
	if _, _, err := db.RootKey(t.Context(), func() (string, string) { return "AKIAROOT", "root secret" }); err != nil {
		t.Fatal(err)
	}
}

func testKeyLife(t *testing.T, db *store.DB) {
	makeRoot(t, db)
	ci, ops := key("ci"), key("ops")
	insertKey(t, db, ops)
	insertKey(t, db, ci)
	equal(t, "status", store.KeyActive, ci.Status)
	equal(t, "by name", ci, Read(t, db, keyNamed("ci")))
	equal(t, "by id", ci, Read(t, db, keyNamed("AKIAci")))
	ci.Policy, ci.Status = "{}", store.KeyInactive
	Write(t, db, func(tx *store.Tx) error { return tx.UpdateAccessKey(ci) })
	list := Read(t, db, (*store.Tx).AccessKeys)
	root := store.AccessKey{ID: "AKIAROOT", Secret: "root secret", Name: store.RootName, Status: store.KeyActive, Created: list[len(list)-1].Created}
	equal(t, "list", []store.AccessKey{*ci, *ops, root}, list)
	remove := func(tx *store.Tx) error { return tx.DeleteAccessKey("AKIAci") }
	Write(t, db, remove)
	Write(t, db, remove)
	refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
		_, err := tx.AccessKey("ci")
		return err
	})
}

func testKeyRevision(t *testing.T, db *store.DB) {
	makeRoot(t, db)
	var known, identity int64
	keys := func(what string, changed bool, want ...store.AccessKey) {
		t.Helper()
		got, revision, err := db.KeysSince(t.Context(), known)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "revision has grown after "+what, changed, revision > known)
		equal(t, "keys after "+what, want, got)
		changes := changesSince(t, db, identity)
		equal(t, "identity changes after "+what, map[bool][]store.Subject{true: {{Kind: store.SubjectPrincipal, Name: "AKIAci"}}}[changed], changes.Subjects)
		known, identity = revision, changes.Revision
	}
	keys("nothing", false)
	k := key("ci")
	insertKey(t, db, k)
	keys("a new key", true, *k)
	keys("nothing", false)
	k.Status = store.KeyInactive
	Write(t, db, func(tx *store.Tx) error { return tx.UpdateAccessKey(k) })
	keys("an update", true, *k)
	if err := db.NoteKeyUse(t.Context(), k.ID, time.UnixMilli(0)); err != nil {
		t.Fatal(err)
	}
	keys("a use", false)
	Write(t, db, func(tx *store.Tx) error { return tx.DeleteAccessKey(k.ID) })
	keys("a deletion", true)
}

func testKeyUse(t *testing.T, db *store.DB) {
	makeRoot(t, db)
	insertKey(t, db, key("ci"))
	const day = 24 * time.Hour
	for _, use := range []struct {
		id   string
		at   time.Duration
		want *int64 // of the key ci
	}{
		{"AKIAother", day, nil},
		{"AKIAROOT", day, nil},
		{"AKIAci", 2*day + time.Hour, new((2 * day).Milliseconds())},
		{"AKIAci", 2 * day, new((2 * day).Milliseconds())},
		{"AKIAci", day, new((2 * day).Milliseconds())}, // a clock that goes wrong
		{"AKIAci", 3*day - 1, new((2 * day).Milliseconds())},
		{"AKIAci", 3 * day, new((3 * day).Milliseconds())},
	} {
		if err := db.NoteKeyUse(t.Context(), use.id, time.UnixMilli(0).Add(use.at)); err != nil {
			t.Fatal(err)
		}
		equal(t, use.id+" used at "+use.at.String(), use.want, Read(t, db, keyNamed("ci")).LastUsed)
	}
	equal(t, "use of the root user's key", (*int64)(nil), Read(t, db, keyNamed("AKIAROOT")).LastUsed)
}

func testRootKeyStays(t *testing.T, db *store.DB) {
	makeRoot(t, db)
	want := Read(t, db, keyNamed("AKIAROOT"))
	Write(t, db, func(tx *store.Tx) error {
		if err := tx.UpdateAccessKey(&store.AccessKey{ID: "AKIAROOT", Policy: "{}", Status: store.KeyInactive}); err != nil {
			return err
		}
		return tx.DeleteAccessKey("AKIAROOT")
	})
	equal(t, "root key", want, Read(t, db, keyNamed("AKIAROOT")))
}

func testKeyTwice(t *testing.T, db *store.DB) {
	makeRoot(t, db)
	insertKey(t, db, key("ci"))
	for _, twin := range []*store.AccessKey{key("ci"), {ID: "AKIA2", Name: "ci"}, {ID: "AKIAci", Name: "other"}, {ID: "AKIA3", Name: store.RootName}} {
		refused(t, db, store.ErrConflict, func(tx *store.Tx) error { return tx.InsertAccessKey(twin) })
	}
}

func testKeyPrinted(t *testing.T, db *store.DB) {
	equal(t, "printed", "AKIAci", key("ci").String())
}

func testRootKey(t *testing.T, o store.Options) {
	made := 0
	generate := func() (string, string) {
		made++
		return "AKIA1", "secret"
	}
	first, firstSecret, err := Open(t, o).RootKey(t.Context(), generate)
	if err != nil {
		t.Fatal(err)
	}
	id, secret, err := Open(t, o).RootKey(t.Context(), generate)
	if err != nil || id != first || secret != firstSecret || made != 1 {
		t.Errorf("got %q and %q after %d were made, %v, want %q and %q", id, secret, made, err, first, firstSecret)
	}
}

// testOpenedAsIs opens a database that somebody else has open, which must not
// change its schema.
func testOpenedAsIs(t *testing.T, o store.Options) {
	asIs := o
	asIs.AsIs = true
	_, err := store.Open(t.Context(), asIs)
	expectError(t, err, []string{"open database"})
	server := Open(t, o)
	beside := Open(t, asIs)
	insertKey(t, beside, key("ci"))
	equal(t, "key", "AKIAci", Read(t, server, keyNamed("ci")).ID)
	Write(t, server, func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM schema_migrations WHERE version = (SELECT MAX(version) FROM schema_migrations)")
		return err
	})
	_, err = store.Open(t.Context(), asIs)
	expectError(t, err, []string{"this build of vedette knows version", "start this build's server on it once"})
}
