package mqtt

import "sync"

// A flusher writes for those who must not make system calls of their own, such
// as the goroutine that commits the log and answers thousands of connections.
// What such a caller appends for one connection in a row leaves in one write.
type flusher struct {
	wake chan struct{}

	mu    sync.Mutex
	dirty []*Client
}

func newFlusher() *flusher { return &flusher{wake: make(chan struct{}, 1)} }

func (f *flusher) add(c *Client) {
	f.mu.Lock()
	f.dirty = append(f.dirty, c)
	first := len(f.dirty) == 1
	f.mu.Unlock()
	if first {
		select {
		case f.wake <- struct{}{}:
		default:
		}
	}
}

// run flushes until stop is closed.
func (f *flusher) run(stop <-chan struct{}) {
	var work []*Client
	for {
		select {
		case <-f.wake:
		case <-stop:
			return
		}
		f.mu.Lock()
		work, f.dirty = f.dirty, work[:0]
		f.mu.Unlock()
		for _, c := range work {
			c.dirty.Store(false)
			if c.stalled.Swap(false) {
				c.session.resume(c)
			}
			c.flush()
		}
		clear(work)
	}
}
