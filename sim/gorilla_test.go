package sim

import (
	"math"
	"math/bits"
)

// gorilla counts the bits that a series takes as Gorilla writes it (Pelkonen et
// al., VLDB 2015, section 4.1), with times in milliseconds: the yardstick of
// what retained values may take.
type gorilla struct {
	bits, points   int
	at, delta      int64
	value          uint64
	leading, width int
}

func (g *gorilla) add(at int64, v float64) {
	value := math.Float64bits(v)
	g.points++
	switch g.points {
	case 1:
		g.bits += 64 + 64
	case 2:
		g.delta = at - g.at
		g.bits += 32 + g.xor(value) // the paper's 14 bits hold less than 17 s of milliseconds
	default:
		delta := at - g.at
		g.bits += deltaOfDelta(delta-g.delta) + g.xor(value)
		g.delta = delta
	}
	g.at, g.value = at, value
}

func deltaOfDelta(d int64) int {
	switch {
	case d == 0:
		return 1
	case -63 <= d && d <= 64:
		return 2 + 7
	case -255 <= d && d <= 256:
		return 3 + 9
	case -2047 <= d && d <= 2048:
		return 4 + 12
	}
	return 4 + 32
}

func (g *gorilla) xor(value uint64) int {
	x := value ^ g.value
	if x == 0 {
		return 1
	}
	leading, trailing := min(bits.LeadingZeros64(x), 31), bits.TrailingZeros64(x)
	if g.width > 0 && leading >= g.leading && trailing >= 64-g.leading-g.width {
		return 2 + g.width
	}
	g.leading, g.width = leading, 64-leading-trailing
	return 2 + 5 + 6 + g.width
}
