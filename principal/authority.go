package principal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"slices"
	"time"
)

// Authority is the certificate authority that a deployment makes for itself: it
// issues the certificates of devices, and those that the listeners show. It is
// immutable. Its key is never printed.
type Authority struct {
	cert *x509.Certificate
	pem  string
	key  *ecdsa.PrivateKey
}

// lastDay is the end of every device certificate, as at AWS IoT, and of the root
// itself. Years up to 2049 are written in a form that small devices read.
var lastDay = time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC)

const (
	// skew is how far behind the clocks of devices may be.
	skew = 5 * time.Minute
	// serverLife is how long a server's certificate is good for.
	serverLife = 397 * 24 * time.Hour
	// deviceName is the common name that AWS IoT gives to certificates.
	deviceName = "AWS IoT Certificate"
	// deviceKeyBits is the length of the RSA keys that IssueKeys makes.
	deviceKeyBits = 2048
)

// NewAuthority makes a root: an ECDSA key on P-256 and a certificate for it, both
// as PEM, to be kept. Nothing but ParseAuthority needs the key.
func NewAuthority(now time.Time) (certificatePEM, keyPEM string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", fmt.Errorf("make the key of the certificate authority: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          newSerial(),
		Subject:               pkix.Name{CommonName: "Vedette Root CA", Organization: []string{"Vedette"}},
		NotBefore:             now.Add(-skew),
		NotAfter:              lastDay,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLen:            0,
		MaxPathLenZero:        true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return "", "", fmt.Errorf("make the root certificate: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", fmt.Errorf("encode the key of the certificate authority: %w", err)
	}
	return encodePEM(certificateBlock, der), encodePEM("PRIVATE KEY", secret), nil
}

// ParseAuthority returns the authority whose certificate and key NewAuthority
// made.
func ParseAuthority(certificatePEM, keyPEM string) (*Authority, error) {
	cert, err := ParseCertificate(certificatePEM)
	if err != nil {
		return nil, fmt.Errorf("read the root certificate: %w", err)
	}
	pair, err := tls.X509KeyPair([]byte(certificatePEM), []byte(keyPEM))
	if err != nil {
		return nil, errors.New("read the key of the certificate authority: it is none, or not the root certificate's")
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !cert.IsCA {
		return nil, errors.New("read the certificate authority: want a root certificate with an ECDSA key")
	}
	return &Authority{cert: cert, pem: encodePEM(certificateBlock, cert.Raw), key: key}, nil
}

// String names the authority in logs, without its key.
func (a *Authority) String() string { return "certificate authority " + CertificateID(a.cert.Raw) }

// GoString is String.
func (a *Authority) GoString() string { return a.String() }

// PEM returns the root certificate, which everybody may have.
func (a *Authority) PEM() string { return a.pem }

// Certificate returns the root certificate. It must not be changed.
func (a *Authority) Certificate() *x509.Certificate { return a.cert }

// KeyPair is a pair of keys as PEM.
type KeyPair struct{ Public, Private string }

// String hides the private key from logs.
func (k KeyPair) String() string { return "key pair" }

// GoString is String.
func (k KeyPair) GoString() string { return k.String() }

// IssueKeys makes an RSA key of 2048 bits and a device certificate for it.
func (a *Authority) IssueKeys(now time.Time) (*x509.Certificate, KeyPair, error) {
	key, err := rsa.GenerateKey(rand.Reader, deviceKeyBits)
	if err != nil {
		return nil, KeyPair{}, fmt.Errorf("make a device's key: %w", err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, KeyPair{}, fmt.Errorf("encode a device's key: %w", err)
	}
	cert, err := a.issueDevice(key.Public(), nil, now)
	return cert, KeyPair{
		Public:  encodePEM("PUBLIC KEY", public),
		Private: encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
	}, err
}

// IssueRequested makes the device certificate that a certificate signing request
// asks for, with its key and its subject and nothing else of it.
func (a *Authority) IssueRequested(csr *x509.CertificateRequest, now time.Time) (*x509.Certificate, error) {
	return a.issueDevice(csr.PublicKey, csr.RawSubject, now)
}

// issueDevice makes a device certificate. It is good for clients only: a device
// cannot pass for a server.
func (a *Authority) issueDevice(key crypto.PublicKey, rawSubject []byte, now time.Time) (*x509.Certificate, error) {
	template := &x509.Certificate{
		RawSubject:  rawSubject,
		NotBefore:   now.Add(-skew),
		NotAfter:    lastDay,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if len(rawSubject) <= len(emptyName) {
		template.RawSubject, template.Subject = nil, pkix.Name{CommonName: deviceName}
	}
	return a.issue(template, key)
}

// emptyName is the DER of a subject that says nothing.
const emptyName = "\x30\x00"

// IssueServer makes a certificate for a server that is reached by the given host
// names and addresses; by localhost, 127.0.0.1 and ::1 it always is. It is good
// for 397 days from now.
func (a *Authority) IssueServer(hosts []string, now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a server's key: %w", err)
	}
	template := &x509.Certificate{
		NotBefore:   now.Add(-skew),
		NotAfter:    now.Add(serverLife),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if template.NotAfter.After(lastDay) {
		template.NotAfter = lastDay
	}
	for _, host := range append(slices.Clone(hosts), "localhost", "127.0.0.1", "::1") {
		if ip := net.ParseIP(host); ip != nil {
			if !slices.ContainsFunc(template.IPAddresses, ip.Equal) {
				template.IPAddresses = append(template.IPAddresses, ip)
			}
		} else if host != "" && !slices.Contains(template.DNSNames, host) {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	template.Subject.CommonName = template.DNSNames[0]
	if len(template.Subject.CommonName) > 64 { // the most that X.509 allows
		template.Subject.CommonName = "localhost"
	}
	leaf, err := a.issue(template, key.Public())
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// issue signs a certificate for a key.
func (a *Authority) issue(template *x509.Certificate, key crypto.PublicKey) (*x509.Certificate, error) {
	template.SerialNumber = newSerial()
	template.BasicConstraintsValid = true
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key, a.key)
	if err != nil {
		return nil, fmt.Errorf("issue a certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("issue a certificate: %w", err)
	}
	return cert, nil
}

// newSerial returns a random serial number: positive, at most 20 bytes.
func newSerial() *big.Int {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails
	b[0] = b[0]&0x7f | 0x40
	return new(big.Int).SetBytes(b[:])
}
