package client

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"vedette/api"
	"vedette/cli/document"
)

// decodeBlobs returns v with the Base64 texts that stand for blobs decoded.
func decodeBlobs(shape *api.Shape, v document.Value) (document.Value, error) {
	switch v := v.(type) {
	case *document.Map:
		decoded := new(document.Map)
		for key, value := range v.All() {
			if of := inner(shape, key); of != nil {
				var err error
				if value, err = decodeBlobs(of, value); err != nil {
					return nil, err
				}
			}
			decoded.SetKey(v.Key(key), value)
		}
		return decoded, nil
	case []document.Value:
		if shape.Type != api.TypeList {
			return v, nil
		}
		decoded := make([]document.Value, len(v))
		for i, element := range v {
			var err error
			if decoded[i], err = decodeBlobs(shape.Element, element); err != nil {
				return nil, err
			}
		}
		return decoded, nil
	case string:
		if shape.Type == api.TypeBlob {
			return decodeBase64(v)
		}
	}
	return v, nil
}

// inner returns the shape of what an object of a shape has under a key, or nil
// where the model knows none.
func inner(shape *api.Shape, key string) *api.Shape {
	if shape.Type != api.TypeStructure {
		return shape.Value
	}
	if member := shape.Member(key); member != nil {
		return member.Shape
	}
	return nil
}

// decodeBase64 reads Base64 as Python's b64decode does: what is no letter of it
// is passed over, and the first complete padding ends it.
func decodeBase64(s string) (document.Bytes, error) {
	var letters strings.Builder
	padding := 0
	for _, c := range s {
		switch {
		case c >= 0x80:
			return nil, errors.New("string argument should contain only ASCII characters")
		case c == '=':
			if padding++; letters.Len()%4 >= 2 && letters.Len()%4+padding >= 4 {
				return decodeLetters(letters.String())
			}
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			padding = 0
			letters.WriteRune(c)
		}
	}
	if letters.Len()%4 != 0 {
		return nil, wordsf("Invalid base64: \"%s\"", s)
	}
	return decodeLetters(letters.String())
}

func decodeLetters(letters string) (document.Bytes, error) {
	decoded, err := base64.RawStdEncoding.DecodeString(letters)
	if err != nil {
		return nil, fmt.Errorf("decode %d letters of Base64: %w", len(letters), err)
	}
	return decoded, nil
}
