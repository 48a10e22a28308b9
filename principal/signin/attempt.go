package signin

import (
	"crypto/subtle"
	"time"
)

// AttemptLifetime is how long somebody may take to sign in at a provider.
const AttemptLifetime = 10 * time.Minute

// Attempt is a sign-in that is under way at an OpenID Connect provider. The browser
// keeps its token, so that only the browser that began it can end it.
type Attempt struct {
	State    string `json:"s"` // comes back with the browser
	Nonce    string `json:"n"` // comes back in the provider's token
	Verifier string `json:"v"` // proves to the provider who began it (PKCE, RFC 7636)
	ReturnTo string `json:"r"` // the path to go to afterwards
	Expires  int64  `json:"e"` // epoch seconds
}

// NewAttempt returns an attempt that begins now, with a verifier.
func NewAttempt(now time.Time, verifier, returnTo string) Attempt {
	return Attempt{State: random(), Nonce: random(), Verifier: verifier, ReturnTo: returnTo, Expires: now.Add(AttemptLifetime).Unix()}
}

// Token returns the token of the attempt, made with a secret.
func (a Attempt) Token(secret string) string { return seal(secret, forAttempt, a) }

// OpenAttempt returns the attempt of a token that the browser brought together with a
// state, or ErrInvalid or ErrExpired.
func OpenAttempt(token, state, secret string, now time.Time) (Attempt, error) {
	var a Attempt
	madeWith, err := read(token, forAttempt, &a)
	switch {
	case err != nil:
		return Attempt{}, err
	case !madeWith(secret), subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1:
		return Attempt{}, ErrInvalid
	case now.Unix() >= a.Expires:
		return Attempt{}, ErrExpired
	}
	return a, nil
}
