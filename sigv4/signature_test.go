package sigv4

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestDateHeader: a client may send Date in place of X-Amz-Date, in either
// form.
func TestDateHeader(t *testing.T) {
	at := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	for name, date := range map[string]string{
		"ok/HTTP":     "Sun, 30 Aug 2015 12:36:00 GMT",
		"ok/ISO 8601": "20150830T123600Z",
	} {
		t.Run(name, func(t *testing.T) {
			hash := sha256.Sum256(nil)
			r := &http.Request{Method: "GET", Host: "localhost", URL: &url.URL{Path: "/"}, Header: http.Header{"Date": {date}}}
			canonical := canonicalRequest(r, "/", "", []string{"date", "host"}, hex.EncodeToString(hash[:]))
			sc := scope{date: "20150830", region: "us-east-1", service: "iot"}
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/key/id/"+sc.String()+",SignedHeaders=date;host,Signature="+sc.sign("secret", at, canonical))
			v := &Verifier{Region: "us-east-1", Services: []string{"iot"}, Keys: func(_ context.Context, id string) (string, error) {
				return map[string]string{"a/key/id": "secret"}[id], nil
			}}
			if _, err := v.Verify(r, hash, at); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ path, plain, normal string }{
		{"", "/", "/"},
		{"/", "/", "/"},
		{"/a//b/./c/../d/", "/a//b/./c/../d/", "/a/b/d/"},
		{"/../a", "/../a", "/a"},
		{"/a%2Fb:c", "/a%252Fb%3Ac", "/a%252Fb%3Ac"},
	} {
		u, err := url.Parse("http://localhost" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		if plain, normal := canonicalPath(u), normalPath(u); plain != c.plain || normal != c.normal {
			t.Errorf("%s: got %s and %s, want %s and %s", c.path, plain, normal, c.plain, c.normal)
		}
	}
	for raw, want := range map[string]string{
		"":                    "",
		"b&a=&&c=1":           "a=&b=&c=1",
		"a=2&a=1":             "a=1&a=2",
		"a=b+c&d=%7e%2a;x":    "a=b%20c&d=~%2A%3Bx",
		"%C3%A9=1&z=1&aa=1&a": "%C3%A9=1&a=&aa=1&z=1",
	} {
		params, err := parseQuery(raw)
		if got := canonicalQuery(params); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", raw, got, err, want)
		}
	}
	for _, raw := range []string{"%", "a=%z", "%f=1"} {
		if params, err := parseQuery(raw); err == nil {
			t.Errorf("%s: got %v, want an error", raw, params)
		}
	}
}

// TestPlainQuery: a client may sign the query as it stands in the URL, but for
// the order.
func TestPlainQuery(t *testing.T) {
	at := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	v := &Verifier{Region: "us-east-1", Services: []string{"iot"}, Keys: func(context.Context, string) (string, error) { return "secret", nil }}
	sc := scope{date: "20150830", region: "us-east-1", service: "iot"}
	hash := sha256.Sum256(nil)
	for _, c := range []struct {
		name, query, signed string
		accepted            bool
	}{
		{"ok/encoded", "target=arn:aws:iot:all/things&n=1", "n=1&target=arn%3Aaws%3Aiot%3Aall%2Fthings", true},
		{"ok/as it stands", "target=arn:aws:iot:all/things&n=1", "n=1&target=arn:aws:iot:all/things", true},
		{"ok/half encoded", "target=arn%3Aaws%3Aiot%3Aall/things", "target=arn%3Aaws%3Aiot%3Aall/things", true},
		{"fail/another value", "target=arn:aws:iot:all/things", "target=arn:aws:iot:all/robots", false},
		{"fail/a parameter more", "target=a:b&n=1", "target=a:b", false},
		{"fail/decoded", "target=a%2Bb", "target=a+b", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &http.Request{Method: "GET", Host: "localhost", URL: &url.URL{Path: "/", RawQuery: c.query}, Header: http.Header{headerDate: {"20150830T123600Z"}}}
			canonical := canonicalRequest(r, "/", c.signed, []string{"host", "x-amz-date"}, hex.EncodeToString(hash[:]))
			r.Header.Set(headerAuthorization, "AWS4-HMAC-SHA256 Credential=key/"+sc.String()+",SignedHeaders=host;x-amz-date,Signature="+sc.sign("secret", at, canonical))
			if _, err := v.Verify(r, hash, at); (err == nil) != c.accepted {
				t.Errorf("got error %v, want accepted %v", err, c.accepted)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for k := Missing; k <= Invalid; k++ {
		if strings.HasPrefix(k.String(), "Kind") {
			t.Errorf("kind %d has no words", k)
		}
	}
}
