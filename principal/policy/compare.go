package policy

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// look returns a value of the condition's key. The time is not made into text
// for the operators that compare it as it is.
func (c *condition) look(r *Request, i int) (string, bool) {
	if c.key.ID == keyClock && (c.compares == byNumber || c.compares == byDate || c.compares == byPresence) {
		return "", i == 0 && !r.At.IsZero()
	}
	return r.value(&c.key, i)
}

// epoch is the one of the two times that is a number: seconds since 1970.
const epoch = "aws:EpochTime"

// clock returns the time of the request as text, to the second.
func (r *Request) clock(k *ref, i int) (string, bool) {
	switch {
	case i > 0 || r.At.IsZero():
		return "", false
	case k.name == epoch:
		return strconv.FormatInt(r.At.Unix(), 10), true
	}
	return r.At.UTC().Format(time.RFC3339), true
}

func (c *condition) fitsNumber(r *Request, v string) bool {
	n, ok := float64(r.At.Unix()), c.key.name == epoch
	if c.key.ID != keyClock {
		n, ok = parseNumber(v)
	}
	for i := range c.wants {
		if ok && c.accepts.has(cmp.Compare(n, c.wants[i].number)) {
			return true
		}
	}
	return false
}

func (c *condition) fitsDate(r *Request, v string) bool {
	at, ok := time.Unix(r.At.Unix(), 0), true
	if c.key.ID != keyClock {
		at, ok = parseDate(v)
	}
	for i := range c.wants {
		if ok && c.accepts.has(at.Compare(c.wants[i].at)) {
			return true
		}
	}
	return false
}

func (c *condition) fitsNetwork(v string) bool {
	a, err := netip.ParseAddr(v)
	for i := range c.wants {
		if err == nil && c.wants[i].net.Contains(a.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

func isBool(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }

// cutFold cuts text from the beginning of s without regard to case.
func cutFold(s, text string) (string, bool) {
	for text != "" {
		_, n := utf8.DecodeRuneInString(s)
		_, m := utf8.DecodeRuneInString(text)
		if n == 0 || !strings.EqualFold(s[:n], text[:m]) {
			return "", false
		}
		s, text = s[n:], text[m:]
	}
	return s, true
}

// parseNumber reads a decimal number with or without fraction and exponent.
func parseNumber(s string) (float64, bool) {
	rest := strings.TrimLeft(s, "+-")
	mantissa := strings.TrimLeft(rest, digits)
	whole := len(rest) - len(mantissa)
	if fraction, ok := strings.CutPrefix(mantissa, "."); ok {
		mantissa = strings.TrimLeft(fraction, digits)
		whole += len(fraction) - len(mantissa)
	}
	if whole == 0 || len(s)-len(rest) > 1 || len(s) > 64 {
		return 0, false
	}
	if mantissa != "" { // ParseFloat would allocate an error for most other texts
		exponent := strings.TrimLeft(mantissa[1:], "+-")
		if mantissa[0]|0x20 != 'e' || exponent == "" || strings.TrimLeft(exponent, digits) != "" || len(mantissa)-len(exponent) > 2 {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// parseDate reads a time as IAM takes it: seconds since 1970 or a W3C form of
// ISO 8601 (2026-01, 2026-01-31, 2026-01-31T08:00Z, 2026-01-31T08:00:00.5+01:00).
func parseDate(s string) (time.Time, bool) {
	if consistsOf(s, digits) {
		n, err := strconv.ParseInt(s, 10, 64)
		return time.Unix(n, 0), err == nil && n <= 1e12
	}
	layout := time.RFC3339 // takes fractions too
	switch {
	case len(s) == len("2006-01"):
		layout = "2006-01"
	case len(s) == len("2006-01-02"):
		layout = "2006-01-02"
	case len(s) <= len("2006-01-02T15:04") || s[len("2006-01-02T15")] != ':':
		return time.Time{}, false
	case s[len("2006-01-02T15:04")] != ':':
		layout = "2006-01-02T15:04Z07:00"
	}
	t, err := time.Parse(layout, s)
	return t, err == nil
}

// parseNetwork reads a prefix, or an address as the prefix of itself. IPv4
// within IPv6 is IPv4.
func parseNetwork(s string) (netip.Prefix, bool) {
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, false
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	if err == nil && p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p, err == nil
}

func (o order) has(cmp int) bool {
	switch {
	case cmp < 0:
		return o&less != 0
	case cmp > 0:
		return o&greater != 0
	}
	return o&equal != 0
}
