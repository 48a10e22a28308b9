package chunk

import (
	"encoding/binary"
	"hash/crc32"
)

// Reader reads the points of a finished chunk. It is made to be reused: the
// zero value becomes one by Reset.
type Reader struct {
	s     State
	bits  bitReader
	count uint16 // points of the chunk

	run, left uint16 // length of the run of points that are as predicted, and those not read yet
	inRun     bool
	runAt     int // where the run is written

	from, to int64
	err      error

	dict dictionary
}

// Reset begins to read the points with from <= time < to, both in epoch ms, of a
// chunk. r keeps sealed until the next Reset: it must not be changed before. What
// is no chunk of Seal's, its checksum included, is ErrCorrupt.
func (r *Reader) Reset(sealed []byte, from, to int64) error {
	*r = Reader{from: from, to: to, dict: r.dict}
	if len(sealed) < headLen+tailLen {
		return r.fail("%d bytes, want at least %d", len(sealed), headLen+tailLen)
	}
	if v := sealed[0] >> 4; v != version {
		return r.fail("version %d, want %d", v, version)
	}
	kind := Kind(sealed[0] & 15)
	if kind < Counts || kind > Numbers {
		return r.fail("kind %d, want %d to %d", kind, Counts, Numbers)
	}
	body, sum := sealed[:len(sealed)-4], binary.LittleEndian.Uint32(sealed[len(sealed)-4:])
	if got := crc32.Checksum(body, castagnoli); got != sum {
		return r.fail("checksum %08x, want %08x", got, sum)
	}
	body = body[:len(body)-2]
	r.count = binary.LittleEndian.Uint16(sealed[len(body):])
	if r.count == 0 || r.count > MaxPoints {
		return r.fail("%d points, want 1 to %d", r.count, MaxPoints)
	}
	r.s = New(kind)
	body = body[headLen:]
	if kind.lists() {
		if len(body) < listTailLen {
			return r.fail("no length of the lists")
		}
		var size uint32
		body, size = body[:len(body)-listTailLen], binary.LittleEndian.Uint32(body[len(body)-listTailLen:])
		if uint64(size) > uint64(len(body)) {
			return r.fail("lists of %d bytes where %d are left", size, len(body))
		}
		if r.err = r.dict.read(kind, body[:size]); r.err != nil {
			return r.err
		}
		body = body[size:]
	}
	r.bits.buf = body
	return nil
}

func (r *Reader) fail(format string, args ...any) error {
	r.err = corrupt(format, args...)
	return r.err
}

// Kind returns the kind of the chunk's values.
func (r *Reader) Kind() Kind { return r.s.kind }

// Len returns the number of points in the chunk, in all of its time.
func (r *Reader) Len() int { return int(r.count) }

// Next goes to the next point in the range and tells whether there is one.
func (r *Reader) Next() bool {
	for r.err == nil {
		if r.s.count == r.count {
			r.end()
			return false
		}
		if !r.step() || r.s.at >= r.to {
			return false
		}
		if r.s.at >= r.from {
			return true
		}
	}
	return false
}

// end checks that nothing is left when all points are read.
func (r *Reader) end() {
	if rest := 8*len(r.bits.buf) - r.bits.pos; rest >= 8 || r.bits.peek() != 0 {
		r.fail("%d bits after the last point", rest)
	}
}

// step reads the next point, in the range or not.
func (r *Reader) step() bool {
	s := &r.s
	if s.count == 0 {
		s.learnTime(int64(r.bits.take(48)), &forecast{})
		return r.begin(r.bits.take(8)) && r.check()
	}
	f := s.forecast()
	if s.streak == runAfter && !r.inRun && !r.beginRun() {
		return false
	}
	if r.inRun {
		if r.left > 0 {
			r.left--
			s.learnTime(f.at, &f)
			s.learnValue(f.value, &f)
			return r.check()
		}
		r.inRun, s.streak = false, 0
	}
	return r.literal(&f) && r.check()
}

// literal reads a point that is written.
func (r *Reader) literal(f *forecast) bool {
	s, last := &r.s, r.s.at
	if f.omits != omitsNothing && r.bits.surprise() {
		f.omits = omitsNothing
	}
	at, value := f.at, f.value
	if f.omits != omitsTime {
		u, code := r.bits.rice(f.timeBits)
		if at += unzigzag(u); code != 0 || at < last || at > MaxTime {
			r.fail("time %d after %d, code %d", at, last, code)
			return false
		}
	}
	s.learnTime(at, f)
	if f.omits != omitsValue {
		u, code := r.bits.rice(f.valueBits)
		if code != 0 {
			s.note(false)
			return r.begin(code)
		}
		value += unzigzag(u)
	}
	s.learnValue(value, f)
	s.note(at == f.at && value == f.value)
	return true
}

// begin reads a value that nothing predicts, of which the first 8 bits are
// read: n.
func (r *Reader) begin(n uint64) bool {
	if n >= firstScale {
		scale := n - firstScale
		if r.s.kind != Number || scale >= numScales || scale <= uint64(r.s.scale) {
			r.fail("scale %d after %d in a chunk of kind %d", scale, r.s.scale, r.s.kind)
			return false
		}
		r.s.scale = uint8(scale)
		n = r.bits.take(8)
	}
	if n > 64 {
		r.fail("length %d of a value, want at most 64", n)
		return false
	}
	r.s.beginValue(unzigzag(r.bits.take(uint(n))))
	return true
}

// beginRun reads how many points are as predicted.
func (r *Reader) beginRun() bool {
	r.runAt = r.bits.pos
	n := r.bits.gamma() - 1
	if n > uint64(r.count-r.s.count) {
		r.fail("a run of %d points where %d are left", n, r.count-r.s.count)
		return false
	}
	r.run, r.left, r.inRun = uint16(n), uint16(n), true
	return true
}

// check tells whether the point just read can be one.
func (r *Reader) check() bool {
	switch {
	case r.bits.over():
		r.fail("end of data in point %d of %d", r.s.count, r.count)
	case r.s.at > MaxTime:
		r.fail("time %d is beyond %d", r.s.at, int64(MaxTime))
	case r.s.kind.lists() && uint64(r.s.value) >= uint64(len(r.dict.lists)):
		r.fail("list %d of %d", r.s.value, len(r.dict.lists))
	}
	return r.err == nil
}

// Err returns why Next stopped before the end of the chunk or of the range;
// ErrCorrupt is in its chain.
func (r *Reader) Err() error { return r.err }

// At returns the time of the point, epoch ms.
func (r *Reader) At() int64 { return r.s.at }

// Count returns the value of the point in a chunk of Counts.
func (r *Reader) Count() int64 { return r.s.value }

// Number returns the value of the point in a chunk of Number.
func (r *Reader) Number() float64 { return unmapNumber(r.s.value, r.s.scale) }

// List returns the place of the point's list among the distinct lists of the
// chunk, from 0: whoever has one of them ready need not make it again.
func (r *Reader) List() int { return int(r.s.value) }
