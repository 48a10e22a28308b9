package app

import (
	"errors"
	"testing"

	"vedette/api"
	"vedette/store"
)

// TestIdentityChangesAreCheap: a change has the store asked about those connections
// that it concerns, many at a time, and about no others.
func TestIdentityChangesAreCheap(t *testing.T) {
	const devices, all = 600, 2 // so many times is the store asked about all of them
	f := newFleet(t, Options{}, devices)
	seen, err := f.identities.look(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.gateway.Recheck(t.Context(), (<-f.identities.pending).affects); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		what string
		most int64 // transactions that read, beside the one that looks for changes
		ends []int // connections
		do   func(tx *store.Tx) error
	}{
		{"strangers", 0, nil, func(tx *store.Tx) error {
			return errors.Join(tx.InsertThing(&store.Thing{Name: "stranger", ID: api.NewUUID()}),
				tx.InsertCertificate(&store.Certificate{ID: "stranger", Status: api.CertificateStatusActive}),
				tx.PutThingPrincipal(store.ThingPrincipal{Thing: "stranger", Certificate: "stranger"}),
				tx.InsertThingGroup(&store.ThingGroup{Name: "strangers", ID: api.NewUUID(), Root: "strangers", Depth: 1}),
				tx.AddMember(store.Membership{Thing: "stranger", Group: "strangers"}),
				tx.InsertPolicy(&store.Policy{Name: "strangers"}, "{}"),
				tx.AttachPolicy("strangers", store.Resource{Kind: api.ARNThingGroup, Name: "strangers"}))
		}},
		{"a thing", 1, nil, func(tx *store.Tx) error {
			return tx.UpdateThing(&store.Thing{Name: lampName(7), Attributes: map[string]string{"room": "x"}})
		}},
		{"a certificate", 2, []int{8}, func(tx *store.Tx) error { return f.setStatus(tx, 8, api.CertificateStatusRevoked) }},
		{"a member", 1, []int{9}, func(tx *store.Tx) error {
			return tx.RemoveMember(store.Membership{Thing: lampName(9), Group: "fleet"})
		}},
		{"a policy of each", 1, nil, func(tx *store.Tx) error { return f.put(tx, "lamp", f.policy("Allow iot:Publish topic/*")) }},
		{"a policy of the group", 1, []int{10}, func(tx *store.Tx) error {
			return f.put(tx, "fleet", f.policy("Allow iot:Connect client/*", "Deny iot:Connect client/"+lampName(10)))
		}},
		{"a revision that nothing is known of", all + 1, []int{11}, func(tx *store.Tx) error {
			_, err := tx.Next("identity")
			return errors.Join(err, f.setStatus(tx, 11, api.CertificateStatusInactive))
		}},
		{"the policy of the group detached", 1, []int{0, 499, 500, devices - 1}, func(tx *store.Tx) error {
			return tx.DetachPolicy("fleet", store.Resource{Kind: api.ARNThingGroup, Name: "fleet"})
		}},
	} {
		f.write(step.do)
		before := f.db.Stats().Reads
		if seen, err = f.identities.look(t.Context(), seen); err != nil {
			t.Fatal(err)
		}
		if err := f.gateway.Recheck(t.Context(), (<-f.identities.pending).affects); err != nil {
			t.Fatal(err)
		}
		if reads := f.db.Stats().Reads - before - 1; reads > step.most {
			t.Errorf("%s: %d transactions that read, want at most %d", step.what, reads, step.most)
		}
		for _, i := range step.ends {
			f.ended(i)
		}
		if step.what != "the policy of the group detached" && !f.open(12) {
			t.Errorf("%s: a connection that this does not concern has ended", step.what)
		}
	}
}
