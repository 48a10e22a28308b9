package record

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"

	"vedette/metric"
)

// usageVersion is the first byte of every usage body; see reportVersion.
const usageVersion = 1

// UsageWindow is what usage records are cut by, in milliseconds: none counts
// across a multiple of it.
const UsageWindow int64 = 300_000

// Usage is the body of a usage record: what the gateway has counted for a thing
// since its usage record before.
type Usage struct {
	Thing  []byte // its name, 1 to 128 bytes
	Number uint64 // of the record, told apart from the thing's one before by it
	Window int64  // beginning of the window that it counts in, epoch ms; a multiple of UsageWindow

	Attempts    int64 // to connect, successful or not
	Disconnects int64
	Tally       // of all messages

	Addrs      []netip.Addr // that the thing was connected from
	Dimensions []DimensionTally
}

// Tally is what is counted of messages. No number is negative.
type Tally struct {
	Sent     int64 // by the thing
	Received int64
	Failures int64 // messages, filters and connections that no policy allows
	Bytes    int64 // sum of the payloads sent
	Min, Max int64 // of the payloads sent, bytes; 0 when none was
}

// DimensionTally is what is counted of the messages whose topic is in a
// dimension, or not in it.
type DimensionTally struct {
	Name  []byte // of the dimension
	NotIn bool
	Tally
}

// Reset empties u and keeps its memory.
func (u *Usage) Reset() { *u = Usage{Addrs: u.Addrs[:0], Dimensions: u.Dimensions[:0]} }

// AppendUsage appends the body of the usage record of u to dst. It allocates only
// to make dst longer.
func AppendUsage(dst []byte, u *Usage) []byte {
	dst = append(dst, usageVersion)
	dst = appendBytes(dst, u.Thing)
	dst = binary.AppendUvarint(dst, u.Number)
	dst = binary.AppendUvarint(dst, uint64(u.Window/UsageWindow))
	dst = binary.AppendUvarint(dst, uint64(u.Attempts))
	dst = binary.AppendUvarint(dst, uint64(u.Disconnects))
	dst = appendTally(dst, &u.Tally)
	dst = appendAddrs(dst, u.Addrs)
	dst = binary.AppendUvarint(dst, uint64(len(u.Dimensions)))
	for i := range u.Dimensions {
		d := &u.Dimensions[i]
		dst = appendBytes(dst, d.Name)
		dst = append(dst, flag(d.NotIn))
		dst = appendTally(dst, &d.Tally)
	}
	return dst
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}

func appendTally(dst []byte, t *Tally) []byte {
	dst = binary.AppendUvarint(dst, uint64(t.Sent))
	dst = binary.AppendUvarint(dst, uint64(t.Received))
	dst = binary.AppendUvarint(dst, uint64(t.Failures))
	if t.Sent == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(t.Bytes))
	dst = binary.AppendUvarint(dst, uint64(t.Min))
	return binary.AppendUvarint(dst, uint64(t.Max))
}

// Decode reads the body of a usage record. It overwrites all of u and reuses its
// memory; names point into body.
func (u *Usage) Decode(body []byte) error {
	u.Reset()
	if len(body) > 0 && body[0] != usageVersion {
		return fmt.Errorf("decode usage record: version %d is not known", body[0])
	}
	d := reader{rest: body}
	d.take(1)
	u.Thing = d.thing()
	u.Number = d.uvarint(math.MaxUint64)
	u.Window = int64(d.uvarint(uint64(math.MaxInt64/UsageWindow))) * UsageWindow
	u.Attempts, u.Disconnects = d.count(), d.count()
	d.tally(&u.Tally)
	u.Addrs = d.addrs(u.Addrs)
	for n := d.length(5); n > 0 && !d.bad; n-- {
		u.Dimensions = append(u.Dimensions, DimensionTally{Name: d.bytes(), NotIn: d.flag()})
		d.tally(&u.Dimensions[len(u.Dimensions)-1].Tally)
	}
	if d.bad || len(d.rest) > 0 {
		return fmt.Errorf("decode usage record of %q: %w", u.Thing, errDamaged)
	}
	return nil
}

func (d *reader) tally(t *Tally) {
	t.Sent, t.Received, t.Failures = d.count(), d.count(), d.count()
	if t.Sent > 0 {
		t.Bytes, t.Min, t.Max = d.count(), d.count(), d.count()
	}
}

func (d *reader) count() int64 { return int64(d.uvarint(math.MaxInt64)) }

func (d *reader) flag() bool {
	b := d.byte()
	d.bad = d.bad || b > 1
	return b == 1
}

func (d *reader) thing() []byte {
	name := d.bytes()
	d.bad = d.bad || len(name) == 0 || len(name) > metric.MaxThing
	return name
}
