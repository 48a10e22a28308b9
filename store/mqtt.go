package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
)

// SessionEntry is a piece of what the MQTT server must remember over a restart: a
// session, a queued message, a retained message. Store knows only its key.
type SessionEntry struct {
	Kind  byte
	Owner string // client id or topic
	Seq   uint64
	Value []byte // nil: the entry goes
}

func (e *SessionEntry) scan(row scanner) error {
	var seq int64 // the same bits: both databases have signed numbers only
	err := row.Scan(&e.Kind, &e.Owner, &seq, &e.Value)
	e.Seq = uint64(seq)
	if e.Value == nil {
		e.Value = []byte{} // SQLite's driver reads an empty blob as nil, which would mean: no entry
	}
	return err
}

// LoadSessions calls fn with every entry, those of one kind and owner in a row and in
// the order of Seq. fn may keep the entry; it must not use the database.
func (db *DB) LoadSessions(ctx context.Context, fn func(SessionEntry) error) error {
	err := db.Read(ctx, func(tx *Tx) error {
		return each(tx, func(e *SessionEntry) error { return fn(*e) },
			"SELECT kind, owner, seq, value FROM mqtt_entry ORDER BY kind, owner_hash, seq")
	})
	if err != nil {
		return fmt.Errorf("load MQTT sessions: %w", err)
	}
	return nil
}

var (
	putEntry = batch{
		head: "INSERT INTO mqtt_entry (kind, owner_hash, seq, owner, value) VALUES ",
		row:  "(?, ?, ?, ?, ?)",
		tail: " ON CONFLICT (kind, owner_hash, seq) DO UPDATE SET value = excluded.value",
	}
	deleteEntry = batch{
		head: "DELETE FROM mqtt_entry WHERE ",
		row:  "(kind = ? AND owner_hash = ? AND seq = ?)",
		sep:  " OR ",
	}
)

// SaveSessions stores, replaces and deletes entries in one transaction; nil means
// that all is on disk. Of several entries with the same key the last one counts.
func (db *DB) SaveSessions(ctx context.Context, entries []SessionEntry) error {
	if len(entries) == 0 {
		return nil
	}
	put, gone := sortEntries(entries)
	err := db.run(ctx, modeData, "sessions", func(tx *Tx) error {
		err := tx.execBatches(deleteEntry, len(gone), func(dst []any, i int) []any {
			e := &gone[i]
			return append(dst, int64(e.Kind), e.hash[:], e.Seq)
		})
		if err != nil {
			return err
		}
		return tx.execBatches(putEntry, len(put), func(dst []any, i int) []any {
			e := &put[i]
			return append(dst, int64(e.Kind), e.hash[:], e.Seq, e.Owner, e.Value)
		})
	})
	if err != nil {
		return fmt.Errorf("save %d MQTT session entries: %w", len(entries), err)
	}
	return nil
}

// keyedEntry is an entry with the hash that stands for its owner in the key: a
// topic may be 65,535 bytes long, an index entry of PostgreSQL 2,704.
type keyedEntry struct {
	SessionEntry
	hash [sha256.Size]byte
}

// compare orders entries by key.
func (e *keyedEntry) compare(o *keyedEntry) int {
	return cmp.Or(cmp.Compare(e.Kind, o.Kind), bytes.Compare(e.hash[:], o.hash[:]), cmp.Compare(e.Seq, o.Seq))
}

// sortEntries returns the last entry of each key, in the order of the keys, those
// to keep and those to delete apart.
func sortEntries(entries []SessionEntry) (put, gone []keyedEntry) {
	keyed := make([]keyedEntry, len(entries))
	for i := range entries { // backwards: the last of a key becomes the first
		e := entries[len(entries)-1-i]
		keyed[i] = keyedEntry{e, sha256.Sum256([]byte(e.Owner))}
	}
	slices.SortStableFunc(keyed, func(a, b keyedEntry) int { return a.compare(&b) })
	keyed = slices.CompactFunc(keyed, func(a, b keyedEntry) bool { return a.compare(&b) == 0 })
	for _, e := range keyed {
		if e.Value == nil {
			gone = append(gone, e)
		} else {
			put = append(put, e)
		}
	}
	return put, gone
}
