package store

import (
	"context"
	"fmt"

	"vedette/api"
	"vedette/record"
)

// The change table is the way from the control plane to the engines: a change
// is written in the transaction that makes it, and stays until it is in the log of
// every shard. So a change that was answered with success is never lost, and one
// that was rolled back is never seen.

// AddChange gives c the next revision and keeps it, as a part of the
// transaction of a control-plane call. Revisions grow in the order of the commits. A
// change that is larger than a record of the log may be is an InvalidRequestException.
func (tx *Tx) AddChange(c *record.Change) error {
	revision, err := tx.Next("revision")
	if err != nil {
		return err
	}
	c.Revision = revision
	body, err := c.Encode()
	if err != nil {
		return err
	}
	if len(body) > record.MaxBody { // it would never get into the log, and hold up all that follow
		return api.InvalidRequest("What the request says takes %d bytes to keep; the limit is %d.", len(body), record.MaxBody)
	}
	_, err = tx.Exec("INSERT INTO pending_change (revision, body) VALUES (?, ?)", revision, string(body))
	return err
}

// Changes returns, oldest first, up to limit of the changes with a revision
// above after that were not dropped.
func (db *DB) Changes(ctx context.Context, after int64, limit int) ([]record.Change, error) {
	var list []record.Change
	err := db.Read(ctx, func(tx *Tx) error {
		return each(tx, func(c *pendingChange) error {
			list = append(list, *c.change)
			return nil
		}, "SELECT revision, body FROM pending_change WHERE revision > ? ORDER BY revision LIMIT ?", after, limit)
	})
	return list, err
}

// pendingChange is a row of the change table.
type pendingChange struct{ change *record.Change }

func (c *pendingChange) scan(row scanner) error {
	var revision int64
	var body []byte
	err := row.Scan(&revision, &body)
	if err == nil {
		c.change, err = record.DecodeChange(body)
	}
	if err != nil {
		return fmt.Errorf("change %d: %w", revision, err)
	}
	return nil
}

// DropChanges forgets the changes up to a revision: they are in the log.
func (db *DB) DropChanges(ctx context.Context, upTo int64) error {
	return db.run(ctx, modeData, "changes", func(tx *Tx) error {
		_, err := tx.Exec("DELETE FROM pending_change WHERE revision <= ?", upTo)
		return err
	})
}

// LastRevision returns the revision of the last change that was committed, 0
// when there was none.
func (db *DB) LastRevision(ctx context.Context) (int64, error) {
	var revision int64
	err := db.Read(ctx, func(tx *Tx) (err error) {
		revision, err = tx.LastRevision()
		return err
	})
	return revision, err
}
