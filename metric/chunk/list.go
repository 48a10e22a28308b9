package chunk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"math/bits"
	"net/netip"
	"slices"
)

// Interner finds the list to append among those that a chunk has. The zero
// value is ready; one will do for any number of chunks. A list that the chunk has is
// found in time proportional to the chunk's distinct lists, of which there are
// some MaxBytes at most.
type Interner struct {
	text []byte // the elements of the list at hand, one after the other
	ends []int  // where each of them ends in text

	dict  dictionary
	seed  maphash.Seed
	table []int32  // places of elements plus one, by hash; the length is a power of two
	fresh []uint32 // where in text the elements begin that the chunk does not have yet
	entry []byte   // the list as it is written
}

// maxIdle is the capacity, in elements, that is kept from list to list.
const maxIdle = 16 << 10

// begin forgets the list before.
func (in *Interner) begin() {
	in.text, in.ends, in.entry = in.text[:0], in.ends[:0], in.entry[:0]
	if cap(in.text) > 8*maxIdle || cap(in.ends) > maxIdle || cap(in.table) > 4*maxIdle {
		*in = Interner{}
	}
}

// end ends an element.
func (in *Interner) end() { in.ends = append(in.ends, len(in.text)) }

// AppendPorts appends a point to the bytes of an open chunk of Ports. Order and
// repetitions are kept. at and the errors are as for State.AppendCount; a list that
// takes more than MaxList bytes is refused.
func (in *Interner) AppendPorts(s *State, buf []byte, at int64, ports []uint16) ([]byte, error) {
	in.begin()
	for _, p := range ports {
		in.text = binary.LittleEndian.AppendUint16(in.text, p)
		in.end()
	}
	return in.append(s, buf, at, Ports)
}

// AppendAddresses appends a point to the bytes of an open chunk of Addresses,
// as AppendPorts does. An address that is invalid or has a zone is refused.
func (in *Interner) AppendAddresses(s *State, buf []byte, at int64, addrs []netip.Addr) ([]byte, error) {
	in.begin()
	for i, a := range addrs {
		switch {
		case !a.IsValid() || a.Zone() != "":
			return buf, fmt.Errorf("address %d is %v: give a valid address without a zone", i, a)
		case a.Is4():
			b := a.As4()
			in.text = append(append(in.text, 4), b[:]...)
		default:
			b := a.As16()
			in.text = append(append(in.text, 16), b[:]...)
		}
		in.end()
	}
	return in.append(s, buf, at, Addresses)
}

// AppendStrings appends a point to the bytes of an open chunk of Strings, as
// AppendPorts does.
func (in *Interner) AppendStrings(s *State, buf []byte, at int64, strings [][]byte) ([]byte, error) {
	in.begin()
	for _, v := range strings {
		in.text = append(binary.AppendUvarint(in.text, uint64(len(v))), v...)
		in.end()
	}
	return in.append(s, buf, at, Strings)
}

// AppendNumbers appends a point to the bytes of an open chunk of Numbers, as
// AppendPorts does. Numbers come back bit for bit.
func (in *Interner) AppendNumbers(s *State, buf []byte, at int64, numbers []float64) ([]byte, error) {
	in.begin()
	for _, v := range numbers {
		if mapped, scale := mapNumber(v, 0); scale <= maxDecimals {
			in.text = binary.AppendUvarint(append(in.text, scale), zigzag(mapped))
		} else {
			in.text = binary.LittleEndian.AppendUint64(append(in.text, scaleDouble), math.Float64bits(v))
		}
		in.end()
	}
	return in.append(s, buf, at, Numbers)
}

// append appends a point whose value is the list at hand.
func (in *Interner) append(s *State, buf []byte, at int64, kind Kind) ([]byte, error) {
	if err := s.check(buf, at, kind); err != nil {
		return buf, err
	}
	if len(in.text) > MaxList {
		return buf, fmt.Errorf("a list of %d bytes: at most %d can be kept", len(in.text), MaxList)
	}
	var lists []byte
	if s.dict > 0 {
		lists = buf[headLen : headLen+s.dict]
	}
	if err := in.dict.read(kind, lists); err != nil {
		return buf, errors.Join(errors.New("the bytes of the open chunk are not those that the last append returned"), err)
	}
	place := in.find()
	if place < 0 {
		place = len(in.dict.lists)
		in.write()
		if s.dict > 0 && int(s.dict)+len(in.entry) > MaxBytes {
			return buf, ErrFull
		}
		if len(buf) == 0 {
			buf = append(buf, version<<4|byte(kind))
		}
		buf = slices.Insert(buf, headLen+int(s.dict), in.entry...)
		s.dict += uint32(len(in.entry))
	}
	return s.add(buf, at, int64(place), 0), nil
}

// find returns the place of the list at hand in the chunk, -1 if it is new.
func (in *Interner) find() int {
	for i := len(in.dict.lists) - 1; i >= 0; i-- { // the last is the likeliest
		if in.same(i) {
			return i
		}
	}
	return -1
}

// same tells whether list i is the one at hand.
func (in *Interner) same(i int) bool {
	it := in.dict.items(i)
	if it.left != len(in.ends) {
		return false
	}
	start := 0
	for _, end := range in.ends {
		// An element tells its own length, so that none begins with another.
		if !bytes.HasPrefix(it.element(), in.text[start:end]) {
			return false
		}
		start = end
	}
	return true
}

// write makes the entry of the list at hand, which is new.
func (in *Interner) write() {
	in.index()
	in.entry = binary.AppendUvarint(in.entry, uint64(len(in.ends)))
	start := 0
	for _, end := range in.ends {
		place, known := in.enter(uint32(start), in.text[start:end])
		if known {
			in.entry = binary.AppendUvarint(in.entry, uint64(place)+1)
		} else {
			in.entry = append(append(in.entry, 0), in.text[start:end]...)
		}
		start = end
	}
}

// index enters the chunk's distinct elements into the table, with room for as
// many more as the list at hand has.
func (in *Interner) index() {
	need := 2 * (len(in.dict.elems) + len(in.ends))
	if need > len(in.table) {
		in.table = make([]int32, 1<<bits.Len(uint(need)))
		in.seed = maphash.MakeSeed()
	}
	clear(in.table)
	in.fresh = in.fresh[:0]
	for place, at := range in.dict.elems {
		b := in.dict.bytes[at:]
		*in.slot(b[:elementLen(in.dict.kind, b)]) = int32(place) + 1
	}
}

// enter returns the place of an element of the list at hand, which begins at
// start in text, and whether it had one before.
func (in *Interner) enter(start uint32, elem []byte) (place int, known bool) {
	slot := in.slot(elem)
	if *slot > 0 {
		return int(*slot) - 1, true
	}
	in.fresh = append(in.fresh, start)
	*slot = int32(len(in.dict.elems) + len(in.fresh))
	return int(*slot) - 1, false
}

// slot returns where the table has an element, or where it has to be entered.
func (in *Interner) slot(elem []byte) *int32 {
	mask := uint64(len(in.table) - 1)
	for i := maphash.Bytes(in.seed, elem) & mask; ; i = (i + 1) & mask {
		slot := &in.table[i]
		if *slot == 0 || bytes.HasPrefix(in.at(int(*slot)-1), elem) {
			return slot
		}
	}
}

// at returns the bytes that begin with the element at a place.
func (in *Interner) at(place int) []byte {
	if old := len(in.dict.elems); place >= old {
		return in.text[in.fresh[place-old]:]
	}
	return in.dict.bytes[in.dict.elems[place]:]
}
