package storetest

import (
	"fmt"
	"slices"
	"testing"

	"vedette/api"
	"vedette/store"
)

// testActiveCertificates asks for more certificates than one statement takes.
func testActiveCertificates(t *testing.T, db *store.DB) {
	var ids, want []string
	Write(t, db, func(tx *store.Tx) error {
		for i := range 1100 {
			c := certificate(fmt.Sprintf("c%04d", i), "")
			if i%3 == 1 {
				c.Status = api.CertificateStatusRevoked
			} else {
				want = append(want, c.ID)
			}
			if err := tx.InsertCertificate(c); err != nil {
				return err
			}
			ids = append(ids, c.ID)
		}
		return nil
	})
	got, err := db.ActiveCertificates(t.Context(), append(ids, "unknown"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	equal(t, "active", want, got)
	if got, err := db.ActiveCertificates(t.Context(), nil); len(got) != 0 || err != nil {
		t.Errorf("of none: got %v, %v", got, err)
	}
}
