package yaml

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/cli/document"
)

// The files in testdata were made with AWS CLI 2.9.19 and ruamel.yaml 0.17.21:
// a JSON object a line, of random and of chosen texts, documents and samples,
// and of what the original made of them.

// eachLine calls check with each line of a file in testdata.
func eachLine[T any](t *testing.T, name string, check func(t *testing.T, line T)) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for number := 1; s.Scan(); number++ {
		d := json.NewDecoder(bytes.NewReader(s.Bytes()))
		d.UseNumber()
		var line T
		if err := d.Decode(&line); err != nil {
			t.Fatalf("%s:%d: %v", name, number, err)
		}
		check(t, line)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestParseOriginal(t *testing.T) {
	type line struct {
		Text, Value string
		Invalid     bool
		Error       *string
	}
	eachLine(t, "parse.jsonl", func(t *testing.T, l line) {
		v, err := Parse(l.Text)
		want := "value " + l.Value
		switch {
		case l.Invalid:
			want = "invalid"
		case l.Error != nil:
			want = "error " + *l.Error
		}
		if got := outcome(v, err); got != want {
			t.Errorf("Parse(%q) = %s (%v), want %s", l.Text, got, err, want)
		}
	})
}

// outcome prints what Parse returned.
func outcome(v document.Value, err error) string {
	var syntax *SyntaxError
	var value *ValueError
	switch {
	case errors.As(err, &syntax):
		return "invalid"
	case errors.As(err, &value):
		return "error " + value.Message
	case err != nil:
		return "unexpected " + err.Error()
	}
	return "value " + typed(v)
}

// typed prints v so that values of different types differ.
func typed(v document.Value) string {
	switch v := v.(type) {
	case nil:
		return "n"
	case bool:
		return strconv.FormatBool(v)[:1]
	case int64, *big.Int:
		return fmt.Sprintf("i%d", v)
	case float64:
		return "d" + document.Float(v)
	case string:
		return document.Compact(v)
	case document.Bytes:
		return "b" + hex.EncodeToString(v)
	case document.Timestamp:
		return "T" + strings.Replace(document.Text(v), " ", "T", 1)
	case document.Date:
		return "D" + document.Text(v)
	case document.Tuple:
		return typed([]document.Value(v))
	case []document.Value:
		parts := make([]string, len(v))
		for i, element := range v {
			parts[i] = typed(element)
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	m := v.(*document.Map)
	parts := make([]string, 0, m.Len())
	for key, value := range m.All() {
		parts = append(parts, typed(m.Key(key))+":"+typed(value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestDumpOriginal(t *testing.T) {
	type line struct {
		Value   any
		Element bool
		Text    string
	}
	eachLine(t, "dump.jsonl", func(t *testing.T, l line) {
		dump := Dump
		if l.Element {
			dump = DumpStreamElement
		}
		var b bytes.Buffer
		if err := dump(&b, valueOf(t, l.Value, map[string]document.Value{})); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(l.Text, b.String()); diff != "" {
			t.Errorf("%v (-want +got):\n%s", l.Value, diff)
		}
	})
}

// valueOf makes a value of how dump.jsonl has it: {"m": [[key, value]...]}, {"i":
// "12"}, {"f": "1.5"}, {"b": base64}, {"t": time}; {"l": list} and {"m": ...} with
// an "id" come again as {"r": id}.
func valueOf(t *testing.T, x any, known map[string]document.Value) document.Value {
	t.Helper()
	switch x := x.(type) {
	case []any:
		list := []document.Value{}
		for _, element := range x {
			list = append(list, valueOf(t, element, known))
		}
		return list
	case map[string]any:
		if id, ok := x["r"]; ok {
			return known[fmt.Sprint(id)]
		}
		for kind, y := range x {
			if kind == "id" {
				continue
			}
			v := objectOf(t, kind, y, known)
			known[fmt.Sprint(x["id"])] = v
			return v
		}
	}
	return x
}

func objectOf(t *testing.T, kind string, x any, known map[string]document.Value) document.Value {
	t.Helper()
	var v document.Value
	var err error
	switch kind {
	case "l":
		return valueOf(t, x, known)
	case "m":
		m := new(document.Map)
		for _, pair := range x.([]any) {
			m.Set(pair.([]any)[0].(string), valueOf(t, pair.([]any)[1], known))
		}
		return m
	case "i":
		v, err = document.ReadInteger(x.(string))
	case "f":
		v, err = document.ReadFloat(x.(string))
	case "b":
		var b []byte
		b, err = base64.StdEncoding.DecodeString(x.(string))
		v = document.Bytes(b)
	case "t":
		var at time.Time
		at, err = time.Parse("2006-01-02T15:04:05", x.(string))
		v = document.Timestamp(at)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSkeletonOriginal(t *testing.T) {
	type line struct {
		Tree any
		Text string
	}
	eachLine(t, "skeleton.jsonl", func(t *testing.T, l line) {
		if diff := cmp.Diff(l.Text, Skeleton(sampleOf(t, l.Tree).(*Commented))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// sampleOf makes a sample of how skeleton.jsonl has it: {"map": members} with
// comments, {"dict": members}, {"list": [element]}, {"blob": true}, {"time": ""},
// {"scalar": value}.
func sampleOf(t *testing.T, x any) any {
	t.Helper()
	for kind, x := range x.(map[string]any) {
		switch kind {
		case "map":
			c := new(Commented)
			for _, member := range x.([]any) {
				m := member.(map[string]any)
				c.Add(m["key"].(string), sampleOf(t, m["value"]), m["comment"].(string))
			}
			return c
		case "dict":
			c := new(document.Map)
			for _, member := range x.([]any) {
				m := member.(map[string]any)
				c.Set(m["key"].(string), sampleOf(t, m["value"]))
			}
			return c
		case "list":
			return []document.Value{sampleOf(t, x.([]any)[0])}
		case "blob":
			return document.Bytes("not shown")
		case "time":
			return document.Timestamp(time.Unix(0, 0).UTC())
		}
		if number, ok := x.(json.Number); ok {
			v, err := document.Parse(number.String())
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		return x
	}
	return nil
}
