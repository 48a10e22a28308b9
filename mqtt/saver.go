package mqtt

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// saveRetry is the pause after a Save that failed.
const saveRetry = time.Second

// A saver gathers entries from all connections while a Save runs, and saves
// them in the next one. A nil saver saves nothing.
type saver struct {
	storage Storage
	log     *slog.Logger
	failed  func() // counts
	wake    chan struct{}
	stopped chan struct{}

	mu      sync.Mutex
	entries []Entry
	index   map[entryKey]int // of entries
	waiters []waiter
	closed  bool
	done    chan struct{}
}

type entryKey struct {
	kind  byte
	owner string
	seq   uint64
}

// A waiter is told when everything put before it is saved.
type waiter struct {
	client *Client
	ticket uint64     // of a PUBLISH
	packet []byte     // or a packet to send
	done   func(Code) // or somebody who is no client
}

func newSaver(storage Storage, log *slog.Logger, failed func()) *saver {
	return &saver{
		storage: storage, log: log, failed: failed,
		wake: make(chan struct{}, 1), stopped: make(chan struct{}), done: make(chan struct{}),
		index: map[entryKey]int{},
	}
}

// put adds an entry. It replaces one of the same key that still waits.
func (s *saver) put(e Entry) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.putLocked(e)
}

func (s *saver) putLocked(e Entry) {
	key := entryKey{e.Kind, e.Owner, e.Seq}
	if i, ok := s.index[key]; ok {
		s.entries[i] = e
		return
	}
	s.index[key] = len(s.entries)
	s.entries = append(s.entries, e)
	s.signal()
}

// putRetained adds a retained message, nil to delete it; false: nothing is saved
// by this server.
func (s *saver) putRetained(topic string, m *message) bool {
	if s == nil {
		return false
	}
	e := Entry{Kind: EntryRetained, Owner: topic}
	if m != nil {
		e.Value = encodeRetained(m)
	}
	s.put(e)
	return true
}

// await has w told once all that was put before is saved.
func (s *saver) await(w waiter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiters = append(s.waiters, w)
	s.signal()
}

func (s *saver) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run saves until stop is called and everything is saved, or ctx ends.
func (s *saver) run(ctx context.Context) {
	defer close(s.done)
	var failing bool
	for {
		select {
		case <-s.wake:
		case <-s.stopped:
		case <-ctx.Done():
			return
		}
		entries, waiters := s.take()
		if len(entries) == 0 && len(waiters) == 0 {
			select {
			case <-s.stopped:
				return
			default:
				continue
			}
		}
		err := s.save(ctx, entries)
		for _, w := range waiters {
			w.tell(err)
		}
		if err != nil {
			s.failed()
			if !failing {
				s.log.Error("save sessions: will be tried again", "entries", len(entries), "err", err)
			}
			s.restore(entries)
			if !pause(ctx.Done(), saveRetry) {
				return
			}
			s.signal()
		} else if failing {
			s.log.Info("save sessions: works again")
		}
		failing = err != nil
	}
}

func (s *saver) save(ctx context.Context, entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	return s.storage.Save(ctx, entries)
}

func (s *saver) take() ([]Entry, []waiter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries, waiters := s.entries, s.waiters
	s.entries, s.waiters = nil, nil
	clear(s.index)
	return entries, waiters
}

// restore puts entries that could not be saved in front of those that have come
// since, so that a waiter is never told of success while something older is missing.
func (s *saver) restore(entries []Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	newer := s.entries
	s.entries = entries
	clear(s.index)
	for i, e := range entries {
		s.index[entryKey{e.Kind, e.Owner, e.Seq}] = i
	}
	for _, e := range newer {
		s.putLocked(e)
	}
}

// stop saves what waits and ends run; ctx bounds the wait.
func (s *saver) stop(ctx context.Context) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.stopped)
	}
	s.mu.Unlock()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pause waits for d; false when stop was closed before.
func pause(stop <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-stop:
		return false
	}
}

// tell passes on whether the Save worked. When it did not, a version 5 client
// gets a negative PUBACK; there is none for SUBSCRIBE and UNSUBSCRIBE, nor for
// version 3.1.1: the connection is closed, and the client will try again.
func (w waiter) tell(err error) {
	switch {
	case w.done != nil && err == nil:
		w.done(CodeSuccess)
	case w.done != nil:
		w.done(CodeImplementationSpecific)
	case w.packet == nil && err == nil:
		w.client.finish(w.ticket, CodeSuccess)
	case w.packet == nil:
		w.client.finish(w.ticket, CodeImplementationSpecific)
	case err == nil:
		w.client.send(w.packet)
		w.client.markDirty()
	default:
		w.client.kick(CodeImplementationSpecific, ReasonServerError)
	}
}
