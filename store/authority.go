package store

import (
	"context"
	"errors"
	"fmt"
)

// Authority returns the certificate and the key of the deployment's own
// certificate authority. When there is none yet it keeps the one that generate
// returns; of nodes that start at the same time one wins, and all return the same.
func (db *DB) Authority(ctx context.Context, generate func() (certificate, key string, err error)) (certificate, key string, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		err := tx.QueryRow("SELECT certificate, private_key FROM authority WHERE id = 1").Scan(&certificate, &key)
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		if certificate, key, err = generate(); err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO authority (id, certificate, private_key, created_ms) VALUES (1, ?, ?, ?)", certificate, key, tx.Now)
		return err
	})
	if err != nil {
		return "", "", fmt.Errorf("certificate authority: %w", err)
	}
	return certificate, key, nil
}

// RegistrationCode returns the code that verification certificates are made out
// to, or ErrNotFound when there is none yet.
func (tx *Tx) RegistrationCode() (string, error) {
	var code string
	err := tx.QueryRow("SELECT code FROM registration_code WHERE id = 1").Scan(&code)
	return code, err
}

// InsertRegistrationCode stores the code. The caller has seen that there is none.
func (tx *Tx) InsertRegistrationCode(code string) error {
	_, err := tx.Exec("INSERT INTO registration_code (id, code) VALUES (1, ?)", code)
	return err
}
