package sigv4

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// DefaultMaxSkew is how far the time of a signature may be from the server's.
const DefaultMaxSkew = 5 * time.Minute

// Verifier verifies signatures. It is safe for concurrent use.
type Verifier struct {
	Region   string   // the only Region that signatures may be for
	Services []string // the signing names that signatures may be for, the proper one first

	// Keys returns the secret of an access key, or "" if there is no such key. Its
	// error is what Verify returns.
	Keys func(ctx context.Context, accessKeyID string) (secret string, err error)

	MaxSkew time.Duration // 0 means DefaultMaxSkew
}

// Identity is what a good signature says.
type Identity struct {
	AccessKeyID   string
	Region        string
	Service       string   // the signing name
	SessionToken  string   // as sent; whether it belongs to the key is not checked
	SignedHeaders []string // in lower case; only these are what the signer sent
}

// Verify checks the signature of r, in its Authorization header or in its
// query. bodySHA256 is the hash of the body as it was received. The error is an
// *Error, or that of Keys.
func (v *Verifier) Verify(r *http.Request, bodySHA256 [sha256.Size]byte, now time.Time) (Identity, error) {
	params, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return Identity{}, errorf(Incomplete, "The query string cannot be read: %v.", err)
	}
	s, err := readSignature(r, params)
	if err != nil {
		return Identity{}, err
	}
	if err := v.checkScope(s); err != nil {
		return Identity{}, err
	}
	if err := v.checkTime(s, now); err != nil {
		return Identity{}, err
	}
	secret, err := v.Keys(r.Context(), s.accessKeyID)
	if err != nil {
		return Identity{}, err
	}
	if secret == "" {
		return Identity{}, errorf(UnknownKey, "The security token included in the request is invalid.")
	}
	payload := hex.EncodeToString(bodySHA256[:])
	if claimed := r.Header.Get(headerContentHash); claimed != "" && claimed != payload {
		return Identity{}, errMismatch()
	}
	if !s.matches(r, params, secret, payload) {
		return Identity{}, errMismatch()
	}
	return Identity{
		AccessKeyID:   s.accessKeyID,
		Region:        s.scope.region,
		Service:       s.scope.service,
		SessionToken:  s.token,
		SignedHeaders: s.headers,
	}, nil
}

func errMismatch() error {
	return errorf(Invalid, "The request signature we calculated does not match the signature you provided. "+
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
}

// matches reports whether the signature is the one that the secret makes.
// Clients differ in three points, and both forms of each are taken: the path
// may be normalized before it is signed, the session token may be added to a
// presigned URL after it was signed (AWS IoT takes both, too), and the query
// may be signed as it stands in the URL, not encoded anew (botocore does it with
// a query that it did not write itself).
func (s *signature) matches(r *http.Request, params []parameter, secret, payload string) bool {
	paths := []string{canonicalPath(r.URL)}
	if normal := normalPath(r.URL); normal != paths[0] {
		paths = append(paths, normal)
	}
	omits := [][]string{nil}
	if s.presigned {
		omits = [][]string{{querySignature}}
		if s.token != "" {
			omits = append(omits, []string{querySignature, queryToken})
		}
	}
	for _, path := range paths {
		for _, omit := range omits {
			queries := []string{canonicalQuery(params, omit...)}
			if plain := plainQuery(r.URL.RawQuery, omit...); plain != queries[0] {
				queries = append(queries, plain)
			}
			for _, query := range queries {
				want := s.scope.sign(secret, s.at, canonicalRequest(r, path, query, s.headers, payload))
				if subtle.ConstantTimeCompare([]byte(want), []byte(s.value)) == 1 {
					return true
				}
			}
		}
	}
	return false
}

func (v *Verifier) checkScope(s *signature) error {
	if s.scope.region != v.Region {
		return errorf(Invalid, "Credential should be scoped to a valid Region, not '%s'. ", s.scope.region)
	}
	if !slices.Contains(v.Services, s.scope.service) {
		return errorf(Invalid, "Credential should be scoped to correct service: '%s'. ", strings.Join(v.Services[:min(1, len(v.Services))], ""))
	}
	if !slices.Contains(s.headers, "host") {
		return errorf(Invalid, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	return nil
}

// checkTime compares the time of the signature with the server's. A presigned
// URL is good for as long as it says, anything else for MaxSkew.
func (v *Verifier) checkTime(s *signature, now time.Time) error {
	skew := v.MaxSkew
	if skew == 0 {
		skew = DefaultMaxSkew
	}
	stamp := func(t time.Time) string { return t.UTC().Format(timeFormat) }
	if latest := now.Add(skew); s.at.After(latest) {
		return errorf(Invalid, "Signature not yet current: %s is still later than %s (%s + %g min.)",
			stamp(s.at), stamp(latest), stamp(now), skew.Minutes())
	}
	if s.expires > 0 {
		if end := s.at.Add(s.expires); now.After(end) {
			return errorf(Invalid, "Signature expired: %s is now earlier than %s (it was good for %d seconds)",
				stamp(end), stamp(now), int64(s.expires/time.Second))
		}
		return nil
	}
	if earliest := now.Add(-skew); s.at.Before(earliest) {
		return errorf(Invalid, "Signature expired: %s is now earlier than %s (%s - %g min.)",
			stamp(s.at), stamp(earliest), stamp(now), skew.Minutes())
	}
	return nil
}
