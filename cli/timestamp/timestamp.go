// Package timestamp reads and prints times as AWS CLI v2 does: it takes epoch
// seconds, ISO 8601, RFC 822 and whatever else a person may write for a time, and
// prints ISO 8601.
//
//	1704067200   2024-01-01T00:00:00Z   Mon, 01 Jan 2024 00:00:00 GMT
//	2024-01-01   20240101T103000-0730   Jan 5 2024 10am   10/12/2024
//
// A text is a number of seconds if it is a number to Python. If not, it is taken
// apart into words and numbers, each of which says something (reader). Of three
// numbers in a row the order is found out: 2024-01-10 and 10/12/2024 have the
// month before the day, 13/12/2024 the day before the month. What a text leaves
// out is today's date and midnight. Names of zones that are neither UTC, GMT, Z
// nor one of the local zone mean nothing.
package timestamp

import (
	"fmt"
	"time"

	"vedette/cli/document"
)

// Error says why a value is no time, in AWS CLI's words.
type Error struct {
	Text string
	// Fatal: the value does not count as one of a wrong type; the command ends
	// with Text and status 255, from wherever the value came.
	Fatal bool
}

func (e *Error) Error() string { return e.Text }

func invalid(format string, args ...any) error {
	return &Error{Text: fmt.Sprintf(format, args...)}
}

func fatal(text string) error { return &Error{Text: text, Fatal: true} }

var errRange = fatal("date value out of range")

// Parse reads a parameter: seconds since 1970 as a number or a text, or a text as
// the package comment has it. The day, the year and the zone of now, which is the
// local one, stand in for what a text leaves out or names; a text without a zone
// is UTC. The result is UTC and exact to the microsecond. The error is an *Error.
func Parse(v document.Value, now time.Time) (time.Time, error) {
	if t, ok := v.(document.Timestamp); ok {
		return time.Time(t).UTC(), nil
	}
	m, err := read(v, now)
	if err != nil {
		return time.Time{}, err
	}
	offset, _, err := m.offset()
	if err != nil {
		return time.Time{}, err
	}
	return inRange(m.wall.Add(-offset))
}

// Local prints a timestamp of an answer in ISO 8601 form: numbers in the zone of
// now, texts in their own zone, without one if they have none. The error is an
// *Error, and fatal whatever it says.
func Local(v document.Value, now time.Time) (string, error) {
	m, err := read(v, now)
	if err != nil {
		return "", err
	}
	offset, known, err := m.offset()
	if err != nil {
		return "", err
	}
	text := m.wall.Format("2006-01-02T15:04:05")
	if micro := m.wall.Nanosecond() / 1000; micro != 0 {
		text += fmt.Sprintf(".%06d", micro)
	}
	if known {
		text += isoOffset(offset)
	}
	return text, nil
}

func isoOffset(offset time.Duration) string {
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	seconds := int(offset / time.Second)
	text := fmt.Sprintf("%c%02d:%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf(":%02d", seconds%60)
	}
	return text
}

// Query prints a time, in UTC, for the query of a request: with six digits of a
// second's fraction if there is one. Years before 1000 have fewer than four digits.
func Query(t time.Time) string {
	layout := "-01-02T15:04:05Z"
	if t.Nanosecond() >= 1000 {
		layout = "-01-02T15:04:05.000000Z"
	}
	return fmt.Sprint(t.Year()) + t.Format(layout)
}

// Body returns a time for the body of a request: the second since 1970 that it
// falls into.
func Body(t time.Time) int64 { return t.Unix() }

// moment is what a value says: a date and a time of day, and the zone that they
// are of.
type moment struct {
	wall time.Time // its fields are those of the zone; its Location is UTC
	zone zone
}

// zone is one of: none, an offset, the local zone.
type zone struct {
	local  *local // nil: not the local zone
	second bool   // the second time that the local clock shows this
	offset *int64 // seconds east of UTC; nil: no zone, if local is nil too
}

// offset returns how far east of UTC the moment's zone is, and whether it has one.
func (m moment) offset() (time.Duration, bool, error) {
	switch {
	case m.zone.local != nil:
		offset, err := m.zone.local.offset(m.wall, m.zone.second)
		return offset, true, err
	case m.zone.offset == nil:
		return 0, false, nil
	}
	const day = 24 * 60 * 60
	if s := *m.zone.offset; s <= -day || s >= day {
		return 0, true, invalid("offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).")
	}
	return time.Duration(*m.zone.offset) * time.Second, true, nil
}

// inRange returns t if its year is one that Python has.
func inRange(t time.Time) (time.Time, error) {
	if t.Year() < 1 || t.Year() > 9999 {
		return t, errRange
	}
	return t, nil
}

// read reads any value. Numbers, also in a text, are of the local zone.
func read(v document.Value, now time.Time) (moment, error) {
	text, isText := v.(string)
	if b, ok := v.(document.Bytes); ok {
		text, isText = string(b), true
	}
	if !isText {
		if seconds, ok := numeric(v); ok {
			return fromEpoch(seconds, v, now)
		}
		return moment{}, invalid(`Invalid timestamp "%s": Parser must be a string or character stream, not %s`, document.Text(v), typeName(v))
	}
	if f, err := document.ReadFloat(text); err == nil {
		m, err := fromEpoch(f, v, now)
		if e, ok := err.(*Error); !ok || e.Fatal {
			return m, err
		}
		// A number of seconds beyond the year 9999 may still be a date: 20240101120000.
	}
	m, err := fromText(text, document.Text(v), now)
	if e, ok := err.(*Error); ok && !e.Fatal {
		err = invalid(`Invalid timestamp "%s": %s`, document.Text(v), e.Text)
	}
	return m, err
}

// typeName is what Python calls the type of a value that is no time.
func typeName(v document.Value) string {
	switch v.(type) {
	case nil:
		return "NoneType"
	case []document.Value:
		return "list"
	case document.Timestamp:
		return "datetime"
	}
	return "dict"
}
