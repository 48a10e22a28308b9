package metric

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var anyOrder = cmpopts.SortSlices(func(a, b CustomValue) bool { return bytes.Compare(a.Name, b.Name) < 0 })

// seedTexts are the reports that the fuzz targets start from.
func seedTexts(f *testing.F) []string {
	f.Helper()
	texts := []string{
		inMetrics(`"network_stats":{"bytes_in":-1,"bytes_out":0.5}`),
		inMetrics(`"network_stats":{"bytes_in":9223372036854775807.0,"bytes_out":1.024e3,"packets_in":1e19}`),
		inMetrics(`"tc":{"ec":{"cs":[{"rad":"2001:db8::1:443"},{"rad":"[::ffff:192.0.2.1%a]:1"}]}}`),
		inCustom(`"a":[{"number":-1.5e-3}],"b":[{"string_list":["\u00fc","\ud83d\ude00"]}],"c":[{"ip_list":["::ffff:1.2.3.4","fe80::1%eth0"]}]`),
		inCustom(`"a":{"number":0}`),
		inCustom(`"a":[{"number_list":[18446744073709551615,-18446744073709551615,1e300]}]`),
		`{"x":[[[1,{"y":[true,false,null]}]]],"z":0}`,
	}
	files, _ := filepath.Glob("testdata/agents/*.json")
	for _, file := range append(files, "testdata/full.json") {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// compare holds a parsed report against the naive reading of the tree.
func compare(t *testing.T, got *Report, err error, tree any) {
	t.Helper()
	want, ok := naive(tree)
	switch {
	case ok != (err == nil):
		t.Fatalf("got error %v, want accepted: %v", err, ok)
	case ok:
		if d := cmp.Diff(want, *got, sameReport, anyOrder); d != "" {
			t.Errorf("report (-want +got):\n%s", d)
		}
	}
}

// skipped reads a document with the builder minding nothing, and returns why it
// is refused.
func skipped(f Format, text []byte) error {
	b := new(builder)
	b.reset(new(Report))
	b.field = unknown
	if scan(f, text, b) {
		return nil
	}
	return b.err
}

// stricter tells whether a report is refused for what the oracles let pass.
func stricter(err error) bool {
	var m *Malformed
	return errors.As(err, &m) && (strings.Contains(m.Why, "given twice") || strings.Contains(m.Why, "nested deeper") ||
		strings.Contains(m.Why, "UTF-8") || strings.Contains(m.Why, "bignum") || strings.Contains(m.Why, "tags") || strings.Contains(m.Why, "larger"))
}

// longExponent finds numbers that are slow to expand for the oracle.
var longExponent = regexp.MustCompile(`[eE][+-]?0*[1-9][0-9]{3}`)

// FuzzParseJSON compares with encoding/json: both agree on what is JSON, apart
// from repeated keys, invalid UTF-8 and depth, and on what accepted reports say.
func FuzzParseJSON(f *testing.F) {
	for _, text := range seedTexts(f) {
		f.Add([]byte(text))
	}
	f.Add([]byte("{\"\\ud800\":\"\\udc00\\ud800\\u0041\\/\\b\",\"a\":-0.0e-0}"))
	var r Report
	f.Fuzz(func(t *testing.T, text []byte) {
		syntax := skipped(JSON, text)
		if (syntax == nil) != json.Valid(text) && !stricter(syntax) {
			t.Fatalf("syntax: got %v, encoding/json says %v", syntax, json.Valid(text))
		}
		err := ParseReport(JSON, text, &r)
		if err == nil && !utf8.Valid(text) {
			t.Fatal("accepted invalid UTF-8")
		}
		if stricter(syntax) || stricter(err) || longExponent.Match(text) {
			return
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var tree any
		if d.Decode(&tree) != nil || d.Decode(new(any)) != io.EOF {
			tree = nil
		}
		compare(t, &r, err, tree)
	})
}

// FuzzParseCBOR compares with fxamacker/cbor in the same way.
func FuzzParseCBOR(f *testing.F) {
	for _, text := range seedTexts(f) {
		f.Add(toCBOR(f, text))
	}
	for _, text := range cborSeeds {
		b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	mode, err := cbor.DecOptions{
		MaxNestedLevels:  maxDepth + 2,
		IntDec:           cbor.IntDecConvertSignedOrBigInt,
		DefaultMapType:   reflect.TypeFor[map[string]any](),
		MapKeyByteString: cbor.MapKeyByteStringForbidden,
		UTF8:             cbor.UTF8RejectInvalid,
	}.DecMode()
	if err != nil {
		f.Fatal(err)
	}
	var r Report
	f.Fuzz(func(t *testing.T, data []byte) {
		err := ParseReport(CBOR, data, &r)
		if tagged(data) || stricter(skipped(CBOR, data)) || stricter(err) {
			return
		}
		var tree any
		if e := mode.Unmarshal(data, &tree); e != nil {
			if err == nil {
				t.Fatalf("accepted, but fxamacker/cbor says %v", e)
			}
			return
		}
		compare(t, &r, err, tree)
	})
}

// tagged tells whether a byte could begin a tag: the oracle gives some of them
// a meaning of their own.
func tagged(data []byte) bool {
	return slices.ContainsFunc(data, func(c byte) bool { return c>>5 == cborTag })
}

// FuzzParseAddr compares with net/netip.
func FuzzParseAddr(f *testing.F) {
	for _, s := range []string{"192.0.2.1", "01.2.3.4", "1.2.3", "::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
		"1:2:3:4:5:6:1.2.3.4", "::ffff:192.0.2.1", "fe80::1%eth0", "1::2::3", ":::", "12345::", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4", "1.2.3.4%x", "2001:db8::1:443", "[::1]:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, ok := naiveAddr(s)
		if !ok {
			want = netip.Addr{}
		}
		if got, gotOK := parseAddr([]byte(s)); gotOK != ok || ok && got != want {
			t.Errorf("parseAddr(%q) = %v, %v, want %v, %v", s, got, gotOK, want, ok)
		}
		want, ok = naiveRemote(s)
		if got, gotOK := parseRemote([]byte(s)); gotOK != ok || ok && got != want {
			t.Errorf("parseRemote(%q) = %v, %v, want %v, %v", s, got, gotOK, want, ok)
		}
	})
}
