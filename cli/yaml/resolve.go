package yaml

import "strings"

// tag is a tag without tag:yaml.org,2002: where it is one of YAML's own.
type tag string

const (
	tagNull      tag = "null"
	tagBool      tag = "bool"
	tagInt       tag = "int"
	tagFloat     tag = "float"
	tagStr       tag = "str"
	tagBinary    tag = "binary"
	tagTimestamp tag = "timestamp"
	tagSeq       tag = "seq"
	tagMap       tag = "map"
	tagSet       tag = "set"
	tagOmap      tag = "omap"
	tagPairs     tag = "pairs"
	tagMerge     tag = "merge"
	tagValue     tag = "value"
	tagYAML      tag = "yaml"
)

// version is the minor version of YAML 1 that a text is read by.
type version int

const (
	version11 version = 1
	version12 version = 2 // unless a %YAML directive says otherwise
)

// resolve returns the tag of a plain text.
func resolve(text string, v version) tag {
	// The original's patterns let one line break at the end pass.
	whole := strings.TrimSuffix(text, "\n")
	if whole == "" && text != "" {
		return tagStr
	}
	switch whole {
	case "", "~", "null", "Null", "NULL":
		return tagNull
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return tagBool
	case "<<":
		return tagMerge
	case "=":
		return tagValue
	case "!", "&", "*":
		return tagYAML
	}
	if v == version11 && isOldBool(whole) {
		return tagBool
	}
	if strings.IndexByte("+-.0123456789", whole[0]) < 0 {
		return tagStr
	}
	switch {
	case isFloat(whole, v):
		return tagFloat
	case whole[0] != '.' && isInt(whole, v):
		return tagInt
	case isTimestamp(whole):
		return tagTimestamp
	}
	return tagStr
}

// isOldBool tells the words that YAML 1.1 has for true and false besides these.
func isOldBool(text string) bool {
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF":
		return true
	}
	return false
}

const (
	decimals   = "0123456789"
	decimals_  = decimals + "_"
	hexDigits_ = decimals_ + "abcdefABCDEF"
)

// span returns how many of the first bytes of text are in set.
func span(text, set string) int {
	return len(text) - len(strings.TrimLeft(text, set))
}

func unsigned(text string) string {
	if text != "" && (text[0] == '-' || text[0] == '+') {
		return text[1:]
	}
	return text
}

func consistsOf(text, set string) bool {
	return text != "" && span(text, set) == len(text)
}

func isInt(text string, v version) bool {
	text = unsigned(text)
	based := func(prefix, digits string) bool {
		rest, ok := strings.CutPrefix(text, prefix)
		return ok && consistsOf(rest, digits)
	}
	if based("0b", "01_") || based("0x", hexDigits_) {
		return true
	}
	if v != version11 {
		return based("0o", "01234567_") || consistsOf(text, decimals_)
	}
	if consistsOf(text, "01234567_") {
		return true
	}
	head := span(text, decimals_)
	if head == 0 || text[0] < '1' || text[0] > '9' {
		return false
	}
	return head == len(text) || isSexagesimal(text[head:])
}

// isSexagesimal tells whether text is one or more groups like :59.
func isSexagesimal(text string) bool {
	for ok := true; ok && text != ""; {
		if text, ok = strings.CutPrefix(text, ":"); !ok {
			return false
		}
		n := span(text, decimals)
		if n == 0 || n > 2 || n == 2 && text[0] > '5' {
			return false
		}
		text = text[n:]
	}
	return true
}

func isFloat(text string, v version) bool {
	bare := unsigned(text)
	switch bare {
	case ".inf", ".Inf", ".INF":
		return true
	case ".nan", ".NaN", ".NAN":
		return bare == text
	}
	whole := span(bare, decimals_)
	rest := bare[whole:]
	if whole == 0 {
		rest, ok := strings.CutPrefix(rest, ".")
		n := span(rest, decimals_)
		if !ok || n == 0 || v == version11 && bare != text {
			return false
		}
		// An exponent after a bare point needs a sign.
		return n == len(rest) || isExponent(rest[n:]) && strings.IndexByte("+-", rest[n+1]) >= 0
	}
	if bare[0] == '_' {
		return false
	}
	if fraction, ok := strings.CutPrefix(rest, "."); ok {
		fraction = fraction[span(fraction, decimals_):]
		return fraction == "" || isExponent(fraction)
	}
	if v == version11 && strings.HasPrefix(rest, ":") {
		point := strings.IndexByte(rest, '.')
		return point > 0 && isSexagesimal(rest[:point]) && span(rest[point+1:], decimals_) == len(rest)-point-1
	}
	return isExponent(rest)
}

// isExponent tells whether text is like e10, e+10 or E-10.
func isExponent(text string) bool {
	return text != "" && (text[0] == 'e' || text[0] == 'E') && consistsOf(unsigned(text[1:]), decimals)
}
