package detect_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"
	"net/netip"
	"slices"
	"strings"

	"vedette/api"
	"vedette/metric"
)

// A value is what a report says of one metric.
type value struct {
	count   *int64
	number  *float64
	ports   []int32
	addrs   []netip.Addr
	numbers []float64
	strings []string
}

// valueOf returns what r says of the metric of b, and whether it says anything.
func (w world) valueOf(r *metric.Report, b *api.Behavior) (value, bool) {
	if info, ok := metric.Lookup(*b.Metric); ok {
		return builtIn(r, info)
	}
	for _, c := range r.Custom {
		if string(c.Name) == *b.Metric && c.Kind == w.kind(b) {
			return custom(c), !slices.ContainsFunc(append(c.Numbers, c.Number), infinite)
		}
	}
	return value{}, false
}

func infinite(f float64) bool { return math.IsInf(f, 0) || math.IsNaN(f) }

func builtIn(r *metric.Report, info metric.Info) (value, bool) {
	if info.Kind == metric.Delta || info.Kind == metric.Gauge {
		n, ok := r.Count(info.ID)
		return value{count: &n}, ok
	}
	var v value
	switch info.ID {
	case metric.ListeningTCPPorts:
		v.ports = ports(r.TCPPorts)
	case metric.ListeningUDPPorts:
		v.ports = ports(r.UDPPorts)
	case metric.DestinationIPAddresses:
		v.addrs = addresses(r.Destinations)
	}
	return v, r.Listed&(1<<(info.ID-1)) != 0
}

func custom(c metric.CustomValue) value {
	var v value
	switch c.Kind {
	case metric.Number:
		v.number = new(c.Number)
	case metric.Numbers:
		v.numbers = distinct(slices.Clone(c.Numbers))
	case metric.Strings:
		for _, s := range c.Strings {
			v.strings = append(v.strings, string(s))
		}
		v.strings = distinct(v.strings)
	case metric.Addresses:
		v.addrs = addresses(c.Addrs)
	}
	return v
}

func ports(list []uint16) []int32 {
	var v []int32
	for _, p := range list {
		v = append(v, int32(p))
	}
	return distinct(v)
}

// addresses returns the distinct addresses; IPv4 in IPv6 is IPv4.
func addresses(list []netip.Addr) []netip.Addr {
	var v []netip.Addr
	for _, a := range list {
		v = append(v, a.Unmap())
	}
	slices.SortFunc(v, netip.Addr.Compare)
	return slices.Compact(v)
}

func distinct[T int32 | float64 | string](v []T) []T {
	slices.Sort(v)
	return slices.Compact(v)
}

// json returns v as events show it.
func (v value) json(k metric.Kind) string {
	member, content := "", any(nil)
	switch k {
	case metric.Delta, metric.Gauge:
		member, content = "count", v.count
	case metric.Number:
		member, content = "number", v.number
	case metric.Ports:
		member, content = "ports", append([]int32{}, v.ports...)
	case metric.Addresses:
		member, content = "cidrs", append([]netip.Addr{}, v.addrs...)
	case metric.Numbers:
		member, content = "numbers", append([]float64{}, v.numbers...)
	case metric.Strings:
		member, content = "strings", append([]string{}, v.strings...)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]any{member: content}); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(buf.String(), "\n")
}

// normal tells whether v is what the criteria call normal.
func (v value) normal(c *api.BehaviorCriteria) bool {
	in := !strings.HasPrefix(string(*c.ComparisonOperator), "not-")
	switch op := *c.ComparisonOperator; {
	case op == api.ComparisonOperatorLessThan:
		return v.compare(c.Value) < 0
	case op == api.ComparisonOperatorLessThanEquals:
		return v.compare(c.Value) <= 0
	case op == api.ComparisonOperatorGreaterThan:
		return v.compare(c.Value) > 0
	case op == api.ComparisonOperatorGreaterThanEquals:
		return v.compare(c.Value) >= 0
	case strings.HasSuffix(string(op), "in-port-set"):
		return all(v.ports, func(p int32) bool { return slices.Contains(c.Value.Ports, p) == in })
	case strings.HasSuffix(string(op), "in-cidr-set"):
		return all(v.addrs, func(a netip.Addr) bool {
			return slices.ContainsFunc(c.Value.Cidrs, func(cidr string) bool { return prefix(cidr).Contains(a) }) == in
		})
	default:
		return all(v.numbers, func(f float64) bool { return slices.Contains(c.Value.Numbers, f) == in }) &&
			all(v.strings, func(s string) bool { return slices.Contains(c.Value.Strings, s) == in })
	}
}

func all[T any](list []T, ok func(T) bool) bool {
	return !slices.ContainsFunc(list, func(e T) bool { return !ok(e) })
}

// compare compares v with a bound, without rounding either.
func (v value) compare(bound *api.MetricValue) int {
	return rational(v.count, v.number).Cmp(rational(bound.Count, bound.Number))
}

func rational(count *int64, number *float64) *big.Rat {
	if count != nil {
		return new(big.Rat).SetInt64(*count)
	}
	return new(big.Rat).SetFloat64(*number)
}

// prefix returns the addresses that a criterion's CIDR or address stands for.
func prefix(cidr string) netip.Prefix {
	if addr, err := netip.ParseAddr(cidr); err == nil {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen())
	}
	p := netip.MustParsePrefix(cidr)
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p
}
