package gateway

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"vedette/api"
	"vedette/mqtt"
	"vedette/sigv4"
)

// webServer is a broker that is reached by HTTP, with signatures and, at device,
// with certificates.
type webServer struct {
	*harness
	*issuer
	known  *registry
	broker *mqtt.Server
	mqtt   string // address
	http   string // http://…
	device string // https://…
	now    time.Time

	mu       sync.Mutex
	observed []string
}

func serveWeb(t *testing.T) *webServer { return serveWebHurried(t, 0) }

// serveWebHurried gives clients a time for their CONNECT.
func serveWebHurried(t *testing.T, connectTimeout time.Duration) *webServer {
	t.Helper()
	return serveWebBehind(t, connectTimeout, nil)
}

// serveWebBehind lets WebSockets in by a door.
func serveWebBehind(t *testing.T, connectTimeout time.Duration, door *Door) *webServer {
	t.Helper()
	s := &webServer{issuer: newIssuer(t), known: &registry{}, now: time.Now()}
	s.harness = newHarness(Options{Identities: s.known})
	s.connectTimeout = connectTimeout
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.mqtt = l.Addr().String()
	s.broker = serveListener(t, s.harness, l)
	verify := func(services ...string) VerifyFunc {
		v := &sigv4.Verifier{Region: "us-east-1", Services: services, Keys: func(_ context.Context, id string) (string, error) {
			if !strings.HasPrefix(id, "AKIA") {
				return "", nil
			}
			return "secret of " + id, nil
		}}
		return func(r *http.Request, body [sha256.Size]byte) (string, error) {
			id, err := v.Verify(r, body, s.now)
			if err != nil {
				return "", api.Errorf(api.InvalidSignatureException, "%v", err)
			}
			return id.AccessKeyID, nil
		}
	}
	web := NewWeb(WebOptions{
		Gateway: s.Gateway, Broker: s.broker, Door: door, VerifyPublish: verify("iotdata", "iotdevicegateway"), VerifyMQTT: verify("iotdevicegateway"),
		Observe: func(op string, status int) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.observed = append(s.observed, fmt.Sprint(op, " ", status))
		},
	})
	plain := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if h, ok := web.Handler(r); ok {
			h.ServeHTTP(rw, r)
			return
		}
		http.Error(rw, "not the gateway's", http.StatusTeapot)
	}))
	secure := &http.Server{}
	tlsListener := listenTLS(t, TLSOptions{Config: s.deviceTLS(ProtocolHTTP, "http/1.1")})
	go web.ServeDevices(secure, tlsListener)
	s.http = plain.URL
	s.device = "https://" + strings.Replace(tlsListener.Addr().String(), "127.0.0.1", "localhost", 1)
	t.Cleanup(func() {
		plain.Close()
		secure.Close()
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		if err := errors.Join(s.broker.Shutdown(ctx), web.Shutdown(ctx)); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return s
}

func (s *webServer) signer(key, service string) *sigv4.Signer {
	return &sigv4.Signer{AccessKeyID: key, SecretAccessKey: "secret of " + key, Region: "us-east-1", Service: service}
}

// post publishes with a signature and returns status and message of the answer.
func (s *webServer) post(t *testing.T, method, path, key, service string, body []byte) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, s.http+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		s.signer(key, service).Sign(r, sha256.Sum256(body), s.now)
	}
	return s.do(t, http.DefaultClient, r)
}

func (s *webServer) do(t *testing.T, client *http.Client, r *http.Request) (int, string) {
	t.Helper()
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var a struct{ Message, TraceID string }
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || a.TraceID == "" {
		t.Errorf("answer without trace: %+v, %v", a, err)
	}
	return resp.StatusCode, a.Message
}

func TestPublishByHTTP(t *testing.T) {
	s := serveWeb(t)
	defer http.DefaultClient.CloseIdleConnections()
	s.known.set("AKIALL", all())
	s.known.set("AKIASOME", lines{"iot:Publish lamps/7", "iot:Publish " + lampTopic})
	hub := connect5(t, s.mqtt, "hub")
	for _, filter := range []string{"lamps/#", "a//b", "$aws/things/+/defender/metrics/json/+"} {
		hub.subscribe(t, filter)
	}
	big := bytes.Repeat([]byte("x"), maxPayload)
	for name, c := range map[string]struct {
		method, path, key, service string
		body                       []byte
		status                     int
		got                        string // topic, on which the hub gets the body
	}{
		"ok/iotdata":              {"POST", "/topics/lamps/7?qos=1", "AKIALL", "iotdata", []byte("on"), 200, "lamps/7"},
		"ok/iotdevicegateway":     {"POST", "/topics/lamps/7", "AKIALL", "iotdevicegateway", []byte("on"), 200, "lamps/7"},
		"ok/encoded slash":        {"POST", "/topics/lamps%2F7?qos=0", "AKIALL", "iotdata", []byte("on"), 200, "lamps/7"},
		"ok/empty level":          {"POST", "/topics/a//b", "AKIALL", "iotdata", []byte("on"), 200, "a//b"},
		"ok/dots are no path":     {"POST", "/topics/lamps/../x", "AKIALL", "iotdata", []byte("on"), 200, "lamps/../x"},
		"ok/allowed topic":        {"POST", "/topics/lamps/7", "AKIASOME", "iotdata", []byte("on"), 200, "lamps/7"},
		"ok/largest":              {"POST", "/topics/lamps/7", "AKIALL", "iotdata", big, 200, "lamps/7"},
		"ok/empty":                {"POST", "/topics/lamps/7", "AKIALL", "iotdata", nil, 200, "lamps/7"},
		"ok/a rule":               {"POST", "/topics/$aws/rules/none", "AKIALL", "iotdata", []byte("on"), 200, ""},
		"fail/no signature":       {"POST", "/topics/lamps/7", "", "", []byte("on"), 403, ""},
		"fail/another service":    {"POST", "/topics/lamps/7", "AKIALL", "iot", []byte("on"), 403, ""},
		"fail/unknown key":        {"POST", "/topics/lamps/7", "AKIANOBODY", "iotdata", []byte("on"), 403, ""},
		"fail/topic not allowed":  {"POST", "/topics/lamps/8", "AKIASOME", "iotdata", []byte("on"), 403, ""},
		"fail/retain not allowed": {"POST", "/topics/lamps/7?retain=true", "AKIASOME", "iotdata", []byte("on"), 403, ""},
		"fail/reserved":           {"POST", "/topics/$aws/events/presence/connected/a", "AKIALL", "iotdata", []byte("on"), 403, ""},
		"fail/no topic":           {"POST", "/topics/", "AKIALL", "iotdata", []byte("on"), 400, ""},
		"fail/wildcard":           {"POST", "/topics/lamps/%23", "AKIALL", "iotdata", []byte("on"), 400, ""},
		"fail/NUL":                {"POST", "/topics/lamps/%00", "AKIALL", "iotdata", []byte("on"), 400, ""},
		"fail/long topic":         {"POST", "/topics/" + strings.Repeat("x", maxWebTopic+1), "AKIALL", "iotdata", []byte("on"), 400, ""},
		"fail/qos":                {"POST", "/topics/lamps/7?qos=2", "AKIALL", "iotdata", []byte("on"), 400, ""},
		"fail/retain":             {"POST", "/topics/lamps/7?retain=yes", "AKIALL", "iotdata", []byte("on"), 400, ""},
		"fail/method":             {"GET", "/topics/lamps/7", "AKIALL", "iotdata", nil, 405, ""},
		"fail/too large":          {"POST", "/topics/lamps/7", "AKIALL", "iotdata", append(big, 'x'), 413, ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, text := s.post(t, c.method, c.path, c.key, c.service, c.body)
			if status != c.status || (status == 200) != (text == "OK") {
				t.Errorf("got %d %q, want %d", status, text, c.status)
			}
			if c.got != "" {
				if m := next(t, hub); m.Topic != c.got || m.Payload != string(c.body) {
					t.Errorf("the hub got %s with %d bytes, want %s", m.Topic, len(m.Payload), c.got)
				}
			}
		})
	}
	if status, _ := s.post(t, "POST", "/topics/lamps/9?qos=1&retain=true", "AKIALL", "iotdata", []byte("kept")); status != 200 {
		t.Errorf("retain: %d", status)
	}
	if got := next(t, hub); got.Payload != "kept" {
		t.Errorf("got %+v, want nothing of what was refused", got)
	}
	late := connect3(t, s.mqtt, "late")
	late.subscribe(t, "lamps/9")
	if got := next(t, late); !got.Retained {
		t.Errorf("got %+v, want what is retained", got)
	}
	s.known.fail(errors.New("store is away"))
	if status, _ := s.post(t, "POST", "/topics/lamps/7", "AKIALL", "iotdata", nil); status != 503 {
		t.Errorf("store is away: %d", status)
	}
}

func TestReportByHTTP(t *testing.T) {
	s := serveWeb(t)
	defer http.DefaultClient.CloseIdleConnections()
	s.known.set("AKIALL", all())
	lamp := connect3(t, s.mqtt, "lamp-7")
	lamp.subscribe(t, lampTopic+"/+")
	path := "/topics/" + strings.ReplaceAll(lampTopic, "/", "%2F")
	if status, text := s.post(t, "POST", path+"?qos=1", "AKIALL", "iotdata", []byte(reportWithID(1))); status != 200 || text != "OK" {
		t.Errorf("got %d %s", status, text)
	}
	if got, want := next(t, lamp), acceptedReply(1); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if status, _ := s.post(t, "POST", path, "AKIALL", "iotdata", []byte(`{}`)); status != 200 {
		t.Errorf("a rejected report: %d", status)
	}
	if got := next(t, lamp); got.Topic != lampTopic+"/rejected" {
		t.Errorf("got %+v", got)
	}
	s.log.set(false, errDiskFull)
	if status, _ := s.post(t, "POST", path, "AKIALL", "iotdata", []byte(reportWithID(2))); status != 500 {
		t.Errorf("a report that cannot be stored: %d", status)
	}
}

// TestPublishByDevice publishes as curl does, with a certificate.
func TestPublishByDevice(t *testing.T) {
	s := serveWeb(t)
	s.known.set("lamp-7", lines{"iot:Publish lamps/7"})
	hub := connect5(t, s.mqtt, "hub")
	hub.subscribe(t, "lamps/#")
	client := func(cert tls.Certificate, protocols ...string) *http.Client {
		config := &tls.Config{RootCAs: s.pool, Certificates: []tls.Certificate{cert}, NextProtos: protocols}
		transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
		return &http.Client{Transport: transport}
	}
	post := func(c *http.Client, path string, body []byte) (int, string) {
		r, err := http.NewRequest("POST", s.device+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return s.do(t, c, r)
	}
	lamp := s.issuer.device("lamp-7")
	for _, protocols := range [][]string{nil, {ProtocolHTTP}, {"h2", "http/1.1"}} {
		if status, text := post(client(lamp, protocols...), "/topics/lamps/7?qos=1", []byte("on")); status != 200 {
			t.Errorf("with ALPN %q: %d %s", protocols, status, text)
		}
		if got := next(t, hub); got.Topic != "lamps/7" {
			t.Errorf("got %+v", got)
		}
	}
	if got := s.known.last(); got.ClientID != "" || got.ServerName != "localhost" || !got.Addr.IsLoopback() || got.Certificate == nil {
		t.Errorf("asked about %+v", got)
	}
	for name, c := range map[string]struct {
		cert   tls.Certificate
		path   string
		body   []byte
		status int
	}{
		"fail/another topic": {lamp, "/topics/lamps/8", nil, 403},
		"fail/unknown":       {s.issuer.device("lamp-8"), "/topics/lamps/7", nil, 403},
		"fail/expired":       {s.issue("lamp-7", time.Unix(0, 0), s.clock.Now().Add(-time.Second)), "/topics/lamps/7", nil, 403},
		"fail/no such path":  {lamp, "/things", nil, 404},
		"fail/too large":     {lamp, "/topics/lamps/7", make([]byte, maxPayload+1), 413},
	} {
		t.Run(name, func(t *testing.T) {
			if status, text := post(client(c.cert), c.path, c.body); status != c.status {
				t.Errorf("got %d %s, want %d", status, text, c.status)
			}
		})
	}
	if _, err := (&http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.pool}}}).Post(s.device+"/topics/lamps/7", "", nil); err == nil {
		t.Error("without a certificate: let on")
	}
}

// TestTooLarge: a client hears that its payload is too large, also one that reads
// nothing before it has sent all, and one that does not say how much that will be.
func TestTooLarge(t *testing.T) {
	s := serveWeb(t)
	lamp := s.issuer.device("lamp-7")
	config := &tls.Config{RootCAs: s.pool, ServerName: "localhost", Certificates: []tls.Certificate{lamp}}
	const large = 4 << 20
	chunk := fmt.Sprintf("%x\r\n%s\r\n", 1<<16, strings.Repeat("x", 1<<16))
	for name, c := range map[string]struct{ header, body string }{
		"length":  {fmt.Sprintf("Content-Length: %d", large), strings.Repeat("x", large)},
		"chunked": {"Transfer-Encoding: chunked", strings.Repeat(chunk, large>>16) + "0\r\n\r\n"},
	} {
		for transport, dial := range map[string]func() (net.Conn, error){
			"device": func() (net.Conn, error) { return tls.Dial("tcp", strings.TrimPrefix(s.device, "https://"), config) },
			"signed": func() (net.Conn, error) { return net.Dial("tcp", strings.TrimPrefix(s.http, "http://")) },
		} {
			t.Run(name+"/"+transport, func(t *testing.T) {
				conn, err := dial()
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
					t.Fatal(err)
				}
				if _, err := io.WriteString(conn, "POST /topics/a HTTP/1.1\r\nHost: localhost\r\n"+c.header+"\r\n\r\n"+c.body); err != nil {
					t.Fatalf("write: %v", err)
				}
				resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil {
					t.Fatalf("read: %v", err)
				}
				defer resp.Body.Close()
				if text, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 413 || !resp.Close || !strings.Contains(string(text), "larger than") {
					t.Errorf("got %d %s, %v", resp.StatusCode, text, err)
				}
			})
		}
	}
}

// url returns the URL of the WebSocket, signed in its query.
func (s *webServer) url(key, service string, at time.Time) string {
	r, err := http.NewRequest("GET", s.http+"/mqtt", nil)
	if err != nil {
		panic(err)
	}
	s.signer(key, service).Presign(r, sha256.Sum256(nil), at, time.Minute)
	return "ws" + strings.TrimPrefix(r.URL.String(), "http")
}

// TestWebSocket connects real clients over WebSockets.
func TestWebSocket(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("clients", func(t *testing.T) {
		s := serveWeb(t)
		s.known.set("AKIALL", all())
		url := s.url("AKIALL", "iotdevicegateway", s.now)
		lamp, err := dial3(t, url, "lamp-7", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.known.last(); got.ClientID != "lamp-7" || got.AccessKeyID != "AKIALL" || got.Addr.String() != "127.0.0.1" || got.ServerName != "127.0.0.1" {
			t.Errorf("asked about %+v", got)
		}
		lamp.subscribe(t, "lamps/#")
		socket, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{"mqtt"}})
		if err != nil {
			t.Fatal(err)
		}
		socket.SetReadLimit(-1)
		hub, err := dial5(t, websocket.NetConn(t.Context(), socket, websocket.MessageBinary), "hub")
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{0, 1, 4096, 100_000} {
			payload := bytes.Repeat([]byte("x"), size)
			if err := hub.publish("lamps/7", 1, false, payload); err != nil {
				t.Fatal(err)
			}
			if got := next(t, lamp); got.Payload != string(payload) {
				t.Errorf("got %d bytes, want %d", len(got.Payload), size)
			}
		}
		s.known.set("AKIALL", nil)
		recheck(t, s.Gateway, nil)
		for _, d := range []device{lamp, hub} {
			select {
			case <-d.lost():
			case <-time.After(deadline):
				t.Error("a key that is gone keeps its connection")
			}
		}
	})
	t.Run("shutdown", func(t *testing.T) {
		s := serveWeb(t) // its Shutdown waits for what follows
		s.known.set("AKIALL", all())
		lamp, err := dial3(t, s.url("AKIALL", "iotdevicegateway", s.now), "lamp-7", nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		defer cancel()
		if err := s.broker.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		<-lamp.lost()
	})
	http.DefaultClient.CloseIdleConnections()
}

// TestWebSocketOrigin: where nothing is signed, a page of another host must not
// reach a server on its reader's machine.
func TestWebSocketOrigin(t *testing.T) {
	h := newHarness(Options{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	web := NewWeb(WebOptions{Gateway: h.Gateway, Broker: serveListener(t, h, l)})
	server := httptest.NewServer(http.HandlerFunc(web.serveMQTT))
	defer server.Close()
	dial := func(origin string) error {
		socket, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http")+"/mqtt",
			&websocket.DialOptions{Subprotocols: []string{"mqtt"}, HTTPHeader: http.Header{"Origin": {origin}}})
		if err != nil {
			return err
		}
		defer socket.CloseNow()
		_, err = dial5(t, websocket.NetConn(t.Context(), socket, websocket.MessageBinary), "page")
		return err
	}
	if err := dial("https://evil.example"); err == nil {
		t.Error("a page of another host is let in")
	}
	if err := dial(server.URL); err != nil {
		t.Errorf("a page of the same host: %v", err)
	}
}

func TestWebSocketRefused(t *testing.T) {
	s := serveWeb(t)
	defer http.DefaultClient.CloseIdleConnections()
	s.known.set("AKIALL", all())
	good := s.url("AKIALL", "iotdevicegateway", s.now)
	for name, c := range map[string]struct {
		url       string
		protocols []string
		status    int
	}{
		"ok/":                     {good, []string{"mqtt"}, 101},
		"ok/offers others":        {good, []string{"chat", "mqtt"}, 101},
		"fail/no signature":       {strings.Split(good, "?")[0], []string{"mqtt"}, 403},
		"fail/changed":            {good + "0", []string{"mqtt"}, 403},
		"fail/another service":    {s.url("AKIALL", "iotdata", s.now), []string{"mqtt"}, 403},
		"fail/too old":            {s.url("AKIALL", "iotdevicegateway", s.now.Add(-time.Hour)), []string{"mqtt"}, 403},
		"fail/no subprotocol":     {good, nil, 400},
		"fail/another protocol":   {good, []string{"mqttv3.1"}, 400},
		"fail/key without secret": {s.url("NOKEY", "iotdevicegateway", s.now), []string{"mqtt"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			socket, resp, err := websocket.Dial(t.Context(), c.url, &websocket.DialOptions{Subprotocols: c.protocols})
			if resp == nil || resp.StatusCode != c.status || (err == nil) != (c.status == 101) {
				t.Errorf("got %+v, %v, want %d", resp, err, c.status)
			}
			if err == nil {
				if socket.Subprotocol() != "mqtt" {
					t.Errorf("subprotocol %q", socket.Subprotocol())
				}
				socket.CloseNow()
			}
		})
	}
	// A text message is not MQTT.
	socket, _, err := websocket.Dial(t.Context(), good, &websocket.DialOptions{Subprotocols: []string{"mqtt"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := socket.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := socket.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusUnsupportedData {
		t.Errorf("after a text message: %v", err)
	}
	// A request that does not ask for a WebSocket.
	resp, err := http.Get("http" + strings.TrimPrefix(good, "ws"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, _ = io.Copy(io.Discard, resp.Body); resp.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("a plain request: %d", resp.StatusCode)
	}
	if len(s.observed) < 10 {
		t.Errorf("observed %q", s.observed)
	}
}
