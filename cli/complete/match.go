package complete

import (
	"cmp"
	"slices"
	"strings"
)

// filter returns the candidates that fit what is written, the best first.
func (s *set) filter(fuzzy bool) []Candidate {
	var begin, inside []Candidate
	ranks := map[string]int{}
	for _, c := range s.list {
		switch {
		case hasPrefix(c.Label, s.fragment, fuzzy):
			begin = append(begin, c)
		case fuzzy:
			if rank, ok := spread(c.Label, s.fragment); ok {
				ranks[c.Label] = rank
				inside = append(inside, c)
			}
		}
	}
	slices.SortStableFunc(inside, func(a, b Candidate) int { return cmp.Compare(ranks[a.Label], ranks[b.Label]) })
	all := append(begin, inside...)
	word := s.prefix + s.fragment
	whole := slices.ContainsFunc(all, func(c Candidate) bool { return c.Text == word })
	switch {
	case s.closer == "" || len(all) > 0 && !whole:
		return all
	case !fuzzy && len(all) > 1:
		return all // a shell shows what goes on, and ends the value when nothing does
	case !fuzzy:
		all = nil
	}
	return append(all, Candidate{Text: word + s.closer, Label: s.closer, Kind: Closer, Open: true, About: s.about})
}

// hasPrefix tells whether a label begins with what is written.
func hasPrefix(label, fragment string, anyCase bool) bool {
	if len(label) < len(fragment) {
		return false
	}
	return label[:len(fragment)] == fragment || anyCase && strings.EqualFold(label[:len(fragment)], fragment)
}

// spread tells whether the letters of fragment are in label in their order. The
// closer they are and the earlier they begin, the lower the rank.
func spread(label, fragment string) (rank int, ok bool) {
	text, want := []rune(strings.ToLower(label)), []rune(strings.ToLower(fragment))
	for start := range text {
		end := start
		for _, r := range want {
			i := slices.Index(text[end:], r)
			if i < 0 {
				return rank, ok // a later start finds no more
			}
			end += i + 1
		}
		if text[start] != want[0] {
			continue
		}
		if here := (end-start)<<16 + start; !ok || here < rank {
			rank, ok = here, true
		}
	}
	return rank, ok
}
