package plot_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"vedette/cli/plot"
)

var update = flag.Bool("update", false, "write the golden files")

var noon = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)

// golden compares a drawing with a file.
func golden(t *testing.T, name string, draw func(w *strings.Builder) error) {
	t.Helper()
	var got strings.Builder
	if err := draw(&got); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}

func TestLine(t *testing.T) {
	day := plot.Frame{From: noon.Add(-24 * time.Hour), To: noon, Width: 72, Height: 8}
	wave := func(i int) float64 { return 50_000 + 20_000*math.Sin(float64(i)/288*2*math.Pi) }
	for name, test := range map[string]struct {
		frame plot.Frame
		value func(i int) float64
		n     int
	}{
		"wave":  {day, wave, 288},
		"spike": {day, func(i int) float64 { return wave(i) + 1e6*float64(i/150*(150/max(i, 1))) }, 288},
		"flat":  {day, func(int) float64 { return 3 }, 288},
		"one":   {day, func(int) float64 { return -0.004 }, 1},
		"none":  {day, wave, 0},
		"hour":  {plot.Frame{From: noon.Add(-time.Hour), To: noon, Width: 60, Height: 4}, wave, 288},
		"night": {plot.Frame{From: noon.Add(-13 * time.Hour), To: noon, Width: 60, Height: 4}, wave, 288},
		"weeks": {plot.Frame{From: noon.Add(-14 * 24 * time.Hour), To: noon, Width: 60, Height: 4}, wave, 288},
	} {
		t.Run(name, func(t *testing.T) {
			var points []plot.Point
			step := test.frame.To.Sub(test.frame.From) / time.Duration(max(test.n, 1))
			for i := range test.n {
				points = append(points, plot.Point{At: test.frame.From.Add(time.Duration(i) * step), Value: test.value(i)})
			}
			golden(t, "line-"+name, func(w *strings.Builder) error { return plot.Line(w, test.frame, points) })
		})
	}
}

func TestPresence(t *testing.T) {
	frame := plot.Frame{From: noon.Add(-24 * time.Hour), To: noon, Width: 60}
	var lists, always, once []time.Time
	for i := range 288 {
		at := frame.From.Add(time.Duration(i) * 5 * time.Minute)
		if i > 100 && i < 130 {
			continue // silent
		}
		lists, always = append(lists, at), append(always, at)
		if i == 200 {
			once = append(once, at)
		}
	}
	golden(t, "presence", func(w *strings.Builder) error {
		return plot.Presence(w, frame, lists, []plot.Row{{"443", always}, {"8883", always}, {"23", once}, {"a-very-long-name-of-a-member-of-a-list", once}})
	})
	golden(t, "presence-empty-lists", func(w *strings.Builder) error { return plot.Presence(w, frame, lists, nil) })
}

// No line is wider than asked for, whatever the values, and none fails.
func TestWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frame := plot.Frame{From: noon, To: noon.Add(time.Duration(rapid.IntRange(0, 1e6).Draw(t, "seconds")) * time.Second)}
		frame.Width, frame.Height = rapid.IntRange(0, 150).Draw(t, "width"), rapid.IntRange(0, 20).Draw(t, "height")
		var points []plot.Point
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			at := noon.Add(time.Duration(rapid.IntRange(-10, 1e6).Draw(t, "at")) * time.Second)
			points = append(points, plot.Point{At: at, Value: rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "value")})
		}
		var b strings.Builder
		if err := plot.Line(&b, frame, points); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > max(frame.Width, plot.MinWidth) {
				t.Fatalf("%d columns in a plot of %d: %s", n, frame.Width, line)
			}
		}
	})
}

func TestShort(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 7: "7", 999: "999", 999.7: "1k", 1530: "1.53k", 60_000_000: "60M", -12.5: "-12.5", 123.4: "123", 0.00125: "1.25e-03", 1e30: "1.00e+30",
	} {
		if got := plot.Short(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}
