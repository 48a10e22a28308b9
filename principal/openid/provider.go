// Package openid signs people in at an OpenID Connect provider: the authorization code
// flow with PKCE (RFC 6749, RFC 7636, OpenID Connect Core 1.0 §3.1), and the roles that
// say what its users may do.
package openid

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"vedette/principal/signin"
)

// Options say which provider it is and who asks it.
type Options struct {
	Issuer       string // https://idp.example.com/realms/acme
	ClientID     string
	ClientSecret string // empty: a public client, which PKCE alone protects
	Roles        *Roles
	Now          func() time.Time // nil: time.Now
}

// answerWithin is how long the provider may take for an answer.
const answerWithin = 10 * time.Second

// Provider is an OpenID Connect provider. What it says of itself is asked for at the
// first sign-in, and again until it answers.
type Provider struct {
	options Options
	client  *http.Client

	mu    sync.Mutex
	found *oidc.Provider // nil: it has not answered yet
}

// NewProvider returns a provider; nobody is asked yet.
func NewProvider(o Options) *Provider {
	if o.Now == nil {
		o.Now = time.Now
	}
	// A transport of its own: what others set up or close does not concern it.
	return &Provider{options: o, client: &http.Client{Timeout: answerWithin, Transport: http.DefaultTransport.(*http.Transport).Clone()}}
}

// Close closes the connections to the provider that are idle.
func (p *Provider) Close() { p.client.CloseIdleConnections() }

// Why somebody is not let in.
var (
	ErrUnavailable = errors.New("the provider cannot be asked")     // try again later
	ErrRefused     = errors.New("the provider refuses the sign-in") // the code
	ErrToken       = errors.New("the ID token is not valid")
	ErrNoRole      = errors.New("no role lets the user in")
)

// User is who has signed in.
type User struct {
	Name    string // as people call the user: the e-mail address, else the name, else Subject
	Subject string // the provider's own name for the user
	Role    string // empty: ErrNoRole
}

// Begin returns an attempt that returns to a path, and the URL at the provider to send
// the browser to; it comes back to redirect.
func (p *Provider) Begin(ctx context.Context, redirect, returnTo string) (url string, _ signin.Attempt, err error) {
	config, err := p.config(ctx, redirect)
	if err != nil {
		return "", signin.Attempt{}, err
	}
	a := signin.NewAttempt(p.options.Now(), oauth2.GenerateVerifier(), returnTo)
	return config.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), a, nil
}

// Finish exchanges the code that the browser came back with for who has signed in. With
// ErrNoRole the user is returned too.
func (p *Provider) Finish(ctx context.Context, a signin.Attempt, redirect, code string) (User, error) {
	config, err := p.config(ctx, redirect)
	if err != nil {
		return User{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if refusal, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refusal.Response != nil && refusal.Response.StatusCode < http.StatusInternalServerError {
		return User{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err != nil {
		return User{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return User{}, fmt.Errorf("%w: the answer of the provider has none", ErrToken)
	}
	p.mu.Lock()
	verifier := p.found.Verifier(&oidc.Config{ClientID: p.options.ClientID, Now: p.options.Now})
	p.mu.Unlock()
	verified, err := verifier.Verify(ctx, raw)
	if err != nil {
		return User{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	if subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(a.Nonce)) != 1 {
		return User{}, fmt.Errorf("%w: its nonce is that of another sign-in", ErrToken)
	}
	claims := map[string]any{}
	if err := verified.Claims(&claims); err != nil {
		return User{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	user := User{Name: nameIn(claims, verified.Subject), Subject: verified.Subject, Role: p.options.Roles.Of(claims)}
	if user.Role == "" {
		return user, fmt.Errorf("%w: the claim %s has no value of the roles file", ErrNoRole, p.options.Roles.claim)
	}
	return user, nil
}

// config returns who asks the provider, and where.
func (p *Provider) config(ctx context.Context, redirect string) (*oauth2.Config, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	var said struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&said); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	endpoint := found.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader // what a provider takes that says nothing
	if p.options.ClientSecret == "" || len(said.Methods) > 0 && !slices.Contains(said.Methods, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: p.options.ClientID, ClientSecret: p.options.ClientSecret, Endpoint: endpoint, RedirectURL: redirect,
		Scopes: append([]string{oidc.ScopeOpenID, "profile", "email"}, p.options.Roles.scopes...),
	}, nil
}

// discover asks the provider what it says of itself, unless it has been.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.options.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	p.found = found
	return found, nil
}

// maxName bounds the length of a name, in bytes: it is part of the session's cookie.
const maxName = 256

// nameIn returns the name of a user, for people: nothing is decided by it.
func nameIn(claims map[string]any, subject string) string {
	for _, claim := range []string{"email", "preferred_username", "name"} {
		name, _ := claims[claim].(string)
		if name != "" && len(name) <= maxName && !strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) }) {
			return name
		}
	}
	return strings.ToValidUTF8(subject[:min(len(subject), maxName)], "")
}
