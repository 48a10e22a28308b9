package app_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vedette/app"
	"vedette/sigv4"
	"vedette/store"
	"vedette/store/pgtest"
)

const readOnly = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iot:Describe*","iot:Get*","iot:List*","vedette:Describe*","vedette:Get*","vedette:List*"],"Resource":"*"}]}`

// signIn exchanges an access key for a session, as the sign-in page does.
func (b *browser) signIn(id, secret string) (status int, answer string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), "POST", b.Endpoints().HTTP+"/vedette/v1/session", nil)
	check(b.t, err)
	r.Header.Set("X-Vedette-Console", "1")
	signer := sigv4.Signer{AccessKeyID: id, SecretAccessKey: secret, Region: "us-east-1", Service: "iot"}
	signer.Sign(r, sha256.Sum256(nil), time.Now())
	return b.send(r)
}

// TestSession: an access key is exchanged for a cookie, which does what the key may do
// until the key is disabled, gets another policy, or is deleted.
func TestSession(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testSession(t, options(t)) })
	t.Run("postgres", func(t *testing.T) {
		o := options(t)
		o.DatabaseURL = pgtest.URL(t)
		testSession(t, o)
	})
}

func testSession(t *testing.T, o app.Options) {
	d := start(t, o)
	keys, ctx := d.keys(), t.Context()
	key, err := keys.Create(ctx, "auditor", readOnly)
	check(t, err)
	b := d.browser()
	want := func(what string, status int, code string, gotStatus int, got string) {
		t.Helper()
		if gotStatus != status || status != 200 && got != code {
			t.Errorf("%s: got %d %s, want %d %s", what, gotStatus, got, status, code)
		}
	}
	status, answer := b.signIn(key.ID, key.Secret)
	want("sign in", 200, "", status, answer)
	for _, part := range []string{`"authentication":"accessKey"`, `"name":"auditor"`, `"accessKeyId":"` + key.ID + `"`, `"root":false`, `"expiresAt":`,
		`"iot:ListThings":"ALLOWED"`, `"iot:CreateThing":"DENIED"`, `"vedette:ListAccessKeys":"ALLOWED"`, `"vedette:CreateAccessKey":"DENIED"`} {
		if !strings.Contains(answer, part) {
			t.Errorf("got %s, want it to have %s", answer, part)
		}
	}
	use := func(what string, code string) {
		t.Helper()
		status, got := b.fetch("GET", "/things", "")
		if code == "" {
			want(what, 200, "", status, got)
			return
		}
		want(what, 403, code, status, got)
	}
	use("with the cookie", "")
	status, answer = b.fetch("POST", "/things/cam", "{}")
	want("what the policy does not allow", 403, "AccessDeniedException", status, answer)
	if !strings.Contains(d.log.String(), "operation=CreateThing accessKey="+key.ID+" status=403") {
		t.Error("the access log does not name the key")
	}
	check(t, keys.SetPolicy(ctx, "auditor", nothing))
	use("with another policy", "AccessDeniedException")
	check(t, keys.SetPolicy(ctx, "auditor", readOnly))
	check(t, keys.SetStatus(ctx, "auditor", store.KeyInactive))
	use("disabled", "UnrecognizedClientException")
	check(t, keys.SetStatus(ctx, "auditor", store.KeyActive))
	d.restart()
	use("enabled, after a restart", "")
	shown, err := keys.Show(ctx, "auditor")
	check(t, err)
	if shown.LastUsed == nil {
		t.Error("the use of the key was not noted")
	}
	check(t, keys.Delete(ctx, "auditor"))
	use("deleted", "UnrecognizedClientException")
	if got := d.log.String(); strings.Contains(got, key.Secret) || strings.Contains(got, "vedette_session") {
		t.Error("a secret is in the log")
	}
}

// TestSignOut: the cookie is gone from the browser.
func TestSignOut(t *testing.T) {
	d := start(t, options(t))
	b := d.browser()
	id, secret := d.RootKey()
	if status, answer := b.signIn(id, secret); status != 200 || !strings.Contains(answer, `"root":true`) {
		t.Fatalf("got %d %s", status, answer)
	}
	if status, answer := b.fetch("DELETE", "/vedette/v1/session", ""); status != 200 || b.cookies("/") != "" {
		t.Errorf("got %d %s; the browser has the cookies %q", status, answer, b.cookies("/"))
	}
	if status, code := b.fetch("GET", "/vedette/v1/session", ""); status != 403 || code != "UnrecognizedClientException" {
		t.Errorf("got %d %s", status, code)
	}
}

// TestSessionForgery: a cookie alone does nothing, and neither does what another site has
// the browser send.
func TestSessionForgery(t *testing.T) {
	d := start(t, options(t))
	b := d.browser()
	id, secret := d.RootKey()
	if status, answer := b.signIn(id, secret); status != 200 {
		t.Fatalf("got %d %s", status, answer)
	}
	host := strings.TrimPrefix(d.Endpoints().HTTP, "http://")
	for name, c := range map[string]struct {
		headers []string
		status  int
		code    string
	}{
		"ok/same origin":             {nil, 200, ""},
		"ok/not a browser":           {[]string{"Sec-Fetch-Site: "}, 200, ""},
		"ok/an older browser":        {[]string{"Sec-Fetch-Site: ", "Origin: http://" + host}, 200, ""},
		"ok/signed, of another site": {[]string{"Sec-Fetch-Site: cross-site", "sign"}, 200, ""},
		"fail/no header":             {[]string{"X-Vedette-Console: "}, 403, "MissingAuthenticationTokenException"},
		"fail/another header":        {[]string{"X-Vedette-Console: 0"}, 403, "MissingAuthenticationTokenException"},
		"fail/another site":          {[]string{"Sec-Fetch-Site: cross-site"}, 403, "AccessDeniedException"},
		"fail/a sister site":         {[]string{"Sec-Fetch-Site: same-site"}, 403, "AccessDeniedException"},
		"fail/another origin":        {[]string{"Sec-Fetch-Site: ", "Origin: https://evil.example"}, 403, "AccessDeniedException"},
		"fail/another port":          {[]string{"Sec-Fetch-Site: ", "Origin: http://127.0.0.1:1"}, 403, "AccessDeniedException"},
		"fail/no origin":             {[]string{"Sec-Fetch-Site: ", "Origin: null"}, 403, "AccessDeniedException"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), "POST", d.Endpoints().HTTP+"/things/cam", strings.NewReader("{}"))
			check(t, err)
			r.Header.Set("X-Vedette-Console", "1")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			for _, h := range c.headers {
				switch name, value, _ := strings.Cut(h, ": "); {
				case h == "sign":
					signer := sigv4.Signer{AccessKeyID: id, SecretAccessKey: secret, Region: "us-east-1", Service: "iot"}
					signer.Sign(r, sha256.Sum256([]byte("{}")), time.Now())
				case value == "":
					r.Header.Del(name)
				default:
					r.Header.Set(name, value)
				}
			}
			if status, got := b.send(r); status != c.status || status != 200 && got != c.code {
				t.Errorf("got %d %s, want %d %s", status, got, c.status, c.code)
			}
		})
	}
	for name, value := range map[string]string{"none": "", "nonsense": "x", "half": "eyJrIjoieCJ9.", "long": strings.Repeat("x", 5000)} {
		t.Run("fail/cookie/"+name, func(t *testing.T) {
			stranger := d.browser()
			if status, code := stranger.fetch("GET", "/things", "", "Cookie: vedette_session="+value); status != 403 || code != "UnrecognizedClientException" {
				t.Errorf("got %d %s", status, code)
			}
		})
	}
}

// TestSessionCookie: the browser alone has the cookie, for this server alone, over TLS if
// it came over TLS.
func TestSessionCookie(t *testing.T) {
	set := func(d *deployment, client *http.Client, headers ...string) string {
		r, err := http.NewRequestWithContext(t.Context(), "POST", d.Endpoints().HTTP+"/vedette/v1/session", nil)
		check(t, err)
		id, secret := d.RootKey()
		signer := sigv4.Signer{AccessKeyID: id, SecretAccessKey: secret, Region: "us-east-1", Service: "iot"}
		signer.Sign(r, sha256.Sum256(nil), time.Now())
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			r.Header.Set(name, value)
		}
		resp, err := client.Do(r)
		check(t, err)
		check(t, resp.Body.Close())
		value, attributes, _ := strings.Cut(resp.Header.Get("Set-Cookie"), "; ")
		if !strings.HasPrefix(value, "vedette_session=") || len(value) > 1000 {
			t.Errorf("got %s", value)
		}
		return attributes
	}
	d := start(t, options(t))
	if got, want := set(d, d.web), "Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := set(d, d.web, "X-Forwarded-Proto: https"), "Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict"; got != want {
		t.Errorf("behind a proxy: got %s, want %s", got, want)
	}
	g := startGate(t, gateOptions(t))
	if got, want := set(g.deployment, g.web), "Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict"; got != want {
		t.Errorf("over TLS: got %s, want %s", got, want)
	}
}

// stoppedClock is a clock that a test moves.
type stoppedClock struct {
	began  time.Time
	passed atomic.Int64
}

func (c *stoppedClock) now() time.Time { return c.began.Add(time.Duration(c.passed.Load())) }

func (c *stoppedClock) add(d time.Duration) { c.passed.Add(int64(d)) }

// TestSessionLifetime: a session that is used lives on, one that is not ends.
func TestSessionLifetime(t *testing.T) {
	o := options(t)
	clock := &stoppedClock{began: time.Now().UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)}
	o.Now = clock.now
	d := start(t, o)
	b := d.browser()
	key, err := d.keys().Create(t.Context(), "auditor", readOnly)
	check(t, err)
	r, err := http.NewRequestWithContext(t.Context(), "POST", d.Endpoints().HTTP+"/vedette/v1/session", nil)
	check(t, err)
	signer := sigv4.Signer{AccessKeyID: key.ID, SecretAccessKey: key.Secret, Region: "us-east-1", Service: "iot"}
	signer.Sign(r, sha256.Sum256(nil), clock.now())
	if status, answer := b.send(r); status != 200 {
		t.Fatalf("got %d %s", status, answer)
	}
	for i := range 4 { // past the 12 hours of the first cookie
		clock.add(5 * time.Hour)
		if status, answer := b.fetch("GET", "/vedette/v1/session", ""); status != 200 {
			t.Fatalf("after %d h: got %d %s", 5*(i+1), status, answer)
		}
	}
	shown, err := d.keys().Show(t.Context(), "auditor")
	check(t, err)
	if want := clock.now().Truncate(24 * time.Hour).UnixMilli(); shown.LastUsed == nil || *shown.LastUsed != want {
		t.Errorf("the key was last used %v, want the day of the last request, %d", shown.LastUsed, want)
	}
	clock.add(12 * time.Hour)
	if status, code := b.fetch("GET", "/vedette/v1/session", ""); status != 403 || code != "UnrecognizedClientException" {
		t.Errorf("got %d %s", status, code)
	}
}

// TestGuessing: who fails to sign in too often has to wait; others do not.
func TestGuessing(t *testing.T) {
	o := options(t)
	clock := &stoppedClock{began: time.Now()}
	o.Now = clock.now
	d := start(t, o)
	b := d.browser()
	id, secret := d.RootKey()
	try := func(secret string) string {
		r, err := http.NewRequestWithContext(t.Context(), "POST", d.Endpoints().HTTP+"/vedette/v1/session", nil)
		check(t, err)
		signer := sigv4.Signer{AccessKeyID: id, SecretAccessKey: secret, Region: "us-east-1", Service: "iot"}
		signer.Sign(r, sha256.Sum256(nil), clock.now())
		status, answer := b.send(r)
		if status == 200 {
			return "ok"
		}
		return fmt.Sprint(status, " ", answer)
	}
	for range 20 {
		if got := try(secret); got != "ok" {
			t.Fatalf("signing in again and again: got %s", got)
		}
	}
	for i := range 10 {
		if got := try("guess"); got != "403 InvalidSignatureException" {
			t.Fatalf("guess %d: got %s", i, got)
		}
	}
	if got := try(secret); got != "429 ThrottlingException" {
		t.Errorf("after ten guesses: got %s", got)
	}
	if status, _ := b.fetch("GET", "/things", ""); status != 200 {
		t.Errorf("who is signed in already: got %d", status)
	}
	clock.add(6 * time.Second)
	if got := try(secret); got != "ok" {
		t.Errorf("6 s later: got %s", got)
	}
}

// TestAuthNone: with --auth none everybody may do all, but for pages of other sites.
func TestAuthNone(t *testing.T) {
	o := options(t)
	o.Auth, o.Hostname = app.AuthNone, "vedette.test"
	d := start(t, o)
	b := d.browser()
	if _, answer := b.fetch("GET", "/vedette/v1/session", ""); !strings.Contains(answer, `"authentication":"none"`) || !strings.Contains(answer, `"iot:DeleteThing":"ALLOWED"`) {
		t.Errorf("got %s", answer)
	}
	for host, status := range map[string]int{
		"": 200, "localhost": 200, "LOCALHOST:8080": 200, "127.0.0.1": 200, "127.8.8.8:80": 200, "[::1]:8080": 200, "[::1]": 200, "localhost.": 200, "vedette.test:8080": 200,
		"evil.example": 403, "evil.example:8080": 403, "192.0.2.7": 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403, "[2001:db8::1]": 403,
	} {
		for _, path := range []string{"/things", "/vedette/v1/sign-in", "/metrics"} {
			r, err := http.NewRequestWithContext(t.Context(), "GET", d.Endpoints().HTTP+path, nil)
			check(t, err)
			r.Host = host
			resp, err := d.web.Do(r)
			check(t, err)
			check(t, resp.Body.Close())
			if resp.StatusCode != status {
				t.Errorf("%s for %q: got %s, want %d", path, host, resp.Status, status)
			}
		}
	}
	for site, status := range map[string]int{"same-origin": 200, "none": 200, "": 200, "same-site": 403, "cross-site": 403} {
		if got, _ := b.fetch("POST", "/things/cam", "{}", "Sec-Fetch-Site: "+site, "X-Vedette-Console: "); got != status {
			t.Errorf("Sec-Fetch-Site %q: got %d, want %d", site, got, status)
		}
	}
}

// TestDeployment: who may is told how the server is set up, and nothing secret.
func TestDeployment(t *testing.T) {
	o := options(t)
	o.Version, o.Limits.Dimensions, o.Broker.RetainedMessages = "1.2.3", 33, 77
	o.Exports = []app.ExportSink{{Name: "lines", File: &app.FileSink{Path: t.TempDir() + "/out.jsonl"}}}
	d := start(t, o)
	b := d.browser()
	id, secret := d.RootKey()
	if status, answer := b.signIn(id, secret); status != 200 {
		t.Fatalf("got %d %s", status, answer)
	}
	_, answer := b.fetch("GET", "/vedette/v1/deployment", "")
	for _, want := range []string{
		`{"version":"1.2.3","accountId":"000000000000","region":"us-east-1","startedAt":`, `"endpoints":{"http":"` + d.Endpoints().HTTP + `","mqtt":"` + d.Endpoints().MQTT + `","hostname":"localhost"}`,
		`"storage":{"database":"SQLite","log":"embedded"}`, `"retention":{"violationDays":30,"metricValueDays":14,"silenceDays":2}`, `"mqttRules":"standard"`,
		`{"name":"dimensions","value":33}`, `{"name":"profilesPerTarget","value":5}`, `{"name":"retainedMessages","value":77}`, `{"name":"queuedMessages","value":1000}`, `{"name":"sessionsPerPrincipal","value":0}`,
		`"exports":[{"name":"lines","kind":"file"}]`,
		`"health":[{"name":"log","healthy":true,"message":""},{"name":"store","healthy":true,"message":""},{"name":"detection","healthy":true,"message":""}]`,
	} {
		if !strings.Contains(answer, want) {
			t.Errorf("got %s, want it to have %s", answer, want)
		}
	}
	if strings.Contains(answer, secret) {
		t.Error("the answer has the root user's secret")
	}
	key, err := d.keys().Create(t.Context(), "creator", creator)
	check(t, err)
	b.client.Jar, err = cookiejar.New(nil)
	check(t, err)
	if status, answer := b.signIn(key.ID, key.Secret); status != 200 {
		t.Fatalf("got %d %s", status, answer)
	}
	if status, code := b.fetch("GET", "/vedette/v1/deployment", ""); status != 403 || code != "AccessDeniedException" {
		t.Errorf("got %d %s", status, code)
	}
}
