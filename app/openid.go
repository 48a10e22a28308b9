package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"vedette/api"
	"vedette/principal/openid"
	"vedette/principal/signin"
)

// OpenIDConnect is a provider at which people sign in to the console. It is used if
// Issuer is given.
type OpenIDConnect struct {
	Issuer           string // https://idp.example.com/realms/acme
	ClientID         string
	ClientSecretFile string // empty: a public client
	Name             string // for people; the default is the issuer's host
	RolesFile        string // what its users may do (docs/operations.md)
}

func (o *OpenIDConnect) name() string {
	if o.Name != "" {
		return o.Name
	}
	u, err := url.Parse(o.Issuer)
	if err != nil {
		return o.Issuer
	}
	return u.Host
}

// check tells what is wrong with the provider's options.
func (o *OpenIDConnect) check(auth string, own api.ARNs) (faults []error) {
	if *o == (OpenIDConnect{}) {
		return nil
	}
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if auth != AuthSigV4 {
		fault("oidc-issuer: --auth none lets everybody in without signing in: give --auth sigv4, or no OpenID Connect provider")
	}
	if u, err := url.Parse(o.Issuer); err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && ownHost(u.Host, "localhost")) {
		fault("oidc-issuer %q: want the provider's issuer, as https://idp.example.com/realms/acme; http only on loopback", o.Issuer)
	}
	if o.ClientID == "" {
		fault("oidc-client-id: is missing: give the name under which the provider knows this server")
	}
	if _, err := o.secret(); err != nil {
		fault("oidc-client-secret-file: %w", err)
	}
	if o.RolesFile == "" {
		fault("oidc-roles: is missing: give the file that says what the provider's users may do")
	} else if _, err := openid.LoadRoles(o.RolesFile, own); err != nil {
		fault("oidc-roles: %w", err)
	}
	return faults
}

// secret reads the client's secret, "" if there is none.
func (o *OpenIDConnect) secret() (string, error) {
	if o.ClientSecretFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(o.ClientSecretFile)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", fmt.Errorf("%s is empty: want the secret that the provider gave to this client", o.ClientSecretFile)
	}
	return secret, nil
}

// providerSignIn takes browsers to the provider and back. What goes wrong is told to the
// sign-in page in one word, and to the log.
type providerSignIn struct {
	provider *openid.Provider
	callers  *callers
	log      *slog.Logger
	now      func() time.Time
}

const (
	providerPath  = sessionPath + "/oidc"
	callbackPath  = providerPath + "/callback"
	attemptCookie = "vedette_sign_in"
	consolePath   = "/console/"
)

// openProvider makes the provider that is configured, if one is.
func (a *App) openProvider(context.Context) error {
	o := &a.options.OpenIDConnect
	if o.Issuer == "" {
		return nil
	}
	roles, err := openid.LoadRoles(o.RolesFile, api.ARNs{Account: a.options.AccountID, Region: a.options.Region})
	if err != nil {
		return fmt.Errorf("oidc-roles: %w", err)
	}
	secret, err := o.secret()
	if err != nil {
		return fmt.Errorf("oidc-client-secret-file: %w", err)
	}
	a.callers.roles = roles
	a.provider = &providerSignIn{
		provider: openid.NewProvider(openid.Options{Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: secret, Roles: roles, Now: a.options.Now}),
		callers:  a.callers, log: a.logger.With("component", "sign-in"), now: a.options.Now,
	}
	a.later(func(context.Context) error { a.provider.provider.Close(); return nil })
	return nil
}

// begin sends the browser to the provider. It comes back to the page that the parameter
// returnTo names, if that is one of the console.
func (p *providerSignIn) begin(w http.ResponseWriter, r *http.Request) {
	returnTo := r.FormValue("returnTo")
	if !strings.HasPrefix(returnTo, consolePath) || len(returnTo) > 1024 {
		returnTo = consolePath
	}
	url, attempt, err := p.provider.Begin(r.Context(), redirectOf(r), returnTo)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	http.SetCookie(w, attemptOf(r, attempt.Token(p.callers.keys.root.secret), int(signin.AttemptLifetime/time.Second)))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, url, http.StatusFound)
}

// callback takes the browser that comes from the provider to the console, signed in.
func (p *providerSignIn) callback(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	http.SetCookie(w, attemptOf(r, "", -1))
	returnTo, err := p.finish(w, r)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	http.Redirect(w, r, returnTo, http.StatusSeeOther)
}

// finish sets the cookie of the session and returns the path to go to.
func (p *providerSignIn) finish(w http.ResponseWriter, r *http.Request) (string, error) {
	query := r.URL.Query()
	token := ""
	if sent, err := r.Cookie(attemptCookie); err == nil {
		token = sent.Value
	}
	attempt, err := signin.OpenAttempt(token, query.Get("state"), p.callers.keys.root.secret, p.now())
	if err != nil {
		return "", fmt.Errorf("state: %w", err)
	}
	if code := query.Get("error"); code != "" {
		return "", fmt.Errorf("%w: %q %q", openid.ErrRefused, code, query.Get("error_description"))
	}
	user, err := p.provider.Finish(r.Context(), attempt, redirectOf(r), query.Get("code"))
	if err != nil {
		return "", fmt.Errorf("user %q (%s): %w", user.Name, user.Subject, err)
	}
	caller, err := p.callers.begin(r, signin.Session{User: user.Name, Role: user.Role})
	if err != nil {
		return "", err
	}
	w.Header().Add("Set-Cookie", caller.SetCookie)
	p.log.Info("signed in at the OpenID Connect provider", "user", user.Name, "subject", user.Subject, "role", user.Role, "address", addressOf(r))
	return attempt.ReturnTo, nil
}

// refuse sends the browser to the sign-in page, which says in its words what the one in
// the parameter error means.
func (p *providerSignIn) refuse(w http.ResponseWriter, r *http.Request, err error) {
	why := "invalid"
	switch {
	case errors.Is(err, signin.ErrExpired), errors.Is(err, signin.ErrInvalid):
		why = "expired"
	case errors.Is(err, openid.ErrUnavailable):
		why = "unavailable"
	case errors.Is(err, openid.ErrRefused):
		why = "refused"
	case errors.Is(err, openid.ErrNoRole):
		why = "role"
	}
	p.log.Warn("sign-in at the OpenID Connect provider did not succeed", "reason", why, "error", err, "address", addressOf(r))
	http.Redirect(w, r, consolePath+"sign-in?error="+why, http.StatusSeeOther)
}

// redirectOf returns the URL at which the provider sends the browser back: on the host
// that the browser asked. The provider takes it only if it was told so before.
func redirectOf(r *http.Request) string {
	scheme := "http"
	if overTLS(r) {
		scheme = "https"
	}
	return scheme + "://" + r.Host + callbackPath
}

// attemptOf returns the cookie of an attempt. It has to come along when the provider
// sends the browser back, so it cannot be strict as that of the session is.
func attemptOf(r *http.Request, token string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: attemptCookie, Value: token, Path: providerPath, MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: overTLS(r),
	}
}
