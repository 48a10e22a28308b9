package chunk_test

import (
	"bytes"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"testing"

	"vedette/metric/chunk"
)

// always is a range that has every time.
const always = chunk.MaxTime + 1

// point is a point of a series; one of the values is used.
type point struct {
	At      int64
	Count   int64
	Number  float64
	Ports   []uint16
	Addrs   []netip.Addr
	Strings [][]byte
	Numbers []float64
}

// same compares numbers bit for bit: also -0 and what is no number.
func same(a, b point) bool {
	sameBits := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
	return a.At == b.At && a.Count == b.Count && sameBits(a.Number, b.Number) &&
		slices.Equal(a.Ports, b.Ports) && slices.Equal(a.Addrs, b.Addrs) &&
		slices.EqualFunc(a.Strings, b.Strings, bytes.Equal) && slices.EqualFunc(a.Numbers, b.Numbers, sameBits)
}

// checkPoints tells how points differ from those that are wanted.
func checkPoints(got, want []point) error {
	for i := range min(len(got), len(want)) {
		if !same(got[i], want[i]) {
			return fmt.Errorf("point %d: got %+v, want %+v", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("got %d points, want %d", len(got), len(want))
	}
	return nil
}

// open is an open chunk.
type open struct {
	state chunk.State
	buf   []byte
	in    chunk.Interner
}

func newOpen(kind chunk.Kind) *open { return &open{state: chunk.New(kind)} }

func (o *open) append(p point) (err error) {
	switch o.state.Kind() {
	case chunk.Counts:
		o.buf, err = o.state.AppendCount(o.buf, p.At, p.Count)
	case chunk.Number:
		o.buf, err = o.state.AppendNumber(o.buf, p.At, p.Number)
	case chunk.Ports:
		o.buf, err = o.in.AppendPorts(&o.state, o.buf, p.At, p.Ports)
	case chunk.Addresses:
		o.buf, err = o.in.AppendAddresses(&o.state, o.buf, p.At, p.Addrs)
	case chunk.Strings:
		o.buf, err = o.in.AppendStrings(&o.state, o.buf, p.At, p.Strings)
	case chunk.Numbers:
		o.buf, err = o.in.AppendNumbers(&o.state, o.buf, p.At, p.Numbers)
	}
	return err
}

func (o *open) mustAppend(t testing.TB, points ...point) {
	t.Helper()
	for i, p := range points {
		if err := o.append(p); err != nil {
			t.Fatalf("point %d: %v", i, err)
		}
	}
}

func (o *open) seal() []byte { return o.state.Seal(nil, o.buf) }

// read returns the points of a chunk in a range.
func read(sealed []byte, from, to int64) (points []point, err error) {
	var r chunk.Reader
	if err := r.Reset(sealed, from, to); err != nil {
		return nil, err
	}
	for r.Next() {
		points = append(points, current(&r))
	}
	return points, r.Err()
}

// current returns the point that r is at.
func current(r *chunk.Reader) point {
	p := point{At: r.At()}
	switch r.Kind() {
	case chunk.Counts:
		p.Count = r.Count()
	case chunk.Number:
		p.Number = r.Number()
	default:
		p.Ports, p.Addrs = r.Ports(nil), r.Addresses(nil)
		p.Numbers = r.Numbers(nil)
		for _, s := range r.Strings(nil) {
			p.Strings = append(p.Strings, slices.Clone(s))
		}
	}
	return p
}

// holds tells how the points of a chunk differ from those that are wanted.
func holds(sealed []byte, want []point) error {
	got, err := read(sealed, 0, always)
	if err != nil {
		return err
	}
	return checkPoints(got, want)
}
