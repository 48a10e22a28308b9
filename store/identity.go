package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"vedette/api"
)

// The identity revision is how gateways notice, on whatever node, that somebody
// may do more or less than before: they look at it every now and then, and ask
// again for the identities of their connections when it has grown.

// touchIdentity notes that the transaction changes what a principal may do.
func (tx *Tx) touchIdentity() error {
	_, err := tx.Next("identity")
	return err
}

// IdentityRevision returns a number that has grown when anything changed that
// may change what a principal may do: certificates and their statuses, policies in
// force, what both are attached to, things, and who is in which thing group.
func (db *DB) IdentityRevision(ctx context.Context) (int64, error) {
	var revision int64
	err := db.Read(ctx, func(tx *Tx) (err error) {
		revision, err = tx.identityRevision()
		return err
	})
	return revision, err
}

func (tx *Tx) identityRevision() (int64, error) {
	var revision int64
	err := tx.QueryRow("SELECT value FROM counter WHERE name = 'identity'").Scan(&revision)
	return revision, err
}

// Identity is what the store knows of a connection: by which certificate and
// under which client id it came.
type Identity struct {
	Revision    int64        // identity revision that all of it belongs to
	Certificate *Certificate // nil: unknown
	Thing       *Thing       // called like the client id; nil: there is none
	Attached    bool         // the certificate is attached to the thing
	Exclusive   bool         // and to nothing else, now or later
	Policies    []PolicyDocument
}

// PolicyDocument is the version of a policy that is in force.
type PolicyDocument struct {
	Name     string
	Version  int64
	Document string
}

func (p *PolicyDocument) scan(row scanner) error { return row.Scan(&p.Name, &p.Version, &p.Document) }

// Identity returns what is known of a connection, as of one moment. Policies are
// those that are attached to the certificate, and to the groups of the thing
// called like the client id and to all groups above these, by name, each once.
// Either argument may be empty: nobody then.
func (db *DB) Identity(ctx context.Context, certificate, clientID string) (*Identity, error) {
	var id *Identity
	err := db.Read(ctx, func(tx *Tx) (err error) {
		id, err = tx.Identity(certificate, clientID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("identity of a connection: %w", err)
	}
	return id, nil
}

// Identity is DB.Identity as a part of a transaction.
func (tx *Tx) Identity(certificate, clientID string) (*Identity, error) {
	id := &Identity{}
	var err error
	if id.Revision, err = tx.identityRevision(); err != nil {
		return nil, err
	}
	if id.Certificate, err = tx.Certificate(certificate); err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if id.Thing, err = tx.Thing(clientID); err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	attachment, err := tx.ThingPrincipal(clientID, certificate)
	switch {
	case err == nil:
		id.Attached, id.Exclusive = true, attachment.Exclusive
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	id.Policies, err = tx.effectivePolicies(certificate, clientID)
	return id, err
}

// effectivePolicies returns what is in force for a certificate and a thing.
func (tx *Tx) effectivePolicies(certificate, thing string) ([]PolicyDocument, error) {
	return all[PolicyDocument](tx, `WITH RECURSIVE above (name, parent) AS (
			SELECT g.name, g.parent FROM membership m JOIN thing_group g ON g.name = m.group_name WHERE m.thing = ?
			UNION SELECT g.name, g.parent FROM thing_group g JOIN above ON g.name = above.parent),
		effective (name) AS (
			SELECT policy FROM policy_attachment WHERE target = ?
			UNION SELECT a.policy FROM above JOIN policy_attachment a ON a.target = 'thinggroup/' || above.name)
		SELECT p.name, v.version, v.document FROM effective e
			JOIN policy p ON p.name = e.name
			JOIN policy_version v ON v.policy = p.name AND v.version = p.default_version
		ORDER BY p.name`, thing, Resource{api.ARNCertificate, certificate}.String())
}

// PoliciesInForce returns the documents of the policies with the names that exist,
// by name.
func (tx *Tx) PoliciesInForce(names []string) ([]PolicyDocument, error) {
	if len(names) == 0 {
		return nil, nil
	}
	args := make([]any, len(names))
	for i, name := range names {
		args[i] = name
	}
	return all[PolicyDocument](tx, `SELECT p.name, v.version, v.document FROM policy p
		JOIN policy_version v ON v.policy = p.name AND v.version = p.default_version
		WHERE p.name IN (`+placeholders(len(names))+`) ORDER BY p.name`, args...)
}

// ActiveCertificates returns those of the ids that are of certificates which are
// active, in no order.
func (db *DB) ActiveCertificates(ctx context.Context, ids []string) ([]string, error) {
	var active []string
	err := db.Read(ctx, func(tx *Tx) error {
		active = nil
		for chunk := range slices.Chunk(ids, maxInList) {
			args := make([]any, 0, len(chunk)+1)
			for _, id := range chunk {
				args = append(args, id)
			}
			found, err := tx.strings(`SELECT id FROM certificate WHERE id IN (`+placeholders(len(chunk))+`) AND status = ?`,
				append(args, string(api.CertificateStatusActive))...)
			if err != nil {
				return err
			}
			active = append(active, found...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("active certificates: %w", err)
	}
	return active, nil
}

// maxInList is how many values a statement asks for at once.
const maxInList = 500
