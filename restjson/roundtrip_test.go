package restjson

import (
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/sigv4"
)

const (
	testKey    = "AKIDEXAMPLE"
	testSecret = "secret"
)

// rig is a server that keeps what every operation gets and answers what it is
// told to.
type rig struct {
	*Server
	got    any
	caller Caller
	answer any
	err    error
}

func newRig(t testing.TB, o Options) (*rig, *httptest.Server) {
	t.Helper()
	r := &rig{Server: NewServer(o)}
	for _, op := range api.Operations() {
		r.bindings[op] = binding{newInput: op.NewInput, call: func(ctx context.Context, in any) (any, error) {
			r.got, r.caller = in, CallerFrom(ctx)
			return r.answer, r.err
		}}
	}
	listener := httptest.NewServer(r)
	t.Cleanup(listener.Close)
	return r, listener
}

func signedOptions() Options {
	return Options{Verify: VerifySigV4(&sigv4.Verifier{Region: "us-east-1", Services: []string{"iot"}, Keys: func(_ context.Context, id string) (string, error) {
		if id != testKey {
			return "", nil
		}
		return testSecret, nil
	}}, nil)}
}

// variants are how many optional members are filled, of 10.
func variants() []int { return []int{0, 10, 5, 5, 5} }

// TestRoundTrip: what our client encodes our server decodes, and the other way
// round, for every operation.
func TestRoundTrip(t *testing.T) {
	r, listener := newRig(t, Options{})
	for _, op := range api.Operations() {
		t.Run("ok/"+op.Name, func(t *testing.T) {
			for seed, optional := range variants() {
				f := newFiller(t, uint64(seed), optional)
				in := f.fill(op.Input, op.NewInput())
				r.answer = f.fill(op.Output, op.NewOutput())
				out := op.NewOutput()
				if err := send(listener.URL, op, in, out); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(withTokensOf(op, in, r.got), r.got); diff != "" {
					t.Errorf("input (-sent +got):\n%s", diff)
				}
				if diff := cmp.Diff(withList(op, r.answer), out); diff != "" {
					t.Errorf("output (-sent +got):\n%s", diff)
				}
			}
		})
	}
}

// send makes a call with the client half.
func send(endpoint string, op *api.Operation, in, out any) error {
	r, err := EncodeRequest(context.Background(), op, in, endpoint)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	return DecodeResponse(op, resp, out)
}

// withTokensOf returns in with the idempotency tokens that the client made up.
func withTokensOf(op *api.Operation, in, got any) any {
	want := reflect.New(reflect.TypeOf(in).Elem())
	want.Elem().Set(reflect.ValueOf(in).Elem())
	for i, m := range op.Input.Members {
		if sent := reflect.ValueOf(got).Elem().Field(i); m.IdempotencyToken && want.Elem().Field(i).IsNil() {
			want.Elem().Field(i).Set(sent)
		}
	}
	return want.Interface()
}

// withList returns out with the list that op is about present.
func withList(op *api.Operation, out any) any {
	if op.Paginate == nil {
		return out
	}
	want := reflect.New(reflect.TypeOf(out).Elem())
	want.Elem().Set(reflect.ValueOf(out).Elem())
	for i, m := range op.Output.Members {
		if field := want.Elem().Field(i); m.Name == op.Paginate.ResultKey && field.IsNil() {
			field.Set(reflect.MakeSlice(field.Type(), 0, 0))
		}
	}
	return want.Interface()
}

// TestIdempotencyToken: the client makes up what is absent, anew every time,
// and leaves the caller's input alone.
func TestIdempotencyToken(t *testing.T) {
	r, listener := newRig(t, Options{})
	r.answer = &api.CreateDimensionResponse{}
	in := &api.CreateDimensionRequest{
		Name: new("Topics"), Type: new(api.DimensionTypeTopicFilter), StringValues: []string{"a/#"},
	}
	seen := map[string]bool{}
	for range 2 {
		if err := send(listener.URL, api.CreateDimension, in, r.answer); err != nil {
			t.Fatal(err)
		}
		token := api.Value(r.got.(*api.CreateDimensionRequest).ClientRequestToken)
		if len(token) != 36 || seen[token] {
			t.Errorf("got token %q, want a new UUID", token)
		}
		seen[token] = true
	}
	if in.ClientRequestToken != nil {
		t.Error("the input was changed")
	}
}

func TestEncodeRequestRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in       any
		endpoint string
		want     string
	}{
		"fail/absent label":   {&api.DescribeThingRequest{}, "http://localhost", "thingName"},
		"fail/empty label":    {&api.DescribeThingRequest{ThingName: new("")}, "http://localhost", "thingName"},
		"fail/odd endpoint":   {&api.DescribeThingRequest{ThingName: new("a")}, "http://[", "parse endpoint"},
		"fail/other endpoint": {&api.DescribeThingRequest{ThingName: new("a")}, "localhost", "make request"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := EncodeRequest(context.Background(), api.DescribeThing, c.in, c.endpoint)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v, want …%s…", r, err, c.want)
			}
		})
	}
}

func TestEncodeRequest(t *testing.T) {
	at := time.UnixMilli(1767225600120).UTC()
	r, err := EncodeRequest(context.Background(), api.ListMetricValues, &api.ListMetricValuesRequest{
		ThingName: new("gw/7 +€"), MetricName: new("aws:num-messages-sent"), StartTime: &at, EndTime: new(at.Add(880 * time.Millisecond)), MaxResults: new(int32(5)),
	}, "http://localhost:8080/base/")
	if err != nil {
		t.Fatal(err)
	}
	want := "http://localhost:8080/base/metric-values?endTime=2026-01-01T00%3A00%3A01Z&maxResults=5&metricName=aws%3Anum-messages-sent" +
		"&startTime=2026-01-01T00%3A00%3A00.12Z&thingName=gw%2F7%20%2B%E2%82%AC"
	if got := r.URL.String(); got != want || r.Body != nil {
		t.Errorf("got  %s, body %v\nwant %s, no body", got, r.Body, want)
	}
	r, err = EncodeRequest(context.Background(), api.DescribeThing, &api.DescribeThingRequest{ThingName: new("a/b:c d")}, "http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.URL.EscapedPath(), "/things/a%2Fb%3Ac%20d"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
