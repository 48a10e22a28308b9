package gateway

import (
	"container/list"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// ALPN names of AWS IoT, for clients that reach all protocols by one port.
const (
	ProtocolMQTT = "x-amzn-mqtt-ca" // MQTT, with a device certificate
	ProtocolHTTP = "x-amzn-http-ca" // HTTPS publish, with a device certificate
)

// DeviceTLS returns the TLS configuration of a listener for devices. Every client
// must show a certificate and prove that it holds its key; whose it is and whether it
// may come in is decided later, when it says what it wants. Clients may offer one of
// the ALPN protocols or none.
func DeviceTLS(server func(*tls.ClientHelloInfo) (*tls.Certificate, error), protocols ...string) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: server,
		ClientAuth:     tls.RequireAnyClientCert,
		NextProtos:     protocols,
	}
}

// TLSOptions configure a TLSListener.
type TLSOptions struct {
	Config        *tls.Config   // required
	Timeout       time.Duration // of a handshake; 0: 10 s
	MaxHandshakes int           // that go on at once: beyond, the oldest is given up; 0: 1024
	Logger        *slog.Logger  // nil: slog.Default
}

// A TLSListener accepts TLS connections. Accept returns those whose handshake is
// done, so that one that never ends holds up nobody. Handshakes that are not done in
// time are given up, and the oldest when there are too many: clients that only open
// connections cannot keep others out.
type TLSListener struct {
	inner   net.Listener
	options TLSOptions
	ready   chan net.Conn
	closed  chan struct{}
	once    sync.Once
	running sync.WaitGroup
	stats   handshakes

	mu      sync.Mutex
	pending list.List // of net.Conn, the oldest first
}

// Handshakes counts the TLS handshakes of a listener.
type Handshakes struct {
	Done    uint64 // the client was let on
	Failed  uint64 // by the client, or not done in time
	Dropped uint64 // the oldest of too many at once
}

type handshakes struct{ done, failed, dropped atomic.Uint64 }

// NewTLSListener accepts connections from inner until Close.
func NewTLSListener(inner net.Listener, o TLSOptions) *TLSListener {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.MaxHandshakes == 0 {
		o.MaxHandshakes = 1024
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	l := &TLSListener{inner: inner, options: o, ready: make(chan net.Conn), closed: make(chan struct{})}
	l.running.Go(l.accept)
	return l
}

// Accept implements net.Listener. After Close the error is net.ErrClosed.
func (l *TLSListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.ready:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Addr implements net.Listener.
func (l *TLSListener) Addr() net.Addr { return l.inner.Addr() }

// Close implements net.Listener. It gives up the handshakes that go on.
func (l *TLSListener) Close() error {
	var err error
	l.once.Do(func() {
		close(l.closed)
		err = l.inner.Close()
		l.mu.Lock()
		for e := l.pending.Front(); e != nil; e = e.Next() {
			_ = e.Value.(net.Conn).Close()
		}
		l.mu.Unlock()
	})
	l.running.Wait()
	return err
}

// Stats returns the counters. A nil listener has counted nothing.
func (l *TLSListener) Stats() Handshakes {
	if l == nil {
		return Handshakes{}
	}
	return Handshakes{Done: l.stats.done.Load(), Failed: l.stats.failed.Load(), Dropped: l.stats.dropped.Load()}
}

// accept begins a handshake with everybody who comes.
func (l *TLSListener) accept() {
	var pause time.Duration
	for {
		conn, err := l.inner.Accept()
		switch {
		case err == nil:
			pause = 0
			l.begin(conn)
		case errors.Is(err, net.ErrClosed):
			return
		default:
			// Most likely out of file descriptors: it passes.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			l.options.Logger.Warn("accept: will be tried again", "address", l.Addr(), "error", err)
			select {
			case <-time.After(pause):
			case <-l.closed:
				return
			}
		}
	}
}

// begin notes a handshake, and runs it.
func (l *TLSListener) begin(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.closed:
		_ = conn.Close()
		return
	default:
	}
	if l.pending.Len() >= l.options.MaxHandshakes {
		l.stats.dropped.Add(1)
		_ = l.pending.Remove(l.pending.Front()).(net.Conn).Close()
	}
	place := l.pending.PushBack(conn)
	l.running.Go(func() { l.handshake(conn, place) })
}

func (l *TLSListener) handshake(conn net.Conn, place *list.Element) {
	secure := tls.Server(conn, l.options.Config)
	err := conn.SetDeadline(time.Now().Add(l.options.Timeout))
	if err == nil {
		err = secure.Handshake()
	}
	l.mu.Lock()
	dropped := !l.remove(place)
	l.mu.Unlock()
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil || dropped {
		if !dropped {
			l.stats.failed.Add(1)
			l.options.Logger.Debug("TLS handshake failed", "address", conn.RemoteAddr(), "error", err)
		}
		_ = conn.Close()
		return
	}
	l.stats.done.Add(1)
	select {
	case l.ready <- secure:
	case <-l.closed:
		_ = conn.Close()
	}
}

// remove takes a handshake out of the list; false: it was given up. l.mu is held.
func (l *TLSListener) remove(place *list.Element) bool {
	before := l.pending.Len()
	l.pending.Remove(place)
	return l.pending.Len() < before
}
