package restjson

import "context"

// Caller is who signed a request. It is the zero value where the server does
// not verify requests.
type Caller struct {
	AccessKeyID string
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
