package control

import (
	"encoding/hex"
	"strings"

	"vedette/api"
	"vedette/store"
)

// Lists of certificates and policies page by marker and pageSize. A marker is a
// nextToken in hex digits: the API's model allows no - and no _ in it, and a +
// would have to be escaped in a URL.

// newMarkerPager is newPager for lists with markers.
func newMarkerPager[K any](op *api.Operation, marker *string, pageSize *int32, filters ...any) (*pager[K], error) {
	if marker != nil {
		token, _ := hex.DecodeString(*marker) // what is no token is refused below
		marker = new(string(token))
	}
	p, err := newPager[K](op, marker, pageSize, filters...)
	if e, ok := err.(*api.Error); ok {
		e.Message = strings.Replace(e.Message, "nextToken", "marker", 1)
	}
	return p, err
}

// marker returns the nextMarker of a page by its nextToken.
func marker(token *string) *string {
	if token == nil {
		return nil
	}
	return new(hex.EncodeToString([]byte(*token)))
}

// creationPage says what to read for a page of a list by creation, newest first
// unless ascending.
func creationPage(p *pager[store.CreationKey], ascending *bool) store.CreationPage {
	return store.CreationPage{After: p.after, Ascending: api.Value(ascending), Limit: p.read()}
}
