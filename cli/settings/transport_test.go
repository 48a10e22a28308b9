package settings_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vedette/cli/settings"
)

const answerOK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

// serve runs a server that does the same to each connection. It returns its address.
func serve(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
			go handle(conn)
		}
	}()
	return l.Addr().String()
}

// refused returns an address where nobody listens.
func refused(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	return l.Addr().String()
}

func closeAtOnce(conn net.Conn) { conn.Close() }

func hang(net.Conn) {}

// answer reads a request and sends a text.
func answer(text string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = io.WriteString(conn, text)
		}
		conn.Close()
	}
}

// answerAndHang is answer that does not end the connection.
func answerAndHang(text string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = io.WriteString(conn, text)
		}
	}
}

func resets(conn net.Conn) {
	_, _ = http.ReadRequest(bufio.NewReader(conn))
	_ = conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func secured(c tls.Certificate, handle func(net.Conn)) func(net.Conn) {
	return func(conn net.Conn) { handle(tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{c}})) }
}

// authority signs certificates for tests.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{certificate: &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), SerialNumber: big.NewInt(1),
	}}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, a.certificate, a.certificate, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return a
}

// bundle writes the authority's certificate into a file.
func (a *authority) bundle(t *testing.T) string {
	t.Helper()
	return write(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})))
}

func (a *authority) sign(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "server"}, DNSNames: []string{"localhost"}, SerialNumber: big.NewInt(2),
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	if change != nil {
		change(template)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// write makes a file of a text and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// system has an empty home and working folder, a key and a Region, and variables.
func system(t *testing.T, variables ...string) settings.System {
	t.Helper()
	home := t.TempDir()
	base := []string{"HOME=" + home, "AWS_EC2_METADATA_DISABLED=true", "AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY=secret", "AWS_REGION=us-east-1"}
	return settings.System{Environ: append(variables, base...), Dir: home}
}

func client(t *testing.T, o settings.Options, s settings.System, adjust ...func(*settings.Settings)) *settings.Client {
	t.Helper()
	loaded, err := settings.Load(o, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range adjust {
		change(loaded)
	}
	c, err := loaded.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Transport.Close)
	return c
}

// ask sends a request and reads its answer.
func ask(t *testing.T, c *settings.Client) (string, error) {
	t.Helper()
	target, text := c.Target("/things", "")
	request := &http.Request{Method: http.MethodGet, URL: target, Header: http.Header{}}
	response, err := c.Transport.RoundTrip(request.WithContext(t.Context()))
	if err != nil {
		return "", settings.RequestError(err, text)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), settings.RequestError(err, text)
}

// briefly makes timeouts so short that a test can wait for them.
func briefly(read, connect time.Duration) func(*settings.Settings) {
	return func(s *settings.Settings) { s.ReadTimeout, s.ConnectTimeout = read, connect }
}

const soon = 200 * time.Millisecond

// TestRequestErrors asks servers that are broken in every way. In the wanted text
// @ is the request's URL.
func TestRequestErrors(t *testing.T) {
	const hungUp = `Connection was closed before we received a valid response from endpoint URL: "@".`
	for name, test := range map[string]struct {
		server func(net.Conn)
		want   string
	}{
		"ok/answer":              {answer(answerOK), ""},
		"ok/until the end":       {answer("HTTP/1.0 200 OK\r\n\r\n{}"), ""},
		"ok/after 100":           {answer("HTTP/1.1 100 Continue\r\n\r\n" + answerOK), ""},
		"ok/redirect":            {answer("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\n{}"), ""},
		"ok/packed":              {answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"), ""},
		"fail/closes at once":    {closeAtOnce, hungUp},
		"fail/no answer":         {answer(""), hungUp},
		"fail/reset":             {resets, hungUp},
		"fail/half a status":     {answer("HTTP/1.1 2"), hungUp},
		"fail/half a body":       {answer("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"), hungUp},
		"fail/half a chunk":      {answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n18\r\n{"), hungUp},
		"fail/no chunk":          {answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{"), hungUp},
		"fail/garbage":           {answer("hello\r\n\r\n"), hungUp},
		"fail/other protocol":    {answer("SSH-2.0-OpenSSH_9.2\r\n"), hungUp},
		"fail/status in letters": {answer("HTTP/1.1 abc OK\r\n\r\n"), hungUp},
		"fail/silence":           {hang, `Read timeout on endpoint URL: "@"`},
		"fail/silence in header": {answerAndHang("HTTP/1.1 200 OK\r\nContent"), `Read timeout on endpoint URL: "@"`},
		"fail/silence in body":   {answerAndHang("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"), `Read timeout on endpoint URL: "@"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint := "http://" + serve(t, test.server)
			timeout := time.Minute
			if strings.HasPrefix(name, "fail/silence") {
				timeout = soon
			}
			c := client(t, settings.Options{EndpointURL: &endpoint}, system(t), briefly(timeout, time.Minute))
			body, err := ask(t, c)
			checkError(t, err, test.want, endpoint)
			if err == nil && body != "{}" {
				t.Errorf("body: got %q, want {}", body)
			}
		})
	}
}

// checkError compares an error with a text in which @ is the request's URL.
func checkError(t *testing.T, err error, want, endpoint string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("got error %q, want none", err)
		}
		return
	}
	want = strings.Replace(want, "@", endpoint+"/things", 1)
	var told *settings.Error
	if !errors.As(err, &told) || told.ExitCode != 255 || told.Message != want {
		t.Errorf("got  %v\nwant %q with exit code 255", err, want)
	}
}

func TestTLSErrors(t *testing.T) {
	good, other := newAuthority(t, "good"), newAuthority(t, "other")
	valid := good.sign(t, nil)
	named := func(names ...string) tls.Certificate {
		return good.sign(t, func(c *x509.Certificate) { c.DNSNames = names })
	}
	self := tls.Certificate{Certificate: [][]byte{other.certificate.Raw}, PrivateKey: other.key}
	bundle := good.bundle(t)
	ok := answer(answerOK)
	const failed, unverified = "SSL validation failed for @ ", "SSL validation failed for @ [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
	for name, test := range map[string]struct {
		server func(net.Conn)
		bundle string
		want   string
	}{
		"ok/trusted":               {secured(valid, ok), bundle, ""},
		"fail/other authority":     {secured(valid, ok), other.bundle(t), unverified + "unable to get local issuer certificate (_ssl.c:992)"},
		"fail/system authorities":  {secured(valid, ok), "", unverified + "unable to get local issuer certificate (_ssl.c:992)"},
		"fail/self-signed":         {secured(self, ok), bundle, unverified + "self-signed certificate (_ssl.c:992)"},
		"fail/other name":          {secured(named("elsewhere.example"), ok), bundle, failed + "hostname 'localhost' doesn't match 'elsewhere.example'"},
		"fail/other names":         {secured(named("a.example", "b.example"), ok), bundle, failed + "hostname 'localhost' doesn't match either of 'a.example', 'b.example'"},
		"fail/expired":             {secured(good.sign(t, func(c *x509.Certificate) { c.NotAfter = c.NotBefore.Add(time.Minute) }), ok), bundle, unverified + "certificate has expired (_ssl.c:992)"},
		"fail/not yet valid":       {secured(good.sign(t, func(c *x509.Certificate) { c.NotBefore = c.NotAfter.Add(-time.Minute) }), ok), bundle, unverified + "certificate is not yet valid (_ssl.c:992)"},
		"fail/no TLS":              {func(c net.Conn) { _, _ = io.WriteString(c, answerOK) }, bundle, failed + "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)"},
		"fail/closes at once":      {closeAtOnce, bundle, ""},
		"fail/silence":             {hang, bundle, `Read timeout on endpoint URL: "@"`},
		"fail/no bundle":           {secured(valid, ok), "/nowhere/bundle.pem", failed + "[Errno 2] No such file or directory"},
		"fail/bundle is a folder":  {secured(valid, ok), t.TempDir(), failed + "[Errno 21] Is a directory"},
		"fail/bundle is empty":     {secured(valid, ok), write(t, ""), failed + "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:4123)"},
		"fail/bundle is no bundle": {secured(valid, ok), write(t, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), failed + "[X509] PEM lib (_ssl.c:4123)"},
		"fail/bundle is no base64": {secured(valid, ok), write(t, "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"), failed + "[X509] PEM lib (_ssl.c:4123)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, port, _ := net.SplitHostPort(serve(t, test.server))
			endpoint := "https://localhost:" + port
			timeout := time.Minute
			if name == "fail/silence" {
				timeout = soon
			}
			c := client(t, settings.Options{EndpointURL: &endpoint, CABundle: test.bundle}, system(t), briefly(time.Minute, timeout))
			_, err := ask(t, c)
			if name == "fail/closes at once" { // told from a reset by luck
				if err == nil || !strings.HasPrefix(err.Error(), "SSL validation failed") && !strings.HasPrefix(err.Error(), "Connection was closed") {
					t.Errorf("got %v", err)
				}
				return
			}
			checkError(t, err, test.want, endpoint)
		})
	}
}

// TestTrust: who decides which certificates are good.
func TestTrust(t *testing.T) {
	good, other := newAuthority(t, "good"), newAuthority(t, "other")
	_, port, _ := net.SplitHostPort(serve(t, secured(good.sign(t, nil), answer(answerOK))))
	endpoint := "https://localhost:" + port
	yes, no := good.bundle(t), other.bundle(t)
	for name, test := range map[string]struct {
		options   settings.Options
		variables []string
		profile   string
	}{
		"ok/option":                        {options: settings.Options{CABundle: yes}},
		"ok/AWS_CA_BUNDLE":                 {variables: []string{"AWS_CA_BUNDLE=" + yes}},
		"ok/profile":                       {profile: "ca_bundle=" + yes},
		"ok/REQUESTS_CA_BUNDLE":            {variables: []string{"REQUESTS_CA_BUNDLE=" + yes}},
		"ok/option beats the environment":  {options: settings.Options{CABundle: yes}, variables: []string{"AWS_CA_BUNDLE=" + no}},
		"ok/environment beats the profile": {variables: []string{"AWS_CA_BUNDLE=" + yes, "REQUESTS_CA_BUNDLE=" + no}, profile: "ca_bundle=" + no},
		"ok/no check beats all":            {options: settings.Options{CABundle: no, NoVerifySSL: true}},
		"fail/wrong bundle":                {variables: []string{"AWS_CA_BUNDLE=" + no, "REQUESTS_CA_BUNDLE=" + yes}},
		"fail/an empty name checks":        {variables: []string{"AWS_CA_BUNDLE="}},
	} {
		t.Run(name, func(t *testing.T) {
			test.options.EndpointURL = &endpoint
			s := system(t, append(test.variables, "AWS_CONFIG_FILE="+write(t, "[default]\n"+test.profile))...)
			_, err := ask(t, client(t, test.options, s))
			if ok := strings.HasPrefix(name, "ok/"); ok != (err == nil) {
				t.Errorf("got error %v", err)
			}
		})
	}
}

func TestNoServer(t *testing.T) {
	dead := refused(t)
	for name, test := range map[string]struct{ endpoint, want string }{
		"fail/refused":                  {"http://" + dead, `Could not connect to the endpoint URL: "@"`},
		"fail/refused before the check": {"https://" + dead, `Could not connect to the endpoint URL: "@"`},
		"fail/port in letters":          {"http://localhost:abc", "An HTTP Client raised an unhandled exception: Failed to parse: @"},
		"fail/port is too large":        {"http://localhost:65536", "An HTTP Client raised an unhandled exception: Failed to parse: @"},
		"fail/no such scheme":           {"ftp://localhost", "An HTTP Client raised an unhandled exception: Not supported URL scheme ftp"},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, settings.Options{EndpointURL: &test.endpoint, CABundle: "/nowhere"}, system(t))
			_, err := ask(t, c)
			checkError(t, err, test.want, test.endpoint)
		})
	}
}

func TestProxyErrors(t *testing.T) {
	dead := refused(t)
	const unreachable = `Failed to connect to proxy URL: "PROXY"`
	const hungUp = `Connection was closed before we received a valid response from endpoint URL: "@".`
	authority := newAuthority(t, "good")
	for name, test := range map[string]struct{ endpoint, proxy, want string }{
		"fail/refused":             {"http", "http://" + dead, unreachable},
		"fail/refused, tunnel":     {"https", "http://" + dead, unreachable},
		"fail/TLS proxy, refused":  {"https", "https://" + dead, unreachable},
		"fail/TLS proxy, no TLS":   {"https", "https://" + serve(t, func(c net.Conn) { _, _ = io.WriteString(c, answerOK) }), unreachable},
		"fail/closes at once":      {"http", "http://" + serve(t, closeAtOnce), unreachable},
		"fail/no answer":           {"http", "http://" + serve(t, answer("")), unreachable},
		"fail/no answer, tunnel":   {"https", "http://" + serve(t, answer("")), unreachable},
		"fail/refuses to tunnel":   {"https", "http://" + serve(t, answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")), unreachable},
		"fail/garbage":             {"http", "http://" + serve(t, answer("hello\r\n\r\n")), hungUp},
		"fail/garbage, tunnel":     {"https", "http://" + serve(t, answer("hello\r\n\r\n")), hungUp},
		"fail/silence":             {"http", "http://" + serve(t, hang), `Read timeout on endpoint URL: "@"`},
		"fail/silence, tunnel":     {"https", "http://" + serve(t, hang), unreachable},
		"fail/port in letters":     {"http", "http://localhost:abc", "An HTTP Client raised an unhandled exception: Failed to parse: http://localhost:abc"},
		"fail/other authority":     {"https", "http://" + serve(t, tunnel(secured(authority.sign(t, nil), answer(answerOK)))), "SSL validation failed for @ [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:992)"},
		"fail/scheme is not known": {"http", "socks5://127.0.0.1:1", `Failed to connect to proxy URL: "http://socks5://127.0.0.1:1"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint := test.endpoint + "://localhost:1"
			timeout := time.Minute
			if strings.Contains(name, "silence") {
				timeout = soon
			}
			s := system(t, strings.ToUpper(test.endpoint)+"_PROXY="+test.proxy)
			c := client(t, settings.Options{EndpointURL: &endpoint}, s, briefly(timeout, timeout))
			_, err := ask(t, c)
			checkError(t, err, strings.ReplaceAll(test.want, "PROXY", test.proxy), endpoint)
		})
	}
}

// tunnel is a proxy that connects whoever asks to one server.
func tunnel(server func(net.Conn)) func(net.Conn) {
	return func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil || request.Method != http.MethodConnect {
			conn.Close()
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
		server(conn)
	}
}

// TestProxies: requests take the proxy of the environment, also to this machine.
func TestProxies(t *testing.T) {
	authority := newAuthority(t, "good")
	seen := make(chan *http.Request, 1)
	plain := func(conn net.Conn) {
		if request, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			seen <- request
			_, _ = io.WriteString(conn, answerOK)
		}
		conn.Close()
	}
	encrypted := authority.sign(t, nil)
	for name, test := range map[string]struct {
		endpoint, proxy string
		server          func(net.Conn)
		wantTarget      string
		wantUser        string
	}{
		"ok/http":            {"http://localhost:1/base", "http://", plain, "http://localhost:1/base/things", ""},
		"ok/http, user":      {"http://localhost:1", "http://me:p%40w@", plain, "http://localhost:1/things", "Basic bWU6cEB3"},
		"ok/user alone":      {"http://localhost:1", "http://me@", plain, "http://localhost:1/things", ""},
		"ok/tunnel":          {"https://localhost:1", "http://", tunnel(secured(encrypted, plain)), "/things", ""},
		"ok/TLS proxy":       {"http://localhost:1", "https://", secured(encrypted, plain), "http://localhost:1/things", ""},
		"ok/TLS in TLS":      {"https://localhost:1", "https://", secured(encrypted, tunnel(plain)), "/things", ""},
		"ok/no scheme given": {"http://localhost:1", "", plain, "http://localhost:1/things", ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := test.server
			if name == "ok/TLS in TLS" {
				server = secured(encrypted, tunnel(secured(encrypted, plain)))
			}
			_, port, _ := net.SplitHostPort(serve(t, server))
			scheme, _, _ := strings.Cut(test.endpoint, "://")
			s := system(t, strings.ToUpper(scheme)+"_PROXY="+test.proxy+"localhost:"+port)
			c := client(t, settings.Options{EndpointURL: &test.endpoint, CABundle: authority.bundle(t)}, s)
			if _, err := ask(t, c); err != nil {
				t.Fatal(err)
			}
			request := <-seen
			if request.RequestURI != test.wantTarget || request.Host != "localhost:1" {
				t.Errorf("request for %s at host %s, want %s at localhost:1", request.RequestURI, request.Host, test.wantTarget)
			}
			if user := request.Header.Get("Proxy-Authorization"); user != test.wantUser {
				t.Errorf("Proxy-Authorization: got %q, want %q", user, test.wantUser)
			}
		})
	}
}
