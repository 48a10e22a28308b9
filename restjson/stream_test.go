package restjson

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vedette/api"
)

// ticks is an operation that streams.
var ticks = &api.Operation{
	Name: "Ticks", Method: "GET", URI: "/ticks",
	Input: &api.Shape{Name: "TicksRequest", Type: api.TypeStructure, Members: []api.Member{
		{Name: "kind", Location: api.InQuery, LocationName: "kind", Shape: &api.Shape{Name: "Kind", Type: api.TypeString, Enum: []string{"fails", "none", "late"}}},
	}},
	Output: &api.Shape{Name: "TickEvents", Type: api.TypeStructure, Members: []api.Member{
		{Name: "tick", Shape: &api.Shape{Name: "Tick", Type: api.TypeStructure, Members: []api.Member{
			{Name: "text", Shape: &api.Shape{Name: "Text", Type: api.TypeString}},
		}}},
	}},
}

type TicksRequest struct{ Kind *string }

type tick struct{ Text *string }

func streamTicks(ctx context.Context, in *TicksRequest, out *Stream) error {
	switch api.Value(in.Kind) {
	case "fails":
		return api.InvalidRequest("no ticks after %s", out.LastEventID())
	case "none":
		return out.Event("tock", "", &tick{})
	}
	if err := out.Allowed(); err != nil {
		return err
	}
	out.Retry(1500 * time.Millisecond)
	out.End()
	out.Comment()
	if err := out.Event("tick", "7-a", &tick{new("a\nb")}); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if api.Value(in.Kind) == "late" {
		return errors.New("broken on the way")
	}
	<-ctx.Done()
	return nil
}

func TestStream(t *testing.T) {
	var allowed []string
	calls := make(chan string, 10)
	srv := NewServer(Options{
		Authorize: func(_ *http.Request, _ Caller, op *api.Operation, _ any) error {
			allowed = append(allowed, op.Name)
			return nil
		},
		ObserveCall: func(operation string, status int, _ time.Duration) {
			calls <- operation + " " + http.StatusText(status)
		},
	})
	HandleStream(srv, ticks, streamTicks)
	const want = "retry: 1500\n\n:\n\nid: 7-a\nevent: tick\ndata: {\"text\":\"a\\nb\"}\n\n"
	for _, c := range []struct {
		name, target string
		status       int
		body         string
	}{
		{"ok/an error on the way ends it", "/ticks?kind=late", 200, want},
		{"fail/before the first event", "/ticks?kind=fails", 400, `{"message":"no ticks after 6"}`},
		{"fail/unknown event", "/ticks?kind=none", 500, ""},
		{"fail/bad input", "/ticks?kind=other", 400, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", c.target, nil)
			r.Header.Set("Last-Event-ID", "6")
			w := httptest.NewRecorder()
			srv.ServeHTTP(w, r)
			if w.Code != c.status || c.body != "" && w.Body.String() != c.body {
				t.Errorf("got %d %q", w.Code, w.Body)
			}
			<-calls
		})
	}

	server := httptest.NewUnstartedServer(srv)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond // a stream lasts longer
	server.Start()
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/ticks", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if h := resp.Header; h.Get("Content-Type") != "text/event-stream" || h.Get("Cache-Control") != "no-store" || h.Get("x-amzn-RequestId") == "" {
		t.Errorf("got the header %v", h)
	}
	body := bufio.NewReader(resp.Body)
	for line := range strings.Lines(want) {
		if got, err := body.ReadString('\n'); err != nil || got != line {
			t.Fatalf("got %q, %v, want %q", got, err, line)
		}
	}
	select {
	case got := <-calls:
		t.Fatalf("the stream has ended: %s", got)
	case <-time.After(300 * time.Millisecond):
	}
	cancel()
	if got := <-calls; got != "Ticks OK" {
		t.Errorf("got %q", got)
	}
	if len(allowed) != 6 { // once for each request with valid input, and again for those that ask
		t.Errorf("asked for leave: %v", allowed)
	}
}
