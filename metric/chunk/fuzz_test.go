package chunk_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"net/netip"
	"testing"

	"vedette/metric/chunk"
)

// examples returns a small chunk of each kind.
func examples(t testing.TB) [][]byte {
	var sealed [][]byte
	for _, kind := range kinds {
		o := newOpen(kind)
		for i := range int64(20) {
			p := point{At: 1_764_201_600_000 + 300_000*i + i*i%7, Count: i / 5, Number: 71.5 - float64(i)/10}
			p.Ports = []uint16{443, uint16(8880 + i%3)}
			p.Addrs = []netip.Addr{netip.AddrFrom4([4]byte{198, 51, 100, byte(i % 3)}), netip.MustParseAddr("2001:db8::1")}
			p.Strings = [][]byte{[]byte("idle"), bytes.Repeat([]byte("x"), int(i%3))}
			p.Numbers = []float64{float64(i % 3), math.Pi}
			o.mustAppend(t, p)
		}
		sealed = append(sealed, o.seal())
	}
	return sealed
}

// withSum returns a chunk with the checksum that its bytes need.
func withSum(sealed []byte) []byte {
	if len(sealed) < 4 {
		return sealed
	}
	body := sealed[:len(sealed)-4]
	return binary.LittleEndian.AppendUint32(bytes.Clone(body), crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
}

// FuzzReader reads anything. What is read of a chunk that only its checksum
// vouches for can be appended again.
func FuzzReader(f *testing.F) {
	for _, sealed := range examples(f) {
		f.Add(sealed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		if _, err := read(text, 0, always); err != nil && !errors.Is(err, chunk.ErrCorrupt) {
			t.Fatal(err)
		}
		sealed := withSum(text)
		var r chunk.Reader
		if err := r.Reset(sealed, 0, always); err != nil {
			if !errors.Is(err, chunk.ErrCorrupt) {
				t.Fatal(err)
			}
			return
		}
		again, points, items, last := newOpen(r.Kind()), 0, 0, int64(0)
		var copied []point
		for r.Next() {
			points++
			if r.At() < last || r.At() > chunk.MaxTime || points > chunk.MaxPoints {
				t.Fatalf("point %d at %d after %d", points, r.At(), last)
			}
			last = r.At()
			if items > 1<<20 {
				continue // enough: a run of points may repeat a long list
			}
			p := current(&r)
			items += len(p.Ports) + len(p.Addrs) + len(p.Strings) + len(p.Numbers)
			if err := again.append(p); err == nil {
				copied = append(copied, p)
			} else if !errors.Is(err, chunk.ErrFull) {
				t.Fatal(err)
			}
		}
		if r.Err() == nil && points != r.Len() {
			t.Fatalf("%d points, %d announced", points, r.Len())
		}
		if points > 0 {
			if err := holds(again.seal(), copied); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := chunk.Resume(nil, sealed); (err == nil) != (r.Err() == nil) {
			t.Fatalf("resumed: %v; read: %v", err, r.Err())
		}
	})
}

// FuzzAppend makes points of anything, and interruptions between them.
func FuzzAppend(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
	f.Add(bytes.Repeat([]byte{4, 0x80, 0xde, 0xa0, 0xcb, 0x05, 2}, 30))
	for _, sealed := range examples(f) {
		f.Add(sealed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) < 1 || len(text) > 1<<14 {
			return
		}
		src := source{text[1:]}
		kind := kinds[int(text[0])%len(kinds)]
		straight, resumed := newOpen(kind), newOpen(kind)
		var points []point
		for at := int64(0); len(src.text) > 0; {
			op := src.byte()
			at += int64(src.uvarint() >> (op & 63))
			p := src.point(kind, at, op)
			err := straight.append(p)
			if again := resumed.append(p); (again == nil) != (err == nil) {
				t.Fatalf("with interruptions %v, without %v", again, err)
			}
			inTime := p.At >= 0 && p.At <= chunk.MaxTime && (len(points) == 0 || points[len(points)-1].At <= p.At)
			switch {
			case err == nil && inTime:
				points = append(points, p)
			case err == nil || inTime && !errors.Is(err, chunk.ErrFull):
				t.Fatalf("point at %d: %v", p.At, err)
			}
			if op&64 != 0 && len(points) > 0 {
				if resumed.state, resumed.buf, err = chunk.Resume(nil, resumed.seal()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(points) == 0 {
			return
		}
		if resumed.state != straight.state || !bytes.Equal(resumed.buf, straight.buf) {
			t.Fatalf("with interruptions %+v %x, without %+v %x", resumed.state, resumed.buf, straight.state, straight.buf)
		}
		if err := holds(straight.seal(), points); err != nil {
			t.Fatal(err)
		}
	})
}

// source gives values out of bytes; zeros when they are used up.
type source struct{ text []byte }

func (s *source) byte() byte {
	if len(s.text) == 0 {
		return 0
	}
	b := s.text[0]
	s.text = s.text[1:]
	return b
}

func (s *source) uvarint() uint64 {
	v, n := binary.Uvarint(s.text)
	if n <= 0 {
		return uint64(s.byte())
	}
	s.text = s.text[n:]
	return v
}

func (s *source) number(op byte) float64 {
	v := s.uvarint()
	switch op % 3 {
	case 0:
		return math.Float64frombits(v)
	case 1:
		return float64(math.Float32frombits(uint32(v)))
	}
	return float64(int64(v)) / math.Pow10(int(op%16))
}

func (s *source) point(kind chunk.Kind, at int64, op byte) point {
	p := point{At: at}
	switch kind {
	case chunk.Counts:
		p.Count = int64(s.uvarint())
	case chunk.Number:
		p.Number = s.number(op)
	default:
		for range s.byte() % 8 {
			v := s.byte()
			switch kind {
			case chunk.Ports:
				p.Ports = append(p.Ports, uint16(v))
			case chunk.Addresses:
				p.Addrs = append(p.Addrs, netip.AddrFrom4([4]byte{10, v % 3, 0, v}))
			case chunk.Strings:
				p.Strings = append(p.Strings, bytes.Repeat([]byte{v}, int(v%5)))
			case chunk.Numbers:
				p.Numbers = append(p.Numbers, s.number(v))
			}
		}
	}
	return p
}
