package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// lifecycle is a lifecycle event as AWS IoT documents it, and its topic.
type lifecycle struct {
	Topic             string `json:"-"`
	ClientID          string
	EventType         string
	Timestamp         int64
	SessionIdentifier string
	Principal         string `json:"principalIdentifier"`
	IPAddress         string
	Initiated         *bool `json:"clientInitiatedDisconnect"`
	DisconnectReason  string
	VersionNumber     *int
	Topics            []string
}

// TestLifecycleEvents: who has subscribed to the reserved topics hears who
// connects, subscribes and leaves.
func TestLifecycleEvents(t *testing.T) {
	t.Parallel()
	d := start(t, options(t))
	watcher := d.connect("watcher")
	heard := make(chan lifecycle, 100)
	watcher.await(watcher.client.Subscribe("$aws/events/#", 1, func(_ paho.Client, m paho.Message) {
		l := lifecycle{Topic: strings.TrimPrefix(m.Topic(), "$aws/events/")}
		if err := json.Unmarshal(m.Payload(), &l); err != nil {
			l.EventType = err.Error()
		}
		if l.ClientID != "watcher" {
			heard <- l
		}
	}))
	for range 2 {
		lamp := d.connect("lamp/7")
		lamp.await(lamp.client.Subscribe("a/b", 0, nil))
		lamp.await(lamp.client.Unsubscribe("a/b"))
		lamp.client.Disconnect(100)
		d.connect("nobody+#").disconnect() // whose topics would be none
	}
	var got []lifecycle
	for range 8 {
		got = append(got, <-heard)
	}
	session := func(version int) []lifecycle {
		base := lifecycle{ClientID: "lamp/7", Principal: "anonymous"}
		connected, subscribed, unsubscribed, gone := base, base, base, base
		connected.Topic, connected.EventType, connected.IPAddress, connected.VersionNumber = "presence/connected/lamp/7", "connected", "127.0.0.1", &version
		subscribed.Topic, subscribed.EventType, subscribed.Topics = "subscriptions/subscribed/lamp/7", "subscribed", []string{"a/b"}
		unsubscribed.Topic, unsubscribed.EventType, unsubscribed.Topics = "subscriptions/unsubscribed/lamp/7", "unsubscribed", []string{"a/b"}
		gone.Topic, gone.EventType, gone.Initiated = "presence/disconnected/lamp/7", "disconnected", new(true)
		gone.DisconnectReason, gone.VersionNumber = "CLIENT_INITIATED_DISCONNECT", &version
		return []lifecycle{connected, subscribed, unsubscribed, gone}
	}
	want := append(session(0), session(1)...)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(lifecycle{}, "Timestamp", "SessionIdentifier")); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if got[0].SessionIdentifier == "" || got[0].SessionIdentifier != got[3].SessionIdentifier || got[0].SessionIdentifier == got[4].SessionIdentifier {
		t.Errorf("session identifiers %q, %q, %q", got[0].SessionIdentifier, got[3].SessionIdentifier, got[4].SessionIdentifier)
	}
	if got[0].Timestamp == 0 {
		t.Error("an event without a time")
	}
}
