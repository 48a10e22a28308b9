package detect

// slab holds blocks of width Ts without pointers, by dense index, in chunks
// that never move: growing copies nothing, and the garbage collector looks into
// none of it. A frozen slab shares its chunks with the live one, which copies a
// chunk before it first writes to it again.
type slab[T any] struct {
	width  int  // Ts in a block, at least 1
	shift  uint // a chunk holds 1<<shift blocks
	epoch  uint32
	count  uint32 // blocks in use or free
	free   []uint32
	chunks []slabChunk[T]
}

type slabChunk[T any] struct {
	data  []T
	epoch uint32 // of the slab when the chunk was made or copied
}

// chunkItems is the size of a chunk to aim at: copying it takes some 20 µs.
const chunkItems = 1 << 12

func newSlab[T any](width int) *slab[T] {
	shift := uint(0)
	for width<<(shift+1) <= chunkItems {
		shift++
	}
	return &slab[T]{width: width, shift: shift}
}

// add returns the index of a zero block.
func (s *slab[T]) add() uint32 {
	if n := len(s.free); n > 0 {
		i := s.free[n-1]
		s.free = s.free[:n-1]
		clear(s.edit(i))
		return i
	}
	i := s.count
	if int(i>>s.shift) == len(s.chunks) {
		s.chunks = append(s.chunks, slabChunk[T]{make([]T, s.width<<s.shift), s.epoch})
	}
	s.count++
	return i
}

func (s *slab[T]) release(i uint32) { s.free = append(s.free, i) }

// view returns block i for reading.
func (s *slab[T]) view(i uint32) []T {
	at := int(i&(1<<s.shift-1)) * s.width
	return s.chunks[i>>s.shift].data[at : at+s.width : at+s.width]
}

// edit returns block i for writing, valid until the slab is frozen.
func (s *slab[T]) edit(i uint32) []T {
	c := &s.chunks[i>>s.shift]
	if c.epoch != s.epoch {
		c.data, c.epoch = append([]T(nil), c.data...), s.epoch
	}
	at := int(i&(1<<s.shift-1)) * s.width
	return c.data[at : at+s.width : at+s.width]
}

// freeze returns the slab as it is now, for reading only.
func (s *slab[T]) freeze() *slab[T] {
	frozen := *s
	frozen.chunks = append([]slabChunk[T](nil), s.chunks...)
	frozen.free = nil
	s.epoch++
	return &frozen
}
