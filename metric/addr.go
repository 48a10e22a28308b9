package metric

import (
	"bytes"
	"net/netip"
)

// cutAddr is the length at which the AWS C agent cuts what it writes into
// remote_addr.
const cutAddr = 21

// parseRemote reads the address of a remote_addr: "192.0.2.1:443",
// "[2001:db8::1]:443", also without a port, and as some agents write it without
// the brackets. There the last group is the port if the rest is an address
// (the format asks for a port); at cutAddr bytes such text may have lost its
// end and is no address.
func parseRemote(s []byte) (netip.Addr, bool) {
	if len(s) > 0 && s[0] == '[' {
		end := bytes.IndexByte(s, ']')
		if end < 0 || len(s) > end+1 && !(s[end+1] == ':' && isPort(s[end+2:])) {
			return netip.Addr{}, false
		}
		return parseIPv6(s[1:end])
	}
	colon := bytes.LastIndexByte(s, ':')
	if colon < 0 {
		return parseIPv4(s)
	}
	if bytes.IndexByte(s, ':') == colon {
		if !isPort(s[colon+1:]) {
			return netip.Addr{}, false
		}
		return parseIPv4(s[:colon])
	}
	if len(s) == cutAddr {
		return netip.Addr{}, false
	}
	if isPort(s[colon+1:]) {
		if a, ok := parseIPv6(s[:colon]); ok {
			return a, true
		}
	}
	return parseIPv6(s)
}

// isPort tells whether s is a decimal number from 0 to 65535.
func isPort(s []byte) bool {
	if len(s) == 0 || len(s) > 5 {
		return false
	}
	port := 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
		port = port*10 + int(c-'0')
	}
	return port <= 65535
}

// parseAddr reads an IP address without a port. It takes what netip.ParseAddr
// takes, but does not allocate, and gives IPv4-mapped addresses as IPv4 and
// addresses without their zone.
func parseAddr(s []byte) (netip.Addr, bool) {
	if bytes.IndexByte(s, ':') >= 0 {
		return parseIPv6(s)
	}
	return parseIPv4(s)
}

func parseIPv4(s []byte) (netip.Addr, bool) {
	a, ok := dotted(s)
	return netip.AddrFrom4(a), ok
}

// dotted reads four decimal numbers without leading zeros.
func dotted(s []byte) (a [4]byte, ok bool) {
	part, value, digits := 0, 0, 0
	for _, c := range s {
		switch {
		case '0' <= c && c <= '9' && (digits == 0 || value > 0):
			value = value*10 + int(c-'0')
			digits++
			if value > 255 {
				return a, false
			}
		case c == '.' && digits > 0 && part < 3:
			a[part] = byte(value)
			part, value, digits = part+1, 0, 0
		default:
			return a, false
		}
	}
	a[part] = byte(value)
	return a, part == 3 && digits > 0
}

func parseIPv6(s []byte) (netip.Addr, bool) {
	if zone := bytes.IndexByte(s, '%'); zone >= 0 {
		if zone == len(s)-1 {
			return netip.Addr{}, false
		}
		s = s[:zone]
	}
	var a [16]byte
	n, gap := 0, -1 // bytes read; where "::" stands in them
	if len(s) >= 2 && s[0] == ':' && s[1] == ':' {
		gap, s = 0, s[2:]
	}
	for len(s) > 0 {
		value, digits := hexGroup(s)
		if digits == 0 || n == len(a) {
			return netip.Addr{}, false
		}
		if digits < len(s) && s[digits] == '.' { // an IPv4 address at the end
			tail, ok := dotted(s)
			if !ok || n > 12 || gap < 0 && n != 12 {
				return netip.Addr{}, false
			}
			n += copy(a[n:], tail[:])
			break
		}
		a[n], a[n+1] = byte(value>>8), byte(value)
		n += 2
		if s = s[digits:]; len(s) == 0 {
			break
		}
		if s[0] != ':' || len(s) == 1 {
			return netip.Addr{}, false
		}
		if s = s[1:]; s[0] == ':' {
			if gap >= 0 {
				return netip.Addr{}, false
			}
			gap, s = n, s[1:]
		}
	}
	return expand(a, n, gap)
}

// hexGroup reads the 1 to 4 hexadecimal digits that s begins with.
func hexGroup(s []byte) (value, digits int) {
	for digits < len(s) && digits < 4 {
		v, ok := hexDigit(s[digits])
		if !ok {
			break
		}
		value = value<<4 | v
		digits++
	}
	return value, digits
}

func hexDigit(c byte) (int, bool) {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0'), true
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10, true
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10, true
	}
	return 0, false
}

// expand puts the zeros of "::" between the n bytes read.
func expand(a [16]byte, n, gap int) (netip.Addr, bool) {
	if (gap < 0) != (n == len(a)) {
		return netip.Addr{}, false
	}
	if gap >= 0 {
		moved := copy(a[len(a)-(n-gap):], a[gap:n])
		clear(a[gap : len(a)-moved])
	}
	return netip.AddrFrom16(a).Unmap(), true
}
