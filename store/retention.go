package store

import (
	"context"
	"fmt"
)

// expireSlice is the number of violations that one transaction of Expire
// deletes: few enough that effects do not wait long for the one writer of SQLite.
const expireSlice = 500

// Expire deletes the violations that ended before a time, in epoch milliseconds,
// with their events, and returns the number of violations deleted. It works in many
// short transactions; when it fails, what was deleted stays deleted.
//
// A violation is kept or deleted whole: while it is active it stays however old
// it is, and its in-alarm event with it, because a list that shows how it ended
// must be able to show how it began.
func (db *DB) Expire(ctx context.Context, before int64) (deleted int64, err error) {
	for {
		n, err := db.expireSlice(ctx, before)
		deleted += n
		if err != nil {
			return deleted, fmt.Errorf("expire violations: %w", err)
		}
		if n < expireSlice {
			return deleted, nil
		}
	}
}

// expireSlice deletes the first violations that are due.
func (db *DB) expireSlice(ctx context.Context, before int64) (n int64, err error) {
	err = db.run(ctx, modeData, "expire", func(tx *Tx) error {
		ids, err := tx.strings("SELECT id FROM violation WHERE ended_ms < ? ORDER BY ended_ms LIMIT ?", before, expireSlice)
		if err != nil || len(ids) == 0 {
			return err
		}
		args := func(dst []any, i int) []any { return append(dst, ids[i]) }
		for _, b := range []batch{
			{head: "DELETE FROM violation_event WHERE violation_id IN (", row: "?", tail: ")"},
			{head: "DELETE FROM violation WHERE id IN (", row: "?", tail: ")"},
		} {
			if err := tx.execBatches(b, len(ids), args); err != nil {
				return err
			}
		}
		n = int64(len(ids))
		return nil
	})
	if err != nil {
		n = 0
	}
	return n, err
}
