package app

import (
	"slices"
	"strings"
	"testing"

	"vedette/store"
)

const someID = "0123456789abcdef0123456789abcdef"

func TestPlaces(t *testing.T) {
	for _, places := range [][]store.EventPlace{
		{{}},
		{{Pos: 1<<63 - 1, ID: someID, Ends: true}},
		{{Pos: 7, ID: someID}, {}, {Pos: 9, ID: someID, Ends: true}},
	} {
		id := placesID(places)
		got, err := parsePlaces(id, len(places))
		if err != nil || !slices.Equal(got, places) {
			t.Errorf("%s: got %v, %v, want %v", id, got, err, places)
		}
	}
	if got, err := parsePlaces("", 3); got != nil || err != nil {
		t.Errorf("none: got %v, %v", got, err)
	}
	for _, bad := range []string{
		"x", "1", "1-", "1--0", "1-" + someID, "1-" + someID + "-2", "1-" + someID[1:] + "-0", "1-" + strings.ToUpper(someID) + "-0",
		"-1-" + someID + "-0", "9223372036854775808-" + someID + "-0", "1-" + someID + "-0,", "1-" + someID + "-0,0--0", strings.Repeat("0--0,", 5000) + "0--0",
	} {
		if got, err := parsePlaces(bad, 1); err == nil {
			t.Errorf("%s: got %v, want it refused", bad, got)
		}
	}
}

// FuzzPlaces: what is read of an id is what was written, whatever clients send.
func FuzzPlaces(f *testing.F) {
	for _, id := range []string{"", "0--0", "7-" + someID + "-1", "7-" + someID + "-1,0--0"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		places, err := parsePlaces(id, strings.Count(id, ",")+1)
		if err != nil || places == nil {
			return
		}
		again, err := parsePlaces(placesID(places), len(places))
		if err != nil || !slices.Equal(again, places) {
			t.Errorf("%q: got %v, then %v, %v", id, places, again, err)
		}
	})
}

func TestEarlier(t *testing.T) {
	order := []store.EventPlace{{}, {Pos: 1, ID: "a"}, {Pos: 1, ID: "a", Ends: true}, {Pos: 1, ID: "b"}, {Pos: 2, ID: "a"}}
	for i, a := range order {
		for j, b := range order {
			if earlier(a, b) != (i < j) {
				t.Errorf("earlier(%v, %v) is %t", a, b, i >= j)
			}
		}
	}
}
