package control

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"

	"vedette/api"
)

// defaultPage is the length of a page that nobody asked the length of (U75).
const defaultPage = 25

// pager says which page of a list a call asks for. K is the key by which the
// list is ordered.
type pager[K any] struct {
	limit int // length of the page
	after *K  // key of the last element of the page before; nil: the first page
	list  pageToken[K]
}

// pageToken is what a nextToken says: where to go on, and in which list. It
// travels as base64url of its JSON behind four bytes of checksum.
type pageToken[K any] struct {
	Version   int    `json:"v"` // tokenVersion
	Operation string `json:"op"`
	Filters   string `json:"filters,omitempty"` // digest of the filters of the call
	After     *K     `json:"after"`
}

const tokenVersion = 1

// newPager reads the token and the page length of a call of op. The filters
// are the members of the call that say which list it is; a token of another
// list is refused.
func newPager[K any](op *api.Operation, nextToken *string, maxResults *int32, filters ...any) (*pager[K], error) {
	p := &pager[K]{limit: defaultPage, list: pageToken[K]{Version: tokenVersion, Operation: op.Name}}
	if maxResults != nil {
		p.limit = int(*maxResults)
	}
	if len(filters) > 0 {
		p.list.Filters = digest(filters)[:16]
	}
	if nextToken == nil {
		return p, nil
	}
	given, ok := decodeToken[K](*nextToken)
	if !ok || given.After == nil {
		return nil, api.InvalidRequest("The nextToken is invalid: it was not issued by this service.")
	}
	p.after, given.After = given.After, nil
	if given != p.list {
		return nil, api.InvalidRequest("The nextToken is invalid: it was issued for a different request.")
	}
	return p, nil
}

// read is how many elements to read for a page: one more than its length tells
// whether another follows.
func (p *pager[K]) read() int { return p.limit + 1 }

// next returns the token of the page after the key; nil for none.
func (p *pager[K]) next(after *K) *string {
	if after == nil {
		return nil
	}
	token := p.list
	token.After = after
	return new(token.encode())
}

// cut makes a page of the elements read, and its nextToken if more follow.
func cut[T, K any](p *pager[K], list []T, key func(T) K) ([]T, *string) {
	if list == nil {
		return []T{}, nil // answered as [], not left out
	}
	if len(list) <= p.limit {
		return list, nil
	}
	return list[:p.limit], p.next(new(key(list[p.limit-1])))
}

// byName is the key of a list of names.
func byName(name string) string { return name }

func (t *pageToken[K]) encode() string {
	body, err := json.Marshal(t)
	if err != nil {
		panic(fmt.Sprintf("control: encode page token: %v", err)) // keys are strings and numbers
	}
	sealed := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
	return base64.RawURLEncoding.EncodeToString(append(sealed, body...))
}

func decodeToken[K any](s string) (t pageToken[K], ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(sealed) < 4 || crc32.ChecksumIEEE(sealed[4:]) != binary.BigEndian.Uint32(sealed) {
		return t, false
	}
	return t, json.Unmarshal(sealed[4:], &t) == nil
}

// digest returns a name for the content of v: equal for equal JSON.
func digest(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("control: digest: %v", err)) // only the API's own shapes come here
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// mapped returns fn of every element, never nil: an empty list is answered as [].
func mapped[T, U any](list []T, fn func(T) U) []U {
	result := make([]U, len(list))
	for i, v := range list {
		result[i] = fn(v)
	}
	return result
}
