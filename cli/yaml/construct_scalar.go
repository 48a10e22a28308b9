package yaml

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"vedette/cli/document"
)

// scalar makes the value of a text with a tag.
func (c *constructor) scalar(t tag, text string) (document.Value, error) {
	switch t {
	case tagNull:
		return nil, nil
	case tagBool:
		return boolean(text)
	case tagInt:
		return c.integer(text)
	case tagFloat:
		return c.float(text)
	case tagBinary:
		return binary(text)
	}
	return text, nil
}

func boolean(text string) (document.Value, error) {
	switch text = strings.ToLower(text); text {
	case "yes", "y", "true", "on":
		return true, nil
	case "no", "n", "false", "off":
		return false, nil
	}
	return nil, &ValueError{document.Repr(text)}
}

// errEmptyNumber is what Python says of a number that has not even a sign.
func errEmptyNumber() error { return &ValueError{"string index out of range"} }

// sign takes the sign off a number without its underscores.
func sign(text string) (negative bool, rest string, err error) {
	text = strings.ReplaceAll(text, "_", "")
	if text == "" {
		return false, "", errEmptyNumber()
	}
	return text[0] == '-', unsigned(text), nil
}

func (c *constructor) integer(text string) (document.Value, error) {
	negative, text, err := sign(text)
	if err != nil {
		return nil, err
	}
	var v document.Value
	base, digits := 10, text
	for prefix, b := range map[string]int{"0b": 2, "0x": 16, "0o": 8} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			base, digits = b, rest
		}
	}
	switch old := c.version == version11; {
	case base == 10 && old && text == "":
		return nil, errEmptyNumber()
	case text == "0":
		return int64(0), nil
	case base == 10 && old && text[0] == '0':
		v, err = basedInteger(text, 8)
	case base == 10 && old && strings.Contains(text, ":"):
		v, err = sexagesimal(text)
	case base == 10:
		v, err = decimal(text)
	default:
		v, err = basedInteger(digits, base)
	}
	if err != nil || !negative {
		return v, err
	}
	if n, ok := v.(int64); ok && n != math.MinInt64 {
		return -n, nil
	}
	return document.Integer(new(big.Int).Neg(bigInteger(v))), nil
}

func bigInteger(v document.Value) *big.Int {
	if n, ok := v.(int64); ok {
		return big.NewInt(n)
	}
	return v.(*big.Int)
}

func decimal(text string) (document.Value, error) {
	v, err := document.ReadInteger(text)
	if err != nil {
		return nil, &ValueError{err.Error()}
	}
	return v, nil
}

// maxDigits bounds integers of bases other than ten, which Python does not.
const maxDigits = 1 << 14

// basedInteger reads digits of a base of 2, 8 or 16, with a second sign or
// prefix, which Python lets pass.
func basedInteger(text string, base int) (document.Value, error) {
	bare := strings.TrimSpace(text)
	negative := strings.HasPrefix(bare, "-")
	bare = unsigned(bare)
	prefix := map[int]string{2: "0b", 8: "0o", 16: "0x"}[base]
	if len(bare) > 2 && strings.EqualFold(bare[:2], prefix) {
		bare = bare[2:]
	}
	if len(bare) > maxDigits {
		return nil, fail("an integer is too long")
	}
	n, ok := new(big.Int).SetString(bare, base)
	if !ok || strings.ContainsAny(bare[:1], "+-") {
		return nil, &ValueError{fmt.Sprintf("invalid literal for int() with base %d: %s", base, document.Repr(text))}
	}
	if negative {
		n.Neg(n)
	}
	return document.Integer(n), nil
}

// sexagesimal reads an integer of YAML 1.1 like 1:30, which is 90.
func sexagesimal(text string) (document.Value, error) {
	total := new(big.Int)
	for part := range strings.SplitSeq(text, ":") {
		v, err := decimal(part)
		if err != nil {
			return nil, err
		}
		total.Mul(total, big.NewInt(60)).Add(total, bigInteger(v))
	}
	return document.Integer(total), nil
}

func (c *constructor) float(text string) (document.Value, error) {
	negative, text, err := sign(strings.ToLower(text))
	if err != nil {
		return nil, err
	}
	var f float64
	switch {
	case text == ".inf":
		f = math.Inf(1)
	case text == ".nan":
		return math.NaN(), nil
	case c.version != version12 && strings.Contains(text, ":"):
		f, err = sexagesimalFloat(text)
	case c.version != version12 && strings.Count(text, "e") > 1:
		err = &ValueError{"too many values to unpack (expected 2)"}
	default:
		f, err = pythonFloat(text)
	}
	if negative {
		f = -f
	}
	return f, err
}

// sexagesimalFloat adds from the smallest part on, as the original does, since
// that decides about the last bit.
func sexagesimalFloat(text string) (float64, error) {
	parts := strings.Split(text, ":")
	total, base := 0.0, 1.0
	values := make([]float64, len(parts))
	for i, part := range parts {
		f, err := pythonFloat(part)
		if err != nil {
			return 0, err
		}
		values[i] = f
	}
	for i := len(values) - 1; i >= 0; i-- {
		total += values[i] * base
		base *= 60
	}
	return total, nil
}

func pythonFloat(text string) (float64, error) {
	v, err := document.ReadFloat(text)
	if err != nil {
		return 0, &ValueError{err.Error()}
	}
	return v, nil
}

// binary reads base64 as Python does: what is no letter of it does not count,
// and the text ends with the padding.
func binary(text string) (document.Value, error) {
	blob := document.Bytes{}
	group, letters, pads := 0, 0, 0
	if strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 }) {
		return nil, fail("failed to convert base64 data into ascii")
	}
	for i := range len(text) {
		c := text[i]
		if c == '=' && letters >= 2 {
			if pads++; letters+pads >= 4 {
				return blob, nil
			}
		}
		digit := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", c)
		if digit < 0 {
			continue
		}
		pads = 0
		group = group<<6 | digit
		if letters++; letters > 1 {
			blob = append(blob, byte(group>>(8-2*letters)))
		}
		letters %= 4
	}
	if letters != 0 {
		return nil, fail("failed to decode base64 data")
	}
	return blob, nil
}
