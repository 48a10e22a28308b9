package timestamp

import "strings"

// readNumber reads a number and what belongs to it: a time, a date of numbers, or
// a single part of either. The order of the cases matters.
func (r *reader) readNumber(n string) bool {
	_, next := r.word(1)
	switch {
	case len(r.date.parts) == 3 && (len(n) == 2 || len(n) == 4) && r.hour == none && !r.is(1, ":") && !r.unitNext():
		return r.compactTime(n) // 20240101T10, 20240101T1030
	case len(n) == 6 || len(n) > 6 && strings.IndexByte(n, '.') == 6:
		if len(r.date.parts) == 0 && !strings.Contains(n, ".") {
			return r.addParts(n[:2], n[2:4], n[4:]) // 240131
		}
		return r.compactTime(n[:4]) && r.readSeconds(n[4:]) // 20240101T103000.5
	case len(n) == 8 || len(n) == 12 || len(n) == 14:
		return r.compactDate(n) // 20240131, 202401311030, 20240131103000
	case r.unitPlace() != 0:
		return r.withUnit(n, r.unitPlace()) // 10h, 10 h, 10h30
	case r.is(1, ":") && r.at+2 < len(r.words):
		return r.readClock(n) // 10:30, 10:30:05.25
	case r.is(1, "-", "/", "."):
		return r.readDate(n) // 2024-01-31, 31/Jan/2024
	case !next || r.fillerNext():
		return r.readPart(n) // 31, 10 am
	case r.halfAt(1) >= 0 && below24(n):
		r.setHour(n, r.halfAt(1)) // 10am
		r.at++
		return true
	}
	return r.date.couldBeDay(n) && r.date.addNumber(n) // 31st
}

func (r *reader) unitNext() bool {
	word, ok := r.word(1)
	return ok && unit(word) != noUnit
}

func (r *reader) fillerNext() bool {
	word, ok := r.word(1)
	return ok && filler(word)
}

func (r *reader) halfAt(n int) int {
	word, ok := r.word(n)
	if !ok {
		return none
	}
	return half(word)
}

func below24(n string) bool {
	hour, _, _ := strings.Cut(n, ".")
	value, _ := whole(hour)
	return value < 24
}

// addParts adds several numbers to the date.
func (r *reader) addParts(parts ...string) bool {
	for _, part := range parts {
		if !r.date.addText(part, false) {
			return false
		}
	}
	return true
}

// compactTime reads HH or HHMM.
func (r *reader) compactTime(n string) (ok bool) {
	r.hour, ok = whole(n[:2])
	if ok && len(n) == 4 {
		r.minute, ok = whole(n[2:])
	}
	return ok
}

// compactDate reads YYYYMMDD with or without HHMM or HHMMSS.
func (r *reader) compactDate(n string) bool {
	if !r.date.addText(n[:4], true) || !r.addParts(n[4:6], n[6:8]) {
		return false
	}
	if len(n) == 8 {
		return true
	}
	if !r.compactTime(n[8:12]) {
		return false
	}
	if len(n) == 12 {
		return true
	}
	var ok bool
	r.second, ok = whole(n[12:])
	return ok
}

// readSeconds reads SS or SS.fraction; digits beyond microseconds are dropped.
func (r *reader) readSeconds(n string) (ok bool) {
	before, fraction, point := strings.Cut(n, ".")
	r.second, ok = whole(before)
	r.micro = 0
	if ok && point {
		r.micro, ok = whole((fraction + "000000")[:6])
		ok = ok && isDigits(fraction)
	}
	return ok
}

// readMinutes reads minutes with a fraction, which are seconds.
func (r *reader) readMinutes(n string) {
	before, _, _ := strings.Cut(n, ".")
	r.minute, _ = whole(before)
	r.second = none
	if hasFraction(n) {
		r.second = sixtieths(n)
	}
}

// unitPlace returns where the unit of the number being read stands, or 0: after
// it, with or without a blank, or before it (the 30 of 10h30).
func (r *reader) unitPlace() int {
	isUnit := func(n int) bool {
		word, ok := r.word(n)
		return ok && unit(word) != noUnit
	}
	last := r.at == len(r.words)-1
	switch {
	case isUnit(1):
		return 1
	case r.is(1, " ") && isUnit(2):
		return 2
	case isUnit(-1):
		return -1
	case last && r.is(-1, " ") && isUnit(-2):
		return -2
	}
	return 0
}

// withUnit reads a number whose unit stands at a place; a unit before it makes
// the number one of the next smaller unit.
func (r *reader) withUnit(n string, place int) bool {
	word, _ := r.word(place)
	u := unit(word)
	if place < 0 {
		u++
	} else {
		r.at += place
	}
	switch u {
	case hours:
		before, _, _ := strings.Cut(n, ".")
		r.hour, _ = whole(before)
		if hasFraction(n) {
			r.minute = sixtieths(n)
		}
	case minutes:
		r.readMinutes(n)
	case seconds:
		return r.readSeconds(n)
	}
	return true
}

// readClock reads HH:MM or HH:MM:SS.
func (r *reader) readClock(n string) bool {
	before, _, _ := strings.Cut(n, ".")
	r.hour, _ = whole(before)
	minute, _ := r.word(2)
	if !isNumber(minute) {
		return false
	}
	r.readMinutes(minute)
	if second, ok := r.word(4); ok && r.is(3, ":") {
		if !r.readSeconds(second) {
			return false
		}
		r.at += 2
	}
	r.at += 2
	return true
}

// readDate reads two or three parts of a date with a separator between them.
func (r *reader) readDate(n string) bool {
	separator := r.words[r.at+1]
	if !r.date.addText(n, false) {
		return false
	}
	second, ok := r.word(2)
	if ok && !filler(second) {
		switch {
		case isDigits(second):
			if !r.date.addText(second, false) {
				return false
			}
		case month(second) == 0 || !r.date.addMonth(month(second)):
			return false
		}
		if r.is(3, separator) {
			third, ok := r.word(4)
			switch {
			case !ok:
				return false
			case month(third) > 0:
				ok = r.date.addMonth(month(third))
			default:
				ok = r.date.addText(third, false)
			}
			if !ok {
				return false
			}
			r.at += 2
		}
		r.at++
	}
	r.at++
	return true
}

// readPart reads a number with nothing or a filler after it: an hour if am or pm
// comes next, else a part of the date.
func (r *reader) readPart(n string) bool {
	if half := r.halfAt(2); half >= 0 {
		r.setHour(n, half)
		r.at += 2
		return true
	}
	r.at++
	return r.date.addNumber(n)
}

func (r *reader) setHour(n string, half int) {
	before, _, _ := strings.Cut(n, ".")
	hour, _ := whole(before)
	r.hour = hour24(hour, half)
}
