package stream

import "sync/atomic"

// Stats counts what happened since the log was opened.
type Stats struct {
	Batches       uint64 // committed
	Records       uint64 // committed
	Bytes         uint64 // of committed batches
	FailedBatches uint64 // not committed, their waiters were told
	Retries       uint64 // commits that were sent again because no answer came
	Refused       uint64 // messages that the server refused
	Overloaded    uint64 // appends refused because MaxPending was reached
	Pending       int64  // bytes of bodies that wait for their commit now

	ReadBatches     uint64 // given to readers
	RepeatedBatches uint64 // skipped by readers because they had been read before
	DamagedMessages uint64 // skipped by readers because Options.SkipDamaged is set
	Snapshots       uint64 // saved
}

type counters struct {
	batches, records, bytes, failedBatches atomic.Uint64
	retries, refused, overloaded           atomic.Uint64
	readBatches, repeatedBatches, damaged  atomic.Uint64
	snapshots                              atomic.Uint64
}

func (c *counters) committed(b *batch) {
	c.batches.Add(1)
	c.records.Add(uint64(b.count))
	c.bytes.Add(uint64(len(b.buf)))
}

// Stats returns the counters.
func (l *Log) Stats() Stats {
	c := &l.stats
	return Stats{
		Batches: c.batches.Load(), Records: c.records.Load(), Bytes: c.bytes.Load(),
		FailedBatches: c.failedBatches.Load(), Retries: c.retries.Load(), Refused: c.refused.Load(),
		Overloaded: c.overloaded.Load(), Pending: l.pending.Load(),
		ReadBatches: c.readBatches.Load(), RepeatedBatches: c.repeatedBatches.Load(),
		DamagedMessages: c.damaged.Load(), Snapshots: c.snapshots.Load(),
	}
}
