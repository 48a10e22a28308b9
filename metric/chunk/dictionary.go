package chunk

import (
	"encoding/binary"
	"math"
	"net/netip"
)

// dictionary knows where the distinct lists of a chunk are. They lie before the
// points, in the order in which they came; the value of a point is the place of
// its list. A list is its length and, for each element, the place of it among the
// distinct elements plus one, or zero and the element, which is a new one. These
// integers are varints. Elements are
//
//	Ports      2 bytes, little-endian
//	Addresses  the byte 4 and 4 bytes, or the byte 16 and 16 bytes
//	Strings    length (varint), bytes
//	Numbers    the scale as a byte and what mapNumber makes of the number, zigzag, as a
//	           varint; or the byte scaleDouble and the 8 bytes of the number, little-endian
type dictionary struct {
	kind  Kind
	bytes []byte
	elems []uint32 // where the distinct elements begin
	lists []list
}

// list is one of the distinct lists.
type list struct {
	at    uint32 // where it begins
	elems uint32 // distinct elements before it
}

// read finds the lists and elements in b and checks them.
func (d *dictionary) read(kind Kind, b []byte) error {
	d.kind, d.bytes, d.elems, d.lists = kind, b, d.elems[:0], d.lists[:0]
	for at := 0; at < len(b); {
		d.lists = append(d.lists, list{uint32(at), uint32(len(d.elems))})
		items, n := binary.Uvarint(b[at:])
		if n <= 0 || items > uint64(len(b)-at-n) {
			return corrupt("length of list %d", len(d.lists)-1)
		}
		at += n
		for range items {
			place, n := binary.Uvarint(b[at:])
			if n <= 0 || place > uint64(len(d.elems)) {
				return corrupt("list %d names an element that is none of %d", len(d.lists)-1, len(d.elems))
			}
			at += n
			if place > 0 {
				continue
			}
			d.elems = append(d.elems, uint32(at))
			size := elementLen(kind, b[at:])
			if size == 0 {
				return corrupt("element %d", len(d.elems)-1)
			}
			at += size
		}
	}
	return nil
}

// elementLen returns the length of the element that b begins with, 0 if it
// begins with none.
func elementLen(kind Kind, b []byte) int {
	if len(b) == 0 {
		return 0
	}
	n := 0
	switch kind {
	case Ports:
		n = 2
	case Addresses:
		if b[0] == 4 || b[0] == 16 {
			n = 1 + int(b[0])
		}
	case Strings:
		if size, prefix := binary.Uvarint(b); prefix > 0 && size <= uint64(len(b)-prefix) {
			n = prefix + int(size)
		}
	case Numbers:
		if b[0] == scaleDouble {
			n = 1 + 8
		} else if _, size := binary.Uvarint(b[1:]); size > 0 && b[0] <= maxDecimals {
			n = 1 + size
		}
	}
	if n > len(b) {
		return 0
	}
	return n
}

// items goes over the elements of one list.
type items struct {
	d    *dictionary
	at   int    // where the next one is written
	left int    // elements not gone over
	next uint32 // place of the next new element
}

// items returns the elements of list i.
func (d *dictionary) items(i int) items {
	left, n := binary.Uvarint(d.bytes[d.lists[i].at:])
	return items{d, int(d.lists[i].at) + n, int(left), d.lists[i].elems}
}

// element returns the bytes that begin with the next element.
func (it *items) element() []byte {
	d := it.d
	place, n := binary.Uvarint(d.bytes[it.at:])
	it.at += n
	it.left--
	if place > 0 {
		return d.bytes[d.elems[place-1]:]
	}
	b := d.bytes[d.elems[it.next]:]
	it.next++
	it.at += elementLen(d.kind, b)
	return b
}

// Ports appends the value of the point in a chunk of Ports to dst.
func (r *Reader) Ports(dst []uint16) []uint16 {
	for it := r.items(Ports); it.left > 0; {
		dst = append(dst, binary.LittleEndian.Uint16(it.element()))
	}
	return dst
}

// Addresses appends the value of the point in a chunk of Addresses to dst.
func (r *Reader) Addresses(dst []netip.Addr) []netip.Addr {
	for it := r.items(Addresses); it.left > 0; {
		b := it.element()
		a, _ := netip.AddrFromSlice(b[1 : 1+b[0]])
		dst = append(dst, a)
	}
	return dst
}

// Strings appends the value of the point in a chunk of Strings to dst. The
// strings are parts of the chunk: they must not be changed.
func (r *Reader) Strings(dst [][]byte) [][]byte {
	for it := r.items(Strings); it.left > 0; {
		b := it.element()
		size, n := binary.Uvarint(b)
		end := n + int(size)
		dst = append(dst, b[n:end:end])
	}
	return dst
}

// Numbers appends the value of the point in a chunk of Numbers to dst.
func (r *Reader) Numbers(dst []float64) []float64 {
	for it := r.items(Numbers); it.left > 0; {
		b := it.element()
		if b[0] == scaleDouble {
			dst = append(dst, math.Float64frombits(binary.LittleEndian.Uint64(b[1:])))
			continue
		}
		u, _ := binary.Uvarint(b[1:])
		dst = append(dst, unmapNumber(unzigzag(u), b[0]))
	}
	return dst
}

// items returns the elements of the point's list; none if the chunk is of
// another kind.
func (r *Reader) items(kind Kind) items {
	if r.s.kind != kind || r.s.count == 0 || r.err != nil {
		return items{}
	}
	return r.dict.items(int(r.s.value))
}
