package settings

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"vedette/cli/document"
)

// trust says which certificates a server may have.
type trust struct {
	anything bool
	path     string // of the bundle, as it is to be opened; "" for the system's
	also     string // of a root certificate that is good beside those; "" for none
}

// trust reads whose certificates are good: --no-verify-ssl, --ca-bundle,
// AWS_CA_BUNDLE, the profile's ca_bundle, REQUESTS_CA_BUNDLE, the system's. An
// empty name of a bundle means the system's; AWS CLI then checks nothing at all.
func (s *Settings) trust() (trust, error) {
	if s.options.NoVerifySSL {
		return trust{anything: true}, nil
	}
	bundle := s.options.CABundle
	if bundle == "" {
		value, err := s.value("ca_bundle", "AWS_CA_BUNDLE")
		if err != nil {
			return trust{}, err
		}
		if value == nil {
			value = s.env.values["REQUESTS_CA_BUNDLE"]
		}
		bundle = document.Text(value)
	}
	if bundle == "" {
		return trust{}, nil
	}
	return trust{path: s.env.file(s.env.expandUser(bundle))}, nil
}

// config returns the TLS settings for a host. A bundle is read now that a server
// is there to be checked.
func (t trust) config(host string) (*tls.Config, error) {
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.anything}
	if t.anything || t.path == "" {
		config.RootCAs = t.system()
		return config, nil
	}
	text, err := os.ReadFile(t.path)
	if err != nil {
		detail, ok := errno(err)
		if !ok {
			detail = err.Error()
		}
		return nil, &failure{kind: tlsFailed, detail: detail, err: err}
	}
	if config.RootCAs, err = readBundle(text); err != nil {
		return nil, err
	}
	t.extend(config.RootCAs)
	return config, nil
}

// system returns the system's roots with the one that is good beside them; nil,
// the system's alone, if there is none.
func (t trust) system() *x509.CertPool {
	if t.also == "" {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	t.extend(pool)
	return pool
}

// extend adds the root that is good beside those of pool. One that is not there
// is missed when the server shows its certificate.
func (t trust) extend(pool *x509.CertPool) {
	if root, err := os.ReadFile(t.also); t.also != "" && err == nil {
		pool.AppendCertsFromPEM(root)
	}
}

// readBundle reads the certificates of a PEM file. All of them must be good.
func readBundle(text []byte) (*x509.CertPool, error) {
	pool, good := x509.NewCertPool(), 0
	broken := &failure{kind: tlsFailed, detail: "[X509] PEM lib (_ssl.c:4123)"}
	announced := bytes.Count(text, []byte("-----BEGIN CERTIFICATE-----"))
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, broken
		}
		pool.AddCert(certificate)
		good++
	}
	switch {
	case good < announced:
		return nil, broken
	case good == 0:
		return nil, &failure{kind: tlsFailed, detail: "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:4123)"}
	}
	return pool, nil
}

// tlsFailure words what went wrong between hello and trust as OpenSSL does.
func tlsFailure(err error, now time.Time) *failure {
	detail := ""
	var header tls.RecordHeaderError
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	switch {
	case errors.As(err, &header) || noTLS(err):
		detail = "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)"
	case errors.As(err, &name):
		detail = nameMismatch(name)
	case errors.As(err, &unknown):
		detail = unverified("unable to get local issuer certificate")
		if c := unknown.Cert; c != nil && bytes.Equal(c.RawIssuer, c.RawSubject) {
			detail = unverified("self-signed certificate")
		}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil && now.Before(invalid.Cert.NotBefore):
		detail = unverified("certificate is not yet valid")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		detail = unverified("certificate has expired")
	case errors.As(err, &invalid):
		detail = unverified(strings.TrimPrefix(invalid.Error(), "x509: "))
	case errors.Is(err, io.EOF):
		detail = "TLS/SSL connection has been closed (EOF) (_ssl.c:992)"
	default:
		detail = fmt.Sprintf("[SSL] %s (_ssl.c:992)", strings.ReplaceAll(err.Error(), "tls: ", ""))
	}
	return &failure{kind: tlsFailed, detail: detail, err: err}
}

func unverified(reason string) string {
	return "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: " + reason + " (_ssl.c:992)"
}

// nameMismatch says which names a certificate has instead of the host's.
func nameMismatch(e x509.HostnameError) string {
	names := []string{}
	for _, name := range e.Certificate.DNSNames {
		names = append(names, document.Repr(name))
	}
	for _, ip := range e.Certificate.IPAddresses {
		names = append(names, document.Repr(ip.String()))
	}
	if len(names) == 0 && e.Certificate.Subject.CommonName != "" {
		names = append(names, document.Repr(e.Certificate.Subject.CommonName))
	}
	switch len(names) {
	case 0:
		return "no appropriate commonName or subjectAltName fields were found"
	case 1:
		return fmt.Sprintf("hostname %s doesn't match %s", document.Repr(e.Host), names[0])
	}
	return fmt.Sprintf("hostname %s doesn't match either of %s", document.Repr(e.Host), strings.Join(names, ", "))
}
