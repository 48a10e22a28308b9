package metric

import (
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Reports in CBOR written by hand, in hexadecimal: {"hed":{"rid":1,"v":"1.0"},
// "met":{"ns":{"bi": …}}}.
const (
	cborHeader  = "63 686564 a2 63 726964 01 61 76 63 312e30"
	cborBytesIn = "a2" + cborHeader + "63 6d6574 a1 62 6e73 a1 62 6269"
	cborBattery = "a2" + cborHeader + "64 636d6574 a1 61 62 81 a1 66 6e756d626572"
)

var cborSeeds = []string{
	"bf" + cborHeader + "63 6d6574 bf 62 6e73 bf 62 6269 18 2a ff ff ff",
	cborBytesIn + "f9 5140",
	cborBattery + "fb 3ff8000000000000",
	cborBattery + "3b ffffffffffffffff",
}

func fromHex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseReportCBOR(t *testing.T) {
	in := func(n int64) Report { return counts(map[ID]int64{AllBytesIn: n}) }
	battery := func(f float64) Report {
		return Report{ID: 1, HasID: true, Custom: []CustomValue{{Name: []byte("b"), Kind: Number, Number: f}}}
	}
	for name, tc := range map[string]struct {
		in   string
		want Report
	}{
		"ok/one byte":          {cborBytesIn + "18 2a", in(42)},
		"ok/two bytes":         {cborBytesIn + "19 002a", in(42)},
		"ok/four bytes":        {cborBytesIn + "1a 0000002a", in(42)},
		"ok/eight bytes":       {cborBytesIn + "1b 7fffffffffffffff", in(math.MaxInt64)},
		"ok/half":              {cborBytesIn + "f9 5140", in(42)},
		"ok/single":            {cborBytesIn + "fa 42280000", in(42)},
		"ok/double":            {cborBytesIn + "fb 4045000000000000", in(42)},
		"ok/negative zero":     {cborBytesIn + "f9 8000", in(0)},
		"ok/indefinite":        {"bf" + cborHeader + "63 6d6574 bf 62 6e73 bf 62 6269 18 2a ff ff ff", in(42)},
		"ok/indefinite text":   {"a2" + cborHeader + "7f 62 6d65 61 74 ff a1 62 6e73 a1 7f 60 62 6269 ff 18 2a", in(42)},
		"ok/self-described":    {"d9d9f7" + cborBytesIn + "18 2a", in(42)},
		"ok/tagged value":      {cborBytesIn + "c1 18 2a", in(42)},
		"ok/unknown members":   {"a3" + cborHeader + "63 6d6574 a0 61 78 85 f4 f7 f8 ff 42 0102 5f 41 01 ff", counts(nil)},
		"ok/largest subnormal": {cborBattery + "f9 03ff", battery(math.Ldexp(1023, -24))},
		"ok/half fraction":     {cborBattery + "f9 be00", battery(-1.5)},
		"ok/most negative":     {cborBattery + "3b ffffffffffffffff", battery(-math.Ldexp(1, 64))},
		"ok/most positive":     {cborBattery + "1b ffffffffffffffff", battery(math.Ldexp(1, 64))},
	} {
		t.Run(name, func(t *testing.T) {
			var got Report
			if err := ParseReport(CBOR, fromHex(t, tc.in), &got); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, got, sameReport); d != "" {
				t.Errorf("report (-want +got):\n%s", d)
			}
		})
	}
}

func TestParseReportCBORRefused(t *testing.T) {
	const bytesIn = "metrics.network_stats.bytes_in: "
	deep := "a2" + cborHeader + "61 78" + strings.Repeat("81", maxDepth) + "00"
	for name, tc := range map[string]struct {
		in, want string
		noID     bool
	}{
		"fail/nothing":              {"", "CBOR ends too early at byte 0", true},
		"fail/cut":                  {cborBytesIn + "19 00", "CBOR ends too early at byte 29", false},
		"fail/cut text":             {"a2" + cborHeader + "63 6d65", "CBOR ends inside a string at byte 18", false},
		"fail/more":                 {cborBytesIn + "01 00", "CBOR goes on after the report at byte 30", false},
		"fail/reserved length":      {cborBytesIn + "1c", "CBOR item that does not exist at byte 29", false},
		"fail/lone break":           {cborBytesIn + "ff", "CBOR item that does not exist at byte 29", false},
		"fail/indefinite integer":   {cborBytesIn + "1f", "CBOR item that does not exist at byte 29", false},
		"fail/short simple value":   {cborBytesIn + "f8 14", "CBOR item that does not exist at byte 31", false},
		"fail/integer key":          {"a3" + cborHeader + "01 02", "CBOR map with a key that is no text at byte 18", false},
		"fail/byte string key":      {"a3" + cborHeader + "41 61 02", "CBOR map with a key that is no text at byte 18", false},
		"fail/byte string":          {cborBytesIn + "41 01", bytesIn + "not a number", false},
		"fail/bignum":               {cborBytesIn + "c2 41 01", "CBOR bignum at byte 30", false},
		"fail/tags":                 {cborBytesIn + strings.Repeat("c1", 64) + "01", "too many CBOR tags at byte 93", false},
		"fail/mixed chunks":         {"a2" + cborHeader + "7f 41 61 ff", "CBOR string of mixed chunks at byte 19", false},
		"fail/chunks within chunks": {"a2" + cborHeader + "7f 7f 61 61 ff ff", "CBOR string of mixed chunks at byte 19", false},
		"fail/endless chunks":       {"a2" + cborHeader + "7f 61 61", "CBOR ends too early at byte 20", false},
		"fail/invalid UTF-8":        {"a2" + cborHeader + "61 ff 00", "invalid UTF-8 at byte 18", false},
		"fail/half a rune":          {"a2" + cborHeader + "7f 61 c3 61 bc ff 00", "invalid UTF-8 at byte 19", false},
		"fail/negative":             {cborBytesIn + "20", bytesIn + "negative", false},
		"fail/beyond int64":         {cborBytesIn + "1b 8000000000000000", bytesIn + notInteger, false},
		"fail/double beyond int64":  {cborBytesIn + "fb 43e0000000000000", bytesIn + notInteger, false},
		"fail/fraction":             {cborBytesIn + "f9 3800", bytesIn + notInteger, false},
		"fail/NaN":                  {cborBytesIn + "f9 7e00", bytesIn + notInteger, false},
		"fail/null":                 {cborBytesIn + "f6", bytesIn + "not a number", false},
		"fail/custom NaN":           {cborBattery + "f9 7e00", "custom_metrics.b.number: " + beyondFloat64, false},
		"fail/custom infinity":      {cborBattery + "f9 fc00", "custom_metrics.b.number: " + beyondFloat64, false},
		"fail/twice":                {"a3" + cborHeader + "63 6d6574 a0 67 6d657472696373 a0", "metrics: given twice", false},
		"fail/too deep":             {deep, "nested deeper than 64", false},
		"fail/endless map":          {"bf" + cborHeader, "CBOR ends too early at byte 17", false},
		"fail/huge array":           {"a2" + cborHeader + "61 78 9b ffffffffffffffff 01", "CBOR ends too early at byte 29", false},
	} {
		t.Run(name, func(t *testing.T) { wantMalformed(t, CBOR, fromHex(t, tc.in), tc.want, !tc.noID) })
	}
}
