package principal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"testing"
)

// newRequest makes a certificate signing request.
func newRequest(t testing.TB, template *x509.CertificateRequest, key crypto.Signer) string {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		t.Fatal(err)
	}
	return encodePEM(requestBlock, der)
}

// must returns a key that was made.
func must[K any](k K, err error) K {
	if err != nil {
		panic(err)
	}
	return k
}

func TestParseRequest(t *testing.T) {
	template := &x509.CertificateRequest{Subject: pkix.Name{CommonName: "d"}}
	curve := func(c elliptic.Curve) crypto.Signer { return must(ecdsa.GenerateKey(c, rand.Reader)) }
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := newRequest(t, template, curve(elliptic.P256()))
	block, _ := pem.Decode([]byte(good))
	forged := append([]byte(nil), block.Bytes...)
	forged[len(forged)-1] ^= 1
	for _, c := range []struct {
		name, text, want string // want: a part of the error
	}{
		{"ok/P-256", good, ""},
		{"ok/P-384", newRequest(t, template, curve(elliptic.P384())), ""},
		{"ok/P-521", newRequest(t, template, curve(elliptic.P521())), ""},
		{"ok/RSA 2048", newRequest(t, template, must(rsa.GenerateKey(rand.Reader, 2048))), ""},
		{"ok/old block name, text before it", "Certificate Request:\n" + strings.ReplaceAll(good, requestBlock, oldRequestBlock), ""},
		{"fail/P-224", newRequest(t, template, curve(elliptic.P224())), "curve P-224"},
		{"fail/RSA 1024", newRequest(t, template, weakKey(t)), "RSA key has 1024 bits"},
		{"fail/Ed25519", newRequest(t, template, ed), "another kind"},
		{"fail/empty", "", "PEM"},
		{"fail/no PEM", "hello", "PEM"},
		{"fail/a certificate", encodePEM(certificateBlock, block.Bytes), `"CERTIFICATE", not a CERTIFICATE REQUEST`},
		{"fail/garbage inside", encodePEM(requestBlock, []byte("hello")), "no certificate signing request"},
		{"fail/cut", encodePEM(requestBlock, block.Bytes[:len(block.Bytes)-4]), "no certificate signing request"},
		{"fail/forged signature", encodePEM(requestBlock, forged), "signature"},
		{"fail/too long", good + strings.Repeat(" ", MaxRequest), "limit is 4096"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseRequest(c.text)
			switch {
			case (err == nil) != (c.want == ""):
				t.Errorf("got error %v, want one with %q", err, c.want)
			case err != nil && !strings.Contains(err.Error(), c.want):
				t.Errorf("got error %v, want one with %q", err, c.want)
			}
		})
	}
}

// weakKey returns an RSA key of 1024 bits, which nobody should have.
func weakKey(t testing.TB) *rsa.PrivateKey {
	t.Setenv("GODEBUG", "rsa1024min=0")
	return must(rsa.GenerateKey(rand.Reader, 1024))
}

func TestParseCertificate(t *testing.T) {
	root := newTestAuthority(t)
	text := root.PEM()
	for _, c := range []struct {
		name, text, want string
	}{
		{"ok/one", text, ""},
		{"ok/the first of a chain", text + newTestAuthority(t).PEM(), ""},
		{"ok/old block name", strings.ReplaceAll(text, "CERTIFICATE", "X509 CERTIFICATE"), ""},
		{"fail/empty", "", "PEM"},
		{"fail/a key", encodePEM("PRIVATE KEY", []byte("x")), `"PRIVATE KEY", not a CERTIFICATE`},
		{"fail/garbage", encodePEM(certificateBlock, []byte("x")), "no X.509 certificate"},
		{"fail/too long", text + strings.Repeat("\n", MaxCertificate), "limit is 65536"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cert, err := ParseCertificate(c.text)
			if c.want == "" {
				if err != nil || !cert.Equal(root.Certificate()) || CertificatePEM(cert) != text {
					t.Errorf("got error %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestCertificateID(t *testing.T) {
	root := newTestAuthority(t).Certificate()
	sum := sha256.Sum256(root.Raw)
	if got, want := CertificateID(root.Raw), hex.EncodeToString(sum[:]); got != want || len(got) != 64 {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSignedBy(t *testing.T) {
	a, b := newTestAuthority(t), newTestAuthority(t) // of one name
	cert, _, err := a.IssueKeys(now)
	if err != nil {
		t.Fatal(err)
	}
	if !SignedBy(cert, a.Certificate()) || SignedBy(cert, b.Certificate()) || SignedBy(a.Certificate(), cert) {
		t.Error("the wrong authority has signed")
	}
	if IssuerHash(cert) != SubjectHash(a.Certificate()) || IssuerHash(cert) == SubjectHash(cert) {
		t.Error("the hashes of issuer and subject do not go together")
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add(newRequest(f, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "d"}}, must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))))
	f.Add("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----")
	a := newTestAuthority(f)
	f.Fuzz(func(t *testing.T, text string) {
		csr, err := ParseRequest(text)
		if err != nil {
			return
		}
		cert, err := a.IssueRequested(csr, now)
		if err != nil {
			t.Fatalf("no certificate for a request that was taken: %v", err)
		}
		if cert.IsCA || !SignedBy(cert, a.Certificate()) || CheckKey(cert.PublicKey) != nil {
			t.Errorf("issued %v", cert)
		}
	})
}

func FuzzParseCertificate(f *testing.F) {
	a := newTestAuthority(f)
	f.Add(a.PEM())
	f.Add("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----")
	f.Fuzz(func(t *testing.T, text string) {
		cert, err := ParseCertificate(text)
		if err != nil {
			return
		}
		again, err := ParseCertificate(CertificatePEM(cert))
		if err != nil || !again.Equal(cert) {
			t.Errorf("not the same when read again: %v", err)
		}
		if CheckKey(cert.PublicKey) == nil {
			SignedBy(a.Certificate(), cert)
		}
	})
}
