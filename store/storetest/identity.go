package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"vedette/api"
	"vedette/store"
)

// TestIdentity tests certificates, policies and what they are attached to.
func TestIdentity(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/one authority for all nodes": testAuthority,
		"fail/authority":                 testAuthorityError,
		"ok/registration code":           testRegistrationCode,
		"ok/certificates":                testCertificates,
		"ok/CA certificates":             testCACertificates,
		"ok/things and principals":       testThingPrincipals,
		"ok/policies":                    testPolicies,
		"ok/attached policies":           testPolicyAttachments,
		"ok/deleted with what they have": testIdentityDeletions,
		"ok/identity of a connection":    testConnectionIdentity,
		"ok/changes":                     testIdentityChanges,
		"ok/changes in order":            testIdentityChangeOrder,
		"ok/changes are forgotten":       testForgottenChanges,
		"ok/active certificates":         testActiveCertificates,
	})
	t.Run("ok/lists by creation", func(t *testing.T) { RunOptions(t, testCreationLists) })
}

func testAuthority(t *testing.T, db *store.DB) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for i := range 8 {
		wg.Go(func() {
			cert, key, err := db.Authority(t.Context(), func() (string, string, error) {
				return fmt.Sprintf("cert %d", i), fmt.Sprintf("key %d", i), nil
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			seen[cert+", "+key]++
		})
	}
	wg.Wait()
	if len(seen) != 1 {
		t.Errorf("got several authorities: %v", seen)
	}
}

func testAuthorityError(t *testing.T, db *store.DB) {
	broken := errors.New("no key")
	if _, _, err := db.Authority(t.Context(), func() (string, string, error) { return "", "", broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	cert, _, err := db.Authority(t.Context(), func() (string, string, error) { return "c", "k", nil })
	if cert != "c" || err != nil {
		t.Errorf("after a failure: got %q, %v", cert, err)
	}
}

func testRegistrationCode(t *testing.T, db *store.DB) {
	refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
		_, err := tx.RegistrationCode()
		return err
	})
	Write(t, db, func(tx *store.Tx) error { return tx.InsertRegistrationCode("abc") })
	equal(t, "code", "abc", Read(t, db, (*store.Tx).RegistrationCode))
	refused(t, db, store.ErrConflict, func(tx *store.Tx) error { return tx.InsertRegistrationCode("def") })
}

// certificate returns a certificate to store.
func certificate(id, ca string) *store.Certificate {
	return &store.Certificate{
		ID: id, PEM: "pem of " + id, Status: api.CertificateStatusActive, CA: ca, Mode: api.CertificateModeDefault,
		Generation: "g", NotBefore: -5, NotAfter: 253402300799000,
	}
}

func testCertificates(t *testing.T, db *store.DB) {
	read := func(tx *store.Tx) (*store.Certificate, error) { return tx.Certificate("c1") }
	insert := func(tx *store.Tx) error { return tx.InsertCertificate(certificate("c1", "ca")) }
	refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
		_, err := read(tx)
		return err
	})
	Write(t, db, insert)
	refused(t, db, store.ErrConflict, insert)
	got := Read(t, db, read)
	want := certificate("c1", "ca")
	want.Version, want.Created, want.Modified = 1, got.Created, got.Created
	equal(t, "certificate", want, got)
	got.Status = api.CertificateStatusRevoked
	Write(t, db, func(tx *store.Tx) error { return tx.UpdateCertificate(got) })
	want.Status, want.Version, want.Modified = api.CertificateStatusRevoked, 2, got.Modified
	equal(t, "updated certificate", want, Read(t, db, read))
	remove := func(tx *store.Tx) error { return tx.DeleteCertificate("c1") }
	Write(t, db, remove)
	Write(t, db, remove)
	refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
		_, err := read(tx)
		return err
	})
}

func testCACertificates(t *testing.T, db *store.DB) {
	read := func(tx *store.Tx) (*store.CACertificate, error) { return tx.CACertificate("ca1") }
	ca := &store.CACertificate{
		ID: "ca1", PEM: "pem", SubjectHash: "s", Status: api.CACertificateStatusInactive, AutoRegistration: true,
		RegistrationConfig: &api.RegistrationConfig{TemplateName: new("t")}, Mode: api.CertificateModeSniOnly, Generation: "g", NotBefore: 1, NotAfter: 2,
	}
	Write(t, db, func(tx *store.Tx) error { return tx.InsertCACertificate(ca) })
	refused(t, db, store.ErrConflict, func(tx *store.Tx) error { return tx.InsertCACertificate(&store.CACertificate{ID: "ca1"}) })
	equal(t, "CA", ca, Read(t, db, read))
	twin := &store.CACertificate{ID: "ca2", SubjectHash: "s"}
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.InsertCACertificate(twin), tx.InsertCACertificate(&store.CACertificate{ID: "ca3", SubjectHash: "other"}))
	})
	equal(t, "CAs of a subject", []store.CACertificate{*ca, *twin}, Read(t, db, func(tx *store.Tx) ([]store.CACertificate, error) {
		return tx.CACertificatesBySubject("s")
	}))
	templates := func(tx *store.Tx) ([]store.CACertificate, error) {
		return tx.CACertificates(new("t"), store.CreationPage{Limit: 10})
	}
	equal(t, "CAs with a template", []store.CACertificate{*ca}, Read(t, db, templates))
	ca.Status, ca.AutoRegistration, ca.RegistrationConfig = api.CACertificateStatusActive, false, nil
	Write(t, db, func(tx *store.Tx) error { return tx.UpdateCACertificate(ca) })
	equal(t, "version", int64(2), ca.Version)
	equal(t, "updated CA", ca, Read(t, db, read))
	equal(t, "CAs with a template after the update", []store.CACertificate(nil), Read(t, db, templates))
	tagged := store.Resource{Kind: api.ARNCACertificate, Name: "ca1"}
	Write(t, db, func(tx *store.Tx) error { return tx.PutTags(tagged, []store.Tag{{Key: "k"}}) })
	equal(t, "exists", true, Read(t, db, func(tx *store.Tx) (bool, error) { return tx.ResourceExists(tagged) }))
	remove := func(tx *store.Tx) error { return tx.DeleteCACertificate("ca1") }
	Write(t, db, remove)
	Write(t, db, remove)
	equal(t, "tags of a deleted CA", []store.Tag(nil), Read(t, db, func(tx *store.Tx) ([]store.Tag, error) { return tx.Tags(tagged) }))
}

// testCreationLists reads lists both ways, in pages of all lengths; some entries
// are of one millisecond.
func testCreationLists(t *testing.T, o store.Options) {
	now := time.UnixMilli(1000)
	o.Now = func() time.Time { return now }
	db := Open(t, o)
	var all, ofCA []string
	for i := range 7 {
		if i%3 == 0 {
			now = now.Add(time.Millisecond)
		}
		name, ca := fmt.Sprintf("c%d", i), ""
		if i%2 == 0 {
			ca = "ca"
			ofCA = append(ofCA, name)
		}
		all = append(all, name)
		Write(t, db, func(tx *store.Tx) error {
			return errors.Join(tx.InsertCertificate(certificate(name, ca)), tx.InsertCACertificate(&store.CACertificate{ID: name}),
				tx.InsertPolicy(&store.Policy{Name: name}, "{}"))
		})
	}
	for _, list := range []struct {
		what string
		want []string
		page func(tx *store.Tx, p store.CreationPage) ([]store.CreationKey, error)
	}{
		{"certificates", all, keys(func(tx *store.Tx, p store.CreationPage) ([]store.Certificate, error) { return tx.Certificates("", p) })},
		{"certificates of a CA", ofCA, keys(func(tx *store.Tx, p store.CreationPage) ([]store.Certificate, error) { return tx.Certificates("ca", p) })},
		{"CAs", all, keys(func(tx *store.Tx, p store.CreationPage) ([]store.CACertificate, error) {
			return tx.CACertificates(nil, p)
		})},
		{"policies", all, keys((*store.Tx).Policies)},
	} {
		for limit := 1; limit <= 8; limit++ {
			for _, ascending := range []bool{true, false} {
				want := list.want
				if !ascending {
					want = nil
					for i := range list.want {
						want = append(want, list.want[len(list.want)-1-i])
					}
				}
				got := pages(t, db, limit, itself, func(tx *store.Tx, after store.CreationKey, limit int) ([]store.CreationKey, error) {
					p := store.CreationPage{Ascending: ascending, Limit: limit}
					if after != (store.CreationKey{}) {
						p.After = &after
					}
					return list.page(tx, p)
				})
				names := make([]string, len(got))
				for i, k := range got {
					names[i] = k.ID
				}
				equal(t, fmt.Sprintf("%s in pages of %d, ascending %t", list.what, limit, ascending), want, names)
			}
		}
	}
}

// keys makes a list of entities one of their keys.
func keys[T any, P interface {
	*T
	Key() store.CreationKey
}](list func(tx *store.Tx, p store.CreationPage) ([]T, error)) func(*store.Tx, store.CreationPage) ([]store.CreationKey, error) {
	return func(tx *store.Tx, p store.CreationPage) ([]store.CreationKey, error) {
		page, err := list(tx, p)
		result := make([]store.CreationKey, len(page))
		for i := range page {
			result[i] = P(&page[i]).Key()
		}
		return result, err
	}
}
