package jmespath

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"

	"vedette/cli/document"
)

func abs(v Value) (Value, error) {
	switch v := v.(type) {
	case float64:
		return math.Abs(v), nil
	case int64:
		if v >= 0 {
			return v, nil
		}
	}
	n := bigInt(v)
	return document.Integer(n.Abs(n)), nil
}

// bigInt returns a copy of an integer.
func bigInt(v Value) *big.Int {
	if n, ok := v.(int64); ok {
		return big.NewInt(n)
	}
	return new(big.Int).Set(v.(*big.Int))
}

func ceil(v Value) (Value, error)  { return rounded(v, math.Ceil) }
func floor(v Value) (Value, error) { return rounded(v, math.Floor) }

// rounded returns a float as an integer; integers stay as they are.
func rounded(v Value, round func(float64) float64) (Value, error) {
	f, ok := v.(float64)
	switch {
	case !ok:
		return v, nil
	case math.IsNaN(f):
		return nil, &SearchError{"cannot convert float NaN to integer"}
	case math.IsInf(f, 0):
		return nil, &SearchError{"cannot convert float infinity to integer"}
	}
	n, _ := big.NewFloat(round(f)).Int(nil)
	return document.Integer(n), nil
}

// toFloat returns a number as a float, the nearest one.
func toFloat(v Value) (float64, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case int64:
		return float64(v), nil
	}
	f, _ := new(big.Float).SetInt(v.(*big.Int)).Float64()
	if math.IsInf(f, 0) {
		return 0, &SearchError{"int too large to convert to float"}
	}
	return f, nil
}

func add(x, y Value) (Value, error) {
	n, okN := x.(int64)
	m, okM := y.(int64)
	if s := n + m; okN && okM && (s > n) == (m > 0) {
		return s, nil
	}
	_, floatX := x.(float64)
	_, floatY := y.(float64)
	if !floatX && !floatY {
		s := bigInt(x)
		return document.Integer(s.Add(s, bigInt(y))), nil
	}
	f, err := toFloat(x)
	if err != nil {
		return nil, err
	}
	g, err := toFloat(y)
	return f + g, err
}

func sum(v Value) (Value, error) {
	var total Value = int64(0)
	for _, element := range v.([]Value) {
		var err error
		if total, err = add(total, element); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func average(v Value) (Value, error) {
	elements := v.([]Value)
	if len(elements) == 0 {
		return nil, nil
	}
	total, err := sum(v)
	if err != nil {
		return nil, err
	}
	f, err := toFloat(total)
	if err != nil {
		return nil, err
	}
	return f / float64(len(elements)), nil
}

func toNumber(v Value) (Value, error) {
	var text string
	switch v := v.(type) {
	case nil, bool, []Value, *document.Map:
		return nil, nil
	case string:
		text = asciiNumber(v)
	case document.Bytes:
		text = string(v)
	case document.Timestamp, *Reference:
		return nil, &SearchError{"int() argument must be a string, a bytes-like object or a real number, not '" + longType(v) + "'"}
	default:
		return v, nil
	}
	return parseNumber(strings.Trim(text, " \t\n\v\f\r")), nil
}

// asciiNumber replaces the digits and blanks of all scripts by those of ASCII,
// if s has any.
func asciiNumber(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= 0x7f && isSpace(r) {
			return ' '
		}
		if r >= 0x7f && unicode.IsDigit(r) {
			return '0' + digitValue(r)
		}
		return r
	}, s)
}

// digitValue returns the value of a decimal digit. Unicode has them in runs of ten.
func digitValue(r rune) rune {
	for _, run := range unicode.Nd.R16 {
		if r <= rune(run.Hi) && r >= rune(run.Lo) {
			return (r - rune(run.Lo)) % 10
		}
	}
	for _, run := range unicode.Nd.R32 {
		if r <= rune(run.Hi) && r >= rune(run.Lo) {
			return (r - rune(run.Lo)) % 10
		}
	}
	return 0
}

// parseNumber reads an integer or else a float as Python's int and float do,
// underscores between digits and nan included. It returns nil if s is neither.
func parseNumber(s string) Value {
	unsigned := strings.TrimPrefix(s, "-")
	if unsigned == s {
		unsigned = strings.TrimPrefix(s, "+")
	}
	switch strings.ToLower(unsigned) {
	case "nan":
		return math.NaN()
	case "inf", "infinity":
		f, _ := strconv.ParseFloat(s, 64)
		return f
	}
	rest, whole := passDigits(unsigned)
	if whole && rest == "" {
		if digits := strings.ReplaceAll(unsigned, "_", ""); len(digits) <= maxDigits {
			n, _ := new(big.Int).SetString(strings.ReplaceAll(s, "_", ""), 10)
			return document.Integer(n)
		}
	}
	if fraction, ok := strings.CutPrefix(rest, "."); ok {
		var more bool
		rest, more = passDigits(fraction)
		whole = whole || more
	}
	if whole && rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		rest = rest[1:]
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		rest, whole = passDigits(rest)
	}
	if !whole || rest != "" {
		return nil
	}
	f, _ := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64) // out of range: an infinity, as in Python
	return f
}

// passDigits passes over digits with single underscores between them and tells
// whether there were any.
func passDigits(s string) (rest string, some bool) {
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == '_' && i > 0 && s[i-1] != '_' && i+1 < len(s) && isDigit(s[i+1])) {
		i++
	}
	return s[i:], i > 0
}
