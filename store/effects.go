package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"vedette/api"
	"vedette/killpoint"
	"vedette/violation"
)

// Record stores the effects of records of one shard, and how far they reach, in
// one transaction; nil means that they are on disk. Shards do not wait for each
// other, nor for the control plane.
//
// ErrFenced says that the shard has a newer owner. Effects whose position is
// stored already are left out: Record may be repeated when the answer got lost.
// Other effects with records at or below the stored position are the caller's to
// leave out; storing an event twice is ErrConflict, and then nothing is stored.
// Chunks that break the contract of violation.Chunk are refused likewise.
func (db *DB) Record(ctx context.Context, fx *violation.Effects) error {
	if fx.Position == 0 { // would count as stored, and be lost
		return fmt.Errorf("record effects of shard %d: they have no position", fx.Shard)
	}
	stored := false
	r := &recorder{fx: fx}
	err := checkChunks(fx)
	if err == nil {
		err = db.prepareDays(ctx, fx.Chunks)
	}
	if err == nil {
		err = db.run(ctx, modeData, "record", func(tx *Tx) (err error) {
			stored, err = r.run(tx)
			return err
		})
	}
	if err != nil {
		db.days.forget() // another node may have dropped one: the next attempt looks again
		return fmt.Errorf("record effects of shard %d up to %d: %w", fx.Shard, fx.Position, err)
	}
	if stored {
		killpoint.Reach("store/after-effects")
		db.stats.record(r)
	}
	return nil
}

// run stores the effects, and tells whether they were not stored before.
func (r *recorder) run(tx *Tx) (stored bool, err error) {
	r.tx = tx
	err = r.advance()
	if errors.Is(err, errStored) {
		return false, nil
	}
	if err == nil {
		err = r.record()
	}
	if err == nil {
		killpoint.Reach("store/before-effects")
	}
	return err == nil, err
}

// errStored says that the effects were stored before.
var errStored = errors.New("effects are stored")

// recorder stores one Effects in a transaction.
type recorder struct {
	tx         *Tx
	fx         *violation.Effects
	lastOutbox int64
	verified   map[string]verification // of the violations that end here

	chunks, chunkBytes int64 // stored
}

// verification is what a person said of a violation.
type verification struct {
	id          string
	state       api.VerificationState
	description *string
}

func (v *verification) scan(row scanner) error { return row.Scan(&v.id, &v.state, &v.description) }

// advance moves the shard's position. This comes first because it also locks the
// shard's row: the next owner waits here until this transaction is done.
func (r *recorder) advance() error {
	fx := r.fx
	err := r.tx.QueryRow(`UPDATE shard SET position = ? WHERE id = ? AND epoch = ? AND position < ? RETURNING last_outbox`,
		fx.Position, fx.Shard, fx.Epoch, fx.Position).Scan(&r.lastOutbox)
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	var epoch int64
	var position uint64
	err = r.tx.QueryRow("SELECT epoch, position FROM shard WHERE id = ?", fx.Shard).Scan(&epoch, &position)
	switch {
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("shard was never acquired: %w", ErrFenced)
	case err != nil:
		return err
	case epoch != fx.Epoch:
		return fmt.Errorf("epoch %d is over, now is %d: %w", fx.Epoch, epoch, ErrFenced)
	}
	return errStored
}

// record stores all but the position. The order matters within one Effects: a
// violation may begin, change and end in it.
func (r *recorder) record() error {
	var begin, end []*violation.Event
	for i := range r.fx.Events {
		if e := &r.fx.Events[i]; e.Type == api.ViolationEventTypeInAlarm {
			begin = append(begin, e)
		} else {
			end = append(end, e)
		}
	}
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"violations", func() error { return r.begin(begin) }},
		{"last values", r.update},
		{"ended violations", func() error { return r.end(end) }},
		{"events", r.insertEvents},
		{"alerts", r.insertAlerts},
		{"thresholds", r.insertThresholds},
		{"exports", r.insertExports},
		{"outbox ids", r.noteOutbox},
		{"metric values", r.keepValues},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

var insertViolation = batch{
	head: `INSERT INTO violation (id, thing, profile, behavior, definition, criteria_type, suppressed, confidence,
		start_ms, last_value, last_ms, verification_state) VALUES `,
	row: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
}

// begin stores new violations. They are sorted by key, which is five times faster
// than the random order of ids once the table is larger than the cache.
func (r *recorder) begin(events []*violation.Event) error {
	slices.SortFunc(events, func(a, b *violation.Event) int { return cmp.Compare(a.ID, b.ID) })
	return r.tx.execBatches(insertViolation, len(events), func(dst []any, i int) []any {
		e := events[i]
		return append(dst, e.ID, e.Thing, e.Profile, e.Behavior, e.Definition, string(e.CriteriaType), e.Suppressed,
			string(e.Confidence), e.Time, e.Value, e.Time, string(api.VerificationStateUnknown))
	})
}

// PostgreSQL would take an untyped parameter in VALUES for text. Without the || ”
// SQLite may prefer to read all violations and to look for each among the VALUES.
var updateViolation = batch{
	head: "UPDATE violation SET last_ms = v.column2, last_value = v.column3 FROM (VALUES ",
	row:  "(CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS TEXT))",
	tail: ") AS v WHERE violation.id = v.column1 || ''",
}

// update stores last values, of each violation the last one.
func (r *recorder) update() error {
	last := make([]*violation.Update, len(r.fx.Updates))
	for i := range last {
		last[i] = &r.fx.Updates[len(last)-1-i]
	}
	slices.SortStableFunc(last, func(a, b *violation.Update) int { return cmp.Compare(a.ID, b.ID) })
	last = slices.CompactFunc(last, func(a, b *violation.Update) bool { return a.ID == b.ID })
	return r.tx.execBatches(updateViolation, len(last), func(dst []any, i int) []any {
		return append(dst, last[i].ID, last[i].Time, last[i].Value)
	})
}

var endViolation = batch{
	head: "UPDATE violation SET ended_ms = v.column2 FROM (VALUES ",
	row:  "(CAST(? AS TEXT), CAST(? AS BIGINT))",
	tail: `) AS v WHERE violation.id = v.column1 || ''
		RETURNING violation.id, violation.verification_state, violation.verification_description`,
}

// end ends violations. It reads the verification states with the rows locked, so
// that the alerts carry the states of this moment.
func (r *recorder) end(events []*violation.Event) error {
	r.verified = make(map[string]verification, len(events))
	slices.SortFunc(events, func(a, b *violation.Event) int { return cmp.Compare(a.ID, b.ID) })
	if err := r.markEnded(events); err != nil {
		return err
	}
	// A database that was restored from a backup may not know a violation that is
	// in the engine's memory: it is made from what its last event tells, because
	// refusing would stop the shard for good.
	unknown := slices.DeleteFunc(slices.Clone(events), func(e *violation.Event) bool {
		_, known := r.verified[e.ID]
		return known
	})
	if len(unknown) == 0 {
		return nil
	}
	r.tx.db.log.Warn("violations ended that the database does not know", "count", len(unknown), "first", unknown[0].ID)
	if err := r.begin(unknown); err != nil {
		return err
	}
	return r.markEnded(unknown)
}

// markEnded updates the violations of events and collects their verification.
func (r *recorder) markEnded(events []*violation.Event) error {
	args := func(dst []any, i int) []any { return append(dst, events[i].ID, events[i].Time) }
	return r.tx.inBatches(endViolation, len(events), args, func(query string, args []any) error {
		return each(r.tx, func(v *verification) error {
			r.verified[v.id] = *v
			return nil
		}, query, args...)
	})
}

var insertEvent = batch{
	head: `INSERT INTO violation_event (violation_id, ends, type, time_ms, value, thing, profile, behavior, definition,
		criteria_type, suppressed, confidence, shard, pos) VALUES `,
	row: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
}

func (r *recorder) insertEvents() error {
	events := make([]*violation.Event, len(r.fx.Events))
	for i := range events {
		events[i] = &r.fx.Events[i]
	}
	slices.SortStableFunc(events, func(a, b *violation.Event) int { return cmp.Compare(a.ID, b.ID) })
	return r.tx.execBatches(insertEvent, len(events), func(dst []any, i int) []any {
		e := events[i]
		return append(dst, e.ID, e.Type != api.ViolationEventTypeInAlarm, string(e.Type), e.Time, e.Value, e.Thing, e.Profile,
			e.Behavior, e.Definition, string(e.CriteriaType), e.Suppressed, string(e.Confidence), r.fx.Shard, e.Pos)
	})
}

var insertAlert = batch{
	head: `INSERT INTO outbox (id, violation_id, thing, profile, behavior, definition, criteria_type, suppressed, confidence,
		event_type, time_ms, value, verification_state, verification_description, target_type, target, role_arn,
		attempts, next_ms, last_error) VALUES `,
	row: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '')",
}

// insertAlerts puts the alerts into the outbox, in their order.
func (r *recorder) insertAlerts() error {
	alerts := r.fx.Alerts
	if len(alerts) == 0 {
		return nil
	}
	for i := range alerts {
		if n := alerts[i].Event; n < 0 || n >= len(r.fx.Events) {
			return fmt.Errorf("alert %d is of event %d of %d", i, n, len(r.fx.Events))
		}
	}
	return r.tx.execBatches(insertAlert, len(alerts), func(dst []any, i int) []any {
		a := &alerts[i]
		e := &r.fx.Events[a.Event]
		v := verification{state: api.VerificationStateUnknown}
		if e.Type != api.ViolationEventTypeInAlarm {
			v = r.verified[e.ID]
		}
		r.lastOutbox = nextOutboxID(r.lastOutbox, r.tx.Now, r.fx.Shard)
		return append(dst, r.lastOutbox, e.ID, e.Thing, e.Profile, e.Behavior, e.Definition, string(e.CriteriaType), e.Suppressed,
			string(e.Confidence), string(e.Type), e.Time, e.Value, string(v.state), v.description, string(a.Type), a.Target, a.RoleARN)
	})
}

// noteOutbox keeps the newest id that was given to an alert or an export.
func (r *recorder) noteOutbox() error {
	if len(r.fx.Alerts)+len(r.fx.Exports) == 0 {
		return nil
	}
	_, err := r.tx.Exec("UPDATE shard SET last_outbox = ? WHERE id = ?", r.lastOutbox, r.fx.Shard)
	return err
}
