package detect

import "net/netip"

// maxAddresses is how many different addresses of one window are kept. All are
// judged; what comes later is left out of the value.
const maxAddresses = 256

// addressNode is an address of a list, as IPv6.
type addressNode struct {
	addr [16]byte
	next uint32 // index plus 1; 0: the list ends here
}

// addresses are the lists of open windows on source addresses. A state holds
// the index plus 1 of its list's first node.
type addresses struct{ nodes *slab[addressNode] }

// list appends the addresses of a list to dst.
func (l *addresses) list(dst []netip.Addr, head int64) []netip.Addr {
	for i := uint32(head); i != 0; {
		n := &l.nodes.view(i - 1)[0]
		dst = append(dst, netip.AddrFrom16(n.addr).Unmap())
		i = n.next
	}
	return dst
}

// add adds an address to a list that does not have it, and returns the list.
func (l *addresses) add(head int64, a netip.Addr) int64 {
	b, n := a.As16(), 0
	for i := uint32(head); i != 0; n++ {
		node := &l.nodes.view(i - 1)[0]
		if node.addr == b || n == maxAddresses {
			return head
		}
		i = node.next
	}
	return l.push(head, b)
}

func (l *addresses) push(head int64, addr [16]byte) int64 {
	i := l.nodes.add()
	l.nodes.edit(i)[0] = addressNode{addr: addr, next: uint32(head)}
	return int64(i) + 1
}

func (l *addresses) release(head int64) {
	for i := uint32(head); i != 0; {
		next := l.nodes.view(i - 1)[0].next
		l.nodes.release(i - 1)
		i = next
	}
}

// forgetList releases the list of a state, if it has one.
func (e *Engine) forgetList(s *state) {
	if s.flags&listed != 0 {
		e.addresses.release(s.sum)
		s.sum, s.flags = 0, s.flags&^listed
	}
	if s.flags&queued != 0 {
		e.waits.release(s.sum)
		s.sum, s.flags = 0, s.flags&^queued
	}
}

// address adds an address to the window w of the current thing.
func (e *Engine) address(r *rule, s *state, w uint32, a netip.Addr) {
	a = a.Unmap().WithZone("")
	e.enter(r, s, w)
	s.sum = e.addresses.add(s.sum, a)
	s.flags |= listed
	if r.kept != nil {
		return
	}
	normal := r.behavior.criterion.addressList([]netip.Addr{a})
	e.early(r, s, normal, !normal)
}
