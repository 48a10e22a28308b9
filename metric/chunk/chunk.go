// Package chunk compresses retained metric values. A chunk is a run of points,
// (time, value), of one series: one thing, one metric, one dimension and its
// operator. docs/format/chunk.md has the format.
//
// An open chunk is a State and the bytes that its methods grow; both belong to
// the caller, who passes the bytes that the last call returned. State is plain
// data without pointers, the zero value is of no use: New makes it. Appending never
// encodes earlier points again and allocates only when the bytes' capacity is used
// up. Seal makes the finished chunk at any time and leaves the open one as it is, so
// that one may read what is still open; Resume goes on where Seal was, and what
// follows is byte for byte what it would have been without the interruption.
//
// A Reader reads a finished chunk from its oldest point to its newest, within a
// range of time.
//
// Nothing here locks: a State, an Interner and a Reader belong to one goroutine
// at a time, while any number of Readers may read the same bytes. What a method is
// given it does not keep, apart from Reader.Reset; what a Reader returns is
// valid as Reader.Reset says.
package chunk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"vedette/metric"
)

// Kind is the form of all values of a chunk. The numbers are stored: they are
// never reused.
type Kind uint8

// The kinds of chunks, each with the type of its values.
const (
	Counts    Kind = 1 // int64
	Number    Kind = 2 // float64, any, bit for bit
	Ports     Kind = 3 // []uint16
	Addresses Kind = 4 // []netip.Addr without zones
	Strings   Kind = 5 // [][]byte
	Numbers   Kind = 6 // []float64
)

// KindOf returns the kind of chunk that holds the values of metrics of kind k,
// 0 for a kind that does not exist.
func KindOf(k metric.Kind) Kind {
	switch k {
	case metric.Delta, metric.Gauge, metric.Counter, metric.Size:
		return Counts
	case metric.Number:
		return Number
	case metric.Ports:
		return Ports
	case metric.Addresses:
		return Addresses
	case metric.Strings:
		return Strings
	case metric.Numbers:
		return Numbers
	}
	return 0
}

func (k Kind) lists() bool { return k >= Ports && k <= Numbers }

// The limits of a chunk.
const (
	MaxPoints = 4096    // two weeks of a point every 300 s
	MaxBytes  = 4096    // of its points; also of the distinct lists together, unless the first is larger alone
	MaxList   = 1 << 20 // bytes of one list; a report of metric.MaxReport bytes cannot have a larger one
	MaxTime   = 1<<48 - 1
)

var (
	// ErrFull says that a point does not fit any more: seal the chunk, and
	// append the point to a new one.
	ErrFull = errors.New("chunk is full: seal it and begin a new one")

	// ErrCorrupt is in the chain of every error about bytes that are no chunk.
	ErrCorrupt = errors.New("corrupt chunk")
)

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrCorrupt}, args...)...)
}

const version = 1

// The lengths of what encloses the points.
const (
	headLen     = 1     // version and kind
	tailLen     = 2 + 4 // number of points, checksum
	listTailLen = 4     // length of the lists, before the tail
	maxPoint    = 48    // an upper bound of the bytes of one point and the end of a run
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// runAfter is the number of points in a row that were as predicted after which
// their like are only counted.
const runAfter = 2

// State is what appending to an open chunk needs beside its bytes: 64 bytes.
type State struct {
	at    int64 // time of the last point, epoch ms
	value int64 // of the last point: the count, the mapped number, or the list's place among the lists

	// What predicts the next value; see forecast.
	level int64 // the running mean minus value, in sixteenths
	slope int64 // the running mean of the differences, in sixteenths

	// What predicts the next time; see forecast.
	step  uint32 // the interval, in 1/64 ms
	phase int32  // the place on the grid that the last point belongs to minus at, in 1/64 ms

	dict uint32 // bytes of the distinct lists

	// The running mean of the length of each predictor's error, in 1/256 bit.
	timeCost  [2]uint16
	valueCost [3]uint16

	count uint16 // points
	run   uint16 // points as predicted that are not written yet

	kind   Kind
	scale  uint8 // how numbers are mapped; see mapNumber
	age    uint8 // points since scale changed, at most 255
	streak uint8 // points in a row that were as predicted, at most runAfter
	jumped bool  // the last time was far from the predicted one
	free   uint8 // bits of the last byte that are free
}

// New returns the state of an open chunk without points; its bytes are empty.
func New(kind Kind) State { return State{kind: kind} }

// Len returns the number of points.
func (s *State) Len() int { return int(s.count) }

// Kind returns the kind of the values.
func (s *State) Kind() Kind { return s.kind }

// Last returns the time of the last point, epoch ms; 0 if there is none.
func (s *State) Last() int64 { return s.at }

// AppendCount appends a point to the bytes of an open chunk of Counts. at is in
// epoch ms, not older than the last point's. The errors are ErrFull, and others that
// name what is wrong with the point; the chunk is then as it was.
func (s *State) AppendCount(buf []byte, at, count int64) ([]byte, error) {
	if err := s.check(buf, at, Counts); err != nil {
		return buf, err
	}
	return s.add(buf, at, count, 0), nil
}

// AppendNumber appends a point to the bytes of an open chunk of Number, as
// AppendCount does.
func (s *State) AppendNumber(buf []byte, at int64, number float64) ([]byte, error) {
	if err := s.check(buf, at, Number); err != nil {
		return buf, err
	}
	v, scale := mapNumber(number, s.scale)
	return s.add(buf, at, v, scale), nil
}

// check tells why a point at time at cannot be appended.
func (s *State) check(buf []byte, at int64, kind Kind) error {
	switch {
	case s.kind != kind:
		return fmt.Errorf("a value of kind %d for a chunk of kind %d: append values of the kind given to New", kind, s.kind)
	case at < 0 || at > MaxTime:
		return fmt.Errorf("time %d is outside 0 to %d: give epoch milliseconds", at, int64(MaxTime))
	case s.count > 0 && at < s.at:
		return fmt.Errorf("time %d is before %d, the time of the last point: append points in the order of time", at, s.at)
	case s.count == MaxPoints || len(buf) > headLen+int(s.dict)+MaxBytes-maxPoint:
		return ErrFull
	}
	return nil
}

// add appends a point that was checked.
func (s *State) add(buf []byte, at, v int64, scale uint8) []byte {
	w := writer{buf, s.free}
	if s.count == 0 {
		if len(w.buf) == 0 {
			w.buf = append(w.buf, version<<4|byte(s.kind))
		}
		w.put(uint64(at), 48)
		s.learnTime(at, &forecast{})
		s.begin(&w, v, scale)
		s.free = w.free
		return w.buf
	}
	f := s.forecast()
	exact := at == f.at && v == f.value && scale == s.scale
	if s.streak == runAfter {
		if exact {
			s.run++
			s.learnTime(at, &f)
			s.learnValue(v, &f)
			return buf
		}
		w.gamma(uint64(s.run) + 1)
		s.run, s.streak = 0, 0
	}
	s.literal(&w, &f, at, v, scale)
	s.note(exact)
	s.free = w.free
	return w.buf
}

// literal writes a point.
func (s *State) literal(w *writer, f *forecast, at, v int64, scale uint8) {
	if f.omits == omitsTime && at != f.at || f.omits == omitsValue && (v != f.value || scale != s.scale) {
		w.put(1<<escape-1, escape)
		w.put(surprise, 8)
		f.omits = omitsNothing
	}
	if f.omits != omitsTime {
		w.rice(zigzag(at-f.at), f.timeBits)
	}
	s.learnTime(at, f)
	switch {
	case f.omits == omitsValue:
		s.learnValue(v, f)
	case scale == s.scale:
		w.rice(zigzag(v-f.value), f.valueBits)
		s.learnValue(v, f)
	default:
		w.put(1<<escape-1, escape)
		s.begin(w, v, scale)
	}
}

// begin writes a value that nothing predicts: the first, or the first of its
// scale.
func (s *State) begin(w *writer, v int64, scale uint8) {
	if scale != s.scale {
		w.put(firstScale+uint64(scale), 8)
		s.scale = scale
	}
	w.long(zigzag(v))
	s.beginValue(v)
}

// note counts points in a row that were as predicted.
func (s *State) note(exact bool) {
	if !exact {
		s.streak = 0
	} else if s.streak < runAfter {
		s.streak++
	}
}

// Seal appends the finished chunk of all points so far to dst, which must not
// share memory with buf, and leaves the open chunk as it is. Without points it
// appends nothing.
func (s *State) Seal(dst, buf []byte) []byte {
	if s.count == 0 {
		return dst
	}
	start := len(dst)
	dst = append(slices.Grow(dst, len(buf)+maxPoint), buf...)
	if s.run > 0 {
		w := writer{dst, s.free}
		w.gamma(uint64(s.run) + 1)
		dst = w.buf
	}
	if s.kind.lists() {
		dst = binary.LittleEndian.AppendUint32(dst, s.dict)
	}
	dst = binary.LittleEndian.AppendUint16(dst, s.count)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// Resume opens a finished chunk again and returns its state and its bytes, which
// take the place of what dst has. Its errors are those of Reader.Reset and
// Reader.Err; dst is then as it was. It reads all points: a snapshot may be resumed
// series by series, when each has its next point.
func Resume(dst, sealed []byte) (State, []byte, error) {
	var r Reader
	if err := r.Reset(sealed, 0, MaxTime+1); err != nil {
		return State{}, dst, err
	}
	for r.Next() {
	}
	if r.err != nil {
		return State{}, dst, r.err
	}
	s, end := r.s, r.bits.pos // in bits
	if r.inRun {
		// The run may go on: it is not written yet.
		s.run, s.streak, end = r.run, runAfter, r.runAt
	}
	head := headLen
	if s.kind.lists() {
		s.dict = uint32(len(r.dict.bytes))
		head += len(r.dict.bytes)
	}
	dst = append(dst[:0], sealed[:head+(end+7)/8]...)
	s.free = uint8(-end & 7)
	dst[len(dst)-1] &= 0xff << s.free
	return s, dst, nil
}
