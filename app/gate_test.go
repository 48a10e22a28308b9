package app_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	paho "github.com/eclipse/paho.mqtt.golang"

	"vedette/api"
	"vedette/app"
	"vedette/principal"
	"vedette/sigv4"
	"vedette/store"
)

// gate is a deployment with every listener, and a second look at its store.
type gate struct {
	*deployment
	db        *store.DB
	authority *principal.Authority
	roots     *x509.CertPool
}

// gateOptions are options with every listener on a free port.
func gateOptions(t *testing.T) app.Options {
	o := options(t)
	o.MQTTSAddr, o.HTTPSDeviceAddr, o.HTTPTLS = "127.0.0.1:0", "127.0.0.1:0", true
	return o
}

func startGate(t *testing.T, o app.Options) *gate {
	t.Helper()
	g := &gate{deployment: start(t, o), roots: x509.NewCertPool()}
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(g.options.DataDir, "vedette.db")})
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	g.db = db
	certificate, key, err := db.Authority(t.Context(), func() (string, string, error) { return "", "", errors.New("there is none") })
	check(t, err)
	g.authority, err = principal.ParseAuthority(certificate, key)
	check(t, err)
	if !g.roots.AppendCertsFromPEM([]byte(g.CA())) {
		t.Fatal("the root certificate is no PEM")
	}
	g.trust(g.roots)
	return g
}

// trust makes the clients of the API trust roots.
func (g *gate) trust(roots *x509.CertPool) {
	g.web = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	id, secret := g.RootKey()
	g.client = iot.New(iot.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(g.Endpoints().HTTP), HTTPClient: g.web,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""), Retryer: aws.NopRetryer{},
	})
}

func (g *gate) write(fn func(*store.Tx) error) {
	g.t.Helper()
	check(g.t, g.db.Write(g.t.Context(), fn))
}

// credential is a certificate with its key in files, registered or not.
type credential struct {
	tls.Certificate
	id, certFile, keyFile string
}

// issue makes a device certificate and, unless the status is empty, registers it.
func (g *gate) issue(status api.CertificateStatus) *credential {
	g.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(g.t, err)
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	check(g.t, err)
	csr, err := x509.ParseCertificateRequest(der)
	check(g.t, err)
	cert, err := g.authority.IssueRequested(csr, time.Now())
	check(g.t, err)
	secret, err := x509.MarshalECPrivateKey(key)
	check(g.t, err)
	dir := g.t.TempDir()
	c := &credential{
		tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}, principal.CertificateID(cert.Raw),
		filepath.Join(dir, "device.crt"), filepath.Join(dir, "device.key"),
	}
	check(g.t, os.WriteFile(c.certFile, []byte(principal.CertificatePEM(cert)), 0o600))
	check(g.t, os.WriteFile(c.keyFile, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret}), 0o600))
	if status != "" {
		g.write(func(tx *store.Tx) error {
			return tx.InsertCertificate(&store.Certificate{
				ID: c.id, PEM: principal.CertificatePEM(cert), Status: status, Mode: api.CertificateModeDefault, Generation: api.NewUUID(),
			})
		})
	}
	return c
}

func (g *gate) setStatus(c *credential, status api.CertificateStatus) {
	g.t.Helper()
	g.write(func(tx *store.Tx) error {
		stored, err := tx.Certificate(c.id)
		if err != nil {
			return err
		}
		stored.Status = status
		return tx.UpdateCertificate(stored)
	})
}

// policy makes a policy of lines such as "Allow iot:Publish topic/lamps/*", and
// attaches it to a certificate.
func (g *gate) policy(c *credential, name string, lines ...string) {
	g.t.Helper()
	type statement struct{ Effect, Action, Resource string }
	document := struct {
		Version   string
		Statement []statement
	}{Version: "2012-10-17"}
	for _, line := range lines {
		f := strings.Fields(line)
		document.Statement = append(document.Statement, statement{f[0], f[1], arns + f[2]})
	}
	text, err := json.Marshal(document)
	check(g.t, err)
	g.write(func(tx *store.Tx) error {
		p, err := tx.Policy(name)
		if err == nil {
			_, err = tx.AddPolicyVersion(p, string(text), true)
			return err
		}
		return errors.Join(tx.InsertPolicy(&store.Policy{Name: name, Generation: api.NewUUID()}, string(text)),
			tx.AttachPolicy(name, store.Resource{Kind: api.ARNCertificate, Name: c.id}))
	})
}

// lampPolicy lets a lamp do what lamps do.
func (g *gate) lampPolicy(c *credential, name string) {
	g.policy(c, name, "Allow iot:Connect client/${iot:ClientId}", "Allow iot:Publish topic/lamps/${iot:ClientId}",
		"Allow iot:Subscribe topicfilter/lamps/*", "Allow iot:Receive topic/lamps/*",
		"Allow iot:Publish topic/$aws/things/${iot:ClientId}/defender/metrics/json",
		"Allow iot:Subscribe topicfilter/$aws/things/${iot:ClientId}/defender/metrics/json/*",
		"Allow iot:Receive topic/$aws/things/${iot:ClientId}/defender/metrics/json/*")
}

// lamp is a connected client.
type lamp struct {
	client   paho.Client
	lost     chan struct{}
	messages chan paho.Message
}

func (g *gate) lamp(url, id string, config *tls.Config) (*lamp, error) {
	l := &lamp{lost: make(chan struct{}), messages: make(chan paho.Message, 100)}
	o := paho.NewClientOptions().AddBroker(url).SetClientID(id).SetAutoReconnect(false).SetTLSConfig(config).
		SetConnectionLostHandler(func(paho.Client, error) { close(l.lost) }).
		SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { l.messages <- m })
	l.client = paho.NewClient(o)
	token := l.client.Connect()
	if !token.WaitTimeout(patience) {
		return l, context.DeadlineExceeded
	}
	if token.Error() == nil {
		g.t.Cleanup(func() { l.client.Disconnect(0) })
	}
	return l, token.Error()
}

func (g *gate) secureLamp(c *credential, id string) (*lamp, error) {
	return g.lamp("ssl://"+g.Endpoints().MQTTS, id, &tls.Config{RootCAs: g.roots, Certificates: []tls.Certificate{c.Certificate}})
}

func (l *lamp) gone(t *testing.T) {
	t.Helper()
	select {
	case <-l.lost:
	case <-time.After(patience):
		t.Error("the connection stays")
	}
}

func (l *lamp) next(t *testing.T) paho.Message {
	t.Helper()
	select {
	case m := <-l.messages:
		return m
	case <-time.After(patience):
		t.Fatal("no message")
		return nil
	}
}

// TestGateEndpoints: every address is told, and the certificate that Vedette issues
// is trusted by its root.
func TestGateEndpoints(t *testing.T) {
	leakFree(t)
	g := startGate(t, gateOptions(t))
	var file map[string]string
	text, err := os.ReadFile(filepath.Join(g.options.DataDir, "endpoints.json"))
	check(t, errors.Join(err, json.Unmarshal(text, &file)))
	e := g.Endpoints()
	if want := map[string]string{"http": e.HTTP, "mqtt": e.MQTT, "mqtts": e.MQTTS, "https_device": e.HTTPSDevice}; len(file) != 4 || !strings.HasPrefix(e.HTTP, "https://127.0.0.1:") ||
		!strings.HasPrefix(e.HTTPSDevice, "https://127.0.0.1:") || strings.HasSuffix(e.MQTTS, ":0") || file["mqtts"] != want["mqtts"] || file["https_device"] != want["https_device"] {
		t.Errorf("endpoints.json: got %v, want %v", file, want)
	}
	if log := g.log.String(); !strings.Contains(log, "msg=ready http="+e.HTTP+" mqtt="+e.MQTT+" mqtts="+e.MQTTS+" https_device="+e.HTTPSDevice) {
		t.Errorf("no such line: ready with %v", e)
	}
	if root, err := os.ReadFile(filepath.Join(g.options.DataDir, "ca.pem")); err != nil || string(root) != g.CA() {
		t.Errorf("ca.pem: %v", err)
	}
	if status, root := g.get("/ca.pem"); status != 200 || root != g.CA() {
		t.Errorf("/ca.pem: %d", status)
	}
	out, err := g.client.DescribeEndpoint(t.Context(), &iot.DescribeEndpointInput{EndpointType: aws.String("iot:Data-ATS")})
	if err != nil || *out.EndpointAddress != "localhost" {
		t.Errorf("DescribeEndpoint over HTTPS: %v, %v", out, err)
	}
	conn, err := tls.Dial("tcp", strings.TrimPrefix(e.HTTP, "https://"), &tls.Config{RootCAs: g.roots, ServerName: "localhost"})
	check(t, err)
	check(t, conn.Close())
	eventually(t, "handshakes are counted", func() bool {
		return g.metric(`vedette_tls_handshakes_total{listener="http",result="done"}`) >= 2
	})
	root := g.CA()
	g.restart()
	if g.CA() != root {
		t.Error("the root is another one after a restart")
	}
}

// TestGateCertificates: which certificates let a client in, and how it ends.
func TestGateCertificates(t *testing.T) {
	leakFree(t)
	g := startGate(t, gateOptions(t))
	for _, status := range []api.CertificateStatus{"", api.CertificateStatusInactive, api.CertificateStatusRevoked, api.CertificateStatusPendingActivation} {
		c := g.issue(status)
		if status != "" {
			g.lampPolicy(c, "of-"+string(status))
		}
		if _, err := g.secureLamp(c, "lamp-7"); err == nil {
			t.Errorf("a certificate that is %q lets its client in", status)
		}
	}
	good := g.issue(api.CertificateStatusActive)
	if _, err := g.secureLamp(good, "lamp-7"); err == nil {
		t.Error("without a policy a client is let in")
	}
	g.lampPolicy(good, "lamps")
	for name, end := range map[string]func(){
		"deactivated": func() { g.setStatus(good, api.CertificateStatusInactive) },
		"revoked":     func() { g.setStatus(good, api.CertificateStatusRevoked) },
		"detached": func() {
			g.write(func(tx *store.Tx) error {
				return tx.DetachPolicy("lamps", store.Resource{Kind: api.ARNCertificate, Name: good.id})
			})
		},
	} {
		var l *lamp
		eventually(t, "a good certificate lets its client in", func() (in bool) {
			var err error
			l, err = g.secureLamp(good, "lamp-7")
			return err == nil
		})
		end()
		l.gone(t)
		if _, err := g.secureLamp(good, "lamp-7"); err == nil {
			t.Errorf("%s: it may come back", name)
		}
		g.setStatus(good, api.CertificateStatusActive)
		g.write(func(tx *store.Tx) error {
			target := store.Resource{Kind: api.ARNCertificate, Name: good.id}
			return errors.Join(tx.DetachPolicy("lamps", target), tx.AttachPolicy("lamps", target))
		})
	}
}

// TestGatePolicies: reports, messages and subscriptions are subject to policies, and
// to their changes.
func TestGatePolicies(t *testing.T) {
	g := startGate(t, gateOptions(t))
	one, other := g.issue(api.CertificateStatusActive), g.issue(api.CertificateStatusActive)
	g.lampPolicy(one, "one")
	watching := func(topics ...string) {
		lines := []string{"Allow iot:Connect client/*", "Allow iot:Subscribe topicfilter/*", "Allow iot:Publish topic/lamps/*"}
		for _, topic := range topics {
			lines = append(lines, "Allow iot:Receive topic/"+topic)
		}
		g.policy(other, "other", lines...)
	}
	watching("lamps/lamp-7", "lamps/mark")
	l, err := g.secureLamp(one, "lamp-7")
	check(t, err)
	watcher, err := g.secureLamp(other, "watcher")
	check(t, err)
	wait := func(token paho.Token) error {
		t.Helper()
		if !token.WaitTimeout(patience) {
			t.Fatal("no answer")
		}
		return token.Error()
	}
	check(t, wait(watcher.client.Subscribe("#", 1, nil)))
	check(t, wait(l.client.Subscribe("$aws/things/lamp-7/defender/metrics/json/#", 1, nil)))
	check(t, wait(l.client.Publish("$aws/things/lamp-7/defender/metrics/json", 1, false, listening(22))))
	if m := l.next(t); m.Topic() != "$aws/things/lamp-7/defender/metrics/json/accepted" {
		t.Errorf("got %s", m.Topic())
	}
	check(t, wait(l.client.Publish("lamps/lamp-7", 1, false, "on")))
	if m := watcher.next(t); m.Topic() != "lamps/lamp-7" {
		t.Errorf("got %s", m.Topic())
	}
	if err := wait(l.client.Publish("lamps/lamp-7", 1, true, "on")); err == nil {
		t.Error("may retain a message")
	}
	l.gone(t) // an MQTT 3.1.1 client has no other way to learn it
	watching("lamps/mark")
	eventually(t, "the change of the policy acts", func() bool {
		check(t, wait(watcher.client.Publish("lamps/lamp-7", 1, false, "on")))
		check(t, wait(watcher.client.Publish("lamps/mark", 1, false, "on")))
		first := watcher.next(t).Topic()
		if first != "lamps/mark" {
			watcher.next(t)
		}
		return first == "lamps/mark"
	})
}

// TestGateThings: policies of a thing's groups count, and so does what the registry
// knows of the thing.
func TestGateThings(t *testing.T) {
	g := startGate(t, gateOptions(t))
	c := g.issue(api.CertificateStatusActive)
	_, err := g.client.CreateThing(t.Context(), &iot.CreateThingInput{ThingName: aws.String("lamp-7")})
	check(t, err)
	_, err = g.client.CreateThingGroup(t.Context(), &iot.CreateThingGroupInput{ThingGroupName: aws.String("all")})
	check(t, err)
	_, err = g.client.CreateThingGroup(t.Context(), &iot.CreateThingGroupInput{ThingGroupName: aws.String("lamps"), ParentGroupName: aws.String("all")})
	check(t, err)
	g.policy(c, "named", "Allow iot:Connect client/${iot:Connection.Thing.ThingName}")
	g.write(func(tx *store.Tx) error {
		document := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:Publish","Resource":"` + arns + `topic/a"}}`
		return errors.Join(tx.InsertPolicy(&store.Policy{Name: "grouped", Generation: api.NewUUID()}, document),
			tx.AttachPolicy("grouped", store.Resource{Kind: api.ARNThingGroup, Name: "all"}))
	})
	if _, err := g.secureLamp(c, "stranger"); err == nil {
		t.Error("a client id that is no thing is let in")
	}
	l, err := g.secureLamp(c, "lamp-7")
	check(t, err)
	publish := func() error {
		token := l.client.Publish("a", 1, false, "x")
		if !token.WaitTimeout(patience) {
			return context.DeadlineExceeded
		}
		return token.Error()
	}
	if publish() == nil {
		t.Error("may publish without the group")
	}
	l.gone(t)
	_, err = g.client.AddThingToThingGroup(t.Context(), &iot.AddThingToThingGroupInput{ThingName: aws.String("lamp-7"), ThingGroupName: aws.String("lamps")})
	check(t, err)
	eventually(t, "the group's policy counts", func() bool {
		l, err = g.secureLamp(c, "lamp-7")
		check(t, err)
		return publish() == nil
	})
}

// TestGateMosquitto runs mosquitto's own clients with certificates.
func TestGateMosquitto(t *testing.T) {
	pub, err := exec.LookPath("mosquitto_pub")
	if err != nil {
		t.Skip("SKIPPED: needs mosquitto_pub and mosquitto_sub: apt-get install mosquitto-clients")
	}
	sub, err := exec.LookPath("mosquitto_sub")
	check(t, err)
	g := startGate(t, gateOptions(t))
	c, unknown := g.issue(api.CertificateStatusActive), g.issue("")
	g.policy(c, "all", "Allow iot:Connect client/*", "Allow iot:Publish topic/*", "Allow iot:Subscribe topicfilter/*", "Allow iot:Receive topic/*", "Allow iot:RetainPublish topic/*")
	_, port, _ := strings.Cut(g.Endpoints().MQTTS, ":")
	args := func(c *credential, more ...string) []string {
		return append([]string{"-h", "localhost", "-p", port, "--cafile", filepath.Join(g.options.DataDir, "ca.pem"), "--cert", c.certFile, "--key", c.keyFile, "-q", "1"}, more...)
	}
	for _, version := range []string{"mqttv311", "mqttv5"} {
		for _, alpn := range []string{"", "x-amzn-mqtt-ca"} {
			with := func(more ...string) []string {
				if alpn != "" {
					more = append(more, "--tls-alpn", alpn)
				}
				return args(c, append(more, "-V", version)...)
			}
			run := func(name string, args []string) string {
				t.Helper()
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
				if err != nil {
					t.Errorf("%s %s: %v\n%s", name, args, err, out)
				}
				return string(out)
			}
			run(pub, with("-t", "lamps/7", "-m", "on "+version+alpn, "-r"))
			if got := run(sub, with("-t", "lamps/#", "-C", "1", "-W", "30")); got != "on "+version+alpn+"\n" {
				t.Errorf("mosquitto_sub: got %q", got)
			}
			if out, err := exec.Command(pub, args(unknown, "-V", version, "-t", "lamps/7", "-m", "x")...).CombinedOutput(); err == nil {
				t.Errorf("a certificate that is not registered: %s", out)
			}
		}
	}
}

// TestGateSigned: the access key opens a WebSocket and publishes by HTTPS; devices
// publish by HTTPS with their certificate.
func TestGateSigned(t *testing.T) {
	leakFree(t)
	g := startGate(t, gateOptions(t))
	id, secret := g.RootKey()
	signer := func(service string) *sigv4.Signer {
		return &sigv4.Signer{AccessKeyID: id, SecretAccessKey: secret, Region: "us-east-1", Service: service}
	}
	r, err := http.NewRequest("GET", g.Endpoints().HTTP+"/mqtt", nil)
	check(t, err)
	signer("iotdevicegateway").Presign(r, sha256.Sum256(nil), time.Now(), time.Minute)
	browser, err := g.lamp("wss"+strings.TrimPrefix(r.URL.String(), "https"), "browser", &tls.Config{RootCAs: g.roots})
	check(t, err)
	token := browser.client.Subscribe("#", 1, nil)
	token.WaitTimeout(patience)
	check(t, token.Error())

	body := []byte("signed")
	r, err = http.NewRequest("POST", g.Endpoints().HTTP+"/topics/lamps%2F7?qos=1", bytes.NewReader(body))
	check(t, err)
	signer("iotdata").Sign(r, sha256.Sum256(body), time.Now())
	post := func(client *http.Client, r *http.Request) int {
		t.Helper()
		resp, err := client.Do(r)
		check(t, err)
		defer resp.Body.Close()
		_, _ = io.Copy(io.Discard, resp.Body)
		return resp.StatusCode
	}
	if status := post(g.web, r); status != 200 {
		t.Errorf("signed: %d", status)
	}
	if m := browser.next(t); m.Topic() != "lamps/7" || string(m.Payload()) != "signed" {
		t.Errorf("got %s %s", m.Topic(), m.Payload())
	}
	r, err = http.NewRequest("POST", g.Endpoints().HTTP+"/topics/lamps/7", nil)
	check(t, err)
	if status := post(g.web, r); status != 403 {
		t.Errorf("not signed: %d", status)
	}

	c := g.issue(api.CertificateStatusActive)
	g.policy(c, "one", "Allow iot:Publish topic/lamps/8")
	device := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: g.roots, Certificates: []tls.Certificate{c.Certificate}}}}
	for path, want := range map[string]int{"/topics/lamps/8?qos=1": 200, "/topics/lamps/9?qos=1": 403} {
		r, err := http.NewRequest("POST", g.Endpoints().HTTPSDevice+path, strings.NewReader("device"))
		check(t, err)
		if status := post(device, r); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	if m := browser.next(t); m.Topic() != "lamps/8" || string(m.Payload()) != "device" {
		t.Errorf("got %s %s", m.Topic(), m.Payload())
	}
	if n := g.metric(`vedette_gateway_requests_total{operation="Publish",status="403"}`); n != 2 {
		t.Errorf("%v refused messages counted", n)
	}
	g.stop() // with the WebSocket open
	browser.gone(t)
}
