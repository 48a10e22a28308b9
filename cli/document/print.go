package document

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// JSON prints v as Python's json.dumps(v, indent=4, ensure_ascii=False) does,
// without a newline at the end. Timestamps are ISO 8601, blobs are text.
func JSON(v Value) string {
	var b strings.Builder
	appendJSON(&b, v, "\n")
	return b.String()
}

// Compact prints v as Python's json.dumps(v) does: on one line, ", " and ": "
// between, all but ASCII escaped.
func Compact(v Value) string {
	var b strings.Builder
	appendJSON(&b, v, "")
	return b.String()
}

// appendJSON writes v; newline is a newline with the indent of the line that v
// stands in, or empty for the compact form.
func appendJSON(b *strings.Builder, v Value, newline string) {
	inner, comma := "", ", "
	if newline != "" {
		inner, comma = newline+"    ", ","
	}
	switch v := v.(type) {
	case []Value:
		if len(v) == 0 {
			b.WriteString("[]")
			return
		}
		b.WriteByte('[')
		for i, element := range v {
			if i > 0 {
				b.WriteString(comma)
			}
			b.WriteString(inner)
			appendJSON(b, element, inner)
		}
		b.WriteString(newline + "]")
	case *Map:
		if v.Len() == 0 {
			b.WriteString("{}")
			return
		}
		b.WriteByte('{')
		for i, key := range v.keys {
			if i > 0 {
				b.WriteString(comma)
			}
			b.WriteString(inner)
			appendString(b, key, newline == "")
			b.WriteString(": ")
			appendJSON(b, v.values[i], inner)
		}
		b.WriteString(newline + "}")
	default:
		appendScalar(b, v, newline == "")
	}
}

func appendScalar(b *strings.Builder, v Value, ascii bool) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case *big.Int:
		b.WriteString(v.String())
	case float64:
		switch {
		case math.IsNaN(v):
			b.WriteString("NaN")
		case math.IsInf(v, 0):
			b.WriteString(strings.Replace(Float(v), "inf", "Infinity", 1))
		default:
			b.WriteString(Float(v))
		}
	case string:
		appendString(b, v, ascii)
	case Bytes:
		appendString(b, string(v), ascii)
	case Timestamp:
		appendString(b, v.format("2006-01-02T15:04:05"), ascii)
	case Date:
		appendString(b, Text(v), ascii)
	}
}

func appendString(b *strings.Builder, s string, ascii bool) {
	b.WriteByte('"')
	for at, r := range s {
		switch {
		case ascii && isStray(s, at, r):
			b.WriteString(strayEscape(s[at]))
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r >= ' ' && (r < 0x7f || !ascii):
			b.WriteRune(r)
		case strings.ContainsRune("\n\r\t\f\b", r):
			b.WriteString(map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`, '\f': `\f`, '\b': `\b`}[r])
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
}

// Float prints a float as Python's repr does: the shortest text that reads back,
// with a point (1.0), and an exponent of two digits below 1e-4 and from 1e16 on.
func Float(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// Text prints v as Python's str does: strings as they are, True, False, None,
// what is inside lists and maps as Repr does.
func Text(v Value) string {
	switch v := v.(type) {
	case string:
		return v
	case Timestamp:
		return v.format(time.DateTime)
	case Date:
		return time.Time(v).Format(time.DateOnly)
	}
	return Repr(v)
}

// Repr prints v as Python's repr does.
func Repr(v Value) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case float64:
		return Float(v)
	case string:
		return quote(v)
	case Bytes:
		return "b" + quoteBytes(v)
	case Timestamp:
		return v.repr()
	case Date:
		t := time.Time(v)
		return fmt.Sprintf("datetime.date(%d, %d, %d)", t.Year(), t.Month(), t.Day())
	case Tuple:
		inside := Repr([]Value(v))
		inside = inside[1 : len(inside)-1]
		if len(v) == 1 {
			inside += ","
		}
		return "(" + inside + ")"
	case []Value:
		parts := make([]string, len(v))
		for i, element := range v {
			parts[i] = Repr(element)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *Map:
		parts := make([]string, 0, v.Len())
		for key, value := range v.All() {
			parts = append(parts, Repr(v.Key(key))+": "+Repr(value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

// format prints t in the given layout, with six digits of a fraction if it has one.
func (t Timestamp) format(layout string) string {
	if time.Time(t).Nanosecond()/1000 != 0 {
		layout += ".000000"
	}
	return time.Time(t).Format(layout)
}

// repr prints t as Python's repr does, which leaves out seconds that are zero.
func (t Timestamp) repr() string {
	at := time.Time(t)
	s := fmt.Sprintf("datetime.datetime(%d, %d, %d, %d, %d", at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute())
	micro := at.Nanosecond() / 1000
	if at.Second() != 0 || micro != 0 {
		s += fmt.Sprintf(", %d", at.Second())
	}
	if micro != 0 {
		s += fmt.Sprintf(", %d", micro)
	}
	return s + ")"
}

// quotes returns the quotes that Python puts round s: double ones only if s has
// single ones and no double ones.
func quotes(s string) byte {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return '"'
	}
	return '\''
}

func quote(s string) string {
	q := quotes(s)
	var b strings.Builder
	b.WriteByte(q)
	for at, r := range s {
		switch {
		case isStray(s, at, r):
			b.WriteString(strayEscape(s[at]))
		case r == rune(q) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == ' ' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte(q)
	return b.String()
}

// isStray tells whether r, read at a place of s, stands for a byte that is no UTF-8.
// A command line can have some.
func isStray(s string, at int, r rune) bool {
	return r == utf8.RuneError && !strings.HasPrefix(s[at:], string(utf8.RuneError))
}

// strayEscape names such a byte as Python does, which keeps it as half of a surrogate pair.
func strayEscape(c byte) string { return fmt.Sprintf(`\udc%02x`, c) }

// Escape returns s as Python prints it to standard error: with the bytes that are
// no UTF-8 as escapes.
func Escape(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for at, r := range s {
		if isStray(s, at, r) {
			b.WriteString(strayEscape(s[at]))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func quoteBytes(s []byte) string {
	q := quotes(string(s))
	var b strings.Builder
	b.WriteByte(q)
	for _, c := range s {
		switch {
		case c == q || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(q)
	return b.String()
}
