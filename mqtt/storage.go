package mqtt

import "context"

// Storage keeps what must survive the death of the process: persistent
// sessions with their subscriptions, the messages queued for them, and retained
// messages. Its methods are never called concurrently.
type Storage interface {
	// Load calls fn for every entry, sessions before queued messages, queued
	// messages of one owner in the order of Seq. fn may keep nothing of the
	// entry. An error of fn ends Load and is returned.
	Load(ctx context.Context, fn func(Entry) error) error
	// Save stores all entries in one transaction; nil means that they are on
	// disk. An entry replaces the one with the same Kind, Owner and Seq. Save
	// keeps nothing of entries after it returned.
	Save(ctx context.Context, entries []Entry) error
}

// The kinds of entries. The values are stored: they are never reused.
const (
	EntrySession  byte = 1 // a persistent session with its subscriptions; Owner is the client identifier, Seq 0
	EntryQueued   byte = 2 // a message for a session; Owner is the client identifier, Seq its number in the session
	EntryRetained byte = 3 // a retained message; Owner is the topic, Seq 0
)

// Entry is one stored fact.
type Entry struct {
	Kind  byte
	Owner string // client identifier or topic, UTF-8
	Seq   uint64
	Value []byte // a versioned encoding of this package's own; nil: delete the entry
}
