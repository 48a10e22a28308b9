// Package client calls operations with documents instead of Go types: what a
// person wrote on a command line goes out as it was written, however odd, and
// what the server answered comes back as AWS CLI v2 would have read it. Requests
// are validated, signed, sent and retried by the rules of AWS CLI v2.
package client

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"vedette/api"
	"vedette/cli/document"
	"vedette/sigv4"
)

// maxAnswer is the greatest answer that is read, in bytes.
const maxAnswer = 256 << 20

// Client calls the operations of one endpoint. All fields but the optional ones
// must be set.
type Client struct {
	// Target returns the URL of an escaped path and query, to send to and to show.
	Target       func(path, query string) (*url.URL, string)
	Transport    http.RoundTripper
	Sign         func(context.Context) (*sigv4.Signer, error) // asked once a call, before it is sent; nil: unsigned
	MaxAttempts  int                                          // at least 1
	RequestError func(err error, url string) error            // puts a failure to send into AWS CLI's words
	Timestamp    func(document.Value) (document.Value, error) // prints a timestamp of an answer
	Base64       bool                                         // blobs in parameters are Base64
	Unchecked    bool                                         // parameters are not validated
	UserAgent    string
	Now          func() time.Time
	Wait         func(context.Context, time.Duration) error // between attempts
	// Limit lets an attempt go when its time has come, and is told whether the
	// service found it too much. Nil: at once.
	Limit func(context.Context) (done func(throttled bool), err error)
	Log   *slog.Logger
	Done  func(answer *document.Map) error // sees each good answer; nil: nobody
}

// ServiceError is an answer that tells an error.
type ServiceError struct{ Message string }

func (e *ServiceError) Error() string { return e.Message }

// words are an error in AWS CLI's words.
type words string

func (w words) Error() string { return string(w) }

func wordsf(format string, args ...any) error { return words(fmt.Sprintf(format, args...)) }

// Call calls an operation once, with retries. The parameters are not changed.
func (c *Client) Call(ctx context.Context, op *api.Operation, parameters *document.Map) (*document.Map, error) {
	parameters, err := c.prepare(op, parameters)
	if err != nil {
		return nil, err
	}
	request, err := encode(op, parameters, c.Now())
	if err != nil {
		return nil, err
	}
	if c.debugs(ctx) {
		c.Log.Debug("calling operation", "operation", op.Name, "parameters", document.Repr(hide(op.Input, parameters)))
	}
	answer, err := c.send(ctx, op, request)
	if err != nil {
		return nil, err
	}
	if c.Done != nil {
		return answer, c.Done(answer)
	}
	return answer, nil
}

// Check tells what Call would find wrong with the parameters.
func (c *Client) Check(op *api.Operation, parameters *document.Map) error {
	_, err := c.prepare(op, parameters)
	return err
}

// prepare returns the parameters with idempotency tokens and decoded blobs, if
// they are fit to be sent.
func (c *Client) prepare(op *api.Operation, parameters *document.Map) (*document.Map, error) {
	for _, key := range parameters.Keys() {
		if _, ok := parameters.Key(key).(string); !ok {
			return nil, words("keywords must be strings")
		}
	}
	parameters = withTokens(op.Input, parameters)
	if c.Base64 {
		decoded, err := decodeBlobs(op.Input, parameters)
		if err != nil {
			return nil, err
		}
		parameters = decoded.(*document.Map)
	}
	if !c.Unchecked {
		if err := Validate(op.Input, parameters, c.Now()); err != nil {
			return nil, err
		}
	}
	return parameters, nil
}

// send sends a request until it is answered, or the attempts are used up.
func (c *Client) send(ctx context.Context, op *api.Operation, request *request) (*document.Map, error) {
	var signer *sigv4.Signer
	if c.Sign != nil {
		var err error
		if signer, err = c.Sign(ctx); err != nil {
			return nil, err
		}
	}
	for attempt := 1; ; attempt++ {
		last := attempt >= c.MaxAttempts
		done, err := c.limit(ctx)
		if err != nil {
			return nil, err
		}
		reply, err := c.attempt(ctx, op, request, signer)
		if err != nil {
			done(false)
			c.Log.Debug("the request failed", "attempt", attempt, "error", err)
			if last || ctx.Err() != nil {
				return nil, err
			}
		} else {
			answer, failure, err := reply.decode(op, c.Timestamp)
			done(failure != nil && failure.throttled())
			if err != nil {
				return nil, err
			}
			if failure == nil {
				return answer, nil
			}
			c.Log.Debug("the service answered an error", "attempt", attempt, "code", failure.code, "message", failure.message)
			if last || !failure.retryable(reply.status) {
				return nil, failure.error(op, attempt, last)
			}
		}
		if err := c.Wait(ctx, backoff(attempt)); err != nil {
			return nil, err
		}
	}
}

func (c *Client) limit(ctx context.Context) (func(throttled bool), error) {
	if c.Limit == nil {
		return func(bool) {}, nil
	}
	return c.Limit(ctx)
}

// backoff returns the time before the attempt that follows: a random part of 1,
// 2, 4 … seconds, at most 20 s.
func backoff(attempt int) time.Duration {
	most := float64(uint64(1) << min(attempt-1, 10))
	return time.Duration(min(rand.Float64()*most, 20) * float64(time.Second))
}

// attempt sends a request once.
func (c *Client) attempt(ctx context.Context, op *api.Operation, request *request, signer *sigv4.Signer) (*reply, error) {
	target, shown := c.Target(request.path, request.query)
	r := request.http(ctx, target)
	r.Header.Set("User-Agent", c.UserAgent)
	if signer != nil {
		signer.Sign(r, sha256.Sum256(request.body), c.Now())
	}
	if c.debugs(ctx) {
		c.Log.Debug("sending request", "method", r.Method, "url", r.URL.String(), "body", hideBody(bodyShape(op.Input), request.body))
	}
	resp, err := c.Transport.RoundTrip(r)
	if err != nil {
		return nil, c.RequestError(err, shown)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, c.RequestError(err, shown)
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("the answer of %s is larger than %d bytes", shown, maxAnswer)
	}
	if c.debugs(ctx) {
		c.Log.Debug("received answer", "status", resp.StatusCode, "headers", resp.Header, "body", hideBody(op.Output, body))
	}
	return &reply{status: resp.StatusCode, header: resp.Header, body: body}, nil
}
