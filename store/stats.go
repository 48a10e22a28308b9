package store

import (
	"errors"
	"sync/atomic"
)

// Stats counts what a DB has done since it was opened.
type Stats struct {
	Reads       int64 // transactions that read
	Writes      int64 // transactions that wrote
	Failures    int64 // transactions that ended in ErrUnavailable
	Fenced      int64 // effects refused because the shard has a newer owner
	Events      int64 // violation events recorded
	Updates     int64 // last values of active violations changed
	Alerts      int64 // outbox rows made
	Chunks      int64 // chunks of metric values stored
	ChunkBytes  int64 // of their data
	Exports     int64 // messages of exported metric values stored
	Connections int   // open now
}

type counters struct {
	reads, writes, failures, fenced, events, updates, alerts, chunks, chunkBytes, exports atomic.Int64
}

// record counts the effects that r stored.
func (c *counters) record(r *recorder) {
	c.events.Add(int64(len(r.fx.Events)))
	c.updates.Add(int64(len(r.fx.Updates)))
	c.alerts.Add(int64(len(r.fx.Alerts)))
	c.chunks.Add(r.chunks)
	c.chunkBytes.Add(r.chunkBytes)
	c.exports.Add(int64(len(r.fx.Exports)))
}

// count counts a finished transaction.
func (c *counters) count(m mode, err error) {
	switch {
	case errors.Is(err, ErrUnavailable):
		c.failures.Add(1)
	case errors.Is(err, ErrFenced):
		c.fenced.Add(1)
	case err != nil:
	case m == modeRead:
		c.reads.Add(1)
	default:
		c.writes.Add(1)
	}
}

// Stats returns the counters as they are now.
func (db *DB) Stats() Stats {
	c := &db.stats
	s := Stats{
		Reads: c.reads.Load(), Writes: c.writes.Load(), Failures: c.failures.Load(), Fenced: c.fenced.Load(),
		Events: c.events.Load(), Updates: c.updates.Load(), Alerts: c.alerts.Load(),
		Chunks: c.chunks.Load(), ChunkBytes: c.chunkBytes.Load(), Exports: c.exports.Load(),
		Connections: db.writer.Stats().OpenConnections,
	}
	if db.reader != db.writer {
		s.Connections += db.reader.Stats().OpenConnections
	}
	return s
}
