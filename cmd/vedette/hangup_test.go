package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"vedette/api"
	"vedette/principal"
)

// TestClientTrusts: our own commands trust the server of the data directory.
func TestClientTrusts(t *testing.T) {
	d := newDeployment(t, "", "--http-tls")
	if !d.start() {
		t.Fatal("the server did not start")
	}
	client, err := clientOf(t.Context(), d.dir)
	if err != nil {
		t.Fatal(err)
	}
	var out api.DescribeEndpointResponse
	if err := client.call(t.Context(), api.DescribeEndpoint, &api.DescribeEndpointRequest{}, &out); err != nil || api.Value(out.EndpointAddress) != "localhost" {
		t.Errorf("got %q, %v", api.Value(out.EndpointAddress), err)
	}
	d.stop()
}

// TestHangup: a SIGHUP reads the server certificate again, and ends nothing.
func TestHangup(t *testing.T) {
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	certificate, secret, err := principal.NewAuthority(time.Now())
	must(err)
	authority, err := principal.ParseAuthority(certificate, secret)
	must(err)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "server.crt"), filepath.Join(dir, "server.key")
	write := func(host string) {
		c, err := authority.IssueServer([]string{host}, time.Now())
		must(err)
		der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
		must(err)
		must(os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}), 0o600))
		must(os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	}
	write("one.example")
	d := newDeployment(t, "", "--http-tls", "--mqtts-addr", "127.0.0.1:0", "--https-device-addr", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key)
	if !d.start() {
		t.Fatal("the server did not start")
	}
	roots := x509.NewCertPool()
	roots.AddCert(authority.Certificate())
	host := d.at().HTTP[len("https://"):]
	write("two.example")
	must(d.cmd.Process.Signal(syscall.SIGHUP))
	for end := time.Now().Add(patience); ; {
		conn, err := tls.Dial("tcp", host, &tls.Config{RootCAs: roots, ServerName: "localhost"})
		must(err)
		name := conn.ConnectionState().PeerCertificates[0].DNSNames[0]
		must(conn.Close())
		if name == "two.example" {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("still shown: %s", name)
		}
	}
	d.stop()
}
