package app

import (
	"crypto/sha256"
	"errors"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"vedette/api"
	"vedette/principal"
	"vedette/principal/openid"
	"vedette/principal/signin"
	"vedette/restjson"
)

// callers tells who requests of the API come from: from who signed them, or from who has
// the session that they come with. A session's cookie counts only together with a header
// that no other site can make a browser send (CSRF), and on no request that the browser
// says another site made.
type callers struct {
	keys    *keyring
	roles   *openid.Roles // nil: nobody signs in without an access key
	signed  func(r *http.Request, bodySHA256 [sha256.Size]byte) (restjson.Caller, error)
	guesses guesses
	now     func() time.Time
}

const (
	sessionPath   = "/vedette/v1/session"
	sessionCookie = "vedette_session"
	livePath      = "/vedette/v1/live"
	consoleHeader = "X-Vedette-Console" // its value is 1
)

// fromConsole tells whether a request means its session: what a page of another site
// makes a browser send has not the header. A browser's event stream can have none.
func fromConsole(r *http.Request) bool {
	return r.Header.Get(consoleHeader) == "1" || r.Method == http.MethodGet && r.URL.Path == livePath
}

// verify is for restjson.Options.Verify.
func (c *callers) verify(r *http.Request, bodySHA256 [sha256.Size]byte) (restjson.Caller, error) {
	session := r.URL.Path == sessionPath
	switch {
	case session && r.Method == http.MethodPost:
		return c.signIn(r, bodySHA256)
	case isSigned(r) || !fromConsole(r):
		return c.signed(r, bodySHA256)
	}
	caller, err := c.ofSession(r)
	if err == nil && session && r.Method == http.MethodDelete {
		caller.SetCookie = cookie(r, "", -1)
	}
	return caller, err
}

// isSigned tells whether a request has a signature, of whatever kind.
func isSigned(r *http.Request) bool {
	return r.Header.Get("Authorization") != "" || strings.Contains(r.URL.RawQuery, "X-Amz-")
}

// signIn begins a session of who signed the request.
func (c *callers) signIn(r *http.Request, bodySHA256 [sha256.Size]byte) (restjson.Caller, error) {
	from := addressOf(r)
	if !c.guesses.mayTry(from, c.now()) {
		return restjson.Caller{}, api.Errorf(api.ThrottlingException, "Too many sign-ins from this address have failed. Try again in a few seconds.")
	}
	caller, err := c.signed(r, bodySHA256)
	if err != nil {
		if e, ok := errors.AsType[*api.Error](err); ok && e.Status() < http.StatusInternalServerError { // and no store that is away
			c.guesses.failed(from, c.now())
		}
		return caller, err
	}
	return c.begin(r, signin.Session{AccessKeyID: caller.AccessKeyID})
}

// begin returns the caller with the cookie of a new session.
func (c *callers) begin(r *http.Request, s signin.Session) (restjson.Caller, error) {
	secret, err := c.secretOf(r, s.AccessKeyID)
	if err != nil {
		return restjson.Caller{}, err
	}
	if secret == "" { // gone since the signature was verified
		return restjson.Caller{}, noSession()
	}
	s = s.Begin(c.now())
	caller := callerOf(s)
	caller.SetCookie = cookie(r, s.Token(secret), s.Expires.Sub(c.now()))
	return caller, nil
}

// ofSession returns who has the session of the request's cookie. One that was used long
// enough is renewed.
func (c *callers) ofSession(r *http.Request) (restjson.Caller, error) {
	if foreign(r) {
		return restjson.Caller{}, api.Errorf(api.AccessDeniedException, "The request comes from another site: a session is for the console of this server only.")
	}
	sent, err := r.Cookie(sessionCookie)
	if err != nil {
		return restjson.Caller{}, noSession()
	}
	secret := ""
	s, err := signin.Open(sent.Value, c.now(), func(accessKeyID string) (string, error) {
		var err error
		secret, err = c.secretOf(r, accessKeyID)
		return secret, err
	})
	if errors.Is(err, signin.ErrInvalid) || errors.Is(err, signin.ErrExpired) {
		return restjson.Caller{}, noSession()
	}
	if err != nil {
		return restjson.Caller{}, err
	}
	s, renewed := s.Renew(c.now())
	caller := callerOf(s)
	if renewed {
		caller.SetCookie = cookie(r, s.Token(secret), s.Expires.Sub(c.now()))
	}
	c.keys.used(r.Context(), s.AccessKeyID)
	return caller, nil
}

func noSession() error {
	return api.Errorf(api.UnrecognizedClientException, "There is no session, or it has ended. Sign in again.")
}

func callerOf(s signin.Session) restjson.Caller {
	return restjson.Caller{AccessKeyID: s.AccessKeyID, User: s.User, Role: s.Role, Expires: s.Expires}
}

// secretOf returns the secret that sessions of an access key are made with, "" if it is
// unknown or disabled. Without a key they are those of the provider's users: made with
// the root user's. Whether their role is one is for user to say.
func (c *callers) secretOf(r *http.Request, accessKeyID string) (string, error) {
	if accessKeyID == "" {
		return c.keys.root.secret, nil
	}
	return c.keys.secret(r.Context(), accessKeyID)
}

// user returns who a caller is and what that may do; nil if the key is unknown or
// disabled as far as the keyring saw, or the role is none.
func (c *callers) user(caller restjson.Caller) *principal.User {
	if caller.AccessKeyID != "" {
		return c.keys.user(caller.AccessKeyID)
	}
	if c.roles == nil {
		return nil
	}
	policies, known := c.roles.Policies(caller.Role)
	if !known {
		return nil
	}
	return &principal.User{Name: caller.User, Role: caller.Role, Policies: policies}
}

// cookie returns the header that sets the session's cookie; a negative age deletes it.
// Browsers send it over TLS only where it came over TLS.
func cookie(r *http.Request, token string, age time.Duration) string {
	c := &http.Cookie{
		Name: sessionCookie, Value: token, Path: "/", MaxAge: int(math.Ceil(age.Seconds())),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: overTLS(r),
	}
	if age < 0 {
		c.MaxAge = -1
	}
	return c.String()
}

// overTLS tells whether the client speaks TLS: with us, or with a proxy in front that
// says so. Who says so wrongly harms itself only.
func overTLS(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// foreign tells whether a browser made the request for another site, as far as it says
// so: in Sec-Fetch-Site, else in Origin. Other clients say neither.
func foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false
	case "":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host)
}

// addressOf returns the address of who sent a request; the zero Addr if it is not known.
func addressOf(r *http.Request) netip.Addr {
	at, _ := netip.ParseAddrPort(r.RemoteAddr)
	return at.Addr().Unmap()
}

// unverified is for restjson.Options.Verify where nobody has to prove who he is: it only
// keeps out what other sites have a browser send.
func unverified(r *http.Request, _ [sha256.Size]byte) (restjson.Caller, error) {
	if foreign(r) {
		return restjson.Caller{}, api.Errorf(api.AccessDeniedException, "The request comes from another site, and --auth none lets everybody do all: it is refused.")
	}
	return restjson.Caller{}, nil
}

// guardHost refuses requests for another host than this one. With --auth none it keeps
// out pages whose name was made to lead here after a browser had loaded them (DNS
// rebinding): to the browser they are of the same origin.
func guardHost(hostname string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownHost(r.Host, hostname) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("x-amzn-ErrorType", string(api.AccessDeniedException))
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"message":"With --auth none the server answers for localhost and the name given as --hostname only."}`))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownHost tells whether a Host header names this machine by a loopback name or address,
// or by the deployment's name.
func ownHost(host, hostname string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.Trim(name, "[]"), ".")
	if strings.EqualFold(name, "localhost") || strings.EqualFold(name, hostname) {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback()
}
