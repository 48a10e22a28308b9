package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"regexp"
	"time"

	"vedette/api"
	"vedette/store"
)

// Keys manages the access keys of a deployment: of one that is stopped, or beside
// the server that runs it. It changes nothing but keys. A server takes notice of a
// change with the next request.
type Keys struct {
	db *store.DB
	// Credentials is the file that the server writes the root user's key into, at
	// each of its starts.
	Credentials string
}

// KeysOptions says whose access keys they are.
type KeysOptions struct {
	DataDir     string           // of the server; the default is "vedette-data"
	DatabaseURL string           // a postgres:// URL; empty means SQLite in DataDir
	Now         func() time.Time // nil: time.Now
}

// OpenKeys opens the database of a deployment, which a server has made.
func OpenKeys(ctx context.Context, o KeysOptions) (*Keys, error) {
	if o.DataDir == "" {
		o.DataDir = "vedette-data"
	}
	options := store.Options{URL: o.DatabaseURL, AsIs: true, Now: o.Now, Logger: slog.New(slog.DiscardHandler)}
	if options.URL == "" {
		options.Path = filepath.Join(o.DataDir, "vedette.db")
	}
	db, err := store.Open(ctx, options)
	if options.Path != "" && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no database in %s: give the --data-dir of the server, or its --database-url; the first start of a server makes it", o.DataDir)
	}
	if err != nil {
		return nil, err
	}
	return &Keys{db: db, Credentials: filepath.Join(o.DataDir, "credentials")}, nil
}

// Close closes the database.
func (k *Keys) Close() error { return k.db.Close() }

var (
	keyNamePattern = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`) // of IAM's users
	keyIDPattern   = regexp.MustCompile(`^AKIA[A-Z0-9]{16}$`)
)

// Create makes an access key with a policy document. The name is new, and may be a
// user's name in IAM. What is returned holds the secret, which no other method
// returns.
func (k *Keys) Create(ctx context.Context, name, document string) (*store.AccessKey, error) {
	switch {
	case !keyNamePattern.MatchString(name):
		return nil, fmt.Errorf("name %q: want up to 64 letters, digits and characters of _+=,.@-", name)
	case name == store.RootName || keyIDPattern.MatchString(name):
		return nil, fmt.Errorf("name %q: want one that is not root and does not look like the id of a key", name)
	}
	if err := checkKeyPolicy(document); err != nil {
		return nil, err
	}
	key := &store.AccessKey{Name: name, Policy: document}
	key.ID, key.Secret = newAccessKey()
	err := k.db.Write(ctx, func(tx *store.Tx) error { return tx.InsertAccessKey(key) })
	if errors.Is(err, store.ErrConflict) {
		return nil, fmt.Errorf("there is an access key %s already: choose another name, or delete that one with `vedette key delete %s`", name, name)
	}
	if err != nil {
		return nil, fmt.Errorf("create access key %s: %w", name, err)
	}
	return key, nil
}

func checkKeyPolicy(document string) error {
	_, err := parseKeyPolicy(document, api.ARNs{})
	return err
}

// List returns all access keys by name, the root user's too, without secrets.
func (k *Keys) List(ctx context.Context) (list []store.AccessKey, err error) {
	err = k.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.AccessKeys()
		return err
	})
	for i := range list {
		list[i].Secret = ""
	}
	return list, err
}

// Show returns the access key with a name or id, without its secret.
func (k *Keys) Show(ctx context.Context, nameOrID string) (key *store.AccessKey, err error) {
	err = k.db.Read(ctx, func(tx *store.Tx) (err error) {
		key, err = find(tx, nameOrID)
		return err
	})
	if err != nil {
		return nil, err
	}
	key.Secret = ""
	return key, nil
}

// SetPolicy gives an access key another policy document.
func (k *Keys) SetPolicy(ctx context.Context, nameOrID, document string) error {
	if err := checkKeyPolicy(document); err != nil {
		return err
	}
	return k.change(ctx, nameOrID, func(tx *store.Tx, key *store.AccessKey) error {
		key.Policy = document
		return tx.UpdateAccessKey(key)
	})
}

// SetStatus disables an access key or enables it again.
func (k *Keys) SetStatus(ctx context.Context, nameOrID string, status store.KeyStatus) error {
	return k.change(ctx, nameOrID, func(tx *store.Tx, key *store.AccessKey) error {
		key.Status = status
		return tx.UpdateAccessKey(key)
	})
}

// Delete deletes an access key.
func (k *Keys) Delete(ctx context.Context, nameOrID string) error {
	return k.change(ctx, nameOrID, func(tx *store.Tx, key *store.AccessKey) error { return tx.DeleteAccessKey(key.ID) })
}

// change changes an access key that is not the root user's.
func (k *Keys) change(ctx context.Context, nameOrID string, fn func(tx *store.Tx, key *store.AccessKey) error) error {
	return k.db.Write(ctx, func(tx *store.Tx) error {
		key, err := find(tx, nameOrID)
		if err != nil {
			return err
		}
		if key.Name == store.RootName {
			return errors.New("the root user's access key may always do all: it cannot be limited, disabled or deleted")
		}
		return fn(tx, key)
	})
}

func find(tx *store.Tx, nameOrID string) (*store.AccessKey, error) {
	key, err := tx.AccessKey(nameOrID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("there is no access key %s: `vedette key list` shows them all", nameOrID)
	}
	return key, err
}
