package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vedette/app"
	"vedette/principal/openid/providertest"
)

const rolesFile = `
claim: realm_access.roles
roles:
  - value: iot-operators
    policy:
      Version: 2012-10-17
      Statement:
        - {Effect: Allow, Action: ["iot:List*", "iot:CreateThing"], Resource: "*"}
  - value: iot-readers
    policy: {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iot:List*", "Resource": "*"}}
`

// file writes a file for a test.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	check(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// withProvider returns options with a provider that knows an operator.
func withProvider(t *testing.T) (*providertest.Provider, app.Options) {
	p := providertest.Start(t)
	p.Claims = map[string]any{"sub": "u-1", "email": "ana@example.com", "realm_access": map[string]any{"roles": []string{"other", "iot-operators"}}}
	o := options(t)
	o.OpenIDConnect = app.OpenIDConnect{
		Issuer: p.Issuer(), ClientID: p.ClientID, ClientSecretFile: file(t, "secret", p.Secret+"\n"), Name: "Acme SSO", RolesFile: file(t, "roles.yaml", rolesFile),
	}
	return p, o
}

// browser is a browser in front of a deployment. It follows no redirect by itself.
type browser struct {
	*deployment
	client *http.Client
}

func (d *deployment) browser() *browser {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	check(d.t, err)
	return &browser{d, &http.Client{Jar: jar, Transport: d.web.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// visit asks for a page and returns where it leads, or how it ends.
func (b *browser) visit(address string) string {
	b.t.Helper()
	resp, err := b.client.Get(address)
	check(b.t, err)
	check(b.t, resp.Body.Close())
	if to := resp.Header.Get("Location"); to != "" {
		return to
	}
	return resp.Status
}

// fetch calls the API as the console does, and returns the status and the answer; of
// an error its code.
func (b *browser) fetch(method, path, body string, headers ...string) (status int, answer string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.Endpoints().HTTP+path, strings.NewReader(body))
	check(b.t, err)
	r.Header.Set("X-Vedette-Console", "1")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	return b.send(r)
}

func (b *browser) send(r *http.Request) (status int, answer string) {
	b.t.Helper()
	resp, err := b.client.Do(r)
	check(b.t, err)
	defer resp.Body.Close()
	var text json.RawMessage
	check(b.t, json.NewDecoder(resp.Body).Decode(&text))
	if code := resp.Header.Get("x-amzn-ErrorType"); code != "" {
		return resp.StatusCode, code
	}
	return resp.StatusCode, string(text)
}

// cookies returns the cookies that the browser has for a path.
func (b *browser) cookies(path string) string {
	u, err := url.Parse(b.Endpoints().HTTP + path)
	check(b.t, err)
	var names []string
	for _, c := range b.client.Jar.Cookies(u) {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

// TestOpenIDConnect: a user of the provider signs in, may do what the role lets do, is
// named in the log, and is out when the role is gone.
func TestOpenIDConnect(t *testing.T) {
	_, o := withProvider(t)
	d := start(t, o)
	b := d.browser()
	home := d.Endpoints().HTTP
	if _, answer := b.fetch("GET", "/vedette/v1/sign-in", ""); !strings.Contains(answer, `"openIdConnect":{"name":"Acme SSO","url":"/vedette/v1/session/oidc"}`) {
		t.Errorf("got %s", answer)
	}
	if status, code := b.fetch("GET", "/vedette/v1/session", ""); status != 403 || code != "UnrecognizedClientException" {
		t.Errorf("before the sign-in: got %d %s", status, code)
	}
	toProvider := b.visit(home + "/vedette/v1/session/oidc?returnTo=/console/alarms?state=active")
	back := b.visit(toProvider)
	if !strings.HasPrefix(back, home+"/vedette/v1/session/oidc/callback?") {
		t.Fatalf("%s leads to %s", toProvider, back)
	}
	if to := b.visit(back); to != "/console/alarms?state=active" {
		t.Fatalf("%s leads to %s\n%s", back, to, d.log)
	}
	if got := b.cookies("/vedette/v1/session/oidc"); got != "vedette_session" {
		t.Errorf("the browser has the cookies %s", got)
	}
	_, answer := b.fetch("GET", "/vedette/v1/session", "")
	for _, want := range []string{`"authentication":"openIdConnect"`, `"name":"ana@example.com"`, `"role":"iot-operators"`, `"root":false`, `"expiresAt":`, `"iot:CreateThing":"ALLOWED"`, `"iot:DeleteThing":"DENIED"`} {
		if !strings.Contains(answer, want) {
			t.Errorf("got %s, want it to have %s", answer, want)
		}
	}
	if strings.Contains(answer, "accessKeyId") {
		t.Errorf("got %s", answer)
	}
	if status, answer := b.fetch("POST", "/things/cam-1", "{}"); status != 200 {
		t.Errorf("allowed: got %d %s", status, answer)
	}
	if status, code := b.fetch("DELETE", "/things/cam-1", ""); status != 403 || code != "AccessDeniedException" {
		t.Errorf("not allowed: got %d %s", status, code)
	}
	for _, want := range []string{`operation=CreateThing accessKey="" status=200`, "user=ana@example.com role=iot-operators", "subject=u-1"} {
		if !strings.Contains(d.log.String(), want) {
			t.Errorf("the log does not say %s", want)
		}
	}
	// The browser that came back cannot come back again.
	if to := b.visit(back); to != "/console/sign-in?error=expired" {
		t.Errorf("again: leads to %s", to)
	}
	// The session outlives the server, but not the role.
	d.restart()
	if status, answer := b.fetch("GET", "/things", ""); status != 200 {
		t.Errorf("after a restart: got %d %s", status, answer)
	}
	d.options.OpenIDConnect.RolesFile = file(t, "roles.yaml", strings.Replace(rolesFile, "iot-operators", "iot-admins", 1))
	d.restart()
	if status, code := b.fetch("GET", "/things", ""); status != 403 || code != "UnrecognizedClientException" {
		t.Errorf("without the role: got %d %s", status, code)
	}
	d.options.OpenIDConnect = app.OpenIDConnect{}
	d.restart()
	if status, code := b.fetch("GET", "/things", ""); status != 403 || code != "UnrecognizedClientException" {
		t.Errorf("without the provider: got %d %s", status, code)
	}
	if got := b.visit(d.Endpoints().HTTP + "/vedette/v1/session/oidc"); got != "404 Not Found" {
		t.Errorf("without the provider: got %s", got)
	}
}

// TestOpenIDConnectRefused: whoever is not who the provider says, or has no role, has no
// session, and the sign-in page is told why.
func TestOpenIDConnectRefused(t *testing.T) {
	p, o := withProvider(t)
	d := start(t, o)
	good := p.Claims
	forge := func(name string, value any) func(*browser, *string) {
		return func(*browser, *string) { p.Forge = func(claims map[string]any) { claims[name] = value } }
	}
	for name, c := range map[string]struct {
		want string
		set  func(b *browser, back *string) // before the browser comes back
	}{
		"no role":                {"role", forge("realm_access", map[string]any{"roles": []string{"guests"}})},
		"no claim":               {"role", forge("realm_access", nil)},
		"another sign-in's":      {"invalid", forge("nonce", "AAAAAAAAAAAAAAAAAAAAAA")},
		"no nonce":               {"invalid", func(*browser, *string) { p.Forge = func(claims map[string]any) { delete(claims, "nonce") } }},
		"expired":                {"invalid", forge("exp", time.Now().Add(-time.Minute).Unix())},
		"another audience":       {"invalid", forge("aud", "other")},
		"another issuer":         {"invalid", forge("iss", "https://evil.example")},
		"another's signature":    {"invalid", func(*browser, *string) { p.OtherKey = true }},
		"wrong client secret":    {"refused", func(*browser, *string) { p.Secret = "changed" }},
		"state of another":       {"expired", func(_ *browser, back *string) { *back = strings.Replace(*back, "state=", "state=x", 1) }},
		"code of nobody":         {"refused", func(_ *browser, back *string) { *back = strings.Replace(*back, "code=", "code=x", 1) }},
		"no code":                {"refused", func(_ *browser, back *string) { *back = strings.Replace(*back, "code=", "c=", 1) }},
		"another browser":        {"expired", func(b *browser, _ *string) { b.client.Jar, _ = cookiejar.New(nil) }},
		"the provider says no":   {"refused", func(_ *browser, back *string) { *back = strings.Replace(*back, "code=", "error=access_denied&c=", 1) }},
		"neither state nor code": {"expired", func(_ *browser, back *string) { *back, _, _ = strings.Cut(*back, "?") }},
	} {
		t.Run(name, func(t *testing.T) {
			secret := p.Secret
			defer func() { p.Forge, p.OtherKey, p.Secret, p.Claims = nil, false, secret, good }()
			b := d.browser()
			b.t = t
			back := b.visit(b.visit(d.Endpoints().HTTP + "/vedette/v1/session/oidc"))
			c.set(b, &back)
			if to := b.visit(back); to != "/console/sign-in?error="+c.want {
				t.Errorf("leads to %s, want the error %s", to, c.want)
			}
			if got := b.cookies("/"); got != "" {
				t.Errorf("the browser has the cookies %s", got)
			}
		})
	}
	if strings.Contains(d.log.String(), p.Secret) {
		t.Error("the client's secret is in the log")
	}
}

// TestOpenIDConnectAway: a provider that is away keeps nobody from starting; it is asked
// again at the next sign-in.
func TestOpenIDConnectAway(t *testing.T) {
	_, o := withProvider(t)
	o.OpenIDConnect.Issuer = "http://127.0.0.1:1"
	d := start(t, o)
	if to := d.browser().visit(d.Endpoints().HTTP + "/vedette/v1/session/oidc"); to != "/console/sign-in?error=unavailable" {
		t.Errorf("leads to %s", to)
	}
}

// TestReturnTo: the browser is sent to no page but the console's.
func TestReturnTo(t *testing.T) {
	_, o := withProvider(t)
	d := start(t, o)
	for returnTo, want := range map[string]string{
		"": "/console/", "/console/things/cam-1": "/console/things/cam-1", "https://evil.example/console/": "/console/",
		"//evil.example/console/": "/console/", "/things": "/console/", "/console/" + strings.Repeat("x", 2000): "/console/",
	} {
		b := d.browser()
		if to := b.visit(b.visit(b.visit(d.Endpoints().HTTP + "/vedette/v1/session/oidc?returnTo=" + url.QueryEscape(returnTo)))); to != want {
			t.Errorf("%.50s: leads to %s, want %s", returnTo, to, want)
		}
	}
}

// TestOpenIDConnectFaults: what is wrong with the options is said, with what to do.
func TestOpenIDConnectFaults(t *testing.T) {
	_, good := withProvider(t)
	for name, c := range map[string]struct {
		set  func(o *app.OpenIDConnect)
		want string
	}{
		"issuer is no URL":      {func(o *app.OpenIDConnect) { o.Issuer = "idp.example.com" }, `oidc-issuer "idp.example.com": want the provider's issuer`},
		"issuer without TLS":    {func(o *app.OpenIDConnect) { o.Issuer = "http://idp.example.com" }, "http only on loopback"},
		"no issuer":             {func(o *app.OpenIDConnect) { o.Issuer = "" }, "oidc-issuer"},
		"no client id":          {func(o *app.OpenIDConnect) { o.ClientID = "" }, "oidc-client-id: is missing"},
		"no file of the secret": {func(o *app.OpenIDConnect) { o.ClientSecretFile = "/nowhere" }, "oidc-client-secret-file: open /nowhere"},
		"empty secret":          {func(o *app.OpenIDConnect) { o.ClientSecretFile = file(t, "secret", "\n") }, "is empty: want the secret"},
		"no roles":              {func(o *app.OpenIDConnect) { o.RolesFile = "" }, "oidc-roles: is missing"},
		"no file of roles":      {func(o *app.OpenIDConnect) { o.RolesFile = "/nowhere" }, "oidc-roles: read roles: open /nowhere"},
		"a policy that is wrong": {func(o *app.OpenIDConnect) {
			o.RolesFile = file(t, "r", strings.Replace(rolesFile, "iot:CreateThing", "iot:CreateThng", 1))
		}, `roles[0]: policy: Statement[0].Action[1]: unknown action "iot:CreateThng"`},
	} {
		o := good
		c.set(&o.OpenIDConnect)
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want it to say %s", name, err, c.want)
		}
	}
	good.Auth = app.AuthNone
	if err := good.Check(); err == nil || !strings.Contains(err.Error(), "--auth none lets everybody in without signing in") {
		t.Errorf("got %v", err)
	}
}
