package control

import (
	"testing"

	"vedette/api"
	"vedette/store"
)

// FuzzPageToken sees to it that a token is either refused or the one that this
// service would issue.
func FuzzPageToken(f *testing.F) {
	list := func(token *string) (*pager[store.ThingKey], error) {
		return newPager[store.ThingKey](api.ListThings, token, nil, "filter")
	}
	first, err := list(nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "AAAA", *first.next(&store.ThingKey{Value: "v", Name: "t"})} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		p, err := list(&token)
		if err != nil {
			return
		}
		again, err := list(p.next(p.after))
		if err != nil || *again.after != *p.after {
			t.Errorf("token %q means %+v, but that is issued as another one: %v", token, *p.after, err)
		}
	})
}
