package mqtt

import "sync"

// bufferSize is the capacity of a fresh buffer: a report of a device fits, and
// so do a few small packets sent at once.
const bufferSize = 4 << 10

// A buffer is pooled memory. Idle connections hold none.
type buffer struct {
	b  []byte
	in Inbound // the packet in b that the handler is looking at
}

// buffers keeps buffers of capacity bufferSize; larger ones are left to the
// garbage collector, so that a burst does not stay in memory.
type buffers struct{ pool sync.Pool }

func (p *buffers) get() *buffer {
	if b, ok := p.pool.Get().(*buffer); ok {
		return b
	}
	return &buffer{b: make([]byte, 0, bufferSize)}
}

func (p *buffers) put(b *buffer) {
	if cap(b.b) <= 4*bufferSize {
		b.b, b.in = b.b[:0], Inbound{}
		p.pool.Put(b)
	}
}
