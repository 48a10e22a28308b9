package mqtt

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A message is a copy of a published message that is kept: retained, queued or
// a will. It is never changed.
type message struct {
	topic   string
	payload []byte
	props   []byte // encoded, to forward
	qos     byte
	retain  bool
	expires int64 // epoch milliseconds; 0: never
}

// size is what the message counts for in limits.
func (m *message) size() int { return len(m.topic) + len(m.payload) + len(m.props) + 64 }

// expired tells whether the message must not be delivered any more [MQTT-3.3.2-5].
func (m *message) expired(now int64) bool { return m.expires != 0 && m.expires <= now }

// secondsLeft returns the message expiry interval to send on [MQTT-3.3.2-6].
func secondsLeft(expires, now int64) uint32 {
	left := (expires - now + 999) / 1000
	return uint32(min(max(left, 0), math.MaxUint32))
}

// expiresAt turns a message expiry interval into a time.
func expiresAt(now int64, seconds uint32) int64 { return max(now+int64(seconds)*1000, 1) }

// encodeProperties encodes the properties that a message published from inside
// carries.
func encodeProperties(m *Message) []byte {
	var b []byte
	if m.UTF8Payload {
		b = append(b, byte(propPayloadFormat), 1)
	}
	if m.ContentType != "" {
		b = appendTextProp(b, propContentType, m.ContentType)
	}
	if m.ResponseTopic != "" {
		b = appendTextProp(b, propResponseTopic, m.ResponseTopic)
	}
	if m.CorrelationData != nil {
		b = appendTextProp(b, propCorrelationData, m.CorrelationData)
	}
	for _, p := range m.UserProperties {
		b = appendBinary(appendTextProp(b, propUserProperty, p.Name), p.Value)
	}
	return b
}

// Stored values begin with their version.
const storedVersion byte = 1

const (
	storedRetain byte = 1 << 2 // beside the QoS in the lowest two bits
	storedWill   byte = 1 << 3
	storedOwner  byte = 1 << 4
	storedProof  byte = 1 << 5
)

func appendMessage(b []byte, m *message) []byte {
	flags := m.qos
	if m.retain {
		flags |= storedRetain
	}
	b = append(b, flags)
	b = binary.AppendVarint(b, m.expires)
	b = appendField(b, m.topic)
	b = appendField(b, m.props)
	return appendField(b, m.payload)
}

func appendField[T string | []byte](b []byte, v T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(v))), v...)
}

// A decoder reads stored values. The first error sticks.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("damaged value: %s", what)
	}
	d.b = nil
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail("too short")
		return 0
	}
	v := d.b[0]
	d.b = d.b[1:]
	return v
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail("number")
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail("number")
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) field() []byte {
	n := d.uvarint()
	if n > uint64(len(d.b)) {
		d.fail("length")
		return nil
	}
	v := d.b[:n:n]
	d.b = d.b[n:]
	return v
}

func (d *decoder) version() {
	if v := d.byte(); d.err == nil && v != storedVersion {
		d.fail(fmt.Sprintf("version %d is not known to this release", v))
	}
}

// message reads what appendMessage wrote, into memory of its own.
func (d *decoder) message() *message {
	flags := d.byte()
	m := &message{qos: flags & 3, retain: flags&storedRetain != 0}
	m.expires = d.varint()
	m.topic = string(d.field())
	m.props = append([]byte(nil), d.field()...)
	m.payload = append([]byte(nil), d.field()...)
	return m
}

// end returns the error, which there is also when bytes are left.
func (d *decoder) end() error {
	if len(d.b) > 0 {
		d.fail("too long")
	}
	return d.err
}

func (s *Server) nowMilli() int64 { return s.opt.Now().UnixMilli() }
