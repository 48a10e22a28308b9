package app_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vedette/app"
	"vedette/principal"
)

// serverFiles are the PEM files of a server certificate of somebody's own CA.
type serverFiles struct {
	t         *testing.T
	authority *principal.Authority
	cert, key string
}

func newServerFiles(t *testing.T) *serverFiles {
	t.Helper()
	certificate, key, err := principal.NewAuthority(time.Now())
	check(t, err)
	authority, err := principal.ParseAuthority(certificate, key)
	check(t, err)
	dir := t.TempDir()
	return &serverFiles{t, authority, filepath.Join(dir, "server.crt"), filepath.Join(dir, "server.key")}
}

// write puts a new certificate for a host into the files.
func (f *serverFiles) write(host string) {
	f.t.Helper()
	c, err := f.authority.IssueServer([]string{host}, time.Now())
	check(f.t, err)
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	check(f.t, err)
	check(f.t, os.WriteFile(f.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}), 0o600))
	check(f.t, os.WriteFile(f.key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600))
}

// shown returns the names of the certificate that a listener shows.
func shown(t *testing.T, addr string, config *tls.Config) string {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, config)
	check(t, err)
	defer conn.Close()
	return strings.Join(conn.ConnectionState().PeerCertificates[0].DNSNames, " ")
}

// TestServerCertificateFiles: the files take the place of the certificate that
// Vedette issues, and are read again when they change.
func TestServerCertificateFiles(t *testing.T) {
	leakFree(t)
	files := newServerFiles(t)
	o := options(t)
	o.TLSCert, o.TLSKey, o.HTTPTLS, o.MQTTSAddr = files.cert, files.key, true, "127.0.0.1:0"
	if _, err := app.New(t.Context(), o); err == nil || !strings.Contains(err.Error(), "server.crt") {
		t.Errorf("without the files: %v", err)
	}
	files.write("one.example")
	d := start(t, o)
	roots := x509.NewCertPool()
	roots.AddCert(files.authority.Certificate())
	config := &tls.Config{RootCAs: roots, ServerName: "localhost"}
	addr := strings.TrimPrefix(d.Endpoints().HTTP, "https://")
	if got := shown(t, addr, config); got != "one.example localhost" {
		t.Errorf("shown: %s", got)
	}
	files.write("two.example")
	eventually(t, "the new certificate is shown", func() bool { return shown(t, addr, config) == "two.example localhost" })

	check(t, os.WriteFile(files.key, []byte("no key"), 0o600))
	if err := d.ReloadCertificate(); err == nil {
		t.Error("a file that holds no key is taken")
	}
	eventually(t, "the trouble is logged", func() bool { return strings.Contains(d.log.String(), "the old server certificate stays") })
	if got := shown(t, addr, config); got != "two.example localhost" {
		t.Errorf("shown after a bad file: %s", got)
	}
	files.write("three.example")
	check(t, d.ReloadCertificate())
	if got := shown(t, addr, config); got != "three.example localhost" {
		t.Errorf("shown: %s", got)
	}
	if log := d.log.String(); strings.Contains(log, "PRIVATE KEY") || strings.Count(log, "the old server certificate stays") != 1 {
		t.Errorf("the log tells too much, or the trouble not once:\n%s", log)
	}
}
