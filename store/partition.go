package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"vedette/violation"
)

// PostgreSQL keeps each day of metric_chunk in a partition of its own, which is
// dropped as a whole. Days are made ahead, and when a chunk of a day comes that has none.
//
// Making one does not wait for readers and writers of the table, nor do they for it:
// the new table is attached, which takes a weaker lock than CREATE TABLE … PARTITION OF.
// Dropping one waits for everybody who uses the table, and everybody who comes later
// waits behind it; so it gives up soon, and tries again the next time. A backup that runs
// for hours delays expiry, not judging.

const (
	partitionPrefix = "metric_chunk_"
	dropTimeout     = "500ms"
	daysAhead       = 2
)

// days knows which days of metric_chunk have a partition.
type days struct {
	mu   sync.Mutex
	made map[int64]bool
}

// missing returns those of the days that may have none, without repetitions.
func (d *days) missing(wanted []int64) []int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []int64
	for _, day := range wanted {
		if !d.made[day] && !slices.Contains(list, day) {
			list = append(list, day)
		}
	}
	return list
}

// add notes that days have partitions now. Days before first are forgotten: they
// are about to be dropped, by whatever node.
func (d *days) add(made []int64, first int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.made == nil {
		d.made = map[int64]bool{}
	}
	for _, day := range made {
		d.made[day] = true
	}
	for day := range d.made {
		if day < first {
			delete(d.made, day)
		}
	}
}

// forget is for when a day turned out to have none.
func (d *days) forget() { d.mu.Lock(); d.made = nil; d.mu.Unlock() }

// prepareDays sees to it that the chunks' days have partitions.
func (db *DB) prepareDays(ctx context.Context, chunks []violation.Chunk) error {
	if !db.dialect.partitions || len(chunks) == 0 {
		return nil
	}
	wanted := make([]int64, len(chunks))
	for i := range chunks {
		wanted[i] = dayOf(chunks[i].Last)
	}
	return db.makeDays(ctx, wanted)
}

// makeDays makes the partitions of days that have none, unless they have expired.
func (db *DB) makeDays(ctx context.Context, wanted []int64) error {
	missing := db.days.missing(wanted)
	if len(missing) == 0 {
		return nil
	}
	var first int64
	err := db.run(ctx, modeData, "days", func(tx *Tx) (err error) {
		if err := tx.lock(partitionLock); err != nil { // of several nodes one makes it
			return err
		}
		if first, err = tx.firstDay(); err != nil {
			return err
		}
		for _, day := range missing {
			if day < first {
				continue
			}
			if err := tx.makeDay(day); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("make partitions: %w", err)
	}
	db.days.add(missing, first)
	return nil
}

// makeDay makes the partition of a day, if there is none.
func (tx *Tx) makeDay(day int64) error {
	name := partitionPrefix + strconv.FormatInt(day, 10)
	there, err := tx.exists("SELECT 1 WHERE to_regclass(?) IS NOT NULL", name)
	if err != nil || there {
		return err
	}
	_, err = tx.Exec("CREATE TABLE " + name + " (LIKE metric_chunk INCLUDING ALL)")
	if err == nil {
		_, err = tx.Exec(fmt.Sprintf("ALTER TABLE metric_chunk ATTACH PARTITION %s FOR VALUES FROM (%d) TO (%d)", name, day, day+1))
	}
	return err
}

// madeDays returns the days that have a partition, in order.
func (tx *Tx) madeDays() ([]int64, error) {
	names, err := tx.strings("SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'metric_chunk'::regclass")
	var list []int64
	for _, name := range names {
		day, err := strconv.ParseInt(strings.TrimPrefix(name, partitionPrefix), 10, 64)
		if err == nil { // not one that somebody else made
			list = append(list, day)
		}
	}
	slices.Sort(list)
	return list, err
}

// dropDays drops the partitions of the days before first.
func (db *DB) dropDays(ctx context.Context, first int64) (dropped int64, err error) {
	var list []int64
	err = db.Read(ctx, func(tx *Tx) (err error) {
		list, err = tx.madeDays()
		return err
	})
	for _, day := range list {
		if err != nil || day >= first {
			break
		}
		err = db.run(ctx, modeData, "expire", func(tx *Tx) error {
			_, err := tx.Exec("SET LOCAL lock_timeout = '" + dropTimeout + "'")
			if err == nil {
				_, err = tx.Exec("DROP TABLE IF EXISTS " + partitionPrefix + strconv.FormatInt(day, 10)) // or another node did
			}
			return err
		})
		if err == nil {
			dropped++
		}
	}
	return dropped, err
}
