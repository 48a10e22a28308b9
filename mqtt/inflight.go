package mqtt

// The states of a slot.
const (
	slotPending byte = iota
	slotDone
)

// A slot is one PUBLISH that has not been answered.
type slot struct {
	packetID uint16 // 0: QoS 0, nothing to send
	state    byte
	code     Code
}

// acks are the PUBLISHes of one connection that have not been answered, in the
// order in which they came, which is that of their PUBACKs [MQTT-4.6.0-2]. A
// ticket is the running number of a PUBLISH on its connection; it is never used
// again, so a late or repeated Finish finds nothing.
type acks struct {
	slots      []slot // a ring; its length is a power of two
	tail, head uint64 // tickets in [tail, head) are in use
	unacked    int    // of these, QoS 1
}

func (a *acks) len() int { return int(a.head - a.tail) }

func (a *acks) at(ticket uint64) *slot { return &a.slots[ticket&uint64(len(a.slots)-1)] }

// reserve takes a slot. The caller has seen to the limit.
func (a *acks) reserve(packetID uint16) (ticket uint64) {
	if a.len() == len(a.slots) {
		a.grow()
	}
	ticket = a.head
	a.head++
	*a.at(ticket) = slot{packetID: packetID}
	if packetID != 0 {
		a.unacked++
	}
	return ticket
}

func (a *acks) grow() {
	old := a.slots
	a.slots = make([]slot, max(4, 2*len(old)))
	for t := a.tail; t != a.head; t++ {
		*a.at(t) = old[t&uint64(len(old)-1)]
	}
}

// finish notes the answer to a ticket; false: it is not waiting for one.
func (a *acks) finish(ticket uint64, code Code) bool {
	if ticket < a.tail || ticket >= a.head {
		return false
	}
	s := a.at(ticket)
	if s.state != slotPending {
		return false
	}
	s.state, s.code = slotDone, code
	return true
}

// next takes out the oldest PUBLISH when it has its answer.
func (a *acks) next() (s slot, ok bool) {
	if a.len() == 0 || a.at(a.tail).state != slotDone {
		return slot{}, false
	}
	s = *a.at(a.tail)
	a.tail++
	if s.packetID != 0 {
		a.unacked--
	}
	return s, true
}
