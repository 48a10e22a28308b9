package timestamp

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// none is what a field has that a text says nothing about.
const none = -1

// reader goes through the words of a text and gathers what they say.
type reader struct {
	words []string
	year  int // the current one
	at    int // the word that is being read

	date                         dateParts
	hour, minute, second, micro  int64
	weekday                      int
	afternoon                    int // 0 am, 1 pm
	zone                         string
	offset                       *int64 // seconds east of UTC
	dateYear, dateMonth, dateDay int64  // set in the end
}

// word returns the word that is n after the one being read; false: there is none.
func (r *reader) word(n int) (string, bool) {
	if i := r.at + n; i >= 0 && i < len(r.words) {
		return r.words[i], true
	}
	return "", false
}

// is tells whether the word that is n after the one being read is one of those.
func (r *reader) is(n int, words ...string) bool {
	word, ok := r.word(n)
	for _, w := range words {
		if ok && word == w {
			return true
		}
	}
	return false
}

// readWords reads all words. It returns false if one of them means nothing.
func (r *reader) readWords() bool {
	r.hour, r.minute, r.second, r.micro = none, none, none, none
	r.weekday, r.afternoon = none, none
	for ; r.at < len(r.words); r.at++ {
		if !r.readWord() {
			return false
		}
	}
	var ok bool
	r.dateYear, r.dateMonth, r.dateDay, ok = r.date.resolve()
	if r.dateYear != none && !r.date.century {
		r.dateYear = fullYear(r.dateYear, r.year)
	}
	return ok
}

// readWord reads the word at r.at and what belongs to it, and leaves r.at at the
// last word read.
func (r *reader) readWord() bool {
	word := r.words[r.at]
	switch {
	case isNumber(word):
		return r.readNumber(word)
	case place(word, "nan|inf|infinity") >= 0:
		return false // numbers to Python, but none of a date
	case weekday(word) >= 0:
		r.weekday = weekday(word)
	case month(word) > 0:
		return r.readMonth(month(word))
	case half(word) >= 0:
		if r.hour == none || r.hour > 12 {
			return false
		}
		r.afternoon = half(word)
		r.hour = hour24(r.hour, r.afternoon)
	case r.isZone(word, r.offset == nil):
		r.readZone(word)
	case r.hour != none && r.is(0, "+", "-"):
		return r.readOffset()
	default:
		return filler(word)
	}
	return true
}

// readMonth reads what may follow the name of a month: Jan-05-2024, Jan of 2024.
func (r *reader) readMonth(number int) bool {
	if !r.date.addMonth(number) {
		return false
	}
	if r.is(1, "-", "/") {
		separator := r.words[r.at+1]
		if !r.addPart(2) {
			return false
		}
		r.at += 2
		if r.is(1, separator) {
			if !r.addPart(2) {
				return false
			}
			r.at += 2
		}
		return true
	}
	year, ok := r.word(4)
	if of, _ := r.word(2); !ok || !r.is(1, " ") || !r.is(3, " ") || !strings.EqualFold(of, "of") {
		return true
	}
	if isDigits(year) {
		n, _ := whole(year)
		if !r.date.addText(strconv.FormatInt(fullYear(n, r.year), 10), true) {
			return false
		}
	}
	r.at += 4
	return true
}

// addPart adds the word that is n after the one being read to the date.
func (r *reader) addPart(n int) bool {
	word, ok := r.word(n)
	return ok && r.date.addText(word, false)
}

// isZone tells whether a word may be the name of a zone: capitals, after an hour.
func (r *reader) isZone(word string, noOffset bool) bool {
	if r.hour == none || r.zone != "" || !noOffset || len(word) > 5 {
		return false
	}
	return word == "z" || strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// readZone takes the name of a zone. After one, the sign of an offset is turned
// round: UTC+3 is a place where it is three hours earlier than in UTC.
func (r *reader) readZone(word string) {
	r.zone = word
	if word == "z" {
		r.offset = new(int64)
	}
	if !r.is(1, "+", "-") {
		return
	}
	r.words[r.at+1] = map[string]string{"+": "-", "-": "+"}[r.words[r.at+1]]
	r.offset = nil
	if utc(word) {
		r.zone = ""
	}
}

// readOffset reads an offset from its sign on: +02, -0730, +02:00, -0300 (BRST).
func (r *reader) readOffset() bool {
	sign := int64(1)
	if r.words[r.at] == "-" {
		sign = -1
	}
	digits, ok := r.word(1)
	var hour, minute int64
	minuteOK := true
	switch {
	case !ok:
		return false
	case len(digits) == 4:
		hour, ok = whole(digits[:2])
		minute, minuteOK = whole(digits[2:])
	case r.is(2, ":"):
		hour, ok = whole(digits)
		word, _ := r.word(3)
		minute, minuteOK = whole(word)
		r.at += 2
	case len(digits) <= 2:
		hour, ok = whole(digits)
	default:
		return false
	}
	if !ok || !minuteOK {
		return false
	}
	const most = math.MaxInt64 / 3600 / 2 // hours; more do not fit, and all are too many
	r.offset = new(sign * (min(hour, most)*3600 + min(minute, most)*60))
	name, named := r.word(4)
	space, _ := r.word(2)
	if named && filler(space) && r.is(3, "(") && r.is(5, ")") && len(name) >= 3 && r.isZone(name, true) {
		r.zone = name
		r.at += 4
	}
	r.at++
	return true
}

// hour24 returns the hour of the day of an hour in the morning or the afternoon.
func hour24(hour int64, half int) int64 {
	switch {
	case hour < 12 && half == 1:
		return hour + 12
	case hour == 12 && half == 0:
		return 0
	}
	return hour
}

// fullYear adds the century to a year of two digits: the one that brings it
// nearest to the current year.
func fullYear(year int64, current int) int64 {
	if year >= 100 {
		return year
	}
	now := int64(current)
	year += now / 100 * 100
	switch {
	case year >= now+50:
		year -= 100
	case year < now-50:
		year += 100
	}
	return year
}

// isNumber tells whether a word is digits, or digits with a point in them.
func isNumber(word string) bool {
	before, after, point := strings.Cut(word, ".")
	return isDigits(before) && (!point || isDigits(after))
}

func isDigits(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

// whole returns the number that digits stand for, or the largest one that fits.
func whole(digits string) (int64, bool) {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n, isDigits(digits)
}

// sixtieths returns how many whole sixtieths the fraction of a number has.
func sixtieths(number string) int64 {
	_, fraction, _ := strings.Cut(number, ".")
	fraction = fraction[:min(len(fraction), 28)]
	n, ok := new(big.Int).SetString(fraction, 10)
	if !ok {
		return 0
	}
	n.Mul(n, big.NewInt(60))
	return n.Quo(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(len(fraction))), nil)).Int64()
}

// hasFraction tells whether a number is no whole one.
func hasFraction(number string) bool {
	_, fraction, _ := strings.Cut(number, ".")
	return strings.Trim(fraction, "0") != ""
}

// fromText reads a text that is no number; shown is how errors name it.
func fromText(text, shown string, now time.Time) (moment, error) {
	r := reader{words: splitWords(text), year: now.Year()}
	if !r.readWords() {
		return moment{}, invalid("Unknown string format: %s", shown)
	}
	if r.empty() {
		return moment{}, invalid("String does not contain a date: %s", shown)
	}
	wall, err := r.wall(now)
	if e, ok := err.(*Error); ok && !e.Fatal {
		return moment{}, invalid("%s: %s", e.Text, shown)
	}
	if err != nil {
		return moment{}, err
	}
	zone, err := r.zoneAt(wall, now)
	return moment{wall, zone}, err
}
