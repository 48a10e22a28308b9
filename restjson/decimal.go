package restjson

import (
	"strconv"
	"strings"
)

// decimal is a JSON number, exactly: digits × 10^exponent.
type decimal struct {
	negative bool
	digits   string // without leading or trailing zeros; "" is zero
	exponent int
}

// parseDecimal reads a JSON number.
func parseDecimal(text string) (decimal, bool) {
	if !isNumber(text) {
		return decimal{}, false
	}
	var d decimal
	d.negative = text[0] == '-'
	text = strings.TrimPrefix(text, "-")
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		// An exponent beyond int is beyond every number that is of use.
		exponent, err := strconv.Atoi(text[i+1:])
		if err != nil || exponent > 1e6 || exponent < -1e6 {
			return decimal{}, false
		}
		d.exponent, text = exponent, text[:i]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	d.exponent -= len(fraction)
	d.digits = strings.TrimLeft(whole+fraction, "0")
	short := strings.TrimRight(d.digits, "0")
	d.exponent += len(d.digits) - len(short)
	d.digits = short
	return d, true
}

// integer returns the number if it is integral and an int64.
func (d decimal) integer() (int64, bool) {
	if d.digits != "" && d.exponent < 0 {
		return 0, false
	}
	return d.truncate()
}

// truncate returns the number without its fraction if that is an int64.
func (d decimal) truncate() (int64, bool) {
	digits := d.digits
	switch {
	case digits == "" || len(digits)+d.exponent <= 0:
		return 0, true
	case len(digits)+d.exponent > 19:
		return 0, false
	case d.exponent < 0:
		digits = digits[:len(digits)+d.exponent]
	default:
		digits += strings.Repeat("0", d.exponent)
	}
	if d.negative {
		digits = "-" + digits
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}

// nanos returns the fraction of the number in billionths, without what is less
// than one. It has the sign of the number.
func (d decimal) nanos() int64 {
	point := len(d.digits) + d.exponent // where it stands, from the first digit
	if d.exponent >= 0 || point < -9 {
		return 0
	}
	fraction := strings.Repeat("0", max(0, -point)) + d.digits[max(0, point):] + "00000000"
	n, _ := strconv.ParseInt(fraction[:9], 10, 64) // nothing but digits
	if d.negative {
		n = -n
	}
	return n
}

// isNumber reports whether text is a number as JSON writes it.
func isNumber(text string) bool {
	r := reader{data: []byte(text)}
	_, ok := r.number()
	return ok && r.pos == len(text)
}
