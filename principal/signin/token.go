// Package signin has what stands in a browser for a signature: the tokens of sessions,
// and of sign-ins that are under way at an OpenID Connect provider.
//
// A token is a JSON object and a MAC over it, both in base64url with a dot between. The
// MAC's key is derived from the secret of an access key, so nothing is stored: all nodes
// of a deployment know a token, and one whose key is deleted, disabled or replaced is
// worth nothing at once. Until then, or until it expires, nothing can take a token back.
package signin

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// ErrInvalid is the error of a token that was not made with the secret, or is no token.
var ErrInvalid = errors.New("the token is not valid")

// ErrExpired is the error of a valid token whose time is over.
var ErrExpired = errors.New("the token has expired")

// maxToken is the greatest length of a token, in bytes: what a cookie can hold.
const maxToken = 4096

// Purposes of tokens: one is not taken for another.
const (
	forSession = "vedette session v1"
	forAttempt = "vedette sign-in v1"
)

var encoding = base64.RawURLEncoding.Strict()

// seal returns the token that says v.
func seal(secret, purpose string, v any) string {
	payload, err := json.Marshal(v)
	if err != nil {
		panic("signin: " + err.Error()) // the types of this package can be encoded
	}
	text := encoding.EncodeToString(payload)
	return text + "." + encoding.EncodeToString(mac(secret, purpose, text))
}

// read takes v from a token that may be anybody's, and returns what says whether it was
// made with a secret.
func read(token, purpose string, v any) (madeWith func(secret string) bool, err error) {
	text, sum, ok := strings.Cut(token, ".")
	if !ok || len(token) > maxToken || strings.ContainsAny(token, "\r\n") { // which base64 skips
		return nil, ErrInvalid
	}
	payload, err := encoding.DecodeString(text)
	if err != nil {
		return nil, ErrInvalid
	}
	given, err := encoding.DecodeString(sum)
	if err != nil {
		return nil, ErrInvalid
	}
	if err := json.Unmarshal(payload, v); err != nil {
		return nil, ErrInvalid
	}
	// hmac.Equal takes the same time wherever the two differ.
	return func(secret string) bool { return secret != "" && hmac.Equal(given, mac(secret, purpose, text)) }, nil
}

func mac(secret, purpose, text string) []byte {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, purpose, sha256.Size)
	if err != nil {
		panic("signin: " + err.Error()) // the length is fixed
	}
	h := hmac.New(sha256.New, key)
	fmt.Fprint(h, purpose, "\x00", text)
	return h.Sum(nil)
}

// random returns a text that nobody can guess: 128 bits.
func random() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return encoding.EncodeToString(b)
}
