package restjson

import (
	"math"
	"testing"
	"time"
)

func TestTimestamp(t *testing.T) {
	at := func(sec, nsec int64) time.Time { return time.Unix(sec, nsec).UTC() }
	for _, c := range []struct {
		text       string
		want       time.Time
		epoch, iso string // as encoded
	}{
		{"1767225600", at(1767225600, 0), "1767225600", "2026-01-01T00:00:00Z"},
		{"1767225600.123", at(1767225600, 123e6), "1767225600.123", "2026-01-01T00:00:00.123Z"},
		{"1767225600.1", at(1767225600, 100e6), "1767225600.1", "2026-01-01T00:00:00.1Z"},
		{"1767225600.007", at(1767225600, 7e6), "1767225600.007", "2026-01-01T00:00:00.007Z"},
		{"1767225600.0", at(1767225600, 0), "1767225600", "2026-01-01T00:00:00Z"},
		{"1767225600.123456789", at(1767225600, 123456789), "1767225600.123", "2026-01-01T00:00:00.123Z"},
		{"1767225600.1234567899", at(1767225600, 123456789), "1767225600.123", "2026-01-01T00:00:00.123Z"},
		{"1.7672256e9", at(1767225600, 0), "1767225600", "2026-01-01T00:00:00Z"},
		{"1e-1000000", at(0, 0), "0", "1970-01-01T00:00:00Z"},
		{"-62135596799.9", at(-62135596800, 100e6), "-62135596799.9", "0001-01-01T00:00:00.1Z"},
		{"253402300799.999", at(253402300799, 999e6), "253402300799.999", "9999-12-31T23:59:59.999Z"},
		{"0.000000001", at(0, 1), "0", "1970-01-01T00:00:00Z"},
		{"0", at(0, 0), "0", "1970-01-01T00:00:00Z"},
		{"-1.5", at(-2, 500e6), "-1.5", "1969-12-31T23:59:58.5Z"},
		{"253402300799", at(253402300799, 0), "253402300799", "9999-12-31T23:59:59Z"},
		{"2026-01-02T03:04:05Z", at(1767323045, 0), "1767323045", "2026-01-02T03:04:05Z"},
		{"2026-01-02T03:04:05.678000Z", at(1767323045, 678e6), "1767323045.678", "2026-01-02T03:04:05.678Z"},
		{"2026-01-02T03:04:05.123456789Z", at(1767323045, 123456789), "1767323045.123", "2026-01-02T03:04:05.123Z"},
		{"2026-01-02T05:04:05+02:00", at(1767323045, 0), "1767323045", "2026-01-02T03:04:05Z"},
	} {
		t.Run("ok/"+c.text, func(t *testing.T) {
			got, err := parseTimestamp(c.text)
			if err != nil || got != c.want {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
			if epoch := string(appendEpoch(nil, c.want)); epoch != c.epoch {
				t.Errorf("got %s, want %s", epoch, c.epoch)
			}
			if iso := formatISO(c.want); iso != c.iso {
				t.Errorf("got %s, want %s", iso, c.iso)
			}
		})
	}
	for _, text := range []string{
		"", " ", "x", "NaN", "1e400", "253402300800", "-62135596801", "99999999999999999999", "0x10", "1_000", "+1", "1767225600.",
		"2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-13-02T03:04:05Z", "2026-01-02T25:04:05Z",
		"2026-01-02T03:04:05,678Z", "2026-01-02T03:04:05.1234567891Z", "2026-01-02T03:04:05.Z",
	} {
		t.Run("fail/"+text, func(t *testing.T) {
			if got, err := parseTimestamp(text); err == nil {
				t.Errorf("got %v, want an error", got)
			}
		})
	}
}

func TestAppendDouble(t *testing.T) {
	for want, f := range map[string]float64{
		"0": 0, "1": 1, "-2.5": -2.5, "0.1": 0.1, "100000000000": 1e11, "123456789.25": 123456789.25,
		"0.000001": 1e-6, "1e-07": 1e-7, "1e+21": 1e21, "99.9": 99.9,
	} {
		if got, err := appendDouble(nil, f); err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got, err := appendDouble(nil, f); err == nil {
			t.Errorf("%v: got %s, want an error", f, got)
		}
	}
}

func TestAppendString(t *testing.T) {
	for text, want := range map[string]string{
		"":               `""`,
		"plain <&> €𝄞":   `"plain <&> €𝄞"`,
		"\"\\\n\r\t\x01": `"\"\\\n\r\t\u0001"`,
		"bad \xff byte":  "\"bad \uFFFD byte\"",
		"cut \xe2\x82":   "\"cut \uFFFD\uFFFD\"",
		"\uFFFD stays":   "\"\uFFFD stays\"",
	} {
		if got := string(appendString(nil, text)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func FuzzTimestamp(f *testing.F) {
	for _, seed := range []string{"1767225600.123", "2026-01-02T03:04:05.678Z", "-1e-9", "1e18", "-62135596799.9", "1e-1000000", "253402300799.999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := parseTimestamp(text)
		if err != nil {
			return
		}
		for _, again := range []string{string(appendEpoch(nil, at)), formatISO(at)} {
			got, err := parseTimestamp(again)
			if d := at.Sub(got); err != nil || d < -time.Millisecond || d > time.Millisecond {
				t.Fatalf("%s: got %v, %v, want %v", again, got, err, at)
			}
		}
	})
}
