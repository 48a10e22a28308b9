package store

import (
	"context"
	"fmt"

	"vedette/api"
)

// The identity revision is how gateways notice, on whatever node, that somebody
// may do more or less than before: they look at it every now and then. The identity
// changes say what has changed since the revision that they saw last, so that they
// ask again for few connections, not for all.

// SubjectKind is the kind of what an identity change is about.
type SubjectKind string

// The subjects of identity changes.
const (
	SubjectPrincipal SubjectKind = "principal"  // a certificate or an access key, by its id
	SubjectThing     SubjectKind = "thing"      // itself, its principals, or the groups that it is in
	SubjectGroup     SubjectKind = "group"      // a thing group: what is attached to it
	SubjectGoneGroup SubjectKind = "gone group" // the things of a group that was deleted
	SubjectPolicy    SubjectKind = "policy"     // which document of it is in force
)

// Subject is what an identity change is about.
type Subject struct {
	Kind SubjectKind
	Name string
}

// IdentityChanges is what has changed between two identity revisions.
type IdentityChanges struct {
	Revision int64 // the later one
	// Complete is false when it is not known any more what has changed: it may have
	// been everything.
	Complete bool
	Subjects []Subject // in the order of the commits; some may come several times
}

// IdentityChangesKept is how many revisions back it is known what has changed, at
// least.
const IdentityChangesKept = 10_000

// prunedAtOnce is how many identity changes are forgotten together.
const prunedAtOnce = 1000

// touchIdentity notes that the transaction changes what a principal may do. Whoever
// takes the next revision waits until this one is committed or gone: so they are
// seen in their order, and none is left out.
func (tx *Tx) touchIdentity(kind SubjectKind, name string) error {
	revision, err := tx.Next("identity")
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO identity_change (revision, kind, name) VALUES (?, ?, ?)`, revision, string(kind), name); err != nil {
		return err
	}
	if revision%prunedAtOnce == 0 {
		_, err = tx.Exec(`DELETE FROM identity_change WHERE revision <= ?`, revision-IdentityChangesKept)
	}
	return err
}

// touchTarget is touchIdentity of what a policy was attached to or detached from.
func (tx *Tx) touchTarget(target Resource) error {
	kind := SubjectPrincipal
	if target.Kind == api.ARNThingGroup {
		kind = SubjectGroup
	}
	return tx.touchIdentity(kind, target.Name)
}

func (tx *Tx) identityRevision() (int64, error) {
	var revision int64
	err := tx.QueryRow("SELECT value FROM counter WHERE name = 'identity'").Scan(&revision)
	return revision, err
}

// IdentityChanges returns what has changed since an identity revision, of all that may
// change what a principal may do: certificates and their statuses, access keys, policies
// in force, what these are attached to, things, and who is in which thing group.
func (db *DB) IdentityChanges(ctx context.Context, since int64) (*IdentityChanges, error) {
	var changes *IdentityChanges
	err := db.Read(ctx, func(tx *Tx) (err error) {
		changes = &IdentityChanges{Complete: true}
		if changes.Revision, err = tx.identityRevision(); err != nil || changes.Revision == since {
			return err
		}
		changes.Subjects, err = all[Subject](tx, `SELECT kind, name FROM identity_change WHERE revision > ? ORDER BY revision`, since)
		// Every revision has a row, until it is pruned. One from before there were rows,
		// or of a database that was put back, has none.
		changes.Complete = changes.Revision > since && int64(len(changes.Subjects)) == changes.Revision-since
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("identity changes: %w", err)
	}
	return changes, nil
}

func (s *Subject) scan(row scanner) error { return row.Scan(&s.Kind, &s.Name) }
