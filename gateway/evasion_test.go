package gateway

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"vedette/mqtt"
	"vedette/record"
)

// TestStrangersCountForNobody: who holds no certificate that is in force cannot raise
// alarms of a device by taking its name, nor have events tell of it.
func TestStrangersCountForNobody(t *testing.T) {
	s := serveDevices(t)
	s.known.set("inactive", nil)
	s.known.stranger("unregistered")
	expired := s.issue("lamp", time.Unix(0, 0), s.clock.Now().Add(-time.Second))
	for _, cert := range []tls.Certificate{s.device("unregistered"), expired} {
		if _, err := s.connect3(t, cert, "victim"); err == nil {
			t.Error("let in")
		}
	}
	s.meter.write()
	compareUsages(t, s.harness)
	if _, err := s.connect3(t, s.device("inactive"), "lamp-7"); err == nil {
		t.Error("let in")
	}
	s.meter.write()
	compareUsages(t, s.harness, record.Usage{Thing: []byte("lamp-7"), Window: testWindow, Attempts: 1, Tally: record.Tally{Failures: 1}})

	h, to := newHarness(Options{}), &heard{}
	h.Announce(to)
	h.refuse(&mqtt.Client{}, &mqtt.Connect{ClientID: "victim"}, "", Stranger("nobody knows it"))
	if len(to.messages) != 0 {
		t.Errorf("events %q", to.messages)
	}
	h.refuse(&mqtt.Client{}, &mqtt.Connect{ClientID: "lamp-7"}, "", ErrRefused)
	if len(to.messages) != 1 {
		t.Errorf("events %q", to.messages)
	}
}

// TestReservedClientID: a client id cannot make a reserved topic of what a policy
// allows below it.
func TestReservedClientID(t *testing.T) {
	s := serveDevices(t)
	s.known.set("mallory", all())
	for _, id := range []string{"$aws/things/victim", "$", "$share/g"} {
		if _, err := s.connect3(t, s.device("mallory"), id); err != errNotAuthorized {
			t.Errorf("%s: got %v", id, err)
		}
	}
	for _, id := range []string{"a$b", "a/$aws"} {
		if _, err := s.connect3(t, s.device("mallory"), id); err != nil {
			t.Errorf("%s: got %v", id, err)
		}
	}
}

// TestEverythingMarkedAsRepeated: a device that marks all that it sends as repeated is
// counted nevertheless.
func TestEverythingMarkedAsRepeated(t *testing.T) {
	h := newHarness(Options{})
	c := connected(t, h, "lamp")
	for range maxRepeats + 7 {
		h.Publish(c, &mqtt.Inbound{Topic: []byte("a"), QoS: 1, Dup: true})
	}
	h.meter.write()
	compareUsages(t, h, record.Usage{Thing: []byte("lamp"), Window: testWindow, Attempts: 1, Tally: record.Tally{Sent: 7}})
}

// TestDisguisedPath: a path that only looks like /topics/ when it is decoded names no
// topic.
func TestDisguisedPath(t *testing.T) {
	s := serveWeb(t)
	s.known.set("AKIALL", all())
	for path, want := range map[string]int{"/%74opics/a": 400, "/topics%2Fa": 400, "/topics/%61": 200, "/topics/a%00b": 400, "/topics/%c0%ae": 400, "/topics/%ed%a0%80": 400} {
		if status, text := s.post(t, http.MethodPost, path, "AKIALL", "iotdata", nil); status != want {
			t.Errorf("%s: got %d %s, want %d", path, status, text, want)
		}
	}
	if log := s.logged.String(); strings.Contains(log, "panic") {
		t.Error(log)
	}
}
