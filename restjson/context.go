package restjson

import (
	"context"
	"time"
)

// Caller is who a request comes from: who signed it, or who has the session that it
// came with. It is the zero value where the server does not verify requests.
type Caller struct {
	AccessKeyID string // empty: the caller signed in without one
	User, Role  string // of who signed in without an access key

	Expires   time.Time // the session; zero: the request is signed
	SetCookie string    // Set-Cookie of the answer, unless that is an error; empty: none
}

type (
	callerKey    struct{}
	requestIDKey struct{}
)

// CallerFrom returns the caller of the operation that ctx was made for.
func CallerFrom(ctx context.Context) Caller {
	caller, _ := ctx.Value(callerKey{}).(Caller)
	return caller
}

// RequestIDFrom returns the x-amzn-RequestId of the operation that ctx was made
// for, or "".
func RequestIDFrom(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

func withCall(ctx context.Context, caller Caller, requestID string) context.Context {
	return context.WithValue(context.WithValue(ctx, callerKey{}, caller), requestIDKey{}, requestID)
}
