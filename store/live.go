package store

import (
	"context"
	"errors"
	"fmt"
)

// EventPlace is where an event is among those of its shard, in the order in which they
// were stored. The zero value is before all.
type EventPlace struct {
	Pos  uint64
	ID   string // of the violation
	Ends bool
}

// Place returns where e is among the events of e.Shard.
func (e *Event) Place() EventPlace {
	return EventPlace{Pos: e.Pos, ID: e.ID, Ends: e.Ends()}
}

// EventsAfter returns the next events of a shard after a place, at most limit. What is
// stored later comes later: who goes on from the last place misses none.
func (db *DB) EventsAfter(ctx context.Context, shard int, after EventPlace, limit int) (list []Event, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list, err = all[Event](tx, "SELECT "+eventColumns+` FROM violation_event e CROSS JOIN violation v
			WHERE v.id = e.violation_id AND e.shard = ? AND (e.pos, e.violation_id, e.ends) > (?, ?, ?)
			ORDER BY e.shard, e.pos, e.violation_id, e.ends LIMIT ?`, shard, after.Pos, after.ID, after.Ends, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("events of shard %d after %d: %w", shard, after.Pos, err)
	}
	return list, nil
}

// LastEvent returns the place of the last event of a shard that is stored, the zero value if there is none.
func (db *DB) LastEvent(ctx context.Context, shard int) (p EventPlace, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT pos, violation_id, ends FROM violation_event WHERE shard = ?
			ORDER BY shard DESC, pos DESC, violation_id DESC, ends DESC LIMIT 1`, shard).Scan(&p.Pos, &p.ID, &p.Ends)
	})
	if errors.Is(err, ErrNotFound) {
		return EventPlace{}, nil
	}
	if err != nil {
		return EventPlace{}, fmt.Errorf("last event of shard %d: %w", shard, err)
	}
	return p, nil
}
