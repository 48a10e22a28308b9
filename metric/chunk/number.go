package chunk

import "math"

// Numbers are mapped to integers so that near numbers give near integers. The
// scale says how. A chunk begins with scale 0 and goes to a higher one when a
// number needs it, never back.
//
//	0 … 15  decimals: the number times 10^scale, an integer of at most 53 bits
//	16      fromBits of the number, divided by 2^29: what a float32 needs
//	17      fromBits of the number
const (
	maxDecimals = 15
	scaleFloat  = 16
	scaleDouble = 17
	numScales   = 18

	floatShift = 52 - 23 // bits of a float64 that a float32 does not have
	maxExact   = 1 << 53
)

var powers = [maxDecimals + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// mapNumber returns the integer for a number and the scale of that, from scale
// up.
func mapNumber(number float64, scale uint8) (int64, uint8) {
	for ; scale <= maxDecimals; scale++ {
		if v, ok := decimal(number, scale); ok {
			return v, scale
		}
	}
	v := fromBits(math.Float64bits(number))
	if scale == scaleFloat && v>>floatShift<<floatShift == v {
		return v >> floatShift, scale
	}
	return v, scaleDouble
}

// decimal returns the number times 10^scale if that is an integer which gives
// the number back, bit for bit.
func decimal(number float64, scale uint8) (int64, bool) {
	v := math.RoundToEven(number * powers[scale])
	if !(math.Abs(v) <= maxExact) {
		return 0, false
	}
	return int64(v), math.Float64bits(unmapNumber(int64(v), scale)) == math.Float64bits(number)
}

// unmapNumber returns the number that mapNumber was given.
func unmapNumber(v int64, scale uint8) float64 {
	switch {
	case scale <= maxDecimals:
		return float64(v) / powers[scale]
	case scale == scaleFloat:
		v <<= floatShift
	}
	return math.Float64frombits(toBits(v))
}

// fromBits turns the bits of a float64 into an integer that is greater for a
// greater number and ends with the same zeros. Minus zero, which is equal to zero,
// becomes the one integer that is left.
func fromBits(b uint64) int64 {
	const sign = 1 << 63
	switch {
	case b < sign:
		return int64(b)
	case b == sign:
		return math.MinInt64
	}
	return -int64(b &^ sign)
}

// toBits undoes fromBits.
func toBits(v int64) uint64 {
	if v < 0 {
		return 1<<63 | uint64(-v)
	}
	return uint64(v)
}
