package restjson

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"vedette/api"
	"vedette/sigv4"
)

// VerifySigV4 returns a function for Options.Verify that takes requests signed
// with AWS Signature Version 4. Its errors are the *api.Error that AWS answers.
// A header that carries a member of the input (x-amzn-principal) must be
// signed. now nil means time.Now.
func VerifySigV4(v *sigv4.Verifier, now func() time.Time) func(*http.Request, [sha256.Size]byte) (Caller, error) {
	if now == nil {
		now = time.Now
	}
	headers := boundHeaders()
	return func(r *http.Request, bodySHA256 [sha256.Size]byte) (Caller, error) {
		id, err := v.Verify(r, bodySHA256, now())
		if err != nil {
			return Caller{}, authError(err)
		}
		for _, name := range headers {
			if r.Header.Get(name) != "" && !slices.Contains(id.SignedHeaders, name) {
				return Caller{}, api.Errorf(api.InvalidSignatureException, "'%s' must be a 'SignedHeader' in the AWS Authorization.", name)
			}
		}
		return Caller{AccessKeyID: id.AccessKeyID}, nil
	}
}

// boundHeaders returns the headers, in lower case, that carry a member of any
// operation's input.
func boundHeaders() []string {
	var names []string
	for _, op := range api.Operations() {
		for _, m := range op.Input.Members {
			if m.Location == api.InHeader {
				names = append(names, strings.ToLower(m.LocationName))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// authError gives a refusal of sigv4 the code that AWS gives it.
func authError(err error) error {
	e, ok := errors.AsType[*sigv4.Error](err)
	if !ok {
		return err
	}
	code := api.InvalidSignatureException
	switch e.Kind {
	case sigv4.Missing:
		code = api.MissingAuthenticationTokenException
	case sigv4.Incomplete:
		code = api.IncompleteSignatureException
	case sigv4.UnknownKey:
		code = api.UnrecognizedClientException
	}
	return &api.Error{Code: code, Message: e.Message}
}
