package detect

import (
	"fmt"
	"slices"
	"testing"
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

// TestThings finds 100,000 names and no others.
func TestThings(t *testing.T) {
	things := newThings()
	const n = 100_000
	for i := range n {
		if got := things.add(fmt.Appendf(nil, "thing/%d", i)); got != uint32(i) {
			t.Fatalf("got id %d, want %d", got, i)
		}
	}
	for i := range n {
		name := fmt.Appendf(nil, "thing/%d", i)
		if id, ok := things.find(name); !ok || id != uint32(i) || string(things.name(id)) != string(name) {
			t.Fatalf("found %s: %v, %d", name, ok, id)
		}
	}
	if id, ok := things.find([]byte("thing/x")); ok {
		t.Errorf("found a name that is not there: %d", id)
	}
	if perThing := float64(things.bytes()) / n; perThing > 110 {
		t.Errorf("got %.0f bytes for each thing, want at most 110", perThing)
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
