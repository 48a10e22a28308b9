package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"vedette/api"
	"vedette/control"
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

// Create makes an access key with a policy document. The name is new, and may be a
// user's name in IAM. What is returned holds the secret, which no other method
// returns.
func (k *Keys) Create(ctx context.Context, name, document string) (*store.AccessKey, error) {
	key, err := k.keys().Create(ctx, name, document)
	return key, worded(err, name)
}

// List returns all access keys by name, the root user's too, without secrets.
func (k *Keys) List(ctx context.Context) ([]store.AccessKey, error) { return k.keys().List(ctx) }

// Show returns the access key with a name or id, without its secret.
func (k *Keys) Show(ctx context.Context, nameOrID string) (*store.AccessKey, error) {
	key, err := k.keys().Show(ctx, nameOrID)
	return key, worded(err, nameOrID)
}

// SetPolicy gives an access key another policy document.
func (k *Keys) SetPolicy(ctx context.Context, nameOrID, document string) error {
	return worded(k.keys().SetPolicy(ctx, nameOrID, document), nameOrID)
}

// SetStatus disables an access key or enables it again.
func (k *Keys) SetStatus(ctx context.Context, nameOrID string, status store.KeyStatus) error {
	return worded(k.keys().SetStatus(ctx, nameOrID, status), nameOrID)
}

// Delete deletes an access key.
func (k *Keys) Delete(ctx context.Context, nameOrID string) error {
	return worded(k.keys().Delete(ctx, nameOrID), nameOrID)
}

func (k *Keys) keys() control.AccessKeys { return control.AccessKeys{Store: k.db} }

// worded says what was wrong with a key as the command line says it.
func worded(err error, name string) error {
	e, ok := errors.AsType[*api.Error](err)
	switch {
	case !ok:
		return err
	case e.Code == api.ResourceAlreadyExistsException:
		return fmt.Errorf("there is an access key %s already: choose another name, or delete that one with `vedette key delete %s`", name, name)
	case e.Code == api.ResourceNotFoundException:
		return fmt.Errorf("there is no access key %s: `vedette key list` shows them all", name)
	case e.Code == api.MalformedPolicyException && e.Cause != nil:
		return e.Cause
	}
	return errors.New(e.Message)
}
