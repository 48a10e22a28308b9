package store

import (
	"context"
	"fmt"

	"vedette/api"
	"vedette/violation"
)

// Delivery is an alert that was not sent yet, with all that its message says. What
// is in it never changes but for the attempts.
type Delivery struct {
	ID    int64           // grows with the order of the events of a shard, so of a violation
	Event violation.Event // without Pos

	// What a person had said of the violation when the event was recorded.
	Verification            api.VerificationState
	VerificationDescription *string // nil: none

	TargetType api.AlertTargetType
	Target     string // alertTargetArn
	RoleARN    string

	Attempts  int    // that failed
	Next      int64  // not before this time, epoch milliseconds; 0: at once
	LastError string // of the last attempt that failed
}

const outboxColumns = `id, violation_id, thing, profile, behavior, definition, criteria_type, suppressed, confidence,
	event_type, time_ms, value, verification_state, verification_description, target_type, target, role_arn,
	attempts, next_ms, last_error`

func (d *Delivery) scan(row scanner) error {
	e := &d.Event
	return row.Scan(&d.ID, &e.ID, &e.Thing, &e.Profile, &e.Behavior, &e.Definition, &e.CriteriaType, &e.Suppressed, &e.Confidence,
		&e.Type, &e.Time, &e.Value, &d.Verification, &d.VerificationDescription, &d.TargetType, &d.Target, &d.RoleARN,
		&d.Attempts, &d.Next, &d.LastError)
}

// Pending returns, in the order of their ids, up to limit of the alerts with an id
// above afterID that were not sent, whether they are due or waiting for another
// attempt.
//
// The ids of one shard appear in their order. Those of another shard may appear
// later than higher ones: a reader that pages by afterID begins again at 0 when it
// has come to the end.
func (db *DB) Pending(ctx context.Context, afterID int64, limit int) ([]Delivery, error) {
	var list []Delivery
	err := db.Read(ctx, func(tx *Tx) (err error) {
		list, err = all[Delivery](tx, "SELECT "+outboxColumns+" FROM outbox WHERE id > ? ORDER BY id LIMIT ?", afterID, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	return list, nil
}

var deleteAlert = batch{head: "DELETE FROM outbox WHERE id IN (", row: "?", tail: ")"}

// MarkSent drops alerts from the outbox: they have been sent.
func (db *DB) MarkSent(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	err := db.run(ctx, modeData, "outbox", func(tx *Tx) error {
		return tx.execBatches(deleteAlert, len(ids), func(dst []any, i int) []any { return append(dst, ids[i]) })
	})
	if err != nil {
		return fmt.Errorf("mark %d alerts sent: %w", len(ids), err)
	}
	return nil
}

// MarkFailed notes a failed attempt: reason is why, and the next one is not before
// next, in epoch milliseconds. An alert that is gone is no error.
func (db *DB) MarkFailed(ctx context.Context, id, next int64, reason string) error {
	err := db.run(ctx, modeData, "outbox", func(tx *Tx) error {
		_, err := tx.Exec("UPDATE outbox SET attempts = attempts + 1, next_ms = ?, last_error = ? WHERE id = ?", next, reason, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("mark alert %d failed: %w", id, err)
	}
	return nil
}
