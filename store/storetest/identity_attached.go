package storetest

import (
	"errors"
	"fmt"
	"testing"

	"vedette/api"
	"vedette/store"
)

// cert and group are targets of policies.
func cert(id string) store.Resource { return store.Resource{Kind: api.ARNCertificate, Name: id} }
func group(name string) store.Resource {
	return store.Resource{Kind: api.ARNThingGroup, Name: name}
}

func testThingPrincipals(t *testing.T, db *store.DB) {
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.InsertThing(&store.Thing{Name: "t"}), tx.InsertThing(&store.Thing{Name: "u"}),
			tx.InsertCertificate(certificate("c1", "")), tx.InsertCertificate(certificate("c2", "")),
			tx.PutThingPrincipal(store.ThingPrincipal{Thing: "t", Certificate: "c1", Exclusive: true}),
			tx.PutThingPrincipal(store.ThingPrincipal{Thing: "t", Certificate: "c2"}),
			tx.PutThingPrincipal(store.ThingPrincipal{Thing: "u", Certificate: "c2"}))
	})
	key := func(p store.ThingPrincipal) string { return p.Certificate }
	principals := pages(t, db, 1, key, func(tx *store.Tx, after string, limit int) ([]store.ThingPrincipal, error) {
		return tx.PrincipalsOf("t", after, limit)
	})
	equal(t, "principals of a thing", []store.ThingPrincipal{{Thing: "t", Certificate: "c1", Exclusive: true}, {Thing: "t", Certificate: "c2"}}, principals)
	things := pages(t, db, 1, func(p store.ThingPrincipal) string { return p.Thing }, func(tx *store.Tx, after string, limit int) ([]store.ThingPrincipal, error) {
		return tx.ThingsOf("c2", after, limit)
	})
	equal(t, "things of a certificate", []store.ThingPrincipal{{Thing: "t", Certificate: "c2"}, {Thing: "u", Certificate: "c2"}}, things)
	for certificate, want := range map[string]*store.ThingPrincipal{"c1": {Thing: "t", Certificate: "c1", Exclusive: true}, "c2": nil, "nope": nil} {
		only, revision, err := db.OnlyThingOf(t.Context(), certificate)
		changes, err2 := db.IdentityChanges(t.Context(), revision)
		if err := errors.Join(err, err2); err != nil || changes.Revision != revision {
			t.Fatalf("only thing of %s: at revision %d, changes since %+v, %v", certificate, revision, changes, err)
		}
		equal(t, "only thing of "+certificate, want, only)
	}
	refused(t, db, store.ErrReferenced, func(tx *store.Tx) error { return tx.DeleteThing("t") })
	refused(t, db, store.ErrReferenced, func(tx *store.Tx) error { return tx.DeleteCertificate("c1") })
	refused(t, db, store.ErrReferenced, func(tx *store.Tx) error {
		return tx.PutThingPrincipal(store.ThingPrincipal{Thing: "nope", Certificate: "c1"})
	})
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.PutThingPrincipal(store.ThingPrincipal{Thing: "t", Certificate: "c1"}), // changes its type
			tx.DeleteThingPrincipal("t", "c2"), tx.DeleteThingPrincipal("t", "nope"))
	})
	equal(t, "changed", &store.ThingPrincipal{Thing: "t", Certificate: "c1"}, Read(t, db, func(tx *store.Tx) (*store.ThingPrincipal, error) {
		return tx.ThingPrincipal("t", "c1")
	}))
	refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
		_, err := tx.ThingPrincipal("t", "c2")
		return err
	})
}

func testPolicies(t *testing.T, db *store.DB) {
	p := &store.Policy{Name: "p", Generation: "g"}
	Write(t, db, func(tx *store.Tx) error { return tx.InsertPolicy(p, "one") })
	refused(t, db, store.ErrConflict, func(tx *store.Tx) error { return tx.InsertPolicy(&store.Policy{Name: "p"}, "other") })
	read := func(tx *store.Tx) (*store.Policy, error) { return tx.Policy("p") }
	equal(t, "policy", p, Read(t, db, read))
	var second, third store.PolicyVersion
	Write(t, db, func(tx *store.Tx) (err error) {
		if second, err = tx.AddPolicyVersion(p, "two", false); err != nil {
			return err
		}
		third, err = tx.AddPolicyVersion(p, "three", true)
		return err
	})
	equal(t, "policy with versions", &store.Policy{Name: "p", Generation: "g", DefaultVersion: 3, LastVersion: 3, Created: p.Created, Modified: p.Modified}, Read(t, db, read))
	versions := func(tx *store.Tx) ([]store.PolicyVersion, error) { return tx.PolicyVersions("p") }
	equal(t, "versions", []store.PolicyVersion{third, second, {Policy: "p", Version: 1, Document: "one", Created: p.Created}}, Read(t, db, versions))
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.SetDefaultPolicyVersion(p, 2), tx.DeletePolicyVersion("p", 3))
	})
	equal(t, "version in force", int64(2), Read(t, db, read).DefaultVersion)
	equal(t, "versions after a deletion", 2, len(Read(t, db, versions)))
	refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
		_, err := tx.PolicyVersion("p", 3)
		return err
	})
	Write(t, db, func(tx *store.Tx) (err error) {
		second, err = tx.AddPolicyVersion(p, "four", false)
		return err
	})
	equal(t, "a number is not given again", int64(4), second.Version)
	equal(t, "read version", &second, Read(t, db, func(tx *store.Tx) (*store.PolicyVersion, error) { return tx.PolicyVersion("p", 4) }))
	tagged := store.Resource{Kind: api.ARNPolicy, Name: "p"}
	remove := func(tx *store.Tx) error { return tx.DeletePolicy("p") }
	Write(t, db, func(tx *store.Tx) error { return errors.Join(tx.PutTags(tagged, []store.Tag{{Key: "k"}}), remove(tx)) })
	Write(t, db, remove)
	equal(t, "versions of a deleted policy", []store.PolicyVersion(nil), Read(t, db, versions))
	equal(t, "tags of a deleted policy", []store.Tag(nil), Read(t, db, func(tx *store.Tx) ([]store.Tag, error) { return tx.Tags(tagged) }))
}

func testPolicyAttachments(t *testing.T, db *store.DB) {
	attach := func(policy string, target store.Resource) func(tx *store.Tx) error {
		return func(tx *store.Tx) error { return tx.AttachPolicy(policy, target) }
	}
	for _, name := range []string{"p", "q"} {
		Write(t, db, func(tx *store.Tx) error { return tx.InsertPolicy(&store.Policy{Name: name}, name) })
	}
	for _, target := range []store.Resource{cert("c"), group("g")} {
		Write(t, db, attach("p", target))
	}
	Write(t, db, attach("q", cert("c")))
	refused(t, db, store.ErrConflict, attach("p", cert("c")))
	refused(t, db, store.ErrReferenced, attach("nope", cert("c")))
	refused(t, db, store.ErrReferenced, func(tx *store.Tx) error { return tx.DeletePolicy("p") })
	equal(t, "targets", []string{"cert/c", "thinggroup/g"}, pages(t, db, 1, itself, func(tx *store.Tx, after string, limit int) ([]string, error) {
		return tx.PolicyTargets("p", after, limit)
	}))
	equal(t, "policies of two targets", []string{"p", "q"}, pages(t, db, 1, itself, func(tx *store.Tx, after string, limit int) ([]string, error) {
		return tx.AttachedPolicies([]store.Resource{cert("c"), group("g")}, after, limit)
	}))
	equal(t, "count", 2, Read(t, db, func(tx *store.Tx) (int, error) { return tx.CountAttachedPolicies(cert("c")) }))
	attached := func(tx *store.Tx) (bool, error) { return tx.PolicyAttached("q", cert("c")) }
	equal(t, "attached", true, Read(t, db, attached))
	for range 2 {
		Write(t, db, func(tx *store.Tx) error { return tx.DetachPolicy("q", cert("c")) })
	}
	equal(t, "attached after detaching", false, Read(t, db, attached))
}

func testIdentityDeletions(t *testing.T, db *store.DB) {
	tree(t, db, "g")
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.InsertCertificate(certificate("c", "")), tx.InsertPolicy(&store.Policy{Name: "p"}, "{}"),
			tx.AttachPolicy("p", cert("c")), tx.AttachPolicy("p", group("g")),
			tx.DeleteCertificate("c"), tx.DeleteThingGroup("g"))
	})
	equal(t, "targets", []string(nil), Read(t, db, func(tx *store.Tx) ([]string, error) { return tx.PolicyTargets("p", "", 10) }))
}

func testConnectionIdentity(t *testing.T, db *store.DB) {
	tree(t, db, "top", "middle top", "leaf middle", "other", "beside top")
	lamp := &store.Thing{Name: "lamp", ID: "id", Type: "bulb", Attributes: map[string]string{"color": "red"}}
	Write(t, db, func(tx *store.Tx) error {
		errs := errors.Join(tx.InsertThing(lamp), tx.InsertThing(&store.Thing{Name: "alone"}), tx.InsertCertificate(certificate("c", "")),
			tx.PutThingPrincipal(store.ThingPrincipal{Thing: "lamp", Certificate: "c", Exclusive: true}),
			tx.AddMember(store.Membership{Thing: "lamp", Group: "leaf"}), tx.AddMember(store.Membership{Thing: "lamp", Group: "other"}))
		for name, target := range map[string]store.Resource{
			"of-cert": cert("c"), "of-leaf": group("leaf"), "of-top": group("top"), "of-other": group("other"),
			"not-beside": group("beside"), "not-other-cert": cert("d"),
		} {
			errs = errors.Join(errs, tx.InsertPolicy(&store.Policy{Name: name}, "{}"), tx.AttachPolicy(name, target))
		}
		p, err := tx.Policy("of-top")
		errs = errors.Join(errs, err, tx.AttachPolicy("of-top", cert("c"))) // twice, counted once
		_, err = tx.AddPolicyVersion(p, "new", true)
		return errors.Join(errs, err)
	})
	ofCert := store.PolicyDocument{Name: "of-cert", Version: 1, Document: "{}"}
	ofTop := store.PolicyDocument{Name: "of-top", Version: 2, Document: "new"}
	ofLeaf := store.PolicyDocument{Name: "of-leaf", Version: 1, Document: "{}"}
	ofOther := store.PolicyDocument{Name: "of-other", Version: 1, Document: "{}"}
	stored := Read(t, db, func(tx *store.Tx) (*store.Certificate, error) { return tx.Certificate("c") })
	revision := revisionOf(t, db)
	own, groups := []string{"of-cert", "of-top"}, []string{"leaf", "middle", "other", "top"}
	var keys []store.IdentityKey
	var want []store.Identity
	for name, c := range map[string]struct {
		certificate, client string
		want                *store.Identity
	}{
		"its own thing":       {"c", "lamp", &store.Identity{Certificate: stored, Thing: lamp, Attached: true, Exclusive: true, Holder: store.PolicyHolder{Own: own, Groups: groups}, Policies: []store.PolicyDocument{ofCert, ofLeaf, ofOther, ofTop}}},
		"another thing":       {"c", "alone", &store.Identity{Certificate: stored, Thing: &store.Thing{Name: "alone", Version: 1}, Holder: store.PolicyHolder{Own: own}, Policies: []store.PolicyDocument{ofCert, ofTop}}},
		"no thing":            {"c", "nope", &store.Identity{Certificate: stored, Holder: store.PolicyHolder{Own: own}, Policies: []store.PolicyDocument{ofCert, ofTop}}},
		"no certificate":      {"", "lamp", &store.Identity{Thing: lamp, Holder: store.PolicyHolder{Groups: groups}, Policies: []store.PolicyDocument{ofLeaf, ofOther, ofTop}}},
		"unknown certificate": {"e", "", &store.Identity{}},
	} {
		c.want.Revision = revision
		equal(t, name, c.want, Read(t, db, func(tx *store.Tx) (*store.Identity, error) { return tx.Identity(c.certificate, c.client) }))
		for range 300 { // more than one statement takes
			keys = append(keys, store.IdentityKey{Certificate: c.certificate, ClientID: c.client}, store.IdentityKey{Certificate: "c", ClientID: fmt.Sprint(len(keys))})
			want = append(want, *c.want, store.Identity{Revision: revision, Certificate: stored, Holder: store.PolicyHolder{Own: own}, Policies: []store.PolicyDocument{ofCert, ofTop}})
		}
	}
	got, err := db.Identities(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "many at once", want, got)
	holders, documents := []store.PolicyHolder{{Own: []string{"nope"}}}, [][]store.PolicyDocument{nil}
	for _, id := range want {
		holders, documents = append(holders, id.Holder), append(documents, id.Policies)
	}
	inForce, err := db.PoliciesOf(t.Context(), holders)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "policies of holders", documents, inForce)
	equal(t, "in force by name", []store.PolicyDocument{ofLeaf, ofTop}, Read(t, db, func(tx *store.Tx) ([]store.PolicyDocument, error) {
		return tx.PoliciesInForce([]string{"of-top", "nope", "of-leaf"})
	}))
	equal(t, "in force of nothing", []store.PolicyDocument(nil), Read(t, db, func(tx *store.Tx) ([]store.PolicyDocument, error) {
		return tx.PoliciesInForce(nil)
	}))
}

func revisionOf(t testing.TB, db *store.DB) int64 {
	t.Helper()
	return changesSince(t, db, 0).Revision
}
