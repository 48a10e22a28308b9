package yaml

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"vedette/cli/document"
)

func TestParse(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"ok/nothing", "", "value n"},
		{"ok/comment only", "# nothing\n", "value n"},
		{"ok/input", "---\n# top\nname: N # why\ntags:\n- {Key: \"a b\", Value: 'c: d'}\n", `value {"name":"N","tags":[{"Key":"a b","Value":"c: d"}]}`},
		{"ok/order of keys", "b: 1\na: 2\n", `value {"b":i1,"a":i2}`},
		{"ok/words of 1.2", "[yes, no, on, off, y, True, FALSE, tRue, ~, Null, nul]", `value ["yes","no","on","off","y",t,f,"tRue",n,n,"nul"]`},
		{"ok/words of 1.1", "%YAML 1.1\n---\n[yes, No, on, OFF, 010, 1:30, 1:30.5]", `value [t,f,t,f,i8,i90,d90.5]`},
		{"ok/integers", "[0, -0, +12, 017, 0o17, 0x1F, 0b101, 1_000, 12345678901234567890]", `value [i0,i0,i12,i17,i15,i31,i5,i1000,i12345678901234567890]`},
		{"ok/least integer", "[-0x8000000000000000, -9223372036854775808]", `value [i-9223372036854775808,i-9223372036854775808]`},
		{"ok/floats", "[1.5, .5, 1., 1e3, -.inf, .NaN, 1_0.5, 1e400]", `value [d1.5,d0.5,d1.0,d1000.0,d-inf,dnan,d10.5,dinf]`},
		{"ok/no numbers", "[1.2.3, 0o8, .e1, 1e, -, +., _1]", `value ["1.2.3","0o8",".e1","1e","-","+.","_1"]`},
		{"ok/dates", "[2020-01-02, 2020-1-2, 2001-12-14t21:59:43.10-05:00, 2001-12-14 21:59:43 Z]", `value [D2020-01-02,"2020-1-2",T2001-12-15T02:59:43.100000,T2001-12-14T21:59:43]`},
		{"ok/second carried", "[2020-01-01 00:00:00.9999999, 2020-01-01 00:00:00.9999999+1]", `value [T2020-01-01T00:00:01,T2019-12-31T22:59:59]`},
		{"ok/tags", "[!!str 12, !!int \"3\", !!float 1, !!null x, ! 12, !!binary aGVsbG8=]", `value ["12",i3,d1.0,n,i12,b68656c6c6f]`},
		{"ok/binary junk", "!!binary \"aG Vs.bG8=ignored\"", `value b68656c6c6f`},
		{"ok/ordered map and pairs", "- !!omap [b: 1, a: 2]\n- !!pairs [a: 1, a: 2]\n", `value [{"b":i1,"a":i2},[["a",i1],["a",i2]]]`},
		{"ok/set", "!!set {b, a}", `value {"b":n,"a":n}`},
		{"ok/tag handles", "%TAG !e! tag:yaml.org,2002:\n---\n!e!str 12", `value "12"`},
		{"ok/anchors", "- &b\n  name: A\n- *b\n", `value [{"name":"A"},{"name":"A"}]`},
		{"ok/merge", "- &a {x: 1, y: 2}\n- &b {y: 3}\n- {z: 4, <<: [*b, *a], x: 5}\n", `value [{"x":i1,"y":i2},{"y":i3},{"x":i5,"y":i3,"z":i4}]`},
		{"ok/block scalars", "a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: |+\n  k\n\n", `value {"a":"x\n y\n","b":"x y\nz","c":"k\n\n"}`},
		{"ok/quoted", "a: \"x\\ty\\u00e9 \\\n   z\"\nb: 'it''s\n  so'\n", `value {"a":"x\ty\u00e9 z","b":"it's so"}`},
		{"ok/pair of surrogates", `"\ud83d\ude00 \ud83d"`, `value "\ud83d\ude00 \ufffd"`},
		{"ok/colons in flow", "[a:b, c: d, :e]", `value ["a:b",{"c":"d"},":e"]`},
		{"ok/colon in quotes", `{"a":1,b:2}`, `value {"a":i1,"b:2":n}`},
		{"ok/key of several lines", "? a\n: b\n? [c, d]\n: e\n", `value {"a":"b",["c","d"]:"e"}`},
		{"ok/no key", ": a", `value {n:"a"}`},
		{"ok/line ends", "a: b\r\nc: d\r\n", `value {"a":"b","c":"d"}`},
		{"ok/byte order mark", "\ufeffa: b", `value {"a":"b"}`},
		{"ok/UTF-16", "\xff\xfea\x00:\x00 \x00\xe9\x00", `value {"a":"\u00e9"}`},
		{"fail/half of UTF-16", "\xff\xfe=\xd8a\x00", "invalid"},
		{"fail/UTF-8", "a: \xff", "invalid"},
		{"fail/control character", "a: \x07", "invalid"},
		{"fail/open bracket", "a: [1\n", "invalid"},
		{"fail/tab after a colon", "a:\tb", "invalid"},
		{"fail/tab at the end", "a: b\t\n", "invalid"},
		{"fail/two documents", "--- a\n--- b\n", "invalid"},
		{"fail/same key twice", "a: 1\na: 2\n", "invalid"},
		{"fail/equal keys", "1: a\ntrue: b\n", "invalid"},
		{"fail/unknown alias", "*a", "invalid"},
		{"fail/alias of itself", "&a [*a]", "invalid"},
		{"fail/unknown tag", "!foo x", "invalid"},
		{"fail/map as key", "{{a: b}: c}", "invalid"},
		{"fail/merge alone", "a: <<", "invalid"},
		{"fail/long key", strings.Repeat("k", 1025) + ": v", "invalid"},
		{"fail/month", "2020-13-01", "error month must be in 1..12"},
		{"fail/day", "2021-02-29", "error day is out of range for month"},
		{"fail/no digits", "0x_", "error invalid literal for int() with base 16: ''"},
		{"fail/no bool", "!!bool maybe", "error 'maybe'"},
		{"fail/no float", "!!float x", "error could not convert string to float: 'x'"},
		{"fail/empty number", `!!int ""`, "error string index out of range"},
		{"fail/list in a key", "{[[a]]: b}", "error unhashable type: 'list'"},
		{"fail/version", "%YAML 1.3\n---\na", "error (1, 3)"},
		{"fail/character", `"\U00110000"`, "error chr() arg not in range(0x110000)"},
		{"fail/depth", strings.Repeat("[", 5000), "error maximum recursion depth exceeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(Parse(tt.text)); got != tt.want {
				t.Errorf("Parse(%q)\n got %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}

// TestParseKeys is about keys that are no strings: maps go by their texts.
func TestParseKeys(t *testing.T) {
	v, err := Parse("{1: a, 2.5: b, ~: d, 2020-01-01: e, [x, 1]: f, g: h}")
	if err != nil {
		t.Fatal(err)
	}
	m := v.(*document.Map)
	for text, kind := range map[string]string{
		"1": "int", "2.5": "float", "None": "NoneType", "2020-01-01": "datetime.date", "('x', 1)": "tuple", "g": "str",
	} {
		if !m.Has(text) || document.TypeName(m.Key(text)) != kind {
			t.Errorf("key %s: got %v of type %s, want type %s", text, m.Has(text), document.TypeName(m.Key(text)), kind)
		}
	}
}

// TestParseBounds is about small texts that stand for much.
func TestParseBounds(t *testing.T) {
	nine := func(i int) string { return strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i), 9), ",") }
	aliases, merges, deep := "- &a0 [x]\n", "- &a0 {x: y, z: w}\n", "- &a0 [x]\n"
	for i := range 1000 {
		aliases += fmt.Sprintf("- &a%d [%s]\n", i+1, nine(i))
		merges += fmt.Sprintf("- &a%d {<<: [%s], k%d: v}\n", i+1, nine(i), i)
		deep += fmt.Sprintf("- &a%d [*a%d]\n", i+1, i)
	}
	long := "- &a\n  ? " + strings.Repeat("k", 1<<20) + "\n  : v\n" + strings.Repeat("- {<<: *a}\n", 1000)
	tests := []struct{ name, text, want string }{
		{"fail/aliases", aliases, "invalid"},
		{"fail/merges", merges, "invalid"},
		{"fail/long keys merged", long, "invalid"},
		{"fail/deep aliases", deep, "error maximum recursion depth exceeded"},
		{"fail/long", strings.Repeat("a", maxText+1), "invalid"},
		{"fail/long integer", "0x" + strings.Repeat("f", 1<<20), "invalid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(Parse(tt.text)); got != tt.want {
				t.Errorf("got %.100s, want %s", got, tt.want)
			}
		})
	}
}

func TestSyntaxErrorPlace(t *testing.T) {
	_, err := Parse("a: b\nc: d: e\n")
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 2 {
		t.Errorf("got %v, want a fault in line 2", err)
	}
}
