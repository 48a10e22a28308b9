package restjson

import (
	"errors"

	"vedette/api"
)

// errorOf returns the error that the caller sees of err: itself where it is an
// *api.Error, or an InternalFailureException that tells no more than the id
// under which the log has the rest.
func errorOf(err error, id string) *api.Error {
	if e, ok := errors.AsType[*api.Error](err); ok {
		return e
	}
	e := api.Errorf(api.InternalFailureException, "An internal failure occurred. The server's log has it under the request id %s.", id)
	e.Cause = err
	return e
}
