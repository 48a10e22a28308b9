package detect

import (
	"math"
	"net/netip"

	"github.com/gaissmai/bart"

	"vedette/api"
	"vedette/metric"
)

// valueMember names the member of api.MetricValue that holds values of a metric.
func valueMember(i metric.Info) string {
	switch i.Kind {
	case metric.Ports:
		return "ports"
	case metric.Addresses:
		return "cidrs"
	case metric.Numbers:
		return "numbers"
	case metric.Strings:
		return "strings"
	case metric.Number:
		return "number"
	}
	return "count"
}

// checkValue follows V4 to V6 and V17.
func (k *compiler) checkValue(c *api.BehaviorCriteria) {
	v := c.Value
	set := membersOf(v)
	switch {
	case len(set) == 0:
		k.fault("value must contain exactly one member")
		return
	case !k.known && len(set) > 1:
		k.fault("value must contain exactly one member")
		return
	case k.known && (len(set) > 1 || !k.fits(set[0])):
		k.fault("value must contain only %s", valueMember(k.out.info))
		return
	}
	switch out := &k.out.criterion; set[0] {
	case "count":
		if *v.Count < 0 {
			k.fault("count %d should not be negative", *v.Count)
		}
		out.bound = bound{count: *v.Count}
	case "number":
		if !finite(*v.Number) {
			k.fault("number should be finite")
		}
		out.bound = bound{double: true, number: *v.Number}
	case "cidrs":
		out.nets = k.cidrs(v.Cidrs)
	case "ports":
		out.ports = k.ports(v.Ports)
	case "strings":
		out.strings = setOf(k, "strings", v.Strings)
	case "numbers":
		out.numbers = setOf(k, "numbers", v.Numbers)
	}
}

// membersOf names the members that v has; an empty list is one.
func membersOf(v *api.MetricValue) []string {
	var set []string
	for _, m := range []struct {
		name string
		has  bool
	}{
		{"count", v.Count != nil},
		{"cidrs", v.Cidrs != nil},
		{"ports", v.Ports != nil},
		{"number", v.Number != nil},
		{"numbers", v.Numbers != nil},
		{"strings", v.Strings != nil},
	} {
		if m.has {
			set = append(set, m.name)
		}
	}
	return set
}

// fits tells whether the metric's values can be compared with a member:
// numbers with count and number (U8), lists with their own.
func (k *compiler) fits(member string) bool {
	if isList(k.out.info.Kind) {
		return member == valueMember(k.out.info)
	}
	return member == "count" || member == "number"
}

func (k *compiler) cidrs(list []string) *bart.Lite {
	nets := &bart.Lite{}
	if len(list) == 0 {
		k.fault("cidrs should not be empty")
	}
	for _, s := range list {
		p, err := parseCIDR(s)
		if err != nil {
			k.fault("cidr %.256s is not valid", s)
			continue
		}
		nets.Insert(p)
	}
	return nets
}

// parseCIDR reads a prefix or a bare address (U29). Prefixes of IPv4-mapped
// addresses are given as IPv4, as the addresses themselves are judged.
func parseCIDR(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		a, addrErr := netip.ParseAddr(s)
		if addrErr != nil || a.Zone() != "" {
			return netip.Prefix{}, err
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

func (k *compiler) ports(list []int32) *[1 << 10]uint64 {
	set := &[1 << 10]uint64{}
	if len(list) == 0 {
		k.fault("ports should not be empty")
	}
	for _, p := range list {
		if p < 0 || p > math.MaxUint16 {
			k.fault("port %d should be in range[0,65535]", p)
			continue
		}
		set[p/64] |= 1 << (p % 64)
	}
	return set
}

func setOf[T comparable](k *compiler, member string, list []T) map[T]struct{} {
	if len(list) == 0 {
		k.fault("%s should not be empty", member)
	}
	set := make(map[T]struct{}, len(list))
	for _, v := range list {
		set[v] = struct{}{}
	}
	return set
}
