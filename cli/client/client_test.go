package client_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/cli/client"
	"vedette/cli/document"
	"vedette/cli/timestamp"
)

// answer is what the server says to one request.
type answer struct {
	status int
	header map[string]string
	body   string
	err    error // instead of an answer
}

// sent is a request that reached the server.
type sent struct {
	Method, URL, Body string
	Header            map[string]string // content-type and what the operation itself says
}

// server answers requests in order, and the last answer again and again.
type server struct {
	answers []answer
	sent    []sent
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	got := sent{Method: r.Method, URL: uuids.ReplaceAllString(r.URL.String(), "@UUID@")}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		got.Body = uuids.ReplaceAllString(string(body), "@UUID@")
	}
	for name := range r.Header {
		if lower := strings.ToLower(name); lower == "content-type" || strings.HasPrefix(lower, "x-amzn-") || lower == "x-amz-tagging" {
			if got.Header == nil {
				got.Header = map[string]string{}
			}
			got.Header[lower] = r.Header.Get(name)
		}
	}
	a := s.answers[min(len(s.sent), len(s.answers)-1)]
	s.sent = append(s.sent, got)
	if a.err != nil {
		return nil, a.err
	}
	header := http.Header{}
	for name, value := range a.header {
		header.Set(name, value)
	}
	return &http.Response{StatusCode: a.status, Header: header, Body: io.NopCloser(strings.NewReader(a.body))}, nil
}

// uuids are version 4 UUIDs, of which each is another.
var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

// noon is when the tests happen.
func noon() time.Time { return time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC) }

// client returns a client of the server that tries once.
func (s *server) client() *client.Client {
	return &client.Client{
		Target: func(path, query string) (*url.URL, string) {
			target := "http://h.example/base" + path
			if query != "" {
				target += "?" + query
			}
			u, err := url.Parse(target)
			if err != nil {
				panic(err)
			}
			return u, target
		},
		Transport:    s,
		MaxAttempts:  1,
		RequestError: func(err error, url string) error { return errors.New(url + ": " + err.Error()) },
		Timestamp:    func(v document.Value) (document.Value, error) { return timestamp.Local(v, noon()) },
		Now:          noon,
		Wait:         func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Log:          slog.New(slog.DiscardHandler),
	}
}

// operation returns an operation of the model.
func operation(t testing.TB, name string) *api.Operation {
	t.Helper()
	for _, op := range api.AllOperations() {
		if op.Name == name {
			return op
		}
	}
	t.Fatalf("no operation %s", name)
	return nil
}

// object reads a JSON object.
func object(t testing.TB, text string) *document.Map {
	t.Helper()
	v, err := document.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v.(*document.Map)
}

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: got +, want -\n%s", what, diff)
	}
}

// golden is a line of testdata: a call or a list, the answers of the server, and
// what AWS CLI 2.9.19 made of them.
type golden struct {
	op         *api.Operation
	parameters *document.Map
	server     *server
	attempts   int
	paging     *document.Map // of a list
	want       *document.Map
}

func readGolden(t *testing.T, line string) golden {
	t.Helper()
	m := object(t, line)
	g := golden{
		op: operation(t, m.Value("op").(string)), parameters: m.Value("params").(*document.Map), server: new(server),
		attempts: int(m.Value("max").(int64)), want: m.Value("want").(*document.Map),
	}
	g.paging, _ = m.Value("paging").(*document.Map)
	for _, v := range m.Value("answers").([]document.Value) {
		said := v.(*document.Map)
		a := answer{status: int(said.Value("status").(int64)), header: map[string]string{}}
		a.body, _ = said.Value("body").(string)
		if coded, ok := said.Value("base64").(string); ok {
			raw, err := base64.StdEncoding.DecodeString(coded)
			if err != nil {
				t.Fatal(err)
			}
			a.body = string(raw)
		}
		if header, ok := said.Value("headers").(*document.Map); ok {
			for name, value := range header.All() {
				a.header[name] = value.(string)
			}
		}
		g.server.answers = append(g.server.answers, a)
	}
	return g
}

// wantSent returns the requests that AWS CLI sent.
func (g golden) wantSent() []sent {
	var all []sent
	for _, v := range g.want.Value("sent").([]document.Value) {
		m := v.(*document.Map)
		want := sent{Method: m.Value("method").(string), URL: m.Value("url").(string)}
		want.Body, _ = m.Value("body").(string)
		if header, ok := m.Value("headers").(*document.Map); ok {
			want.Header = map[string]string{}
			for name, value := range header.All() {
				want.Header[name] = value.(string)
			}
		}
		all = append(all, want)
	}
	return all
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func text(v document.Value) string {
	if v == nil {
		return ""
	}
	return v.(string)
}

func eachGolden(t *testing.T, name string, run func(t *testing.T, g golden)) {
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range bytes.Split(bytes.TrimSpace(content), []byte("\n")) {
		g := readGolden(t, string(line))
		kind := "ok/"
		if g.want.Has("error") {
			kind = "fail/"
		}
		t.Run(kind+strconv.Itoa(i+1), func(t *testing.T) { run(t, g) })
	}
}

// TestCalls makes calls of random parameters, right ones and wrong ones, and gets
// random answers.
func TestCalls(t *testing.T) {
	eachGolden(t, "calls.jsonl", func(t *testing.T, g golden) {
		c := g.server.client()
		c.MaxAttempts = g.attempts
		got, err := c.Call(context.Background(), g.op, g.parameters)
		check(t, "error", message(err), text(g.want.Value("error")))
		if err == nil {
			check(t, "answer", document.JSON(got), document.JSON(g.want.Value("ok")))
		}
		check(t, "requests", g.server.sent, g.wantSent())
	})
}

// TestLists pages through random lists with random options.
func TestLists(t *testing.T) {
	eachGolden(t, "pages.jsonl", func(t *testing.T, g golden) {
		config := g.paging.Value("config").(*document.Map)
		paging := client.Paging{PageSize: config.Value("PageSize")}
		if token, ok := config.Value("StartingToken").(string); ok {
			paging.StartingToken = &token
		}
		if n := config.Value("MaxItems"); n != nil {
			paging.MaxItems, _ = new(big.Int).SetString(document.Text(n), 10)
		}
		pages := g.server.client().Pages(g.op, g.parameters, paging)
		var err error
		var got document.Value
		want := g.want.Value("ok")
		if g.paging.Value("mode") == "full" {
			got, err = pages.Result(context.Background())
		} else {
			list := []document.Value{}
			for page, e := range pages.All(context.Background()) {
				if err = e; err == nil {
					list = append(list, page)
				}
			}
			got, want = list, g.want.Value("pages")
		}
		check(t, "error", message(err), text(g.want.Value("error")))
		if want != nil {
			check(t, "answer", document.JSON(got), document.JSON(want))
		}
		if err == nil {
			check(t, "resume token", pages.ResumeToken(), text(g.want.Value("resume")))
		}
		check(t, "requests", g.server.sent, g.wantSent())
	})
}
