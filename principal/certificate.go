package principal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
)

// The most bytes of PEM that are looked at: the API's own bounds.
const (
	MaxCertificate = 65536
	MaxRequest     = 4096
)

// The names of PEM blocks. Old tools wrote the second of each pair.
const (
	certificateBlock    = "CERTIFICATE"
	oldCertificateBlock = "X509 CERTIFICATE"
	requestBlock        = "CERTIFICATE REQUEST"
	oldRequestBlock     = "NEW CERTIFICATE REQUEST"
)

// CertificateID returns the id of a certificate by its DER: the SHA-256 in 64
// lower-case hex digits.
func CertificateID(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// CertificatePEM returns a certificate as PEM.
func CertificatePEM(c *x509.Certificate) string { return encodePEM(certificateBlock, c.Raw) }

// ParseCertificate reads the first certificate of a PEM text of at most
// MaxCertificate bytes; text around it is fine. The error is a sentence without
// a period that a caller of the API may read.
func ParseCertificate(text string) (*x509.Certificate, error) {
	if len(text) > MaxCertificate {
		return nil, fmt.Errorf("it has %d bytes; the limit is %d", len(text), MaxCertificate)
	}
	der, err := decodePEM(text, certificateBlock, oldCertificateBlock)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("it is no X.509 certificate: %w", err)
	}
	return cert, nil
}

// ParseRequest reads a certificate signing request from a PEM text of at most
// MaxRequest bytes, and checks that its key is one that devices may have and that
// whoever made it has the key. The error is as of ParseCertificate.
func ParseRequest(text string) (*x509.CertificateRequest, error) {
	if len(text) > MaxRequest {
		return nil, fmt.Errorf("it has %d bytes; the limit is %d", len(text), MaxRequest)
	}
	der, err := decodePEM(text, requestBlock, oldRequestBlock)
	if err != nil {
		return nil, err
	}
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, fmt.Errorf("it is no certificate signing request: %w", err)
	}
	if err := CheckKey(csr.PublicKey); err != nil {
		return nil, err
	}
	if err := csr.CheckSignature(); err != nil {
		return nil, fmt.Errorf("its signature is not made with its own key: %w", err)
	}
	return csr, nil
}

// CheckKey refuses a public key that the certificate of a device, or of a CA, may
// not have: it must be RSA of 2048 to 8192 bits (more takes long to verify, and TLS
// refuses it), or ECDSA on P-256, P-384 or P-521.
func CheckKey(key crypto.PublicKey) error {
	const want = "want RSA of 2048 to 8192 bits, or ECDSA on P-256, P-384 or P-521"
	switch key := key.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < 2048 || bits > 8192 {
			return fmt.Errorf("its RSA key has %d bits: %s", bits, want)
		}
		return nil
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256(), elliptic.P384(), elliptic.P521():
			return nil
		}
		return fmt.Errorf("its ECDSA key is on the curve %s: %s", key.Curve.Params().Name, want)
	}
	return fmt.Errorf("its key is of another kind: %s", want)
}

// decodePEM returns what the first block of a PEM text holds, which must have one
// of the names.
func decodePEM(text string, names ...string) ([]byte, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("it is not in PEM form")
	}
	for _, name := range names {
		if block.Type == name {
			return block.Bytes, nil
		}
	}
	return nil, fmt.Errorf("its PEM block is a %.40q, not a %s", block.Type, names[0])
}

func encodePEM(name string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: name, Bytes: der}))
}

// SignedBy tells whether ca's key has signed c and ca may sign certificates. Dates
// are not looked at.
func SignedBy(c, ca *x509.Certificate) bool {
	return bytes.Equal(c.RawIssuer, ca.RawSubject) && c.CheckSignatureFrom(ca) == nil
}

// SubjectHash names the subject of a CA, by which the CAs that may have issued a
// certificate are found: IssuerHash of the certificate is the same.
func SubjectHash(ca *x509.Certificate) string { return CertificateID(ca.RawSubject) }

// IssuerHash names the issuer of a certificate; see SubjectHash.
func IssuerHash(c *x509.Certificate) string { return CertificateID(c.RawIssuer) }
