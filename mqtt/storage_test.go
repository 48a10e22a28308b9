package mqtt

import (
	"bytes"
	"context"
	"slices"
	"sync"
)

// A memoryStorage remembers what was saved. Its copies of entries stand for the
// disk: a server that is dropped without Shutdown is a process that was killed.
type memoryStorage struct {
	mu      sync.Mutex
	entries map[entryKey][]byte
	fail    error         // Save returns it
	hold    chan struct{} // when not nil, Save waits for it to be closed
	saves   int
}

func newMemoryStorage() *memoryStorage {
	return &memoryStorage{entries: map[entryKey][]byte{}}
}

func (m *memoryStorage) Load(_ context.Context, fn func(Entry) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	keys := make([]entryKey, 0, len(m.entries))
	for k := range m.entries {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b entryKey) int {
		if a.kind != b.kind {
			return int(a.kind) - int(b.kind)
		}
		if a.owner != b.owner {
			return bytes.Compare([]byte(a.owner), []byte(b.owner))
		}
		return int(int64(a.seq) - int64(b.seq))
	})
	for _, k := range keys {
		if err := fn(Entry{k.kind, k.owner, k.seq, m.entries[k]}); err != nil {
			return err
		}
	}
	return nil
}

func (m *memoryStorage) Save(ctx context.Context, entries []Entry) error {
	m.mu.Lock()
	hold, fail := m.hold, m.fail
	m.saves++
	m.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if fail != nil {
		return fail
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range entries {
		k := entryKey{e.Kind, e.Owner, e.Seq}
		if e.Value == nil {
			delete(m.entries, k)
		} else {
			m.entries[k] = bytes.Clone(e.Value)
		}
	}
	return nil
}

// disk returns a copy of what is on disk now.
func (m *memoryStorage) disk() *memoryStorage {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := newMemoryStorage()
	for k, v := range m.entries {
		c.entries[k] = bytes.Clone(v)
	}
	return c
}

func (m *memoryStorage) count(kind byte) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for k := range m.entries {
		if k.kind == kind {
			n++
		}
	}
	return n
}

// refuse makes Save return err from now on.
func (m *memoryStorage) refuse(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}
