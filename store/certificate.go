package store

import (
	"errors"

	"vedette/api"
)

// Certificate is a certificate of devices.
type Certificate struct {
	ID         string // SHA-256 of the DER, 64 lower-case hex digits
	PEM        string
	Status     api.CertificateStatus
	CA         string // id of the registered CA that issued it; empty: our own, or registered without one
	Mode       api.CertificateMode
	Generation string // UUID
	Version    int64  // 1 at creation
	NotBefore  int64  // epoch milliseconds
	NotAfter   int64  // epoch milliseconds
	Created    int64  // epoch milliseconds
	Modified   int64  // epoch milliseconds
}

// CreationKey is a place in a list that is ordered by creation. ID makes it
// unique: an id, or a name.
type CreationKey struct {
	Created int64  `json:"created"` // epoch milliseconds
	ID      string `json:"id"`
}

// CreationPage says which part of a list by creation to read.
type CreationPage struct {
	After     *CreationKey // nil: from the first
	Ascending bool         // oldest first; else newest first
	Limit     int          // at most so many
}

const certificateColumns = `id, pem, status, ca_id, mode, generation, version, not_before_ms, not_after_ms, created_ms, modified_ms`

func (c *Certificate) scan(row scanner) error {
	return row.Scan(&c.ID, &c.PEM, &c.Status, &c.CA, &c.Mode, &c.Generation, &c.Version,
		&c.NotBefore, &c.NotAfter, &c.Created, &c.Modified)
}

// Key returns c's place in a list.
func (c *Certificate) Key() CreationKey { return CreationKey{c.Created, c.ID} }

// Resource returns the resource part of c's ARN, by which policies are attached.
func (c *Certificate) Resource() Resource { return Resource{api.ARNCertificate, c.ID} }

// Certificate returns the certificate with the id, or ErrNotFound.
func (tx *Tx) Certificate(id string) (*Certificate, error) {
	return one[Certificate](tx, `SELECT `+certificateColumns+` FROM certificate WHERE id = ?`, id)
}

// InsertCertificate stores a new certificate as version 1.
func (tx *Tx) InsertCertificate(c *Certificate) error {
	c.Version, c.Created, c.Modified = 1, tx.Now, tx.Now
	_, err := tx.Exec(`INSERT INTO certificate (`+certificateColumns+`) VALUES (`+placeholders(11)+`)`,
		c.ID, c.PEM, string(c.Status), c.CA, string(c.Mode), c.Generation, c.Version, c.NotBefore, c.NotAfter, c.Created, c.Modified)
	if err != nil {
		return err
	}
	return tx.touchIdentity(SubjectPrincipal, c.ID)
}

// UpdateCertificate stores c's status over that of the certificate with its id, as
// the next version, and sets version and modification time.
func (tx *Tx) UpdateCertificate(c *Certificate) error {
	c.Version, c.Modified = c.Version+1, tx.Now
	_, err := tx.Exec(`UPDATE certificate SET status = ?, version = ?, modified_ms = ? WHERE id = ?`,
		string(c.Status), c.Version, c.Modified, c.ID)
	if err != nil {
		return err
	}
	return tx.touchIdentity(SubjectPrincipal, c.ID)
}

// DeleteCertificate deletes the certificate with the id and detaches its policies.
// It is no error if there is none. The caller has seen that it is attached to no
// thing.
func (tx *Tx) DeleteCertificate(id string) error {
	deleted, err := tx.deleteRows(`DELETE FROM certificate WHERE id = ?`, id)
	if err != nil || deleted == 0 {
		return err
	}
	return errors.Join(tx.detachPolicies(Resource{api.ARNCertificate, id}), tx.touchIdentity(SubjectPrincipal, id))
}

// Certificates returns a page of all certificates, or of those that the CA with
// the id issued, by creation.
func (tx *Tx) Certificates(ca string, p CreationPage) ([]Certificate, error) {
	var c conditions
	if ca != "" {
		c.add("ca_id = ?", ca)
	}
	return all[Certificate](tx, `SELECT `+certificateColumns+` FROM certificate`+c.page(p, "id"), append(c.args, p.Limit)...)
}

// page adds the place where a page begins, and returns the clause from WHERE to
// LIMIT, whose argument is to be appended. id is the column of CreationKey.ID.
func (c *conditions) page(p CreationPage, id string) string {
	compare, direction := "<", " DESC"
	if p.Ascending {
		compare, direction = ">", ""
	}
	if p.After == nil {
		c.add("1 = 1")
	} else {
		c.add("(created_ms, "+id+") "+compare+" (?, ?)", p.After.Created, p.After.ID)
	}
	return c.where() + " ORDER BY created_ms" + direction + ", " + id + direction + " LIMIT ?"
}
