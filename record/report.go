package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/netip"

	"vedette/metric"
)

// reportVersion is the first byte of every report body. A change of the
// encoding takes the next number; Decode goes on reading the older ones.
const reportVersion = 1

// Report is the body of a report record.
type Report struct {
	Thing []byte // name of the thing, 1 to 128 bytes
	metric.Report
}

// AppendReport appends the body of the report record of r, reported under the
// name thing, to dst. It allocates only to make dst longer.
func AppendReport(dst []byte, thing []byte, r *metric.Report) []byte {
	dst = append(dst, reportVersion)
	dst = appendBytes(dst, thing)
	dst = binary.AppendVarint(dst, r.ID)
	dst = binary.LittleEndian.AppendUint64(dst, r.Hash)
	dst = binary.AppendUvarint(dst, uint64(r.Counted))
	for i, v := range r.Counts {
		if r.Counted&(1<<i) != 0 {
			dst = binary.AppendUvarint(dst, uint64(v))
		}
	}
	dst = binary.AppendUvarint(dst, uint64(r.Listed))
	if listed(r.Listed, metric.ListeningTCPPorts) {
		dst = appendPorts(dst, r.TCPPorts)
	}
	if listed(r.Listed, metric.ListeningUDPPorts) {
		dst = appendPorts(dst, r.UDPPorts)
	}
	if listed(r.Listed, metric.DestinationIPAddresses) {
		dst = appendAddrs(dst, r.Destinations)
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Custom)))
	for i := range r.Custom {
		dst = appendCustom(dst, &r.Custom[i])
	}
	return dst
}

func listed(bits uint16, id metric.ID) bool { return bits&(1<<(id-1)) != 0 }

func appendBytes(dst, b []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(b)))
	return append(dst, b...)
}

func appendPorts(dst []byte, ports []uint16) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(ports)))
	for _, p := range ports {
		dst = binary.LittleEndian.AppendUint16(dst, p)
	}
	return dst
}

func appendAddrs(dst []byte, addrs []netip.Addr) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(addrs)))
	for _, a := range addrs {
		if a.Is4() {
			b := a.As4()
			dst = append(append(dst, 4), b[:]...)
		} else {
			b := a.As16()
			dst = append(append(dst, 16), b[:]...)
		}
	}
	return dst
}

func appendCustom(dst []byte, c *metric.CustomValue) []byte {
	dst = appendBytes(dst, c.Name)
	dst = append(dst, byte(c.Kind))
	switch c.Kind {
	case metric.Number:
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(c.Number))
	case metric.Numbers:
		dst = binary.AppendUvarint(dst, uint64(len(c.Numbers)))
		for _, f := range c.Numbers {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(f))
		}
	case metric.Strings:
		dst = binary.AppendUvarint(dst, uint64(len(c.Strings)))
		for _, s := range c.Strings {
			dst = appendBytes(dst, s)
		}
	case metric.Addresses:
		dst = appendAddrs(dst, c.Addrs)
	}
	return dst
}

// errDamaged is the cause of every failed Decode but that of an unknown version.
var errDamaged = errors.New("damaged")

// Decode reads the body of a report record. It overwrites all of r, which may
// hold an earlier report, and reuses its memory; names and strings point into
// body.
func (r *Report) Decode(body []byte) error {
	r.Reset()
	if len(body) > 0 && body[0] != reportVersion {
		return fmt.Errorf("decode report record: version %d is not known", body[0])
	}
	d := reader{rest: body}
	d.take(1)
	r.Thing = d.bytes()
	d.bad = d.bad || len(r.Thing) == 0 || len(r.Thing) > metric.MaxThing
	r.ID, r.HasID = d.varint(), true
	r.Hash = d.uint64()
	d.counts(&r.Report)
	r.Listed = uint16(d.uvarint(math.MaxUint16))
	if listed(r.Listed, metric.ListeningTCPPorts) {
		r.TCPPorts = d.ports(r.TCPPorts)
	}
	if listed(r.Listed, metric.ListeningUDPPorts) {
		r.UDPPorts = d.ports(r.UDPPorts)
	}
	if listed(r.Listed, metric.DestinationIPAddresses) {
		r.Destinations = d.addrs(r.Destinations)
	}
	for n := d.length(3); n > 0 && !d.bad; n-- {
		d.custom(r.AddCustom())
	}
	if d.bad || len(d.rest) > 0 {
		return fmt.Errorf("decode report record of %q: %w", r.Thing, errDamaged)
	}
	return nil
}

// ReportThing returns the name of the thing in the body of a report record, without
// reading the rest; nil if there is none.
func ReportThing(body []byte) []byte {
	if len(body) == 0 || body[0] != reportVersion {
		return nil
	}
	d := reader{rest: body[1:]}
	return d.bytes()
}

// reader takes a body apart. After the first fault bad is set and everything it
// returns is empty.
type reader struct {
	rest []byte
	bad  bool
}

// take returns the next n bytes, or nil.
func (d *reader) take(n uint64) []byte {
	if n > uint64(len(d.rest)) {
		d.bad, d.rest = true, nil
		return nil
	}
	b := d.rest[:n:n]
	d.rest = d.rest[n:]
	return b
}

func (d *reader) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *reader) uint16() uint16 {
	if b := d.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (d *reader) uint64() uint64 {
	if b := d.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (d *reader) float64() float64 { return math.Float64frombits(d.uint64()) }

// uvarint returns the next number, which must not be above limit.
func (d *reader) uvarint(limit uint64) uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 || v > limit {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *reader) varint() int64 {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// length returns the number of elements that follow, of at least size bytes
// each.
func (d *reader) length(size int) int { return int(d.uvarint(uint64(len(d.rest) / size))) }

func (d *reader) bytes() []byte { return d.take(d.uvarint(uint64(len(d.rest)))) }

func (d *reader) counts(r *metric.Report) {
	r.Counted = uint16(d.uvarint(1<<metric.NumCounts - 1))
	for i := range r.Counts {
		if r.Counted&(1<<i) != 0 {
			r.Counts[i] = int64(d.uvarint(math.MaxInt64))
		}
	}
}

func (d *reader) ports(to []uint16) []uint16 {
	for n := d.length(2); n > 0; n-- {
		to = append(to, d.uint16())
	}
	return to
}

func (d *reader) addrs(to []netip.Addr) []netip.Addr {
	for n := d.length(5); n > 0 && !d.bad; n-- {
		switch d.byte() {
		case 4:
			if b := d.take(4); b != nil {
				to = append(to, netip.AddrFrom4([4]byte(b)))
			}
		case 16:
			if b := d.take(16); b != nil {
				to = append(to, netip.AddrFrom16([16]byte(b)))
			}
		default:
			d.bad, d.rest = true, nil
		}
	}
	return to
}

func (d *reader) custom(c *metric.CustomValue) {
	c.Name = d.bytes()
	c.Kind = metric.Kind(d.byte())
	switch c.Kind {
	case metric.Number:
		c.Number = d.float64()
	case metric.Numbers:
		for n := d.length(8); n > 0; n-- {
			c.Numbers = append(c.Numbers, d.float64())
		}
	case metric.Strings:
		for n := d.length(1); n > 0; n-- {
			c.Strings = append(c.Strings, d.bytes())
		}
	case metric.Addresses:
		c.Addrs = d.addrs(c.Addrs)
	default:
		d.bad, d.rest = true, nil
	}
}
