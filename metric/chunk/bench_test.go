package chunk_test

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"vedette/metric/chunk"
)

// A day of reports every 300 s, each late by some milliseconds.
func day(kind chunk.Kind) []point {
	r := rand.New(rand.NewPCG(1, 2))
	points := make([]point, 288)
	for i := range points {
		p := point{At: noon + 300_000*int64(i) + int64(5*r.ExpFloat64())}
		switch kind {
		case chunk.Counts:
			p.Count = 60_000*200 + r.Int64N(60_000*200)
		case chunk.Number:
			p.Number = float64(r.IntN(1000)) / 10
		case chunk.Ports:
			p.Ports = []uint16{443, 8883, uint16(5000 + r.IntN(2))}
		case chunk.Addresses:
			for range 12 {
				p.Addrs = append(p.Addrs, netip.AddrFrom4([4]byte{198, 51, 100, byte(r.IntN(20))}))
			}
		}
		points[i] = p
	}
	return points
}

var benchKinds = []struct {
	name string
	kind chunk.Kind
}{{"counts", chunk.Counts}, {"numbers", chunk.Number}, {"ports", chunk.Ports}, {"addresses", chunk.Addresses}}

func BenchmarkAppend(b *testing.B) {
	for _, k := range benchKinds {
		b.Run(k.name, func(b *testing.B) {
			points, o, n, bytes, kept := day(k.kind), newOpen(k.kind), 0, 0, 0
			o.buf = make([]byte, 0, 4*chunk.MaxBytes)
			b.ReportAllocs()
			for b.Loop() {
				if n == len(points) || o.append(points[n]) != nil {
					bytes, kept = bytes+len(o.buf), kept+o.state.Len()
					o.state, o.buf, n = chunk.New(k.kind), o.buf[:0], 0
				}
				n++
			}
			if kept > 0 {
				b.ReportMetric(float64(bytes)/float64(kept), "bytes/point")
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, k := range benchKinds {
		b.Run(k.name, func(b *testing.B) {
			o := newOpen(k.kind)
			for _, p := range day(k.kind) {
				if o.append(p) != nil {
					break // full
				}
			}
			sealed := o.seal()
			var r chunk.Reader
			var ports []uint16
			var addrs []netip.Addr
			points := 0
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Reset(sealed, 0, always); err != nil {
					b.Fatal(err)
				}
				for r.Next() {
					ports, addrs = r.Ports(ports[:0]), r.Addresses(addrs[:0])
					points++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(points), "ns/point")
		})
	}
}

func BenchmarkSeal(b *testing.B) {
	o := newOpen(chunk.Counts)
	o.mustAppend(b, day(chunk.Counts)...)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = o.state.Seal(dst[:0], o.buf)
	}
	b.SetBytes(int64(len(dst)))
}

func BenchmarkResume(b *testing.B) {
	o := newOpen(chunk.Counts)
	o.mustAppend(b, day(chunk.Counts)...)
	sealed, buf := o.seal(), []byte(nil)
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if _, buf, err = chunk.Resume(buf, sealed); err != nil {
			b.Fatal(err)
		}
	}
}
