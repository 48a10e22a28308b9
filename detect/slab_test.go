package detect

import (
	"fmt"
	"slices"
	"testing"
	"unsafe"
)

func TestSlab(t *testing.T) {
	for _, width := range []int{1, 5, chunkItems, chunkItems + 1} {
		t.Run(fmt.Sprintf("ok/width %d", width), func(t *testing.T) {
			s := newSlab[uint32](width)
			blocks := 3*chunkItems/width + 3
			for i := range blocks {
				if got := s.add(); got != uint32(i) {
					t.Fatalf("got block %d, want %d", got, i)
				}
				b := s.edit(uint32(i))
				b[0], b[width-1] = uint32(i), uint32(i)
			}
			for i := range blocks {
				if b := s.view(uint32(i)); len(b) != width || b[0] != uint32(i) || b[width-1] != uint32(i) {
					t.Fatalf("block %d of %d holds %d, %d", i, blocks, b[0], b[width-1])
				}
			}
		})
	}
}

func TestSlabReuse(t *testing.T) {
	s := newSlab[uint32](2)
	a := s.add()
	s.edit(a)[1] = 7
	s.release(a)
	if b := s.add(); b != a || !slices.Equal(s.view(b), []uint32{0, 0}) {
		t.Errorf("got block %d with %v, want %d with zeros", b, s.view(b), a)
	}
}

func TestSlabFreeze(t *testing.T) {
	s := newSlab[uint32](1)
	for range 2 * chunkItems {
		s.add()
	}
	s.edit(0)[0] = 1
	frozen := s.freeze()
	s.edit(0)[0] = 2
	s.release(1)
	s.edit(s.add())[0] = 3
	second := s.freeze()
	s.edit(0)[0] = 4
	if got := []uint32{frozen.view(0)[0], frozen.view(1)[0], second.view(0)[0], second.view(1)[0], s.view(0)[0]}; !slices.Equal(got, []uint32{1, 0, 2, 3, 4}) {
		t.Errorf("got %v", got)
	}
	if &frozen.view(chunkItems)[0] != &s.view(chunkItems)[0] {
		t.Error("an untouched chunk was copied")
	}
}

// TestThings finds 100,000 names, short and long, and no others.
func TestThings(t *testing.T) {
	things := newThings()
	const n = 100_000
	for i := range n {
		if got := things.add(testName(i)); got != uint32(i) {
			t.Fatalf("got id %d, want %d", got, i)
		}
	}
	for i := range n {
		name := testName(i)
		if id, ok := things.find(name); !ok || id != uint32(i) || string(things.name(id)) != string(name) {
			t.Fatalf("found %s: %v, %d", name, ok, id)
		}
	}
	if id, ok := things.find([]byte("thing/x")); ok {
		t.Errorf("found a name that is not there: %d", id)
	}
	if perThing := float64(things.bytes()) / n; perThing > 130 {
		t.Errorf("got %.0f bytes for each thing, want at most 130", perThing)
	}
}

// testName returns names of 7 to 255 bytes, now below and now above what fits
// into a thing.
func testName(i int) []byte {
	name := fmt.Appendf(nil, "thing/%d", i)
	switch i % 1000 {
	case 0:
		return append(name, make([]byte, 255-len(name))...)
	case 1:
		return append(name, make([]byte, inlineName-len(name))...)
	case 2:
		return append(name, make([]byte, inlineName+1-len(name))...)
	}
	return name
}

func TestThingSize(t *testing.T) {
	if got := unsafe.Sizeof(thing{}); got != 64 {
		t.Errorf("a thing takes %d bytes, want a cache line", got)
	}
	if got := unsafe.Sizeof(state{}); got != 16 {
		t.Errorf("a state takes %d bytes, want 16", got)
	}
}

func TestThingsTagCollision(t *testing.T) {
	// All in one segment and on one place of it: found by name all the same.
	var s segment
	for id := range uint64(1000) {
		s.insert(7<<32 | (id + 1))
	}
	seen := 0
	for _, slot := range s.slots {
		if slot != 0 {
			seen++
		}
	}
	if seen != 1000 || s.used != 1000 {
		t.Errorf("got %d of %d entries, want 1000", seen, s.used)
	}
}
