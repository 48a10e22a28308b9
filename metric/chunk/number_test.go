package chunk

import (
	"math"
	"testing"
)

func TestMapNumber(t *testing.T) {
	for name, test := range map[string]struct {
		number float64
		from   uint8
		v      int64
		scale  uint8
	}{
		"ok/zero":                   {0, 0, 0, 0},
		"ok/integer":                {-1024, 0, -1024, 0},
		"ok/largest integer":        {1 << 53, 0, 1 << 53, 0},
		"ok/one digit":              {71.5, 0, 715, 1},
		"ok/tenth in hundredths":    {0.1, 2, 10, 2},
		"ok/fifteen digits":         {0.123456789012345, 0, 123456789012345, 15},
		"ok/float32":                {float64(float32(0.1)), 0, 0x3fb99999a0000000 >> 29, 16},
		"ok/negative float32":       {-float64(float32(0.1)), 0, -0x3fb99999a0000000 >> 29, 16},
		"ok/integer among float32s": {2, 16, 0x4000000000000000 >> 29, 16},
		"ok/double":                 {1.0 / 3, 0, 0x3fd5555555555555, 17},
		"ok/negative double":        {-1.0 / 3, 3, -0x3fd5555555555555, 17},
		"ok/too large for 53 bits":  {1<<53 + 2, 0, 0x4340000000000001, 17},
		"ok/minus zero":             {math.Copysign(0, -1), 0, math.MinInt64 >> 29, 16},
		"ok/infinity":               {math.Inf(-1), 0, -0x7ff0000000000000 >> 29, 16},
		"ok/smallest":               {5e-324, 0, 1, 17},
	} {
		t.Run(name, func(t *testing.T) {
			v, scale := mapNumber(test.number, test.from)
			if v != test.v || scale != test.scale {
				t.Errorf("got %#x in scale %d, want %#x in scale %d", v, scale, test.v, test.scale)
			}
			if back := unmapNumber(v, scale); math.Float64bits(back) != math.Float64bits(test.number) {
				t.Errorf("%v came back as %v", test.number, back)
			}
		})
	}
}

func TestMapNumberOrder(t *testing.T) {
	numbers := []float64{math.Inf(-1), -math.MaxFloat64, -math.Pi, -1, -5e-324, 0, 5e-324, 1, math.Pi, math.MaxFloat64, math.Inf(1)}
	last := int64(math.MinInt64)
	for _, number := range numbers {
		v, _ := mapNumber(number, scaleDouble)
		if v <= last {
			t.Errorf("%v is mapped to %d, not above %d", number, v, last)
		}
		last = v
	}
}
