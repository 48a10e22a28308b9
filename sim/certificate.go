package sim

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

// ReadCertificates reads the certificates of devices and their keys: a file of PEM
// blocks, each certificate followed by its private key in PKCS #8.
func ReadCertificates(path string) ([]tls.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read certificates of devices: %w", err)
	}
	var list []tls.Certificate
	for {
		var cert, key *pem.Block
		if cert, text = pem.Decode(text); cert == nil {
			break
		}
		if key, text = pem.Decode(text); key == nil {
			return nil, fmt.Errorf("read %s: certificate %d has no key behind it", path, len(list))
		}
		private, err := x509.ParsePKCS8PrivateKey(key.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read %s: key of certificate %d: %w", path, len(list), err)
		}
		list = append(list, tls.Certificate{Certificate: [][]byte{cert.Bytes}, PrivateKey: private})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("read %s: it has no certificates; vedette sim devices makes some", path)
	}
	return list, nil
}
