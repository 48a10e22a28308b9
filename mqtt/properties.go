package mqtt

import (
	"encoding/binary"
	"iter"
)

// propID is the identifier of a property (MQTT 5, section 2.2.2.2). All
// identifiers are below 64, so that a set of them fits into a word.
type propID byte

const (
	propPayloadFormat    propID = 1
	propMessageExpiry    propID = 2
	propContentType      propID = 3
	propResponseTopic    propID = 8
	propCorrelationData  propID = 9
	propSubscriptionID   propID = 11
	propSessionExpiry    propID = 17
	propAssignedClientID propID = 18
	propServerKeepAlive  propID = 19
	propAuthMethod       propID = 21
	propAuthData         propID = 22
	propRequestProblem   propID = 23
	propWillDelay        propID = 24
	propRequestResponse  propID = 25
	propReasonString     propID = 31
	propReceiveMaximum   propID = 33
	propTopicAliasMax    propID = 34
	propTopicAlias       propID = 35
	propMaximumQoS       propID = 36
	propUserProperty     propID = 38
	propMaximumPacket    propID = 39
)

type propKind byte

const (
	kindNone propKind = iota
	kindByte
	kindUint16
	kindUint32
	kindVarint
	kindText
	kindBinary
	kindPair
)

// kind returns the type of the property's value, kindNone when there is no such
// property, or none that this server has to do with.
func (id propID) kind() propKind {
	switch id {
	case propPayloadFormat, propRequestProblem, propRequestResponse, propMaximumQoS:
		return kindByte
	case propReceiveMaximum, propTopicAliasMax, propTopicAlias, propServerKeepAlive:
		return kindUint16
	case propMessageExpiry, propSessionExpiry, propWillDelay, propMaximumPacket:
		return kindUint32
	case propSubscriptionID:
		return kindVarint
	case propContentType, propResponseTopic, propAuthMethod, propReasonString, propAssignedClientID:
		return kindText
	case propCorrelationData, propAuthData:
		return kindBinary
	case propUserProperty:
		return kindPair
	default:
		return kindNone
	}
}

// A propSet is a set of property identifiers.
type propSet uint64

func (s propSet) has(id propID) bool { return id < 64 && s&(1<<id) != 0 }

// The properties that a client may send, by packet (MQTT 5, table 2-4).
const (
	connectProps propSet = 1<<propSessionExpiry | 1<<propReceiveMaximum | 1<<propMaximumPacket | 1<<propTopicAliasMax |
		1<<propRequestResponse | 1<<propRequestProblem | 1<<propUserProperty | 1<<propAuthMethod | 1<<propAuthData
	willProps propSet = 1<<propWillDelay | 1<<propPayloadFormat | 1<<propMessageExpiry | 1<<propContentType |
		1<<propResponseTopic | 1<<propCorrelationData | 1<<propUserProperty
	publishProps propSet = 1<<propPayloadFormat | 1<<propMessageExpiry | 1<<propTopicAlias | 1<<propResponseTopic |
		1<<propCorrelationData | 1<<propUserProperty | 1<<propSubscriptionID | 1<<propContentType
	subscribeProps  propSet = 1<<propSubscriptionID | 1<<propUserProperty
	userProps       propSet = 1 << propUserProperty
	pubackProps     propSet = 1<<propReasonString | 1<<propUserProperty
	disconnectProps propSet = 1<<propSessionExpiry | 1<<propReasonString | 1<<propUserProperty

	// forwardProps go to the subscribers as they are [MQTT-3.3.2-4]
	// [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-20].
	forwardProps propSet = 1<<propPayloadFormat | 1<<propContentType | 1<<propResponseTopic |
		1<<propCorrelationData | 1<<propUserProperty
)

// properties are the values of one packet's properties. Slices alias the packet.
type properties struct {
	seen           propSet
	raw            []byte // all of them, encoded
	sessionExpiry  uint32
	messageExpiry  uint32
	willDelay      uint32
	maximumPacket  uint32
	subscriptionID uint32
	receiveMaximum uint16
	topicAlias     uint16
	topicAliasMax  uint16
	authMethod     []byte
}

// parseProperties reads a property length and the properties it covers, each of
// which must be in allowed.
func parseProperties(r *cursor, allowed propSet, p *properties) error {
	*p = properties{}
	raw := r.take(int(r.varint()))
	if r.bad {
		return malformed("property length")
	}
	p.raw = raw
	for c := (cursor{b: raw}); len(c.b) > 0; {
		// An identifier is a variable byte integer, but all that exist fit one byte.
		id := propID(c.uint8())
		if !allowed.has(id) {
			return malformed("property not allowed in this packet")
		}
		if p.seen.has(id) && id != propUserProperty {
			return violation("property given twice")
		}
		p.seen |= 1 << id
		if err := p.read(&c, id); err != nil {
			return err
		}
		if c.bad {
			return malformed("property value")
		}
	}
	return nil
}

func (p *properties) read(c *cursor, id propID) error {
	switch id.kind() {
	case kindByte:
		if c.uint8() > 1 { // all of them are flags
			return violation("flag property is neither 0 nor 1")
		}
	case kindUint16:
		return p.setUint16(id, c.uint16(), c.bad)
	case kindUint32:
		return p.setUint32(id, c.uint32(), c.bad)
	case kindVarint:
		p.subscriptionID = c.varint()
		if p.subscriptionID == 0 && !c.bad {
			return violation("subscription identifier 0") // section 3.8.2.1.2
		}
	case kindText:
		v := c.text()
		if id == propAuthMethod {
			p.authMethod = v
		}
		if id == propResponseTopic && !c.bad && !validTopic(v) {
			return violation("response topic is no topic name") // [MQTT-3.3.2-14]
		}
	case kindBinary:
		c.binary()
	case kindPair:
		c.text()
		c.text()
	default:
		return malformed("property not allowed in this packet")
	}
	return nil
}

func (p *properties) setUint16(id propID, v uint16, bad bool) error {
	switch id {
	case propReceiveMaximum:
		p.receiveMaximum = v
		if v == 0 && !bad {
			return violation("receive maximum 0") // section 3.1.2.11.3
		}
	case propTopicAlias:
		p.topicAlias = v
	case propTopicAliasMax:
		p.topicAliasMax = v
	}
	return nil
}

func (p *properties) setUint32(id propID, v uint32, bad bool) error {
	switch id {
	case propSessionExpiry:
		p.sessionExpiry = v
	case propMessageExpiry:
		p.messageExpiry = v
	case propWillDelay:
		p.willDelay = v
	case propMaximumPacket:
		p.maximumPacket = v
		if v == 0 && !bad {
			return violation("maximum packet size 0") // section 3.1.2.11.4
		}
	}
	return nil
}

// skip moves c over the value of property id.
func (id propID) skip(c *cursor) {
	switch id.kind() {
	case kindByte:
		c.uint8()
	case kindUint16:
		c.uint16()
	case kindUint32:
		c.uint32()
	case kindVarint:
		c.varint()
	case kindText, kindBinary:
		c.binary()
	case kindPair:
		c.binary()
		c.binary()
	default:
		c.bad = true
	}
}

// appendForwarded appends those of the validated properties raw that a
// subscriber gets.
func appendForwarded(dst, raw []byte) []byte {
	for c := (cursor{b: raw}); len(c.b) > 0 && !c.bad; {
		start := c.b
		id := propID(c.uint8())
		id.skip(&c)
		if forwardProps.has(id) && !c.bad {
			dst = append(dst, start[:len(start)-len(c.b)]...)
		}
	}
	return dst
}

// findProperty returns the value of a text or binary property among the
// validated properties, nil when absent.
func findProperty(raw []byte, want propID) []byte {
	for c := (cursor{b: raw}); len(c.b) > 0 && !c.bad; {
		id := propID(c.uint8())
		if id == want {
			return c.binary()
		}
		id.skip(&c)
	}
	return nil
}

// userProperties iterates over the user properties among validated properties.
func userProperties(raw []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for c := (cursor{b: raw}); len(c.b) > 0 && !c.bad; {
			id := propID(c.uint8())
			if id != propUserProperty {
				id.skip(&c)
				continue
			}
			name, value := c.binary(), c.binary()
			if c.bad || !yield(name, value) {
				return
			}
		}
	}
}

func appendUint16Prop(dst []byte, id propID, v uint16) []byte {
	return binary.BigEndian.AppendUint16(append(dst, byte(id)), v)
}

func appendUint32Prop(dst []byte, id propID, v uint32) []byte {
	return binary.BigEndian.AppendUint32(append(dst, byte(id)), v)
}

func appendTextProp[T string | []byte](dst []byte, id propID, v T) []byte {
	return appendBinary(append(dst, byte(id)), v)
}
