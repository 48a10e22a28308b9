package api_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"vedette/api"
)

func TestError(t *testing.T) {
	e := api.InvalidRequest("read %s: %w", "body", io.ErrUnexpectedEOF)
	if e.Message != "read body: unexpected EOF" || e.Error() != "InvalidRequestException: read body: unexpected EOF" || !errors.Is(e, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, cause %v", e, e.Cause)
	}
	for code, want := range map[api.ErrorCode]int{
		api.InvalidRequestException: 400, api.UnauthorizedException: 401, api.AccessDeniedException: 403, api.ResourceNotFoundException: 404,
		api.UnknownOperationException: 404, api.MethodNotAllowedException: 405, api.ResourceAlreadyExistsException: 409, api.LimitExceededException: 410,
		api.RequestEntityTooLargeException: 413, api.ThrottlingException: 429, api.InternalFailureException: 500, api.NotImplementedException: 501, "Other": 500,
	} {
		if got := api.Errorf(code, "x").Status(); got != want {
			t.Errorf("%s: got %d, want %d", code, got, want)
		}
	}
}

// TestLengths: a string is measured in characters unless its shape says bytes.
func TestLengths(t *testing.T) {
	for _, c := range []struct {
		bytes bool
		text  string
		want  string
	}{
		{false, "€€", ""},
		{false, "€€€", "less than or equal to 2"},
		{true, "é", ""},
		{true, "€", "less than or equal to 2"},
	} {
		err := api.Validate(&api.Shape{Type: api.TypeString, Max: new(2.0), Bytes: c.bytes}, c.text)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v %s: got %v, want %q", c.bytes, c.text, err, c.want)
		}
	}
}
