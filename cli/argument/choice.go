package argument

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"vedette/cli/document"
)

// invalidChoice says what could have stood in place of a word: all choices, two
// a line, and those that are so alike that a slip of the finger may be behind it.
func invalidChoice(word string, choices []string) string {
	var b strings.Builder
	b.WriteString("Invalid choice, valid choices are:\n")
	for i := 0; i < len(choices); i += 2 {
		fmt.Fprintf(&b, "\n%-40s", choices[i])
		if i+1 < len(choices) {
			fmt.Fprintf(&b, " | %-40s", choices[i+1])
		}
	}
	if alike := closest(word, choices); alike != nil {
		fmt.Fprintf(&b, "\n\n\nInvalid choice: %s, maybe you meant:\n", document.Repr(word))
		for _, choice := range alike {
			b.WriteString("\n  * " + choice)
		}
	}
	return b.String()
}

// closest returns at most three choices that share at least 0.8 of their letters
// with the word, the most alike first.
func closest(word string, choices []string) []string {
	type scored struct {
		choice string
		ratio  float64
	}
	var good []scored
	for _, choice := range choices {
		ratio := 1.0
		if n := len(word) + len(choice); n > 0 {
			ratio = 2 * float64(shared(choice, word)) / float64(n)
		}
		if ratio >= 0.8 {
			good = append(good, scored{choice, ratio})
		}
	}
	slices.SortStableFunc(good, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.ratio, a.ratio), strings.Compare(b.choice, a.choice))
	})
	var names []string
	for _, s := range good[:min(3, len(good))] {
		names = append(names, s.choice)
	}
	return names
}

// shared counts the letters that a and b have in common, in order: those of
// their longest common part, and then of what lies left and right of it.
func shared(a, b string) int {
	if a == "" || b == "" {
		return 0
	}
	var atA, atB, size int
	previous := make([]int, len(b)+1)
	for i := range len(a) {
		current := make([]int, len(b)+1)
		for j := range len(b) {
			if a[i] != b[j] {
				continue
			}
			current[j+1] = previous[j] + 1
			if current[j+1] > size {
				size = current[j+1]
				atA, atB = i+1-size, j+1-size
			}
		}
		previous = current
	}
	if size == 0 {
		return 0
	}
	return size + shared(a[:atA], b[:atB]) + shared(a[atA+size:], b[atB+size:])
}
