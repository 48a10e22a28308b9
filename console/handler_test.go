package console

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

const page = "<!doctype html><title>console</title>"

func zipped(t *testing.T, text string) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func get(h http.Handler, method, target string, head map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for name, value := range head {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandler(t *testing.T) {
	h := handler{fstest.MapFS{
		"index.html.gz":           zipped(t, page),
		"assets/main-Ab12.js.gz":  zipped(t, "run()"),
		"assets/sans-Cd34.woff2":  {Data: []byte("glyphs")},
		"favicon.svg":             {Data: []byte("<svg/>")},
		"assets/style-Ef56.css":   {Data: []byte("a{}")},
		"assets/data-Gh78.json":   {Data: []byte("{}")},
		"assets/thing-Ij90.bogus": {Data: []byte("?")},
	}}
	for _, c := range []struct {
		name, method, path, accept string
		status                     int
		kind, cache, encoding      string
		body                       string // of answers that are not compressed
	}{
		{"ok/page", "GET", "/console/", "", 200, "text/html; charset=utf-8", "no-cache", "", page},
		{"ok/page of the router", "GET", "/console/profiles/cams/edit", "", 200, "text/html; charset=utf-8", "no-cache", "", page},
		{"ok/page named like a file elsewhere", "GET", "/console/things/a.js", "", 200, "text/html; charset=utf-8", "no-cache", "", page},
		{"ok/compressed", "GET", "/console/", "br, gzip", 200, "text/html; charset=utf-8", "no-cache", "gzip", ""},
		{"ok/gzip refused", "GET", "/console/", "gzip;q=0", 200, "text/html; charset=utf-8", "no-cache", "", page},
		{"ok/script", "GET", "/console/assets/main-Ab12.js", "", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "", "run()"},
		{"ok/font", "GET", "/console/assets/sans-Cd34.woff2", "gzip", 200, "font/woff2", "public, max-age=31536000, immutable", "", "glyphs"},
		{"ok/style", "GET", "/console/assets/style-Ef56.css", "gzip", 200, "text/css; charset=utf-8", "public, max-age=31536000, immutable", "", "a{}"},
		{"ok/data", "GET", "/console/assets/data-Gh78.json", "gzip", 200, "application/json", "public, max-age=31536000, immutable", "", "{}"},
		{"ok/unknown kind", "GET", "/console/assets/thing-Ij90.bogus", "gzip", 200, "application/octet-stream", "public, max-age=31536000, immutable", "", "?"},
		{"ok/icon", "GET", "/console/favicon.svg", "", 200, "image/svg+xml", "no-cache", "", "<svg/>"},
		{"ok/head", "HEAD", "/console/favicon.svg", "", 200, "image/svg+xml", "no-cache", "", ""},
		{"fail/asset of another version", "GET", "/console/assets/main-Old0.js", "", 404, "text/plain; charset=utf-8", "no-store", "", "no such file: reload the console\n"},
		{"fail/method", "POST", "/console/", "", 405, "text/plain; charset=utf-8", "", "", "the console answers GET and HEAD\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(h, c.method, c.path, map[string]string{"Accept-Encoding": c.accept})
			head := w.Result().Header
			got := []any{w.Code, head.Get("Content-Type"), head.Get("Cache-Control"), head.Get("Content-Encoding")}
			want := []any{c.status, c.kind, c.cache, c.encoding}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("got %v, want %v", got, want)
					break
				}
			}
			if c.encoding == "" && w.Body.String() != c.body {
				t.Errorf("got the body %q, want %q", w.Body, c.body)
			}
			if !strings.HasPrefix(head.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self';") || head.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers that keep foreign code out are missing: %v", head)
			}
		})
	}
}

func TestNotModified(t *testing.T) {
	h := handler{fstest.MapFS{"index.html.gz": zipped(t, page)}}
	first := get(h, "GET", "/console/", map[string]string{"Accept-Encoding": "gzip"})
	again := get(h, "GET", "/console/", map[string]string{"Accept-Encoding": "gzip", "If-None-Match": first.Header().Get("ETag")})
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("got %d with %d bytes, want 304 with none", again.Code, again.Body.Len())
	}
}

// TestNotBuilt: a binary without the console says how to get one.
func TestNotBuilt(t *testing.T) {
	w := get(handler{fstest.MapFS{}}, "GET", "/console/alarms", nil)
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("got %d %q, want 404 and the command to run", w.Code, w.Body)
	}
}

func TestWantsConsole(t *testing.T) {
	html := map[string]string{"Accept": "text/html,application/xhtml+xml;q=0.9"}
	for _, c := range []struct {
		name, method, target string
		head                 map[string]string
		want                 bool
	}{
		{"ok/browser", "GET", "/", html, true},
		{"fail/no browser", "GET", "/", nil, false},
		{"fail/another path", "GET", "/things", html, false},
		{"fail/another method", "POST", "/", html, false},
		{"fail/query", "GET", "/?a=b", html, false},
		{"fail/signed", "GET", "/", map[string]string{"Accept": "text/html", "Authorization": "AWS4-HMAC-SHA256 …"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.target, nil)
			for name, value := range c.head {
				r.Header.Set(name, value)
			}
			if got := WantsConsole(r); got != c.want {
				t.Errorf("got %t, want %t", got, c.want)
			}
		})
	}
}
