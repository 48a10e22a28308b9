package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// KeyStatus is whether an access key can be used.
type KeyStatus string

// The statuses of access keys.
const (
	KeyActive   KeyStatus = "ACTIVE"
	KeyInactive KeyStatus = "INACTIVE"
)

// RootName is the name of the root user's access key, which no other key has.
const RootName = "root"

// AccessKey is what a caller of the API signs with. Its secret is kept as it is:
// a signature can only be verified with the secret that made it.
type AccessKey struct {
	ID       string
	Secret   string
	Name     string // RootName: the root user's; no two keys have the same
	Policy   string // document; empty: the root user's
	Status   KeyStatus
	Created  int64  // epoch milliseconds
	LastUsed *int64 // epoch milliseconds of the day's begin, UTC; nil: never, or the root user's
}

// String returns the key's id, so that no secret gets into a log.
func (k AccessKey) String() string { return k.ID }

const accessKeyColumns = `id, secret, name, policy, status, created_ms, last_used_ms`

func (k *AccessKey) scan(row scanner) error {
	return row.Scan(&k.ID, &k.Secret, &k.Name, &k.Policy, &k.Status, &k.Created, &k.LastUsed)
}

// RootKey returns the access key of the root user. When there is none yet it keeps
// the one that generate returns; of nodes that start at the same time one wins, and
// all return its key.
func (db *DB) RootKey(ctx context.Context, generate func() (id, secret string)) (id, secret string, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		err := tx.QueryRow("SELECT id, secret FROM access_key WHERE owner = 'root' ORDER BY created_ms, id").Scan(&id, &secret)
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		id, secret = generate()
		_, err = tx.Exec("INSERT INTO access_key (id, secret, owner, created_ms) VALUES (?, ?, 'root', ?)", id, secret, tx.Now)
		return err
	})
	if err != nil {
		return "", "", fmt.Errorf("access key of the root user: %w", err)
	}
	return id, secret, nil
}

// AccessKeys returns all access keys by name.
func (tx *Tx) AccessKeys() ([]AccessKey, error) {
	return all[AccessKey](tx, `SELECT `+accessKeyColumns+` FROM access_key ORDER BY name`)
}

// AccessKey returns the access key with the name or the id, or ErrNotFound.
func (tx *Tx) AccessKey(nameOrID string) (*AccessKey, error) {
	return one[AccessKey](tx, `SELECT `+accessKeyColumns+` FROM access_key WHERE name = ? OR id = ?`, nameOrID, nameOrID)
}

// InsertAccessKey stores a new access key of a user, active.
func (tx *Tx) InsertAccessKey(k *AccessKey) error {
	k.Status, k.Created, k.LastUsed = KeyActive, tx.Now, nil
	_, err := tx.Exec(`INSERT INTO access_key (`+accessKeyColumns+`, owner) VALUES (?, ?, ?, ?, ?, ?, ?, 'user')`,
		k.ID, k.Secret, k.Name, k.Policy, string(k.Status), k.Created, k.LastUsed)
	if err != nil {
		return err
	}
	return tx.touchKey(k.ID)
}

// UpdateAccessKey stores k's policy and status over those of the user's key with
// its id. The root user's key stays as it is.
func (tx *Tx) UpdateAccessKey(k *AccessKey) error {
	_, err := tx.Exec(`UPDATE access_key SET policy = ?, status = ? WHERE id = ? AND owner = 'user'`, k.Policy, string(k.Status), k.ID)
	if err != nil {
		return err
	}
	return tx.touchKey(k.ID)
}

// DeleteAccessKey deletes a user's access key. It is no error if there is none. The
// root user's key stays.
func (tx *Tx) DeleteAccessKey(id string) error {
	if _, err := tx.Exec(`DELETE FROM access_key WHERE id = ? AND owner = 'user'`, id); err != nil {
		return err
	}
	return tx.touchKey(id)
}

// touchKey notes that the transaction changes a key, or what it may do, for
// those who keep keys and for those who keep identities.
func (tx *Tx) touchKey(id string) error {
	if _, err := tx.Next("access_key"); err != nil {
		return err
	}
	return tx.touchIdentity(SubjectPrincipal, id)
}

// KeysSince returns all access keys of users, and the revision that they belong to.
// At a revision that is known it returns no keys, but that revision.
func (db *DB) KeysSince(ctx context.Context, known int64) (keys []AccessKey, revision int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		if err := tx.QueryRow("SELECT value FROM counter WHERE name = 'access_key'").Scan(&revision); err != nil || revision == known {
			return err
		}
		keys, err = all[AccessKey](tx, `SELECT `+accessKeyColumns+` FROM access_key WHERE owner = 'user' ORDER BY name`)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read access keys: %w", err)
	}
	return keys, revision, nil
}

// NoteKeyUse notes the day of the last use of a user's access key.
func (db *DB) NoteKeyUse(ctx context.Context, id string, at time.Time) error {
	day := at.UTC().Truncate(24 * time.Hour).UnixMilli()
	err := db.run(ctx, modeData, "keyuse", func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE access_key SET last_used_ms = ? WHERE id = ? AND owner = 'user' AND (last_used_ms IS NULL OR last_used_ms < ?)`, day, id, day)
		return err
	})
	if err != nil {
		return fmt.Errorf("note the use of access key %s: %w", id, err)
	}
	return nil
}
