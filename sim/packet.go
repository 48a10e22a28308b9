// Package sim plays devices: a fleet that reports believable metrics and is
// attacked now and then, for the demo, and a generator of load, for
// measurements. Both are clients of their own, on MQTT 3.1.1; what they do is
// settled by a seed.
package sim

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Packet types of MQTT 3.1.1 with their flags, as the first byte on the wire.
const (
	packetConnect    = 0x10
	packetConnack    = 0x20
	packetPublish    = 0x30
	packetPuback     = 0x40
	packetSubscribe  = 0x82
	packetSuback     = 0x90
	packetPingreq    = 0xC0
	packetDisconnect = 0xE0
)

// appendConnect appends a CONNECT with a clean session.
func appendConnect(dst []byte, clientID string, keepAliveSeconds uint16) []byte {
	dst = appendHeader(dst, packetConnect, 10+2+len(clientID))
	dst = appendString(dst, "MQTT")
	dst = append(dst, 4, 0x02)
	dst = binary.BigEndian.AppendUint16(dst, keepAliveSeconds)
	return appendString(dst, clientID)
}

// appendSubscribe appends a SUBSCRIBE of QoS 0.
func appendSubscribe(dst []byte, id uint16, filters []string) []byte {
	n := 2
	for _, f := range filters {
		n += 2 + len(f) + 1
	}
	dst = appendHeader(dst, packetSubscribe, n)
	dst = binary.BigEndian.AppendUint16(dst, id)
	for _, f := range filters {
		dst = append(appendString(dst, f), 0)
	}
	return dst
}

// appendPublish appends a PUBLISH of QoS 1.
func appendPublish(dst []byte, id uint16, topic string, payload []byte) []byte {
	dst = appendHeader(dst, packetPublish|1<<1, 2+len(topic)+2+len(payload))
	dst = appendString(dst, topic)
	dst = binary.BigEndian.AppendUint16(dst, id)
	return append(dst, payload...)
}

// appendMessage appends a PUBLISH of QoS 0.
func appendMessage(dst []byte, topic string, payload []byte) []byte {
	dst = appendHeader(dst, packetPublish, 2+len(topic)+len(payload))
	return append(appendString(dst, topic), payload...)
}

func appendHeader(dst []byte, first byte, remaining int) []byte {
	dst = append(dst, first)
	for remaining >= 0x80 {
		dst = append(dst, byte(remaining)|0x80)
		remaining >>= 7
	}
	return append(dst, byte(remaining))
}

func appendString(dst []byte, s string) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(s)))
	return append(dst, s...)
}

// packet is one packet from the server; body is what follows the fixed header.
type packet struct {
	first byte
	body  []byte
}

// kind is the packet's type without flags.
func (p packet) kind() byte { return p.first & 0xF0 }

var errMalformed = errors.New("malformed packet from the server")

// nextPacket takes the first packet off buf. size is 0 when buf does not hold
// it completely yet. The body points into buf.
func nextPacket(buf []byte) (p packet, size int, err error) {
	remaining := 0
	for i := 1; ; i++ {
		if i > 4 {
			return packet{}, 0, fmt.Errorf("%w: length", errMalformed)
		}
		if i >= len(buf) {
			return packet{}, 0, nil
		}
		remaining |= int(buf[i]&0x7F) << (7 * (i - 1))
		if buf[i] < 0x80 {
			size = i + 1 + remaining
			if len(buf) < size {
				return packet{}, 0, nil
			}
			return packet{first: buf[0], body: buf[i+1 : size]}, size, nil
		}
	}
}

// packetID returns the packet identifier at the start of a PUBACK or SUBACK.
func (p packet) packetID() (uint16, error) {
	if len(p.body) < 2 {
		return 0, fmt.Errorf("%w: acknowledgement without identifier", errMalformed)
	}
	return binary.BigEndian.Uint16(p.body), nil
}

// message returns topic and payload of a PUBLISH of QoS 0.
func (p packet) message() (topic, payload []byte, err error) {
	if len(p.body) < 2 || p.first&0x06 != 0 {
		return nil, nil, fmt.Errorf("%w: message", errMalformed)
	}
	n := int(binary.BigEndian.Uint16(p.body))
	if len(p.body) < 2+n {
		return nil, nil, fmt.Errorf("%w: topic", errMalformed)
	}
	return p.body[2 : 2+n], p.body[2+n:], nil
}

// connected checks a CONNACK.
func (p packet) connected() error {
	if p.kind() != packetConnack || len(p.body) != 2 {
		return fmt.Errorf("%w: no CONNACK", errMalformed)
	}
	if p.body[1] != 0 {
		return fmt.Errorf("the server refuses the connection with code %d", p.body[1])
	}
	return nil
}

// published checks a PUBACK.
func (p packet) published() error {
	if p.kind() != packetPuback {
		return fmt.Errorf("%w: no PUBACK", errMalformed)
	}
	return nil
}

// subscribed checks a SUBACK.
func (p packet) subscribed() error {
	if p.kind() != packetSuback || len(p.body) < 3 {
		return fmt.Errorf("%w: no SUBACK", errMalformed)
	}
	for _, code := range p.body[2:] {
		if code > 1 {
			return fmt.Errorf("the server refuses a subscription with code %#x", code)
		}
	}
	return nil
}
