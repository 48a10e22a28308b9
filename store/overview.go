package store

import (
	"context"
	"fmt"
	"strings"
)

// ActiveCount is how many active violations a profile has: all, by the kind of their
// criteria, and by their verification state.
type ActiveCount struct {
	Profile                                                  string
	All                                                      int64
	Static, Statistical, MachineLearning                     int64
	TruePositive, BenignPositive, FalsePositive, NotVerified int64
}

func (c *ActiveCount) scan(row scanner) error {
	return row.Scan(&c.Profile, &c.All, &c.Static, &c.Statistical, &c.MachineLearning, &c.TruePositive, &c.BenignPositive, &c.FalsePositive, &c.NotVerified)
}

// ActiveCounts counts all active violations, by profile. It reads one entry of an index
// for each, in the order of the index: sorting them would take three times as long.
func (db *DB) ActiveCounts(ctx context.Context) (list []ActiveCount, err error) {
	columns := []string{"profile", "COUNT(*)"}
	for _, of := range []string{
		"criteria_type = 'STATIC'", "criteria_type = 'STATISTICAL'", "criteria_type = 'MACHINE_LEARNING'",
		"verification_state = 'TRUE_POSITIVE'", "verification_state = 'BENIGN_POSITIVE'", "verification_state = 'FALSE_POSITIVE'", "verification_state = 'UNKNOWN'",
	} {
		columns = append(columns, "SUM(CASE WHEN "+of+" THEN 1 ELSE 0 END)")
	}
	err = db.Read(ctx, func(tx *Tx) error {
		list, err = all[ActiveCount](tx, "SELECT "+strings.Join(columns, ", ")+" FROM violation WHERE ended_ms IS NULL GROUP BY profile ORDER BY profile")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count active violations: %w", err)
	}
	return list, nil
}

// AlarmCount is how often a thing, or a behavior of a profile, was in alarm.
type AlarmCount struct {
	Thing             string // or:
	Profile, Behavior string
	Count             int64
}

type thingAlarms AlarmCount

func (c *thingAlarms) scan(row scanner) error { return row.Scan(&c.Thing, &c.Count) }

type behaviorAlarms AlarmCount

func (c *behaviorAlarms) scan(row scanner) error { return row.Scan(&c.Profile, &c.Behavior, &c.Count) }

// Noisiest returns which things, and which behaviors, were in alarm most often since a
// time, epoch milliseconds: at most n of each, the noisiest first. It reads two entries
// of an index for each violation that began since. The || ” keeps SQLite from reading
// those of all times, because their index is in the order of the groups.
func (db *DB) Noisiest(ctx context.Context, since int64, n int) (things, behaviors []AlarmCount, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		err := each(tx, func(c *thingAlarms) error {
			things = append(things, AlarmCount(*c))
			return nil
		}, "SELECT thing || '' AS noisy, COUNT(*) AS alarms FROM violation WHERE start_ms >= ? GROUP BY noisy ORDER BY alarms DESC, noisy LIMIT ?", since, n)
		if err != nil {
			return err
		}
		return each(tx, func(c *behaviorAlarms) error {
			behaviors = append(behaviors, AlarmCount(*c))
			return nil
		}, `SELECT profile || '' AS noisy, behavior, COUNT(*) AS alarms FROM violation WHERE start_ms >= ? GROUP BY noisy, behavior
			ORDER BY alarms DESC, noisy, behavior LIMIT ?`, since, n)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("count alarms since %d: %w", since, err)
	}
	return things, behaviors, nil
}
