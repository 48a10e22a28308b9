package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"vedette/cli/document"
	"vedette/sigv4"
)

// TestRetries: what may pass is tried again as often as is allowed, and what is
// tried for the last time says so.
func TestRetries(t *testing.T) {
	good := answer{status: 200, body: `{"version":1}`}
	said := func(status int, code string) answer {
		return answer{status: status, header: map[string]string{"x-amzn-errortype": code}, body: `{"message":"m"}`}
	}
	broken := answer{err: errors.New("connection reset")}
	const unreachable = "http://h.example/base/things/" + a36 + ": connection reset"
	for _, test := range []struct {
		name     string
		answers  []answer
		most     int
		attempts int
		want     string
	}{
		{"ok/first", []answer{good}, 3, 1, ""},
		{"ok/second", []answer{said(500, "X"), good}, 3, 2, ""},
		{"ok/last", []answer{said(400, "SlowDown"), broken, good}, 3, 3, ""},
		{"ok/a failure of each kind", []answer{broken, said(429, "ThrottlingException"), {status: 502, body: "<html>"}, {status: 503}, good}, 5, 5, ""},
		{"fail/used up", []answer{said(500, "X")}, 3, 3, "An error occurred (X) when calling the DescribeThing operation (reached max retries: 2): m"},
		{"fail/one is allowed", []answer{said(429, "SlowDown")}, 1, 1, "An error occurred (SlowDown) when calling the DescribeThing operation (reached max retries: 0): m"},
		{"fail/many are allowed", []answer{said(503, "X")}, 12, 12, "An error occurred (X) when calling the DescribeThing operation (reached max retries: 11): m"},
		{"fail/will not pass", []answer{said(404, "ResourceNotFoundException"), good}, 3, 1, "An error occurred (ResourceNotFoundException) when calling the DescribeThing operation: m"},
		{"fail/501 will not pass", []answer{said(501, "NotImplementedException"), good}, 3, 1, "An error occurred (NotImplementedException) when calling the DescribeThing operation: m"},
		{"fail/another failure comes second", []answer{said(500, "X"), said(403, "Forbidden"), good}, 3, 2, "An error occurred (Forbidden) when calling the DescribeThing operation: m"},
		{"fail/a failure that would not pass comes last", []answer{said(500, "X"), said(403, "Forbidden")}, 2, 2, "An error occurred (Forbidden) when calling the DescribeThing operation (reached max retries: 1): m"},
		{"fail/no connection", []answer{broken}, 3, 3, unreachable},
		{"fail/no connection in the end", []answer{said(500, "X"), broken}, 2, 2, unreachable},
		{"fail/an answer without sense", []answer{{status: 200, body: "[]"}, good}, 3, 1, "'list' object has no attribute 'get'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: test.answers}
			c := s.client()
			c.MaxAttempts = test.most
			var waits []time.Duration
			c.Wait = func(_ context.Context, d time.Duration) error {
				waits = append(waits, d)
				return nil
			}
			answer, err := c.Call(context.Background(), operation(t, "DescribeThing"), minimal(t, "DescribeThing"))
			check(t, "error", message(err), test.want)
			check(t, "attempts", len(s.sent), test.attempts)
			check(t, "waits", len(waits), test.attempts-1)
			for i, d := range waits {
				if most := min(time.Second<<i, 20*time.Second); d < 0 || d > most {
					t.Errorf("wait %d: got %v, want at most %v", i+1, d, most)
				}
			}
			if err == nil {
				check(t, "answer", document.Compact(answer), `{"version": 1}`)
			}
		})
	}
}

// a36 is a value that is long enough for all parameters here.
const a36 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// TestRetriedCodes: codes and statuses that are tried again, and some that are
// not although they sound alike.
func TestRetriedCodes(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		codes  string
		again  bool
	}{
		{"ok/throttled", 400, "Throttling ThrottlingException ThrottledException RequestThrottledException RequestThrottled TooManyRequestsException " +
			"ProvisionedThroughputExceededException TransactionInProgressException RequestLimitExceeded BandwidthLimitExceeded " +
			"LimitExceededException SlowDown EC2ThrottledException", true},
		{"ok/late", 400, "RequestTimeout RequestTimeoutException PriorRequestNotComplete", true},
		{"ok/500", 500, "X InternalFailureException", true},
		{"ok/502", 502, "X", true},
		{"ok/503", 503, "ServiceUnavailableException", true},
		{"ok/504", 504, "X", true},
		{"fail/others", 400, "X InternalFailureException throttling LimitExceeded ServiceUnavailableException RequestExpired IDPCommunicationError 500", false},
		{"fail/501", 501, "X", false},
		{"fail/505", 505, "X", false},
		{"fail/599", 599, "X", false},
		{"fail/429", 429, "X", false},
		{"fail/408", 408, "X", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			for code := range strings.FieldsSeq(test.codes) {
				s := &server{answers: []answer{{status: test.status, header: map[string]string{"x-amzn-errortype": code}, body: "{}"}}}
				c := s.client()
				c.MaxAttempts = 2
				_, err := c.Call(context.Background(), operation(t, "DescribeThing"), minimal(t, "DescribeThing"))
				if again := len(s.sent) == 2; again != test.again || again != strings.Contains(message(err), "(reached max retries: 1)") {
					t.Errorf("%s: got %d attempts and %v, want another attempt: %v", code, len(s.sent), err, test.again)
				}
			}
		})
	}
}

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestAttemptsAreAlike: each attempt sends the same, an idempotency token too,
// and is signed.
func TestAttemptsAreAlike(t *testing.T) {
	for _, test := range []struct{ name, operation string }{
		{"ok/token in the query", "DeletePackage"},
		{"ok/token in the body", "CreateAuditSuppression"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var seen []string
			asked := 0
			c := new(server).client()
			c.MaxAttempts = 4
			c.Sign = func(context.Context) (*sigv4.Signer, error) {
				asked++
				return &sigv4.Signer{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", Region: "us-east-1", Service: "iot"}, nil
			}
			c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				body := []byte(nil)
				if r.Body != nil {
					body, _ = io.ReadAll(r.Body)
				}
				seen = append(seen, strings.Join([]string{r.Method, r.URL.String(), string(body), r.Header.Get("Authorization")}, " "))
				return nil, errors.New("reset")
			})
			parameters := minimal(t, test.operation)
			if test.operation == "CreateAuditSuppression" {
				parameters = object(t, `{"checkName":"c","resourceIdentifier":{}}`)
			} else {
				parameters.Delete("clientToken")
			}
			if _, err := c.Call(context.Background(), operation(t, test.operation), parameters); err == nil {
				t.Fatal("got no error")
			}
			check(t, "attempts", len(seen), 4)
			check(t, "times that the signer was asked for", asked, 1)
			if !uuids.MatchString(seen[0]) || !strings.Contains(seen[0], "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240601/us-east-1/iot/aws4_request") {
				t.Errorf("got %s, want a token and a signature", seen[0])
			}
			for _, again := range seen[1:] {
				check(t, "another attempt", again, seen[0])
			}
		})
	}
}

// TestLimit: each attempt asks to go, and says whether it was too much.
func TestLimit(t *testing.T) {
	tooMuch := answer{status: 429, header: map[string]string{"x-amzn-errortype": "ThrottlingException"}, body: `{}`}
	for _, test := range []struct {
		name    string
		answers []answer
		most    int
		want    []bool
	}{
		{"ok/good", []answer{{status: 200}}, 3, []bool{false}},
		{"ok/too much, then good", []answer{tooMuch, {status: 503}, {err: errors.New("reset")}, {status: 200}}, 4, []bool{true, false, false, false}},
		{"fail/too much", []answer{tooMuch}, 2, []bool{true, true}},
		{"fail/senseless", []answer{{status: 200, body: "null"}}, 2, []bool{false}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: test.answers}
			c := s.client()
			c.MaxAttempts = test.most
			var got []bool
			c.Limit = func(context.Context) (func(bool), error) {
				check(t, "attempts before", len(s.sent), len(got))
				return func(throttled bool) { got = append(got, throttled) }, nil
			}
			_, _ = c.Call(context.Background(), operation(t, "DescribeThing"), minimal(t, "DescribeThing"))
			check(t, "throttled", got, test.want)
		})
	}
	stop := errors.New("stop")
	s := new(server)
	c := s.client()
	c.Limit = func(context.Context) (func(bool), error) { return nil, stop }
	if _, err := c.Call(context.Background(), operation(t, "DescribeThing"), minimal(t, "DescribeThing")); !errors.Is(err, stop) || len(s.sent) > 0 {
		t.Errorf("got %v after %d requests, want %v before the first", err, len(s.sent), stop)
	}
}

// TestCalledOff: an end from outside leaves the attempts that are left.
func TestCalledOff(t *testing.T) {
	stop := errors.New("stop")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, test := range []struct {
		name     string
		ctx      context.Context
		wait     error
		sign     error
		attempts int
		want     error
	}{
		{"fail/while it is sent", ctx, nil, nil, 1, nil},
		{"fail/while it waits", context.Background(), stop, nil, 1, stop},
		{"fail/no credentials", context.Background(), nil, stop, 0, stop},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{{err: errors.New("called off")}}}
			c := s.client()
			c.MaxAttempts = 3
			c.Wait = func(context.Context, time.Duration) error { return test.wait }
			c.Sign = func(context.Context) (*sigv4.Signer, error) { return &sigv4.Signer{}, test.sign }
			_, err := c.Call(test.ctx, operation(t, "DescribeThing"), minimal(t, "DescribeThing"))
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			check(t, "attempts", len(s.sent), test.attempts)
		})
	}
}

// TestDone: who wants to see good answers sees them, and may object.
func TestDone(t *testing.T) {
	objection := errors.New("no")
	for _, test := range []struct {
		name   string
		status int
		err    error
		seen   int
	}{
		{"ok/a good answer", 200, nil, 1},
		{"fail/an objection", 200, objection, 1},
		{"fail/an error of the service", 400, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{{status: test.status, body: `{"version":5}`}}}
			c := s.client()
			seen := 0
			c.Done = func(answer *document.Map) error {
				seen++
				check(t, "answer", answer.Value("version"), document.Value(int64(5)))
				return test.err
			}
			_, err := c.Call(context.Background(), operation(t, "DescribeThing"), minimal(t, "DescribeThing"))
			check(t, "times seen", seen, test.seen)
			if test.err != nil && !errors.Is(err, test.err) {
				t.Errorf("got %v, want %v", err, test.err)
			}
		})
	}
}

// brokenBody breaks off after a few bytes.
type brokenBody struct{ io.Reader }

func (b brokenBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (brokenBody) Close() error { return nil }

// TestBrokenAnswer: an answer that breaks off is a failure to send, and may pass.
func TestBrokenAnswer(t *testing.T) {
	attempts := 0
	c := new(server).client()
	c.MaxAttempts = 2
	c.Transport = roundTrip(func(*http.Request) (*http.Response, error) {
		attempts++
		return &http.Response{StatusCode: 200, Body: brokenBody{strings.NewReader(`{"thing`)}}, nil
	})
	_, err := c.Call(context.Background(), operation(t, "DescribeThing"), minimal(t, "DescribeThing"))
	check(t, "error", message(err), "http://h.example/base/things/"+a36+": unexpected EOF")
	check(t, "attempts", attempts, 2)
}
