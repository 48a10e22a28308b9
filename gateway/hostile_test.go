package gateway

import (
	"context"
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	packets5 "github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"

	"vedette/api"
	"vedette/mqtt"
	"vedette/principal"
	"vedette/principal/policy"
)

const arn = "arn:aws:iot:us-east-1:000000000000:"

// policied returns the client of a connection that a policy's statements limit.
func policied(t *testing.T, clientID, statements string) *mqtt.Client {
	t.Helper()
	document := strings.ReplaceAll(`{"Version":"2012-10-17","Statement":[`+statements+`]}`, "ARN:", arn)
	p, err := policy.Parse(document, policy.Options{Own: api.ARNs{Account: "000000000000", Region: "us-east-1"}, MaxCharacters: len(document)})
	if err != nil {
		t.Fatal(err)
	}
	conn := &connection{}
	conn.who.Store(principal.New("device", &principal.Policies{Set: policy.NewSet(p), Facts: &principal.Facts{ClientID: clientID}, Now: time.Now}))
	return &mqtt.Client{Data: conn}
}

// TestTopicTricks: a topic or filter is what its text says, however it is written.
func TestTopicTricks(t *testing.T) {
	g := newHarness(Options{}).Gateway
	c := policied(t, "lamp-7", `
		{"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":["ARN:topic/a/*","ARN:topic/dev/${iot:ClientId}/up"]},
		{"Effect":"Allow","Action":"iot:Subscribe","Resource":["ARN:topicfilter/a/*","ARN:topicfilter/only/#","ARN:topicfilter/dev/${iot:ClientId}/#","ARN:topicfilter/$share/g/*"]},
		{"Effect":"Deny","Action":["iot:Publish","iot:Receive"],"Resource":["ARN:topic/a/secret","ARN:topic/a/secret/*"]},
		{"Effect":"Deny","Action":"iot:Subscribe","Resource":"ARN:topicfilter/a/secret*"}`)
	for topic, allowed := range map[string]bool{
		"a/b": true, "a/../b": true, "a/./b": true, "a//b": true, "dev/lamp-7/up": true, // each a topic of its own
		"b": false, "../b": false, "a": false, "A/b": false, "a/secret": false, "a/secret/x": false, "/a/b": false,
		"dev/lamp-8/up": false, "dev/lamp-7/../lamp-8/up": false, "dev/${iot:ClientId}/up": false, "dev/*/up": false,
	} {
		want := mqtt.Route
		if !allowed {
			want = mqtt.Refuse(mqtt.CodeNotAuthorized)
		}
		if got := g.Publish(c, &mqtt.Inbound{Topic: []byte(topic)}); got != want {
			t.Errorf("publish to %s: got %v, want %v", topic, got, want)
		}
		if got := g.Receive(c, []byte(topic)); got != allowed {
			t.Errorf("receive %s: got %v", topic, got)
		}
	}
	for filter, allowed := range map[string]bool{
		"a/b": true, "a/#": true, "a/+": true, "only/#": true, "dev/lamp-7/#": true,
		"#": false, "+/b": false, "+/#": false, "only/+": false, "only/x": false, "dev/+/#": false, "dev/#": false,
		"a/secret": false, "a/secret/#": false, "a/secret/+": false,
		"$share/g/a/b": true, "$share/g/a/#": true, "$share/g/a/secret": false, "$share/g/a/secret/#": false, "$share/a/secret": false,
		"$share/a/b": false, "$share/g/#": false, "$share/a/": false, "$share/a": false, "$share": false, "$share//a/secret": false,
		"$SYS/#": false, "$aws/#": false, "$aws/rules/r": false, "$share/g/$SYS/#": false, "$share/g/$aws/rules/r": false,
		"$share/g/$share/h/a/secret": false, "$share/other/a/b": false,
	} {
		if got := g.Subscribe(c, filter, 1); got.Failed() == allowed {
			t.Errorf("subscribe to %s: got %v", filter, got)
		}
	}
}

// TestWideningClientIDs: a client id that a policy would turn into a wildcard is
// refused, however much the policy allows.
func TestWideningClientIDs(t *testing.T) {
	s := serveDevices(t)
	s.known.set("d", all())
	cert := s.device("d")
	for id, ok := range map[string]bool{
		"lamp-7": true, "a+b": true, "c#": true, "a/b": true, "*": true, "++": true,
		"+": false, "#": false, "a/+": false, "+/b": false, "a/#": false, "a/+/b": false,
	} {
		s.clock.advance(logPeriod)
		d, err := s.connect5(t, cert, id)
		if (err == nil) != ok || !ok && d.refused != mqtt.CodeNotAuthorized {
			t.Errorf("%s: got %v, %v", id, d.refused, err)
		}
	}
	connect5(t, serve(t, newHarness(Options{})), "+") // anonymous: limited by no policy
}

// TestHostileHosts: the host that a client asks for becomes no wildcard either.
func TestHostileHosts(t *testing.T) {
	for host, want := range map[string]string{"iot.example": "iot.example", "+": "", "#": "", "a/b": "", "*": "", "${iot:ClientId}": ""} {
		if got := clean(host); got != want {
			t.Errorf("%s: got %q, want %q", host, got, want)
		}
	}
}

// resume connects with a session that lasts.
func (s *deviceServer) resume(t *testing.T, cert tls.Certificate, id string, will *paho.WillMessage) (*device5, *paho.Connack) {
	t.Helper()
	return s.resumeWith(t, cert, &paho.Connect{ClientID: id, WillMessage: will})
}

func (s *deviceServer) resumeWith(t *testing.T, cert tls.Certificate, p *paho.Connect) (*device5, *paho.Connack) {
	t.Helper()
	conn, err := tls.Dial("tcp", s.addr, s.client(cert))
	if err != nil {
		t.Fatal(err)
	}
	d := &device5{messages: make(chan message, 100)}
	d.client = paho.NewClient(paho.ClientConfig{
		Conn: packets5.NewThreadSafeConn(conn),
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(p paho.PublishReceived) (bool, error) {
			d.messages <- message{p.Packet.Topic, string(p.Packet.Payload), p.Packet.Retain}
			return true, nil
		}},
	})
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	expiry := uint32(3600)
	p.KeepAlive, p.Properties = 60, &paho.ConnectProperties{SessionExpiryInterval: &expiry}
	ack, err := d.client.Connect(ctx, p)
	if ack == nil {
		t.Fatal(err)
	}
	return d, ack
}

// leave ends a connection, and waits until the gateway knows.
func (s *deviceServer) leave(t *testing.T, d *device5, id string) {
	t.Helper()
	_ = d.client.Disconnect(&paho.Disconnect{})
	eventually(t, "the connection is gone", func() bool {
		for _, c := range s.connections.all() {
			if c.peer.ClientID == id {
				return false
			}
		}
		return true
	})
}

func expectTopics(t *testing.T, d *device5, topics ...string) {
	t.Helper()
	for _, want := range topics {
		if got := next(t, d); got.Topic != want {
			t.Errorf("got %+v, want %s", got, want)
		}
	}
}

// TestPolicyChanges: what was retained or has waited since before a change is
// delivered by the policies of now.
func TestPolicyChanges(t *testing.T) {
	s := serveDevices(t)
	s.known.set("lamp", all())
	s.known.set("boss", all())
	cert := s.device("lamp")
	boss, err := s.connect5(t, s.device("boss"), "boss")
	if err != nil {
		t.Fatal(err)
	}
	publish := func(topic string, retain bool) {
		t.Helper()
		if err := boss.publish(topic, 1, retain, []byte(topic)); err != nil {
			t.Fatal(err)
		}
	}
	d, _ := s.resume(t, cert, "lamp-7", nil)
	d.subscribe(t, "news/#")
	s.leave(t, d, "lamp-7")
	publish("news/secret", false)
	publish("news/open", false)
	publish("kept/secret", true)
	publish("kept/open", true)
	s.known.set("lamp", lines{"iot:Connect *", "iot:Subscribe *", "iot:Receive news/open", "iot:Receive kept/open", "iot:Receive end"})
	d, ack := s.resume(t, cert, "lamp-7", nil)
	if !ack.SessionPresent {
		t.Error("the session is gone")
	}
	expectTopics(t, d, "news/open")
	d.subscribe(t, "kept/#")
	expectTopics(t, d, "kept/open")
	d.subscribe(t, "end")
	publish("news/secret", false)
	publish("end", false)
	expectTopics(t, d, "end")
}

// TestWillsAndPolicies: a will is published only while policies allow it.
func TestWillsAndPolicies(t *testing.T) {
	will := &paho.WillMessage{Topic: "gone", QoS: 1, Retain: true}
	rest := lines{"iot:Connect *", "iot:Subscribe *", "iot:Receive *"}
	for name, c := range map[string]struct {
		before, after principal.Rules // nil after: the certificate is no longer known
		refused, sent bool
	}{
		"ok/allowed":               {before: all(), after: all(), sent: true},
		"fail/no permission":       {before: rest, refused: true},
		"fail/not to be retained":  {before: append(lines{"iot:Publish gone"}, rest...), refused: true},
		"fail/another topic":       {before: append(lines{"iot:Publish other", "iot:RetainPublish *"}, rest...), refused: true},
		"ok/permission taken":      {before: all(), after: rest},
		"ok/certificate gone":      {before: all(), after: nil},
		"ok/may no longer connect": {before: all(), after: lines{"iot:Publish *", "iot:RetainPublish *"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveDevices(t)
			s.known.set("mortal", c.before)
			s.known.set("all", all())
			d, ack := s.resume(t, s.device("mortal"), "mortal", will)
			if c.refused {
				if mqtt.Code(ack.ReasonCode) != mqtt.CodeNotAuthorized {
					t.Errorf("got %#x, want not authorized", ack.ReasonCode)
				}
				return
			}
			witness, err := s.connect5(t, s.device("all"), "all")
			if err != nil {
				t.Fatal(err)
			}
			witness.subscribe(t, "gone")
			witness.subscribe(t, "end")
			s.known.set("mortal", c.after)
			s.recheck(t, nil)
			d.client.TerminateConnectionForTest()
			eventually(t, "the connection is gone", func() bool { return len(s.connections.all()) == 1 })
			if c.sent {
				expectTopics(t, witness, "gone")
			}
			if err := witness.publish("end", 1, false, nil); err != nil {
				t.Fatal(err)
			}
			expectTopics(t, witness, "end")
		})
	}
}

// TestTakeoverByAnotherPrincipal: whoever may use a client id, too, gets nothing of
// the session of another.
func TestTakeoverByAnotherPrincipal(t *testing.T) {
	s := serveDevices(t)
	for _, name := range []string{"alice", "mallory", "boss"} {
		s.known.set(name, all())
	}
	boss, err := s.connect5(t, s.device("boss"), "boss")
	if err != nil {
		t.Fatal(err)
	}
	alice := s.device("alice")
	d, _ := s.resume(t, alice, "lamp-7", nil)
	d.subscribe(t, "secret")
	s.leave(t, d, "lamp-7")
	if err := boss.publish("secret", 1, false, []byte("for alice")); err != nil {
		t.Fatal(err)
	}
	m, ack := s.resume(t, s.device("mallory"), "lamp-7", nil)
	if ack.SessionPresent {
		t.Error("the session of another is present")
	}
	m.subscribe(t, "end")
	for _, topic := range []string{"secret", "end"} {
		if err := boss.publish(topic, 1, false, nil); err != nil {
			t.Fatal(err)
		}
	}
	expectTopics(t, m, "end")
	if _, ack := s.resume(t, alice, "lamp-7", nil); ack.SessionPresent {
		t.Error("alice gets the session of mallory")
	}
	select {
	case <-m.lost():
	case <-time.After(deadline):
		t.Error("two connections with one client id")
	}
}

// TestPathsOfTopics: a path is unescaped once and not cleaned.
func TestPathsOfTopics(t *testing.T) {
	s := serveWeb(t)
	defer http.DefaultClient.CloseIdleConnections()
	s.known.set("AKIASOME", lines{"iot:Publish b", "iot:Publish a/../c"})
	for path, status := range map[string]int{
		"/topics/b": 200, "/topics/a/../c": 200, "/topics/a%2F..%2Fc": 200,
		"/topics/a/../b": 403, "/topics/a%2F%2E%2E%2Fb": 403, "/topics//b": 403, "/topics/%2562": 403, "/topics/c": 403,
		"/topics/": 400, "/topics/%23": 400, "/topics/%2B/b": 400, "/topics/b%00": 400,
	} {
		if got, text := s.post(t, http.MethodPost, path, "AKIASOME", "iotdata", nil); got != status {
			t.Errorf("%s: got %d %s, want %d", path, got, text, status)
		}
	}
}

// TestLogInjection: names that clients choose begin no line of the log.
func TestLogInjection(t *testing.T) {
	s := serveDevices(t)
	s.known.set("d", lines{"iot:Connect *"})
	const forged = "\ntime=now level=ERROR msg=forged\r\x1b[31m\u2028\u202e"
	cert := s.device("d")
	if d, _ := s.connect5(t, s.device("nobody"+forged), "x"+forged); d.refused != mqtt.CodeNotAuthorized {
		t.Errorf("a stranger: %v", d.refused)
	}
	d, err := s.connect5(t, cert, "y"+forged)
	if err != nil {
		t.Fatal(err)
	}
	d.subscribe(t, "filter"+forged)
	d.subscribe(t, "long/"+strings.Repeat("x", 4000))
	_ = d.publish("$reserved"+forged, 1, false, nil)
	a := connect5(t, serve(t, s.harness), "z"+forged)
	_ = a.publish("$reserved"+forged, 1, false, nil)
	got := strings.Split(strings.TrimSuffix(s.logged.String(), "\n"), "\n")
	if len(got) < 4 {
		t.Errorf("got %d lines", len(got))
	}
	for _, line := range got {
		if !strings.HasPrefix(line, "time=20") || strings.ContainsAny(line, "\r\x1b\u2028\u202e") || len(line) > 1000 {
			t.Errorf("line of the log: %q", line)
		}
	}
}
