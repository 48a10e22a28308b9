package document_test

import (
	"testing"
	"time"

	"vedette/cli/document"
)

func TestMapKeys(t *testing.T) {
	day := document.Date(time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC))
	tests := []struct {
		name       string
		key        document.Value
		text, kind string
	}{
		{"ok/string", "a", "a", "str"},
		{"ok/integer", int64(1), "1", "int"},
		{"ok/null", nil, "None", "NoneType"},
		{"ok/date", day, "2020-01-02", "datetime.date"},
		{"ok/tuple of one", document.Tuple{"a"}, "('a',)", "tuple"},
		{"ok/tuple of two", document.Tuple{"a", day}, "('a', datetime.date(2020, 1, 2))", "tuple"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := new(document.Map)
			m.SetKey(tt.key, "v")
			if m.Value(tt.text) != "v" || document.TypeName(m.Key(tt.text)) != tt.kind {
				t.Errorf("got %s with a key of type %s", document.Repr(m), document.TypeName(m.Key(tt.text)))
			}
			if want := "{" + document.Repr(tt.key) + ": 'v'}"; document.Repr(m) != want {
				t.Errorf("got %s, want %s", document.Repr(m), want)
			}
			m.Delete(tt.text)
			if m.Key(tt.text) != tt.text {
				t.Errorf("after Delete: got %v, want the text", m.Key(tt.text))
			}
		})
	}
}

func TestTimestampText(t *testing.T) {
	at := func(second, micro int) document.Value {
		return document.Timestamp(time.Date(2020, 1, 2, 3, 4, second, micro*1000, time.UTC))
	}
	tests := []struct {
		name             string
		v                document.Value
		text, repr, json string
	}{
		{"ok/minute", at(0, 0), "2020-01-02 03:04:00", "datetime.datetime(2020, 1, 2, 3, 4)", `"2020-01-02T03:04:00"`},
		{"ok/second", at(5, 0), "2020-01-02 03:04:05", "datetime.datetime(2020, 1, 2, 3, 4, 5)", `"2020-01-02T03:04:05"`},
		{"ok/fraction", at(0, 500), "2020-01-02 03:04:00.000500", "datetime.datetime(2020, 1, 2, 3, 4, 0, 500)", `"2020-01-02T03:04:00.000500"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := document.Text(tt.v); got != tt.text {
				t.Errorf("Text: got %s, want %s", got, tt.text)
			}
			if got := document.Repr(tt.v); got != tt.repr {
				t.Errorf("Repr: got %s, want %s", got, tt.repr)
			}
			if got := document.JSON(tt.v); got != tt.json {
				t.Errorf("JSON: got %s, want %s", got, tt.json)
			}
		})
	}
}
