package gateway

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// issuer is a certificate authority for one test.
type issuer struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	i := &issuer{t: t, pool: x509.NewCertPool()}
	i.key = i.newKey()
	i.cert = i.sign(&x509.Certificate{Subject: pkix.Name{CommonName: "test root"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, i.key)
	i.pool.AddCert(i.cert)
	return i
}

func (i *issuer) newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		i.t.Fatal(err)
	}
	return key
}

// sign signs a template, by itself when parent is nil.
func (i *issuer) sign(template, parent *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	i.t.Helper()
	if parent == nil {
		parent = template
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		i.t.Fatal(err)
	}
	template.SerialNumber = serial
	if template.NotBefore.IsZero() {
		template.NotBefore, template.NotAfter = time.Unix(0, 0), time.Date(2049, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), i.key)
	if err != nil {
		i.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		i.t.Fatal(err)
	}
	return cert
}

// issue makes a certificate with a key of its own; the zero times mean that it is
// good for long.
func (i *issuer) issue(name string, from, to time.Time) tls.Certificate {
	key := i.newKey()
	cert := i.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, i.cert, key)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
}

func (i *issuer) device(name string) tls.Certificate { return i.issue(name, time.Time{}, time.Time{}) }

// deviceTLS is the configuration of a listener whose certificate is i's.
func (i *issuer) deviceTLS(protocols ...string) *tls.Config {
	server := i.device("server")
	return DeviceTLS(func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &server, nil }, protocols...)
}

func listenTLS(t *testing.T, o TLSOptions) *TLSListener {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Logger = slog.New(slog.DiscardHandler)
	l := NewTLSListener(inner, o)
	t.Cleanup(func() { l.Close() })
	return l
}

// greetings sends a line to everybody who gets through the handshake.
func greetings(l *TLSListener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			_, _ = io.WriteString(conn, "hello\n")
		}()
	}
}

func greeted(conn io.Reader) error {
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && line != "hello\n" {
		return errors.New("got " + line)
	}
	return err
}

func TestDeviceHandshakes(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	i := newIssuer(t)
	stranger := newIssuer(t).device("stranger")
	device := i.device("lamp-7")
	other := i.device("other")
	forged := tls.Certificate{Certificate: device.Certificate, PrivateKey: other.PrivateKey}
	l := listenTLS(t, TLSOptions{Config: i.deviceTLS(ProtocolMQTT)})
	defer l.Close()
	go greetings(l)
	for name, c := range map[string]struct {
		config *tls.Config
		let    bool
	}{
		"ok/TLS 1.3":                   {&tls.Config{Certificates: []tls.Certificate{device}, MinVersion: tls.VersionTLS13}, true},
		"ok/TLS 1.2":                   {&tls.Config{Certificates: []tls.Certificate{device}, MaxVersion: tls.VersionTLS12}, true},
		"ok/ALPN":                      {&tls.Config{Certificates: []tls.Certificate{device}, NextProtos: []string{ProtocolMQTT}}, true},
		"ok/ALPN among others":         {&tls.Config{Certificates: []tls.Certificate{device}, NextProtos: []string{"h2", ProtocolMQTT}}, true},
		"ok/who it is, is asked later": {&tls.Config{Certificates: []tls.Certificate{stranger}}, true},
		"fail/no certificate":          {&tls.Config{}, false},
		"fail/a key of another":        {&tls.Config{Certificates: []tls.Certificate{forged}}, false},
		"fail/wrong ALPN":              {&tls.Config{Certificates: []tls.Certificate{device}, NextProtos: []string{"mqtt"}}, false},
		"fail/ALPN of HTTPS":           {&tls.Config{Certificates: []tls.Certificate{device}, NextProtos: []string{ProtocolHTTP}}, false},
		"fail/TLS 1.1":                 {&tls.Config{Certificates: []tls.Certificate{device}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, false},
	} {
		t.Run(name, func(t *testing.T) {
			before := l.Stats()
			c.config.RootCAs, c.config.ServerName = i.pool, "localhost"
			conn, err := tls.DialWithDialer(&net.Dialer{Timeout: deadline}, "tcp", l.Addr().String(), c.config)
			if err == nil {
				err = errors.Join(conn.SetDeadline(time.Now().Add(deadline)), greeted(conn), conn.Close())
			}
			if (err == nil) != c.let {
				t.Errorf("got %v, want it let on: %v", err, c.let)
			}
			eventually(t, "the handshake is counted", func() bool {
				s := l.Stats()
				return s.Done-before.Done+s.Failed-before.Failed == 1 && (s.Done > before.Done) == c.let
			})
		})
	}
}

// TestHalfOpenHandshakes: clients that begin a handshake and do not go on are given
// up in time, and hold up nobody meanwhile.
func TestHalfOpenHandshakes(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	i := newIssuer(t)
	device := i.device("lamp-7")
	client := &tls.Config{RootCAs: i.pool, ServerName: "localhost", Certificates: []tls.Certificate{device}}
	begin := func(l *TLSListener, first string) net.Conn {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(deadline))
		if _, err := io.WriteString(conn, first); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	ended := func(conn net.Conn) {
		t.Helper()
		if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("still open")
		}
	}
	through := func(l *TLSListener) {
		t.Helper()
		conn, err := tls.Dial("tcp", l.Addr().String(), client)
		if err == nil {
			err = errors.Join(conn.SetDeadline(time.Now().Add(deadline)), greeted(conn), conn.Close())
		}
		if err != nil {
			t.Errorf("an honest client: %v", err)
		}
	}

	slow := listenTLS(t, TLSOptions{Config: i.deviceTLS(ProtocolMQTT), Timeout: 50 * time.Millisecond})
	go greetings(slow)
	ended(begin(slow, ""))
	ended(begin(slow, "\x16\x03\x01\x02\x00\x01")) // a header that promises more
	through(slow)

	few := listenTLS(t, TLSOptions{Config: i.deviceTLS(ProtocolMQTT), Timeout: time.Hour, MaxHandshakes: 3})
	go greetings(few)
	var open []net.Conn
	for range 10 {
		open = append(open, begin(few, "\x16"))
	}
	through(few)
	for _, conn := range open[:8] {
		ended(conn) // to make room for the others, the last time for the honest one
	}
	if got := few.Stats(); got.Dropped != 8 || got.Done != 1 {
		t.Errorf("got %+v, want 8 dropped", got)
	}
	if err := few.Close(); err != nil {
		t.Error(err)
	}
	for _, conn := range open[8:] {
		ended(conn)
	}
	slow.Close()
	if _, err := slow.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close: %v", err)
	}
}
