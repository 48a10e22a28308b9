package bridge

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPattern(t *testing.T) {
	for _, tc := range []struct{ pattern, topic, thing string }{ // thing "-": no match
		{"fleet/{thing}/defender", "fleet/cam-1/defender", "cam-1"},
		{"fleet/{thing}/defender", "fleet//defender", ""},
		{"fleet/{thing}/defender", "fleet/cam-1/defender/accepted", "-"},
		{"fleet/{thing}/defender", "fleet/cam-1", "-"},
		{"fleet/{thing}/defender", "fleet/a/b/defender", "-"},
		{"+/{thing}", "site/cam", "cam"},
		{"{thing}/state", "cam/state", "cam"},
		{"{thing}/state", "$SYS/state", "-"}, // [MQTT-4.7.2-1]
		{"fleet/{thing}/#", "fleet/cam/a/b", "cam"},
		{"fleet/{thing}/#", "fleet/cam", "cam"}, // section 4.7.1.2
		{"fleet/{thing}/#", "fleet", "-"},
		{"$aws/rules/report/{thing}", "$aws/rules/report/cam", "cam"},
	} {
		p, err := parsePattern(tc.pattern, true)
		if err != nil {
			t.Fatalf("%s: %v", tc.pattern, err)
		}
		thing, ok := p.match(tc.topic)
		if !ok {
			thing = "-"
		}
		if thing != tc.thing {
			t.Errorf("%s against %s: got %q, want %q", tc.pattern, tc.topic, thing, tc.thing)
		}
	}
}

func TestPatternFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "is missing",
		"fleet/x/defender":          "has 0 levels {thing}",
		"{thing}/{thing}":           "has 2 levels {thing}",
		"fleet/cam-{thing}/x":       "each as a whole level",
		"fleet/{thing}/a+":          "each as a whole level",
		"fleet/{thing}/{name}":      "each as a whole level",
		"fleet/#/{thing}":           "has a # where none can be",
		"$share/g/f/{thing}":        "shared subscriptions",
		"fleet/\x00/{thing}":        "UTF-8 without zeros",
		"fleet/\xff/{thing}":        "UTF-8 without zeros",
		strings.Repeat("a", 70_000): "at most 65535 bytes",
	} {
		if _, err := parsePattern(text, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %q", text, err, want)
		}
	}
	if _, err := parsePattern("fleet/{thing}/#", false); err == nil {
		t.Error("a # was taken where it is not allowed")
	}
}

// expression is the same as a pattern or filter, as the specification has it.
func expression(filter string) *regexp.Regexp {
	levels := strings.Split(filter, "/")
	text := "^"
	for i, level := range levels {
		separator := "/"
		if i == 0 {
			separator = ""
		}
		switch level {
		case "#":
			if i == 0 {
				text += "[^$](?s:.)*|"
			} else {
				text += "(?:/(?s:.)*)?"
			}
		case "+", thingLevel:
			one := "[^/]*"
			if i == 0 {
				one = "(?:[^/$][^/]*)?"
			}
			if level == thingLevel {
				one = "(" + one + ")"
			}
			text += separator + one
		default:
			text += separator + regexp.QuoteMeta(level)
		}
	}
	return regexp.MustCompile(text + "$")
}

func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{"fleet/{thing}/defender", "fleet/cam/defender"}, {"{thing}", "$SYS"}, {"+/{thing}/#", "/"}, {"a/{thing}/#", "a/"}, {"/{thing}", "//"}, {"fleet/{thing}/#", "fleet/x\n/y"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, topic string) {
		p, err := parsePattern(text, true)
		if err != nil || len(text) > 1000 || !validTopic(topic) {
			return
		}
		thing, ok := p.match(topic)
		m := expression(text).FindStringSubmatch(topic)
		if ok != (m != nil) || ok && thing != m[1] {
			t.Errorf("%q against %q: got %q, %v; want %q", text, topic, thing, ok, m)
		}
		if ok && !covers(p.filter(), topic) {
			t.Errorf("%q matches %q, but its filter does not", text, topic)
		}
	})
}

func validTopic(topic string) bool { return topic != "" && !strings.ContainsAny(topic, "+#\x00") }

// FuzzFilters holds what covers and overlap say of two filters against a topic.
func FuzzFilters(f *testing.F) {
	for _, seed := range [][3]string{
		{"a/#", "a", "a"}, {"a/+", "a/b", "a/b"}, {"+/b", "a/+", "a/b"}, {"#", "$SYS/x", "$SYS/x"}, {"a/+/#", "a/b", "a/b"}, {"+", "$a", "$a"}, {"a/#", "a/+/c", "a/x/c"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, a, b, topic string) {
		if !utf8.ValidString(a+"\x00"+b+"\x00"+topic) || !validFilter(a) || !validFilter(b) || !validTopic(topic) || len(a)+len(b) > 1000 {
			return
		}
		inA, inB := expression(a).MatchString(topic), expression(b).MatchString(topic)
		switch {
		case inB && !inA && covers(a, b):
			t.Errorf("%q is said to cover %q, but not %q", a, b, topic)
		case inA && inB && !overlap(a, b):
			t.Errorf("%q and %q are said to match nothing both, but %q", a, b, topic)
		case overlap(a, b) != overlap(b, a):
			t.Errorf("overlap of %q and %q is not the same both ways", a, b)
		case covers(a, b) && covers(b, a) && a != b && !strings.Contains(a+b, "#"):
			t.Errorf("%q and %q cover each other", a, b)
		}
	})
}

func validFilter(filter string) bool {
	for i, level := range strings.Split(filter, "/") {
		if level != "+" && level != "#" && strings.ContainsAny(level, "+#{}\x00") || level == "#" && (i != strings.Count(filter, "/") || i == 0) {
			return false
		}
	}
	return filter != ""
}

func TestCoversAndOverlap(t *testing.T) {
	for _, tc := range []struct {
		a, b             string
		covers, overlaps bool
	}{
		{"fleet/+/#", "fleet/+/defender", true, true},
		{"fleet/+/defender", "fleet/+/#", false, true},
		{"a/#", "a", true, true},
		{"a", "a/#", false, true},
		{"a/+/c", "a/b/+", false, true},
		{"a/+", "b/+", false, false},
		{"+/x", "$aws/x", false, false},
		{"a/+", "a/b/c", false, false},
		{"a/b", "a/+", false, true},
		{"$aws/#", "$aws/x/+", true, true},
	} {
		if got := covers(tc.a, tc.b); got != tc.covers {
			t.Errorf("%s covers %s: got %v", tc.a, tc.b, got)
		}
		if got := overlap(tc.a, tc.b); got != tc.overlaps {
			t.Errorf("%s overlaps %s: got %v", tc.a, tc.b, got)
		}
	}
}

func TestTemplate(t *testing.T) {
	p, err := parsePattern("fleet/+/{thing}/defender", false)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][2]string{
		"{topic}/accepted":      {"fleet/north/cam/defender/accepted", "fleet/+/+/defender/accepted"},
		"replies/{thing}/ok":    {"replies/cam/ok", "replies/+/ok"},
		"replies/of-{thing}/ok": {"replies/of-cam/ok", "replies/+/ok"},
		"replies":               {"replies", "replies"},
	} {
		r, err := parseTemplate(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.topic("fleet/north/cam/defender", "cam"); got != want[0] {
			t.Errorf("%s: got topic %s, want %s", text, got, want[0])
		}
		if got := r.filter(p); got != want[1] {
			t.Errorf("%s: got filter %s, want %s", text, got, want[1])
		}
	}
	for _, text := range []string{"a/+", "#", "{name}/x", "a}", "a\x00"} {
		if _, err := parseTemplate(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
