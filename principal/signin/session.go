package signin

import "time"

// How long sessions live.
const (
	Lifetime   = 12 * time.Hour     // of a token
	RenewAfter = time.Hour          // then a request that comes with it gets a new one
	MaxAge     = 7 * 24 * time.Hour // since the sign-in: no token lives longer
)

// Session is who has signed in: with an access key, or as the user of an OpenID Connect
// provider.
type Session struct {
	AccessKeyID string    // empty: of an OpenID Connect provider's user
	User        string    // of a provider: as people call the user
	Role        string    // of a provider: decides what the user may do
	Began       time.Time // when it was signed in; whole seconds
	Expires     time.Time // the token; whole seconds
}

// wire is a session as a token says it.
type wire struct {
	Key     string `json:"k,omitempty"`
	User    string `json:"u,omitempty"`
	Role    string `json:"r,omitempty"`
	Began   int64  `json:"b"`
	Expires int64  `json:"e"`
	Nonce   string `json:"n"` // no two tokens are the same
}

// Begin returns the session that s is from now on.
func (s Session) Begin(now time.Time) Session {
	s.Began = now.UTC().Truncate(time.Second)
	s.Expires = s.Began.Add(Lifetime)
	return s
}

// Renew returns s with a token that lives longer; false: it need not or must not have
// one. The session of a provider's user is not renewed: whether somebody still is one
// only the provider knows.
func (s Session) Renew(now time.Time) (Session, bool) {
	if s.AccessKeyID == "" || now.Before(s.Expires.Add(RenewAfter-Lifetime)) {
		return s, false
	}
	longer := now.UTC().Truncate(time.Second).Add(Lifetime)
	if last := s.Began.Add(MaxAge); longer.After(last) {
		longer = last
	}
	if !longer.After(s.Expires) {
		return s, false
	}
	s.Expires = longer
	return s, true
}

// Token returns the token of the session, made with a secret: that of the access key, or
// for a provider's user that of the root user's key.
func (s Session) Token(secret string) string {
	return seal(secret, forSession, wire{s.AccessKeyID, s.User, s.Role, s.Began.Unix(), s.Expires.Unix(), random()})
}

// Open returns the session of a token, or ErrInvalid or ErrExpired. secretOf is asked
// for the secret of an access key, or with "" for that of the root user's key; "" says
// that there is none. Its errors are returned as they are.
func Open(token string, now time.Time, secretOf func(accessKeyID string) (string, error)) (Session, error) {
	var w wire
	madeWith, err := read(token, forSession, &w)
	if err != nil {
		return Session{}, err
	}
	secret, err := secretOf(w.Key)
	switch {
	case err != nil:
		return Session{}, err
	case !madeWith(secret):
		return Session{}, ErrInvalid
	case now.Unix() >= w.Expires:
		return Session{}, ErrExpired
	}
	return Session{
		AccessKeyID: w.Key, User: w.User, Role: w.Role,
		Began: time.Unix(w.Began, 0).UTC(), Expires: time.Unix(w.Expires, 0).UTC(),
	}, nil
}
