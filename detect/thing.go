package detect

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

// thing is what the engine keeps of each thing it has seen, registered or not.
// It has no pointers and takes one cache line: most names are in it, so that
// finding a thing does not touch memory that judging its report would not.
type thing struct {
	name   [1 + inlineName]byte // length, then the name or, when it is longer than inlineName, its place in the arena
	hash   uint64               // payload hash of the last report
	report int64                // id of the last report
	last   int64                // arrival time of the last report, epoch ms
	class  uint32
	plan   uint32 // that block is laid out for; behind the class's until the thing's next record
	block  uint32 // of states, in the pool for the plan's length; none when the plan is empty
	flags  uint8
}

// inlineName is the longest name that fits into a thing.
const inlineName = 23

const (
	reported uint8 = 1 << iota // the thing has sent a report
	ahead                      // the sweep under way has nothing to do for it when it gets there
)

// things finds a thing by name: an open-addressing index over an arena of
// names. The index is cut in segments that grow one by one, so that no single
// record pays for moving millions of entries.
type things struct {
	slab     *slab[thing]
	totals   *slab[Totals] // of each thing; in no snapshot: nothing is judged by them
	arena    arena
	segments [256]segment
}

// segment is a hash table with linear probing. A slot holds the low half of the
// name's hash, which is also the slot's wished place, and the thing's id plus 1.
type segment struct {
	slots []uint64
	used  int
}

func newThings() *things { return &things{slab: newSlab[thing](1), totals: newSlab[Totals](1)} }

// len returns how many things there are; their ids are below it.
func (t *things) len() int { return int(t.slab.count) }

// find returns the id of the thing called name.
func (t *things) find(name []byte) (id uint32, ok bool) {
	h := xxhash.Sum64(name)
	slots := t.segments[h>>56].slots
	if len(slots) == 0 {
		return 0, false
	}
	mask := uint32(len(slots) - 1)
	for i := uint32(h) & mask; slots[i] != 0; i = (i + 1) & mask {
		if uint32(slots[i]>>32) != uint32(h) {
			continue
		}
		id := uint32(slots[i]) - 1
		if string(t.name(id)) == string(name) {
			return id, true
		}
	}
	return 0, false
}

// add makes a thing of a name that is not there yet.
func (t *things) add(name []byte) (id uint32) {
	id = t.slab.add()
	t.totals.add()
	to := t.edit(id).name[:]
	to[0] = byte(len(name))
	if len(name) <= inlineName {
		copy(to[1:], name)
	} else {
		binary.LittleEndian.PutUint64(to[1:], t.arena.add(name))
	}
	h := xxhash.Sum64(name)
	t.segments[h>>56].insert(h<<32 | uint64(id+1))
	return id
}

// name returns the name of a thing, for reading.
func (t *things) name(id uint32) []byte {
	name := &t.view(id).name
	if n := int(name[0]); n <= inlineName {
		return name[1 : 1+n]
	}
	return t.arena.get(binary.LittleEndian.Uint64(name[1:]), int(name[0]))
}

// hash returns a hash of the name of a thing.
func (t *things) hash(id uint32) uint64 { return xxhash.Sum64(t.name(id)) }

func (t *things) view(id uint32) *thing { return &t.slab.view(id)[0] }

func (t *things) edit(id uint32) *thing { return &t.slab.edit(id)[0] }

func (s *segment) insert(slot uint64) {
	if s.used*4 >= len(s.slots)*3 {
		old := s.slots
		s.slots = make([]uint64, max(16, 2*len(old)))
		for _, moved := range old {
			if moved != 0 {
				s.put(moved)
			}
		}
	}
	s.put(slot)
	s.used++
}

func (s *segment) put(slot uint64) {
	mask := uint32(len(s.slots) - 1)
	i := uint32(slot>>32) & mask
	for s.slots[i] != 0 {
		i = (i + 1) & mask
	}
	s.slots[i] = slot
}

// arena holds names that are too long for their thing. It only grows.
type arena struct {
	chunks [][]byte
}

const arenaChunk = 1 << 20

func (a *arena) add(name []byte) (place uint64) {
	last := len(a.chunks) - 1
	if last < 0 || len(a.chunks[last])+len(name) > arenaChunk {
		a.chunks = append(a.chunks, make([]byte, 0, arenaChunk))
		last++
	}
	place = uint64(last)*arenaChunk + uint64(len(a.chunks[last]))
	a.chunks[last] = append(a.chunks[last], name...)
	return place
}

func (a *arena) get(place uint64, length int) []byte {
	at := int(place % arenaChunk)
	return a.chunks[place/arenaChunk][at : at+length]
}

// freeze returns the arena as it is now, for reading only: what is added later
// lies behind what it sees.
func (a *arena) freeze() arena {
	return arena{chunks: append([][]byte(nil), a.chunks...)}
}
