package gateway

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/eclipse/paho.golang/paho"

	"vedette/mqtt"
	"vedette/principal"
)

// leaveWill connects a client with a will and takes its session over, which
// publishes the will before the second connection is accepted.
func leaveWill(t *testing.T, addr, topic, payload string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c := paho.NewClient(paho.ClientConfig{Conn: conn})
	will := &paho.WillMessage{Topic: topic, Payload: []byte(payload), QoS: 1, Retain: true}
	if _, err := c.Connect(t.Context(), &paho.Connect{ClientID: "mortal", CleanStart: true, KeepAlive: 60, WillMessage: will}); err != nil {
		t.Fatalf("will on %s: %v", topic, err)
	}
	connect5(t, addr, "mortal")
	<-c.Done()
}

func TestWill(t *testing.T) {
	for topic, sent := range map[string]bool{
		"lamps/7/gone":                     true,
		lampTopic:                          false,
		lampTopic + "/accepted":            false,
		"$aws/rules/none":                  false,
		"$aws/events/presence/connected/a": false,
		"$SYS/broker":                      false,
	} {
		t.Run(topic, func(t *testing.T) {
			h := newHarness(Options{})
			p := &mqtt.Connect{ClientID: "mortal", Will: &mqtt.Will{Topic: []byte(topic)}}
			if h.Connect(&mqtt.Client{}, p); (p.Will != nil) != sent {
				t.Errorf("will kept: %v, want %v", p.Will != nil, sent)
			}
			addr := serve(t, h)
			all := connect5(t, addr, "all")
			all.subscribe(t, "lamps/#")
			all.subscribe(t, "$aws/#")
			leaveWill(t, addr, topic, reportWithID(1))
			if sent {
				if got := next(t, all); got.Topic != topic {
					t.Errorf("got %+v, want the will", got)
				}
			}
			all.subscribe(t, lampTopic+"/+") // nothing was retained either
			if err := all.publish(lampTopic, 1, false, []byte(reportWithID(2))); err != nil {
				t.Fatal(err)
			}
			if got, want := next(t, all), acceptedReply(2); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if n := len(h.log.appended()); n != 1 {
				t.Errorf("%d reports in the log, want 1", n)
			}
		})
	}
}

// TestMayPublish: a will that falls due when its client is gone is judged by what is
// known and allowed then.
func TestMayPublish(t *testing.T) {
	s := serveDevices(t)
	cert := s.device("mortal").Leaf
	peer := &Peer{
		ClientID: "lamp-7", Certificate: cert, Addr: netip.MustParseAddr("2001:db8::1"), ServerName: "localhost",
		Attributes: []string{principal.LastWill},
	}
	w := &mqtt.Will{Topic: []byte("gone"), Retain: true, Proof: proofOf(peer)}
	signed := &mqtt.Will{Topic: []byte("gone"), Proof: proofOf(&Peer{ClientID: "lamp-7", AccessKeyID: "AKIALL"})}
	connect := "iot:Connect lamp-7"
	for name, c := range map[string]struct {
		rules principal.Rules // nil: the certificate is not known any more
		want  bool
	}{
		"ok/allowed":                   {lines{connect, "iot:Publish gone", "iot:RetainPublish gone"}, true},
		"fail/certificate not active":  {nil, false},
		"fail/may not publish":         {lines{connect, "iot:Publish other", "iot:RetainPublish *"}, false},
		"fail/may not retain":          {lines{connect, "iot:Publish gone"}, false},
		"fail/may no longer connect":   {lines{"iot:Publish gone", "iot:RetainPublish gone"}, false},
		"fail/may connect as somebody": {lines{"iot:Connect other", "iot:Publish gone", "iot:RetainPublish gone"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s.known.set("mortal", c.rules)
			if got, err := s.MayPublish(w); got != c.want || err != nil {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
		})
	}
	s.known.set("mortal", all())
	if got, err := s.MayPublish(w); !got || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if got := s.known.last(); got.ClientID != peer.ClientID || !got.Certificate.Equal(cert) || got.Addr != peer.Addr || got.ServerName != peer.ServerName || !slices.Equal(got.Attributes, peer.Attributes) {
		t.Errorf("asked about %+v, want %+v", got, peer)
	}
	if got, err := s.MayPublish(signed); got || err != nil {
		t.Errorf("of an unknown access key: got %v, %v", got, err)
	}
	s.known.set("AKIALL", lines{connect, "iot:Publish gone"})
	if got, err := s.MayPublish(signed); !got || err != nil {
		t.Errorf("of an access key: got %v, %v", got, err)
	}
	s.known.fail(errDiskFull)
	if got, err := s.MayPublish(w); got || !errors.Is(err, errDiskFull) {
		t.Errorf("while it cannot be found out: got %v, %v", got, err)
	}
	for _, damaged := range []string{"{", `{"certificate":"AAAA"}`} {
		if got, err := s.MayPublish(&mqtt.Will{Topic: []byte("gone"), Proof: []byte(damaged)}); got || err != nil {
			t.Errorf("proof %s: got %v, %v", damaged, got, err)
		}
	}
	if proofOf(&Peer{ClientID: "anonymous"}) != nil {
		t.Error("an anonymous client has to prove something")
	}
}

// TestDelayedWillAndPolicies: with the broker, a will whose permission is taken away
// after its client has gone is not published; one that is still allowed is.
func TestDelayedWillAndPolicies(t *testing.T) {
	s := serveDevices(t)
	for _, name := range []string{"kept", "taken", "all"} {
		s.known.set(name, all())
	}
	witness, err := s.connect5(t, s.device("all"), "all")
	if err != nil {
		t.Fatal(err)
	}
	witness.subscribe(t, "#")
	delay := uint32(3600)
	for _, name := range []string{"taken", "kept"} {
		will := &paho.WillMessage{Topic: "gone/" + name, QoS: 1}
		d, _ := s.resumeWith(t, s.device(name), &paho.Connect{ClientID: name, WillMessage: will, WillProperties: &paho.WillProperties{WillDelayInterval: &delay}})
		d.client.TerminateConnectionForTest()
	}
	eventually(t, "both are gone", func() bool { return len(s.connections.all()) == 1 })
	s.known.set("taken", lines{"iot:Connect *"})
	if err := s.Recheck(t.Context(), nil); err != nil { // and nobody is found
		t.Fatal(err)
	}
	for _, name := range []string{"taken", "kept"} { // with new sessions, which makes the wills due
		d, err := s.connect5(t, s.device(name), name)
		if err != nil {
			t.Fatal(err)
		}
		defer d.client.Disconnect(&paho.Disconnect{})
	}
	expectTopics(t, witness, "gone/kept")
}
