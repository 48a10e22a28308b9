package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/paho"

	"vedette/mqtt"
	"vedette/principal"
)

// registry is Identities for a test.
type registry struct {
	mu    sync.Mutex
	known map[string]principal.Rules // by common name or access key
	names map[string]string          // of the certificates that were asked about, by their ids
	err   error
	asked []Peer

	things    map[string]Attachment // by common name
	strangers map[string]bool       // by common name
	calls     int                   // of Identify
}

func (r *registry) Identify(_ context.Context, peers []*Peer) []Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	answers := make([]Answer, len(peers))
	for i, p := range peers {
		answers[i].Who, answers[i].Err = r.identify(p)
	}
	return answers
}

// identify finds out who a peer is. r.mu is held.
func (r *registry) identify(p *Peer) (*principal.Principal, error) {
	r.asked = append(r.asked, *p)
	name := p.AccessKeyID
	if p.Certificate != nil {
		name = p.Certificate.Subject.CommonName
		if r.names == nil {
			r.names = map[string]string{}
		}
		r.names[p.CertificateID()] = name
	}
	rules, ok := r.known[name]
	switch {
	case r.err != nil:
		return nil, r.err
	case r.strangers[name]:
		return nil, Stranger("nobody knows " + name)
	case !ok:
		return nil, fmt.Errorf("%w: nobody knows %s", ErrRefused, name)
	}
	return principal.New(name, rules), nil
}

func (r *registry) ThingOf(_ context.Context, certificate string) (Attachment, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.things[r.names[certificate]], r.err
}

// stranger says that a name is of a certificate that is not registered.
func (r *registry) stranger(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.strangers = map[string]bool{name: true}
}

// attach says what thing a certificate is attached to.
func (r *registry) attach(name string, a Attachment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.things == nil {
		r.things = map[string]Attachment{}
	}
	r.things[name] = a
}

func (r *registry) Active(_ context.Context, certificates []string) (active []string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range certificates {
		if _, ok := r.known[r.names[id]]; ok {
			active = append(active, id)
		}
	}
	return active, r.err
}

// set changes what is known; nil rules forget.
func (r *registry) set(name string, rules principal.Rules) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]principal.Rules{}
	}
	r.known[name] = rules
	if rules == nil {
		delete(r.known, name)
	}
}

func (r *registry) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *registry) last() Peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked[len(r.asked)-1]
}

// lines are rules: "iot:Publish lamps/7" allows that, "iot:Publish *" any name.
type lines []string

func (l lines) Allows(a principal.Action, name []byte) bool {
	for _, line := range l {
		if action, what, _ := strings.Cut(line, " "); action == a.String() && (what == "*" || what == string(name)) {
			return true
		}
	}
	return false
}

func all() lines {
	return lines{"iot:Connect *", "iot:Publish *", "iot:RetainPublish *", "iot:Subscribe *", "iot:Receive *"}
}

// deviceServer is an MQTT server for devices with certificates.
type deviceServer struct {
	*harness
	*issuer
	known *registry
	addr  string
}

func serveDevices(t *testing.T) *deviceServer { return serveHurried(t, 0) }

// serveDevicesWith has limits.
func serveDevicesWith(t *testing.T, o Options) *deviceServer {
	t.Helper()
	return newDeviceServer(t, 0, o)
}

// serveHurried gives clients a time for their CONNECT.
func serveHurried(t *testing.T, connectTimeout time.Duration) *deviceServer {
	t.Helper()
	return newDeviceServer(t, connectTimeout, Options{})
}

func newDeviceServer(t *testing.T, connectTimeout time.Duration, o Options) *deviceServer {
	t.Helper()
	s := &deviceServer{issuer: newIssuer(t), known: &registry{}}
	o.Identities = s.known
	s.harness = newHarness(o)
	s.connectTimeout = connectTimeout
	l := listenTLS(t, TLSOptions{Config: s.deviceTLS(ProtocolMQTT)})
	s.addr = l.Addr().String()
	serveListener(t, s.harness, l)
	return s
}

func (s *deviceServer) client(cert tls.Certificate) *tls.Config {
	return &tls.Config{RootCAs: s.pool, ServerName: "localhost", Certificates: []tls.Certificate{cert}}
}

// connect3 and connect5 return the error with which the server refuses, too.
func (s *deviceServer) connect3(t *testing.T, cert tls.Certificate, id string) (*device3, error) {
	t.Helper()
	return dial3(t, "ssl://"+s.addr, id, s.client(cert))
}

func (s *deviceServer) connect5(t *testing.T, cert tls.Certificate, id string) (*device5, error) {
	t.Helper()
	conn, err := tls.Dial("tcp", s.addr, s.client(cert))
	if err != nil {
		t.Fatal(err)
	}
	return dial5(t, conn, id)
}

// recheck is Recheck that must find everything out.
func (s *deviceServer) recheck(t *testing.T, affected Affected) {
	t.Helper()
	recheck(t, s.Gateway, affected)
}

func recheck(t *testing.T, g *Gateway, affected Affected) {
	t.Helper()
	if err := g.Recheck(t.Context(), affected); err != nil {
		t.Errorf("recheck: %v", err)
	}
}

func (s *deviceServer) endInactive(t *testing.T, certificates map[string]bool) {
	t.Helper()
	if err := s.EndInactive(t.Context(), certificates); err != nil {
		t.Errorf("end the inactive: %v", err)
	}
}

// TestCertificates: who holds which certificate decides who comes in.
func TestCertificates(t *testing.T) {
	s := serveDevices(t)
	now := s.clock.Now()
	for name, c := range map[string]struct {
		from, to time.Time
		rules    principal.Rules
		err      error
		code     mqtt.Code // of CONNACK
		reason   string    // in the log
	}{
		"ok/known":           {rules: all()},
		"ok/to the last day": {from: now.Add(-time.Hour), to: now.Add(time.Hour), rules: all()},
		"fail/unknown":       {code: mqtt.CodeNotAuthorized, reason: "nobody knows"},
		"fail/expired":       {from: now.Add(-time.Hour), to: now.Add(-time.Minute), rules: all(), code: mqtt.CodeNotAuthorized, reason: "was valid until"},
		"fail/not yet valid": {from: now.Add(time.Hour), to: now.Add(2 * time.Hour), rules: all(), code: mqtt.CodeNotAuthorized, reason: "not valid before"},
		"fail/no policy":     {rules: lines{}, code: mqtt.CodeNotAuthorized, reason: "no policy"},
		"fail/another id":    {rules: lines{"iot:Connect lamp-8"}, code: mqtt.CodeNotAuthorized, reason: "no policy"},
		"fail/store is away": {rules: all(), err: errors.New("store is away"), code: mqtt.CodeServerUnavailable, reason: "store is away"},
	} {
		t.Run(name, func(t *testing.T) {
			s.clock.advance(logPeriod) // so that the log has room
			cert := s.issue(t.Name(), c.from, c.to)
			s.known.set(t.Name(), c.rules)
			s.known.fail(c.err)
			defer s.known.fail(nil)
			for version, connect := range map[string]func() (mqtt.Code, error){
				"3.1.1": func() (mqtt.Code, error) {
					d, err := s.connect3(t, cert, "lamp-7")
					if err == nil {
						d.client.Disconnect(0)
						return 0, nil
					}
					return map[bool]mqtt.Code{true: mqtt.CodeNotAuthorized, false: mqtt.CodeServerUnavailable}[errors.Is(err, errNotAuthorized)], nil
				},
				"5": func() (mqtt.Code, error) {
					d, err := s.connect5(t, cert, "lamp-7")
					if err == nil {
						return 0, d.client.Disconnect(&paho.Disconnect{})
					}
					return d.refused, nil
				},
			} {
				if code, err := connect(); code != c.code || err != nil {
					t.Errorf("version %s: got %v, %v, want %v", version, code, err, c.code)
				}
			}
			if text := s.logged.String(); !strings.Contains(text, c.reason) {
				t.Errorf("the log does not say %q:\n%s", c.reason, text)
			}
			if c.rules != nil && c.from.IsZero() {
				got := s.known.last()
				if got.ClientID != "lamp-7" || got.ServerName != "localhost" || got.Addr.String() != "127.0.0.1" || got.CertificateID() == "" || !bytes.Equal(got.Certificate.Raw, cert.Certificate[0]) {
					t.Errorf("asked about %+v", got)
				}
			}
		})
	}
	eventually(t, "no connection is left", func() bool { return len(s.connections.all()) == 0 })
}

// TestRecheck: what changes about a certificate or its policies acts on the
// connections that are open.
func TestRecheck(t *testing.T) {
	s := serveDevices(t)
	device, other := s.device("lamp-7"), s.device("lamp-8")
	s.known.set("lamp-7", all())
	s.known.set("lamp-8", all())
	old, err := s.connect3(t, device, "lamp-7")
	if err != nil {
		t.Fatal(err)
	}
	stays, err := s.connect5(t, other, "lamp-8")
	if err != nil {
		t.Fatal(err)
	}
	for _, filter := range []string{"lamps/7", "open", "ping"} {
		stays.subscribe(t, filter)
	}
	publish := func(topic string) error { return stays.publish(topic, 1, false, []byte(topic)) }
	got := func(want string) {
		t.Helper()
		if m := next(t, stays); m.Topic != want {
			t.Errorf("got %s, want %s", m.Topic, want)
		}
	}
	if err := publish("lamps/7"); err != nil {
		t.Fatal(err)
	}
	got("lamps/7")

	s.known.set("lamp-8", lines{"iot:Connect *", "iot:Publish lamps/7", "iot:Publish ping", "iot:Receive ping"})
	s.recheck(t, nil)
	if err := publish("open"); err == nil {
		t.Error("may still publish")
	}
	if code := stays.subscribe(t, "more"); code != byte(mqtt.CodeNotAuthorized) {
		t.Errorf("may still subscribe: %#x", code)
	}
	for _, topic := range []string{"lamps/7", "ping"} { // the first must not come back
		if err := publish(topic); err != nil {
			t.Fatal(err)
		}
	}
	got("ping")

	away := errors.New("store is away")
	s.known.fail(away)
	if err := s.Recheck(t.Context(), nil); !errors.Is(err, away) {
		t.Errorf("a recheck that found nothing out: got %v", err)
	}
	s.known.fail(nil)
	if err := publish("ping"); err != nil {
		t.Errorf("after a recheck that found nothing out: %v", err)
	}
	got("ping")

	s.known.set("lamp-7", nil) // revoked
	s.recheck(t, nil)
	select {
	case <-old.lost():
	case <-time.After(deadline):
		t.Error("a revoked certificate keeps its connection")
	}
	s.known.set("lamp-8", lines{"iot:Publish ping"})
	s.recheck(t, nil)
	select {
	case <-stays.lost():
	case <-time.After(deadline):
		t.Error("who may not connect any more keeps its connection")
	}
	eventually(t, "no connection is left", func() bool { return len(s.connections.all()) == 0 })
}

// TestRecheckMeanwhile: a certificate that is revoked while its client is being let in
// does not stay.
func TestRecheckMeanwhile(t *testing.T) {
	s := serveDevices(t)
	cert := s.device("lamp-7")
	asking, goOn := make(chan struct{}), make(chan struct{})
	s.identities = slowIdentities{s.known, sync.OnceFunc(func() { close(asking); <-goOn })}
	s.known.set("lamp-7", all())
	lost := make(chan error, 1)
	go func() {
		d, err := s.connect3(t, cert, "lamp-7")
		if err == nil {
			<-d.lost()
		}
		lost <- err
	}()
	<-asking
	s.known.set("lamp-7", nil)
	checked := make(chan struct{})
	go func() { s.recheck(t, nil); close(checked) }()
	close(goOn)
	<-checked
	select {
	case <-lost:
	case <-time.After(deadline):
		t.Error("it stays")
	}
}

// slowIdentities answers at once, but late.
type slowIdentities struct {
	Identities
	wait func()
}

func (s slowIdentities) Identify(ctx context.Context, peers []*Peer) []Answer {
	answers := s.Identities.Identify(ctx, peers)
	s.wait()
	return answers
}

// TestEndInactive: the connections of a revoked certificate end, and no others.
func TestEndInactive(t *testing.T) {
	s := serveDevices(t)
	s.endInactive(t, nil) // of nobody
	for _, name := range []string{"revoked", "good"} {
		s.known.set(name, all())
	}
	cert := s.device("revoked")
	var gone []device
	for _, id := range []string{"one", "two"} {
		d, err := s.connect3(t, cert, id)
		if err != nil {
			t.Fatal(err)
		}
		gone = append(gone, d)
	}
	good, err := s.connect5(t, s.device("good"), "good")
	if err != nil {
		t.Fatal(err)
	}
	s.known.set("revoked", nil)
	away := errors.New("store is away")
	s.known.fail(away)
	if err := s.EndInactive(t.Context(), nil); !errors.Is(err, away) {
		t.Errorf("got %v, want %v", err, away)
	}
	if n := len(s.connections.all()); n != 3 {
		t.Errorf("%d connections after nothing was found out, want 3", n)
	}
	s.known.fail(nil)
	s.endInactive(t, map[string]bool{"another": true})
	if n := len(s.connections.all()); n != 3 {
		t.Errorf("%d connections after another certificate was looked at, want 3", n)
	}
	s.endInactive(t, map[string]bool{principal.CertificateID(cert.Certificate[0]): true})
	for _, d := range gone {
		select {
		case <-d.lost():
		case <-time.After(deadline):
			t.Error("it stays")
		}
	}
	if err := good.publish("t", 1, false, nil); err != nil {
		t.Errorf("the other one: %v", err)
	}
}

// TestEndExpired: a connection does not outlive its certificate.
func TestEndExpired(t *testing.T) {
	s := serveDevices(t)
	s.known.set("short", all())
	s.known.set("long", all())
	short, err := s.connect3(t, s.issue("short", time.Unix(0, 0), s.clock.Now().Add(time.Hour)), "short")
	if err != nil {
		t.Fatal(err)
	}
	long, err := s.connect5(t, s.device("long"), "long")
	if err != nil {
		t.Fatal(err)
	}
	s.EndExpired()
	if err := short.publish("t", 1, false, nil); err != nil {
		t.Errorf("before its end: %v", err)
	}
	s.clock.advance(time.Hour + time.Second)
	s.EndExpired()
	select {
	case <-short.lost():
	case <-time.After(deadline):
		t.Error("it stays")
	}
	if err := long.publish("t", 1, false, nil); err != nil {
		t.Errorf("the other one: %v", err)
	}
}

func TestNoIdentities(t *testing.T) {
	s := serveDevices(t)
	s.identities = nil
	if _, err := s.connect3(t, s.device("lamp-7"), "lamp-7"); !errors.Is(err, errNotAuthorized) {
		t.Errorf("got %v", err)
	}
	// A listener that asked for no certificate lets nobody in by TLS alone.
	config := s.deviceTLS()
	config.ClientAuth = tls.NoClientCert
	l := listenTLS(t, TLSOptions{Config: config})
	serveListener(t, s.harness, l)
	if _, err := dial3(t, "ssl://"+l.Addr().String(), "lamp-7", &tls.Config{RootCAs: s.pool}); !errors.Is(err, errNotAuthorized) {
		t.Errorf("got %v", err)
	}
}

// TestSharedSubscriptionNeedsBoth: a share name is no way around a policy.
func TestSharedSubscriptionNeedsBoth(t *testing.T) {
	s := serveDevices(t)
	for name, tt := range map[string]struct {
		rules lines
		want  byte
	}{
		"ok/both":             {lines{"iot:Connect *", "iot:Subscribe $share/g/lamps", "iot:Subscribe lamps"}, 1},
		"fail/the topic only": {lines{"iot:Connect *", "iot:Subscribe lamps"}, 0x87},
		"fail/the share only": {lines{"iot:Connect *", "iot:Subscribe $share/g/lamps"}, 0x87},
	} {
		t.Run(name, func(t *testing.T) {
			s.known.set(t.Name(), tt.rules)
			d, err := s.connect5(t, s.issue(t.Name(), time.Time{}, time.Time{}), "lamp-7")
			if err != nil {
				t.Fatal(err)
			}
			if got := d.subscribe(t, "$share/g/lamps"); got != tt.want {
				t.Errorf("got %#x, want %#x", got, tt.want)
			}
		})
	}
}

func TestUncounted(t *testing.T) {
	for topic, want := range map[string]int{
		"$aws/rules/lamps/a/b": len("$aws/rules/lamps/"),
		"$aws/rules/lamps":     len("$aws/rules/"),
		"$aws/rules/":          0,
		"$aws/rules":           0,
		"a/b/c/d":              0,
	} {
		if got := Uncounted([]byte(topic)); got != want {
			t.Errorf("%s: got %d, want %d", topic, got, want)
		}
	}
}
