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
}

// EventKey is the place of an event in the lists, which begin with the newest.
// Events of one time are in the order of the log; one record may even end a
// violation that it began, when it closes several windows.
type EventKey struct {
	Time int64  `json:"time"`
	Pos  uint64 `json:"pos"`
	ID   string `json:"id"`
	Ends bool   `json:"ends"`
}

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
	var c conditions
	// SQLite joins in the order of a CROSS JOIN. Events in the order of the list
	// stop at the limit; only if few violations pass, these are looked up first.
	tables := "violation_event e CROSS JOIN violation v"
	if f.rare() {
		tables = "violation v CROSS JOIN violation_event e"
	}
	c.add("v.id = e.violation_id")
	c.add("e.time_ms >= ?", f.From)
	c.add("e.time_ms < ?", f.To)
	c.filter(f.ViolationFilter, "e")
	if after != nil {
		c.add("(e.time_ms, e.pos, e.violation_id, e.ends) < (?, ?, ?, ?)", after.Time, after.Pos, after.ID, after.Ends)
	}
	query := "SELECT " + eventColumns + " FROM " + tables + c.where() +
		" ORDER BY e.time_ms DESC, e.pos DESC, e.violation_id DESC, e.ends DESC LIMIT ?"
	list, more, err := page[Event](ctx, db, limit, query, c.args)
	if err != nil {
		return nil, nil, fmt.Errorf("list violation events: %w", err)
	}
	if !more {
		return list, nil, nil
	}
	last := &list[len(list)-1]
	return list, &EventKey{Time: last.Time, Pos: last.Pos, ID: last.ID, Ends: last.Type != api.ViolationEventTypeInAlarm}, nil
}
