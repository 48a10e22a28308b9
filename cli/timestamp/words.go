package timestamp

import (
	"slices"
	"strings"
	"unicode"

	"vedette/cli/document"
)

// split cuts a text into words, numbers and single other characters; white space
// is one blank each. A point inside a number stays (10.5), and so does a comma
// after two digits or more (10,5 becomes 10.5). Points elsewhere stand alone.
func splitWords(text string) []string {
	s := []rune(document.Digits(strings.ReplaceAll(text, "\x00", "")))
	var words []string
	for i := 0; i < len(s); {
		start := i
		switch {
		case unicode.IsLetter(s[i]):
			i = skip(s, i, unicode.IsLetter)
			if i == len(s) || s[i] != '.' {
				words = append(words, string(s[start:i]))
				continue
			}
			i, _ = skipDotted(s, i+1, true)
			words = append(words, cutAtPoints(string(s[start:i]))...)
		case isDigit(s[i]):
			i = skip(s, i, isDigit)
			if i == len(s) || s[i] != '.' && (s[i] != ',' || i-start < 2) {
				words = append(words, string(s[start:i]))
				continue
			}
			var letters bool
			i, letters = skipDotted(s, i+1, false)
			words = append(words, number(string(s[start:i]), letters)...)
		case unicode.IsSpace(s[i]) || s[i] >= 0x1c && s[i] <= 0x1f:
			words = append(words, " ")
			i++
		default:
			words = append(words, string(s[i]))
			i++
		}
	}
	return words
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func skip(s []rune, i int, is func(rune) bool) int {
	for i < len(s) && is(s[i]) {
		i++
	}
	return i
}

// skipDotted goes on from behind the first point of a word or a number: over
// points and letters in a word, points and digits in a number. After a point a
// word may go on as a number and the other way round. Letters: it was a word
// before its last character.
func skipDotted(s []rune, i int, word bool) (end int, letters bool) {
	for ; i < len(s); i++ {
		letters = letters || word
		switch c := s[i]; {
		case c == '.', word && unicode.IsLetter(c), !word && isDigit(c):
		case s[i-1] == '.' && (unicode.IsLetter(c) || isDigit(c)):
			word = !word
		default:
			return i, letters
		}
	}
	return i, letters
}

// number returns the words of something that began as a number with a point or a
// comma after it.
func number(text string, letters bool) []string {
	points := strings.Count(text, ".")
	switch last := text[len(text)-1]; {
	case letters || points > 1 || last == '.' || last == ',':
		return cutAtPoints(text)
	case points == 0:
		return []string{strings.ReplaceAll(text, ",", ".")}
	}
	return []string{text}
}

// cutAtPoints cuts at points and commas, which become words of their own.
func cutAtPoints(text string) []string {
	var words []string
	for text != "" {
		i := strings.IndexAny(text, ".,")
		switch {
		case i < 0:
			return append(words, text)
		case i > 0:
			words = append(words, text[:i])
		}
		words = append(words, text[i:i+1])
		text = text[i+1:]
	}
	return words
}

// place returns the place of a word in a list whose entries have equal words
// between bars, or -1.
func place(word string, list ...string) int {
	word = strings.ToLower(word)
	return slices.IndexFunc(list, func(entry string) bool {
		return slices.Contains(strings.Split(entry, "|"), word)
	})
}

// weekday returns the day of the week that a word names, Monday being 0, or -1.
func weekday(word string) int {
	return place(word, "mon|monday", "tue|tuesday", "wed|wednesday", "thu|thursday", "fri|friday", "sat|saturday", "sun|sunday")
}

// month returns the month that a word names, January being 1, or 0.
func month(word string) int {
	return 1 + place(word, "jan|january", "feb|february", "mar|march", "apr|april", "may", "jun|june",
		"jul|july", "aug|august", "sep|sept|september", "oct|october", "nov|november", "dec|december")
}

// The units of a time of day.
const (
	noUnit = iota - 1
	hours
	minutes
	seconds
)

// unit returns the unit that a word names.
func unit(word string) int {
	return place(word, "h|hour|hours", "m|minute|minutes", "s|second|seconds")
}

// half returns the half of the day that a word names: 0 am, 1 pm, or -1.
func half(word string) int { return place(word, "am|a", "pm|p") }

// filler tells whether a word may stand anywhere and says nothing.
func filler(word string) bool {
	return place(word, " ", ".", ",", ";", "-", "/", "'", "at", "on", "and", "ad", "m", "t", "of", "st", "nd", "rd", "th") >= 0
}

// utc tells whether a word is a name of UTC.
func utc(word string) bool { return place(word, "utc", "gmt", "z") >= 0 }
