package timestamp

import (
	"strings"
	"time"
)

// dateParts are up to three numbers of a date, of which it is not always known
// which is which.
type dateParts struct {
	parts       []int64
	year, month int  // places in parts, plus 1; 0: not known
	century     bool // the year is complete
}

// addMonth adds a month that was named.
func (d *dateParts) addMonth(number int) bool {
	if d.month > 0 {
		return false
	}
	d.parts = append(d.parts, int64(number))
	d.month = len(d.parts)
	return true
}

// addText adds digits as they stand in the text: three or more are a year. year:
// they are one however few. False: no digits, or a second year.
func (d *dateParts) addText(digits string, year bool) bool {
	n, ok := whole(digits)
	if ok && len(digits) > 2 {
		d.century, year = true, true
	}
	return ok && d.add(n, year)
}

// addNumber adds a number: above 100 it is a year.
func (d *dateParts) addNumber(number string) bool {
	before, _, _ := strings.Cut(number, ".")
	n, _ := whole(before)
	year := n > 100 || n == 100 && hasFraction(number)
	d.century = d.century || year
	return d.add(n, year)
}

func (d *dateParts) add(n int64, year bool) bool {
	if year && d.year > 0 {
		return false
	}
	d.parts = append(d.parts, n)
	if year {
		d.year = len(d.parts)
	}
	return true
}

// couldBeDay tells whether a number may be the day of the date.
func (d *dateParts) couldBeDay(number string) bool {
	before, _, _ := strings.Cut(number, ".")
	n, _ := whole(before)
	last := int64(31)
	if d.month > 0 {
		year := int64(2000) // a leap year
		if d.year > 0 {
			year = d.parts[d.year-1]
		}
		last = lastDay(year, d.parts[d.month-1])
	}
	return n >= 1 && (n < last || n == last && !hasFraction(number))
}

// lastDay returns the number of days of a month.
func lastDay(year, month int64) int64 {
	return int64(time.Date(int(year%400+2000), time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day())
}

// resolve finds out which part is which. What is missing is none. False: there
// are too many parts.
func (d *dateParts) resolve() (year, month, day int64, ok bool) {
	p := d.parts
	switch {
	case len(p) > 3:
		return none, none, none, false
	case len(p) == 0:
		return none, none, none, true
	case len(p) == d.known() || len(p) == 3 && d.known() == 2:
		year, month, day = d.fromPlaces()
	case len(p) == 1 || len(p) == 2 && d.month > 0:
		year, month, day = d.oneAndMonth()
	case len(p) == 2:
		year, month, day = twoNumbers(p)
	default:
		year, month, day = d.three()
	}
	return year, month, day, true
}

// known returns how many parts are known.
func (d *dateParts) known() int { return min(d.year, 1) + min(d.month, 1) }

// fromPlaces is for parts that are all known, and for three of which two are.
func (d *dateParts) fromPlaces() (year, month, day int64) {
	part := func(place int) int64 {
		if place == 0 {
			return none
		}
		return d.parts[place-1]
	}
	rest := 0
	if len(d.parts) == 3 {
		rest = 1 + 2 + 3 - d.year - d.month
	}
	return part(d.year), part(d.month), part(rest)
}

// oneAndMonth is for a single number, and perhaps a month that was named.
func (d *dateParts) oneAndMonth() (year, month, day int64) {
	year, month, day = none, none, none
	other := d.parts[0]
	if d.month > 0 {
		month = d.parts[d.month-1]
		if len(d.parts) == 1 {
			return
		}
		other = d.parts[2-d.month]
	}
	if other > 31 {
		return other, month, none
	}
	return none, month, other
}

func twoNumbers(p []int64) (year, month, day int64) {
	switch {
	case p[0] > 31:
		return p[0], p[1], none
	case p[1] > 31:
		return p[1], p[0], none
	}
	return none, p[0], p[1]
}

// three is for three numbers of which at most one is known.
func (d *dateParts) three() (year, month, day int64) {
	p := d.parts
	switch d.month {
	case 1:
		if p[1] > 31 {
			return p[1], p[0], p[2]
		}
		return p[2], p[0], p[1]
	case 2:
		if p[0] > 31 {
			return p[0], p[1], p[2]
		}
		return p[2], p[1], p[0]
	case 3:
		if p[1] > 31 {
			return p[1], p[2], p[0]
		}
		return p[0], p[2], p[1]
	}
	switch {
	case p[0] > 31 || d.year == 1:
		return p[0], p[1], p[2]
	case p[0] > 12:
		return p[2], p[1], p[0]
	}
	return p[2], p[0], p[1]
}
