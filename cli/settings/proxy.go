package settings

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// proxyServer is the proxy that an endpoint is reached through.
type proxyServer struct {
	url    *url.URL // with user and password only if it has both
	masked string   // as errors print it, without user and password
}

// address returns host and port of the proxy.
func (p *proxyServer) address() string {
	port := p.url.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[p.url.Scheme]
	}
	return net.JoinHostPort(p.url.Hostname(), port)
}

// proxyFor returns the proxy for a URL; nil if there is none. Nothing is exempt
// but what NO_PROXY names, not even this machine. A proxy that is not understood is
// the error of the first request.
func (e *environ) proxyFor(target address) (*proxyServer, error) {
	proxies := e.proxies()
	text := proxies[target.scheme]
	if text == "" || bypassed(target.authority, proxies["no"]) {
		return nil, nil
	}
	switch {
	case strings.HasPrefix(text, "http:") || strings.HasPrefix(text, "https:"):
	case strings.HasPrefix(text, "//"):
		text = "http:" + text
	default:
		text = "http://" + text
	}
	parts, err := splitURL(text)
	if err != nil {
		return nil, &failure{kind: unhandled, detail: err.Error()}
	}
	name, password := parts.user()
	p := &proxyServer{masked: text}
	for _, secret := range []string{name, password} {
		if secret != "" {
			p.masked = strings.Replace(p.masked, secret, "***", 1)
		}
	}
	host := parts.authority[strings.LastIndexByte(parts.authority, '@')+1:]
	if p.url, err = url.Parse(parts.scheme + "://" + host); err != nil || p.url.Hostname() == "" {
		return nil, &failure{kind: unhandled, detail: "Failed to parse: " + text}
	}
	if name != "" && password != "" {
		p.url.User = url.UserPassword(unescape(name), unescape(password))
	}
	return p, nil
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// proxies returns the proxies of the environment by scheme, and under "no" what
// needs none. Names in lower case beat others, also if they are set to nothing.
func (e *environ) proxies() map[string]string {
	found := map[string]string{}
	each := func(set func(name, scheme, value string)) {
		for _, pair := range e.Environ {
			name, value, _ := strings.Cut(pair, "=")
			if scheme, ok := strings.CutSuffix(strings.ToLower(name), "_proxy"); ok && e.values[name] == value {
				set(name, scheme, value)
			}
		}
	}
	each(func(_, scheme, value string) {
		if value != "" {
			found[scheme] = value
		}
	})
	// In a CGI program HTTP_PROXY is what the client sent as the header Proxy.
	if _, cgi := e.values["REQUEST_METHOD"]; cgi {
		delete(found, "http")
	}
	each(func(name, scheme, value string) {
		switch {
		case !strings.HasSuffix(name, "_proxy"):
		case value != "":
			found[scheme] = value
		default:
			delete(found, scheme)
		}
	})
	return found
}

// bypassed tells whether a list of names, and of what they end in, has a host.
func bypassed(authority, exceptions string) bool {
	if exceptions == "*" {
		return true
	}
	authority = lower(authority)
	host := authority
	if at := strings.LastIndexByte(host, ':'); at >= 0 && strings.Trim(host[at+1:], "0123456789") == "" {
		host = host[:at]
	}
	for name := range strings.SplitSeq(exceptions, ",") {
		if name = strings.TrimFunc(name, isSpace); name == "" {
			continue
		}
		name = lower(strings.TrimLeft(name, "."))
		for _, candidate := range []string{host, authority} {
			if candidate == name || strings.HasSuffix(candidate, "."+name) {
				return true
			}
		}
	}
	return false
}

// tunnel asks a proxy to connect to a host. The proxy says nothing before its
// answer, and nothing after it until it is spoken to.
func (p *proxyServer) tunnel(conn net.Conn, target string) error {
	ask := fmt.Sprintf("CONNECT %s HTTP/1.1\r\nHost: %s\r\n", target, target)
	if p.url.User != nil {
		ask += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(p.credentials())) + "\r\n"
	}
	if _, err := conn.Write([]byte(ask + "\r\n")); err != nil {
		return p.failed(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	switch {
	case err != nil && (isHangUp(err) || isTimeout(err) || errors.Is(err, io.ErrUnexpectedEOF)):
		return p.failed(err)
	case err != nil:
		return &failure{kind: closed, err: err}
	case answer.StatusCode != http.StatusOK:
		return p.failed(fmt.Errorf("tunnel refused: %s", answer.Status))
	}
	return nil
}

func (p *proxyServer) credentials() string {
	password, _ := p.url.User.Password()
	return p.url.User.Username() + ":" + password
}

func (p *proxyServer) failed(err error) error {
	return &failure{kind: proxyFailed, detail: p.masked, err: err}
}

// secure starts TLS with a proxy whose URL is https.
func (p *proxyServer) secure(conn net.Conn, t trust) (net.Conn, error) {
	if p.url.Scheme != "https" {
		return conn, nil
	}
	config, err := t.config(p.url.Hostname())
	if err != nil {
		return nil, err
	}
	secured := tls.Client(conn, config)
	if err := secured.Handshake(); err != nil {
		return nil, p.failed(err)
	}
	return secured, nil
}
