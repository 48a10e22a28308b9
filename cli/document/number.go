package document

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// maxIntegerDigits is how long a number may be for Python to read it.
const maxIntegerDigits = 4300

// ReadInteger reads a text as Python's int does: blanks round it, a sign, digits
// of any script, single underscores between digits. The error has Python's text.
func ReadInteger(text string) (Value, error) {
	plain := plainNumber(text)
	digits := plain
	if strings.HasPrefix(plain, "-") || strings.HasPrefix(plain, "+") {
		digits = plain[1:]
	}
	bare, ok := dropUnderscores(digits)
	if !ok || bare == "" || strings.Trim(bare, "0123456789") != "" {
		shown := []rune(Repr(text))
		return nil, fmt.Errorf("invalid literal for int() with base 10: %s", string(shown[:min(len(shown), 200)]))
	}
	if len(bare) > maxIntegerDigits {
		return nil, fmt.Errorf("Exceeds the limit (%d digits) for integer string conversion: value has %d digits; "+ //lint:ignore ST1005 Python's text
			"use sys.set_int_max_str_digits() to increase the limit", maxIntegerDigits, len(bare))
	}
	n, _ := new(big.Int).SetString(bare, 10)
	if plain[0] == '-' {
		n.Neg(n)
	}
	return Integer(n), nil
}

// ReadFloat reads a text as Python's float does: as ReadInteger, and also a
// point, an exponent, nan, inf and infinity in any case. The error has Python's
// text.
func ReadFloat(text string) (float64, error) {
	bare, ok := dropUnderscores(plainNumber(text))
	unsigned := strings.TrimLeft(bare, "+-")
	switch strings.ToLower(unsigned) {
	case "nan":
		ok = ok && len(bare)-len(unsigned) <= 1
		if ok {
			return math.NaN(), nil
		}
	case "inf", "infinity":
	default:
		// What is left of other words is hexadecimal, which Go reads and Python does not.
		ok = ok && strings.Trim(unsigned, "0123456789.eE+-") == ""
	}
	f, err := strconv.ParseFloat(bare, 64)
	if !ok || err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("could not convert string to float: %s", Repr(text))
	}
	return f, nil
}

// plainNumber trims blanks as Python's numbers do and turns digits of other
// scripts into ASCII.
func plainNumber(text string) string {
	text = strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) // not U+001C to U+001F, which are blanks to Python's strings only
	})
	return Digits(text)
}

// Digits turns the decimal digits of other scripts into ASCII ones.
func Digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 || !unicode.IsDigit(r) {
			return r
		}
		const first, last = 0x1d7ce, 0x1d7ff // mathematical digits: five runs of ten without a gap
		if r >= first && r <= last {
			return '0' + (r-first)%10
		}
		// Others come in runs of ten: the value is the distance from the run's start.
		value := rune(0)
		for value < 9 && unicode.IsDigit(r-value-1) {
			value++
		}
		return '0' + value
	}, text)
}

// dropUnderscores removes underscores; false: one is not between two digits.
func dropUnderscores(text string) (string, bool) {
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for i := range len(text) {
		if text[i] == '_' && !(digit(i-1) && digit(i+1)) {
			return text, false
		}
	}
	return strings.ReplaceAll(text, "_", ""), true
}
