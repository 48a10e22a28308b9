package store

import (
	"context"
	"fmt"

	"vedette/violation"
)

var insertThreshold = batch{
	head: "INSERT INTO threshold (profile, behavior, end_ms, n, value, why) VALUES ",
	row:  "(?, ?, ?, ?, ?, ?)",
	tail: " ON CONFLICT DO NOTHING",
}

// insertThresholds stores thresholds, which every shard says: the first one does it.
func (r *recorder) insertThresholds() error {
	list := r.fx.Thresholds
	return r.tx.execBatches(insertThreshold, len(list), func(dst []any, i int) []any {
		t := &list[i]
		return append(dst, t.Profile, t.Behavior, t.End, t.N, t.Value, t.Why)
	})
}

// threshold is a row.
type threshold violation.Threshold

func (t *threshold) scan(row scanner) error {
	return row.Scan(&t.Profile, &t.Behavior, &t.End, &t.N, &t.Value, &t.Why)
}

// Thresholds returns the thresholds of a behavior's windows that ended at from or
// later and before to, in epoch milliseconds: the newest first, at most limit.
func (db *DB) Thresholds(ctx context.Context, profile, behavior string, from, to int64, limit int) ([]violation.Threshold, error) {
	var list []violation.Threshold
	err := db.Read(ctx, func(tx *Tx) error {
		list = nil
		return each(tx, func(t *threshold) error {
			list = append(list, violation.Threshold(*t))
			return nil
		}, `SELECT profile, behavior, end_ms, n, value, why FROM threshold
			WHERE profile = ? AND behavior = ? AND end_ms >= ? AND end_ms < ? ORDER BY end_ms DESC LIMIT ?`, profile, behavior, from, to, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("list thresholds of %s/%s: %w", profile, behavior, err)
	}
	return list, nil
}

// ExpireThresholds deletes the thresholds of windows that ended before a time, in epoch
// milliseconds, in many short transactions, and returns how many it were.
func (db *DB) ExpireThresholds(ctx context.Context, before int64) (deleted int64, err error) {
	for {
		n := int64(0)
		err := db.run(ctx, modeData, "expire", func(tx *Tx) (err error) {
			n, err = tx.deleteRows(`DELETE FROM threshold WHERE (profile, behavior, end_ms) IN
				(SELECT profile, behavior, end_ms FROM threshold WHERE end_ms < ? ORDER BY end_ms LIMIT ?)`, before, expireSlice)
			return err
		})
		if err != nil {
			return deleted, fmt.Errorf("expire thresholds: %w", err)
		}
		if deleted += n; n < expireSlice {
			return deleted, nil
		}
	}
}
