package restjson

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Timestamps lie within the years that ISO 8601 can write.
const (
	minEpoch = -62135596800 // 0001-01-01T00:00:00Z
	maxEpoch = 253402300799 // 9999-12-31T23:59:59Z
)

var errNoTimestamp = errors.New("is neither epoch seconds nor ISO 8601")

// appendEpoch writes t as epoch seconds, with milliseconds where it has some.
func appendEpoch(b []byte, t time.Time) []byte {
	ms := t.UnixMilli()
	if ms < 0 {
		b = append(b, '-')
		ms = -ms
	}
	b = strconv.AppendInt(b, ms/1000, 10)
	rest := ms % 1000
	if rest == 0 {
		return b
	}
	b = append(b, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

// formatISO writes t as a query parameter carries it.
func formatISO(t time.Time) string {
	return t.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.999Z07:00")
}

// parseTimestamp reads epoch seconds or ISO 8601. The result is in UTC.
func parseTimestamp(text string) (time.Time, error) {
	if len(text) > 10 && text[4] == '-' {
		return parseISO(text)
	}
	return parseEpoch(text)
}

func parseISO(text string) (time.Time, error) {
	_, fraction, _ := strings.Cut(text, ".")
	if digits := strings.IndexFunc(fraction, func(r rune) bool { return r < '0' || r > '9' }); digits > 9 {
		return time.Time{}, errNoTimestamp
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || strings.Contains(text, ",") {
		return time.Time{}, errNoTimestamp
	}
	return checkEpoch(t.UTC())
}

// parseEpoch reads a decimal number of seconds exactly; fractions of a
// nanosecond are dropped.
func parseEpoch(text string) (time.Time, error) {
	d, ok := parseDecimal(text)
	if !ok {
		return time.Time{}, errNoTimestamp
	}
	seconds, ok := d.truncate()
	if !ok {
		return time.Time{}, errNoTimestamp
	}
	return checkEpoch(time.Unix(seconds, d.nanos()).UTC())
}

func checkEpoch(t time.Time) (time.Time, error) {
	if s := t.Unix(); s < minEpoch || s > maxEpoch {
		return time.Time{}, errNoTimestamp
	}
	return t, nil
}
