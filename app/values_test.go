package app

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// memory is an engine that has one open chunk.
type memory struct {
	open *violation.Chunk
	pos  uint64
}

func (m memory) OpenChunk(string, metric.Series) (*violation.Chunk, uint64, bool) {
	return m.open, m.pos, true
}

// TestOpenChunkWaits reads an open chunk: it is shown when all before it is stored.
func TestOpenChunkWaits(t *testing.T) {
	open := &violation.Chunk{First: 7}
	for name, c := range map[string]struct {
		pos    uint64
		stored func(*progress) // after a second
		want   *violation.Chunk
		took   time.Duration
		err    error
	}{
		"ok/stored already":          {record.Pos(5, 3), nil, open, 0, nil},
		"ok/nothing applied yet":     {0, nil, open, 0, nil},
		"ok/stored a little later":   {record.Pos(6, 0), func(p *progress) { p.reach(6) }, open, time.Second, nil},
		"ok/and more than that":      {record.Pos(6, 0), func(p *progress) { p.reach(9) }, open, time.Second, nil},
		"fail/not stored in time":    {record.Pos(7, 0), func(p *progress) { p.reach(6) }, nil, settleWithin, context.DeadlineExceeded},
		"fail/it will not be stored": {record.Pos(7, 0), func(p *progress) { p.end(nil) }, nil, time.Second, errEnded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &progress{}
				p.reach(5)
				if c.stored != nil {
					time.AfterFunc(time.Second, func() { c.stored(p) })
				}
				start := time.Now()
				got, known, err := awaitChunk(t.Context(), memory{open, c.pos}, p, "t", metric.Series{})
				if got != c.want || !known || !errors.Is(err, c.err) || time.Since(start) != c.took {
					t.Errorf("got %v, known %v, error %v after %v, want %v, error %v after %v", got, known, err, time.Since(start), c.want, c.err, c.took)
				}
			})
		})
	}
}
