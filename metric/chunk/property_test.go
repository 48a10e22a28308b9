package chunk_test

import (
	"bytes"
	"math"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"vedette/metric/chunk"
)

var kinds = []chunk.Kind{chunk.Counts, chunk.Number, chunk.Ports, chunk.Addresses, chunk.Strings, chunk.Numbers}

// drawPoints draws a series: stretches in each of which times and values behave
// in one way, as devices do until something happens to them.
func drawPoints(t *rapid.T, kind chunk.Kind) (points []point) {
	at := rapid.Int64Range(0, chunk.MaxTime).Draw(t, "begin")
	var pool []point
	for range rapid.IntRange(1, 6).Draw(t, "stretches") {
		delta := rapid.OneOf(rapid.Just(int64(300_000)), rapid.Int64Range(0, 100), rapid.Int64Range(0, 1<<45)).Draw(t, "interval")
		jitter := rapid.SampledFrom([]int64{0, 0, 1, 1000, 1 << 20}).Draw(t, "jitter")
		pool = append(pool, point{})
		drawValue(t, kind, &pool[len(pool)-1])
		behaves := rapid.SampledFrom([]string{"stays", "steps", "varies"}).Draw(t, "behaves")
		for i := range int64(rapid.IntRange(1, 40).Draw(t, "points")) {
			at = max(at, min(at+delta+rapid.Int64Range(-jitter, jitter).Draw(t, "off"), chunk.MaxTime))
			p := pool[len(pool)-1]
			switch behaves {
			case "steps":
				switch kind {
				case chunk.Counts:
					p.Count += i * 1000
				case chunk.Number:
					p.Number += float64(i) / 8
				default:
					p = pool[int(i)%len(pool)]
				}
			case "varies":
				drawValue(t, kind, &p)
			}
			p.At = at
			points = append(points, p)
		}
	}
	return points
}

func drawValue(t *rapid.T, kind chunk.Kind, p *point) {
	switch kind {
	case chunk.Counts:
		p.Count = rapid.OneOf(rapid.Int64(), rapid.Int64Range(-2, 1000), rapid.Just(int64(math.MinInt64))).Draw(t, "count")
	case chunk.Number:
		p.Number = drawNumber(t)
	case chunk.Ports:
		p.Ports = rapid.SliceOfN(rapid.Uint16Range(440, 450), 0, 8).Draw(t, "ports")
	case chunk.Addresses:
		p.Addrs = rapid.SliceOfN(rapid.Custom(drawAddr), 0, 8).Draw(t, "addresses")
	case chunk.Strings:
		p.Strings = rapid.SliceOfN(rapid.SliceOfN(rapid.ByteRange('a', 'c'), 0, 3), 0, 8).Draw(t, "strings")
	case chunk.Numbers:
		p.Numbers = rapid.SliceOfN(rapid.Custom(drawNumber), 0, 8).Draw(t, "numbers")
	}
}

func drawNumber(t *rapid.T) float64 {
	switch rapid.IntRange(0, 5).Draw(t, "form") {
	case 0:
		return math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
	case 1:
		return float64(rapid.Float32().Draw(t, "float32"))
	case 2:
		return rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.Inf(1), math.NaN(), math.MaxFloat64, 5e-324, 0.1, 1 << 53, 1<<53 + 2}).Draw(t, "special")
	}
	return float64(rapid.IntRange(-10_000, 10_000).Draw(t, "digits")) / math.Pow10(rapid.IntRange(0, 4).Draw(t, "decimals"))
}

func drawAddr(t *rapid.T) netip.Addr {
	if rapid.Bool().Draw(t, "IPv6") {
		return netip.AddrFrom16([16]byte{0: 0x20, 1: 1, 15: rapid.ByteRange(0, 4).Draw(t, "host")})
	}
	return netip.AddrFrom4([4]byte{198, 51, 100, rapid.ByteRange(0, 4).Draw(t, "host")})
}

// What was appended is read; from a chunk that is resumed at any point follow
// the same bytes; and looking at the open chunk changes nothing.
func TestRoundTrip(t *testing.T) {
	for _, kind := range kinds {
		rapid.Check(t, func(t *rapid.T) {
			points := drawPoints(t, kind)
			straight, resumed := newOpen(kind), newOpen(kind)
			var fitting []point
			for _, p := range points {
				if err := straight.append(p); err == chunk.ErrFull {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				fitting = append(fitting, p)
			}
			for i, p := range fitting {
				if err := resumed.append(p); err != nil {
					t.Fatal(err)
				}
				if rapid.IntRange(0, 3).Draw(t, "interrupted") == 0 {
					sealed := resumed.seal()
					err := holds(sealed, fitting[:i+1])
					if err != nil {
						t.Fatal(err)
					}
					if resumed.state, resumed.buf, err = chunk.Resume(nil, sealed); err != nil {
						t.Fatal(err)
					}
					if again := resumed.seal(); !bytes.Equal(again, sealed) {
						t.Fatalf("sealed again after point %d: %x, want %x", i, again, sealed)
					}
				}
			}
			if resumed.state != straight.state || !bytes.Equal(resumed.buf, straight.buf) {
				t.Fatalf("with interruptions %+v %x, without %+v %x", resumed.state, resumed.buf, straight.state, straight.buf)
			}
			if err := holds(straight.seal(), fitting); err != nil {
				t.Fatal(err)
			}
			drawRange(t, straight.seal(), fitting)
		})
	}
}

// drawRange reads a part of a chunk.
func drawRange(t *rapid.T, sealed []byte, points []point) {
	edge := rapid.OneOf(rapid.Custom(func(t *rapid.T) int64 { return rapid.SampledFrom(points).Draw(t, "point").At }), rapid.Int64Range(0, always))
	from, to := edge.Draw(t, "from"), edge.Draw(t, "to")
	got, err := read(sealed, from, to)
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(slices.Clone(points), func(p point) bool { return p.At < from || p.At >= to })
	if err := checkPoints(got, want); err != nil {
		t.Fatalf("from %d to %d: %v", from, to, err)
	}
}
