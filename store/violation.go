package store

import (
	"context"
	"fmt"

	"vedette/api"
	"vedette/violation"
)

// Violation is a violation as it is now. The behavior's definition is that of its
// in-alarm event.
type Violation struct {
	violation.Violation
	Start     int64                  // violationStartTime, epoch milliseconds
	LastValue string                 // lastViolationValue, JSON of api.MetricValue
	Last      int64                  // lastViolationTime, epoch milliseconds
	Ended     int64                  // epoch milliseconds; 0 while it is active
	EndReason api.ViolationEventType // how it ended; empty while it is active

	Verification            api.VerificationState
	VerificationDescription *string // nil: none
}

// ViolationKey is the place of a violation in the lists, which begin with the
// newest start.
type ViolationKey struct {
	Start int64  `json:"start"`
	ID    string `json:"id"`
}

const violationColumns = `v.id, v.thing, v.profile, v.behavior, v.definition, v.criteria_type, v.suppressed, v.confidence,
	v.start_ms, v.last_value, v.last_ms, COALESCE(v.ended_ms, 0),
	COALESCE((SELECT type FROM violation_event e WHERE e.violation_id = v.id AND e.ends = 1), ''), v.verification_state, v.verification_description`

func (v *Violation) scan(row scanner) error {
	return row.Scan(&v.ID, &v.Thing, &v.Profile, &v.Behavior, &v.Definition, &v.CriteriaType, &v.Suppressed, &v.Confidence,
		&v.Start, &v.LastValue, &v.Last, &v.Ended, &v.EndReason, &v.Verification, &v.VerificationDescription)
}

// ActiveViolations lists the active violations that f lets through, newest start
// first: at most limit, from after the key after (nil: from the first). The key
// that it returns is nil when the list is complete.
func (db *DB) ActiveViolations(ctx context.Context, f ViolationFilter, after *ViolationKey, limit int) ([]Violation, *ViolationKey, error) {
	var from *SearchKey
	if after != nil {
		from = &SearchKey{Time: after.Start, ID: after.ID}
	}
	list, next, err := db.SearchViolations(ctx, ViolationSearch{ViolationFilter: f, Order: Descending}, from, limit)
	if err != nil || next == nil {
		return list, nil, err
	}
	return list, &ViolationKey{Start: next.Time, ID: next.ID}, nil
}

// page runs a query that ends in LIMIT ? and tells whether there is more.
func page[T any, P entity[T]](tx *Tx, limit int, query string, args []any) (list []T, more bool, err error) {
	list, err = all[T, P](tx, query, append(args, limit+1)...)
	if len(list) > limit {
		return list[:limit], true, err
	}
	return list, false, err
}

// Violation returns one violation, active or ended, or ErrNotFound.
func (db *DB) Violation(ctx context.Context, id string) (*Violation, error) {
	var v *Violation
	err := db.Read(ctx, func(tx *Tx) (err error) {
		v, err = one[Violation](tx, "SELECT "+violationColumns+" FROM violation v WHERE v.id = ?", id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("violation %q: %w", id, err)
	}
	return v, nil
}

// Violations returns those of the violations with these ids that exist, active or
// ended, in the order of their ids.
func (db *DB) Violations(ctx context.Context, ids []string) ([]Violation, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	var list []Violation
	err := db.Read(ctx, func(tx *Tx) (err error) {
		list, err = all[Violation](tx, "SELECT "+violationColumns+" FROM violation v WHERE v.id IN ("+placeholders(len(ids))+") ORDER BY v.id", args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up %d violations: %w", len(ids), err)
	}
	return list, nil
}

// PutVerificationState marks a violation, active or ended; ErrNotFound when there
// is none with this id. A nil description removes the one that was there (U37).
// Alerts that are in the outbox already keep the state that they were made with.
func (db *DB) PutVerificationState(ctx context.Context, id string, state api.VerificationState, description *string) error {
	err := db.run(ctx, modeData, "verify", func(tx *Tx) error {
		var n int64
		res, err := tx.Exec("UPDATE violation SET verification_state = ?, verification_description = ? WHERE id = ?",
			string(state), description, id)
		if err == nil {
			n, err = res.RowsAffected()
		}
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("mark violation %q: %w", id, err)
	}
	return nil
}

// InvalidateActive ends all active violations with alarm-invalidated events, which
// are at the place pos of the shard, and returns how many: for a deployment whose
// engine has lost its state, and would never end them. It makes no alerts.
func (db *DB) InvalidateActive(ctx context.Context, shard int, pos uint64) (ended int64, err error) {
	err = db.run(ctx, modeData, "record", func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO violation_event (violation_id, ends, type, time_ms, value, thing, profile, behavior, definition,
				criteria_type, suppressed, confidence, shard, pos)
			SELECT id, 1, CAST(? AS TEXT), CAST(? AS BIGINT), '', thing, profile, behavior, definition, criteria_type, suppressed, confidence,
				CAST(? AS BIGINT), CAST(? AS BIGINT)
			FROM violation WHERE ended_ms IS NULL`, string(api.ViolationEventTypeAlarmInvalidated), tx.Now, shard, pos)
		if err != nil {
			return err
		}
		res, err := tx.Exec("UPDATE violation SET ended_ms = ? WHERE ended_ms IS NULL", tx.Now)
		if err == nil {
			ended, err = res.RowsAffected()
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("invalidate active violations: %w", err)
	}
	return ended, nil
}
