package app

import (
	"context"
	"fmt"
	"slices"

	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// openValues is where the values are that are not stored yet; a detect.Engine is
// one.
type openValues interface {
	// OpenChunk returns the values of a series of a thing that are in no chunk of its
	// effects yet (nil: none), the place of the last record applied by then, and whether
	// the thing is known.
	OpenChunk(thing string, series metric.Series) (open *violation.Chunk, pos uint64, known bool)
}

// openChunk returns the values of a series that are in memory, once all values
// before them are in the store. They may get there too before somebody looks, with
// others behind them.
func (a *App) openChunk(ctx context.Context, thing string, series metric.Series) (*violation.Chunk, bool, error) {
	shard := a.log.Shard(record.Partition([]byte(thing)))
	return awaitChunk(ctx, a.owners[shard].engine, &a.owners[shard].progress, thing, series)
}

func awaitChunk(ctx context.Context, engine openValues, stored *progress, thing string, series metric.Series) (*violation.Chunk, bool, error) {
	open, pos, known := engine.OpenChunk(thing, series)
	if err := awaitStored(ctx, stored, pos); err != nil {
		return nil, known, err
	}
	return open, known, nil
}

// openThings returns the things that have values in memory, by name.
func (a *App) openThings(ctx context.Context, from int64, after string, limit int) (names []string, err error) {
	for _, o := range a.owners {
		some, pos := o.engine.OpenThings(from, after, limit)
		if err := awaitStored(ctx, &o.progress, pos); err != nil {
			return nil, err
		}
		names = append(names, some...)
	}
	slices.Sort(names) // a thing is of one shard
	return names[:min(len(names), limit)], nil
}

// awaitStored waits until the effects of the records up to a place are stored.
func awaitStored(ctx context.Context, stored *progress, pos uint64) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	if err := stored.wait(ctx, record.Seq(pos)); err != nil {
		return fmt.Errorf("wait for values up to %d to be stored: %w", pos, err)
	}
	return nil
}

// setMetricMemory tells the engines how much memory values may take. What ends an open
// chunk has to be in the log: a replay ends the same chunks at the same places.
func (a *App) setMetricMemory(ctx context.Context) error {
	share := max(1, a.options.MetricMemory/int64(a.log.Shards()))
	if !slices.ContainsFunc(a.owners, func(o *owner) bool { return o.engine.Stats().ValueMemory != share }) {
		return nil
	}
	body, err := (&record.Change{ValueMemory: share}).Encode()
	if err != nil {
		return err
	}
	if err := a.log.AppendChange(ctx, body); err != nil {
		return fmt.Errorf("write --metric-memory to the log: %w", err)
	}
	return nil
}
