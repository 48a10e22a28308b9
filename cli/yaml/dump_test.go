package yaml

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/cli/document"
)

func TestAppend(t *testing.T) {
	type list = []document.Value
	object := document.NewMap
	shared, empty := object("a", int64(1)), object()
	words := strings.Repeat("word ", 30) + "end"
	tests := []struct {
		name string
		v    document.Value
		want string
	}{
		{"ok/string alone", "a: b é", "\"a: b é\"\n"},
		{"ok/null alone", nil, "null\n"},
		{"ok/infinity alone", math.Inf(1), "Infinity\n"},
		{"ok/time alone", document.Timestamp(time.Unix(0, 0).UTC()), "\"1970-01-01T00:00:00\"\n"},
		{"ok/blob alone", document.Bytes("abc"), "!!binary |\n  YWJj\n"},
		{"ok/empty", list{object(), list{}, object("a", list{}, "b", object())}, "- {}\n- []\n- a: []\n  b: {}\n"},
		{"ok/sorted", object("b", int64(1), "a", int64(2), "B", int64(3), "é", int64(4)), "B: 3\na: 2\nb: 1\né: 4\n"},
		{"ok/nested", object("a", list{object("b", list{"c"}, "d", object("e", true)), list{"f", list{"g"}}}),
			"a:\n- b:\n  - c\n  d:\n    e: true\n- - f\n  - - g\n"},
		{"ok/numbers", list{1.0, 1e16, 1e-5, math.NaN(), math.Inf(-1), new(big.Int).Lsh(big.NewInt(1), 70)},
			"- 1.0\n- 1e+16\n- 1e-05\n- .nan\n- -.inf\n- 1180591620717411303424\n"},
		{"ok/looks like something else", list{"null", "~", "true", "yes", "0o17", "1_000", "2020-01-01", "<<", "=", ".inf", "1:30", ""},
			"- 'null'\n- '~'\n- 'true'\n- yes\n- '0o17'\n- '1_000'\n- '2020-01-01'\n- '<<'\n- '='\n- '.inf'\n- 1:30\n- ''\n"},
		{"ok/needs quotes", list{" a", "a ", "a: b", "a #b", "- a", "-a", "#a", "it's", "'a'", "@a", "...", "[a"},
			"- ' a'\n- 'a '\n- 'a: b'\n- 'a #b'\n- '- a'\n- -a\n- '#a'\n- it's\n- '''a'''\n- '@a'\n- '...'\n- '[a'\n"},
		{"ok/needs escapes", list{"a\tb", "\x00\x7f\u0085\ufeff", "😀", "日本語", "a\r\n"},
			"- \"a\\tb\"\n- \"\\0\\x7F\\N\\uFEFF\"\n- \"\\U0001F600\"\n- 日本語\n- \"a\\r\\n\"\n"},
		{"ok/lines", list{"a\nb\n", "a\n\n\nb", "a \nb"}, "- 'a\n\n  b\n\n  '\n- 'a\n\n\n\n  b'\n- \"a \\nb\"\n"},
		{"ok/folded", object("k", words), "k: " + strings.TrimSpace(words[:80]) + "\n  " + words[80:] + "\n"},
		{"ok/not folded", object("k", strings.Repeat("x", 200)), "k: " + strings.Repeat("x", 200) + "\n"},
		{"ok/long key", object(strings.Repeat("k", 129), list{"a"}), "? " + strings.Repeat("k", 129) + "\n: - a\n"},
		{"ok/key of 128 bytes", object(strings.Repeat("k", 128), "a"), strings.Repeat("k", 128) + ": a\n"},
		{"ok/key of two lines", object("a\nb", "c"), "? 'a\n\n  b'\n: c\n"},
		{"ok/empty key", object("", ""), "'': ''\n"},
		{"ok/blobs", object("a", document.Bytes{}, "b", document.Bytes(strings.Repeat("x", 58))),
			"a: !!binary \"\"\nb: !!binary |\n  " + strings.Repeat("eHh4", 19) + "\n  eA==\n"},
		{"ok/times", list{document.Timestamp(time.Unix(0, 0).UTC()), document.Timestamp(time.Unix(0, 5e8).UTC()), document.Date(time.Unix(0, 0).UTC())},
			"- 1970-01-01 00:00:00\n- 1970-01-01 00:00:00.500000\n- 1970-01-01\n"},
		{"ok/same map twice", list{shared, object("x", shared), empty, empty}, "- &id001\n  a: 1\n- x: *id001\n- &id002 {}\n- *id002\n"},
		{"ok/equal maps", list{object("a", int64(1)), object("a", int64(1))}, "- a: 1\n- a: 1\n"},
		{"ok/not UTF-8", list{"a\xff\xffb", object("\xe9", "")}, "- a\ufffd\ufffdb\n- \ufffd: ''\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, string(Append(nil, tt.v))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// brokenWriter is a pipe whose reader has gone.
type brokenWriter struct{}

var errBroken = errors.New("broken pipe")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestDumpWriteError(t *testing.T) {
	if err := Dump(brokenWriter{}, "a"); !errors.Is(err, errBroken) {
		t.Errorf("Dump: got %v, want %v", err, errBroken)
	}
	if err := DumpStreamElement(brokenWriter{}, "a"); !errors.Is(err, errBroken) {
		t.Errorf("DumpStreamElement: got %v, want %v", err, errBroken)
	}
}
