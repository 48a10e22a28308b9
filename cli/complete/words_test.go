package complete

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name, line string
		want       []string
		quote      byte // that is open
		raw        string
	}{
		{"ok/nothing", "", []string{""}, 0, ""},
		{"ok/word", "iot", []string{"iot"}, 0, "iot"},
		{"ok/behind a blank", "iot ", []string{"iot", ""}, 0, ""},
		{"ok/blanks", "  iot \t list\n", []string{"iot", "list", ""}, 0, ""},
		{"ok/quotes", `a 'b c'd "e 'f"`, []string{"a", "b cd", "e 'f"}, 0, `"e 'f"`},
		{"ok/open quote", `a 'b c`, []string{"a", "b c"}, '\'', "'b c"},
		{"ok/open double quote", `a="b `, []string{"a=b "}, '"', `a="b `},
		{"ok/backslash", `a\ b \'c`, []string{"a b", "'c"}, 0, `\'c`},
		{"ok/backslash in quotes", `'a\' "b\"c\d"`, []string{`a\`, `b"c\d`}, 0, `"b\"c\d"`},
		{"ok/backslash at the end", `a\`, []string{`a\`}, 0, `a\`},
		{"ok/empty word", `a ''`, []string{"a", ""}, 0, "''"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			words := Split(test.line)
			last := words[len(words)-1]
			if got := Texts(words); !slices.Equal(got, test.want) || last.Quote != test.quote || last.Raw != test.raw {
				t.Errorf("got %q, quote %q, last %q", got, last.Quote, last.Raw)
			}
			args, err := Args(test.line)
			if open := errors.Is(err, ErrOpenQuote); open != (test.quote != 0) {
				t.Errorf("Args: got %v", err)
			}
			if err == nil && len(args) != len(test.want) && (last.Raw != "" || len(args) != len(test.want)-1) {
				t.Errorf("Args: got %q", args)
			}
		})
	}
}

// FuzzSplit: quoted words come back, and what is split lies where it says.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"a 'b c' \"d\\\"e\" \\", "iot create-thing --thing-name 'it'\"'\"'s", "\x00\xff カ\t''"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if len(line) > 1000 {
			return
		}
		words := Split(line)
		for _, w := range words {
			if w.Raw != line[w.Start:w.Start+len(w.Raw)] {
				t.Errorf("%q is not at %d", w.Raw, w.Start)
			}
		}
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = Quote(w.Text)
		}
		again, err := Args(strings.Join(quoted, " "))
		if err != nil || !slices.Equal(again, Texts(words)) {
			t.Errorf("%q: got %q, %v", quoted, again, err)
		}
	})
}

// FuzzComplete: no line breaks it, and each candidate of a shell goes on from what
// is written.
func FuzzComplete(f *testing.F) {
	for _, seed := range []string{
		"iot create-security-profile --behaviors name=a,criteria={value={cidrs=[1,2],", "iot list-things --query things[?a==`1`].{b:c,d",
		"--region iot --output=", "iot create-thing file://", "iot create-dimension --type TOPIC_FILTER --tags Key=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if len(line) > 1000 || strings.Contains(line, "~") {
			return
		}
		words := Texts(Split(line))
		for _, fuzzy := range []bool{false, true} {
			e := &Engine{Ask: (&server{}).ask, Dir: "testdata"}
			for _, c := range e.Complete(words, fuzzy).Candidates {
				if !fuzzy && !strings.HasPrefix(c.Text, words[len(words)-1]) {
					t.Errorf("%q is no end of %q", c.Text, words[len(words)-1])
				}
			}
		}
	})
}

func TestPrint(t *testing.T) {
	r := Result{Candidates: []Candidate{
		{Text: "--name", Help: "The name. Some more.", Required: true},
		{Text: "odd\tname\n", Kind: Resource, Type: "thing"},
		{Text: "long", Help: strings.Repeat("ä", 100)},
	}}
	var b bytes.Buffer
	if err := r.Print(&b); err != nil {
		t.Fatal(err)
	}
	want := "--name\tRequired. The name.\nodd name \tthing\nlong\t" + strings.Repeat("ä", 79) + "…\n:4\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	b.Reset()
	if err := (Result{Candidates: []Candidate{{Text: "name=", Open: true}}}).Print(&b); err != nil || b.String() != "name=\n:6\n" {
		t.Errorf("got %q, %v", b.String(), err)
	}
}

func TestPrintBash(t *testing.T) {
	const breaks = " \t\n\"'><=;|&(:"
	tests := []struct {
		name, line string
		candidates []string
		want       string
	}{
		{"ok/word", "vedette iot list-th", []string{"list-things"}, "list-things\n"},
		{"ok/colon", "vedette iot x --arn arn:aws:io", []string{"arn:aws:iot"}, "iot\n"},
		{"ok/equals sign", "vedette iot x --output=ya", []string{"--output=yaml", "--output=yaml-stream"}, "yaml\nyaml-stream\n"},
		{"ok/colon in quotes", "vedette iot x --arn 'arn:aws:io", []string{"arn:aws:iot"}, "arn:aws:iot\n"},
		{"ok/quote inside a word", "vedette iot x --arn='arn:aws:io", []string{"--arn=arn:aws:iot"}, "arn:aws:iot\n"},
		{"ok/escaped break", `vedette iot x a\=b`, []string{"a=bc"}, "a=bc\n"},
		{"ok/special characters", "vedette iot x na", []string{"name={a,b}[c] d'$e"}, `name=\{a,b\}\[c\]\ d\'\$e` + "\n"},
		{"ok/special characters in quotes", "vedette iot x 'na", []string{"name={a} d'$e"}, `name={a} d'\''$e` + "\n"},
		{"ok/special characters in double quotes", `vedette iot x "na`, []string{"name={a} d'$e\""}, `name={a} d'\$e\"` + "\n"},
		{"ok/open quote", "vedette iot x 'na", []string{"name="}, "name=\nname= \n"},
		{"ok/two", "vedette iot x 'na", []string{"name=", "named="}, "name=\nnamed=\n"},
		{"fail/shorter than what is cut", "vedette iot x a:b:c", []string{"a:"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := PrintBash(&b, test.candidates, NoFiles, test.line, breaks); err != nil {
				t.Fatal(err)
			}
			if got, want := b.String(), "4\n"+test.want; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func BenchmarkComplete(b *testing.B) {
	for _, line := range []string{"iot c", "iot create-security-profile --", "iot describe-thing --thing-name ", "iot create-security-profile --behaviors name=a,criteria={"} {
		b.Run(line, func(b *testing.B) {
			e := &Engine{Ask: (&server{}).ask}
			words := strings.Split(line, " ")
			b.ReportAllocs()
			for b.Loop() {
				e.Complete(words, true)
			}
		})
	}
}
