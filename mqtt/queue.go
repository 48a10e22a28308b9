package mqtt

// maxWindow bounds how far sent messages reach behind the oldest that is not
// acknowledged. With Options.MaxQueued it stays below the number of packet
// identifiers.
const maxWindow = 16384

// An outMessage is a QoS 1 message for one session.
type outMessage struct {
	*message          // nil: acknowledged or expired; its place is kept until it is the first
	ids      []uint32 // subscription identifiers
	asRetain bool     // send with the RETAIN flag
	sent     bool     // sent before, maybe on an earlier connection: DUP
}

// A queue holds the QoS 1 messages of one session in order. A message's number
// is its place, counted from the start of the session, and gives its packet
// identifier: so a message has the same identifier whenever it is sent
// [MQTT-4.4.0-1], after a restart of the server too, without being stored.
type queue struct {
	items    []outMessage
	first    uint64 // number of items[0]
	next     int    // items before it were sent on this connection
	inflight int    // of these, not acknowledged
	waiting  int    // messages, sent or not
	bytes    int    // of them
}

func packetIDOf(number uint64) uint16 { return uint16(number%65535) + 1 }

// push appends a message and returns its number.
func (q *queue) push(m outMessage) uint64 {
	q.items = append(q.items, m)
	q.waiting++
	q.bytes += m.size()
	return q.first + uint64(len(q.items)) - 1
}

// drop empties place i and lets go of empty places at the front. It returns the
// bytes of what was there.
func (q *queue) drop(i int) (size int) {
	size = q.items[i].size()
	q.waiting--
	q.bytes -= size
	q.items[i] = outMessage{}
	for len(q.items) > 0 && q.items[0].message == nil {
		q.items = q.items[1:]
		q.first++
		q.next = max(q.next-1, 0)
	}
	if len(q.items) == 0 {
		q.items = nil
	}
	return size
}

// acked drops the sent message with a packet identifier and returns its number
// and size.
func (q *queue) acked(id uint16) (number uint64, size int, ok bool) {
	i := int((uint64(id) + 65535 - uint64(packetIDOf(q.first))) % 65535)
	if i >= q.next || q.items[i].message == nil {
		return 0, 0, false
	}
	number = q.first + uint64(i)
	q.inflight--
	return number, q.drop(i), true
}

// rewind makes all messages unsent: the connection is a new one.
func (q *queue) rewind() { q.next, q.inflight = 0, 0 }

// restore puts a stored message at its number; numbers come in order. A gap,
// left by acknowledged messages, is at most the number of packet identifiers.
func (q *queue) restore(number uint64, m outMessage) bool {
	if len(q.items) == 0 {
		q.first = number
	}
	for gap := number - q.first; uint64(len(q.items)) < gap; {
		if gap > 65535 {
			return false
		}
		q.items = append(q.items, outMessage{})
	}
	if number != q.first+uint64(len(q.items)) {
		return false
	}
	q.push(m)
	return true
}
