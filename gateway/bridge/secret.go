package bridge

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// password reads the broker's password; empty: none is configured. No error shows it.
func (b *Broker) password() (string, error) {
	switch {
	case b.PasswordEnv != "":
		value, ok := os.LookupEnv(b.PasswordEnv)
		if !ok {
			return "", fmt.Errorf("environment variable %s is not set: set it, or give password-file", b.PasswordEnv)
		}
		return value, nil
	case b.PasswordFile != "":
		text, err := readSecret(b.PasswordFile)
		if err != nil {
			return "", err
		}
		line, _, _ := strings.Cut(string(text), "\n")
		if line = strings.TrimSuffix(line, "\r"); line == "" {
			return "", fmt.Errorf("%s: its first line is empty: want the password there", b.PasswordFile)
		}
		return line, nil
	}
	return "", nil
}

// readSecret reads a file that nobody else may read. It is as strict as ssh is with
// keys: a file of this user must be closed to all others; one of another user is that
// one's affair.
func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && int(owner.Uid) == os.Getuid() && info.Mode()&0o077 != 0 {
		return nil, fmt.Errorf("%s: mode %#o lets others read it: chmod 600 it", path, info.Mode()&fs.ModePerm)
	}
	return os.ReadFile(path)
}

// config returns what TLS needs; host is the URL's.
func (t *TLS) config(host string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host, NextProtos: t.ALPN, InsecureSkipVerify: t.InsecureSkipVerify}
	if t.ServerName != "" {
		c.ServerName = t.ServerName
	}
	if t.InsecureSkipVerify && t.CA != "" {
		return nil, errors.New("insecure-skip-verify trusts everybody, so ca makes no sense: leave one of them out")
	}
	if t.CA != "" {
		pem, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("ca: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca: %s: want certificates in PEM, found none", t.CA)
		}
	}
	if (t.Cert == "") != (t.Key == "") {
		return nil, fmt.Errorf("cert %q and key %q: want both or none", t.Cert, t.Key)
	}
	if t.Cert == "" {
		return c, nil
	}
	cert, err := os.ReadFile(t.Cert)
	if err != nil {
		return nil, fmt.Errorf("cert: %w", err)
	}
	key, err := readSecret(t.Key)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("cert %s and key %s: want a certificate and its key in PEM: %w", t.Cert, t.Key, err)
	}
	c.Certificates = []tls.Certificate{pair}
	return c, nil
}
