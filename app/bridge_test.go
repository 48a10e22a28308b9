package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"vedette/gateway/bridge/brokertest"
)

// bridged runs a deployment that is attached to a broker.
func bridged(t *testing.T) (*deployment, *device) {
	t.Helper()
	b := brokertest.Start(t, brokertest.Options{})
	o := options(t)
	o.UsageInterval = time.Second
	o.Bridge = filepath.Join(t.TempDir(), "bridge.yaml")
	check(t, os.WriteFile(o.Bridge, fmt.Appendf(nil, `
brokers:
- {name: fleet, url: "%s", client-id: vedette, presence: aws, counts: [{topic: "fleet/{thing}/#"}], reconnect: {least: 10ms}}
`, b.URL()), 0o600))
	d := start(t, o)
	v := &device{t: t}
	v.client = paho.NewClient(paho.NewClientOptions().AddBroker("tcp://" + b.Addr).SetClientID("elsewhere").SetAutoReconnect(false))
	v.await(v.client.Connect())
	t.Cleanup(v.disconnect)
	d.linked()
	return d, v
}

func (d *deployment) linked() {
	d.t.Helper()
	eventually(d.t, "the link is up", func() bool { return d.metric(`vedette_bridge_connected{broker="fleet"}`) == 1 })
}

// tell publishes an event as AWS IoT Core does.
func (v *device) tell(what, thing, session string, version int) {
	v.t.Helper()
	v.await(v.client.Publish("$aws/events/presence/"+what+"/"+thing, 1, false, fmt.Sprintf(
		`{"clientId":%q,"timestamp":%d,"eventType":%q,"sessionIdentifier":%q,"ipAddress":"192.0.2.10","disconnectReason":"CONNECTION_LOST","versionNumber":%d}`,
		thing, 1767225600000+version, what, session, version)))
}

func (d *deployment) online(n float64) {
	d.t.Helper()
	eventually(d.t, fmt.Sprintf("%v things online", n), func() bool { return d.metric("vedette_things_online") == n })
}

// TestBridgedAndConnected: a thing that is connected here and at another broker has
// one connection, the last one, and what it does at both is added up.
func TestBridgedAndConnected(t *testing.T) {
	t.Parallel()
	d, elsewhere := bridged(t)
	d.profile("p", allThings, counted("flood", "aws:num-messages-sent", 50))

	here := d.connect("cam")
	d.online(1)
	elsewhere.tell("connected", "cam", "a", 1)
	elsewhere.tell("connected", "lamp", "b", 1)
	d.online(2)
	here.publish("x", 30)
	elsewhere.publish("fleet/cam/state", 30)
	d.waitFor("cam", "p/flood")
	if got := d.active("lamp"); len(got) > 0 {
		t.Errorf("violations of lamp: %v", got)
	}

	here.disconnect() // the end of what was taken over
	elsewhere.tell("disconnected", "lamp", "b", 1)
	d.online(1)
	elsewhere.tell("disconnected", "cam", "a", 1)
	d.online(0)
	d.connect("cam")
	d.online(1)
}

// TestBridgedOverRestart: who is connected at another broker stays so over a restart,
// unless that broker is not configured any more.
func TestBridgedOverRestart(t *testing.T) {
	t.Parallel()
	d, elsewhere := bridged(t)
	d.connect("here")
	elsewhere.tell("connected", "cam", "a", 1)
	elsewhere.tell("connected", "lamp", "b", 1)
	d.online(3)
	d.restart()
	d.linked()
	d.online(2)
	elsewhere.tell("connected", "lamp", "b", 1) // again
	elsewhere.tell("disconnected", "cam", "a", 1)
	d.online(1)
	d.stop()
	d.options.Bridge = ""
	d.start()
	d.online(0)
}
