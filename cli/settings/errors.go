package settings

import (
	"errors"
	"fmt"
)

// Error is what the user is told, and what the program ends with.
type Error struct {
	ExitCode int
	Message  string // as AWS CLI words it

	cause error
}

// Exit codes that settings can lead to.
const (
	exitUsage         = 252 // a bad value on the command line
	exitConfiguration = 253 // no Region, no credentials, unknown time format
	exitService       = 254 // a service answered with an error
	exitOther         = 255
)

func (e *Error) Error() string { return e.Message }

// Unwrap returns what led to the error, if that is of use.
func (e *Error) Unwrap() error { return e.cause }

// errNoProfile is the cause of the error of a profile that no file has.
var errNoProfile = errors.New("no such profile")

func failWith(code int, format string, args ...any) *Error {
	return &Error{ExitCode: code, Message: fmt.Sprintf(format, args...)}
}

func fail(format string, args ...any) *Error { return failWith(exitOther, format, args...) }
