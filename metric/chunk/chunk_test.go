package chunk_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"vedette/metric"
	"vedette/metric/chunk"
)

const noon = 1_764_244_800_000 // 2025-11-27T12:00:00Z

func TestStateIsSmallAndPlain(t *testing.T) {
	if size := unsafe.Sizeof(chunk.State{}); size > 64 {
		t.Errorf("a state takes %d bytes, want at most 64", size)
	}
	kind := reflect.TypeFor[chunk.State]()
	for i := range kind.NumField() {
		f := kind.Field(i).Type
		if f.Kind() == reflect.Array {
			f = f.Elem()
		}
		if f.Kind() > reflect.Uint64 {
			t.Errorf("field %s is a %s, want integers only", kind.Field(i).Name, f)
		}
	}
}

func TestEveryKindOfMetricHasAChunk(t *testing.T) {
	for _, info := range metric.Metrics() {
		if chunk.KindOf(info.Kind) == 0 {
			t.Errorf("none for %s", info.Name)
		}
	}
	for _, kind := range []metric.Kind{metric.Number, metric.Numbers, metric.Strings, metric.Addresses} {
		if chunk.KindOf(kind) == 0 {
			t.Errorf("none for custom metrics that are a %s", kind)
		}
	}
	if got := chunk.KindOf(0); got != 0 {
		t.Errorf("kind %d for no kind of metric, want 0", got)
	}
}

// A refused point leaves the chunk as it was.
func TestRefused(t *testing.T) {
	counts := point{At: noon, Count: 1}
	zone := point{At: noon, Addrs: []netip.Addr{netip.MustParseAddr("fe80::1%eth0")}}
	for name, test := range map[string]struct {
		kind  chunk.Kind
		first point
		add   func(o *open) error
		want  string
	}{
		"fail/older":          {chunk.Counts, counts, func(o *open) error { return o.append(point{At: noon - 1}) }, "is before"},
		"fail/before 1970":    {chunk.Number, counts, func(o *open) error { return o.append(point{At: -1}) }, "epoch milliseconds"},
		"fail/too late":       {chunk.Number, counts, func(o *open) error { return o.append(point{At: chunk.MaxTime + 1}) }, "epoch milliseconds"},
		"fail/count in ports": {chunk.Ports, counts, func(o *open) (err error) { o.buf, err = o.state.AppendCount(o.buf, noon, 1); return err }, "kind"},
		"fail/ports in count": {chunk.Counts, counts, func(o *open) (err error) { o.buf, err = o.in.AppendPorts(&o.state, o.buf, noon, nil); return err }, "kind"},
		"fail/zone":           {chunk.Addresses, counts, func(o *open) error { return o.append(zone) }, "address 0"},
		"fail/no address":     {chunk.Addresses, counts, func(o *open) error { return o.append(point{At: noon, Addrs: make([]netip.Addr, 1)}) }, "address 0"},
		"fail/huge list":      {chunk.Strings, counts, func(o *open) error { return o.append(point{At: noon, Strings: [][]byte{make([]byte, chunk.MaxList)}}) }, "at most"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOpen(test.kind)
			o.mustAppend(t, test.first)
			state, buf := o.state, slices.Clone(o.buf)
			err := test.add(o)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got error %v, want one about %q", err, test.want)
			}
			if o.state != state || !slices.Equal(o.buf, buf) {
				t.Errorf("the chunk changed: %+v %x, want %+v %x", o.state, o.buf, state, buf)
			}
		})
	}
}

func TestFull(t *testing.T) {
	for name, next := range map[string]struct {
		kind chunk.Kind
		make func(i int) point
	}{
		"points":  {chunk.Counts, func(i int) point { return point{At: noon} }},
		"bytes":   {chunk.Counts, func(i int) point { return point{At: noon + int64(i), Count: int64(i) * math.MaxInt64 / 7} }},
		"numbers": {chunk.Number, func(i int) point { return point{At: noon, Number: math.Sin(float64(i))} }},
		"lists": {chunk.Numbers, func(i int) point {
			return point{At: noon, Numbers: []float64{float64(i), math.Sin(float64(i))}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOpen(next.kind)
			var points []point
			for {
				p := next.make(len(points))
				state, buf := o.state, slices.Clone(o.buf)
				if err := o.append(p); errors.Is(err, chunk.ErrFull) {
					if o.state != state || !slices.Equal(o.buf, buf) {
						t.Fatal("the point that did not fit changed the chunk")
					}
					break
				} else if err != nil {
					t.Fatal(err)
				}
				points = append(points, p)
			}
			sealed := o.seal()
			if len(points) > chunk.MaxPoints || len(sealed) > 2*chunk.MaxBytes+16 {
				t.Errorf("%d points in %d bytes", len(points), len(sealed))
			}
			if len(points) < chunk.MaxPoints && len(sealed) < chunk.MaxBytes-64 {
				t.Errorf("full with %d points in %d bytes", len(points), len(sealed))
			}
			if err := holds(sealed, points); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A list larger than a chunk has a chunk for itself and what repeats it.
func TestLargeList(t *testing.T) {
	o := newOpen(chunk.Addresses)
	var addrs []netip.Addr
	for i := range 5_000 {
		addrs = append(addrs, netip.AddrFrom16([16]byte{0: 0x20, 14: byte(i >> 8), 15: byte(i)}))
	}
	points := []point{{At: noon, Addrs: addrs}, {At: noon + 1, Addrs: addrs}}
	o.mustAppend(t, points...)
	if err := o.append(point{At: noon + 2}); !errors.Is(err, chunk.ErrFull) {
		t.Errorf("another list: %v, want %v", err, chunk.ErrFull)
	}
	if err := holds(o.seal(), points); err != nil {
		t.Fatal(err)
	}
}

// What costs nothing to say costs next to nothing to keep, and what is not as
// expected costs little more than itself.
func TestSizes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var random [288]int64
	for i := range random[1:] {
		random[i+1] = random[i] + int64(3_600_000*r.ExpFloat64())
	}
	for name, test := range map[string]struct {
		kind  chunk.Kind
		next  func(i int64) point
		bytes int // of 288 points
	}{
		"zeros on schedule":    {chunk.Counts, func(i int64) point { return point{At: noon + 300_000*i} }, 24},
		"a steady climb":       {chunk.Counts, func(i int64) point { return point{At: noon + 300_000*i, Count: 1000 * i} }, 32},
		"one change at a gap":  {chunk.Counts, func(i int64) point { return point{At: noon + 300_000*i + i/144*3_600_000, Count: i / 144} }, 36},
		"no schedule":          {chunk.Counts, func(i int64) point { return point{At: noon + random[i]} }, 288 * 7 / 2},
		"a new interval":       {chunk.Counts, func(i int64) point { return point{At: noon + 300_000*min(i, 100) + 60_000*max(0, i-100)} }, 48},
		"a number on schedule": {chunk.Number, func(i int64) point { return point{At: noon + 300_000*i, Number: 71.5} }, 28},
		"ports on schedule":    {chunk.Ports, func(i int64) point { return point{At: noon + 300_000*i, Ports: []uint16{22, 443, 8883}} }, 40},
		"two lists in turn, jitter of a second": {chunk.Ports, func(i int64) point {
			return point{At: noon + 300_000*i + i*7919%1000, Ports: []uint16{22, uint16(443 + i%2)}}
		}, 288 * 2},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOpen(test.kind)
			for i := range int64(288) {
				o.mustAppend(t, test.next(i))
			}
			if got := len(o.seal()); got > test.bytes {
				t.Errorf("%d bytes, want at most %d", got, test.bytes)
			}
		})
	}
}

// A list that the chunk has costs about a byte beside its time.
func TestListAgain(t *testing.T) {
	o, lists := newOpen(chunk.Strings), 40
	list := func(i int) [][]byte { return [][]byte{[]byte("firmware"), []byte(strings.Repeat("v", 1+i%lists))} }
	for i := range lists {
		o.mustAppend(t, point{At: noon, Strings: list(i)})
	}
	before := len(o.seal())
	for i := range 1000 {
		o.mustAppend(t, point{At: noon, Strings: list(i * i)})
	}
	if got := float64(len(o.seal())-before) / 1000; got > 1.1 {
		t.Errorf("%.2f bytes for each list that was there before, want about 1", got)
	}
}

func TestCorrupt(t *testing.T) {
	for _, sealed := range examples(t) {
		for i := range 8 * len(sealed) {
			damaged := slices.Clone(sealed)
			damaged[i/8] ^= 1 << (i % 8)
			if _, err := read(damaged, 0, always); !errors.Is(err, chunk.ErrCorrupt) {
				t.Fatalf("kind %d with bit %d changed: %v, want %v", sealed[0]&15, i, err, chunk.ErrCorrupt)
			}
		}
		for n := range sealed {
			if _, err := read(sealed[:n], 0, always); !errors.Is(err, chunk.ErrCorrupt) {
				t.Fatalf("kind %d cut to %d bytes: %v, want %v", sealed[0]&15, n, err, chunk.ErrCorrupt)
			}
			if _, err := read(withSum(sealed[:n]), 0, always); err != nil && !errors.Is(err, chunk.ErrCorrupt) {
				t.Fatalf("kind %d cut to %d bytes with a good checksum: %v", sealed[0]&15, n, err)
			}
		}
		if _, _, err := chunk.Resume(nil, sealed[1:]); !errors.Is(err, chunk.ErrCorrupt) {
			t.Errorf("resumed without the first byte: %v, want %v", err, chunk.ErrCorrupt)
		}
	}
}

func TestSealOfNothing(t *testing.T) {
	state := chunk.New(chunk.Counts)
	if got := state.Seal([]byte("before"), nil); string(got) != "before" {
		t.Errorf("got %q, want nothing after what was there", got)
	}
}

func TestAllocates(t *testing.T) {
	lists := [][]uint16{{22, 443, 8883}, {443}, {}}
	buf, dst := make([]byte, 0, 4*chunk.MaxBytes), make([]byte, 0, 4*chunk.MaxBytes)
	ports := make([]uint16, 0, 8)
	var in chunk.Interner
	var r chunk.Reader
	var s chunk.State
	for name, f := range map[string]func(s *chunk.State, at int64){
		"counts":  func(s *chunk.State, at int64) { buf, _ = s.AppendCount(buf, at, at*at) },
		"numbers": func(s *chunk.State, at int64) { buf, _ = s.AppendNumber(buf, at, math.Sqrt(float64(at))) },
		"ports":   func(s *chunk.State, at int64) { buf, _ = in.AppendPorts(s, buf, at, lists[at%3]) },
	} {
		kind := map[string]chunk.Kind{"counts": chunk.Counts, "numbers": chunk.Number, "ports": chunk.Ports}[name]
		if n := testing.AllocsPerRun(20, func() {
			s, buf = chunk.New(kind), buf[:0]
			for at := range int64(100) {
				f(&s, at)
			}
			dst = s.Seal(dst[:0], buf)
			if err := r.Reset(dst, 0, always); err != nil || s.Len() != 100 {
				t.Fatal(s.Len(), err)
			}
			for r.Next() {
				ports = r.Ports(ports[:0])
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations to write and read a chunk into memory that is there, want none", name, n)
		}
	}
}
