package app_test

import (
	"context"
	"crypto/tls"
	"testing"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"

	"vedette/api"
)

// TestGateVersion5: an MQTT 5 client of Eclipse Paho reports over mutual TLS, hears
// the reply, is told why it may not do something, and why its connection ends.
func TestGateVersion5(t *testing.T) {
	g := startGate(t, gateOptions(t))
	c := g.issue(api.CertificateStatusActive)
	g.lampPolicy(c, "lamps")
	conn, err := tls.Dial("tcp", g.Endpoints().MQTTS, &tls.Config{RootCAs: g.roots, ServerName: "localhost", Certificates: []tls.Certificate{c.Certificate}})
	check(t, err)
	replies, ended := make(chan *paho.Publish, 1), make(chan byte, 1)
	client := paho.NewClient(paho.ClientConfig{
		Conn: packets.NewThreadSafeConn(conn),
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(p paho.PublishReceived) (bool, error) {
			replies <- p.Packet
			return true, nil
		}},
		OnServerDisconnect: func(d *paho.Disconnect) { ended <- d.ReasonCode },
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err = client.Connect(ctx, &paho.Connect{ClientID: "lamp-7", CleanStart: true, KeepAlive: 60})
	check(t, err)
	const topic = "$aws/things/lamp-7/defender/metrics/json"
	_, err = client.Subscribe(ctx, &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: topic + "/accepted", QoS: 1}, {Topic: topic + "/rejected", QoS: 1}}})
	check(t, err)
	for payload, end := range map[string]string{listening(22): "/accepted", "{}": "/rejected"} {
		_, err = client.Publish(ctx, &paho.Publish{Topic: topic, QoS: 1, Payload: []byte(payload)})
		check(t, err)
		select {
		case p := <-replies:
			if p.Topic != topic+end {
				t.Errorf("%s: got %s %s", payload, p.Topic, p.Payload)
			}
		case <-ctx.Done():
			t.Fatal("no reply")
		}
	}
	if ack, err := client.Publish(ctx, &paho.Publish{Topic: "lamps/lamp-8", QoS: 1}); err == nil || ack == nil || ack.ReasonCode != packets.PubackNotAuthorized {
		t.Errorf("publish without leave: got %+v, %v", ack, err)
	}
	g.setStatus(c, api.CertificateStatusRevoked)
	select {
	case code := <-ended:
		if code != packets.DisconnectNotAuthorized {
			t.Errorf("ended with %#x", code)
		}
	case <-ctx.Done():
		t.Error("the connection stays")
	}
}
