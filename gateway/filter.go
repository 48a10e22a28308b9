package gateway

import (
	"bytes"
	"strings"
)

// filter is a topic filter of a dimension, with the variables of one connection
// put in.
type filter []filterLevel

type filterLevel struct {
	kind byte // levelText, levelOne or levelRest
	text string
}

const (
	levelText byte = iota
	levelOne       // +
	levelRest      // #
)

const variable = "${"

// compileFilter reads a filter. What value returns for a variable stands for
// itself only, wildcards and all; ok is false if there is none, for then the filter
// matches nothing.
func compileFilter(text string, value func(name string) (string, bool)) (f filter, ok bool) {
	for _, level := range strings.Split(text, "/") {
		switch level {
		case "+":
			f = append(f, filterLevel{kind: levelOne})
			continue
		case "#":
			f = append(f, filterLevel{kind: levelRest})
			continue
		}
		if level, ok = substitute(level, value); !ok {
			return nil, false
		}
		for _, part := range strings.Split(level, "/") {
			f = append(f, filterLevel{text: part})
		}
	}
	return f, true
}

// String returns the filter as it is written.
func (f filter) String() string {
	levels := make([]string, len(f))
	for i, l := range f {
		levels[i] = [...]string{levelText: l.text, levelOne: "+", levelRest: "#"}[l.kind]
	}
	return strings.Join(levels, "/")
}

func substitute(level string, value func(name string) (string, bool)) (string, bool) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(level, variable)
		out.WriteString(before)
		if !found {
			return out.String(), true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", false
		}
		v, known := value(name)
		if !known {
			return "", false
		}
		out.WriteString(v)
		level = after
	}
}

// matches tells whether a topic, or a filter taken as text, matches f as AWS IoT
// has it: "a/#" does not match "a", and a wildcard at the beginning nothing that
// begins with $ (U55).
func (f filter) matches(topic []byte) bool {
	if len(topic) > 0 && topic[0] == '$' && f[0].kind != levelText {
		return false
	}
	for i := range f {
		if f[i].kind == levelRest {
			return true
		}
		level, rest, more := bytes.Cut(topic, []byte{'/'})
		if f[i].kind == levelText && string(level) != f[i].text || more != (i < len(f)-1) {
			return false
		}
		topic = rest
	}
	return true
}
