package detect

import (
	"math"
	"net/netip"

	"github.com/gaissmai/bart"

	"vedette/api"
)

// operator is a comparison operator of the API.
type operator uint8

const (
	lessThan operator = iota + 1
	lessThanEquals
	greaterThan
	greaterThanEquals
	inCIDRSet
	notInCIDRSet
	inPortSet
	notInPortSet
	inSet
	notInSet
)

var operators = map[api.ComparisonOperator]operator{
	api.ComparisonOperatorLessThan:          lessThan,
	api.ComparisonOperatorLessThanEquals:    lessThanEquals,
	api.ComparisonOperatorGreaterThan:       greaterThan,
	api.ComparisonOperatorGreaterThanEquals: greaterThanEquals,
	api.ComparisonOperatorInCidrSet:         inCIDRSet,
	api.ComparisonOperatorNotInCidrSet:      notInCIDRSet,
	api.ComparisonOperatorInPortSet:         inPortSet,
	api.ComparisonOperatorNotInPortSet:      notInPortSet,
	api.ComparisonOperatorInSet:             inSet,
	api.ComparisonOperatorNotInSet:          notInSet,
}

// numeric tells whether op compares with one number.
func (op operator) numeric() bool { return lessThan <= op && op <= greaterThanEquals }

// upper tells whether op bounds the normal values from above.
func (op operator) upper() bool { return op == lessThan || op == lessThanEquals }

// negated tells whether op asks for no element in the set, rather than for all.
func (op operator) negated() bool {
	return op == notInCIDRSet || op == notInPortSet || op == notInSet
}

// holds tells whether a value that compares to the bound as order says (-1, 0
// or 1) is normal.
func (op operator) holds(order int) bool {
	switch op {
	case lessThan:
		return order < 0
	case lessThanEquals:
		return order <= 0
	case greaterThan:
		return order > 0
	default:
		return order >= 0
	}
}

// criterion says which values are normal. Only what its operator needs is set.
type criterion struct {
	op      operator
	bound   bound
	ports   *[1 << 10]uint64 // a bit for each port
	nets    *bart.Lite
	strings map[string]struct{}
	numbers map[float64]struct{}
}

// bound is the number that a numeric operator compares with.
type bound struct {
	double bool
	count  int64
	number float64
}

// count tells whether the count v is normal. The comparison is exact also
// beyond 2⁵³.
func (c *criterion) count(v int64) bool {
	if c.bound.double {
		return c.op.holds(-compare(c.bound.number, v))
	}
	switch {
	case v < c.bound.count:
		return c.op.holds(-1)
	case v > c.bound.count:
		return c.op.holds(1)
	}
	return c.op.holds(0)
}

// number tells whether the double v is normal.
func (c *criterion) number(v float64) bool {
	if !c.bound.double {
		return c.op.holds(compare(v, c.bound.count))
	}
	switch {
	case v < c.bound.number:
		return c.op.holds(-1)
	case v > c.bound.number:
		return c.op.holds(1)
	}
	return c.op.holds(0)
}

// compare orders a double and an integer exactly: -1 when f < i, 0 when they
// are equal, 1 when f > i.
func compare(f float64, i int64) int {
	switch {
	case f >= math.MaxInt64: // the float64 is 2⁶³, above every int64
		return 1
	case f < math.MinInt64:
		return -1
	}
	whole := int64(f)
	switch {
	case whole < i:
		return -1
	case whole > i:
		return 1
	}
	switch fraction := f - math.Trunc(f); {
	case fraction < 0:
		return -1
	case fraction > 0:
		return 1
	}
	return 0
}

// The lists: with "in" every element lies in the set, with "not in" none does.
// An empty list is always normal.

func (c *criterion) portList(ports []uint16) bool {
	for _, p := range ports {
		if (c.ports[p/64]&(1<<(p%64)) != 0) == c.op.negated() {
			return false
		}
	}
	return true
}

func (c *criterion) addressList(addrs []netip.Addr) bool {
	for _, a := range addrs {
		if c.nets.Contains(a.Unmap()) == c.op.negated() {
			return false
		}
	}
	return true
}

func (c *criterion) stringList(list [][]byte) bool {
	for _, s := range list {
		if _, in := c.strings[string(s)]; in == c.op.negated() {
			return false
		}
	}
	return true
}

func (c *criterion) numberList(list []float64) bool {
	for _, f := range list {
		if _, in := c.numbers[f]; in == c.op.negated() {
			return false
		}
	}
	return true
}
