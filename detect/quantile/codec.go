package quantile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// A sketch is written as a byte with its flags, the number of entries, and the entries
// in order: keys as they are, or buckets. Integers are unsigned varints, keys the
// difference from the one before.
const (
	flagNumbers = 1 << iota
	flagBuckets
)

// ErrCorrupt is the error of Decode for what is no sketch.
var ErrCorrupt = errors.New("corrupt sketch")

// Append appends s in its encoded form. Equal multisets have equal forms.
func (s *Sketch) Append(dst []byte) []byte {
	flags := byte(0)
	if s.Numbers {
		flags |= flagNumbers
	}
	if s.buckets == nil {
		slices.Sort(s.keys)
		dst = binary.AppendUvarint(append(dst, flags), uint64(len(s.keys)))
		last := Key(0)
		for _, k := range s.keys {
			dst = binary.AppendUvarint(dst, uint64(k-last))
			last = k
		}
		return dst
	}
	spans := make([]*span, 0, len(s.buckets))
	for _, b := range s.buckets {
		spans = append(spans, b)
	}
	slices.SortFunc(spans, func(a, b *span) int {
		if a.min < b.min {
			return -1
		}
		return 1
	})
	dst = binary.AppendUvarint(append(dst, flags|flagBuckets), uint64(len(spans)))
	last := Key(0)
	for _, b := range spans {
		dst = binary.AppendUvarint(dst, uint64(b.min-last))
		dst = binary.AppendUvarint(dst, uint64(b.max-b.min))
		dst = binary.AppendUvarint(dst, b.count)
		last = b.max
	}
	return dst
}

// Decode reads a sketch from the start of src and returns what is behind it.
func Decode(src []byte) (s *Sketch, rest []byte, err error) {
	if len(src) == 0 || src[0] > flagNumbers|flagBuckets {
		return nil, nil, fmt.Errorf("%w: flags", ErrCorrupt)
	}
	r := reader{rest: src[1:]}
	s = &Sketch{Numbers: src[0]&flagNumbers != 0}
	entries := r.next()
	if src[0]&flagBuckets != 0 {
		r.buckets(s, entries)
	} else {
		r.keys(s, entries)
	}
	if r.bad {
		return nil, nil, fmt.Errorf("%w: entries", ErrCorrupt)
	}
	return s, r.rest, nil
}

// reader reads varints until one is bad.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) next() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || n > 1 && r.rest[n-1] == 0 { // cut short, or longer than need be
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// plus returns last and a difference; overflow is bad.
func (r *reader) plus(last Key) Key {
	k := last + Key(r.next())
	r.bad = r.bad || k < last
	return k
}

func (r *reader) keys(s *Sketch, entries uint64) {
	if entries > Exact || entries > uint64(len(r.rest)) {
		r.bad = true
		return
	}
	s.keys = make([]Key, 0, entries)
	last := Key(0)
	for range entries {
		last = r.plus(last)
		s.keys = append(s.keys, last)
	}
	s.n = entries
}

func (r *reader) buckets(s *Sketch, entries uint64) {
	if entries > uint64(len(r.rest)) {
		r.bad = true
		return
	}
	s.buckets = make(map[uint32]*span, entries)
	last, before := Key(0), int64(-1)
	for range entries {
		low := r.plus(last)
		high := r.plus(low)
		count := r.next()
		place := s.place(low)
		if n := s.n + count; r.bad || count == 0 || n < count || place != s.place(high) || int64(place) <= before || low < high && count < 2 {
			r.bad = true
			return
		}
		s.buckets[place] = &span{count: count, min: low, max: high}
		s.n += count
		last, before = high, int64(place)
	}
	r.bad = r.bad || s.n <= Exact
}
