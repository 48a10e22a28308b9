package timestamp

import (
	"fmt"
	"math"
	"time"
)

// empty tells whether the words said nothing about a time.
func (r *reader) empty() bool {
	return len(r.date.parts) == 0 && r.weekday == none && r.hour == none && r.minute == none && r.second == none &&
		r.micro == none && r.zone == "" && r.offset == nil
}

// wall returns the date and time of day, the missing parts filled in.
func (r *reader) wall(now time.Time) (time.Time, error) {
	year, month, day := or(r.dateYear, now.Year()), or(r.dateMonth, int(now.Month())), r.dateDay
	if day == none {
		if month < 1 || month > 12 {
			return time.Time{}, invalid("bad month number %d; must be 1-12", month)
		}
		day = min(int64(now.Day()), lastDay(year, month))
	}
	hour, minute, second, micro := or(r.hour, 0), or(r.minute, 0), or(r.second, 0), or(r.micro, 0)
	for _, n := range []int64{year, month, day, hour, minute, second} {
		switch {
		case n == math.MaxInt64:
			return time.Time{}, fatal("Python int too large to convert to C long")
		case n > math.MaxInt32:
			return time.Time{}, fatal("signed integer is greater than maximum")
		}
	}
	switch {
	case year < 1 || year > 9999:
		return time.Time{}, invalid("year %d is out of range", year)
	case month < 1 || month > 12:
		return time.Time{}, invalid("month must be in 1..12")
	case day < 1 || day > lastDay(year, month):
		return time.Time{}, invalid("day is out of range for month")
	case hour > 23:
		return time.Time{}, invalid("hour must be in 0..23")
	case minute > 59:
		return time.Time{}, invalid("minute must be in 0..59")
	case second > 59:
		return time.Time{}, invalid("second must be in 0..59")
	}
	wall := time.Date(int(year), time.Month(month), int(day), int(hour), int(minute), int(second), int(micro)*1000, time.UTC)
	if r.weekday != none && r.dateDay == none {
		// The first such day from then on.
		ahead := (r.weekday - (int(wall.Weekday())+6)%7 + 7) % 7
		return inRange(wall.AddDate(0, 0, ahead))
	}
	return wall, nil
}

func or(n int64, otherwise int) int64 {
	if n == none {
		return int64(otherwise)
	}
	return n
}

// zoneAt returns the zone that the words said.
func (r *reader) zoneAt(wall, now time.Time) (zone, error) {
	name, offset := r.zone, r.offset
	switch {
	case offset != nil && *offset == 0 && name == "" || name == "Z" || name == "z":
		name, offset = "UTC", new(int64)
	case name != "" && utc(name):
		offset = new(int64)
	}
	local := localZone(now)
	switch {
	case name == "GMT":
		return zone{offset: new(int64)}, nil
	case name != "" && local.names(name):
		// Of two times that the clock shows, the one whose zone was named.
		second := local.name(wall, false) != name && local.name(wall, true) == name
		if local.name(wall, second) != name && utc(name) {
			return zone{offset: new(int64)}, nil
		}
		return local.moment(second), nil
	case offset != nil:
		return zone{offset: offset}, checkDays(*offset)
	}
	return zone{}, nil
}

// checkDays reports an offset of so many seconds that Python has no type for it.
func checkDays(seconds int64) error {
	const most = 999999999
	days := seconds / (24 * 60 * 60)
	if seconds%(24*60*60) < 0 {
		days--
	}
	switch {
	case days < math.MinInt32 || days > math.MaxInt32:
		return fatal("Python int too large to convert to C int")
	case days < -most || days > most:
		return fatal(fmt.Sprintf("days=%d; must have magnitude <= %d", days, most))
	}
	return nil
}
