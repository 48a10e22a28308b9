package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"vedette/api"
)

// IdentityKey is how a client comes: by which certificate and under which client
// id. Either may be empty: nobody then.
type IdentityKey struct{ Certificate, ClientID string }

// Identity is what the store knows of a client.
type Identity struct {
	Revision    int64        // identity revision that all of it belongs to
	Certificate *Certificate // nil: unknown
	Thing       *Thing       // called like the client id; nil: there is none
	Attached    bool         // the certificate is attached to the thing
	Exclusive   bool         // and to nothing else, now or later
	Holder      PolicyHolder
	Policies    []PolicyDocument // of Holder
}

// PolicyHolder is what policies come from.
type PolicyHolder struct {
	Own    []string // names of the policies that are attached to the certificate, in order
	Groups []string // thing groups that the thing is in, and all above these, in order
}

// PolicyDocument is the version of a policy that is in force.
type PolicyDocument struct {
	Name     string
	Version  int64
	Document string
}

func (p *PolicyDocument) scan(row scanner) error { return row.Scan(&p.Name, &p.Version, &p.Document) }

// Identities returns what is known of clients, in their order and as of one moment,
// with a few queries for each 500 of them. Policies are those of the holder and those
// that are attached to its groups, by name, each once.
func (db *DB) Identities(ctx context.Context, keys []IdentityKey) ([]Identity, error) {
	var list []Identity
	err := db.Read(ctx, func(tx *Tx) (err error) {
		list, err = tx.identities(keys)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("identities of clients: %w", err)
	}
	return list, nil
}

// Identity is DB.Identities of one client, as a part of a transaction.
func (tx *Tx) Identity(certificate, clientID string) (*Identity, error) {
	list, err := tx.identities([]IdentityKey{{certificate, clientID}})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (tx *Tx) identities(keys []IdentityKey) ([]Identity, error) {
	revision, err := tx.identityRevision()
	if err != nil {
		return nil, err
	}
	list := make([]Identity, 0, len(keys))
	for chunk := range slices.Chunk(keys, maxInList) {
		found, err := tx.known(chunk)
		if err != nil {
			return nil, err
		}
		for _, key := range chunk {
			id := found.identity(key)
			id.Revision = revision
			list = append(list, id)
		}
	}
	return list, nil
}

// PoliciesOf returns what is in force for holders of policies, in their order: as
// Identities would, if nothing but documents and what is attached to groups has changed.
func (db *DB) PoliciesOf(ctx context.Context, holders []PolicyHolder) ([][]PolicyDocument, error) {
	names, targets := map[string]bool{}, map[string]bool{}
	for _, h := range holders {
		for _, name := range h.Own {
			names[name] = true
		}
		for _, group := range h.Groups {
			targets[groupTarget(group)] = true
		}
	}
	var list [][]PolicyDocument
	err := db.Read(ctx, func(tx *Tx) error {
		list = nil
		k := newKnown()
		if err := tx.readPolicies(k, targets, names); err != nil {
			return err
		}
		for _, h := range holders {
			list = append(list, k.inForce(h))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("policies in force: %w", err)
	}
	return list, nil
}

func certificateTarget(id string) string { return Resource{api.ARNCertificate, id}.String() }
func groupTarget(name string) string     { return Resource{api.ARNThingGroup, name}.String() }

// known is what several clients have in common.
type known struct {
	certificates map[string]*Certificate
	things       map[string]*Thing
	exclusive    map[IdentityKey]bool // of certificates attached to things
	groups       map[string][]string  // by thing
	attached     map[string][]string  // policies by target, in order
	policies     map[string]PolicyDocument
}

func newKnown() *known {
	return &known{
		certificates: map[string]*Certificate{}, things: map[string]*Thing{}, exclusive: map[IdentityKey]bool{},
		groups: map[string][]string{}, attached: map[string][]string{}, policies: map[string]PolicyDocument{},
	}
}

// known reads what is known of clients, at most maxInList.
func (tx *Tx) known(keys []IdentityKey) (*known, error) {
	k := newKnown()
	ids, names, targets := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, key := range keys {
		if key.Certificate != "" {
			ids[key.Certificate] = true
			targets[certificateTarget(key.Certificate)] = true
		}
		if key.ClientID != "" {
			names[key.ClientID] = true
		}
	}
	err := errors.Join(tx.readCertificates(k, ids), tx.readThings(k, names))
	if err != nil {
		return nil, err
	}
	for _, groups := range k.groups {
		for _, group := range groups {
			targets[groupTarget(group)] = true
		}
	}
	return k, tx.readPolicies(k, targets, map[string]bool{})
}

func (tx *Tx) readCertificates(k *known, ids map[string]bool) error {
	return eachIn(tx, ids, func(c *Certificate) error {
		k.certificates[c.ID] = c
		return nil
	}, func(in string) string { return `SELECT ` + certificateColumns + ` FROM certificate WHERE id IN ` + in })
}

// readThings reads things with their principals and groups, where there are any.
func (tx *Tx) readThings(k *known, names map[string]bool) error {
	err := eachIn(tx, names, func(t *Thing) error {
		k.things[t.Name] = t
		return nil
	}, func(in string) string { return `SELECT ` + thingColumns + ` FROM thing WHERE name IN ` + in })
	if err != nil || len(k.things) == 0 {
		return err
	}
	names = map[string]bool{}
	for name := range k.things {
		names[name] = true
	}
	err = eachIn(tx, names, func(p *ThingPrincipal) error {
		k.exclusive[IdentityKey{p.Certificate, p.Thing}] = p.Exclusive
		return nil
	}, func(in string) string {
		return `SELECT ` + thingPrincipalColumns + ` FROM thing_principal WHERE thing IN ` + in
	})
	if err != nil {
		return err
	}
	return eachIn(tx, names, func(m *Membership) error {
		k.groups[m.Thing] = append(k.groups[m.Thing], m.Group)
		return nil
	}, func(in string) string {
		return `WITH RECURSIVE above (thing, name, parent) AS (
			SELECT m.thing, g.name, g.parent FROM membership m JOIN thing_group g ON g.name = m.group_name WHERE m.thing IN ` + in + `
			UNION SELECT above.thing, g.name, g.parent FROM thing_group g JOIN above ON g.name = above.parent)
		SELECT thing, name FROM above ORDER BY thing, name`
	})
}

// readPolicies reads what is attached to targets, and what is in force of that and of
// the policies called names, to which it adds.
func (tx *Tx) readPolicies(k *known, targets, names map[string]bool) error {
	err := eachIn(tx, targets, func(a *policyAttachment) error {
		k.attached[a.target] = append(k.attached[a.target], a.policy)
		names[a.policy] = true
		return nil
	}, func(in string) string {
		return `SELECT policy, target FROM policy_attachment WHERE target IN ` + in + ` ORDER BY target, policy`
	})
	if err != nil {
		return err
	}
	return tx.eachInForce(names, func(p *PolicyDocument) error {
		k.policies[p.Name] = *p
		return nil
	})
}

// policyAttachment is a policy attached to a target.
type policyAttachment struct{ policy, target string }

func (a *policyAttachment) scan(row scanner) error { return row.Scan(&a.policy, &a.target) }

// identity puts together what is known of one client.
func (k *known) identity(key IdentityKey) Identity {
	id := Identity{Certificate: k.certificates[key.Certificate], Thing: k.things[key.ClientID]}
	id.Exclusive, id.Attached = k.exclusive[key]
	id.Holder = PolicyHolder{Own: k.attached[certificateTarget(key.Certificate)], Groups: k.groups[key.ClientID]}
	id.Policies = k.inForce(id.Holder)
	return id
}

// inForce returns the documents of a holder's policies.
func (k *known) inForce(h PolicyHolder) (list []PolicyDocument) {
	names := slices.Clone(h.Own)
	for _, group := range h.Groups {
		names = append(names, k.attached[groupTarget(group)]...)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if p, ok := k.policies[name]; ok {
			list = append(list, p)
		}
	}
	return list
}

// PoliciesInForce returns the documents of the policies with the names that exist,
// by name.
func (tx *Tx) PoliciesInForce(names []string) ([]PolicyDocument, error) {
	asked := map[string]bool{}
	for _, name := range names {
		asked[name] = true
	}
	var list []PolicyDocument
	err := tx.eachInForce(asked, func(p *PolicyDocument) error {
		list = append(list, *p)
		return nil
	})
	return list, err
}

// eachInForce calls fn with what PoliciesInForce returns.
func (tx *Tx) eachInForce(names map[string]bool, fn func(*PolicyDocument) error) error {
	return eachIn(tx, names, fn, func(in string) string {
		return `SELECT p.name, v.version, v.document FROM policy p
			JOIN policy_version v ON v.policy = p.name AND v.version = p.default_version
			WHERE p.name IN ` + in + ` ORDER BY p.name`
	})
}

// ActiveCertificates returns those of the ids that are of certificates which are
// active, in no order.
func (db *DB) ActiveCertificates(ctx context.Context, ids []string) ([]string, error) {
	asked := map[string]bool{}
	for _, id := range ids {
		asked[id] = true
	}
	var active []string
	err := db.Read(ctx, func(tx *Tx) error {
		active = nil
		return eachIn(tx, asked, func(id *text) error {
			active = append(active, string(*id))
			return nil
		}, func(in string) string {
			return `SELECT id FROM certificate WHERE status = '` + string(api.CertificateStatusActive) + `' AND id IN ` + in
		})
	})
	if err != nil {
		return nil, fmt.Errorf("active certificates: %w", err)
	}
	return active, nil
}

// maxInList is how many values a statement asks for at once.
const maxInList = 500

// eachIn calls fn with every row of a query about values, in lists of at most
// maxInList and, with these, in the order of the values; none for no values.
func eachIn[T any, P entity[T]](tx *Tx, values map[string]bool, fn func(*T) error, query func(in string) string) error {
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(values)), maxInList) {
		args := make([]any, len(chunk))
		for i, value := range chunk {
			args[i] = value
		}
		if err := each[T, P](tx, fn, query("("+placeholders(len(chunk))+")"), args...); err != nil {
			return err
		}
	}
	return nil
}
