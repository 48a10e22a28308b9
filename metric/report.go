package metric

import "net/netip"

// MaxReport is the largest report accepted, in bytes: AWS's limit for a
// message payload.
const MaxReport = 128 << 10

// Report is one device metrics report. It is made to be reused: reading another
// report into it overwrites everything and keeps the memory. Names and strings
// point into the payload it was read from.
type Report struct {
	ID    int64
	HasID bool   // the header could be read as far as its report_id, even when the report is refused
	Hash  uint64 // Hash of the payload; set by whoever keeps the report, parsing does not need it

	// Counts holds the device-side counts by metric ID-1; Counted has bit ID-1
	// set where the report has one.
	Counts  [NumCounts]int64
	Counted uint16

	// The lists of the report without duplicates; Listed has bit ID-1 set
	// where the report has the list, empty or not.
	TCPPorts     []uint16
	UDPPorts     []uint16
	Destinations []netip.Addr
	Listed       uint16

	Custom []CustomValue

	builder *builder // made by the first ParseReport
}

// CustomValue is the value of one custom metric in a report.
type CustomValue struct {
	Name    []byte
	Kind    Kind // Number, Numbers, Strings or Addresses
	Number  float64
	Numbers []float64
	Strings [][]byte
	Addrs   []netip.Addr
}

// maxIdleCustom is the largest capacity of Custom that is kept for the next
// report.
const maxIdleCustom = 64

// Reset empties r and keeps its memory, except what no sane report needs.
func (r *Report) Reset() {
	r.ID, r.HasID, r.Hash = 0, false, 0
	r.Counts, r.Counted, r.Listed = [NumCounts]int64{}, 0, 0
	r.TCPPorts = reuse(r.TCPPorts)
	r.UDPPorts = reuse(r.UDPPorts)
	r.Destinations = reuse(r.Destinations)
	r.Custom = r.Custom[:0]
	if cap(r.Custom) > maxIdleCustom {
		r.Custom = nil
	}
}

// AddCustom adds a value to r.Custom and returns it, empty. The memory that
// its lists had in an earlier report is reused. The pointer is valid until the
// next AddCustom.
func (r *Report) AddCustom() *CustomValue {
	n := len(r.Custom)
	if n == cap(r.Custom) {
		r.Custom = append(r.Custom, CustomValue{})
		return &r.Custom[n]
	}
	r.Custom = r.Custom[:n+1]
	c := &r.Custom[n]
	c.Name, c.Kind, c.Number = nil, 0, 0
	c.Numbers, c.Strings, c.Addrs = reuse(c.Numbers), reuse(c.Strings), reuse(c.Addrs)
	return c
}

// Count returns the count of a metric and whether the report has it.
func (r *Report) Count(id ID) (int64, bool) {
	i := int(id) - 1
	if i < 0 || i >= NumCounts || r.Counted&(1<<i) == 0 {
		return 0, false
	}
	return r.Counts[i], true
}

func (r *Report) setCount(id ID, v int64) {
	r.Counts[id-1] = v
	r.Counted |= 1 << (id - 1)
}
