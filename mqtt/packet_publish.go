package mqtt

import "encoding/binary"

// parsePublish decodes a PUBLISH packet into m. A topic alias is returned, not
// resolved; 0: none. scratch is memory for properties that have to be copied.
func parsePublish(version, first byte, body []byte, m *Inbound, scratch []byte) (alias uint16, kept []byte, err error) {
	*m = Inbound{QoS: first >> 1 & 3, Retain: first&1 != 0, Dup: first&8 != 0}
	switch {
	case m.QoS == 3:
		return 0, scratch, malformed("QoS 3") // [MQTT-3.3.1-4]
	case m.QoS == 2:
		return 0, scratch, &protocolError{CodeQoSNotSupported, "QoS 2"}
	case m.QoS == 0 && m.Dup:
		return 0, scratch, malformed("DUP with QoS 0") // [MQTT-3.3.1-2]
	}
	r := cursor{b: body}
	m.Topic = r.text()
	if m.QoS > 0 {
		m.packetID = r.uint16()
	}
	if r.bad {
		return 0, scratch, malformed("PUBLISH header")
	}
	if m.QoS > 0 && m.packetID == 0 {
		return 0, scratch, violation("packet identifier 0") // [MQTT-2.2.1-3]
	}
	if version == version5 {
		if alias, scratch, err = parsePublishProperties(&r, m, scratch); err != nil {
			return 0, scratch, err
		}
	}
	if len(m.Topic) == 0 && alias != 0 {
		m.Payload = r.b
		return alias, scratch, nil
	}
	if !validTopic(m.Topic) { // [MQTT-3.3.2-2] [MQTT-4.7.3-1]
		return 0, scratch, &protocolError{CodeTopicNameInvalid, "topic name"}
	}
	m.Payload = r.b
	return alias, scratch, nil
}

func parsePublishProperties(r *cursor, m *Inbound, scratch []byte) (alias uint16, kept []byte, err error) {
	if len(r.b) > 0 && r.b[0] == 0 { // none: by far the most frequent
		r.b = r.b[1:]
		return 0, scratch, nil
	}
	var props properties
	if err := parseProperties(r, publishProps, &props); err != nil {
		return 0, scratch, err
	}
	if props.seen.has(propSubscriptionID) {
		return 0, scratch, violation("subscription identifier from a client") // [MQTT-3.3.4-6]
	}
	if props.seen.has(propTopicAlias) && props.topicAlias == 0 {
		return 0, scratch, &protocolError{CodeTopicAliasInvalid, "topic alias 0"} // [MQTT-3.3.2-8]
	}
	m.expiry, m.hasExpiry = props.messageExpiry, props.seen.has(propMessageExpiry)
	if props.seen&^forwardProps == 0 {
		m.props = props.raw
		return 0, scratch, nil
	}
	scratch = appendForwarded(scratch[:0], props.raw)
	m.props = scratch
	return props.topicAlias, scratch, nil
}

// An outgoing is a PUBLISH packet for one subscriber.
type outgoing struct {
	topic     string // or topicBytes
	bytes     []byte // used when topic is empty
	payload   []byte
	props     []byte // encoded, to forward
	qos       byte
	retain    bool
	dup       bool
	packetID  uint16
	hasExpiry bool
	expiry    uint32   // seconds left
	ids       []uint32 // subscription identifiers
}

// size returns the packet's remaining length and its property length.
func (o *outgoing) size(version byte) (remaining, props int) {
	remaining = 2 + len(o.topic) + len(o.bytes) + len(o.payload)
	if o.qos > 0 {
		remaining += 2
	}
	if version != version5 {
		return remaining, 0
	}
	props = len(o.props)
	if o.hasExpiry {
		props += 5
	}
	for _, id := range o.ids {
		props += 1 + varintLen(int(id))
	}
	return remaining + varintLen(props) + props, props
}

// fits tells whether c takes a packet of that size. A longer one must not be sent,
// and counts as delivered [MQTT-3.1.2-24] [MQTT-3.1.2-25].
func (o *outgoing) fits(c *Client) bool {
	remaining, _ := o.size(c.version)
	return remaining <= maxRemaining && 1+varintLen(remaining)+remaining <= c.maxPacket
}

// appendPublish appends the packet.
func appendPublish(dst []byte, version byte, o *outgoing) []byte {
	remaining, props := o.size(version)
	first := typePublish<<4 | o.qos<<1
	if o.retain {
		first |= 1
	}
	if o.dup {
		first |= 8
	}
	dst = appendVarint(append(dst, first), remaining)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(o.topic)+len(o.bytes)))
	dst = append(append(dst, o.topic...), o.bytes...)
	if o.qos > 0 {
		dst = binary.BigEndian.AppendUint16(dst, o.packetID)
	}
	if version == version5 {
		dst = appendVarint(dst, props)
		dst = append(dst, o.props...)
		if o.hasExpiry {
			dst = appendUint32Prop(dst, propMessageExpiry, o.expiry)
		}
		for _, id := range o.ids {
			dst = appendVarint(append(dst, byte(propSubscriptionID)), int(id))
		}
	}
	return append(dst, o.payload...)
}
