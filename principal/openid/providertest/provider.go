// Package providertest is a small OpenID Connect provider for tests. It is strict where
// a client may be at fault, and lies in its ID tokens where a test asks it to.
package providertest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Provider is a provider with one client and one user, who is always signed in.
type Provider struct {
	ClientID, Secret string
	Now              func() time.Time // nil: time.Now

	// Claims of the user, over those that every token has.
	Claims map[string]any
	// Forge changes the claims of an ID token before it is signed; nil changes nothing.
	Forge func(claims map[string]any)
	// OtherKey signs with a key that the provider does not publish.
	OtherKey bool
	// Refuse is an error to send the browser back with instead of a code; empty: none.
	Refuse string

	url   string
	key   *rsa.PrivateKey
	other *rsa.PrivateKey

	mu    sync.Mutex
	codes map[string]url.Values // what each was given for; gone when it was used
}

// Start runs a provider until the test ends.
func Start(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{ClientID: "vedette", Secret: "client secret", Claims: map[string]any{"sub": "u-1"}, codes: map[string]url.Values{}}
	for _, key := range []**rsa.PrivateKey{&p.key, &p.other} {
		made, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		*key = made
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /keys", p.keys)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// Issuer is the provider's URL.
func (p *Provider) Issuer() string { return p.url }

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer": p.url, "authorization_endpoint": p.url + "/authorize", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic"},
	})
}

// authorize sends the browser back with a code, at once: the user has consented before.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for name, want := range map[string]string{"client_id": p.ClientID, "response_type": "code", "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			http.Error(w, fmt.Sprintf("%s is %q, want %q", name, q.Get(name), want), http.StatusBadRequest)
			return
		}
	}
	if !strings.Contains(" "+q.Get("scope")+" ", " openid ") || q.Get("state") == "" || len(q.Get("code_challenge")) != 43 {
		http.Error(w, "scope, state or code_challenge: "+r.URL.RawQuery, http.StatusBadRequest)
		return
	}
	back := url.Values{"state": {q.Get("state")}}
	if p.Refuse != "" {
		back.Set("error", p.Refuse)
	} else {
		code := rand.Text()
		p.mu.Lock()
		p.codes[code] = q
		p.mu.Unlock()
		back.Set("code", code)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

// token exchanges a code, once, for who proves to be who it was given to.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if secret, _ = url.QueryUnescape(secret); id != p.ClientID || secret != p.Secret {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	p.mu.Lock()
	asked, known := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	p.mu.Unlock()
	challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || r.FormValue("grant_type") != "authorization_code" || r.FormValue("redirect_uri") != asked.Get("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(challenge[:]) != asked.Get("code_challenge") {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": p.idToken(asked.Get("nonce"))})
}

func (p *Provider) idToken(nonce string) string {
	now := time.Now()
	if p.Now != nil {
		now = p.Now()
	}
	claims := map[string]any{"iss": p.url, "aud": p.ClientID, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nonce": nonce}
	maps.Copy(claims, p.Claims)
	if p.Forge != nil {
		p.Forge(claims)
	}
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // of a test's claims
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	text := part(map[string]any{"alg": "RS256", "kid": "1"}) + "." + part(claims)
	key := p.key
	if p.OtherKey {
		key = p.other
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	number := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	answer(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": number(p.key.N), "e": number(big.NewInt(int64(p.key.E))),
	}}})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that is gone is nobody's fault
}
