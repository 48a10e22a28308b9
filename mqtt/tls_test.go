package mqtt

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"
)

// selfSigned returns a server certificate for 127.0.0.1 and the pool that trusts it.
func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestTLS runs large and small packets over a connection that has no way to be
// written without waiting.
func TestTLS(t *testing.T) {
	cert, pool := selfSigned(t)
	seen := make(chan *Client, 1)
	s := startServer(t, Options{Handler: &testHandler{connect: func(c *Client, _ *Connect) Code { seen <- c; return CodeSuccess }}})
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAnyClientCert})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: pool, ServerName: "localhost", Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p := newPeer(t, conn, 5)
	p.connect(connectOptions{id: "secure"})
	c := receive(t, seen, "Connect")
	if c.ID() != "secure" || c.Version() != 5 || c.RemoteAddr().String() != conn.LocalAddr().String() {
		t.Errorf("client: %s, %d, %v", c.ID(), c.Version(), c.RemoteAddr())
	}
	if state, ok := c.Conn().(*tls.Conn); !ok || !state.ConnectionState().HandshakeComplete {
		t.Error("the handler does not see the TLS state")
	}
	if got := c.Peer(); got.Transport != TLS || got.Addr != c.RemoteAddr() || got.ServerName != "localhost" || !bytes.Equal(got.Certificate.Raw, cert.Certificate[0]) {
		t.Errorf("peer: %+v", got)
	}
	p.subscribe("t")
	for _, size := range []int{0, 1, 200, 5000, 200_000} {
		payload := bytes.Repeat([]byte{7}, size)
		p.write(encodePublish(5, &Inbound{Topic: []byte("t"), Payload: payload, QoS: 1, packetID: 1}))
		for range 2 {
			got, _ := p.read()
			if got.kind() != typePublish {
				continue
			}
			if m := p.decodePublish(got); !bytes.Equal(m.Payload, payload) {
				t.Errorf("got %d bytes, want %d", len(m.Payload), size)
			} else {
				p.write(encodePuback(m.packetID))
			}
		}
	}
	c.Close(CodeAdministrativeAction)
	p.expectClosed(CodeAdministrativeAction)
	s.stop()
	receive(t, served, "end of Serve")
}
