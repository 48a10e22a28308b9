package gateway

import (
	"strings"
	"testing"
	"time"

	"vedette/mqtt"
	"vedette/record"
)

// heard is a broker that keeps what is published.
type heard struct{ messages []string }

func (h *heard) Publish(m mqtt.Message) {
	h.messages = append(h.messages, string(m.Topic)+" "+string(m.Payload))
}

func TestEvents(t *testing.T) {
	h, to := newHarness(Options{}), &heard{}
	h.Announce(to)
	one := connected(t, h, "lamp")
	two := connected(t, h, "lamp")
	h.Disconnected(one, mqtt.ReasonTakenOver)
	h.Disconnected(two, mqtt.ReasonConnectionLost)
	h.events.failed(session{clientID: "thief", thing: "lamp-9", principal: "key"}, "192.0.2.1")
	want := []string{
		`connected/lamp {"clientId":"lamp"`, `"versionNumber":0}`,
		`connected/lamp {"clientId":"lamp"`, `"versionNumber":1}`,
		`disconnected/lamp {"clientId":"lamp"`, `"clientInitiatedDisconnect":false,"disconnectReason":"DUPLICATE_CLIENTID","versionNumber":0}`,
		`disconnected/lamp {"clientId":"lamp"`, `"clientInitiatedDisconnect":false,"disconnectReason":"CONNECTION_LOST","versionNumber":1}`,
		`connect_failed/thief {"clientId":"thief","thingName":"lamp-9"`, `"principalIdentifier":"key","ipAddress":"192.0.2.1","connectFailureReason":"AUTHORIZATION_FAILED"}`,
	}
	if len(to.messages) != len(want)/2 {
		t.Fatalf("events %q", to.messages)
	}
	for i, m := range to.messages {
		if !strings.HasPrefix(m, presenceTopic+want[2*i]) || !strings.HasSuffix(m, want[2*i+1]) {
			t.Errorf("event %d: got %s, want %s…%s", i, m, want[2*i], want[2*i+1])
		}
	}

	// An hour after it has gone a client id begins anew.
	h.clock.advance(2 * time.Hour)
	h.Disconnected(connected(t, h, "lamp"), mqtt.ReasonClientDisconnect)
	if m := to.messages[len(to.messages)-1]; !strings.HasSuffix(m, `"versionNumber":0}`) {
		t.Errorf("event %s", m)
	}
	to.messages = nil
	h.Disconnected(connected(t, h, "a+b"), mqtt.ReasonClientDisconnect)
	h.events.failed(session{clientID: "#"}, "")
	if len(to.messages) != 0 {
		t.Errorf("events %q of client ids with wildcards", to.messages)
	}
}

func TestReasons(t *testing.T) {
	for r, want := range map[mqtt.Reason]record.Reason{
		mqtt.ReasonConnectionLost: record.ConnectionLost, mqtt.ReasonClientDisconnect: record.ClientInitiatedDisconnect,
		mqtt.ReasonKeepAliveTimeout: record.KeepAliveTimeout, mqtt.ReasonTakenOver: record.DuplicateClientID,
		mqtt.ReasonProtocolError: record.ClientError, mqtt.ReasonRefused: record.ForbiddenAccess,
		mqtt.ReasonSlowConsumer: record.ServerInitiatedDisconnect, mqtt.ReasonServerError: record.ServerError,
		mqtt.ReasonShutdown: record.ServerInitiatedDisconnect, mqtt.ReasonTimeOver: record.WebSocketTimeOver,
	} {
		if got := reasonOf(r); got != want {
			t.Errorf("%v: got %v, want %v", r, got, want)
		}
	}
}
