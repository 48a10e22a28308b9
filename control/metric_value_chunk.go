package control

import (
	"fmt"
	"math"
	"net/netip"

	"vedette/api"
	"vedette/metric/chunk"
	"vedette/violation"
)

// decodeValues returns the values of a chunk with from ≤ time < to, oldest first.
func decodeValues(c *violation.Chunk, from, to int64) ([]value, error) {
	var r chunk.Reader
	if err := r.Reset(c.Data, 0, math.MaxInt64); err != nil {
		return nil, fmt.Errorf("read chunk %d of %q of %q: %w", c.First, c.Series.Metric, c.Thing, err)
	}
	values := make([]value, 0, r.Len())
	var lists []*api.MetricValue // of the chunk's distinct lists, those that were made
	for index := 0; r.Next(); index++ {
		at := r.At()
		if at < from || at >= to {
			continue
		}
		v := value{key: valueKey{Chunk: c.First, Index: index}, at: at}
		switch r.Kind() {
		case chunk.Counts:
			v.content.Count = new(r.Count())
		case chunk.Number:
			v.content.Number = new(r.Number())
		default:
			for len(lists) <= r.List() {
				lists = append(lists, nil)
			}
			if lists[r.List()] == nil {
				lists[r.List()] = listOf(&r)
			}
			v.list, v.content = r.List(), *lists[r.List()]
		}
		values = append(values, v)
	}
	if err := r.Err(); err != nil {
		return nil, fmt.Errorf("read chunk %d of %q of %q: %w", c.First, c.Series.Metric, c.Thing, err)
	}
	return values, nil
}

// listOf returns the list at the reader's point; an empty one is there as such.
func listOf(r *chunk.Reader) *api.MetricValue {
	switch r.Kind() {
	case chunk.Ports:
		return &api.MetricValue{Ports: mapped(r.Ports(nil), func(p uint16) int32 { return int32(p) })}
	case chunk.Addresses:
		return &api.MetricValue{Cidrs: mapped(r.Addresses(nil), func(a netip.Addr) string { return a.Unmap().String() })}
	case chunk.Strings:
		return &api.MetricValue{Strings: mapped(r.Strings(nil), func(s []byte) string { return string(s) })}
	}
	return &api.MetricValue{Numbers: append([]float64{}, r.Numbers(nil)...)}
}
