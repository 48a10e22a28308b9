package detect

import (
	"math"
	"strconv"
	"unicode/utf8"

	"vedette/metric"
)

// appendItem appends the current value of the current thing as an element of an
// exported message (docs/format/export.md). Names of things, metrics and dimensions
// have no characters that JSON would escape.
func (e *Engine) appendItem(dst []byte, r *rule, suffix string, at int64) []byte {
	series := &r.kept.series
	dst = append(append(append(dst, `{"name":"`...), series.Metric...), suffix...)
	dst = append(append(dst, `","thing":"`...), e.things.name(e.current.thing)...)
	dst = append(dst, `","value":{`...)
	dst = e.current.value.appendMember(dst)
	dst = append(dst, `},"version":1,"timestamp":`...)
	dst = strconv.AppendInt(dst, at, 10)
	if series.Dimension != "" {
		dst = append(append(dst, `,"dimension":{"name":"`...), series.Dimension...)
		dst = append(append(dst, `","operator":"`...), series.Operator...)
		dst = append(dst, `"}`...)
	}
	return append(dst, '}')
}

// appendMember appends the value as the member of api.MetricValue that it is.
func (v *value) appendMember(dst []byte) []byte {
	switch v.kind {
	case metric.Number:
		return appendNumber(append(dst, `"number":`...), v.number)
	case metric.Numbers:
		return appendList(append(dst, `"numbers":`...), v.numbers, appendNumber)
	case metric.Ports:
		return appendList(append(dst, `"ports":`...), v.ports, func(dst []byte, port uint16) []byte {
			return strconv.AppendUint(dst, uint64(port), 10)
		})
	case metric.Strings:
		return appendList(append(dst, `"strings":`...), v.strings, appendText)
	case metric.Addresses:
		dst = append(dst, `"cidrs":[`...)
		for i, a := range v.addrs {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(a.AppendTo(append(dst, '"')), '"')
		}
		return append(dst, ']')
	default:
		return strconv.AppendInt(append(dst, `"count":`...), v.count, 10)
	}
}

func appendList[T any](dst []byte, list []T, one func([]byte, T) []byte) []byte {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = one(dst, v)
	}
	return append(dst, ']')
}

// appendNumber appends a finite number as encoding/json does.
func appendNumber(dst []byte, f float64) []byte {
	format := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, f, format, -1, 64)
}

// appendText appends a JSON string. What is no UTF-8 becomes U+FFFD.
func appendText(dst []byte, s []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
		s = s[n:]
	}
	return append(dst, '"')
}
