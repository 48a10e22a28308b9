package store

import (
	"context"
	"fmt"
	"math"
	"slices"

	"vedette/metric"
	"vedette/violation"
)

// What follows is for those who look at the values of a whole fleet: they page through
// its things, and read the chunks of a page at a time, so that no transaction is long.

// FleetThings returns the next things after the one called after, by name, at most
// limit: all that are registered, and those that have values which end at from, epoch
// milliseconds, or later.
func (db *DB) FleetThings(ctx context.Context, from int64, after string, limit int) (names []string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		if names, err = tx.strings("SELECT name FROM thing WHERE name > ? ORDER BY name LIMIT ?", after, limit); err != nil {
			return err
		}
		first, last, err := tx.chunkDays()
		if err != nil {
			return err
		}
		for day := max(first, dayOf(max(from, 0))); day <= last; day++ {
			of, err := tx.strings("SELECT DISTINCT thing FROM metric_chunk WHERE day = ? AND thing > ? ORDER BY thing LIMIT ?", day, after, limit)
			if err != nil {
				return err
			}
			names = append(names, of...)
			slices.Sort(names)
			names = slices.Compact(names)
			names = names[:min(len(names), limit)]
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the things that have values: %w", err)
	}
	return names, nil
}

// FleetChunks calls fn with the chunks of some things, by thing, the oldest first of
// each. f says which; its Thing is not looked at. All are of one state of the database;
// fn may not use it, and keeps what it gets.
func (db *DB) FleetChunks(ctx context.Context, things []string, f ChunkFilter, fn func(violation.Chunk) error) error {
	f.From, f.To = max(f.From, 0), max(f.To, 0)
	err := db.Read(ctx, func(tx *Tx) error {
		series, err := tx.seriesIDs(f.Series)
		if err != nil || len(series) == 0 || len(things) == 0 {
			return err
		}
		oldest, newest, err := tx.chunkDays()
		if err != nil {
			return err
		}
		var args []any
		days := 0
		for day := max(oldest, dayOf(f.From)); day <= min(newest, dayOf(f.To-1)+1); day++ {
			args = append(args, day)
			days++
		}
		if days == 0 {
			return nil
		}
		for _, name := range things {
			args = append(args, name)
		}
		for _, id := range series {
			args = append(args, id)
		}
		args = append(args, f.From, f.To)
		return each(tx, func(c *thingChunk) error {
			return fn(violation.Chunk{Thing: c.thing, Series: f.Series, First: c.first, Last: c.last, Count: c.count, Data: c.data})
		}, `SELECT thing, first_ms, last_ms, count, data FROM metric_chunk
			WHERE day IN (`+placeholders(days)+`) AND thing IN (`+placeholders(len(things))+`) AND series IN (`+placeholders(len(series))+`)
			AND last_ms >= ? AND first_ms < ? ORDER BY thing, first_ms`, args...)
	})
	if err != nil {
		return fmt.Errorf("read values of %q of %d things: %w", f.Series.Metric, len(things), err)
	}
	return nil
}

// thingChunk is a chunk as it is read among those of others.
type thingChunk struct {
	thing string
	storedChunk
}

func (c *thingChunk) scan(row scanner) error {
	return row.Scan(&c.thing, &c.first, &c.last, &c.count, &c.data)
}

// seriesIDs returns the ids of a series, one of each shard that has it: which shard's
// a thing is, is not the store's to know.
func (tx *Tx) seriesIDs(s metric.Series) ([]int64, error) {
	return tx.numbers("SELECT id FROM metric_series WHERE metric = ? AND dimension = ? AND operator = ? AND dropped_ms IS NULL",
		s.Metric, s.Dimension, string(s.Operator))
}

// SeriesTime is a series of a thing and the time of its newest value.
type SeriesTime struct {
	Series metric.Series
	Last   int64 // epoch milliseconds
}

func (s *SeriesTime) scan(row scanner) error {
	return row.Scan(&s.Series.Metric, &s.Series.Dimension, &s.Series.Operator, &s.Last)
}

// ThingSeries returns the series that a thing has values of which are of the time from,
// epoch milliseconds, or later; by name.
func (db *DB) ThingSeries(ctx context.Context, thing string, from int64) (list []SeriesTime, err error) {
	from = max(from, 0)
	err = db.Read(ctx, func(tx *Tx) error {
		oldest, newest, err := tx.chunkDays()
		if err != nil {
			return err
		}
		var args []any
		for day := max(oldest, dayOf(from)); day <= newest; day++ {
			args = append(args, day)
		}
		if len(args) == 0 {
			return nil
		}
		list, err = all[SeriesTime](tx, `SELECT s.metric, s.dimension, s.operator, MAX(c.last_ms)
			FROM metric_chunk c JOIN metric_series s ON s.id = c.series
			WHERE c.day IN (`+placeholders(len(args))+`) AND c.thing = ? AND c.last_ms >= ? AND s.dropped_ms IS NULL
			GROUP BY s.metric, s.dimension, s.operator ORDER BY s.metric, s.dimension, s.operator`, append(args, thing, from)...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the series of %q: %w", thing, err)
	}
	return list, nil
}

// KeptSeries returns the series that there may be values of, in no order, each once:
// those that have had some stored, and those that a security profile asks for.
func (tx *Tx) KeptSeries() (list []metric.Series, err error) {
	seen := map[metric.Series]bool{}
	add := func(s metric.Series) {
		if s.Metric != "" && !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	err = each(tx, func(s *seriesRow) error {
		add(s.name)
		return nil
	}, "SELECT id, metric, dimension, operator FROM metric_series WHERE dropped_ms IS NULL")
	if err != nil {
		return nil, err
	}
	names, err := tx.ProfileNames(ProfileFilter{}, "", math.MaxInt32)
	for _, name := range names {
		p, err := tx.Profile(name)
		if err != nil {
			return nil, err
		}
		for i := range p.Behaviors {
			if b := &p.Behaviors[i]; b.Metric != nil {
				add(metric.NewSeries(*b.Metric, b.MetricDimension))
			}
		}
		for i := range p.Retain {
			if m := &p.Retain[i]; m.Metric != nil {
				add(metric.NewSeries(*m.Metric, m.MetricDimension))
			}
		}
	}
	return list, err
}
