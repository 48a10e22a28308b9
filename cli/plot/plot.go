// Package plot draws values over time with the characters of a terminal: numbers as a
// line of braille dots, lists as a row for each of their members.
package plot

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Point is a number at a time.
type Point struct {
	At    time.Time
	Value float64
}

// Frame is where a plot is drawn.
type Frame struct {
	From, To time.Time // at the left and at the right edge; in the zone in which they are shown
	Width    int       // columns, the labels included; at least MinWidth is taken
	Height   int       // lines of a line plot, without the axis; at least 2 are taken
}

// MinWidth is the least number of columns that a plot takes.
const MinWidth = 50

// A braille character is 2 dots wide and 4 high.
const (
	dotsAcross = 2
	dotsDown   = 4
	blank      = '\u2800'
)

// dot holds the bit of each dot of a braille character, by line and column.
var dot = [dotsDown][dotsAcross]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

// Line draws points, in any order, with the largest and the smallest value at the axis.
// Points at the same place of the plot are joined, so that no spike is lost.
func Line(w io.Writer, f Frame, points []Point) error {
	f.Width, f.Height = max(f.Width, MinWidth), max(f.Height, 2)
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		low, high = min(low, p.Value), max(high, p.Value)
	}
	if len(points) == 0 {
		_, err := fmt.Fprintln(w, "no values")
		return err
	}
	labels := []string{Short(high), Short(low)}
	if low == high {
		labels[0] = ""
	}
	margin := max(utf8.RuneCountInString(labels[0]), utf8.RuneCountInString(labels[1])) + 2
	columns := f.Width - margin
	cells := f.cells(points, columns, low, high)
	var b strings.Builder
	for i, row := range cells {
		label := ""
		switch i {
		case 0:
			label = labels[0]
		case f.Height - 1:
			label = labels[1]
		}
		fmt.Fprintf(&b, "%*s ┤%s\n", margin-2, label, strings.TrimRight(string(row), string(blank)))
	}
	f.axis(&b, margin, columns)
	_, err := io.WriteString(w, b.String())
	return err
}

// cells returns the characters of a line plot.
func (f *Frame) cells(points []Point, columns int, low, high float64) [][]rune {
	cells := make([][]rune, f.Height)
	for i := range cells {
		cells[i] = []rune(strings.Repeat(string(blank), columns))
	}
	type reach struct{ from, to int }
	dots := make(map[int]reach, len(points))
	for _, p := range points {
		x := f.place(p.At, columns*dotsAcross)
		y := 0
		if high > low {
			y = int(math.Round((p.Value/2 - low/2) / (high/2 - low/2) * float64(f.Height*dotsDown-1)))
		}
		r, ok := dots[x]
		if !ok {
			r = reach{y, y}
		}
		dots[x] = reach{min(r.from, y), max(r.to, y)}
	}
	for x, r := range dots {
		for y := r.from; y <= r.to; y++ {
			down := f.Height*dotsDown - 1 - y
			cells[down/dotsDown][x/dotsAcross] |= dot[down%dotsDown][x%dotsAcross]
		}
	}
	return cells
}

// place returns the place of a time among n from left to right.
func (f *Frame) place(at time.Time, n int) int {
	span := f.To.Sub(f.From)
	if span <= 0 {
		return 0
	}
	return min(max(int(float64(at.Sub(f.From))/float64(span)*float64(n)), 0), n-1)
}

// axis draws the times below a plot.
func (f *Frame) axis(b *strings.Builder, margin, columns int) {
	layout := "15:04"
	if f.To.Sub(f.From) >= 24*time.Hour || f.From.Day() != f.To.Day() {
		layout = "Jan 02 15:04"
	}
	left, right := f.From.Format(layout), f.To.Format(layout+" MST")
	fmt.Fprintf(b, "%s└%s\n", strings.Repeat(" ", margin-1), strings.Repeat("─", columns))
	fmt.Fprintf(b, "%s%s%s%s\n", strings.Repeat(" ", margin), left, strings.Repeat(" ", max(1, columns-len(left)-len(right))), right)
}

// Short writes a number with at most four digits: 1530 is 1.53k, 0.00125 is 1.25e-03.
func Short(v float64) string {
	units := []string{"", "k", "M", "G", "T", "P", "E"}
	a, unit := math.Abs(v), 0
	if a != 0 && a < 0.01 || a >= 1e21 {
		return fmt.Sprintf("%.2e", v)
	}
	for a >= 999.5 && unit < len(units)-1 {
		a, v, unit = a/1000, v/1000, unit+1
	}
	switch {
	case a == math.Trunc(a):
		return strconv.FormatFloat(v, 'f', 0, 64) + units[unit]
	case a >= 100:
		return fmt.Sprintf("%.0f%s", v, units[unit])
	}
	text := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + units[unit]
}

// Row is a member of lists, and when it was in one.
type Row struct {
	Name string
	At   []time.Time
}

// Presence draws a row for each member, with a block where a list had it and a dot
// where lists came without it; lists has the times of all lists.
func Presence(w io.Writer, f Frame, lists []time.Time, rows []Row) error {
	f.Width = max(f.Width, MinWidth)
	margin := 0
	for _, r := range rows {
		margin = max(margin, utf8.RuneCountInString(r.Name))
	}
	margin = min(margin, f.Width/2) + 2
	columns := f.Width - margin
	ground := []rune(strings.Repeat(" ", columns))
	for _, at := range lists {
		ground[f.place(at, columns)] = '·'
	}
	var b strings.Builder
	if len(rows) == 0 {
		fmt.Fprintf(&b, "%*s %s\n", margin-1, "", strings.TrimRight(string(ground), " "))
	}
	for _, r := range rows {
		line := slices.Clone(ground)
		for _, at := range r.At {
			line[f.place(at, columns)] = '█'
		}
		fmt.Fprintf(&b, "%s ┤%s\n", pad(r.Name, margin-2), strings.TrimRight(string(line), " "))
	}
	f.axis(&b, margin, columns)
	_, err := io.WriteString(w, b.String())
	return err
}

// pad makes a text as long as width, cut with an ellipsis if it is longer.
func pad(s string, width int) string {
	runes := []rune(s)
	if len(runes) > width {
		return string(runes[:width-1]) + "…"
	}
	return strings.Repeat(" ", width-len(runes)) + s
}
