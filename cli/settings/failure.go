package settings

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// failure is why a request has no answer.
type failure struct {
	kind   failureKind
	detail string // for tlsFailed, proxyFailed, unhandled
	err    error
}

type failureKind int

const (
	closed         failureKind = iota // no answer, half of one, or none that is HTTP
	connectFailed                     // nobody listens there, or there is no such place
	connectTimeout                    // nobody said anything to the wish to connect
	readTimeout                       // the server did not say anything for too long
	tlsFailed                         // it is not who it should be, or no TLS server
	proxyFailed                       // the proxy is not there, or refuses
	badURL                            // the URL is none
	unhandled                         // what AWS CLI has no words of its own for
)

func (f *failure) Error() string {
	if f.err != nil {
		return f.err.Error()
	}
	return f.detail
}

func (f *failure) Unwrap() error { return f.err }

// RequestError words the error of a request (255): what RoundTrip returned, or
// the reading of the answer. The URL is the one that Target gave. A request that
// was called off keeps its error.
func RequestError(err error, url string) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var worded *Error
	if errors.As(err, &worded) {
		return worded
	}
	return &Error{ExitCode: exitOther, Message: classify(err).words(url), cause: err}
}

func (f *failure) words(url string) string {
	switch f.kind {
	case connectFailed:
		return fmt.Sprintf("Could not connect to the endpoint URL: \"%s\"", url)
	case connectTimeout:
		return fmt.Sprintf("Connect timeout on endpoint URL: \"%s\"", url)
	case readTimeout:
		return fmt.Sprintf("Read timeout on endpoint URL: \"%s\"", url)
	case tlsFailed:
		return fmt.Sprintf("SSL validation failed for %s %s", url, f.detail)
	case proxyFailed:
		return fmt.Sprintf("Failed to connect to proxy URL: \"%s\"", f.detail)
	case badURL:
		return "An HTTP Client raised an unhandled exception: Failed to parse: " + url
	case unhandled:
		return "An HTTP Client raised an unhandled exception: " + f.detail
	}
	return fmt.Sprintf("Connection was closed before we received a valid response from endpoint URL: \"%s\".", url)
}

// noTLS tells whether http.Client found an answer in clear.
func noTLS(err error) bool {
	return strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// classify tells what kind of failure an error of net/http is.
func classify(err error) *failure {
	var known *failure
	var parsing *url.Error
	var network *net.OpError
	var verification *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	var authority x509.UnknownAuthorityError
	isNetwork := errors.As(err, &network)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &parsing) && parsing.Op == "parse":
		return &failure{kind: badURL, err: err}
	case errors.As(err, &verification) || errors.As(err, &header) || errors.As(err, &authority) || noTLS(err):
		return tlsFailure(err, time.Now())
	case isNetwork && network.Op == "dial" && isTimeout(err):
		return &failure{kind: connectTimeout, err: err}
	case isNetwork && network.Op == "dial":
		return &failure{kind: connectFailed, err: err}
	case isNetwork && network.Op == "write":
		return &failure{kind: closed, err: err}
	case isTimeout(err):
		return &failure{kind: readTimeout, err: err}
	}
	return &failure{kind: closed, err: err}
}
