package restjson

import (
	"bytes"
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"vedette/api"
)

// answerShape and answered are the output of the operations of this test.
var answerShape = &api.Shape{Name: "answered", Type: api.TypeStructure}

type answered struct{}

// TestPublic: a public operation asks nobody who it is or what it may do; the others do.
func TestPublic(t *testing.T) {
	public := &api.Operation{Name: "Welcome", Method: "GET", URI: "/own/welcome", Public: true, Input: answerShape, Output: answerShape}
	private := &api.Operation{Name: "Enter", Method: "GET", URI: "/own/enter", Input: answerShape, Output: answerShape}
	srv := NewServer(Options{
		Verify: func(*http.Request, [sha256.Size]byte) (Caller, error) {
			return Caller{}, api.Errorf(api.UnrecognizedClientException, "who?")
		},
		Authorize: func(*http.Request, Caller, *api.Operation, any) error {
			return api.Errorf(api.AccessDeniedException, "no")
		},
	})
	fn := func(context.Context, *answered) (*answered, error) { return nil, nil }
	Handle(srv, public, fn)
	Handle(srv, private, fn)
	if got := serve(srv, "GET", "/own/welcome", ""); got.status != 200 || got.body != "{}" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got := serve(srv, "GET", "/own/enter", ""); got.errorType != "UnrecognizedClientException" {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// TestSetCookie: the caller's cookie goes out with a success, not with an error.
func TestSetCookie(t *testing.T) {
	var log bytes.Buffer
	srv := NewServer(Options{
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Verify: func(*http.Request, [sha256.Size]byte) (Caller, error) {
			return Caller{User: "ana", Role: "operators", SetCookie: "session=1"}, nil
		},
	})
	Handle(srv, api.DescribeThing, func(ctx context.Context, in *api.DescribeThingRequest) (*api.DescribeThingResponse, error) {
		if c := CallerFrom(ctx); c.User != "ana" || c.Role != "operators" {
			t.Errorf("got the caller %+v", c)
		}
		if *in.ThingName == "missing" {
			return nil, api.NotFound("missing")
		}
		return nil, nil
	})
	if got := serve(srv, "GET", "/things/a", "").header.Get("Set-Cookie"); got != "session=1" {
		t.Errorf("got %q", got)
	}
	if got := serve(srv, "GET", "/things/missing", "").header.Get("Set-Cookie"); got != "" {
		t.Errorf("with an error: got %q", got)
	}
	if n := strings.Count(log.String(), "user=ana role=operators"); n != 2 || strings.Contains(log.String(), "session=1") {
		t.Errorf("the log:\n%s", &log)
	}
}
