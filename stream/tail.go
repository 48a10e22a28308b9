package stream

import "sync"

// tailBytes is how much of the newest part of a shard's log is kept in memory
// for its readers.
const tailBytes = 4 << 20

// tail is the end of a shard's log as this process wrote it. A reader that has
// caught up takes the batches from here; one that lags behind reads the stream.
// Only a log whose sole writer is this process has a tail.
type tail struct {
	mu      sync.Mutex
	last    uint64   // newest committed message
	held    [][]byte // copies of the messages last-len(held)+1 … last
	spare   [][]byte // their memory, to be used again
	bytes   int
	readers map[*Reader]chan struct{} // told when last grows
}

// add notes that data was committed as message seq.
func (t *tail) add(seq uint64, data []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if seq <= t.last {
		return // a repeated batch: it is there already
	}
	if seq != t.last+1 || len(t.readers) == 0 {
		t.drop(len(t.held)) // what lies between is only in the stream
	}
	t.last = seq
	if len(t.readers) == 0 {
		return
	}
	t.held = append(t.held, append(t.memory(), data...))
	t.bytes += len(data)
	for t.bytes > tailBytes && len(t.held) > 1 {
		t.drop(1)
	}
	t.wake()
}

// reset notes that the stream ends at seq, whatever was known before.
func (t *tail) reset(seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop(len(t.held))
	t.last = seq
	t.wake()
}

func (t *tail) wake() {
	for _, c := range t.readers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// drop forgets the n oldest messages.
func (t *tail) drop(n int) {
	for _, m := range t.held[:n] {
		t.bytes -= len(m)
		if len(t.spare) < 16 {
			t.spare = append(t.spare, m[:0])
		}
	}
	t.held = append(t.held[:0], t.held[n:]...)
}

func (t *tail) memory() []byte {
	if n := len(t.spare); n > 0 {
		m := t.spare[n-1]
		t.spare = t.spare[:n-1]
		return m
	}
	return nil
}

// where says how a reader gets at a message.
type where int

const (
	notYet   where = iota // it is not committed
	inMemory              // it was copied out of the tail
	inStream              // only the stream has it
)

// read copies message seq to dst[:0].
func (t *tail) read(seq uint64, dst []byte) ([]byte, where) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch first := t.last + 1 - uint64(len(t.held)); {
	case seq > t.last:
		return dst, notYet
	case seq < first:
		return dst, inStream
	default:
		return append(dst[:0], t.held[seq-first]...), inMemory
	}
}

// join makes r one of those that are told; leave ends that.
func (t *tail) join(r *Reader) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := make(chan struct{}, 1)
	if t.readers == nil {
		t.readers = map[*Reader]chan struct{}{}
	}
	t.readers[r] = c
	return c
}

func (t *tail) leave(r *Reader) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.readers, r)
}
