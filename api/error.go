package api

import "fmt"

// ErrorCode is the name of an exception as it stands in x-amzn-ErrorType.
type ErrorCode string

// Error is a failure that the caller of the API sees. Anything else that an
// operation returns is answered as InternalFailureException and only logged.
type Error struct {
	Code        ErrorCode
	Message     string
	ResourceID  string // ResourceAlreadyExistsException only
	ResourceARN string // ResourceAlreadyExistsException only
	Cause       error  // for the log; never sent
}

// Errorf returns an Error with the given code and a formatted message. Like
// fmt.Errorf it keeps an error given for %w as the cause.
func Errorf(code ErrorCode, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	cause, _ := err.(interface{ Unwrap() error })
	e := &Error{Code: code, Message: err.Error()}
	if cause != nil {
		e.Cause = cause.Unwrap()
	}
	return e
}

// InvalidRequest returns an InvalidRequestException (HTTP 400).
func InvalidRequest(format string, args ...any) *Error {
	return Errorf(InvalidRequestException, format, args...)
}

// NotFound returns a ResourceNotFoundException (HTTP 404).
func NotFound(format string, args ...any) *Error {
	return Errorf(ResourceNotFoundException, format, args...)
}

// Error implements error.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Status returns the HTTP status that the model gives the error's code, 500 for
// a code that it does not know.
func (e *Error) Status() int {
	if status, ok := errorStatus[e.Code]; ok {
		return status
	}
	return 500
}
