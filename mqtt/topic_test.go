package mqtt

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// matches is the specification's text (section 4.7) in the plainest words; the
// oracle for the tree.
func matches(filter, topic string) bool {
	if strings.HasPrefix(topic, "$") && !strings.HasPrefix(filter, "$") && (filter[0] == '+' || filter[0] == '#') {
		return false
	}
	f, t := strings.Split(filter, "/"), strings.Split(topic, "/")
	for i, level := range f {
		if level == "#" {
			return true // also the parent level
		}
		if i >= len(t) || level != "+" && level != t[i] {
			return false
		}
	}
	return len(f) == len(t)
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		filter, topic string
		want          bool
	}{
		{"sport/tennis/player1/#", "sport/tennis/player1", true},
		{"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
		{"sport/#", "sport", true},
		{"#", "a/b", true},
		{"sport/tennis/+", "sport/tennis/player1/ranking", false},
		{"sport/+", "sport", false},
		{"sport/+", "sport/", true},
		{"+", "finance", true},
		{"+/+", "/finance", true},
		{"/+", "/finance", true},
		{"+", "/finance", false},
		{"#", "$SYS/x", false},
		{"+/x", "$SYS/x", false},
		{"+/#", "$SYS", false},
		{"$SYS/#", "$SYS/x", true},
		{"$SYS/+", "$SYS/x", true},
		{"a", "a", true},
		{"a", "A", false},
		{"a//b", "a//b", true},
		{"a/+/b", "a//b", true},
		{"/", "/", true},
		{"+/+", "/", true},
		{"/#", "/", true},
	} {
		t.Run(fmt.Sprintf("ok/%s on %s", tt.filter, tt.topic), func(t *testing.T) {
			if got := matches(tt.filter, tt.topic); got != tt.want {
				t.Errorf("oracle: got %v", got)
			}
			tr := newTree()
			tr.add(&subscription{session: &session{}, filter: tt.filter})
			var m matcher
			if tr.match(&m, []byte(tt.topic)); (len(m.matches) == 1) != tt.want {
				t.Errorf("tree: got %d matches", len(m.matches))
			}
			var r trie[string]
			r.put(tt.topic, &tt.topic)
			if got := r.matchFilter(nil, tt.filter); (len(got) == 1) != tt.want {
				t.Errorf("trie of topics: got %d matches", len(got))
			}
		})
	}
}

func TestValidFilter(t *testing.T) {
	for _, f := range []string{"a", "/", "#", "+", "a/+/b", "a/#", "+/#", "a b", "$share"} {
		if !validFilter(f) {
			t.Errorf("%q: got invalid", f)
		}
	}
	for _, f := range []string{"", "a#", "a/b#", "#/a", "a/#/b", "a+", "+a/b", "++", strings.Repeat("/", maxLevels)} {
		if validFilter(f) {
			t.Errorf("%q: got valid", f)
		}
	}
	for f, want := range map[string]bool{"$share/g/a": true, "$share": true, "$shared/a": false, "share/a": false} {
		if isShared(f) != want {
			t.Errorf("isShared(%q): got %v", f, !want)
		}
	}
}

func drawTopic() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		levels := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "", "$s", "dd"}), 1, 5).Draw(t, "levels")
		topic := strings.Join(levels, "/")
		if topic == "" {
			return "a"
		}
		return topic
	})
}

func drawFilter() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		levels := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "", "$s", "dd", "+", "+"}), 1, 5).Draw(t, "levels")
		if rapid.IntRange(0, 2).Draw(t, "hash") == 0 {
			levels = append(levels, "#")
		}
		filter := strings.Join(levels, "/")
		if filter == "" {
			return "#"
		}
		return filter
	})
}

// TestTreeModel adds and removes subscriptions of a few sessions and compares
// each match with the oracle's.
func TestTreeModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := newTree()
		sessions := []*session{{number: 1}, {number: 2}, {number: 3}}
		type key struct {
			session uint64
			filter  string
		}
		model := map[key]*subscription{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			s := rapid.SampledFrom(sessions).Draw(t, "session")
			f := drawFilter().Draw(t, "filter")
			k := key{s.number, f}
			switch sub := model[k]; {
			case sub == nil:
				model[k] = &subscription{session: s, filter: f}
				tr.add(model[k])
			case rapid.Bool().Draw(t, "change"):
				tr.change(sub, sub.options^1, sub.id+1)
			default:
				tr.remove(sub)
				delete(model, k)
			}
			topic := drawTopic().Draw(t, "topic")
			var want, got []match
			for _, sub := range model {
				if matches(sub.filter, topic) {
					want = append(want, match{sub.session, sub.id, sub.options, nil})
				}
			}
			var m matcher
			tr.match(&m, []byte(topic))
			got = slices.Clone(m.matches)
			order := func(a, b match) int {
				return int(a.session.number)*1000 - int(b.session.number)*1000 + int(a.id) - int(b.id) + 100*(int(a.options)-int(b.options))
			}
			slices.SortFunc(want, order)
			slices.SortFunc(got, order)
			if !slices.Equal(want, got) {
				t.Fatalf("topic %q: got %v, want %v", topic, got, want)
			}
		}
		for _, sub := range model {
			tr.remove(sub)
		}
		if !tr.wild.root.empty() {
			t.Fatal("the trie is not empty after everything was removed")
		}
	})
}

// TestTopicTrieModel does the same for retained topics.
func TestTopicTrieModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tr trie[string]
		model := map[string]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			topic := drawTopic().Draw(t, "topic")
			if model[topic] {
				tr.remove(topic)
				delete(model, topic)
			} else {
				tr.put(topic, &topic)
				model[topic] = true
			}
			filter := drawFilter().Draw(t, "filter")
			var want, got []string
			for topic := range model {
				if tr.find(topic) == nil {
					t.Fatalf("%q is not found", topic)
				}
				if matches(filter, topic) {
					want = append(want, topic)
				}
			}
			for _, v := range tr.matchFilter(nil, filter) {
				got = append(got, *v)
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("filter %q (-want +got):\n%s", filter, diff)
			}
			if len(tr.all()) != len(model) {
				t.Fatalf("all: got %d, want %d", len(tr.all()), len(model))
			}
		}
	})
}
