package detect

import (
	"bytes"

	"vedette/metric/chunk"
	"vedette/violation"
)

// Open chunks are in memory until they end: when they are full, when a day is over
// (which day that is differs from series to series), when their thing has been silent
// for so long, when their series is not kept any more, or when all of them take more than
// their budget: then those that were opened first end. All of this follows from the
// records alone.

// openChunk is the open chunk of a thing and a kept rule. It has no pointers.
type openChunk struct {
	state        chunk.State
	first        int64  // time of the first value, epoch ms
	thing, rule  uint32 // rule 0: not in use
	head, tail   uint32 // blocks that have its bytes, index plus 1
	size         uint32 // of its bytes
	until        uint32 // values that come so much later than first, ms, are of the next chunk
	older, newer uint32 // in the order of opening, index plus 1
}

// block is a piece of the bytes of a chunk.
type block struct {
	data [blockData]byte
	next uint32 // index plus 1
}

const (
	// What an open chunk and a block count for in the budget: a replay by another
	// release has to end the same chunks.
	openChunkSize = 104
	blockSize     = blockData + 4
	blockData     = 28

	maxPoints = 4000 // bytes of an open chunk of counts or numbers; the last point may go beyond. It is less than chunk.MaxBytes by more than a point has

	// endAfter is how long after its first value an open chunk ends of which nothing
	// more is heard, ms: then the next value would be of another chunk anyway.
	endAfter = violation.MaxChunkSpan + 600_000
	endsOnce = 256 // chunks that end with one record because of that
	spills   = 8   // chunks that end at most with one value because of the budget
)

// openChunks holds the open chunks.
type openChunks struct {
	heads  *slab[openChunk]
	blocks *slab[block]
	oldest uint32 // index plus 1; 0: there is none
	newest uint32
	bytes  int64 // that they take
	budget int64
	over   int64 // time of the last value of a state that went, or that nobody knows as one of values any more

	in      chunk.Interner
	scratch []byte
}

func newOpenChunks() openChunks {
	return openChunks{heads: newSlab[openChunk](1), blocks: newSlab[block](1), budget: DefaultValueMemory}
}

// chunk returns the open chunk i (index plus 1) for writing.
func (l *openChunks) chunk(i uint32) *openChunk { return &l.heads.edit(i - 1)[0] }

func (l *openChunks) peek(i uint32) *openChunk { return &l.heads.view(i - 1)[0] }

// of returns the open chunk that a slot has, 0 for none: it may have ended.
func (l *openChunks) of(s *state, thing, rule uint32) uint32 {
	i := s.covered
	if i == 0 || i > l.heads.count {
		return 0
	}
	if o := l.peek(i); o.thing != thing || o.rule != rule {
		return 0
	}
	return i
}

// begin opens a chunk behind all others.
func (l *openChunks) begin(o openChunk) (i uint32) {
	i = l.heads.add() + 1
	o.older, o.newer = l.newest, 0
	*l.chunk(i) = o
	if l.newest != 0 {
		l.chunk(l.newest).newer = i
	} else {
		l.oldest = i
	}
	l.newest = i
	l.bytes += openChunkSize
	return i
}

// forget releases the open chunk i.
func (l *openChunks) forget(i uint32) {
	o := l.chunk(i)
	for b := o.head; b != 0; {
		next := l.blocks.view(b - 1)[0].next
		l.blocks.release(b - 1)
		l.bytes -= blockSize
		b = next
	}
	if o.older != 0 {
		l.chunk(o.older).newer = o.newer
	} else {
		l.oldest = o.newer
	}
	if o.newer != 0 {
		l.chunk(o.newer).older = o.older
	} else {
		l.newest = o.older
	}
	*o = openChunk{}
	l.heads.release(i - 1)
	l.bytes -= openChunkSize
}

// gather appends the bytes of a chunk to dst.
func (l *openChunks) gather(dst []byte, o *openChunk) []byte {
	left := int(o.size)
	for b := o.head; left > 0; {
		at := &l.blocks.view(b - 1)[0]
		n := min(left, blockData)
		dst = append(dst, at.data[:n]...)
		b, left = at.next, left-n
	}
	return dst
}

// put makes data the bytes of o from the place from on, which is in the block b that
// begins at a multiple of blockData. Blocks that stay as they are are not touched.
func (l *openChunks) put(o *openChunk, b uint32, from int, data []byte) {
	o.size = uint32(from + len(data))
	skip := from % blockData
	for ; len(data) > 0; skip = 0 {
		if b == 0 {
			b = l.grow(o)
		}
		n := min(len(data), blockData-skip)
		if !bytes.Equal(l.blocks.view(b - 1)[0].data[skip:skip+n], data[:n]) {
			copy(l.blocks.edit(b - 1)[0].data[skip:], data[:n])
		}
		data, b = data[n:], l.blocks.view(b - 1)[0].next
	}
}

// grow adds a block to a chunk.
func (l *openChunks) grow(o *openChunk) uint32 {
	b := l.blocks.add() + 1
	l.bytes += blockSize
	if o.tail == 0 {
		o.head = b
	} else {
		l.blocks.edit(o.tail - 1)[0].next = b
	}
	o.tail = b
	return b
}

// appendTo appends the value at hand to an open chunk, which is as it was after an
// error.
func (l *openChunks) appendTo(o *openChunk, at int64, v *value) (err error) {
	buf := l.scratch[:0]
	if kind := o.state.Kind(); kind != chunk.Counts && kind != chunk.Number {
		buf, err = l.appendList(o, l.gather(buf, o), at, v)
		l.scratch = buf
		if err == nil {
			l.put(o, o.head, 0, buf)
		}
		return err
	}
	if o.size > maxPoints {
		return chunk.ErrFull
	}
	from := max(int(o.size)-1, 0) // the last byte is all that appending needs
	if o.size > 0 {
		buf = append(buf, l.blocks.view(o.tail - 1)[0].data[from%blockData])
	}
	if o.state.Kind() == chunk.Counts {
		buf, err = o.state.AppendCount(buf, at, v.count)
	} else {
		buf, err = o.state.AppendNumber(buf, at, v.number)
	}
	l.scratch = buf
	if err == nil {
		l.put(o, o.tail, from, buf)
	}
	return err
}

func (l *openChunks) appendList(o *openChunk, buf []byte, at int64, v *value) ([]byte, error) {
	switch o.state.Kind() {
	case chunk.Ports:
		return l.in.AppendPorts(&o.state, buf, at, v.ports)
	case chunk.Addresses:
		return l.in.AppendAddresses(&o.state, buf, at, v.addrs)
	case chunk.Strings:
		return l.in.AppendStrings(&o.state, buf, at, v.strings)
	default:
		return l.in.AppendNumbers(&o.state, buf, at, v.numbers)
	}
}

// sealed returns an open chunk as what is stored, without thing and series.
func (l *openChunks) sealed(o *openChunk) violation.Chunk {
	l.scratch = l.gather(l.scratch[:0], o)
	return violation.Chunk{First: o.first, Last: o.state.Last(), Count: o.state.Len(), Data: o.state.Seal(nil, l.scratch)}
}
