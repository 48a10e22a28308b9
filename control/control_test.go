package control_test

import (
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/google/go-cmp/cmp"

	"vedette/control"
	"vedette/principal"
	"vedette/restjson"
	"vedette/store"
	"vedette/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	account = "123456789012"
	region  = "us-west-2"
	arnBase = "arn:aws:iot:us-west-2:123456789012:"
)

// env is a service with its own database behind an HTTP server.
type env struct {
	*testing.T
	db  *store.DB
	srv *restjson.Server
	url string
	now time.Time // of the next transaction; starts at 2026-01-01T00:00:00.123Z
}

// authority is the certificate authority of all services here.
var authority = sync.OnceValue(func() *principal.Authority {
	cert, key, err := principal.NewAuthority(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		panic(err)
	}
	a, err := principal.ParseAuthority(cert, key)
	if err != nil {
		panic(err)
	}
	return a
})

// newEnv starts a service; configure changes its options.
func newEnv(t *testing.T, configure ...func(*control.Options)) *env {
	t.Helper()
	e := &env{T: t, now: time.Date(2026, 1, 1, 0, 0, 0, 123_000_000, time.UTC)}
	dbOptions := storetest.SQLite(t)
	dbOptions.Now = func() time.Time { return e.now }
	e.db = storetest.Open(t, dbOptions)
	o := control.Options{
		Store: e.db, Account: account, Region: region, Hostname: "iot.example.com",
		Authority: authority(), Now: func() time.Time { return e.now },
	}
	for _, c := range configure {
		c(&o)
	}
	e.srv = restjson.NewServer(restjson.Options{})
	control.New(o).Register(e.srv)
	server := httptest.NewServer(e.srv)
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

// sdk returns the AWS SDK's client of the service.
func (e *env) sdk() *iot.Client {
	return iot.New(iot.Options{
		BaseEndpoint: &e.url, Region: region, RetryMaxAttempts: 1,
		Credentials: aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("AKID", "SECRET", "")),
	})
}

// do sends "METHOD URL BODY" (the body may be missing; METHOD may be
// METHOD@PRINCIPAL, which is sent in the header x-amzn-principal) and returns the
// status and the body; of an error its code and message as "Code: message".
func (e *env) do(request string) (status int, body string) {
	e.Helper()
	method, rest, _ := strings.Cut(strings.ReplaceAll(request, "ARN:", arnBase), " ")
	path, payload, _ := strings.Cut(rest, " ")
	method, principal, named := strings.Cut(method, "@")
	req, err := http.NewRequestWithContext(e.Context(), method, e.url+path, strings.NewReader(payload))
	if err != nil {
		e.Fatal(err)
	}
	if named {
		req.Header.Set("x-amzn-principal", principal)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		e.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		e.Fatal(err)
	}
	if code := resp.Header.Get("x-amzn-ErrorType"); code != "" {
		var message struct{ Message string }
		if err := json.Unmarshal(answer, &message); err != nil {
			e.Fatalf("error body %s: %v", answer, err)
		}
		return resp.StatusCode, code + ": " + message.Message
	}
	return resp.StatusCode, string(answer)
}

// must sends requests that succeed.
func (e *env) must(requests ...string) {
	e.Helper()
	for _, r := range requests {
		if status, body := e.do(r); status != http.StatusOK {
			e.Fatalf("%s\ngot %d %s", r, status, body)
		}
	}
}

// exchange is a request and its answer: of an error its code and message,
// otherwise JSON in which the string "*" stands for anything; "*" is any answer.
type exchange struct {
	request string
	status  int
	answer  string
}

// scenario is a story told to a fresh service.
type scenario struct {
	name  string     // ok/… or fail/…
	given []string   // requests that succeed
	steps []exchange // requests and their answers
}

// play runs every scenario as a subtest.
func play(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			e := newEnv(t)
			e.must(s.given...)
			for _, step := range s.steps {
				e.expect(step)
			}
		})
	}
}

// expect sends a request and compares the answer.
func (e *env) expect(x exchange) {
	e.Helper()
	status, body := e.do(x.request)
	want := strings.ReplaceAll(x.answer, "ARN:", arnBase)
	if status != x.status {
		e.Fatalf("%s\ngot %d %s\nwant %d %s", x.request, status, body, x.status, want)
	}
	switch {
	case want == "*":
		return
	case status != http.StatusOK:
		if body != want {
			e.Errorf("%s\ngot  %s\nwant %s", x.request, body, want)
		}
		return
	}
	if diff := diffJSON(e.T, want, body); diff != "" {
		e.Errorf("%s: answer (-want +got):\n%s", x.request, diff)
	}
}

// diffJSON compares JSON texts; "*" in want matches anything.
func diffJSON(t *testing.T, want, got string) string {
	t.Helper()
	var w, g any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("want %s: %v", want, err)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("got %s: %v", got, err)
	}
	return cmp.Diff(w, masked(w, g))
}

// masked returns got with "*" wherever want has it and got has something.
func masked(want, got any) any {
	if want == "*" && got != nil {
		return "*"
	}
	switch got := got.(type) {
	case map[string]any:
		w, _ := want.(map[string]any)
		m := maps.Clone(got)
		for k := range m {
			m[k] = masked(w[k], m[k])
		}
		return m
	case []any:
		w, _ := want.([]any)
		list := make([]any, len(got))
		for i := range got {
			list[i] = got[i]
			if i < len(w) {
				list[i] = masked(w[i], got[i])
			}
		}
		return list
	}
	return got
}

// listed pages through a list and returns the values at the member of each
// element (of the element itself when member is empty), and how many pages.
func (e *env) listed(url, list, member string) (values []string, pages int) {
	e.Helper()
	token := ""
	for {
		status, body := e.do("GET " + url + token)
		if status != http.StatusOK {
			e.Fatalf("%s%s: got %d %s", url, token, status, body)
		}
		pages++
		var page map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			e.Fatal(err)
		}
		var elements []any
		if err := json.Unmarshal(page[list], &elements); err != nil {
			e.Fatalf("%s of %s: %v", list, body, err)
		}
		for _, v := range elements {
			if m, ok := v.(map[string]any); ok {
				v = m[member]
			}
			values = append(values, v.(string))
		}
		var next string
		if page["nextToken"] == nil {
			return values, pages
		}
		if err := json.Unmarshal(page["nextToken"], &next); err != nil {
			e.Fatal(err)
		}
		token = "&nextToken=" + next
	}
}

// TestUnimplemented lists the operations of the model that nothing answers yet.
func TestUnimplemented(t *testing.T) {
	e := newEnv(t)
	const golden = "testdata/unimplemented.txt"
	got := strings.Join(e.srv.Unhandled(), "\n") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("operations without a handler (-want +got):\n%s", diff)
	}
	if status, answer := e.do("GET /mitigationactions/actions"); status != http.StatusNotImplemented {
		t.Errorf("ListMitigationActions: got %d %s, want 501", status, answer)
	}
}

// logged is a configuration that collects what the service logs.
func logged(out io.Writer) func(*control.Options) {
	return func(o *control.Options) { o.Logger = slog.New(slog.NewTextHandler(out, nil)) }
}

// marked is listed for a list that pages by marker, without how many pages.
func (e *env) marked(url, list, member string) (values []string) {
	e.Helper()
	next := ""
	for {
		status, body := e.do("GET " + url + next)
		var page map[string]any
		if err := json.Unmarshal([]byte(body), &page); status != http.StatusOK || err != nil {
			e.Fatalf("%s%s: got %d %s", url, next, status, body)
		}
		for _, v := range page[list].([]any) {
			values = append(values, v.(map[string]any)[member].(string))
		}
		token, more := page["nextMarker"].(string)
		if !more {
			return values
		}
		next = "&marker=" + token
	}
}
