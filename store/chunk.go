package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vedette/api"
	"vedette/metric"
	"vedette/violation"
)

// dayMillis is the length of a day. A chunk is kept under the day, UTC, of its last
// value: none spans more than a day, so the values of a time are under the days that
// it touches and the one after it.
const dayMillis = int64(24 * time.Hour / time.Millisecond)

func dayOf(ms int64) int64 { return ms / dayMillis }

// chunkRow is a chunk on its way into the table.
type chunkRow struct {
	*violation.Chunk
	series int64
}

func (r *chunkRow) day() int64 { return dayOf(r.Last) }

// checkChunks refuses what no reader would find again.
func checkChunks(fx *violation.Effects) error {
	for i := range fx.Chunks {
		if err := checkChunk(&fx.Chunks[i]); err != nil {
			return fmt.Errorf("chunk %d, of %q: %w", i, fx.Chunks[i].Thing, err)
		}
	}
	done := 0
	for _, d := range fx.Drops {
		if d.Chunks < done || d.Chunks > len(fx.Chunks) {
			return fmt.Errorf("drop of %q comes after %d chunks: want %d to %d", d.Metric, d.Chunks, done, len(fx.Chunks))
		}
		done = d.Chunks
	}
	return nil
}

func checkChunk(c *violation.Chunk) error {
	s := c.Series
	switch {
	case c.Thing == "":
		return fmt.Errorf("its Thing is empty: want a thing's name")
	case s.Metric == "":
		return fmt.Errorf("its Series.Metric is empty: want a metric's name")
	case (s.Dimension == "") != (s.Operator == ""),
		s.Operator != "" && s.Operator != api.DimensionValueOperatorIn && s.Operator != api.DimensionValueOperatorNotIn:
		return fmt.Errorf("its Series has dimension %q and operator %q: want a dimension with IN or NOT_IN, or neither", s.Dimension, s.Operator)
	case c.First < 0 || c.Last < c.First || c.Last-c.First > violation.MaxChunkSpan:
		return fmt.Errorf("its First is %d, its Last %d: want epoch milliseconds at most %d apart", c.First, c.Last, violation.MaxChunkSpan)
	case c.Count < 1 || len(c.Data) == 0:
		return fmt.Errorf("%d values in %d bytes: want at least one", c.Count, len(c.Data))
	}
	return nil
}

// keepValues stores chunks and drops series in the order in which they came.
func (r *recorder) keepValues() error {
	done := 0
	for _, d := range r.fx.Drops {
		if err := r.insertChunks(r.fx.Chunks[done:d.Chunks]); err != nil {
			return err
		}
		if err := r.dropSeries(d.Metric); err != nil {
			return fmt.Errorf("drop %q: %w", d.Metric, err)
		}
		done = d.Chunks
	}
	return r.insertChunks(r.fx.Chunks[done:])
}

// A chunk cannot come twice, since positions only grow. If it does nevertheless, the
// one with more values stays.
var insertChunk = batch{
	head: "INSERT INTO metric_chunk (day, thing, series, first_ms, last_ms, count, data) VALUES ",
	row:  "(?, ?, ?, ?, ?, ?, ?)",
	tail: ` ON CONFLICT (day, thing, series, first_ms) DO UPDATE
		SET last_ms = excluded.last_ms, count = excluded.count, data = excluded.data WHERE excluded.count > metric_chunk.count`,
}

// insertChunks stores chunks, sorted by key. Those whose day has expired are left
// out: a thing that fell silent may have had them in memory for long.
func (r *recorder) insertChunks(chunks []violation.Chunk) error {
	if len(chunks) == 0 {
		return nil
	}
	firstDay, err := r.tx.firstDay()
	if err != nil {
		return err
	}
	rows := make([]chunkRow, 0, len(chunks))
	for i := range chunks {
		if row := (chunkRow{Chunk: &chunks[i]}); row.day() >= firstDay {
			rows = append(rows, row)
		}
	}
	if err := r.seriesOf(rows); err != nil {
		return err
	}
	slices.SortStableFunc(rows, compareChunks)
	rows = slices.CompactFunc(rows, func(a, b chunkRow) bool { return compareChunks(a, b) == 0 }) // PostgreSQL updates no row twice
	for i := range rows {
		r.chunkBytes += int64(len(rows[i].Data))
	}
	r.chunks += int64(len(rows))
	return r.tx.execBatches(insertChunk, len(rows), func(dst []any, i int) []any {
		c := &rows[i]
		return append(dst, c.day(), c.Thing, c.series, c.First, c.Last, c.Count, c.Data)
	})
}

// compareChunks orders by the table's key.
func compareChunks(a, b chunkRow) int {
	return cmp.Or(cmp.Compare(a.day(), b.day()), strings.Compare(a.Thing, b.Thing), cmp.Compare(a.series, b.series), cmp.Compare(a.First, b.First))
}

// firstDay returns the first day whose chunks are kept.
func (tx *Tx) firstDay() (day int64, err error) {
	err = tx.QueryRow("SELECT value FROM counter WHERE name = 'metric_day'").Scan(&day)
	return day, err
}

// ChunkFilter says which chunks to read. Those that may have values in a time,
// half-open, end in it or later and begin before its end.
type ChunkFilter struct {
	Thing  string
	Series metric.Series
	From   int64 // they end then or later, epoch milliseconds
	To     int64 // they begin before, epoch milliseconds
}

// storedChunk is a chunk as it is read; the reader knows what it is of.
type storedChunk struct {
	first, last int64
	count       int
	data        []byte
}

func (c *storedChunk) scan(row scanner) error { return row.Scan(&c.first, &c.last, &c.count, &c.data) }

// Days are read in blocks: most readers want a page of the newest values, and the
// next block is twice as large for who wants all.
const (
	firstBlock = 4
	maxBlock   = 64
)

// Chunks calls fn with the chunks that f lets through, the newest first, until fn
// returns false. All of them are of one state of the database; fn may
// not use it, and keeps what it gets.
func (db *DB) Chunks(ctx context.Context, f ChunkFilter, fn func(violation.Chunk) (more bool, err error)) error {
	f.From, f.To = max(f.From, 0), max(f.To, 0)
	err := db.Read(ctx, func(tx *Tx) error {
		series, err := tx.seriesIDs(f.Series)
		if err != nil || len(series) == 0 {
			return err
		}
		oldest, newest, err := tx.chunkDays()
		if err != nil {
			return err
		}
		oldest, newest = max(oldest, dayOf(f.From)), min(newest, dayOf(f.To-1)+1)
		more := true
		for day, size := newest, int64(firstBlock); more && day >= oldest && err == nil; day, size = day-size, min(2*size, maxBlock) {
			more, err = tx.chunksOf(f, series, day, size, fn)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read values of %q of %q: %w", f.Series.Metric, f.Thing, err)
	}
	return nil
}

// chunksOf is Chunks for a number of days that ends with newest.
func (tx *Tx) chunksOf(f ChunkFilter, series []int64, newest, days int64, fn func(violation.Chunk) (bool, error)) (more bool, err error) {
	args := make([]any, 0, int(days)+len(series)+3)
	for i := range days {
		args = append(args, newest-i)
	}
	args = append(args, f.Thing)
	for _, id := range series {
		args = append(args, id)
	}
	args = append(args, f.From, f.To)
	list, err := all[storedChunk](tx, `SELECT first_ms, last_ms, count, data FROM metric_chunk
		WHERE day IN (`+placeholders(int(days))+`) AND thing = ? AND series IN (`+placeholders(len(series))+`) AND last_ms >= ? AND first_ms < ?
		ORDER BY first_ms DESC`, args...)
	if err != nil {
		return false, err
	}
	for _, c := range list {
		more, err := fn(violation.Chunk{Thing: f.Thing, Series: f.Series, First: c.first, Last: c.last, Count: c.count, Data: c.data})
		if err != nil || !more {
			return false, err
		}
	}
	return true, nil
}

// chunkDays returns the first and the last day that have chunks; without any, the
// last one is before the first.
func (tx *Tx) chunkDays() (first, last int64, err error) {
	err = tx.QueryRow(`SELECT COALESCE((SELECT MIN(day) FROM metric_chunk), 0), COALESCE((SELECT MAX(day) FROM metric_chunk), -1)`).Scan(&first, &last)
	return first, last, err
}

// nextDay returns the first day after a day that has chunks, or ErrNotFound.
func (tx *Tx) nextDay(after int64) (day int64, err error) {
	err = tx.QueryRow("SELECT day FROM metric_chunk WHERE day > ? ORDER BY day LIMIT 1", after).Scan(&day)
	return day, err
}

// Seen tells whether there is any record of a thing: it is registered, or has had a
// violation, or values that are kept.
func (db *DB) Seen(ctx context.Context, thing string) (seen bool, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		for _, query := range []string{
			"SELECT 1 FROM thing WHERE name = ?",
			"SELECT 1 FROM violation_event WHERE thing = ? LIMIT 1",
		} {
			if seen, err = tx.exists(query, thing); seen || err != nil {
				return err
			}
		}
		day := int64(-1)
		for !seen {
			if day, err = tx.nextDay(day); errors.Is(err, ErrNotFound) {
				return nil
			}
			if err == nil {
				seen, err = tx.exists("SELECT 1 FROM metric_chunk WHERE day = ? AND thing = ? LIMIT 1", day, thing)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look for records of thing %q: %w", thing, err)
	}
	return seen, nil
}
