package settings

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"vedette/cli/document"
)

// TestParseINI holds the reading of files to that of botocore.
func TestParseINI(t *testing.T) {
	text, err := os.ReadFile("testdata/ini.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(text), "\n=== ")
	for _, block := range cases[1:] {
		name, rest, _ := strings.Cut(strings.TrimRight(block, "\n"), "\n")
		file, want, _ := strings.Cut(rest, "\n")
		t.Run(name, func(t *testing.T) {
			got := "error"
			if sections, err := parseINI(rawText(t, file)); err == nil {
				got = document.Compact(sections)
			}
			if want != "error" {
				value, err := document.Parse(want)
				if err != nil {
					t.Fatal(err)
				}
				want = document.Compact(value)
			}
			if got != want {
				t.Errorf("%s\n got %s\nwant %s", file, got, want)
			}
		})
	}
}

// rawText reads a JSON string in which \udc80 to \udcff stand for bytes.
func rawText(t *testing.T, quoted string) string {
	t.Helper()
	var out strings.Builder
	stray, last := regexp.MustCompile(`\\udc[89a-f][0-9a-f]`), 0
	piece := func(s string) {
		var text string
		if err := json.Unmarshal([]byte("\""+s+"\""), &text); err != nil {
			t.Fatal(err)
		}
		out.WriteString(text)
	}
	quoted = strings.Trim(quoted, "\"")
	for _, at := range stray.FindAllStringIndex(quoted, -1) {
		piece(quoted[last:at[0]])
		b, _ := strconv.ParseUint(quoted[at[0]+4:at[1]], 16, 8)
		out.WriteByte(byte(b))
		last = at[1]
	}
	piece(quoted[last:])
	return out.String()
}

// FuzzParseINI: whatever a file holds, it is read or refused, and what is read
// means the same when it is written down again.
func FuzzParseINI(f *testing.F) {
	for _, seed := range []string{
		"", "[default]\nregion = us-east-1\n", "[profile \"a b\"]\ns3 =\n  x = 1\n  y = 2\n", "[DEFAULT]\nx=1\n[a]\n", "[a\n", "x",
		"[a]\nk = 1\n  2\n\n  3\n# c\n", "\ufeff[a]", "[a]\r\nk:v\r", "[a]\n\x1ck\x1f=\u3000v", "[a]\nx=\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			return // a file of this size is one of many like it
		}
		sections, err := parseINI(text)
		if err != nil {
			return
		}
		written, plain := writeINI(sections)
		if !plain {
			return
		}
		again, err := parseINI(written)
		if err != nil || document.Compact(again) != document.Compact(sections) {
			t.Errorf("written as %q: got %v, %v, want %s", written, again, err, document.Compact(sections))
		}
	})
}

// writeINI writes sections down, if their names and keys are words.
func writeINI(sections *document.Map) (text string, plain bool) {
	word := regexp.MustCompile(`^[a-z0-9_]+$`)
	var out strings.Builder
	for name, values := range sections.All() {
		if !word.MatchString(name) {
			return "", false
		}
		out.WriteString("[" + name + "]\n")
		for key, value := range values.(*document.Map).All() {
			inner, nested := value.(*document.Map)
			if !word.MatchString(key) || !nested && strings.ContainsAny(value.(string), "\n") {
				return "", false
			}
			if !nested {
				out.WriteString(key + " = " + value.(string) + "\n")
				continue
			}
			if inner.Len() == 0 {
				return "", false
			}
			out.WriteString(key + " =\n")
			for key, value := range inner.All() {
				if !word.MatchString(key) {
					return "", false
				}
				out.WriteString("  " + key + " = " + value.(string) + "\n")
			}
		}
	}
	return out.String(), true
}
