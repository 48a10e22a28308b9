package client

import (
	"encoding/base64"
	"errors"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"vedette/cli/document"
)

// truncated is the member of a resume token that counts the items of its page
// that were shown already.
const truncated = "boto_truncate_amount"

// setResume makes the resume token of where the pages ended.
func (p *Pages) setResume(next *document.Map) error {
	expected := []string{p.op.Paginate.InputToken}
	if next.Has(truncated) {
		expected = append(expected, truncated)
	}
	if !slices.Equal(slices.Sorted(slices.Values(next.Keys())), slices.Sorted(slices.Values(expected))) {
		return wordsf("Bad starting token: %s", document.Repr(next))
	}
	p.resume = base64.StdEncoding.EncodeToString([]byte(document.Compact(next)))
	return nil
}

// decodeToken reads a starting token: a resume token, or in the form of old
// releases TOKEN___COUNT, or the service's own token. skip is of any type, as a
// resume token may be forged.
func (p *Pages) decodeToken(token string) (next *document.Map, skip document.Value, err error) {
	if raw, err := decodeBase64(token); err == nil && utf8.Valid(raw) {
		if v, err := document.Parse(string(raw)); err == nil {
			switch v := v.(type) {
			case *document.Map:
				skip = int64(0)
				if v.Has(truncated) {
					skip = v.Value(truncated)
				}
				v.Delete(truncated)
				return v, skip, nil
			case []document.Value: // taken for a token of another form
			default:
				return nil, nil, lacks(v, "pop")
			}
		}
	}
	parts := strings.Split(token, "___")
	skip = int64(0)
	if len(parts) == 2 {
		if n, err := document.ReadInteger(parts[1]); err == nil {
			parts, skip = parts[:1], n
		} else {
			parts = []string{token}
		}
	}
	if len(parts) > 1 {
		return nil, nil, wordsf("Bad starting token: %s", token)
	}
	next = document.NewMap(p.op.Paginate.InputToken, parts[0])
	if parts[0] == "None" {
		next.Set(p.op.Paginate.InputToken, nil)
	}
	return next, skip, nil
}

// place returns where a place of a slice of Python is among length items: those
// below zero count from the end.
func place(v document.Value, length int) (int, error) {
	if v == nil {
		return 0, nil
	}
	at, ok := integer(v)
	if !ok {
		return 0, errors.New("slice indices must be integers or None or have an __index__ method")
	}
	if at.Sign() < 0 {
		at = new(big.Int).Add(at, big.NewInt(int64(length)))
	}
	switch {
	case at.Sign() < 0:
		return 0, nil
	case at.Cmp(big.NewInt(int64(length))) > 0:
		return length, nil
	}
	return int(at.Int64()), nil
}

// integer returns a number as Python counts with it: booleans are numbers too.
func integer(v document.Value) (*big.Int, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return big.NewInt(1), true
		}
		return new(big.Int), true
	case int64:
		return big.NewInt(v), true
	case *big.Int:
		return v, true
	}
	return nil, false
}
