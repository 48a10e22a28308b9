package store

import (
	"context"
	"fmt"
	"math"
	"strings"
)

// Order is one of the two directions of a list.
type Order bool

// The directions of lists.
const (
	Ascending  Order = false
	Descending Order = true
)

// after is the comparison that those behind a key pass.
func (o Order) after() string {
	if o == Descending {
		return "<"
	}
	return ">"
}

// by is the clause that sorts by columns.
func (o Order) by(columns ...string) string {
	direction := " ASC"
	if o == Descending {
		direction = " DESC"
	}
	return " ORDER BY " + strings.Join(columns, direction+", ") + direction
}

// ViolationState says which violations a search is about.
type ViolationState int

// The states of violations.
const (
	Active ViolationState = iota
	Ended
	AnyState
)

// ViolationSort is what a search sorts by. Violations that are equal in it are in the
// order of their start, then of their ids.
type ViolationSort int

// What violations are sorted by.
const (
	ByStart ViolationSort = iota
	ByLast
	ByThing
	ByProfile
	ByBehavior
)

// ViolationSearch says what to look for, and how to sort it.
type ViolationSearch struct {
	ViolationFilter
	State    ViolationState
	From, To int64 // violationStartTime, epoch milliseconds: From ≤ start < To; To 0: no bound
	Sort     ViolationSort
	Order    Order
}

// SearchKey is the place of a violation in a search.
type SearchKey struct {
	Name string `json:"name,omitempty"` // that it is sorted by, if it is one
	Time int64  `json:"time"`           // of the last value if it is sorted by that, else of the start
	ID   string `json:"id"`
}

// key returns the place of v.
func (s *ViolationSearch) key(v *Violation) *SearchKey {
	k := &SearchKey{Time: v.Start, ID: v.ID}
	switch s.Sort {
	case ByLast:
		k.Time = v.Last
	case ByThing:
		k.Name = v.Thing
	case ByProfile:
		k.Name = v.Profile
	case ByBehavior:
		k.Name = v.Behavior
	}
	return k
}

// columns returns what the search sorts by.
func (s *ViolationSearch) columns() []string {
	switch s.Sort {
	case ByLast:
		return []string{"v.last_ms", "v.id"}
	case ByThing:
		return []string{"v.thing" + s.apart(), "v.start_ms", "v.id"}
	case ByProfile:
		return []string{"v.profile", "v.start_ms", "v.id"}
	case ByBehavior:
		return []string{"v.behavior" + s.apart(), "v.start_ms", "v.id"}
	}
	return []string{"v.start_ms", "v.id"}
}

// apart keeps SQLite from taking the index of all violations, which are many more, for
// those that are active, because of its order: sorting these takes less.
func (s *ViolationSearch) apart() string {
	if s.State == Active {
		return " || ''"
	}
	return ""
}

// SearchViolations lists what s looks for: at most limit, from after the key after
// (nil: from the first). The key that it returns is nil when the list is complete.
func (db *DB) SearchViolations(ctx context.Context, s ViolationSearch, after *SearchKey, limit int) (list []Violation, next *SearchKey, err error) {
	more := false
	err = db.Read(ctx, func(tx *Tx) error {
		c, err := s.conditions(tx)
		if err != nil {
			return err
		}
		columns := s.columns()
		if after != nil {
			args := []any{after.Time, after.ID}
			if len(columns) > 2 {
				args = append([]any{after.Name}, args...)
			}
			c.add("("+strings.Join(columns, ", ")+") "+s.Order.after()+" ("+placeholders(len(columns))+")", args...)
		}
		// The rows are read of those on the page only: what is looked through is in an index.
		by := s.Order.by(columns...)
		query := "SELECT " + violationColumns + " FROM (SELECT v.id AS found FROM violation v" + c.where() + by + " LIMIT ?) p CROSS JOIN violation v WHERE v.id = p.found" + by
		list, more, err = page[Violation](tx, limit, query, c.args)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("search violations: %w", err)
	}
	if more {
		next = s.key(&list[len(list)-1])
	}
	return list, next, nil
}

// CountViolations counts what s looks for, up to a limit.
func (db *DB) CountViolations(ctx context.Context, s ViolationSearch, limit int) (n int, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		c, err := s.conditions(tx)
		if err != nil {
			return err
		}
		n, err = tx.count("SELECT COUNT(*) FROM (SELECT v.id FROM violation v"+c.where()+" LIMIT ?) p", append(c.args, limit)...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count violations: %w", err)
	}
	return n, nil
}

func (s *ViolationSearch) conditions(tx *Tx) (*conditions, error) {
	c := &conditions{}
	switch s.State {
	case Active:
		c.add("v.ended_ms IS NULL")
	case Ended:
		c.add("v.ended_ms IS NOT NULL")
	}
	to := s.To
	if to == 0 {
		to = math.MaxInt64
	}
	c.add("v.start_ms >= ?", s.From)
	c.add("v.start_ms < ?", to)
	c.filter(s.ViolationFilter, "v")
	return c, c.group(tx, s.ViolationFilter, "v")
}

// EventsOf returns the events of one violation, oldest first.
func (db *DB) EventsOf(ctx context.Context, id string) (list []Event, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list, err = all[Event](tx, "SELECT "+eventColumns+" FROM violation_event e JOIN violation v ON v.id = e.violation_id WHERE e.violation_id = ? ORDER BY e.ends", id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("events of violation %q: %w", id, err)
	}
	return list, nil
}

// EventCount is how many events of each type there are in a bucket of time.
type EventCount struct {
	Bucket                        int64 // the n-th from EventFilter.From on, from 0
	InAlarm, Cleared, Invalidated int64
}

func (c *EventCount) scan(row scanner) error {
	return row.Scan(&c.Bucket, &c.InAlarm, &c.Cleared, &c.Invalidated)
}

// CountEvents counts the events that f lets through in buckets of so many milliseconds.
// Buckets that have none are left out.
func (db *DB) CountEvents(ctx context.Context, f EventFilter, bucket int64) (list []EventCount, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		c := &conditions{args: []any{f.From, bucket}}
		tables := "violation_event e"
		if f.Verification != "" {
			tables += " CROSS JOIN violation v"
			if f.rare() {
				tables = "violation v CROSS JOIN violation_event e"
			}
			c.add("v.id = e.violation_id")
		}
		if err := c.events(tx, f); err != nil {
			return err
		}
		list, err = all[EventCount](tx, `SELECT (e.time_ms - CAST(? AS BIGINT)) / CAST(? AS BIGINT) AS bucket, SUM(1 - e.ends),
			SUM(CASE WHEN e.type = 'alarm-cleared' THEN 1 ELSE 0 END), SUM(CASE WHEN e.type = 'alarm-invalidated' THEN 1 ELSE 0 END)
			FROM `+tables+c.where()+" GROUP BY bucket ORDER BY bucket", c.args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count violation events: %w", err)
	}
	return list, nil
}
