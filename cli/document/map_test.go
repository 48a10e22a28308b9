package document_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"vedette/cli/document"
)

// TestMapAgainstPairs: a map of any size does what a list of pairs would.
func TestMapAgainstPairs(t *testing.T) {
	type pair struct {
		key   string
		value int64
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		m, pairs := new(document.Map), []pair(nil)
		for step := range int64(60) {
			key := strconv.Itoa(random.IntN(20))
			at := slices.IndexFunc(pairs, func(p pair) bool { return p.key == key })
			switch deleted := random.IntN(3) == 0; {
			case deleted && at >= 0:
				m.Delete(key)
				pairs = slices.Delete(pairs, at, at+1)
			case deleted:
				m.Delete(key)
			case at >= 0:
				m.Set(key, step)
				pairs[at].value = step
			default:
				m.Set(key, step)
				pairs = append(pairs, pair{key, step})
			}
			var got []pair
			for key, v := range m.All() {
				got = append(got, pair{key, v.(int64)})
			}
			if !slices.Equal(got, pairs) {
				t.Fatalf("got %v, want %v", got, pairs)
			}
			for key := range 20 {
				text := strconv.Itoa(key)
				at := slices.IndexFunc(pairs, func(p pair) bool { return p.key == text })
				if v, there := m.Get(text); there != (at >= 0) || there && v != pairs[at].value {
					t.Fatalf("key %s: got %v, %v of %v", text, v, there, pairs)
				}
			}
		}
	}
}
