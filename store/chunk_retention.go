package store

import (
	"context"
	"errors"
	"fmt"
)

// chunkSlice is the number of chunks that one transaction deletes or looks through:
// few enough that effects do not wait long for the one writer of SQLite.
const chunkSlice = 2000

// ExpireChunks forgets the values of the days, UTC, that were over at a time in epoch
// milliseconds, and returns how many days had any. Chunks of these days that come
// later are not stored. It works in many short transactions; when it fails, what was
// deleted stays deleted. With PostgreSQL it also makes the partitions of the days to come.
func (db *DB) ExpireChunks(ctx context.Context, before int64) (days int64, err error) {
	first := dayOf(max(before, 0))
	err = db.run(ctx, modeData, "expire", func(tx *Tx) error {
		_, err := tx.Exec("UPDATE counter SET value = ? WHERE name = 'metric_day' AND value <> ?", first, first)
		return err
	})
	if err == nil && db.dialect.partitions {
		days, err = db.turnDays(ctx, first)
	} else if err == nil {
		days, err = db.deleteDays(ctx, first)
	}
	if err != nil {
		return days, fmt.Errorf("expire metric values: %w", err)
	}
	return days, nil
}

// turnDays makes the partitions of the days to come and drops those before first.
func (db *DB) turnDays(ctx context.Context, first int64) (dropped int64, err error) {
	var ahead []int64
	for i := range int64(daysAhead + 1) {
		ahead = append(ahead, dayOf(db.opts.Now().UnixMilli())+i)
	}
	if err := db.makeDays(ctx, ahead); err != nil {
		return 0, err
	}
	return db.dropDays(ctx, first)
}

// chunkKey is the place of a chunk within its day.
type chunkKey struct {
	thing         string
	series, first int64
}

func (k *chunkKey) scan(row scanner) error { return row.Scan(&k.thing, &k.series, &k.first) }

// deleteDays deletes the rows of the days before first.
func (db *DB) deleteDays(ctx context.Context, first int64) (days int64, err error) {
	for {
		ended, err := db.deleteSlice(ctx, first)
		switch {
		case errors.Is(err, ErrNotFound):
			return days, nil
		case err != nil:
			return days, err
		case ended:
			days++
		}
	}
}

// deleteSlice deletes the first rows of the oldest day, and tells whether that was
// all of it. ErrNotFound says that no day is before first.
func (db *DB) deleteSlice(ctx context.Context, first int64) (ended bool, err error) {
	err = db.run(ctx, modeData, "expire", func(tx *Tx) error {
		day, err := tx.nextDay(-1)
		if err != nil {
			return err
		}
		if day >= first {
			return ErrNotFound
		}
		end, err := one[chunkKey](tx, "SELECT thing, series, first_ms FROM metric_chunk WHERE day = ? ORDER BY thing, series, first_ms LIMIT 1 OFFSET ?", day, chunkSlice)
		if ended = errors.Is(err, ErrNotFound); ended {
			_, err = tx.Exec("DELETE FROM metric_chunk WHERE day = ?", day)
		} else if err == nil {
			_, err = tx.Exec("DELETE FROM metric_chunk WHERE day = ? AND (thing, series, first_ms) < (?, ?, ?)", day, end.thing, end.series, end.first)
		}
		return err
	})
	return ended, err
}

// PurgeChunks deletes what series hold that were dropped, and then these series. It
// looks through the whole table, in many short transactions; no reader finds any of
// it before either.
func (db *DB) PurgeChunks(ctx context.Context) (deleted int64, err error) {
	var dropped []int64
	err = db.Read(ctx, func(tx *Tx) (err error) {
		dropped, err = tx.numbers("SELECT id FROM metric_series WHERE dropped_ms IS NOT NULL")
		return err
	})
	if err == nil && len(dropped) > 0 {
		deleted, err = db.purgeDays(ctx)
	}
	if err == nil && len(dropped) > 0 {
		err = db.run(ctx, modeData, "purge", func(tx *Tx) error {
			return tx.execBatches(batch{head: "DELETE FROM metric_series WHERE id IN (", row: "?", tail: ")"}, len(dropped),
				func(dst []any, i int) []any { return append(dst, dropped[i]) })
		})
	}
	if err != nil {
		return deleted, fmt.Errorf("purge values of deleted metrics: %w", err)
	}
	return deleted, nil
}

// purgeDays goes through all days, slice by slice.
func (db *DB) purgeDays(ctx context.Context) (deleted int64, err error) {
	day, after := int64(-1), &chunkKey{}
	for {
		var victims []chunkKey
		err := db.Read(ctx, func(tx *Tx) (err error) {
			if *after == (chunkKey{}) {
				if day, err = tx.nextDay(day); err != nil {
					return err
				}
			}
			victims, after, err = tx.purgeable(day, after)
			return err
		})
		if errors.Is(err, ErrNotFound) {
			return deleted, nil
		}
		if err == nil && len(victims) > 0 {
			err = db.deleteChunks(ctx, day, victims)
		}
		if err != nil {
			return deleted, err
		}
		deleted += int64(len(victims))
	}
}

// purgeable returns what is to be deleted among the next chunks of a day, and the
// last chunk that it looked at; the zero key after the last one of the day.
func (tx *Tx) purgeable(day int64, after *chunkKey) (victims []chunkKey, last *chunkKey, err error) {
	last, err = one[chunkKey](tx, `SELECT thing, series, first_ms FROM metric_chunk WHERE day = ? AND (thing, series, first_ms) > (?, ?, ?)
		ORDER BY thing, series, first_ms LIMIT 1 OFFSET ?`, day, after.thing, after.series, after.first, chunkSlice-1)
	query := `SELECT thing, series, first_ms FROM metric_chunk WHERE day = ? AND (thing, series, first_ms) > (?, ?, ?)
		AND series IN (SELECT id FROM metric_series WHERE dropped_ms IS NOT NULL)`
	args := []any{day, after.thing, after.series, after.first}
	switch {
	case errors.Is(err, ErrNotFound):
		last = &chunkKey{}
	case err != nil:
		return nil, nil, err
	default:
		query += " AND (thing, series, first_ms) <= (?, ?, ?)"
		args = append(args, last.thing, last.series, last.first)
	}
	victims, err = all[chunkKey](tx, query, args...)
	return victims, last, err
}

func (db *DB) deleteChunks(ctx context.Context, day int64, keys []chunkKey) error {
	return db.run(ctx, modeData, "purge", func(tx *Tx) error {
		b := batch{head: "DELETE FROM metric_chunk WHERE ", row: "(day = ? AND thing = ? AND series = ? AND first_ms = ?)", sep: " OR "}
		return tx.execBatches(b, len(keys), func(dst []any, i int) []any {
			return append(dst, day, keys[i].thing, keys[i].series, keys[i].first)
		})
	})
}
