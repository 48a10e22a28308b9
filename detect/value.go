package detect

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/netip"
	"slices"

	"vedette/metric"
)

// json returns the value in the form of api.MetricValue. Lists are sorted and
// without duplicates, so that the same datapoint always reads the same; an
// empty list is there as such.
func (v *value) json() string {
	var member string
	var content any
	switch v.kind {
	case metric.Number:
		member, content = "number", v.number
	case metric.Ports:
		member, content = "ports", tidy(slices.Clone(v.ports), cmp.Compare)
	case metric.Addresses:
		addrs := make([]netip.Addr, len(v.addrs))
		for i, a := range v.addrs {
			addrs[i] = a.Unmap()
		}
		member, content = "cidrs", tidy(addrs, netip.Addr.Compare)
	case metric.Numbers:
		member, content = "numbers", tidy(slices.Clone(v.numbers), cmp.Compare)
	case metric.Strings:
		member, content = "strings", texts(tidy(slices.Clone(v.strings), bytes.Compare))
	default:
		member, content = "count", v.count
	}
	b, err := json.Marshal(map[string]any{member: content})
	if err != nil { // only a number that is not finite
		return "{}"
	}
	return string(b)
}

// tidy sorts list and drops duplicates, in place; the result is never nil.
func tidy[T any](list []T, compare func(a, b T) int) []T {
	if list == nil {
		return []T{}
	}
	slices.SortFunc(list, compare)
	return slices.CompactFunc(list, func(a, b T) bool { return compare(a, b) == 0 })
}

func texts(list [][]byte) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
