package yaml

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"vedette/cli/document"
)

// lineWidth is the column after which a line is broken at the next blank.
const lineWidth = 80

// scalar writes what is neither a map nor a list.
func (e *emitter) scalar(v document.Value, key bool) {
	outer := e.indent
	if e.indent += indentStep; outer < 0 {
		e.indent = indentStep
	}
	defer func() { e.indent = outer }()
	switch v := v.(type) {
	case string:
		e.text(valid(v), key)
	case document.Bytes:
		e.indicator("!!binary", true, false, false)
		if len(v) == 0 {
			e.doubleQuoted("", key)
		} else {
			e.literal(base64Lines(v))
		}
	default:
		e.plain(plainText(v), key)
	}
}

// valid returns s with U+FFFD for each byte that is no UTF-8.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// plainText returns the text of a scalar that needs no quotes.
func plainText(v document.Value) string {
	switch v := v.(type) {
	case float64:
		switch {
		case math.IsNaN(v):
			return ".nan"
		case math.IsInf(v, 1):
			return ".inf"
		case math.IsInf(v, -1):
			return "-.inf"
		}
	case document.Timestamp, document.Date:
		return document.Text(v)
	}
	return document.JSON(v)
}

// base64Lines is base64 in lines of 76, each with a newline, as MIME has it.
func base64Lines(b []byte) []string {
	var lines []string
	for text := base64.StdEncoding.EncodeToString(b); text != ""; {
		n := min(76, len(text))
		lines = append(lines, text[:n])
		text = text[n:]
	}
	return lines
}

func (e *emitter) literal(lines []string) {
	e.indicator("|", true, false, false)
	e.lineBreak("\n")
	e.whitespace, e.indention = true, true
	for _, line := range lines {
		e.newLine()
		e.put(line, len(line))
		e.lineBreak("\n")
	}
}

// text writes a string in the plainest style that gives it back. No breaks are
// made in a key.
func (e *emitter) text(s string, key bool) {
	a := analyze(s)
	switch {
	case a.plain && resolve(s, version12) == tagStr && !(s == "" && key):
		e.plain(s, key)
	case a.single && !(key && a.multiline):
		e.singleQuoted(s, key)
	default:
		e.doubleQuoted(s, key)
	}
}

// foldable tells whether the line may be broken instead of writing the blank
// that starts rest: only single blanks inside of the text give way.
func (e *emitter) foldable(key, blank bool, rest string) bool {
	return !key && !blank && e.column > lineWidth && !strings.HasPrefix(rest[1:], " ")
}

func (e *emitter) plain(s string, key bool) {
	if !e.whitespace && s != "" {
		e.put(" ", 1)
	}
	blank := false
	for i, r := range s {
		switch {
		case r == ' ' && e.foldable(key, blank, s[i:]):
			e.newLine()
		case r == ' ':
			e.put(" ", 1)
		default:
			e.put(string(r), 1)
			e.indention = false
		}
		blank = r == ' '
	}
	e.whitespace, e.indention = false, false
}

func (e *emitter) singleQuoted(s string, key bool) {
	e.indicator("'", true, false, false)
	blank, broken := false, false
	for i, r := range s {
		switch {
		case r == ' ' && i > 0 && i < len(s)-1 && e.foldable(key, blank, s[i:]):
			e.newLine()
		case r == ' ':
			e.put(" ", 1)
		case isBreak(r):
			// One line break is a blank in quotes, so the first of a row counts twice.
			if !broken && r == '\n' {
				e.lineBreak("\n")
			}
			e.lineBreak(string(r))
			e.indention, broken = true, true
		default:
			if broken {
				e.newLine()
			}
			if r == '\'' {
				e.put("'", 1)
			}
			e.put(string(r), 1)
			e.indention, broken = false, false
		}
		blank = r == ' '
	}
	if broken {
		e.newLine()
	}
	e.indicator("'", false, false, false)
	e.whitespace, e.indention = false, false
}

func (e *emitter) doubleQuoted(s string, key bool) {
	e.indicator(`"`, true, false, false)
	blank := false
	for i, r := range s {
		switch {
		case r == '"' || r == '\\' || isBreak(r) || !isPrintable(r):
			e.put(escape(r), len(escape(r)))
		case r == ' ' && !key && !blank && e.column > lineWidth && i > 0 && i < len(s)-1:
			e.newLine()
			// A blank at the start of a line would be lost.
			if strings.HasPrefix(s[i+1:], " ") {
				e.put(`\`, 1)
			}
		default:
			e.put(string(r), 1)
		}
		blank = r == ' '
	}
	e.indicator(`"`, false, false, false)
	e.whitespace, e.indention = false, false
}

// escape returns the escape of a character in double quotes.
func escape(r rune) string {
	for i, special := range []rune("\x00\a\b\t\n\v\f\r\x1b\"\\\u0085\u00a0\u2028\u2029") {
		if r == special {
			return `\` + `0abtnvfre"\N_LP`[i:i+1]
		}
	}
	switch {
	case r <= 0xff:
		return fmt.Sprintf(`\x%02X`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04X`, r)
	}
	return fmt.Sprintf(`\U%08X`, r)
}
