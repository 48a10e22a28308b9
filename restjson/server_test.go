package restjson

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/sigv4"
)

// answer is what a server answered, as far as tests look at it.
type answer struct {
	status    int
	errorType string
	body      string
	header    http.Header
}

func serve(h http.Handler, method, target, body string) answer {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header().Get("x-amzn-ErrorType"), w.Body.String(), w.Header()}
}

func TestServe(t *testing.T) {
	srv := NewServer(Options{MaxBody: 64})
	Handle(srv, api.DescribeThing, func(_ context.Context, in *api.DescribeThingRequest) (*api.DescribeThingResponse, error) {
		switch name := *in.ThingName; name {
		case "missing":
			return nil, api.NotFound("no thing is called %s", name)
		case "wrapped":
			return nil, fmt.Errorf("describe: %w", api.NotFound("gone"))
		case "broken":
			return nil, errors.New("secret cause")
		case "panics":
			panic("secret cause")
		case "nil":
			return nil, nil
		}
		return &api.DescribeThingResponse{ThingName: in.ThingName, Version: new(int64(1))}, nil
	})
	Handle(srv, api.CreateThing, func(context.Context, *api.CreateThingRequest) (*api.CreateThingResponse, error) {
		return nil, &api.Error{Code: api.ResourceAlreadyExistsException, Message: `"x" exists`, ResourceID: "x", ResourceARN: "arn:x"}
	})
	Handle(srv, api.DeletePolicy, func(context.Context, *api.DeletePolicyRequest) (*struct{}, error) { return nil, nil })
	Handle(srv, api.ListThings, func(context.Context, *api.ListThingsRequest) (*api.ListThingsResponse, error) { return nil, nil })
	Handle(srv, api.GetBehaviorModelTrainingSummaries, func(context.Context, *api.GetBehaviorModelTrainingSummariesRequest) (*api.GetBehaviorModelTrainingSummariesResponse, error) {
		return &api.GetBehaviorModelTrainingSummariesResponse{Summaries: []api.BehaviorModelTrainingSummary{{DatapointsCollectionPercentage: new(math.NaN())}}}, nil
	})

	for _, c := range []struct {
		name, method, target, body string
		status                     int
		errorType, want            string // want is a pattern of the whole body
	}{
		{"ok/describe", "GET", "/things/a%3Ab", "", 200, "", `{"thingName":"a:b","version":1}`},
		{"ok/nil output", "GET", "/things/nil", "", 200, "", `{}`},
		{"ok/void", "DELETE", "/policies/p", "", 200, "", `{}`},
		{"ok/empty list", "GET", "/things", "", 200, "", `{"things":\[\]}`},
		{"ok/a body that nobody looks at", "GET", "/things/a", "{", 200, "", `{"thingName":"a","version":1}`},
		{"fail/not found", "GET", "/things/missing", "", 404, "ResourceNotFoundException", `{"message":"no thing is called missing"}`},
		{"fail/wrapped", "GET", "/things/wrapped", "", 404, "ResourceNotFoundException", `{"message":"gone"}`},
		{"fail/exists", "POST", "/things/x", "", 409, "ResourceAlreadyExistsException", `{"message":"\\"x\\" exists","resourceId":"x","resourceArn":"arn:x"}`},
		{"fail/internal", "GET", "/things/broken", "", 500, "InternalFailureException", `{"message":"An internal failure occurred. The server's log has it under the request id ID."}`},
		{"fail/panic", "GET", "/things/panics", "", 500, "InternalFailureException", `{"message":"An internal failure occurred. The server's log has it under the request id ID."}`},
		{"fail/not a number", "GET", "/behavior-model-training/summaries", "", 500, "InternalFailureException", `.*request id ID.*`},
		{"fail/not implemented", "GET", "/dimensions/d", "", 501, "NotImplementedException", `{"message":"The operation DescribeDimension is not implemented."}`},
		{"fail/no such path", "GET", "/nothing", "", 404, "UnknownOperationException", `{"message":"No operation has the path /nothing."}`},
		{"fail/no such method", "PUT", "/things/a", "", 405, "MethodNotAllowedException", `{"message":"The path /things/a does not have the method PUT."}`},
		{"fail/validation", "GET", "/things/a%20b", "", 400, "InvalidRequestException", `.*'a b' at 'thingName'.*\[a-zA-Z0-9:_-\]\+"}`},
		{"fail/body too large", "POST", "/things/x", `{"x":"` + strings.Repeat("x", 64) + `"}`, 413, "RequestEntityTooLargeException", `.*larger than 64 bytes."}`},
		{"fail/broken body", "POST", "/things/x", `{`, 400, "InvalidRequestException", `.*not valid JSON.*`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := serve(srv, c.method, c.target, c.body)
			id := got.header.Get("x-amzn-RequestId")
			if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
				t.Errorf("got request id %q, want a UUID", id)
			}
			if got.status != c.status || got.errorType != c.errorType || got.header.Get("Content-Type") != "application/json" {
				t.Errorf("got %d %s %v, want %d %s", got.status, got.errorType, got.header, c.status, c.errorType)
			}
			if body := strings.ReplaceAll(got.body, id, "ID"); !regexp.MustCompile("^" + c.want + "$").MatchString(body) {
				t.Errorf("got %s, want %s", body, c.want)
			}
		})
	}
	if got := serve(srv, "PUT", "/things/a", "").header.Get("Allow"); got != "DELETE, GET, PATCH, POST" {
		t.Errorf("got Allow %q", got)
	}
}

// TestBodyOfUnknownLength: the cap holds where no Content-Length announces it.
func TestBodyOfUnknownLength(t *testing.T) {
	srv := NewServer(Options{MaxBody: 8})
	r := httptest.NewRequest("POST", "/things/x", io.MultiReader(strings.NewReader("{"), strings.NewReader("         }")))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, r)
	if w.Code != 413 {
		t.Errorf("got %d, want 413", w.Code)
	}
}

func TestVerify(t *testing.T) {
	var callers []Caller
	o := signedOptions()
	srv := NewServer(o)
	Handle(srv, api.ListThings, func(ctx context.Context, _ *api.ListThingsRequest) (*api.ListThingsResponse, error) {
		callers = append(callers, CallerFrom(ctx))
		if id := RequestIDFrom(ctx); len(id) != 36 {
			t.Errorf("got request id %q", id)
		}
		return nil, nil
	})
	Handle(srv, api.ListPrincipalThings, func(context.Context, *api.ListPrincipalThingsRequest) (*api.ListPrincipalThingsResponse, error) {
		return nil, nil
	})
	type change = func(*sigv4.Signer, *http.Request)
	none := func(*sigv4.Signer, *http.Request) {}
	for _, c := range []struct {
		name, target  string
		before, after change
		want          string
	}{
		{"ok/signed", "/things", none, none, ""},
		{"ok/signed member in the header", "/principals/things", func(_ *sigv4.Signer, r *http.Request) { r.Header.Set("x-amzn-principal", "p") }, none, ""},
		{"fail/unsigned", "/things", none, func(_ *sigv4.Signer, r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException"},
		{"fail/unreadable", "/things", none, func(_ *sigv4.Signer, r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, "IncompleteSignatureException"},
		{"fail/unknown key", "/things", func(s *sigv4.Signer, _ *http.Request) { s.AccessKeyID = "other" }, none, "UnrecognizedClientException"},
		{"fail/wrong secret", "/things", func(s *sigv4.Signer, _ *http.Request) { s.SecretAccessKey = "other" }, none, "InvalidSignatureException"},
		{"fail/unsigned member in the header", "/principals/things", none, func(_ *sigv4.Signer, r *http.Request) { r.Header.Set("x-amzn-principal", "p") }, "InvalidSignatureException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			callers = nil
			r := httptest.NewRequest("GET", c.target, nil)
			s := &sigv4.Signer{AccessKeyID: testKey, SecretAccessKey: testSecret, Region: "us-east-1", Service: "iot"}
			c.before(s, r)
			s.Sign(r, sha256.Sum256(nil), time.Now())
			c.after(s, r)
			w := httptest.NewRecorder()
			srv.ServeHTTP(w, r)
			status := 200
			if c.want != "" {
				status = 403
			}
			if got := w.Header().Get("x-amzn-ErrorType"); got != c.want || w.Code != status {
				t.Errorf("got %d %q, want %d %q", w.Code, got, status, c.want)
			}
			if c.name == "ok/signed" && !slices.Equal(callers, []Caller{{AccessKeyID: testKey}}) {
				t.Errorf("got callers %v", callers)
			}
		})
	}
}

// TestVerifyBroken: an error of Verify that is no refusal is a failure of ours.
func TestVerifyBroken(t *testing.T) {
	srv := NewServer(Options{Verify: func(*http.Request, [sha256.Size]byte) (Caller, error) { return Caller{}, errors.New("no database") }})
	if got := serve(srv, "GET", "/things", ""); got.status != 500 || got.errorType != "InternalFailureException" {
		t.Errorf("got %+v", got)
	}
}

// TestAuthorize: what the caller may not do is not done; who may is asked with the
// decoded request.
func TestAuthorize(t *testing.T) {
	var asked []string
	r, _ := newRig(t, Options{
		Verify: func(r *http.Request, _ [sha256.Size]byte) (Caller, error) { return Caller{AccessKeyID: r.Host}, nil },
		Authorize: func(_ *http.Request, caller Caller, op *api.Operation, in any) error {
			asked = append(asked, caller.AccessKeyID+" "+op.Name+" "+*in.(*api.DescribeThingRequest).ThingName)
			return api.Errorf(api.AccessDeniedException, "no")
		},
	})
	got := serve(r.Server, "GET", "/things/lamp%3A1", "")
	if got.status != 403 || got.errorType != "AccessDeniedException" || r.got != nil {
		t.Errorf("got %+v, and the operation got %v", got, r.got)
	}
	if got := serve(r.Server, "GET", "/things/l%20p", ""); got.errorType != "InvalidRequestException" {
		t.Errorf("an invalid request: got %+v", got)
	}
	if want := []string{"example.com DescribeThing lamp:1"}; !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
}

// TestAccessLog: one line for each request, with the cause of a failure, and
// the same to ObserveCall.
func TestAccessLog(t *testing.T) {
	var log bytes.Buffer
	var observed []string
	at := time.Unix(0, 0)
	srv := NewServer(Options{
		Logger: slog.New(slog.NewJSONHandler(&log, nil)),
		Now:    func() time.Time { at = at.Add(time.Millisecond); return at },
		ObserveCall: func(operation string, status int, d time.Duration) {
			observed = append(observed, fmt.Sprintf("%s %d %s", operation, status, d))
		},
	})
	Handle(srv, api.ListThings, func(context.Context, *api.ListThingsRequest) (*api.ListThingsResponse, error) {
		return nil, errors.New("disk on fire")
	})
	Handle(srv, api.ListDimensions, func(context.Context, *api.ListDimensionsRequest) (*api.ListDimensionsResponse, error) {
		return nil, nil
	})
	for _, path := range []string{"/things", "/dimensions", "/nothing"} {
		serve(srv, "GET", path, "")
	}
	type line struct {
		Level, Component, Operation, Code, Error, Path string
		Status                                         int
		Duration                                       time.Duration
	}
	var got []line
	for d := json.NewDecoder(&log); d.More(); {
		var l line
		if err := d.Decode(&l); err != nil {
			t.Fatal(err)
		}
		got = append(got, l)
	}
	want := []line{
		{Level: "ERROR", Component: "api", Operation: "ListThings", Code: "InternalFailureException", Error: "disk on fire", Status: 500, Duration: time.Millisecond},
		{Level: "INFO", Component: "api", Operation: "ListDimensions", Status: 200, Duration: time.Millisecond},
		{Level: "INFO", Component: "api", Code: "UnknownOperationException", Path: "/nothing", Status: 404, Duration: time.Millisecond},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if want := []string{"ListThings 500 1ms", "ListDimensions 200 1ms", " 404 1ms"}; !slices.Equal(observed, want) {
		t.Errorf("got %q, want %q", observed, want)
	}
}

func TestHandlePanics(t *testing.T) {
	describe := func(context.Context, *api.DescribeThingRequest) (*api.DescribeThingResponse, error) { return nil, nil }
	for name, bind := range map[string]func(*Server){
		"fail/input of another operation": func(s *Server) { Handle(s, api.DeleteThing, describe) },
		"fail/output where there is none": func(s *Server) {
			Handle(s, api.DeletePolicy, func(context.Context, *api.DeletePolicyRequest) (*api.DescribeThingResponse, error) { return nil, nil })
		},
		"fail/twice": func(s *Server) { Handle(s, api.DescribeThing, describe); Handle(s, api.DescribeThing, describe) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("want a panic")
				}
			}()
			bind(NewServer(Options{}))
		})
	}
}

func TestUnhandled(t *testing.T) {
	srv := NewServer(Options{})
	Handle(srv, api.DescribeThing, func(context.Context, *api.DescribeThingRequest) (*api.DescribeThingResponse, error) { return nil, nil })
	got := srv.Unhandled()
	if len(got) != len(api.Operations())-1 || slices.Contains(got, "DescribeThing") || !slices.IsSorted(got) {
		t.Errorf("got %q", got)
	}
}
