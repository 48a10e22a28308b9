package stream

import (
	"errors"
	"fmt"
)

// What a Waiter, or a caller of the log, may be told. Errors of storage wrap
// one of them; use errors.Is.
var (
	// ErrUnavailable: the record could not be stored (the disk is full, a write or
	// fsync failed, the server refused it). Appending the same again later is right.
	ErrUnavailable = errors.New("the log is unavailable")
	// ErrOverloaded: more bytes wait for a commit than Options.MaxPending; the record was not taken.
	ErrOverloaded = errors.New("the log is overloaded")
	// ErrTooLarge: the record can never fit into a batch of Options.MaxBatch bytes.
	ErrTooLarge = errors.New("the record is too large for the log")
	// ErrClosed: the log was closed. What became of a record that was being stored at that moment is not known.
	ErrClosed = errors.New("the log is closed")
	// ErrTrimmed: the records after the asked place were dropped; a newer snapshot exists, or existed, that covers them.
	ErrTrimmed = errors.New("the log was trimmed beyond this place")
)

// DamageError says that what the log stored cannot be read back as it was
// written. Nothing behind it is delivered.
type DamageError struct {
	Shard int
	Seq   uint64 // of the message in the shard's stream; the first missing one when messages are missing
	Err   error
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("shard %d of the log is damaged at message %d: %v; restore the log from a backup, "+
		"or start once with the option that skips damaged messages, which loses the records in them", e.Shard, e.Seq, e.Err)
}

func (e *DamageError) Unwrap() error { return e.Err }
