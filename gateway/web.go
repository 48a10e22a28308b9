package gateway

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"vedette/api"
	"vedette/mqtt"
)

// Limits of messages that come by HTTPS, as at AWS IoT; a topic's is the broker's.
const (
	maxPayload  = 128 << 10
	maxWebTopic = 4 << 10

	maxRefused    = 16 << 20 // bytes read of a payload that is too large
	refusedLinger = 10 * time.Second
)

// What Observe calls the requests.
const (
	opPublish = "Publish"
	opSocket  = "WebSocket"
)

// Broker is the MQTT server behind a Web: an *mqtt.Server.
type Broker interface {
	ServePeer(conn net.Conn, p mqtt.Peer)
	Publish(m mqtt.Message)
	PublishThen(m mqtt.Message, done func(mqtt.Code))
	Fits(topic []byte) bool
}

// VerifyFunc says whose access key signed a request whose body has the given
// hash. Its errors are *api.Error for callers that are refused.
type VerifyFunc func(r *http.Request, bodySHA256 [sha256.Size]byte) (accessKeyID string, err error)

// WebOptions configure a Web.
type WebOptions struct {
	Gateway *Gateway // required
	Broker  Broker   // required

	// VerifyPublish and VerifyMQTT check the signatures of published messages and
	// of WebSockets. nil lets everybody in as the anonymous clients of MQTT.
	VerifyPublish VerifyFunc
	VerifyMQTT    VerifyFunc

	// Door is what WebSockets come in by; nil: their number is not bounded.
	Door *Door

	// Observe hears of every request when it is answered: a message published, or
	// a WebSocket refused or opened. nil is fine.
	Observe func(operation string, status int)
}

// Web is the gateway's part that is reached by HTTP: messages published by POST, and
// MQTT over WebSocket.
type Web struct {
	WebOptions

	mu      sync.Mutex
	closing bool
	sockets sync.WaitGroup
}

// NewWeb returns a Web.
func NewWeb(o WebOptions) *Web {
	if o.Observe == nil {
		o.Observe = func(string, int) {}
	}
	return &Web{WebOptions: o}
}

// Shutdown ends what is left of the WebSockets, whose MQTT connections the broker has
// ended before, and takes no new ones.
func (w *Web) Shutdown(ctx context.Context) error {
	w.mu.Lock()
	w.closing = true
	w.mu.Unlock()
	ended := make(chan struct{})
	go func() { w.sockets.Wait(); close(ended) }()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Handler returns what answers a request with a signature, and false for requests
// that are not the gateway's: all but /mqtt and /topics/….
func (w *Web) Handler(r *http.Request) (http.Handler, bool) {
	switch {
	case r.URL.Path == "/mqtt":
		return http.HandlerFunc(w.serveMQTT), true
	case strings.HasPrefix(r.URL.Path, topicsPath):
		return http.HandlerFunc(w.publishSigned), true
	}
	return nil, false
}

// ServeDevices has server answer the requests of a TLSListener whose clients show
// a certificate. It sets the server's Handler and ConnContext.
func (w *Web) ServeDevices(server *http.Server, l net.Listener) error {
	server.Handler = http.HandlerFunc(w.publishAsDevice)
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		hidden, _ := conn.(hiddenTLS)
		return context.WithValue(ctx, stateKey{}, hidden.state)
	}
	return server.Serve(hidingListener{l})
}

// hiddenTLS is a TLS connection that net/http takes for a plain one: it would
// close those that speak HTTP by an ALPN name which it does not know.
type hiddenTLS struct {
	*tls.Conn
	state *tls.ConnectionState
}

type hidingListener struct{ net.Listener }

// Accept implements net.Listener.
func (l hidingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if secure, ok := conn.(*tls.Conn); ok {
		return hiddenTLS{secure, new(secure.ConnectionState())}, err
	}
	return conn, err
}

// stateKey is the key of a request's *tls.ConnectionState in its context.
type stateKey struct{}

func (w *Web) publishAsDevice(rw http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, topicsPath) {
		w.answer(rw, opPublish, api.NotFound("Nothing is here: publish by POST to %sTOPIC.", topicsPath))
		return
	}
	w.reply(rw, r, w.publish(rw, r, func(r *http.Request, _ []byte) (Peer, error) {
		state, _ := r.Context().Value(stateKey{}).(*tls.ConnectionState)
		if state == nil || len(state.PeerCertificates) == 0 {
			return Peer{}, errForbidden
		}
		return Peer{Certificate: state.PeerCertificates[0], ServerName: state.ServerName}, nil
	}))
}

func (w *Web) publishSigned(rw http.ResponseWriter, r *http.Request) {
	w.reply(rw, r, w.publish(rw, r, func(r *http.Request, body []byte) (Peer, error) {
		return signer(w.VerifyPublish, r, body)
	}))
}

// signer returns the peer whose access key signed a request.
func signer(verify VerifyFunc, r *http.Request, body []byte) (Peer, error) {
	p := Peer{ServerName: r.Host}
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		p.ServerName = host
	}
	if verify == nil {
		return p, nil
	}
	var err error
	p.AccessKeyID, err = verify(r, sha256.Sum256(body))
	return p, err
}

// remoteAddr returns the address that a request came from.
func remoteAddr(r *http.Request) netip.AddrPort {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
}
