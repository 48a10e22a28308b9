package mqtt

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// The control packet types, in the upper half of a packet's first byte
// (MQTT 5, section 2.1.2).
const (
	typeConnect     byte = 1
	typeConnack     byte = 2
	typePublish     byte = 3
	typePuback      byte = 4
	typePubrec      byte = 5
	typePubrel      byte = 6
	typePubcomp     byte = 7
	typeSubscribe   byte = 8
	typeSuback      byte = 9
	typeUnsubscribe byte = 10
	typeUnsuback    byte = 11
	typePingreq     byte = 12
	typePingresp    byte = 13
	typeDisconnect  byte = 14
	typeAuth        byte = 15
)

// The protocol levels of CONNECT.
const (
	version4 byte = 4 // MQTT 3.1.1
	version5 byte = 5
)

// maxRemaining is the largest remaining length that four bytes can say.
const maxRemaining = 268_435_455

// frame finds the first packet in b: its first byte, its body, and its length
// with the fixed header. The length is 0 while even the header is incomplete,
// and larger than len(b), with a nil body, while the body is. A packet of more than limit
// bytes is an error before any of its body is waited for.
func frame(b []byte, limit int) (first byte, body []byte, size int, err error) {
	if len(b) < 2 {
		return 0, nil, 0, nil
	}
	remaining, n := int(b[1]&0x7F), 2
	for shift := 7; b[n-1]&0x80 != 0; shift += 7 {
		if n == 5 {
			return 0, nil, 0, malformed("remaining length of more than four bytes")
		}
		if n == len(b) {
			return 0, nil, 0, nil
		}
		remaining |= int(b[n]&0x7F) << shift
		n++
	}
	size = n + remaining
	if size > limit {
		return 0, nil, 0, &protocolError{CodePacketTooLarge, "packet above the limit"}
	}
	if len(b) < size {
		return b[0], nil, size, nil
	}
	return b[0], b[n:size:size], size, nil
}

// checkLength refuses a remaining length that was said in more bytes than needed
// [MQTT-1.5.5-1]. Version 3.1.1 does not forbid that.
func checkLength(version byte, body []byte, size int) error {
	if version == version5 && size != 1+varintLen(len(body))+len(body) {
		return malformed("remaining length in too many bytes")
	}
	return nil
}

// A cursor reads the fields of a packet. Once a field does not fit, bad is true
// and every further field is zero: callers look once, at the end.
type cursor struct {
	b   []byte
	bad bool
}

func (r *cursor) take(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad = true
		r.b = nil
		return nil
	}
	f := r.b[:n:n]
	r.b = r.b[n:]
	return f
}

func (r *cursor) uint8() byte {
	if f := r.take(1); f != nil {
		return f[0]
	}
	return 0
}

func (r *cursor) uint16() uint16 {
	if f := r.take(2); f != nil {
		return binary.BigEndian.Uint16(f)
	}
	return 0
}

func (r *cursor) uint32() uint32 {
	if f := r.take(4); f != nil {
		return binary.BigEndian.Uint32(f)
	}
	return 0
}

// binary reads a field with a two-byte length; never nil unless bad.
func (r *cursor) binary() []byte {
	return r.take(int(r.uint16()))
}

// text reads a UTF-8 string; one that is ill-formed or holds U+0000 is bad
// [MQTT-1.5.4-1] [MQTT-1.5.4-2].
func (r *cursor) text() []byte {
	f := r.binary()
	if !validText(f) {
		r.bad = true
		return nil
	}
	return f
}

// varint reads a variable byte integer. A longer form than needed is malformed
// [MQTT-1.5.5-1].
func (r *cursor) varint() uint32 {
	var v uint32
	for i := range 4 {
		c := r.uint8()
		v |= uint32(c&0x7F) << (7 * i)
		if c&0x80 == 0 {
			r.bad = r.bad || (c == 0 && i > 0)
			return v
		}
	}
	r.bad = true
	return 0
}

func validText(b []byte) bool {
	return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0
}

func varintLen(v int) int {
	switch {
	case v < 1<<7:
		return 1
	case v < 1<<14:
		return 2
	case v < 1<<21:
		return 3
	default:
		return 4
	}
}

func appendVarint(dst []byte, v int) []byte {
	for v >= 0x80 {
		dst = append(dst, byte(v)|0x80)
		v >>= 7
	}
	return append(dst, byte(v))
}

func appendBinary[T string | []byte](dst []byte, v T) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(v)))
	return append(dst, v...)
}
