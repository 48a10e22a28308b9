package store

import (
	"context"
	"fmt"
)

// ThingPrincipal is one certificate attached to one thing.
type ThingPrincipal struct {
	Thing       string
	Certificate string // id
	Exclusive   bool   // the certificate is of this thing alone
}

const thingPrincipalColumns = `thing, certificate, exclusive`

func (p *ThingPrincipal) scan(row scanner) error {
	return row.Scan(&p.Thing, &p.Certificate, &p.Exclusive)
}

// ThingPrincipal returns the attachment of a certificate to a thing, or
// ErrNotFound.
func (tx *Tx) ThingPrincipal(thing, certificate string) (*ThingPrincipal, error) {
	return one[ThingPrincipal](tx, `SELECT `+thingPrincipalColumns+` FROM thing_principal WHERE thing = ? AND certificate = ?`, thing, certificate)
}

// PutThingPrincipal stores p, over the attachment of the same certificate to the
// same thing. The caller has seen that both exist.
func (tx *Tx) PutThingPrincipal(p ThingPrincipal) error {
	_, err := tx.Exec(`INSERT INTO thing_principal (`+thingPrincipalColumns+`) VALUES (?, ?, ?)
		ON CONFLICT (thing, certificate) DO UPDATE SET exclusive = excluded.exclusive`, p.Thing, p.Certificate, p.Exclusive)
	if err != nil {
		return err
	}
	return tx.touchIdentity(SubjectThing, p.Thing)
}

// DeleteThingPrincipal detaches a certificate from a thing. It is no error if it
// is not attached.
func (tx *Tx) DeleteThingPrincipal(thing, certificate string) error {
	deleted, err := tx.deleteRows(`DELETE FROM thing_principal WHERE thing = ? AND certificate = ?`, thing, certificate)
	if err != nil || deleted == 0 {
		return err
	}
	return tx.touchIdentity(SubjectThing, thing)
}

// PrincipalsOf returns the certificates attached to a thing, after the one with
// the id after, by id, at most limit.
func (tx *Tx) PrincipalsOf(thing, after string, limit int) ([]ThingPrincipal, error) {
	return all[ThingPrincipal](tx, `SELECT `+thingPrincipalColumns+` FROM thing_principal
		WHERE thing = ? AND certificate > ? ORDER BY certificate LIMIT ?`, thing, after, limit)
}

// ThingsOf returns the things that a certificate is attached to, after the one
// called after, by name, at most limit.
func (tx *Tx) ThingsOf(certificate, after string, limit int) ([]ThingPrincipal, error) {
	return all[ThingPrincipal](tx, `SELECT `+thingPrincipalColumns+` FROM thing_principal
		WHERE certificate = ? AND thing > ? ORDER BY thing LIMIT ?`, certificate, after, limit)
}

// OnlyThingOf returns the one thing that a certificate is attached to, nil if there is
// none or more than one, and the identity revision that this belongs to.
func (db *DB) OnlyThingOf(ctx context.Context, certificate string) (only *ThingPrincipal, revision int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		only = nil
		things, err := tx.ThingsOf(certificate, "", 2)
		if err != nil {
			return err
		}
		if len(things) == 1 {
			only = &things[0]
		}
		revision, err = tx.identityRevision()
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("thing of a certificate: %w", err)
	}
	return only, revision, nil
}
