package chunk_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vedette/metric/chunk"
)

// oracle is another implementation of a reader, made from docs/format/chunk.md
// word by word, with bits as text. It trusts the chunk.
type oracle struct {
	kind  chunk.Kind
	bits  string
	trace []step
	lists []point

	count, age       int
	at, value        int64
	step, phase      int64
	level, slope     int64
	timeCost         [2]int
	valueCost        [3]int
	scale, streak    int
	jumped           bool
	addTime, addMore [3]int64 // what each predictor adds
}

// step is a code that the oracle has read.
type step struct{ bits, what string }

func (o *oracle) take(n int) string {
	s := o.bits[:n]
	o.bits = o.bits[n:]
	return s
}

func (o *oracle) note(s, format string, args ...any) {
	o.trace = append(o.trace, step{s, fmt.Sprintf(format, args...)})
}

func integer(s string) (v uint64) {
	for _, c := range s {
		v = v<<1 | uint64(c-'0')
	}
	return v
}

func decode(u uint64) int64 {
	if u%2 == 1 {
		return -int64(u/2) - 1
	}
	return int64(u / 2)
}

func length(v int64) int {
	if v < 0 {
		return bits.Len64(uint64(-v-1)*2 + 1)
	}
	return bits.Len64(uint64(v) * 2)
}

func settle(n, most int) int { return min(bits.Len(uint(n))-1, most) }

// error reads an error with the parameter k, or a code above 64.
func (o *oracle) error(k int, what string) (e int64, code uint64) {
	ones := len(o.bits) - len(strings.TrimLeft(o.bits, "1"))
	if ones < 16 {
		s := o.take(ones + 1 + k)
		e = decode(uint64(ones)<<k + integer(s[ones+1:]))
		o.note(s, "%s: k = %d, error %d", what, k, e)
		return e, 0
	}
	escape := o.take(16)
	if code = integer(o.bits[:8]); code > 64 {
		o.note(escape, "%s: escape", what)
		return 0, code
	}
	s := o.take(8 + int(code))
	e = decode(integer(s[8:]))
	o.note(escape+s, "%s: escape, length %d, error %d", what, code, e)
	return e, 0
}

// begin reads the first value of a scale.
func (o *oracle) begin() {
	if code := integer(o.bits[:8]); code > 64 {
		o.scale = int(code - 65)
		o.note(o.take(8), "scale %d", o.scale)
	}
	n := int(integer(o.take(8)))
	s := o.take(n)
	o.value, o.level, o.slope, o.age = decode(integer(s)), 0, 0, 1
	cost := n * 128
	o.valueCost = [3]int{cost, cost, cost}
	o.note(fmt.Sprintf("%08b", n)+s, "length %d, value %d", n, o.value)
}

func (o *oracle) learnTime(at int64) {
	delta, n := at-o.at, o.count
	o.at = at
	o.count++
	fine := min(delta, 1<<26-1) * 64
	if n == 0 {
		o.timeCost = [2]int{5120, 5120}
		return
	}
	if n == 1 {
		o.step, o.timeCost = fine, [2]int{1536, 1536}
		return
	}
	off := fine - o.step
	if off > o.step/4 || -off > o.step/4 {
		o.jumped, o.phase = !o.jumped, 0
		if o.jumped {
			return
		}
		o.step = fine
		o.learnTimeCosts(delta, n)
		return
	}
	o.jumped = false
	o.learnTimeCosts(delta, n)
	e := off - o.phase
	o.phase = min(max(e>>settle(n, 3)-e, -1<<30), 1<<30)
	o.step = min(max(o.step+e>>(2*settle(n, 4)), 0), (1<<26-1)*64)
}

func (o *oracle) learnTimeCosts(delta int64, n int) {
	for i := range o.timeCost {
		o.timeCost[i] += (256*length(delta-o.addTime[i]) - o.timeCost[i]) >> settle(n, 5)
	}
}

func (o *oracle) learnValue(v int64) {
	delta, a := v-o.value, o.age
	o.value = v
	for i := range o.valueCost {
		o.valueCost[i] += (256*length(delta-o.addMore[i]) - o.valueCost[i]) >> settle(a, 5)
	}
	e := delta*16 - o.level
	o.level = e>>settle(a+1, 4) - e
	o.slope += (delta*16 - o.slope) >> settle(a, 4)
	o.age = min(a+1, 255)
}

// predict returns the forecast: time, value, and the parameters of both.
func (o *oracle) predict() (at, value int64, kt, kv int, omitTime, omitValue bool) {
	o.addTime = [3]int64{(o.step + 32) >> 6, max(0, (o.step+o.phase+32)>>6)}
	o.addMore = [3]int64{0, (o.level + 8) >> 4, (o.slope + 8) >> 4}
	t, v := 0, 0
	if o.timeCost[1] < o.timeCost[0] {
		t = 1
	}
	for i := range o.valueCost {
		if o.valueCost[i] < o.valueCost[v] {
			v = i
		}
	}
	ct, cv := o.timeCost[t], o.valueCost[v]
	quiet := o.age >= 8
	return o.at + o.addTime[t], o.value + o.addMore[v], ct / 256, cv / 256, quiet && ct < 32 && cv >= 32, quiet && cv < 32 && ct >= 32
}

func (o *oracle) literal() {
	at, value, kt, kv, omitTime, omitValue := o.predict()
	if (omitTime || omitValue) && strings.HasPrefix(o.bits, strings.Repeat("1", 24)) {
		o.note(o.take(24), "surprise")
		omitTime, omitValue = false, false
	}
	exact := true
	if !omitTime {
		e, _ := o.error(kt, "time")
		exact = e == 0
		at += e
	}
	o.learnTime(at)
	if !omitValue {
		e, code := o.error(kv, "value")
		if code > 64 {
			o.begin()
			o.streak = 0
			return
		}
		exact = exact && e == 0
		value += e
	}
	o.learnValue(value)
	o.streak++
	if !exact {
		o.streak = 0
	}
}

// points reads a chunk.
func (o *oracle) points(sealed []byte) (points []point) {
	o.kind = chunk.Kind(sealed[0] % 16)
	end := len(sealed) - 6
	count := int(binary.LittleEndian.Uint16(sealed[end:]))
	body := sealed[1:end]
	if o.kind >= chunk.Ports {
		size := binary.LittleEndian.Uint32(body[len(body)-4:])
		o.readLists(body[:size])
		body = body[size : len(body)-4]
	}
	for _, b := range body {
		o.bits += fmt.Sprintf("%08b", b)
	}
	o.at = int64(integer(o.bits[:48]))
	at := o.at
	o.note(o.take(48), "time %d", at)
	o.at = 0
	o.learnTime(at)
	o.begin()
	points = append(points, o.point())
	for o.count < count {
		if o.streak < 2 {
			o.literal()
			points = append(points, o.point())
			continue
		}
		ones := strings.IndexByte(o.bits, '0')
		s := o.take(2*ones + 1)
		run := 1<<ones + int(integer(s[ones+1:])) - 1
		o.note(s, "run of %d", run)
		for range run {
			at, value, _, _, _, _ := o.predict()
			o.learnTime(at)
			o.learnValue(value)
			points = append(points, o.point())
		}
		o.streak = 0
		if o.count < count {
			o.literal()
			points = append(points, o.point())
		}
	}
	if o.bits != "" {
		o.note(o.bits, "filled up")
	}
	return points
}

func (o *oracle) point() point {
	p := point{At: o.at}
	switch o.kind {
	case chunk.Counts:
		p.Count = o.value
	case chunk.Number:
		p.Number = toNumber(o.value, o.scale)
	default:
		list := o.lists[o.value]
		list.At = o.at
		return list
	}
	return p
}

func toNumber(v int64, scale int) float64 {
	if scale <= 15 {
		f, _ := strconv.ParseFloat(fmt.Sprintf("%de-%d", v, scale), 64)
		return f
	}
	if scale == 16 {
		v *= 1 << 29
	}
	if v >= 0 {
		return math.Float64frombits(uint64(v))
	}
	return -math.Float64frombits(uint64(-v) % (1 << 63))
}

func (o *oracle) readLists(b []byte) {
	varint := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	take := func(n uint64) []byte {
		s := b[:n]
		b = b[n:]
		return s
	}
	var elems []point // each a list of one
	for len(b) > 0 {
		var list point
		for range varint() {
			if place := varint(); place > 0 {
				list = join(list, elems[place-1])
				continue
			}
			var e point
			switch o.kind {
			case chunk.Ports:
				e.Ports = []uint16{binary.LittleEndian.Uint16(take(2))}
			case chunk.Addresses:
				a, _ := netip.AddrFromSlice(take(uint64(take(1)[0])))
				e.Addrs = []netip.Addr{a}
			case chunk.Strings:
				e.Strings = [][]byte{take(varint())}
			case chunk.Numbers:
				if scale := int(take(1)[0]); scale <= 15 {
					e.Numbers = []float64{toNumber(decode(varint()), scale)}
				} else {
					e.Numbers = []float64{math.Float64frombits(binary.LittleEndian.Uint64(take(8)))}
				}
			}
			elems = append(elems, e)
			list = join(list, e)
		}
		o.lists = append(o.lists, list)
	}
}

func join(a, b point) point {
	return point{
		Ports: append(a.Ports, b.Ports...), Addrs: append(a.Addrs, b.Addrs...),
		Strings: append(a.Strings, b.Strings...), Numbers: append(a.Numbers, b.Numbers...),
	}
}

func TestDocumentedFormat(t *testing.T) {
	for _, kind := range kinds {
		rapid.Check(t, func(t *rapid.T) {
			o := newOpen(kind)
			var points []point
			for _, p := range drawPoints(t, kind) {
				if o.append(p) == nil {
					points = append(points, p)
				}
			}
			if err := checkPoints((&oracle{}).points(o.seal()), points); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// The examples of the page are what they are said to be, bit by bit.
func TestDocumentedExamples(t *testing.T) {
	text, err := os.ReadFile("../../docs/format/chunk.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "\n```")
	examples := 0
	for i := 1; i < len(blocks); i += 2 {
		lines := strings.Split(strings.TrimSpace(blocks[i]), "\n")
		kind, known := map[string]chunk.Kind{"counts": chunk.Counts, "number": chunk.Number, "ports": chunk.Ports}[lines[0]]
		if !known {
			continue
		}
		examples++
		o := newOpen(kind)
		for _, line := range lines[1 : len(lines)-1] {
			o.mustAppend(t, exampleLine(t, kind, line))
		}
		want := strings.TrimPrefix(lines[len(lines)-1], "= ")
		if got := fmt.Sprintf("% x", o.seal()); got != want {
			t.Errorf("%s: the page has\n%s, this is\n%s", lines[0], want, got)
		}
		var other oracle
		other.points(o.seal())
		table := "| bits | |\n|---|---|\n"
		for _, s := range other.trace {
			table += fmt.Sprintf("| `%s` | %s |\n", s.bits, s.what)
		}
		if got := strings.TrimSpace(blocks[i+1]); got != strings.TrimSpace(table) {
			t.Errorf("%s: the page has\n%s\nthese are\n%s", lines[0], got, table)
		}
	}
	if examples != 3 {
		t.Errorf("%d examples found, want 3: does this test still read the page right?", examples)
	}
}

func exampleLine(t *testing.T, kind chunk.Kind, line string) (p point) {
	t.Helper()
	at, value, _ := strings.Cut(line, " ")
	var err, err2 error
	p.At, err = strconv.ParseInt(at, 10, 64)
	switch kind {
	case chunk.Counts:
		p.Count, err2 = strconv.ParseInt(value, 10, 64)
	case chunk.Number:
		p.Number, err2 = strconv.ParseFloat(value, 64)
	default:
		for _, s := range strings.Split(value, ",") {
			var n uint64
			n, err2 = strconv.ParseUint(s, 10, 16)
			p.Ports = append(p.Ports, uint16(n))
		}
	}
	if err != nil || err2 != nil {
		t.Fatal(line, err, err2)
	}
	return p
}
