package store

import (
	"context"
	"errors"
	"fmt"
)

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
