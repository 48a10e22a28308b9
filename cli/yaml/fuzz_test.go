package yaml

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"vedette/cli/document"
)

// seeds adds the texts of a file in testdata, and all its strings.
func seeds(f *testing.F, name string, add func(line map[string]any)) {
	f.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		f.Fatal(err)
	}
	for text := range strings.Lines(string(data)) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			f.Fatal(err)
		}
		add(line)
	}
}

// FuzzParse checks that Parse takes anything, that what it makes can be
// printed, and that it reads that again as the same.
func FuzzParse(f *testing.F) {
	seeds(f, "parse.jsonl", func(line map[string]any) { f.Add(line["text"].(string)) })
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Parse(text)
		switch err.(type) {
		case nil:
			roundTrip(t, v)
		case *SyntaxError, *ValueError:
		default:
			t.Errorf("unexpected error %T: %v", err, err)
		}
	})
}

// FuzzDump checks that documents come back from YAML as they were.
func FuzzDump(f *testing.F) {
	f.Add(`{"a": [1, 1.5, "x", null, true, {}, []]}`)
	seeds(f, "dump.jsonl", func(line map[string]any) {
		text, _ := json.Marshal(line["value"])
		f.Add(string(text))
	})
	f.Fuzz(func(t *testing.T, text string) {
		v, err := document.Parse(text)
		if err != nil {
			return
		}
		if utf8.ValidString(text) {
			roundTrip(t, v)
		} else {
			Append(nil, v)
		}
	})
}

func roundTrip(t *testing.T, v document.Value) {
	t.Helper()
	if !survives(v) {
		return
	}
	// Alone, scalars are printed as JSON.
	text := string(Append(nil, []document.Value{v}))
	again, err := Parse(text)
	if err != nil {
		t.Fatalf("%q does not parse: %v", text, err)
	}
	if got, want := sortedText(again.([]document.Value)[0]), sortedText(v); got != want {
		t.Errorf("%q:\n got %s\nwant %s", text, got, want)
	}
}

// survives tells whether the original, too, reads v as it printed it.
func survives(v document.Value) bool {
	switch v := v.(type) {
	case string:
		return !strings.ContainsAny(v, "\u2028\u2029")
	case []document.Value:
		return !slices.ContainsFunc(v, func(element document.Value) bool { return !survives(element) })
	case *document.Map:
		for key, value := range v.All() {
			if _, ok := v.Key(key).(string); !ok || !survives(key) || !survives(value) {
				return false
			}
		}
	}
	return true
}

// sortedText is typed with the keys of maps sorted.
func sortedText(v document.Value) string {
	switch v := v.(type) {
	case []document.Value:
		var b strings.Builder
		for _, element := range v {
			b.WriteString(sortedText(element) + ",")
		}
		return "[" + b.String() + "]"
	case *document.Map:
		var b strings.Builder
		for _, key := range sortedKeys(v) {
			b.WriteString(typed(key) + ":" + sortedText(v.Value(key)) + ",")
		}
		return "{" + b.String() + "}"
	}
	return typed(v)
}
