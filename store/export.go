package store

import (
	"context"
	"fmt"

	"vedette/violation"
)

// Export is a message of exported metric values that some sink has not taken yet.
type Export struct {
	ID int64 // grows with the order of a shard's log
	violation.Export
}

func (e *Export) scan(row scanner) error {
	return row.Scan(&e.ID, &e.Profile, &e.Topic, &e.Payload)
}

var insertExport = batch{
	head: "INSERT INTO export (shard, id, profile, topic, payload) VALUES ",
	row:  "(?, ?, ?, ?, ?)",
}

// insertExports keeps the messages until every sink has taken them, in their order.
func (r *recorder) insertExports() error {
	return r.tx.execBatches(insertExport, len(r.fx.Exports), func(dst []any, i int) []any {
		e := &r.fx.Exports[i]
		r.lastOutbox = nextOutboxID(r.lastOutbox, r.tx.Now, r.fx.Shard)
		return append(dst, r.fx.Shard, r.lastOutbox, e.Profile, e.Topic, string(e.Payload))
	})
}

// SetExportSinks says which sinks take the messages of a shard, and returns how
// far each is: the id of the last message that it has taken, 0 for none. What
// only sinks that are gone have not taken is dropped. A new sink gets what the others
// have not taken yet, and all that follows.
func (db *DB) SetExportSinks(ctx context.Context, shard int, sinks []string) (done map[string]int64, err error) {
	err = db.run(ctx, modeData, "exports", func(tx *Tx) error {
		done = make(map[string]int64, len(sinks))
		for _, name := range sinks {
			done[name] = 0
		}
		known, err := tx.strings("SELECT sink FROM export_sink WHERE shard = ?", shard)
		if err != nil {
			return err
		}
		for _, name := range known {
			if _, there := done[name]; there {
				continue
			}
			if _, err := tx.Exec("DELETE FROM export_sink WHERE shard = ? AND sink = ?", shard, name); err != nil {
				return err
			}
		}
		for _, name := range sinks {
			var at int64
			err := tx.QueryRow(`INSERT INTO export_sink (shard, sink, done) VALUES (?, ?, 0)
				ON CONFLICT (shard, sink) DO UPDATE SET done = export_sink.done RETURNING done`, shard, name).Scan(&at)
			if err != nil {
				return err
			}
			done[name] = at
		}
		return tx.dropExported(shard)
	})
	if err != nil {
		return nil, fmt.Errorf("set export sinks of shard %d: %w", shard, err)
	}
	return done, nil
}

// Exports returns, in their order, up to limit of the messages of a shard with an id
// above after.
func (db *DB) Exports(ctx context.Context, shard int, after int64, limit int) ([]Export, error) {
	var list []Export
	err := db.Read(ctx, func(tx *Tx) (err error) {
		list, err = all[Export](tx, "SELECT id, profile, topic, payload FROM export WHERE shard = ? AND id > ? ORDER BY id LIMIT ?", shard, after, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read exports of shard %d: %w", shard, err)
	}
	return list, nil
}

// MarkExported notes that a sink has taken the messages of a shard up to an id. A
// message that all sinks have taken is dropped.
func (db *DB) MarkExported(ctx context.Context, shard int, sink string, id int64) error {
	err := db.run(ctx, modeData, "exports", func(tx *Tx) error {
		_, err := tx.Exec("UPDATE export_sink SET done = ? WHERE shard = ? AND sink = ? AND done < ?", id, shard, sink, id)
		if err != nil {
			return err
		}
		return tx.dropExported(shard)
	})
	if err != nil {
		return fmt.Errorf("mark exports of shard %d taken by %s: %w", shard, sink, err)
	}
	return nil
}

// dropExported drops the messages of a shard that all sinks have taken.
func (tx *Tx) dropExported(shard int) error {
	_, err := tx.Exec("DELETE FROM export WHERE shard = ? AND id <= (SELECT MIN(done) FROM export_sink WHERE shard = ?)", shard, shard)
	return err
}

// ExpireExports drops the messages that were stored before a time, in epoch
// milliseconds, whoever has not taken them, and returns how many that were.
func (db *DB) ExpireExports(ctx context.Context, before int64) (dropped int64, err error) {
	err = db.run(ctx, modeData, "exports", func(tx *Tx) error {
		shards, err := tx.numbers("SELECT id FROM shard")
		dropped = 0
		for i := 0; i < len(shards) && err == nil; i++ {
			var n int64
			n, err = tx.deleteRows("DELETE FROM export WHERE shard = ? AND id < ?", shards[i], outboxIDAt(before))
			dropped += n
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("expire exports: %w", err)
	}
	return dropped, nil
}
