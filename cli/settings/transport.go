package settings

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// Transport sends requests as the settings say. It follows no redirects, takes
// answers as they come, and its errors are what RequestError words. It may be used
// by several goroutines.
type Transport struct {
	base   *http.Transport
	dialer *dialer
}

// dialer makes connections to one endpoint.
type dialer struct {
	connect, read time.Duration // 0: forever
	keepAlive     bool          // whether TCP probes idle connections
	proxy         *proxyServer  // nil: none
	broken        error         // that no request gets past
	trust         trust
	secure        bool // whether the endpoint, not only its proxy, is asked with TLS
}

// transport makes the transport of a client.
func (s *Settings) transport(c *Client, t trust, keepAlive bool) (*Transport, error) {
	for _, check := range []struct {
		name  string
		value time.Duration
	}{{"connect", s.ConnectTimeout}, {"read", s.ReadTimeout}} {
		if check.value < 0 {
			return nil, fail("Attempted to set %s timeout to %d, but the timeout cannot be set to a value less than or equal to 0.", check.name, check.value/time.Second)
		}
	}
	d := &dialer{connect: s.ConnectTimeout, read: s.ReadTimeout, keepAlive: keepAlive, trust: t, secure: c.address.scheme == "https"}
	if !c.Local.Used {
		d.proxy, d.broken = s.env.proxyFor(c.address)
	}
	if c.address.checkPort() != nil {
		d.broken = &failure{kind: badURL}
	}
	return newTransport(d), nil
}

// plainTransport is for the small requests to services of the machine.
func (s *Settings) plainTransport(endpoint string) *Transport {
	d := &dialer{connect: s.metadata.timeout, read: s.metadata.timeout}
	if parts, err := splitURL(endpoint); err == nil {
		d.secure = parts.scheme == "https"
		d.proxy, d.broken = s.env.proxyFor(parts)
	}
	t := newTransport(d)
	t.base.DisableKeepAlives = true
	return t
}

func newTransport(d *dialer) *Transport {
	base := &http.Transport{
		DialContext:        d.dial,
		DialTLSContext:     d.dialTLS,
		DisableCompression: true,
		IdleConnTimeout:    time.Minute,
	}
	if d.proxy != nil && !d.secure {
		base.Proxy = func(*http.Request) (*url.URL, error) { return d.proxy.url, nil }
	}
	return &Transport{base: base, dialer: d}
}

// RoundTrip sends one request. Its error is one that RequestError understands.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if t.dialer.broken != nil {
		return nil, t.dialer.broken
	}
	if scheme := request.URL.Scheme; scheme != "http" && scheme != "https" {
		return nil, &failure{kind: unhandled, detail: "Not supported URL scheme " + scheme}
	}
	var conn net.Conn
	trace := &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) { conn = got.Conn }}
	response, err := t.base.RoundTrip(request.WithContext(httptrace.WithClientTrace(request.Context(), trace)))
	var known *failure
	switch {
	case err == nil || errors.As(err, &known):
	case expired(conn):
		err = &failure{kind: readTimeout, err: err}
	case t.dialer.proxy != nil && isHangUp(err):
		err = t.dialer.proxy.failed(err)
	}
	return response, err
}

// expired tells whether a wait on a connection took too long. The error of half a
// header does not tell why there was no more.
func expired(conn net.Conn) bool {
	for secured, ok := conn.(*tls.Conn); ok; secured, ok = conn.(*tls.Conn) {
		conn = secured.NetConn()
	}
	timed, ok := conn.(*timedConn)
	return ok && timed.expired.Load()
}

// Close gives back the connections that are idle.
func (t *Transport) Close() { t.base.CloseIdleConnections() }

// isHangUp tells whether the other side closed a connection without a word.
func isHangUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		strings.Contains(err.Error(), "server closed idle connection")
}

// dial connects to an address, the endpoint's or its proxy's.
func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	probe := -time.Second
	if d.keepAlive {
		probe = 0
	}
	conn, err := (&net.Dialer{Timeout: d.connect, KeepAlive: probe}).DialContext(ctx, network, address)
	switch {
	case err == nil:
		return &timedConn{Conn: conn, write: d.connect, read: d.read, armed: true}, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case isTimeout(err):
		return nil, &failure{kind: connectTimeout, err: err}
	case d.proxy != nil:
		return nil, d.proxy.failed(err)
	}
	return nil, &failure{kind: connectFailed, err: err}
}

// dialTLS connects to the endpoint, through its proxy if it has one, and makes
// sure who it is. The time to connect bounds each step.
func (d *dialer) dialTLS(ctx context.Context, network, target string) (net.Conn, error) {
	first := target
	if d.proxy != nil {
		first = d.proxy.address()
	}
	conn, err := d.dial(ctx, network, first)
	if err != nil {
		return nil, err
	}
	timed := conn.(*timedConn)
	timed.armed = false
	stop := context.AfterFunc(ctx, func() { timed.Conn.Close() })
	defer stop()
	if d.connect > 0 {
		_ = timed.SetDeadline(time.Now().Add(d.connect))
	}
	secured, err := d.handshake(timed, target)
	if err != nil {
		timed.Close()
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, err
	}
	_ = timed.SetDeadline(time.Time{})
	timed.armed = true
	return secured, nil
}

func (d *dialer) handshake(conn net.Conn, target string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	if d.proxy != nil {
		if conn, err = d.proxy.secure(conn, d.trust); err != nil || !d.secure {
			return conn, err
		}
		if err := d.proxy.tunnel(conn, target); err != nil {
			return nil, err
		}
	}
	config, err := d.trust.config(host)
	if err != nil {
		return nil, err
	}
	secured := tls.Client(conn, config)
	err = secured.Handshake()
	switch {
	case err == nil:
		return secured, nil
	case isTimeout(err) && d.proxy == nil:
		return nil, &failure{kind: readTimeout, err: err}
	case d.proxy != nil && (isTimeout(err) || errors.Is(err, syscall.ECONNRESET)):
		return nil, d.proxy.failed(err)
	case errors.Is(err, syscall.ECONNRESET):
		return nil, &failure{kind: closed, err: err}
	}
	return nil, tlsFailure(err, time.Now())
}

// isTimeout tells whether time ran out here, not in the kernel.
func isTimeout(err error) bool {
	var timed net.Error
	return !errors.Is(err, syscall.ETIMEDOUT) && (errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timed) && timed.Timeout())
}

// timedConn bounds each wait for the other side, not the whole of an answer. The
// clock starts when something was sent: an idle connection waits for nothing.
type timedConn struct {
	net.Conn
	write, read time.Duration
	armed       bool        // false while a handshake has a deadline of its own
	expired     atomic.Bool // whether a wait for the other side was in vain
}

func (c *timedConn) Write(b []byte) (int, error) {
	if c.armed && c.write > 0 {
		_ = c.SetWriteDeadline(time.Now().Add(c.write))
	}
	n, err := c.Conn.Write(b)
	c.extend()
	return n, err
}

func (c *timedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.extend()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.expired.Store(true)
	}
	return n, err
}

func (c *timedConn) extend() {
	if c.armed && c.read > 0 {
		_ = c.SetReadDeadline(time.Now().Add(c.read))
	}
}
