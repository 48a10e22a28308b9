// Package record is what a shard's log holds: the records that gateway and
// control write, stream keeps and detect judges (docs/format/record.md).
//
// A record is a kind, an arrival time and a body. This package knows how the
// body of each kind is written and read; stream carries bodies without looking.
package record

import "github.com/cespare/xxhash/v2"

// Kind says what the body of a record is. The values are stored in the log:
// they are never reused.
type Kind uint8

// The kinds of records.
const (
	KindReport    Kind = 1 // a device's metrics report
	KindUsage     Kind = 2 // what the broker counted for a thing
	KindPresence  Kind = 3 // a thing connected or disconnected
	KindChange    Kind = 4 // the control plane changed something
	KindThreshold Kind = 5 // percentiles of the fleet, from their coordinator
	KindTick      Kind = 7 // time passed and something is due; no body
	KindGateway   Kind = 8 // a process that connects things lives, or does not
)

// Partitions is the number of partitions that things are spread over, fixed
// for the life of a deployment.
const Partitions = 64

// MaxBody is the largest body of a record in bytes: what the log takes by default,
// with room for what it adds (stream.Options.MaxBatch).
const MaxBody = 511 << 10

// Partition returns the partition of the thing called name. It never changes
// for a name.
func Partition(name []byte) uint8 { return uint8(xxhash.Sum64(name) % Partitions) }

// Record is one entry of a shard's log.
type Record struct {
	Kind      Kind
	Partition uint8  // of the thing it is about; 0 when it is about none
	At        int64  // arrival time, epoch milliseconds, stamped by the shard's batcher
	Pos       uint64 // place in the shard's log, see Pos
	Body      []byte
}

// Batch is what one commit stored: the records of one message of the shard's
// stream, in order.
type Batch struct {
	Shard   int
	Seq     uint64 // the message's sequence number in the shard's stream
	Records []Record
}

// Pos returns the place of the index-th record of the message seq. Places
// grow along the log; a batch holds at most 65,536 records.
func Pos(seq uint64, index int) uint64 { return seq<<16 | uint64(index) }

// Seq returns the message's sequence number in a place.
func Seq(pos uint64) uint64 { return pos >> 16 }

// Waiter is told what became of an appended record.
type Waiter interface {
	// Committed is called once for each Append, in the order of the
	// appends of a partition, after the record is on disk (err is nil, at is its
	// arrival time) or could not be stored. It must not block.
	Committed(token uint64, at int64, err error)
}
