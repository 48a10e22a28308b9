package document_test

import (
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"vedette/cli/document"
)

func parse(t *testing.T, text string) document.Value {
	t.Helper()
	v, err := document.Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return v
}

// The texts on the right are what Python's json.dumps(json.loads(text)) prints.
func TestParseAndPrint(t *testing.T) {
	for _, c := range []struct{ name, text, compact string }{
		{"ok/order of keys", `{"b":1,"a":2}`, `{"b": 1, "a": 2}`},
		{"ok/equal keys", `{"a":1,"b":2,"a":3}`, `{"a": 3, "b": 2}`},
		{"ok/integers stay integers", `[1,-0,12345678901234567890]`, `[1, 0, 12345678901234567890]`},
		{"ok/floats", `[1.0,1e2,-0.0,1e16,1e-5,0.0001,123456789.125,1e400]`, `[1.0, 100.0, -0.0, 1e+16, 1e-05, 0.0001, 123456789.125, Infinity]`},
		{"ok/no numbers", `[NaN,Infinity,-Infinity]`, `[NaN, Infinity, -Infinity]`},
		{"ok/words", `[null,true,false]`, `[null, true, false]`},
		{"ok/empty", ` { "a" : [ ] , "b" : { } } `, `{"a": [], "b": {}}`},
		{"ok/escapes", `"\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00"`, `"\"\\/\b\f\n\r\t\u00e4\ud83d\ude00"`},
		{"ok/delete", "\"\x7f\"", `"\u007f"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := document.Compact(parse(t, c.text)); got != c.compact {
				t.Errorf("got %s, want %s", got, c.compact)
			}
		})
	}
}

func TestParseFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"fail/nothing", "", "Expecting value: line 1 column 1 (char 0)"},
		{"fail/word", `{oops`, "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{"fail/no value", "[1,\n ]", "Expecting value: line 2 column 2 (char 5)"},
		{"fail/no comma", `{"a":1 "b"`, "Expecting ',' delimiter: line 1 column 8 (char 7)"},
		{"fail/no colon", `{"a" 1}`, "Expecting ':' delimiter: line 1 column 6 (char 5)"},
		{"fail/more behind", `{} {}`, "Extra data: line 1 column 4 (char 3)"},
		{"fail/open string", `["abc`, "Unterminated string starting at: line 1 column 2 (char 1)"},
		{"fail/control character", "\"a\nb\"", "Invalid control character at: line 1 column 3 (char 2)"},
		{"fail/escape", `"ä\x"`, "Invalid \\escape: line 1 column 3 (char 2)"},
		{"fail/half escape", `"\u12"`, "Invalid \\uXXXX escape: line 1 column 3 (char 2)"},
		{"fail/depth", strings.Repeat("[", 100_000), "maximum recursion depth exceeded while decoding a JSON array from a unicode string"},
		{"fail/depth of objects", strings.Repeat(`{"a":`, 100_000), "maximum recursion depth exceeded while decoding a JSON object from a unicode string"},
		{"fail/huge integer", "[-" + strings.Repeat("9", 4301) + "]", "Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := document.Parse(c.text)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	v := parse(t, `{"a":[1,{"b":"größe"}],"c":[],"d":{}}`)
	v.(*document.Map).Set("e", document.Timestamp(time.Unix(0, 0).UTC()))
	want := "{\n    \"a\": [\n        1,\n        {\n            \"b\": \"größe\"\n        }\n    ],\n    \"c\": [],\n    \"d\": {},\n    \"e\": \"1970-01-01T00:00:00\"\n}"
	if got := document.JSON(v); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRepr(t *testing.T) {
	v := document.NewMap("a", []document.Value{nil, true, int64(1), 1.5, "it's", `say "it's"`, "tab\t\x01é\u200b"},
		"b", document.Bytes("x'\n\xff"), "c", document.Timestamp(time.Unix(0, 0).UTC()))
	want := `{'a': [None, True, 1, 1.5, "it's", 'say "it\'s"', 'tab\t\x01é\u200b'], 'b': b"x'\n\xff", 'c': datetime.datetime(1970, 1, 1, 0, 0)}`
	if got := document.Repr(v); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := document.Text("it's"); got != "it's" {
		t.Errorf("Text of a string: got %s", got)
	}
	if got := document.Text(document.Timestamp(time.Unix(0, 0).UTC())); got != "1970-01-01 00:00:00" {
		t.Errorf("Text of a timestamp: got %s", got)
	}
}

func TestTruthAndTypeName(t *testing.T) {
	big12 := new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil)
	for _, c := range []struct {
		v     document.Value
		truth bool
		name  string
	}{
		{nil, false, "NoneType"}, {false, false, "bool"}, {true, true, "bool"}, {int64(0), false, "int"}, {big12, true, "int"},
		{0.0, false, "float"}, {math.NaN(), true, "float"}, {"", false, "str"}, {"a", true, "str"}, {[]document.Value{}, false, "list"},
		{new(document.Map), false, "dict"}, {document.NewMap("a", nil), true, "dict"}, {document.Bytes{}, false, "bytes"},
		{document.Timestamp{}, true, "datetime.datetime"},
	} {
		if got := document.Truth(c.v); got != c.truth {
			t.Errorf("Truth(%v): got %v", c.v, got)
		}
		if got := document.TypeName(c.v); got != c.name {
			t.Errorf("TypeName(%v): got %s, want %s", c.v, got, c.name)
		}
	}
}

func TestMap(t *testing.T) {
	m := document.NewMap("b", int64(1), "a", int64(2))
	m.Set("c", nil)
	m.Set("b", int64(3))
	m.Delete("a")
	m.Delete("none")
	if got, want := m.Keys(), []string{"b", "c"}; !reflect.DeepEqual(got, want) {
		t.Errorf("keys: got %v, want %v", got, want)
	}
	if v, ok := m.Get("c"); v != nil || !ok || !m.Has("c") || m.Has("a") || m.Value("b") != int64(3) {
		t.Errorf("c: %v %v; b: %v", v, ok, m.Value("b"))
	}
}

// FuzzParse: what is read prints to a text that reads back to the same, and
// what encoding/json takes is taken.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,"x\ud83d\ude00",null,true]}`, `[NaN,-Infinity]`, `"\ud83d"`, `{"a":1,"a":2}`, "[1,", `1e999`, "-", "[[[[", `{"":-0}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := document.Parse(text)
		if err != nil {
			if json.Valid([]byte(text)) && strings.Count(text, "[")+strings.Count(text, "{") < 900 {
				t.Fatalf("encoding/json takes %q: %v", text, err)
			}
			return
		}
		for _, print := range []func(document.Value) string{document.JSON, document.Compact} {
			printed := print(v)
			again, err := document.Parse(printed)
			if err != nil {
				t.Fatalf("%q printed %q: %v", text, printed, err)
			}
			if print(again) != printed {
				t.Fatalf("%q printed %q, then %q", text, printed, print(again))
			}
		}
	})
}
