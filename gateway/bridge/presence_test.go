package bridge

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/gateway"
	"vedette/record"
)

// The payloads below are those of the documentation of AWS IoT Core and of EMQX.
const (
	awsConnected    = `{"clientId":"lamp-7","thingName":"lamp-7","timestamp":1767225600123,"eventType":"connected","sessionIdentifier":"0b3c","principalIdentifier":"12ab","ipAddress":"192.0.2.10","versionNumber":4}`
	awsDisconnected = `{"clientId":"lamp-7","timestamp":1767225900456,"eventType":"disconnected","sessionIdentifier":"0b3c","principalIdentifier":"12ab","clientInitiatedDisconnect":false,"disconnectReason":"CONNECTION_LOST","versionNumber":4}`
	awsFailed       = `{"clientId":"lamp-7","timestamp":1767225900456,"eventType":"connect_failed","sessionIdentifier":"77aa","principalIdentifier":"12ab","connectFailureReason":"AUTHORIZATION_FAILED"}`

	emqxConnected    = `{"username":"foo","ts":1625572213873,"sockport":1883,"proto_ver":4,"proto_name":"MQTT","keepalive":60,"ipaddress":"127.0.0.1","expiry_interval":0,"connected_at":1625572213873,"connack":0,"clientid":"emqtt-8348fe27a87976ad4db3","clean_start":true}`
	emqxDisconnected = `{"username":"foo","ts":1625572213900,"sockport":1883,"reason":"tcp_closed","proto_ver":4,"proto_name":"MQTT","ipaddress":"127.0.0.1","disconnected_at":1625572213950,"clientid":"emqtt-8348fe27a87976ad4db3"}`
)

func TestPresencePayloads(t *testing.T) {
	const aws, emqx = "$aws/events/presence/", "$SYS/brokers/emqx@127.0.0.1/clients/emqtt-8348fe27a87976ad4db3/"
	lamp := gateway.RemotePresence{Thing: "lamp-7", Connection: "0b3c", Version: 4}
	on, off := lamp, lamp
	on.Connected, on.Time, on.Addr = true, 1767225600123, netip.MustParseAddr("192.0.2.10")
	off.Time, off.Reason = 1767225900456, record.ConnectionLost
	ttl := off
	ttl.Reason = record.ServerInitiatedDisconnect
	unversioned := on
	unversioned.Version = -1
	for _, tc := range []struct {
		source, topic, payload string
		want                   lifecycle
	}{
		{"aws", aws + "connected/lamp-7", awsConnected, lifecycle{RemotePresence: on}},
		{"aws", aws + "disconnected/lamp-7", awsDisconnected, lifecycle{RemotePresence: off}},
		{"aws", aws + "disconnected/lamp-7", strings.Replace(awsDisconnected, "CONNECTION_LOST", "CUSTOMAUTH_TTL_EXPIRATION", 1), lifecycle{RemotePresence: ttl}},
		{"aws", aws + "connected/lamp-7", strings.Replace(awsConnected, `,"versionNumber":4`, "", 1), lifecycle{RemotePresence: unversioned}},
		{"aws", aws + "connect_failed/lamp-7", awsFailed, lifecycle{
			RemotePresence: gateway.RemotePresence{Thing: "lamp-7", Connection: "77aa", Version: -1, Time: 1767225900456}, refused: true, denied: true}},
		{"emqx", emqx + "connected", emqxConnected, lifecycle{RemotePresence: gateway.RemotePresence{
			Thing: "emqtt-8348fe27a87976ad4db3", Connected: true, Connection: "1625572213873", Version: 1625572213873, Time: 1625572213873, Addr: netip.MustParseAddr("127.0.0.1")}}},
		{"emqx", emqx + "disconnected", emqxDisconnected, lifecycle{RemotePresence: gateway.RemotePresence{
			Thing: "emqtt-8348fe27a87976ad4db3", Version: -1, Time: 1625572213950, Reason: record.ConnectionLost}}},
		{"emqx", emqx + "disconnected", strings.Replace(emqxDisconnected, `"tcp_closed"`, `"takenover","connected_at":1625572213873`, 1), lifecycle{RemotePresence: gateway.RemotePresence{
			Thing: "emqtt-8348fe27a87976ad4db3", Connection: "1625572213873", Version: 1625572213873, Time: 1625572213950, Reason: record.DuplicateClientID}}},
	} {
		source := presenceSources[tc.source]
		if !source.claims(tc.topic) {
			t.Errorf("%s does not claim %s", tc.source, tc.topic)
		}
		got, err := source.read(tc.topic, []byte(tc.payload))
		if err != nil {
			t.Errorf("%s: %v", tc.payload, err)
			continue
		}
		if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(lifecycle{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Errorf("%s:\n%s", tc.payload, diff)
		}
	}
}

func TestPresenceFaults(t *testing.T) {
	for _, tc := range [][3]string{
		{"aws", "$aws/events/presence/connected/x", "hello"},
		{"aws", "$aws/events/presence/connected/x", "[]"},
		{"aws", "$aws/events/presence/connected/x", awsDisconnected},
		{"aws", "$aws/events/presence/other/x", strings.Replace(awsConnected, `"connected"`, `"other"`, 1)},
		{"aws", "$aws/events/presence/connected/x", `{"clientId":7}`},
		{"emqx", "$SYS/brokers/n/clients/x/connected", "{"},
		{"emqx", "$SYS/brokers/n/clients/x/subscribed", emqxConnected},
	} {
		if got, err := presenceSources[tc[0]].read(tc[1], []byte(tc[2])); err == nil {
			t.Errorf("%s on %s was taken: %+v", tc[2], tc[1], got)
		}
	}
}

func FuzzPresence(f *testing.F) {
	for _, payload := range []string{awsConnected, awsDisconnected, awsFailed, emqxConnected, emqxDisconnected, `{"versionNumber":18446744073709551615}`, `{"ipAddress":"[::1%eth0]:99"}`} {
		for _, topic := range []string{"$aws/events/presence/connected/x", "$aws/events/presence/disconnected/x", "$SYS/brokers/n/clients/x/connected", "$SYS/brokers/n/clients/x/disconnected"} {
			f.Add(topic, []byte(payload))
		}
	}
	f.Fuzz(func(t *testing.T, topic string, payload []byte) {
		for name, source := range presenceSources {
			e, err := source.read(topic, payload)
			if err != nil {
				continue
			}
			if e.Version < -1 || e.Time < 0 || e.Addr.Zone() != "" || e.Connected && e.Reason != 0 {
				t.Errorf("%s: got %+v", name, e)
			}
		}
	})
}
