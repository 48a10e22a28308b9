package mqtt

import (
	"encoding/binary"
	"time"
)

// A connectPacket is a decoded CONNECT. Its slices alias the packet.
type connectPacket struct {
	Connect
	version        byte
	clientID       []byte
	keepAlive      uint16 // seconds
	sessionExpiry  uint32 // seconds; noExpiry: never
	receiveMaximum uint16 // of the client, for what the server sends; never 0
	maximumPacket  uint32 // that the client takes; never 0
	will           Will
}

// noExpiry is the session expiry interval of a session that never expires.
const noExpiry uint32 = 0xFFFFFFFF

// The bits of the connect flags (section 3.1.2.3).
const (
	flagReserved   = 1 << 0
	flagCleanStart = 1 << 1
	flagWill       = 1 << 2
	flagWillRetain = 1 << 5
	flagPassword   = 1 << 6
	flagUsername   = 1 << 7
)

// parseConnect decodes the body of a CONNECT packet. When the version is not
// supported, p.version still tells how to answer.
func parseConnect(first byte, body []byte, p *connectPacket) error {
	*p = connectPacket{receiveMaximum: 65535, maximumPacket: maxRemaining + 5}
	r := cursor{b: body}
	if first&0x0F != 0 {
		return malformed("flags of CONNECT") // [MQTT-2.1.3-1]
	}
	name := r.binary()
	p.version = r.uint8()
	if r.bad {
		return malformed("protocol name")
	}
	switch {
	case string(name) == "MQIsdp" && p.version == 3:
		return &protocolError{CodeUnsupportedVersion, "MQTT 3.1"}
	case string(name) != "MQTT":
		return &protocolError{CodeUnsupportedVersion, "protocol name"} // [MQTT-3.1.2-1]
	case p.version != version4 && p.version != version5:
		return &protocolError{CodeUnsupportedVersion, "protocol version"} // [MQTT-3.1.2-2]
	}
	flags := r.uint8()
	p.keepAlive = r.uint16()
	p.KeepAlive = time.Duration(p.keepAlive) * time.Second
	p.CleanStart = flags&flagCleanStart != 0
	if err := checkConnectFlags(p.version, flags); err != nil {
		return err
	}
	if err := p.parseProperties(&r); err != nil {
		return err
	}
	p.clientID = r.text()
	if flags&flagWill != 0 {
		if err := p.parseWill(&r, flags); err != nil {
			return err
		}
	}
	if flags&flagUsername != 0 {
		p.Username = r.text()
	}
	if flags&flagPassword != 0 {
		p.Password = r.binary()
	}
	if r.bad || len(r.b) > 0 {
		return malformed("CONNECT payload")
	}
	return nil
}

func checkConnectFlags(version, flags byte) error {
	willQoS := flags >> 3 & 3
	switch {
	case flags&flagReserved != 0:
		return malformed("reserved connect flag") // [MQTT-3.1.2-3]
	case willQoS == 3:
		return malformed("will QoS 3") // [MQTT-3.1.2-12]
	case flags&flagWill == 0 && (willQoS != 0 || flags&flagWillRetain != 0):
		return malformed("will flags without a will") // [MQTT-3.1.2-11] [MQTT-3.1.2-13]
	case version == version4 && flags&flagPassword != 0 && flags&flagUsername == 0:
		return malformed("password without user name") // MQTT 3.1.1 [MQTT-3.1.2-22]
	}
	return nil
}

func (p *connectPacket) parseProperties(r *cursor) error {
	if p.version == version4 {
		if !p.CleanStart {
			p.sessionExpiry = noExpiry // as long as the server keeps sessions at all
		}
		return nil
	}
	var props properties
	if err := parseProperties(r, connectProps, &props); err != nil {
		return err
	}
	p.userProps = props.raw
	p.sessionExpiry = props.sessionExpiry
	p.AuthMethod = props.authMethod
	if props.seen.has(propReceiveMaximum) {
		p.receiveMaximum = props.receiveMaximum
	}
	if props.seen.has(propMaximumPacket) {
		p.maximumPacket = props.maximumPacket
	}
	if props.seen.has(propAuthData) && !props.seen.has(propAuthMethod) {
		return violation("authentication data without a method") // section 3.1.2.11.10
	}
	return nil
}

func (p *connectPacket) parseWill(r *cursor, flags byte) error {
	w := &p.will
	w.QoS = flags >> 3 & 3
	w.Retain = flags&flagWillRetain != 0
	if p.version == version5 {
		var props properties
		if err := parseProperties(r, willProps, &props); err != nil {
			return err
		}
		w.Delay = time.Duration(props.willDelay) * time.Second
		w.expiry, w.hasExpiry = props.messageExpiry, props.seen.has(propMessageExpiry)
		w.props = appendForwarded(nil, props.raw)
	}
	w.Topic = r.text()
	w.Payload = r.binary()
	if r.bad {
		return malformed("will")
	}
	if !validTopic(w.Topic) {
		return &protocolError{CodeTopicNameInvalid, "will topic"}
	}
	if w.QoS > 1 {
		return &protocolError{CodeQoSNotSupported, "will QoS 2"} // [MQTT-3.2.2-12]
	}
	p.Will = w
	return nil
}

// A connack is what the server grants. Fields below code are for version 5 only.
type connack struct {
	sessionPresent bool
	code           Code
	sessionExpiry  *uint32 // seconds; nil: as the client asked
	receiveMaximum uint16
	maximumPacket  uint32
	topicAliasMax  uint16
	assignedID     string // empty: the client had its own
	keepAlive      *uint16
}

func appendConnack(dst []byte, version byte, a *connack) []byte {
	present := byte(0)
	if a.sessionPresent {
		present = 1
	}
	if version != version5 {
		return append(dst, typeConnack<<4, 2, present, connackV4(a.code))
	}
	var scratch [96]byte
	props := scratch[:0]
	if !a.code.Failed() {
		props = appendConnackProperties(props, a)
	}
	dst = append(dst, typeConnack<<4)
	dst = appendVarint(dst, 2+varintLen(len(props))+len(props))
	dst = append(dst, present, byte(a.code))
	dst = appendVarint(dst, len(props))
	return append(dst, props...)
}

func appendConnackProperties(dst []byte, a *connack) []byte {
	if a.sessionExpiry != nil {
		dst = appendUint32Prop(dst, propSessionExpiry, *a.sessionExpiry)
	}
	dst = appendUint16Prop(dst, propReceiveMaximum, a.receiveMaximum)
	dst = append(dst, byte(propMaximumQoS), 1)
	dst = appendUint32Prop(dst, propMaximumPacket, a.maximumPacket)
	if a.assignedID != "" {
		dst = appendTextProp(dst, propAssignedClientID, a.assignedID) // [MQTT-3.1.3-7]
	}
	if a.topicAliasMax > 0 {
		dst = appendUint16Prop(dst, propTopicAliasMax, a.topicAliasMax)
	}
	if a.keepAlive != nil {
		dst = appendUint16Prop(dst, propServerKeepAlive, *a.keepAlive)
	}
	return dst
}

// parseDisconnect decodes the body of a DISCONNECT packet.
func parseDisconnect(version byte, body []byte) (code Code, props properties, err error) {
	if version != version5 {
		if len(body) != 0 {
			return 0, props, malformed("DISCONNECT with a body")
		}
		return 0, props, nil
	}
	r := cursor{b: body}
	if len(r.b) > 0 {
		code = Code(r.uint8())
	}
	if len(r.b) > 0 {
		if err := parseProperties(&r, disconnectProps, &props); err != nil {
			return 0, props, err
		}
	}
	if len(r.b) > 0 {
		return 0, props, malformed("DISCONNECT too long")
	}
	if !code.endsByClient() {
		return 0, props, violation("reason code of DISCONNECT") // [MQTT-3.14.2-1]
	}
	return code, props, nil
}

func appendDisconnect(dst []byte, code Code) []byte {
	return append(dst, typeDisconnect<<4, 1, byte(code))
}

func appendPuback(dst []byte, version byte, id uint16, code Code) []byte {
	if version == version5 && code != CodeSuccess {
		return append(binary.BigEndian.AppendUint16(append(dst, typePuback<<4, 3), id), byte(code))
	}
	return binary.BigEndian.AppendUint16(append(dst, typePuback<<4, 2), id)
}

// parsePuback decodes the body of a PUBACK packet.
func parsePuback(version byte, body []byte) (id uint16, code Code, err error) {
	r := cursor{b: body}
	id = r.uint16()
	if version == version5 && len(r.b) > 0 {
		code = Code(r.uint8())
		if len(r.b) > 0 {
			var props properties
			if err := parseProperties(&r, pubackProps, &props); err != nil {
				return 0, 0, err
			}
		}
	}
	if r.bad || len(r.b) > 0 {
		return 0, 0, malformed("PUBACK")
	}
	if id == 0 {
		return 0, 0, violation("packet identifier 0") // [MQTT-2.2.1-3]
	}
	if !code.acknowledges() {
		return 0, 0, violation("reason code of PUBACK") // [MQTT-3.4.2-1]
	}
	return id, code, nil
}
