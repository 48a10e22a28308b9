package signin_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/principal/signin"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// secrets of access keys; "" is asked for the root user's.
func secrets(id string) (string, error) {
	return map[string]string{"": "root secret", "AKIA1": "first secret", "AKIA2": "second secret"}[id], nil
}

func TestSession(t *testing.T) {
	for name, s := range map[string]struct {
		signin.Session
		secret string
	}{
		"access key":      {signin.Session{AccessKeyID: "AKIA1"}, "first secret"},
		"provider's user": {signin.Session{User: "ana@example.com", Role: "operators"}, "root secret"},
	} {
		t.Run(name, func(t *testing.T) {
			want := s.Begin(noon.Add(300 * time.Millisecond))
			token := want.Token(s.secret)
			if token == want.Token(s.secret) {
				t.Error("two tokens are the same")
			}
			if strings.Contains(token, s.secret) || strings.ContainsAny(token, "+/=; ,\"") {
				t.Errorf("%s cannot be a cookie", token)
			}
			for _, at := range []time.Duration{0, time.Hour, signin.Lifetime - time.Second} {
				got, err := signin.Open(token, noon.Add(at), secrets)
				if err != nil || !cmp.Equal(got, want) {
					t.Errorf("after %v: got %+v, %v", at, got, err)
				}
			}
			if _, err := signin.Open(token, noon.Add(signin.Lifetime), secrets); err != signin.ErrExpired {
				t.Errorf("got %v, want it expired", err)
			}
		})
	}
}

// flip changes the character at i of a token to another one.
func flip(token string, i int) string {
	c := byte('A')
	if token[i] == c {
		c = 'B'
	}
	return token[:i] + string(c) + token[i+1:]
}

func TestSessionRefused(t *testing.T) {
	session := signin.Session{AccessKeyID: "AKIA1"}.Begin(noon)
	token := session.Token("first secret")
	body, sum, _ := strings.Cut(token, ".")
	other, _, _ := strings.Cut(signin.Session{AccessKeyID: "AKIA2"}.Begin(noon).Token("second secret"), ".")
	attempt := signin.NewAttempt(noon, "verifier", "/console/")
	cases := map[string]string{
		"empty":                        "",
		"no dot":                       body,
		"no sum":                       body + ".",
		"no body":                      "." + sum,
		"padding":                      token + "=",
		"another's body":               other + "." + sum,
		"another secret":               session.Token("second secret"),
		"no secret":                    session.Token(""),
		"the secret of the root user":  session.Token("root secret"),
		"a key that is not there":      signin.Session{AccessKeyID: "AKIA3"}.Begin(noon).Token(""),
		"a user, without the root key": signin.Session{User: "u", Role: "r"}.Begin(noon).Token("first secret"),
		"an attempt":                   attempt.Token("root secret"),
		"not JSON":                     base64.RawURLEncoding.EncodeToString([]byte("{")) + "." + sum,
		"too long":                     strings.Repeat("A", 5000) + "." + sum,
	}
	for i := range token {
		if token[i] != '.' {
			cases["changed at "+string(rune('0'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10))] = flip(token, i)
		}
	}
	for name, token := range cases {
		if got, err := signin.Open(token, noon, secrets); err != signin.ErrInvalid || got != (signin.Session{}) {
			t.Errorf("%s: got %+v, %v, want %v", name, got, err, signin.ErrInvalid)
		}
	}
	down := errors.New("the store is away")
	if _, err := signin.Open(token, noon, func(string) (string, error) { return "", down }); err != down {
		t.Errorf("got %v, want %v", err, down)
	}
}

func TestRenew(t *testing.T) {
	s := signin.Session{AccessKeyID: "AKIA1"}.Begin(noon)
	if _, renewed := s.Renew(noon.Add(signin.RenewAfter - time.Second)); renewed {
		t.Error("renewed too soon")
	}
	// Used twice a day it lives until MaxAge, and no longer.
	for at := noon.Add(6 * time.Hour); ; at = at.Add(6 * time.Hour) {
		next, renewed := s.Renew(at)
		if !renewed {
			if s.Expires.Sub(noon) != signin.MaxAge {
				t.Errorf("not renewed at %v: it expires at %v", at, s.Expires)
			}
			break
		}
		if want := at.Add(signin.Lifetime); next.Expires != want && next.Expires.Sub(noon) != signin.MaxAge || next.Began != noon {
			t.Fatalf("at %v: got %+v", at, next)
		}
		s = next
	}
	user := signin.Session{User: "ana", Role: "operators"}.Begin(noon)
	if _, renewed := user.Renew(noon.Add(11 * time.Hour)); renewed {
		t.Error("the session of a provider's user was renewed")
	}
}

func TestAttempt(t *testing.T) {
	a := signin.NewAttempt(noon, "verifier", "/console/alarms")
	token := a.Token("root secret")
	got, err := signin.OpenAttempt(token, a.State, "root secret", noon.Add(signin.AttemptLifetime-time.Second))
	if err != nil || got != a {
		t.Errorf("got %+v, %v, want %+v", got, err, a)
	}
	for name, c := range map[string]struct {
		token, state, secret string
		at                   time.Duration
		want                 error
	}{
		"another state":  {token, signin.NewAttempt(noon, "", "").State, "root secret", 0, signin.ErrInvalid},
		"no state":       {token, "", "root secret", 0, signin.ErrInvalid},
		"another secret": {token, a.State, "first secret", 0, signin.ErrInvalid},
		"no token":       {"", a.State, "root secret", 0, signin.ErrInvalid},
		"a session":      {signin.Session{User: "u"}.Begin(noon).Token("root secret"), "", "root secret", 0, signin.ErrInvalid},
		"too late":       {token, a.State, "root secret", signin.AttemptLifetime, signin.ErrExpired},
	} {
		if got, err := signin.OpenAttempt(c.token, c.state, c.secret, noon.Add(c.at)); err != c.want || got != (signin.Attempt{}) {
			t.Errorf("%s: got %+v, %v, want %v", name, got, err, c.want)
		}
	}
	if b := signin.NewAttempt(noon, "verifier", "/console/alarms"); b.State == a.State || b.Nonce == a.Nonce || b.State == b.Nonce {
		t.Errorf("%+v and %+v share what nobody should guess", a, b)
	}
}

// FuzzOpen: nothing but a token that was made with the secret is a session.
func FuzzOpen(f *testing.F) {
	body, _, _ := strings.Cut(signin.Session{AccessKeyID: "AKIA1"}.Begin(noon).Token("first secret"), ".")
	f.Add(body + "." + strings.Repeat("A", 43))
	f.Add(body + ".")
	f.Add("")
	f.Add(".")
	f.Add("eyJrIjoiQUtJQTEifQ.AAAA")
	f.Add(strings.Repeat("e30", 2000) + ".AA")
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := signin.Open(text, noon, secrets); err == nil {
			t.Fatalf("%q: got %+v", text, got)
		}
	})
}
