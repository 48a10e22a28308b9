package output

import (
	"errors"
	"fmt"
	"math"

	"vedette/cli/document"
)

// padding is how much wider than its longest text a column is.
const padding = 4

// section is a part of a table that has columns of its own.
type section struct {
	title   *string // nil for a section without a name
	level   int     // of nesting: bars on each side
	headers []string
	rows    [][]string
	columns int   // how many each row has, as the first one had
	fixed   bool  // columns is known
	widths  []int // of the longest text of each column
}

func (s *section) addHeader(headers []string) error {
	if err := s.widen(headers); err != nil {
		return err
	}
	if !s.fixed {
		s.columns, s.fixed = len(headers), true
	}
	s.headers = headers
	return nil
}

func (s *section) addRow(values []document.Value) error {
	if !s.fixed {
		s.columns, s.fixed = len(values), true
	}
	if len(values) != s.columns {
		//lint:ignore ST1005 AWS CLI's words
		return fmt.Errorf("Row should have %d elements, instead it has %d", s.columns, len(values))
	}
	row := make([]string, len(values))
	for i, v := range values {
		row[i] = document.Text(v)
	}
	s.rows = append(s.rows, row)
	return s.widen(row)
}

// widen makes room for a row.
func (s *section) widen(row []string) error {
	if len(s.widths) == 0 {
		s.widths = make([]int, len(row))
	}
	if len(row) > len(s.widths) {
		return errors.New("list index out of range")
	}
	for i, text := range row {
		s.widths[i] = max(s.widths[i], textWidth(text))
	}
	return nil
}

// width returns how many columns of the screen the section wants.
func (s *section) width() int {
	edges := 2 + 2*s.level
	title := len("None") // AWS CLI measures what it does not print
	if s.title != nil {
		title = textWidth(*s.title)
	}
	sum := 0
	for _, w := range s.widths {
		sum += w + padding
	}
	return max(title, sum) + edges
}

// scaled returns the widths of the columns when they fill a width together. What
// rounding leaves over is taken from the first columns or given to the last.
func (s *section) scaled(width int) []int {
	sum := 0
	for _, w := range s.widths {
		sum += w + padding
	}
	scaled, over := make([]int, len(s.widths)), -width
	for i, w := range s.widths {
		scaled[i] = int(math.RoundToEven(float64(width) / float64(sum) * float64(w+padding)))
		over += scaled[i]
	}
	for i := 0; over > 0 && len(scaled) > 0; i++ {
		scaled[i%len(scaled)]--
		over--
	}
	for i := 0; over < 0 && len(scaled) > 0; i++ {
		scaled[len(scaled)-1-i%len(scaled)]++
		over++
	}
	return scaled
}

// upright returns the section with its only row turned into rows of header and
// value, or the section itself if it has more rows or no header.
func (s *section) upright() *section {
	if len(s.rows) != 1 || len(s.headers) == 0 {
		return s
	}
	turned := &section{title: s.title, level: s.level, columns: 2, fixed: true}
	for i, header := range s.headers[:min(len(s.headers), len(s.rows[0]))] {
		row := []string{header, s.rows[0][i]}
		turned.rows = append(turned.rows, row)
		_ = turned.widen(row) // a row of two fits
	}
	return turned
}
