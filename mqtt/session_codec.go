package mqtt

import "encoding/binary"

// encodeSession encodes what is stored of a session. s.mu is held.
func encodeSession(s *session) []byte {
	b := []byte{storedVersion}
	b = binary.AppendUvarint(b, uint64(s.expiry))
	b = binary.AppendVarint(b, s.expiresAt)
	b = binary.AppendUvarint(b, uint64(len(s.subs)))
	for _, sub := range s.subs {
		b = appendField(b, sub.filter)
		b = append(b, byte(sub.options))
		b = binary.AppendUvarint(b, uint64(sub.id))
	}
	flags := byte(0)
	if s.owner != "" {
		flags |= storedOwner
	}
	if s.will != nil {
		flags |= storedWill
		if len(s.will.proof) > 0 {
			flags |= storedProof
		}
	}
	b = append(b, flags)
	if s.owner != "" {
		b = appendField(b, s.owner)
	}
	if s.will == nil {
		return b
	}
	b = binary.AppendUvarint(b, uint64(s.will.delay))
	b = appendMessage(b, &s.will.message)
	if len(s.will.proof) > 0 {
		b = appendField(b, s.will.proof)
	}
	return b
}

// decodeSession fills a new session with a stored one, whose subscriptions are
// returned. now is in epoch seconds.
func decodeSession(s *session, value []byte, now int64) ([]*subscription, error) {
	d := decoder{b: value}
	d.version()
	s.expiry = uint32(d.uvarint())
	s.expiresAt = d.varint()
	var subs []*subscription
	for n := d.uvarint(); n > 0 && d.err == nil; n-- {
		sub := &subscription{session: s, filter: string(d.field())}
		sub.options = subOptions(d.byte())
		sub.id = uint32(d.uvarint())
		if d.err == nil && !validFilter(sub.filter) {
			d.fail("topic filter")
		}
		subs = append(subs, sub)
	}
	flags := d.byte()
	if flags&storedOwner != 0 {
		s.owner = string(d.field())
	}
	if flags&storedWill != 0 {
		s.will = &will{delay: uint32(d.uvarint())}
		s.will.message = *d.message()
		if flags&storedProof != 0 {
			s.will.proof = append([]byte(nil), d.field()...)
		}
		s.willAt = now + int64(s.will.delay)
	}
	if err := d.end(); err != nil {
		return nil, err
	}
	if s.expiresAt == 0 && s.expiry != noExpiry { // it was connected when the server died
		s.expiresAt = now + int64(s.expiry)
	}
	return subs, nil
}

func encodeQueued(m *outMessage) []byte {
	b := make([]byte, 0, m.size())
	b = append(b, storedVersion, 0)
	if m.asRetain {
		b[1] = storedRetain
	}
	b = binary.AppendUvarint(b, uint64(len(m.ids)))
	for _, id := range m.ids {
		b = binary.AppendUvarint(b, uint64(id))
	}
	return appendMessage(b, m.message)
}

// decodeQueued decodes a stored message. Whether it was sent is not stored: the
// client is told that it may have been.
func decodeQueued(value []byte) (outMessage, error) {
	d := decoder{b: value}
	d.version()
	m := outMessage{asRetain: d.byte()&storedRetain != 0, sent: true}
	for n := d.uvarint(); n > 0 && d.err == nil; n-- {
		m.ids = append(m.ids, uint32(d.uvarint()))
	}
	m.message = d.message()
	return m, d.end()
}

func encodeRetained(m *message) []byte { return appendMessage([]byte{storedVersion}, m) }

func decodeRetained(value []byte) (*message, error) {
	d := decoder{b: value}
	d.version()
	m := d.message()
	return m, d.end()
}
