package document_test

import (
	"testing"

	"vedette/cli/document"
)

// TestStrayBytes: bytes that are no UTF-8 are halves of surrogate pairs to Python.
func TestStrayBytes(t *testing.T) {
	for _, test := range []struct{ name, text, compact, repr, escaped string }{
		{"ok/UTF-8", "é\uFFFD", `"\u00e9\ufffd"`, "'é\uFFFD'", "é\uFFFD"},
		{"ok/two in a row", "a\xff\xc3", `"a\udcff\udcc3"`, `'a\udcff\udcc3'`, `a\udcff\udcc3`},
		{"ok/one between letters", "\uFFFD\x80é", `"\ufffd\udc80\u00e9"`, "'\uFFFD\\udc80é'", "\uFFFD\\udc80é"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := document.Compact(test.text); got != test.compact {
				t.Errorf("got JSON %s, want %s", got, test.compact)
			}
			if got := document.Repr(test.text); got != test.repr {
				t.Errorf("got repr %s, want %s", got, test.repr)
			}
			if got := document.Escape(test.text); got != test.escaped {
				t.Errorf("got %s, want %s", got, test.escaped)
			}
		})
	}
}
