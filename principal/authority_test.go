package principal

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// newTestAuthority makes an authority and reads it back.
func newTestAuthority(t testing.TB) *Authority {
	t.Helper()
	cert, key, err := NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ParseAuthority(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	if a.PEM() != cert {
		t.Errorf("got another root certificate than was made:\n%s\n%s", a.PEM(), cert)
	}
	return a
}

// roots is a pool of the authority's root alone.
func roots(a *Authority) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(a.PEM()))
	return pool
}

func TestRoot(t *testing.T) {
	root := newTestAuthority(t).Certificate()
	if key, ok := root.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
		t.Errorf("key: got %T, want ECDSA on P-256", root.PublicKey)
	}
	if !root.IsCA || root.KeyUsage&x509.KeyUsageCertSign == 0 || !root.NotAfter.Equal(lastDay) || root.NotBefore.After(now) {
		t.Errorf("root: CA %t, usage %v, valid %v to %v", root.IsCA, root.KeyUsage, root.NotBefore, root.NotAfter)
	}
	if err := root.CheckSignatureFrom(root); err != nil {
		t.Error(err)
	}
}

func TestParseAuthority(t *testing.T) {
	cert, key, err := NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	_, otherKey, err := NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]string{
		"fail/no certificate":   {"", key},
		"fail/no key":           {cert, ""},
		"fail/key of another":   {cert, otherKey},
		"fail/certificate only": {cert, cert},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseAuthority(pair[0], pair[1])
			if err == nil {
				t.Fatal("got an authority")
			}
			if strings.Contains(err.Error(), "PRIVATE") {
				t.Errorf("the error shows the key: %v", err)
			}
		})
	}
}

func TestKeysAreNotPrinted(t *testing.T) {
	a := newTestAuthority(t)
	_, pair, err := a.IssueKeys(now)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := a.key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	number := new(big.Int).SetBytes(secret).String() // as %v prints a key
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		text := fmt.Sprintf(format, a) + fmt.Sprintf(format, pair)
		if strings.Contains(text, number) || strings.Contains(text, "PRIVATE") {
			t.Errorf("%s prints a private key: %s", format, text)
		}
	}
}

func TestIssueKeys(t *testing.T) {
	a := newTestAuthority(t)
	cert, pair, err := a.IssueKeys(now)
	if err != nil {
		t.Fatal(err)
	}
	if !cert.NotAfter.Equal(time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC)) || !cert.NotBefore.Before(now) {
		t.Errorf("valid %v to %v", cert.NotBefore, cert.NotAfter)
	}
	if got := cert.Subject.String(); got != "CN=AWS IoT Certificate" {
		t.Errorf("subject: got %s", got)
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok || key.N.BitLen() != 2048 || cert.IsCA {
		t.Errorf("got a %T, CA %t; want RSA of 2048 bits, no CA", cert.PublicKey, cert.IsCA)
	}
	block, rest := pem.Decode([]byte(pair.Private))
	if block == nil || block.Type != "RSA PRIVATE KEY" || len(rest) > 0 {
		t.Fatalf("private key: got %v", block)
	}
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil || !private.PublicKey.Equal(key) {
		t.Errorf("the private key is not the certificate's: %v", err)
	}
	block, _ = pem.Decode([]byte(pair.Public))
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil || block.Type != "PUBLIC KEY" || !key.Equal(public) {
		t.Errorf("the public key is not the certificate's: %v", err)
	}
	client := x509.VerifyOptions{Roots: roots(a), CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	if _, err := cert.Verify(client); err != nil {
		t.Error(err)
	}
	server := client
	server.KeyUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if _, err := cert.Verify(server); err == nil {
		t.Error("a device's certificate passes for a server's")
	}
	if again, _, err := a.IssueKeys(now); err != nil || again.SerialNumber.Cmp(cert.SerialNumber) == 0 || CertificateID(again.Raw) == CertificateID(cert.Raw) {
		t.Errorf("the next certificate is the same, or %v", err)
	}
}

func TestIssueRequested(t *testing.T) {
	a := newTestAuthority(t)
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		subject pkix.Name
		want    string
	}{
		{"ok/subject", pkix.Name{CommonName: "lamp-7", Organization: []string{"Lamps"}}, "CN=lamp-7,O=Lamps"},
		{"ok/no subject", pkix.Name{}, "CN=AWS IoT Certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			csr, err := ParseRequest(newRequest(t, &x509.CertificateRequest{Subject: c.subject, DNSNames: []string{"localhost"}}, key))
			if err != nil {
				t.Fatal(err)
			}
			cert, err := a.IssueRequested(csr, now)
			if err != nil {
				t.Fatal(err)
			}
			if !key.PublicKey.Equal(cert.PublicKey) || cert.Subject.String() != c.want || len(cert.DNSNames) > 0 || !SignedBy(cert, a.Certificate()) {
				t.Errorf("got %s for %v, names %v", cert.Subject, cert.PublicKey, cert.DNSNames)
			}
		})
	}
}

func TestIssueServer(t *testing.T) {
	a := newTestAuthority(t)
	long := strings.Repeat("a", 60) + ".example.com"
	for _, c := range []struct {
		name   string
		hosts  []string
		reach  []string
		refuse string
	}{
		{"ok/nothing but this machine", nil, []string{"localhost", "127.0.0.1", "::1"}, "iot.example.com"},
		{"ok/a name", []string{"iot.example.com"}, []string{"iot.example.com", "localhost", "127.0.0.1"}, "example.com"},
		{"ok/name, address, repeated", []string{"iot.example.com", "192.0.2.7", "localhost", "iot.example.com", ""}, []string{"192.0.2.7", "localhost"}, "192.0.2.8"},
		{"ok/a name that is no common name", []string{long}, []string{long}, "example.com"},
	} {
		t.Run(c.name, func(t *testing.T) {
			pair, err := a.IssueServer(c.hosts, now)
			if err != nil {
				t.Fatal(err)
			}
			options := x509.VerifyOptions{Roots: roots(a), CurrentTime: now.AddDate(1, 0, 0)}
			for _, host := range c.reach {
				options.DNSName = host
				if _, err := pair.Leaf.Verify(options); err != nil {
					t.Errorf("%s: %v", host, err)
				}
			}
			options.DNSName = c.refuse
			if _, err := pair.Leaf.Verify(options); err == nil {
				t.Errorf("good for %s", c.refuse)
			}
			if n := len(slices.Compact(slices.Sorted(slices.Values(pair.Leaf.DNSNames)))); n != len(pair.Leaf.DNSNames) {
				t.Errorf("names repeat: %v", pair.Leaf.DNSNames)
			}
		})
	}
	late, err := a.IssueServer(nil, lastDay.AddDate(0, -1, 0))
	if err != nil || late.Leaf.NotAfter.After(lastDay) {
		t.Errorf("issued late: valid to %v, error %v", late.Leaf.NotAfter, err)
	}
}

// TestHandshake lets a device and a server that this authority made certificates
// for talk to each other, over TLS 1.2 and 1.3.
func TestHandshake(t *testing.T) {
	a := newTestAuthority(t)
	device, keys, err := a.IssueKeys(now)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair([]byte(CertificatePEM(device)), []byte(keys.Private))
	if err != nil {
		t.Fatal(err)
	}
	server, err := a.IssueServer([]string{"iot.example.com"}, now)
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			there, here := net.Pipe()
			defer there.Close()
			defer here.Close()
			accepted := tls.Server(there, &tls.Config{Certificates: []tls.Certificate{server}, ClientCAs: roots(a), ClientAuth: tls.RequireAndVerifyClientCert, Time: clock})
			dialed := tls.Client(here, &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots(a), ServerName: "iot.example.com", MinVersion: version, MaxVersion: version, Time: clock})
			done := make(chan error, 1)
			go func() { done <- dialed.HandshakeContext(t.Context()) }()
			if err := errors.Join(accepted.HandshakeContext(t.Context()), <-done); err != nil {
				t.Fatal(err)
			}
			if got, want := CertificateID(accepted.ConnectionState().PeerCertificates[0].Raw), CertificateID(device.Raw); got != want {
				t.Errorf("the server sees certificate %s, want %s", got, want)
			}
		})
	}
}
