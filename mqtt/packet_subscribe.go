package mqtt

import "encoding/binary"

// subOptions are the options of a subscription as they are on the wire
// (section 3.8.3.1); version 3.1.1 has only the QoS.
type subOptions byte

func (o subOptions) qos() byte               { return byte(o & 3) }
func (o subOptions) noLocal() bool           { return o&4 != 0 }
func (o subOptions) retainAsPublished() bool { return o&8 != 0 }
func (o subOptions) retainHandling() byte    { return byte(o >> 4 & 3) }

// A filterRequest is one entry of SUBSCRIBE or UNSUBSCRIBE.
type filterRequest struct {
	filter  []byte
	options subOptions // SUBSCRIBE only
}

// A subscribePacket is a decoded SUBSCRIBE or UNSUBSCRIBE.
type subscribePacket struct {
	packetID uint16
	id       uint32 // subscription identifier; 0: none
	filters  []filterRequest
}

// parseSubscribe decodes a SUBSCRIBE packet.
func parseSubscribe(version, first byte, body []byte) (p subscribePacket, err error) {
	if err := p.parseHeader(version, first, &body, subscribeProps); err != nil {
		return p, err
	}
	for r := (cursor{b: body}); len(r.b) > 0; {
		f := filterRequest{filter: r.text(), options: subOptions(r.uint8())}
		switch {
		case r.bad:
			return p, malformed("SUBSCRIBE payload")
		case f.options.qos() == 3:
			return p, malformed("subscription QoS 3") // MQTT 3.1.1 [MQTT-3.8.3-4]
		case version == version4 && f.options > 2, f.options > 0x3F:
			return p, malformed("reserved subscription options") // [MQTT-3.8.3-5]
		case f.options.noLocal() && isShared(string(f.filter)):
			return p, violation("no local on a shared subscription") // [MQTT-3.8.3-4]
		case f.options.retainHandling() == 3:
			return p, violation("retain handling 3") // section 3.8.3.1
		}
		p.filters = append(p.filters, f)
	}
	return p, p.checkFilters()
}

// parseUnsubscribe decodes an UNSUBSCRIBE packet.
func parseUnsubscribe(version, first byte, body []byte) (p subscribePacket, err error) {
	if err := p.parseHeader(version, first, &body, userProps); err != nil {
		return p, err
	}
	for r := (cursor{b: body}); len(r.b) > 0; {
		f := filterRequest{filter: r.text()}
		if r.bad {
			return p, malformed("UNSUBSCRIBE payload")
		}
		p.filters = append(p.filters, f)
	}
	return p, p.checkFilters()
}

func (p *subscribePacket) parseHeader(version, first byte, body *[]byte, allowed propSet) error {
	if first&0x0F != 2 {
		return malformed("flags of SUBSCRIBE or UNSUBSCRIBE") // [MQTT-3.8.1-1] [MQTT-3.10.1-1]
	}
	r := cursor{b: *body}
	p.packetID = r.uint16()
	if r.bad {
		return malformed("packet identifier")
	}
	if p.packetID == 0 {
		return violation("packet identifier 0") // [MQTT-2.2.1-3]
	}
	if version == version5 {
		var props properties
		if err := parseProperties(&r, allowed, &props); err != nil {
			return err
		}
		p.id = props.subscriptionID
	}
	*body = r.b
	return nil
}

func (p *subscribePacket) checkFilters() error {
	if len(p.filters) == 0 {
		return violation("no topic filter") // [MQTT-3.8.3-2] [MQTT-3.10.3-2]
	}
	return nil
}

// appendSuback appends a SUBACK, or with typ typeUnsuback an UNSUBACK. Version
// 3.1.1 knows one failure, 0x80 [MQTT-3.9.3-2], and no codes in UNSUBACK.
func appendSuback(dst []byte, version, typ byte, id uint16, codes []Code) []byte {
	n := 2 + len(codes)
	if version == version5 {
		n++
	} else if typ == typeUnsuback {
		n, codes = 2, nil
	}
	dst = appendVarint(append(dst, typ<<4), n)
	dst = binary.BigEndian.AppendUint16(dst, id)
	if version == version5 {
		dst = append(dst, 0)
	}
	for _, c := range codes {
		if version != version5 && c.Failed() {
			c = CodeUnspecifiedError
		}
		dst = append(dst, byte(c))
	}
	return dst
}
