package store

import "vedette/api"

// CACertificate is a certificate authority of the operator's that is registered.
type CACertificate struct {
	ID                 string // SHA-256 of the DER, 64 lower-case hex digits
	PEM                string
	SubjectHash        string // of its subject; principal.SubjectHash
	Status             api.CACertificateStatus
	AutoRegistration   bool
	RegistrationConfig *api.RegistrationConfig // nil: none
	Mode               api.CertificateMode
	Generation         string // UUID
	Version            int64  // 1 at creation
	NotBefore          int64  // epoch milliseconds
	NotAfter           int64  // epoch milliseconds
	Created            int64  // epoch milliseconds
	Modified           int64  // epoch milliseconds
}

const caColumns = `id, pem, subject_hash, status, auto_registration, registration_config, mode, generation, version, not_before_ms, not_after_ms, created_ms, modified_ms`

func (c *CACertificate) scan(row scanner) error {
	return row.Scan(&c.ID, &c.PEM, &c.SubjectHash, &c.Status, &c.AutoRegistration, asJSON(&c.RegistrationConfig), &c.Mode,
		&c.Generation, &c.Version, &c.NotBefore, &c.NotAfter, &c.Created, &c.Modified)
}

// Key returns c's place in a list.
func (c *CACertificate) Key() CreationKey { return CreationKey{c.Created, c.ID} }

func (c *CACertificate) template() string {
	if c.RegistrationConfig == nil {
		return ""
	}
	return api.Value(c.RegistrationConfig.TemplateName)
}

// CACertificate returns the CA with the id, or ErrNotFound.
func (tx *Tx) CACertificate(id string) (*CACertificate, error) {
	return one[CACertificate](tx, `SELECT `+caColumns+` FROM ca_certificate WHERE id = ?`, id)
}

// CACertificatesBySubject returns the CAs with a subject, by id.
func (tx *Tx) CACertificatesBySubject(hash string) ([]CACertificate, error) {
	return all[CACertificate](tx, `SELECT `+caColumns+` FROM ca_certificate WHERE subject_hash = ? ORDER BY id`, hash)
}

// InsertCACertificate stores a new CA as version 1.
func (tx *Tx) InsertCACertificate(c *CACertificate) error {
	c.Version, c.Created, c.Modified = 1, tx.Now, tx.Now
	_, err := tx.Exec(`INSERT INTO ca_certificate (`+caColumns+`, template_name) VALUES (`+placeholders(14)+`)`,
		c.ID, c.PEM, c.SubjectHash, string(c.Status), c.AutoRegistration, asJSON(&c.RegistrationConfig), string(c.Mode),
		c.Generation, c.Version, c.NotBefore, c.NotAfter, c.Created, c.Modified, c.template())
	return err
}

// UpdateCACertificate stores what can change of c over the CA with its id, as the
// next version, and sets version and modification time.
func (tx *Tx) UpdateCACertificate(c *CACertificate) error {
	c.Version, c.Modified = c.Version+1, tx.Now
	_, err := tx.Exec(`UPDATE ca_certificate SET status = ?, auto_registration = ?, registration_config = ?, template_name = ?,
		version = ?, modified_ms = ? WHERE id = ?`,
		string(c.Status), c.AutoRegistration, asJSON(&c.RegistrationConfig), c.template(), c.Version, c.Modified, c.ID)
	return err
}

// DeleteCACertificate deletes the CA with the id with its tags; the certificates
// that it issued stay. It is no error if there is none.
func (tx *Tx) DeleteCACertificate(id string) error {
	deleted, err := tx.deleteRows(`DELETE FROM ca_certificate WHERE id = ?`, id)
	if err != nil || deleted == 0 {
		return err
	}
	return tx.deleteTags(Resource{api.ARNCACertificate, id})
}

// CACertificates returns a page of the CAs by creation: all, or those whose
// registration configuration names the template.
func (tx *Tx) CACertificates(template *string, p CreationPage) ([]CACertificate, error) {
	var c conditions
	if template != nil {
		c.add("template_name = ?", *template)
	}
	return all[CACertificate](tx, `SELECT `+caColumns+` FROM ca_certificate`+c.page(p, "id"), append(c.args, p.Limit)...)
}
