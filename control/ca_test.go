package control_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"testing"
	"time"

	"vedette/principal"
)

// testCA is a certificate authority of an operator.
type testCA struct {
	cert *x509.Certificate
	key  crypto.Signer
}

func newKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// newCA makes a CA; change changes its certificate before it is signed.
func newCA(t testing.TB, name string, change ...func(*x509.Certificate)) testCA {
	t.Helper()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	for _, c := range change {
		c(template)
	}
	ca := testCA{key: newKey(t)}
	ca.cert = sign(t, template, template, ca.key.Public(), ca.key)
	return ca
}

// issue makes a certificate for the common name.
func (ca testCA) issue(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	return sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: name}}, ca.cert, newKey(t).Public(), ca.key)
}

// again makes another certificate of the same CA, with the same subject and key.
func (ca testCA) again(t testing.TB) testCA {
	t.Helper()
	template := *ca.cert
	return testCA{sign(t, &template, &template, ca.key.Public(), ca.key), ca.key}
}

var serial int64

func sign(t testing.TB, template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	t.Helper()
	serial++
	template.SerialNumber = big.NewInt(serial)
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func id(cert *x509.Certificate) string { return principal.CertificateID(cert.Raw) }

// body returns a JSON object of the names and values in turn; a certificate is
// its PEM.
func body(pairs ...any) string {
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		v := pairs[i+1]
		if cert, ok := v.(*x509.Certificate); ok {
			v = principal.CertificatePEM(cert)
		}
		m[pairs[i].(string)] = v
	}
	text, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// get sends a request that succeeds and returns a string member of its answer.
func (e *env) get(request, member string) string {
	e.Helper()
	status, answer := e.do(request)
	var m map[string]any
	if err := json.Unmarshal([]byte(answer), &m); status != http.StatusOK || err != nil {
		e.Fatalf("%s\ngot %d %s", request, status, answer)
	}
	text, _ := m[member].(string)
	return text
}

// newCert makes a certificate without a CA, which has the status, and returns its
// id.
func (e *env) newCert(status string) string {
	e.Helper()
	cert := newCA(e, "device").issue(e, "d")
	return e.get(`POST /certificate/register-no-ca `+body("certificatePem", cert, "status", status), "certificateId")
}

// newCSR returns a certificate signing request as PEM.
func newCSR(t testing.TB, name string, key crypto.Signer) string {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: name}}, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
}

func weakKey(t *testing.T) crypto.Signer {
	t.Setenv("GODEBUG", "rsa1024min=0")
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
