package store

import (
	"fmt"

	"vedette/metric"
)

// A series is one of the things' metrics, with or without a dimension, in the table
// metric_series; chunks name it by its id. Only the owner of a shard makes and drops
// the shard's series, in the order of its log: a custom metric that is deleted and
// made again gets a new id in each shard at the moment at which that shard's log says
// so. An id is the shard's next number and the shard, from the high bits to the low.

// seriesRow is a series of a shard.
type seriesRow struct {
	id   int64
	name metric.Series
}

func (s *seriesRow) scan(row scanner) error {
	return row.Scan(&s.id, &s.name.Metric, &s.name.Dimension, &s.name.Operator)
}

// seriesOf returns the ids of the shard's series that the chunks are of; those that
// are new are made.
func (r *recorder) seriesOf(chunks []chunkRow) error {
	ids := map[metric.Series]int64{}
	err := each(r.tx, func(s *seriesRow) error {
		ids[s.name] = s.id
		return nil
	}, "SELECT id, metric, dimension, operator FROM metric_series WHERE shard = ? AND dropped_ms IS NULL", r.fx.Shard)
	if err != nil {
		return err
	}
	for i := range chunks {
		name := chunks[i].Series
		if _, known := ids[name]; !known {
			if ids[name], err = r.makeSeries(name); err != nil {
				return fmt.Errorf("series of %q: %w", name.Metric, err)
			}
		}
		chunks[i].series = ids[name]
	}
	return nil
}

// makeSeries stores a new series and returns its id.
func (r *recorder) makeSeries(name metric.Series) (id int64, err error) {
	err = r.tx.QueryRow("UPDATE shard SET last_series = last_series + ? WHERE id = ? RETURNING last_series",
		1<<shardBits, r.fx.Shard).Scan(&id)
	if err != nil {
		return 0, err
	}
	id |= int64(r.fx.Shard)
	_, err = r.tx.Exec("INSERT INTO metric_series (id, shard, metric, dimension, operator) VALUES (?, ?, ?, ?, ?)",
		id, r.fx.Shard, name.Metric, name.Dimension, string(name.Operator))
	return id, err
}

// dropSeries forgets the shard's series of a custom metric: no list finds them any
// more. PurgeChunks deletes what they hold.
func (r *recorder) dropSeries(metric string) error {
	_, err := r.tx.Exec("UPDATE metric_series SET dropped_ms = ? WHERE metric = ? AND shard = ? AND dropped_ms IS NULL",
		r.tx.Now, metric, r.fx.Shard)
	return err
}
