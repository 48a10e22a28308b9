package store

import (
	"context"
	"fmt"

	"vedette/api"
	"vedette/violation"
)

// Event is a violation event with what a person has said of its violation: that
// belongs to the violation and is shown on all its events (U36). The behavior's
// definition is the one at the event.
type Event struct {
	violation.Event
	Shard int // whose log Pos is a place in

	Verification            api.VerificationState
	VerificationDescription *string // nil: none
}

// EventFilter narrows a list of events.
type EventFilter struct {
	ViolationFilter
	From, To int64 // violationEventTime, epoch milliseconds: From ≤ time < To
	Type     api.ViolationEventType
}

// EventKey is the place of an event in the lists. Events of one time are in the order of the log; one record may even end a
// violation that it began, when it closes several windows.
type EventKey struct {
	Time int64  `json:"time"`
	Pos  uint64 `json:"pos"`
	ID   string `json:"id"`
	Ends bool   `json:"ends"`
}

// Ends tells whether e is the event that ended its violation.
func (e *Event) Ends() bool { return e.Type != api.ViolationEventTypeInAlarm }

const eventColumns = `e.violation_id, e.thing, e.profile, e.behavior, e.definition, e.criteria_type, e.suppressed, e.confidence,
	e.type, e.time_ms, e.value, e.pos, e.shard, v.verification_state, v.verification_description`

func (e *Event) scan(row scanner) error {
	return row.Scan(&e.ID, &e.Thing, &e.Profile, &e.Behavior, &e.Definition, &e.CriteriaType, &e.Suppressed, &e.Confidence,
		&e.Type, &e.Time, &e.Value, &e.Pos, &e.Shard, &e.Verification, &e.VerificationDescription)
}

// ViolationEvents lists the events that f lets through, newest first: at most
// limit, from after the key after (nil: from the first). The key that it returns
// is nil when the list is complete.
func (db *DB) ViolationEvents(ctx context.Context, f EventFilter, after *EventKey, limit int) ([]Event, *EventKey, error) {
	return db.SearchEvents(ctx, f, Descending, after, limit)
}

// SearchEvents is ViolationEvents in one order or the other.
func (db *DB) SearchEvents(ctx context.Context, f EventFilter, order Order, after *EventKey, limit int) (list []Event, next *EventKey, err error) {
	more := false
	err = db.Read(ctx, func(tx *Tx) error {
		query, args, err := eventQuery(tx, f, order, after)
		if err == nil {
			list, more, err = page[Event](tx, limit, query, args)
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list violation events: %w", err)
	}
	if !more {
		return list, nil, nil
	}
	last := &list[len(list)-1]
	return list, &EventKey{Time: last.Time, Pos: last.Pos, ID: last.ID, Ends: last.Ends()}, nil
}

// eventQuery returns the query of SearchEvents, which ends in LIMIT ?.
func eventQuery(tx *Tx, f EventFilter, order Order, after *EventKey) (string, []any, error) {
	var c conditions
	// SQLite joins in the order of a CROSS JOIN. Events in the order of the list
	// stop at the limit; only if few violations pass, these are looked up first.
	tables := "violation_event e CROSS JOIN violation v"
	if f.rare() {
		tables = "violation v CROSS JOIN violation_event e"
	}
	c.add("v.id = e.violation_id")
	if err := c.events(tx, f); err != nil {
		return "", nil, err
	}
	if after != nil {
		c.add("(e.time_ms, e.pos, e.violation_id, e.ends) "+order.after()+" (?, ?, ?, ?)", after.Time, after.Pos, after.ID, after.Ends)
	}
	return "SELECT " + eventColumns + " FROM " + tables + c.where() + order.by("e.time_ms", "e.pos", "e.violation_id", "e.ends") + " LIMIT ?", c.args, nil
}

// events adds the terms of f.
func (c *conditions) events(tx *Tx, f EventFilter) error {
	c.add("e.time_ms >= ?", f.From)
	c.add("e.time_ms < ?", f.To)
	c.filter(f.ViolationFilter, "e")
	switch f.Type {
	case "":
	case api.ViolationEventTypeInAlarm:
		c.add("e.ends = 0")
	default:
		c.add("e.ends = 1")
		c.add("e.type = ?", string(f.Type))
	}
	return c.group(tx, f.ViolationFilter, "e")
}
