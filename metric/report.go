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
	Hash  uint64 // of the payload

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

// Count returns the count of a metric and whether the report has it.
func (r *Report) Count(id ID) (int64, bool) {
	i := int(id) - 1
	if i < 0 || i >= NumCounts || r.Counted&(1<<i) == 0 {
		return 0, false
	}
	return r.Counts[i], true
}
