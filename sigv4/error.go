package sigv4

import "fmt"

// Kind is why a request is refused. AWS services answer each kind with HTTP
// 403 and an exception of its own.
type Kind uint8

// The kinds, with AWS's exceptions.
const (
	Missing    Kind = iota + 1 // MissingAuthenticationTokenException: not signed at all
	Incomplete                 // IncompleteSignatureException: the signature cannot be read
	UnknownKey                 // UnrecognizedClientException: no such access key
	Invalid                    // InvalidSignatureException: wrong, stale, or for something else
)

// String returns the kind in words.
func (k Kind) String() string {
	switch k {
	case Missing:
		return "missing signature"
	case Incomplete:
		return "incomplete signature"
	case UnknownKey:
		return "unknown access key"
	case Invalid:
		return "invalid signature"
	}
	return fmt.Sprintf("Kind(%d)", k)
}

// Error is why Verify refuses a request. Message is worded as AWS words it and
// may be shown to the caller.
type Error struct {
	Kind    Kind
	Message string
}

// Error implements error.
func (e *Error) Error() string { return e.Kind.String() + ": " + e.Message }

func errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}
