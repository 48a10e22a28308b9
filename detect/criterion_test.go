package detect

import (
	"math"
	"testing"
)

func TestCompare(t *testing.T) {
	check := func(f float64, i int64, want int) {
		t.Helper()
		if got := compare(f, i); got != want {
			t.Errorf("compare(%v, %d): got %d, want %d", f, i, got, want)
		}
	}
	check(5, 5, 0)
	check(4.999, 5, -1)
	check(5.001, 5, 1)
	check(-5.001, -5, -1)
	check(-4.999, -5, 1)
	check(-0.5, 0, -1)
	check(math.Copysign(0, -1), 0, 0)
	check(1<<53, 1<<53+1, -1)
	check(1<<53+2, 1<<53+1, 1)
	check(math.MaxInt64, math.MaxInt64, 1) // the double is 2⁶³
	check(math.MinInt64, math.MinInt64, 0)
	check(-1e300, math.MinInt64, -1)
	check(1e300, math.MaxInt64, 1)
	check(math.SmallestNonzeroFloat64, 0, 1)
}

// TestCriterionNumbers judges values around the bound by each operator, with
// both kinds of bounds on both kinds of values.
func TestCriterionNumbers(t *testing.T) {
	bounds := []bound{{count: 5}, {double: true, number: 5}}
	want := map[operator][3]bool{ // below, at, above
		lessThan:          {true, false, false},
		lessThanEquals:    {true, true, false},
		greaterThan:       {false, false, true},
		greaterThanEquals: {false, true, true},
	}
	for op, normal := range want {
		for _, b := range bounds {
			c := criterion{op: op, bound: b}
			for i, v := range []int64{4, 5, 6} {
				if got := c.count(v); got != normal[i] {
					t.Errorf("operator %d, bound %+v, count %d: got normal %v", op, b, v, got)
				}
				if got := c.number(float64(v)); got != normal[i] {
					t.Errorf("operator %d, bound %+v, number %d: got normal %v", op, b, v, got)
				}
			}
		}
	}
}

func TestParseCIDR(t *testing.T) {
	check := func(s, want string) {
		t.Helper()
		p, err := parseCIDR(s)
		if got := p.String(); want == "" && err == nil || want != "" && (err != nil || got != want) {
			t.Errorf("parseCIDR(%q): got %s, %v; want %q", s, got, err, want)
		}
	}
	check("10.1.2.3/8", "10.0.0.0/8")
	check("10.1.2.3", "10.1.2.3/32")
	check("2001:db8::1", "2001:db8::1/128")
	check("2001:db8::1/32", "2001:db8::/32")
	check("::ffff:10.1.2.3/104", "10.0.0.0/8")
	check("::ffff:10.1.2.3", "10.1.2.3/32")
	check("::ffff:10.1.2.3/95", "::fffe:0:0/95")
	check("0.0.0.0/0", "0.0.0.0/0")
	check("10.0.0.0/33", "")
	check("fe80::1%eth0", "")
	check("fe80::1%eth0/64", "")
	check("", "")
}
