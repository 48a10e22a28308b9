package app

import (
	"context"
	"fmt"

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
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	open, pos, known := engine.OpenChunk(thing, series)
	if err := stored.wait(ctx, record.Seq(pos)); err != nil {
		return nil, known, fmt.Errorf("wait for values up to %d to be stored: %w", pos, err)
	}
	return open, known, nil
}
