package yaml

import (
	"strconv"
	"strings"
	"time"

	"vedette/cli/document"
)

// moment has the parts of a timestamp as they stand in the text.
type moment struct {
	year, month, day     string
	hour, minute, second string // empty in a date
	fraction             string
	sign                 byte // of the zone: + or -, or 0
	zoneHour, zoneMinute string
}

// digits takes least to most digits from the front of *text.
func digits(text *string, least, most int) (string, bool) {
	n := min(span(*text, decimals), most)
	taken := (*text)[:n]
	*text = (*text)[n:]
	return taken, n >= least
}

// after takes a separator and then the digits.
func after(text *string, separator string, least, most int) (string, bool) {
	rest, ok := strings.CutPrefix(*text, separator)
	if !ok {
		return "", false
	}
	*text = rest
	return digits(text, least, most)
}

// parseMoment takes a timestamp apart: 2001-12-14, 2001-12-14t21:59:43.10-05:00
// or 2001-12-14 21:59:43.10 -5.
func parseMoment(text string) (m moment, ok bool) {
	if m.year, ok = digits(&text, 4, 4); !ok {
		return m, false
	}
	if m.month, ok = after(&text, "-", 1, 2); !ok {
		return m, false
	}
	if m.day, ok = after(&text, "-", 1, 2); !ok || text == "" {
		return m, ok
	}
	switch blanks := span(text, " \t"); {
	case blanks > 0:
		text = text[blanks:]
	case text[0] == 'T' || text[0] == 't':
		text = text[1:]
	default:
		return m, false
	}
	if m.hour, ok = digits(&text, 1, 2); !ok {
		return m, false
	}
	if m.minute, ok = after(&text, ":", 2, 2); !ok {
		return m, false
	}
	if m.second, ok = after(&text, ":", 2, 2); !ok {
		return m, false
	}
	if strings.HasPrefix(text, ".") {
		m.fraction, _ = after(&text, ".", 0, len(text))
	}
	if text == "" {
		return m, true
	}
	return m, m.zone(strings.TrimLeft(text, " \t"))
}

// zone takes the zone of a timestamp: Z, +1, -05:00. Blanks alone are none.
func (m *moment) zone(text string) (ok bool) {
	if text == "" || text == "Z" {
		return text == "Z"
	}
	m.sign = text[0]
	if m.sign != '+' && m.sign != '-' {
		return false
	}
	text = text[1:]
	if m.zoneHour, ok = digits(&text, 1, 2); !ok || text == "" {
		return ok
	}
	m.zoneMinute, ok = after(&text, ":", 2, 2)
	return ok && text == ""
}

// isTimestamp tells whether a plain text is taken for a timestamp: a date alone
// has two digits for month and day.
func isTimestamp(text string) bool {
	m, ok := parseMoment(text)
	return ok && (m.hour != "" || len(text) == len("2001-12-14"))
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// value returns the date or the point in time in UTC. The error is Python's.
func (m moment) value() (document.Value, error) {
	year, month, day := number(m.year), number(m.month), number(m.day)
	switch {
	case year < 1:
		return nil, &ValueError{"year 0 is out of range"}
	case month < 1 || month > 12:
		return nil, &ValueError{"month must be in 1..12"}
	case day < 1 || day > time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day():
		return nil, &ValueError{"day is out of range for month"}
	}
	midnight := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if m.hour == "" {
		return document.Date(midnight), nil
	}
	hour, minute, second := number(m.hour), number(m.minute), number(m.second)
	switch {
	case hour > 23:
		return nil, &ValueError{"hour must be in 0..23"}
	case minute > 59:
		return nil, &ValueError{"minute must be in 0..59"}
	case second > 59:
		return nil, &ValueError{"second must be in 0..59"}
	}
	micros, carry := m.micros()
	at := midnight.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute +
		time.Duration(second)*time.Second + time.Duration(micros)*time.Microsecond).Add(-m.offset(carry))
	if at.Year() < 1 || at.Year() > 9999 {
		return nil, &ValueError{"date value out of range"}
	}
	return document.Timestamp(at), nil
}

// micros rounds the fraction to microseconds. It carries if that makes a second.
func (m moment) micros() (micros int, carry bool) {
	micros = number((m.fraction + "000000")[:6])
	if len(m.fraction) > 6 && m.fraction[6] > '4' {
		micros++
	}
	if micros > 999999 {
		return 0, true
	}
	return micros, false
}

// offset returns what to take from the time to have it in UTC. The original
// adds the second of a carry to the zone, and so takes it away east of Greenwich.
func (m moment) offset(carry bool) time.Duration {
	offset := time.Duration(number(m.zoneHour))*time.Hour + time.Duration(number(m.zoneMinute))*time.Minute
	switch {
	case carry && m.sign == 0:
		return -time.Second
	case carry:
		offset += time.Second
	}
	if m.sign == '-' {
		return -offset
	}
	return offset
}
