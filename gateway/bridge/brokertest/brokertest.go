// Package brokertest runs a real Mosquitto for tests, which may kill it and start it
// again.
package brokertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long the broker may take to start.
const patience = time.Minute

// Options say what kind of broker is wanted.
type Options struct {
	TLS    bool   // clients must show a certificate of the broker's CA
	Config string // further lines of its configuration
}

// Broker is a Mosquitto with a folder that outlives it: what it keeps is written at
// every change.
type Broker struct {
	Addr string // HOST:PORT, the same after a restart
	Dir  string // ca.pem, client.pem and client.key, if it speaks TLS

	t       testing.TB
	program string
	mu      sync.Mutex
	cmd     *exec.Cmd
	exited  chan struct{}
}

// Start starts a broker that ends with the test. Where the machine has no Mosquitto
// the test is skipped, or fails if nothing may be skipped.
func Start(t testing.TB, o Options) *Broker {
	t.Helper()
	b := &Broker{t: t, Dir: t.TempDir(), program: find(t)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.Addr = l.Addr().String()
	_ = l.Close()
	_, port, _ := net.SplitHostPort(b.Addr)
	config := fmt.Sprintf("user root\nlistener %s 127.0.0.1\npersistence true\npersistence_location %s/\nautosave_interval 1\nautosave_on_changes true\nlog_type none\n", port, b.Dir)
	if !strings.Contains(o.Config, "allow_anonymous") && !o.TLS {
		config += "allow_anonymous true\n"
	}
	if o.TLS {
		b.issue()
		config += fmt.Sprintf("cafile %[1]s/ca.pem\ncertfile %[1]s/server.pem\nkeyfile %[1]s/server.key\nrequire_certificate true\nuse_identity_as_username true\n", b.Dir)
	}
	b.write("mosquitto.conf", []byte(config+o.Config+"\n"))
	t.Cleanup(b.Kill)
	b.Start()
	return b
}

// Certificates returns a folder with the certificates and keys of a broker that is not
// started.
func Certificates(t testing.TB) string {
	t.Helper()
	b := &Broker{t: t, Dir: t.TempDir()}
	b.issue()
	return b.Dir
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"mosquitto", "/usr/sbin/mosquitto"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("VEDETTE_REQUIRE_ALL") == "1" {
		t.Fatal("mosquitto is missing: run make test, which installs it")
	}
	t.Skip("needs mosquitto, which this machine does not have")
	return ""
}

// Start starts the broker again, and returns when it takes connections.
func (b *Broker) Start() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cmd = exec.Command(b.program, "-c", filepath.Join(b.Dir, "mosquitto.conf"))
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var said strings.Builder
	b.cmd.Stdout, b.cmd.Stderr = &said, &said
	if err := b.cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	exited := make(chan struct{})
	b.exited = exited
	go func(cmd *exec.Cmd) { _ = cmd.Wait(); close(exited) }(b.cmd)
	for deadline := time.Now().Add(patience); ; {
		conn, err := net.Dial("tcp", b.Addr)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-exited:
			b.t.Fatalf("mosquitto ended: %s", said.String())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("mosquitto does not listen after %v", patience)
		}
	}
}

// Kill ends the broker with SIGKILL, if it runs.
func (b *Broker) Kill() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cmd != nil {
		_ = b.cmd.Process.Kill()
		<-b.exited
		b.cmd = nil
	}
}

// Forget kills the broker and starts it without what it kept.
func (b *Broker) Forget() {
	b.t.Helper()
	b.Kill()
	if err := os.RemoveAll(b.File("mosquitto.db")); err != nil {
		b.t.Fatal(err)
	}
	b.Start()
}

// URL returns what a bridge file says of the broker.
func (b *Broker) URL() string {
	if _, err := os.Stat(b.File("ca.pem")); err == nil {
		return "mqtts://" + b.Addr
	}
	return "mqtt://" + b.Addr
}

// File returns the path of a file in the broker's folder.
func (b *Broker) File(name string) string { return filepath.Join(b.Dir, name) }

// ClientTLS returns what a client needs for a broker that speaks TLS.
func (b *Broker) ClientTLS() *tls.Config {
	b.t.Helper()
	pair, err := tls.LoadX509KeyPair(b.File("client.pem"), b.File("client.key"))
	if err != nil {
		b.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	text, err := os.ReadFile(b.File("ca.pem"))
	if err != nil || !roots.AppendCertsFromPEM(text) {
		b.t.Fatalf("read ca.pem: %v", err)
	}
	return &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, ServerName: "127.0.0.1"}
}

func (b *Broker) write(name string, content []byte) {
	b.t.Helper()
	if err := os.WriteFile(b.File(name), content, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// issue makes a CA, and the certificates of the broker and of a client.
func (b *Broker) issue() {
	b.t.Helper()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC), KeyUsage: x509.KeyUsageCertSign,
	}
	caKey := b.sign("ca", ca, ca, nil)
	for i, name := range []string{"server", "client"} {
		b.sign(name, &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 2)), Subject: pkix.Name{CommonName: name}, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
		}, ca, caKey)
	}
}

// sign writes a certificate and its key; without an issuer's key it signs itself.
func (b *Broker) sign(name string, cert, issuer *x509.Certificate, by *ecdsa.PrivateKey) *ecdsa.PrivateKey {
	b.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.t.Fatal(err)
	}
	if by == nil {
		by = key
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, issuer, key.Public(), by)
	if err != nil {
		b.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		b.t.Fatal(err)
	}
	b.write(name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	b.write(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	return key
}
