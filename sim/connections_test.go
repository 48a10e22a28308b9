package sim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certificateFile makes n certificates, signed by themselves, and a file of them.
func certificateFile(t *testing.T, n int) string {
	t.Helper()
	var text []byte
	for i := range n {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(int64(i + 1)), NotAfter: time.Now().Add(time.Hour)}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		secret, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
	}
	path := filepath.Join(t.TempDir(), "devices.pem")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func certificates(t *testing.T, n int) []tls.Certificate {
	t.Helper()
	list, err := ReadCertificates(certificateFile(t, n))
	if err != nil || len(list) != n {
		t.Fatalf("%d certificates, %v; want %d", len(list), err, n)
	}
	return list
}

// secureBroker is a broker behind mutual TLS.
func secureBroker(t *testing.T) *broker {
	t.Helper()
	b := &broker{wrap: func(l net.Listener) net.Listener {
		return tls.NewListener(l, &tls.Config{Certificates: certificates(t, 1), ClientAuth: tls.RequireAnyClientCert})
	}}
	return startBroker(t, b)
}

func TestReadCertificatesRefuses(t *testing.T) {
	whole, err := os.ReadFile(certificateFile(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	cert, key, _ := strings.Cut(string(whole), "-----END CERTIFICATE-----\n")
	cert += "-----END CERTIFICATE-----\n"
	for name, text := range map[string]string{
		"fail/empty":             "",
		"fail/no key":            cert,
		"fail/key that is none":  cert + cert,
		"fail/key in the first":  key + cert,
		"fail/half a second one": string(whole) + cert,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "devices.pem")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if list, err := ReadCertificates(path); err == nil {
				t.Errorf("%d certificates, no error", len(list))
			}
		})
	}
	if _, err := ReadCertificates(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestLoadDevices(t *testing.T) {
	for name, start := range map[string]func(*testing.T) (*broker, []tls.Certificate){
		"ok/plain": func(t *testing.T) (*broker, []tls.Certificate) { return startBroker(t, &broker{}), nil },
		"ok/TLS":   func(t *testing.T) (*broker, []tls.Certificate) { return secureBroker(t), certificates(t, 3) },
	} {
		t.Run(name, func(t *testing.T) {
			b, certs := start(t)
			o := short(b.addr)
			o.Mode, o.Certificates, o.Window = TopicDevices, certs, 5
			r, err := load(t, o)
			if err != nil {
				t.Fatal(err)
			}
			if r.Reports == 0 || r.Lost != 0 || r.Latency.P50 <= 0 || r.TLS != (certs != nil) || r.Things != o.Connections {
				t.Errorf("result %+v", r)
			}
			topics := map[string]bool{}
			for _, m := range b.received() {
				topics[m.topic] = true
			}
			if len(topics) != o.Connections || !topics["bench/load-00006/data"] {
				t.Errorf("topics %v", topics)
			}
		})
	}
}

func TestLoadTLSFails(t *testing.T) {
	b := secureBroker(t)
	b.answer = func(int, string, []byte) brokerAnswer { return hangUp }
	o := short(b.addr)
	o.Mode, o.Certificates = TopicDevices, certificates(t, 1)
	if r, err := load(t, o); err == nil {
		t.Errorf("a server that hangs up: %+v", r)
	}
	o.Mode = TopicReports
	if _, err := load(t, o); err == nil {
		t.Error("certificates with another topic mode are taken")
	}
}

func TestHold(t *testing.T) {
	b := secureBroker(t)
	r, err := Hold(t.Context(), HoldOptions{
		Addr: b.addr, Certificates: certificates(t, 3), Connections: 9, Subscribe: true, Publish: true,
		Settle: time.Millisecond, ServerPID: os.Getpid(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if !r.TLS || r.Connections != 9 || r.Before <= 0 || r.After <= 0 || r.Peak < r.After || r.ConnectsPerSecond <= 0 {
		t.Errorf("result %+v", r)
	}
	if n := len(b.received()); n != 9 {
		t.Errorf("%d messages, want one for each connection", n)
	}
	if n := len(b.clients); n != 9 {
		t.Errorf("%d client ids, want 9", n)
	}
	refusing := startBroker(t, &broker{refuse: 5})
	if r, err := Hold(t.Context(), HoldOptions{Addr: refusing.addr, Connections: 3, Settle: time.Millisecond, ServerPID: os.Getpid()}); err == nil {
		t.Errorf("a server that refuses: %+v", r)
	}
	if r, err := Hold(t.Context(), HoldOptions{Addr: b.addr}); err == nil {
		t.Errorf("without a process: %+v", r)
	}
}

func TestStorm(t *testing.T) {
	b := secureBroker(t)
	for _, resume := range []bool{false, true} {
		r, err := Storm(t.Context(), StormOptions{
			Addr: b.addr, Certificates: certificates(t, 8), Resume: resume, Clients: 4,
			Duration: 300 * time.Millisecond, Warmup: 50 * time.Millisecond, ServerPID: os.Getpid(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if r.Connects == 0 || r.PerSecond <= 0 || resume != (r.Resumed > 0) || r.ServerCPU <= 0 {
			t.Errorf("resume %v: result %+v", resume, r)
		}
	}
	refusing := startBroker(t, &broker{refuse: 5})
	if r, err := Storm(t.Context(), StormOptions{Addr: refusing.addr, Clients: 2, Duration: time.Minute}); err == nil {
		t.Errorf("a server that refuses: %+v", r)
	}
	for want, o := range map[string]StormOptions{
		"storm: duration 2h0m0s: want at most 1h": {Duration: 2 * time.Hour},
		"storm: warmup -1s: want at most 1h":      {Warmup: -time.Second},
		"storm: resume: only TLS sessions can be": {Resume: true},
	} {
		o.Addr = b.addr
		if _, err := Storm(t.Context(), o); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
