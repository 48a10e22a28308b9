package suggest

import (
	"net/netip"
	"slices"
)

// The largest networks of a cover, in bits.
const (
	widest4 = 24
	widest6 = 64
)

// networkOf returns the largest network of a cover that has a.
func networkOf(a netip.Addr) netip.Prefix {
	bits := widest4
	if a.Is6() {
		bits = widest6
	}
	return netip.PrefixFrom(a, bits).Masked()
}

// cover returns the fewest networks that contain every normal address and no rare one,
// none larger than networkOf says, each as small as it can be. Addresses have no zone and
// are not IPv4-mapped; no normal one is rare.
func cover(normal, rare []netip.Addr) (nets []netip.Prefix) {
	normal, rare = slices.Clone(normal), slices.Clone(rare)
	slices.SortFunc(normal, netip.Addr.Compare)
	slices.SortFunc(rare, netip.Addr.Compare)
	normal, rare = slices.Compact(normal), slices.Compact(rare)
	for len(normal) > 0 {
		within := networkOf(normal[0])
		n := 1
		for n < len(normal) && within.Contains(normal[n]) {
			n++
		}
		nets = split(nets, normal[:n], rare)
		normal = normal[n:]
	}
	return nets
}

// split appends the networks of some normal addresses: one, or those of its halves if
// a rare address is in it.
func split(nets []netip.Prefix, normal, rare []netip.Addr) []netip.Prefix {
	first, last := normal[0], normal[len(normal)-1]
	bits := first.BitLen()
	if first != last {
		bits = common(first, last)
	}
	net := netip.PrefixFrom(first, bits).Masked()
	from, _ := slices.BinarySearchFunc(rare, net.Addr(), netip.Addr.Compare)
	if from == len(rare) || !net.Contains(rare[from]) {
		return append(nets, net)
	}
	half := netip.PrefixFrom(first, bits+1).Masked()
	n := 1
	for half.Contains(normal[n]) {
		n++
	}
	return split(split(nets, normal[:n], rare[from:]), normal[n:], rare[from:])
}

// common returns the number of leading bits that two different addresses of a family
// share.
func common(a, b netip.Addr) int {
	bits := a.BitLen() - 1
	for !netip.PrefixFrom(a, bits).Masked().Contains(b) {
		bits--
	}
	return bits
}
