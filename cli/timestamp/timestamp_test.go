package timestamp_test

import (
	"fmt"
	"math"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"vedette/cli/document"
	"vedette/cli/timestamp"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// testdata/read.jsonl has what AWS CLI 2.9.19 makes of values at noon of
// 2026-03-31 in three zones: what a request carries, and what it prints if the
// value comes in an answer.
func TestAsAWSCLI(t *testing.T) {
	data, err := os.ReadFile("testdata/read.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		v, err := document.Parse(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		c := v.(*document.Map)
		now := time.Date(2026, 3, 31, 12, 0, 0, 0, location(t, c.Value("zone").(string)))
		checkParse(t, c, now)
		checkLocal(t, c, now)
	}
}

func checkParse(t *testing.T, c *document.Map, now time.Time) {
	t.Helper()
	at, err := timestamp.Parse(c.Value("in"), now)
	if err != nil {
		fatal := err.(*timestamp.Error).Fatal
		if err.Error() != c.Value("error") || fatal != c.Has("fatal") {
			t.Errorf("Parse %s\n got %q, fatal %t", document.Compact(c), err, fatal)
		}
		return
	}
	if query, body := timestamp.Query(at), timestamp.Body(at); query != c.Value("query") || body != c.Value("body") {
		t.Errorf("Parse %s\n got %s, %d", document.Compact(c), query, body)
	}
}

func checkLocal(t *testing.T, c *document.Map, now time.Time) {
	t.Helper()
	text, err := timestamp.Local(c.Value("in"), now)
	switch {
	case c.Has("local"):
		if text != c.Value("local") || err != nil {
			t.Errorf("Local %s\n got %s, %v", document.Compact(c), text, err)
		}
	case err == nil || err.Error() != c.Value("error"):
		t.Errorf("Local %s\n got %s, %v", document.Compact(c), text, err)
	}
}

func TestValues(t *testing.T) {
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		value document.Value
		want  string
	}{
		{"ok/date of YAML", document.Timestamp(time.Date(2024, 1, 1, 2, 0, 0, 0, time.FixedZone("", 7200))), "2024-01-01T00:00:00Z"},
		{"ok/bytes", document.Bytes("2024-01-01"), "2024-01-01T00:00:00Z"},
		{"ok/number in bytes", document.Bytes("12"), "1970-01-01T00:00:12Z"},
		{"ok/day that the month lacks", "Feb", "2026-02-28T00:00:00Z"},
		{"ok/today", "10:30", "2026-01-31T10:30:00Z"},
		{"ok/year 1", int64(-62135596800), "1-01-01T00:00:00Z"},
		{"fail/large integer", new(big.Int).Lsh(big.NewInt(1), 64), "timestamp out of range for platform time_t"},
		{"fail/not a number", math.NaN(), "Invalid value NaN (not a number)"},
		{"fail/bytes", document.Bytes("x\n"), `Invalid timestamp "b'x\n'": Unknown string format: b'x\n'`},
		{"fail/null", nil, `Invalid timestamp "None": Parser must be a string or character stream, not NoneType`},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := timestamp.Parse(c.value, now)
			got := timestamp.Query(at)
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestZone(t *testing.T) {
	for _, c := range []struct {
		name, tz string
		month    time.Month
		want     string
	}{
		{"ok/name", "Asia/Kolkata", 1, "2026-01-01T05:30:00+05:30"},
		{"ok/name with colon", ":Europe/Berlin", 7, "2026-07-01T02:00:00+02:00"},
		{"ok/rule without daylight saving time", "UTC-3", 7, "2026-07-01T03:00:00+03:00"},
		{"ok/rule in winter", "CET-1CEST,M3.5.0,M10.5.0/3", 1, "2026-01-01T01:00:00+01:00"},
		{"ok/rule in summer", "CET-1CEST,M3.5.0,M10.5.0/3", 7, "2026-07-01T02:00:00+02:00"},
		{"ok/quoted name", "<+0330>-3:30", 7, "2026-07-01T03:30:00+03:30"},
		{"ok/empty", "", 7, "2026-07-01T00:00:00+00:00"},
		{"fail/unknown", "Nowhere/Town", 7, "2026-07-01T00:00:00+00:00"},
		{"fail/no such file", "/nowhere", 7, "2026-07-01T00:00:00+00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := time.Date(2026, c.month, 1, 0, 0, 0, 0, time.UTC)
			got, err := timestamp.Local(at.Unix(), at.In(timestamp.Zone(c.tz)))
			if got != c.want || err != nil {
				t.Errorf("got %s, %v, want %s", got, err, c.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"2024-01-01T00:00:00Z", "20240101T0930-0730", "Mon, 01 Jan 2024 00:00:00 GMT", "Jan 5 2024 10am", "10/12/2024", "1704067200.5",
		"10h30m5.5s", "Jan of 01", "5th of Feb '24", "10:00 BRST+3", "10:00 -0300 (BRST)", "1.a", "12,5.3", "Sep.20.2009", "٢٠٢٤", "1e400",
		"99999999999999999999-01", "10:00+99999999999:00", "240131 103000.25", "\x00\xff", "31 Feb 10 a",
	} {
		f.Add(seed)
	}
	now := time.Date(2026, 3, 31, 12, 0, 0, 0, location(f, "America/New_York"))
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		at, err := timestamp.Parse(text, now)
		local, localErr := timestamp.Local(text, now)
		if err != nil {
			if _, ok := err.(*timestamp.Error); !ok || err.Error() == "" {
				t.Errorf("error %#v, want an *Error", err)
			}
			return
		}
		if localErr != nil || at.Year() < 1 || at.Year() > 9999 || at.Nanosecond()%1000 != 0 {
			t.Fatalf("Parse(%q): got %v; Local: %v", text, at, localErr)
		}
		// What is printed means the same time, and so does what is sent; years of
		// fewer than four digits are read otherwise.
		for _, printed := range []string{local, timestamp.Query(at)} {
			if again, err := timestamp.Parse(printed, now); (err != nil || !again.Equal(at)) && at.Year() >= 1000 {
				t.Errorf("Parse(%q): got %v; %q means %v, %v", text, at, printed, again, err)
			}
		}
	})
}

func ExampleLocal() {
	now := time.Date(2026, 3, 31, 12, 0, 0, 0, time.FixedZone("IST", 19800))
	for _, v := range []document.Value{int64(1700000000), 1700000000.1234567, "2024-01-01T10:00:00Z", "2024-01-01"} {
		text, _ := timestamp.Local(v, now)
		fmt.Println(text)
	}
	// Output:
	// 2023-11-15T03:43:20+05:30
	// 2023-11-15T03:43:20.123457+05:30
	// 2024-01-01T10:00:00+00:00
	// 2024-01-01T00:00:00
}
