package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"vedette/store"
)

func changesSince(t testing.TB, db *store.DB, since int64) *store.IdentityChanges {
	t.Helper()
	changes, err := db.IdentityChanges(t.Context(), since)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// testIdentityChanges makes every change that may change what a principal may do,
// and some that may not, and reads what each was about.
func testIdentityChanges(t *testing.T, db *store.DB) {
	p, c, ca := &store.Policy{Name: "p"}, certificate("c", ""), &store.CACertificate{ID: "ca"}
	pair := store.ThingPrincipal{Thing: "t", Certificate: "c"}
	for _, step := range []struct {
		what string
		want string // "kind: name"; empty: nothing
		do   func(tx *store.Tx) error
	}{
		{"new group", "", func(tx *store.Tx) error { return tx.InsertThingGroup(&store.ThingGroup{Name: "g"}) }},
		{"new policy", "", func(tx *store.Tx) error { return tx.InsertPolicy(p, "{}") }},
		{"new version", "", func(tx *store.Tx) error { _, err := tx.AddPolicyVersion(p, "{}", false); return err }},
		{"new CA", "", func(tx *store.Tx) error { return tx.InsertCACertificate(ca) }},
		{"CA updated", "", func(tx *store.Tx) error { return tx.UpdateCACertificate(ca) }},
		{"new certificate", "principal: c", func(tx *store.Tx) error { return tx.InsertCertificate(c) }},
		{"certificate updated", "principal: c", func(tx *store.Tx) error { return tx.UpdateCertificate(c) }},
		{"new thing", "thing: t", func(tx *store.Tx) error { return tx.InsertThing(&store.Thing{Name: "t"}) }},
		{"thing updated", "thing: t", func(tx *store.Tx) error { return tx.UpdateThing(&store.Thing{Name: "t"}) }},
		{"policy attached", "principal: c", func(tx *store.Tx) error { return tx.AttachPolicy("p", cert("c")) }},
		{"policy attached to a group", "group: g", func(tx *store.Tx) error { return tx.AttachPolicy("p", group("g")) }},
		{"version put in force", "policy: p", func(tx *store.Tx) error { return tx.SetDefaultPolicyVersion(p, 2) }},
		{"new version in force", "policy: p", func(tx *store.Tx) error { _, err := tx.AddPolicyVersion(p, "{}", true); return err }},
		{"version deleted", "", func(tx *store.Tx) error { return tx.DeletePolicyVersion("p", 1) }},
		{"thing attached", "thing: t", func(tx *store.Tx) error { return tx.PutThingPrincipal(pair) }},
		{"member", "thing: t", func(tx *store.Tx) error { return tx.AddMember(store.Membership{Thing: "t", Group: "g"}) }},
		{"group described", "", func(tx *store.Tx) error { return tx.UpdateThingGroup(&store.ThingGroup{Name: "g"}) }},
		{"no member", "thing: t", func(tx *store.Tx) error { return tx.RemoveMember(store.Membership{Thing: "t", Group: "g"}) }},
		{"no member again", "", func(tx *store.Tx) error { return tx.RemoveMember(store.Membership{Thing: "t", Group: "g"}) }},
		{"policy detached from a group", "group: g", func(tx *store.Tx) error { return tx.DetachPolicy("p", group("g")) }},
		{"group deleted", "gone group: g", func(tx *store.Tx) error { return tx.DeleteThingGroup("g") }},
		{"thing detached", "thing: t", func(tx *store.Tx) error { return tx.DeleteThingPrincipal("t", "c") }},
		{"thing deleted", "thing: t", func(tx *store.Tx) error { return tx.DeleteThing("t") }},
		{"policy detached", "principal: c", func(tx *store.Tx) error { return tx.DetachPolicy("p", cert("c")) }},
		{"policy detached again", "", func(tx *store.Tx) error { return tx.DetachPolicy("p", cert("c")) }},
		{"certificate deleted", "principal: c", func(tx *store.Tx) error { return tx.DeleteCertificate("c") }},
		{"CA deleted", "", func(tx *store.Tx) error { return tx.DeleteCACertificate("ca") }},
		{"policy deleted", "", func(tx *store.Tx) error { return tx.DeletePolicy("p") }},
	} {
		before := revisionOf(t, db)
		Write(t, db, step.do)
		want := &store.IdentityChanges{Revision: before, Complete: true}
		if kind, name, ok := strings.Cut(step.want, ": "); ok {
			want.Revision++
			want.Subjects = []store.Subject{{Kind: store.SubjectKind(kind), Name: name}}
		}
		equal(t, step.what, want, changesSince(t, db, before))
	}
	undone := errors.New("undone")
	before := revisionOf(t, db)
	refused(t, db, undone, func(tx *store.Tx) error { return errors.Join(tx.InsertThing(&store.Thing{Name: "u"}), undone) })
	equal(t, "a transaction that was undone", &store.IdentityChanges{Revision: before, Complete: true}, changesSince(t, db, before))
}

// testIdentityChangeOrder follows the changes of many writers, some of which hold
// their transaction open for long after they changed something: none may be left out.
func testIdentityChangeOrder(t *testing.T, db *store.DB) {
	const writers, each = 4, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := db.Write(t.Context(), func(tx *store.Tx) error {
					err := tx.InsertThing(&store.Thing{Name: fmt.Sprint(w, i)})
					for range 20 * (w % 2) {
						_, e := tx.Things(store.ThingFilter{}, store.ThingKey{}, 10)
						err = errors.Join(err, e)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	seen := map[store.Subject]int{}
	for since := int64(0); since < writers*each && !t.Failed(); {
		changes := changesSince(t, db, since)
		if !changes.Complete || int64(len(changes.Subjects)) != changes.Revision-since {
			t.Fatalf("%d changes from %d to %d, complete %t", len(changes.Subjects), since, changes.Revision, changes.Complete)
		}
		for _, s := range changes.Subjects {
			seen[s]++
		}
		since = changes.Revision
	}
	wg.Wait()
	if len(seen) != writers*each {
		t.Errorf("%d things changed, want %d", len(seen), writers*each)
	}
}

// testForgottenChanges: what is not known any more is not taken for nothing.
func testForgottenChanges(t *testing.T, db *store.DB) {
	rows := func() int {
		return Read(t, db, func(tx *store.Tx) (n int, err error) {
			err = tx.QueryRow("SELECT COUNT(*) FROM identity_change").Scan(&n)
			return n, err
		})
	}
	touch := func(thing string) {
		Write(t, db, func(tx *store.Tx) error { return tx.UpdateThing(&store.Thing{Name: thing}) })
	}
	touch("old")
	last := int64(store.IdentityChangesKept + 1000)
	Write(t, db, func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE counter SET value = ? WHERE name = 'identity'", last-3)
		return err
	})
	touch("one")
	touch("two")
	equal(t, "rows before", 3, rows())
	touch("three")
	equal(t, "rows after", 3, rows())
	three := []store.Subject{{Kind: store.SubjectThing, Name: "one"}, {Kind: store.SubjectThing, Name: "two"}, {Kind: store.SubjectThing, Name: "three"}}
	equal(t, "since a revision that is known", &store.IdentityChanges{Revision: last, Complete: true, Subjects: three}, changesSince(t, db, last-3))
	equal(t, "since an older one", &store.IdentityChanges{Revision: last, Subjects: three}, changesSince(t, db, last-4))
	equal(t, "since none", &store.IdentityChanges{Revision: last, Subjects: three}, changesSince(t, db, 0))
	equal(t, "since one that is yet to come", &store.IdentityChanges{Revision: last}, changesSince(t, db, last+1))
	equal(t, "since the last", &store.IdentityChanges{Revision: last, Complete: true}, changesSince(t, db, last))
}
