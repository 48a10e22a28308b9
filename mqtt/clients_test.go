package mqtt

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/eclipse/paho.golang/paho"
	paho3 "github.com/eclipse/paho.mqtt.golang"
)

// TestPaho3 runs the Eclipse client for 3.1.1 against the server.
func TestPaho3(t *testing.T) {
	s := startServer(t, Options{})
	u, err := url.Parse("tcp://" + s.addr)
	if err != nil {
		t.Fatal(err)
	}
	opt := paho3.NewClientOptions().SetClientID("paho3").SetProtocolVersion(4).SetAutoReconnect(false)
	opt.Servers = []*url.URL{u}
	c := paho3.NewClient(opt)
	done := func(what string, tok paho3.Token) {
		t.Helper()
		if !tok.WaitTimeout(patience) || tok.Error() != nil {
			t.Fatalf("%s: %v", what, tok.Error())
		}
	}
	done("connect", c.Connect())
	defer c.Disconnect(100)
	got := make(chan paho3.Message, 10)
	done("subscribe", c.Subscribe("a/+/c", 1, func(_ paho3.Client, m paho3.Message) { got <- m }))
	for _, qos := range []byte{0, 1} {
		done("publish", c.Publish("a/b/c", qos, false, "hello"))
		m := receive(t, got, "message")
		if string(m.Payload()) != "hello" || m.Topic() != "a/b/c" || m.Qos() != qos {
			t.Errorf("got %s %s QoS %d", m.Topic(), m.Payload(), m.Qos())
		}
	}
	done("unsubscribe", c.Unsubscribe("a/+/c"))
	done("publish", c.Publish("a/b/c", 1, false, "nobody"))
	if len(got) != 0 {
		t.Error("got a message after unsubscribing")
	}
}

// TestPaho5 runs the Eclipse client for version 5 against the server.
func TestPaho5(t *testing.T) {
	s := startServer(t, Options{})
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan *paho.Publish, 10)
	c := paho.NewClient(paho.ClientConfig{
		Conn: conn,
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){
			func(p paho.PublishReceived) (bool, error) { got <- p.Packet; return true, nil },
		},
	})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ack, err := c.Connect(ctx, &paho.Connect{ClientID: "paho5", CleanStart: true, KeepAlive: 30})
	if err != nil || ack.ReasonCode != 0 {
		t.Fatalf("connect: %+v, %v", ack, err)
	}
	if !ack.Properties.SharedSubAvailable || *ack.Properties.MaximumQoS != 1 {
		t.Errorf("CONNACK properties: %+v", ack.Properties)
	}
	if _, err := c.Subscribe(ctx, &paho.Subscribe{
		Properties:    &paho.SubscribeProperties{SubscriptionIdentifier: new(7)},
		Subscriptions: []paho.SubscribeOptions{{Topic: "x/#", QoS: 1, RetainAsPublished: true}},
	}); err != nil {
		t.Fatal(err)
	}
	props := &paho.PublishProperties{
		ContentType: "text/plain", ResponseTopic: "answers", CorrelationData: []byte{1, 2}, MessageExpiry: new(uint32(60)),
		PayloadFormat: new(byte(1)), User: paho.UserProperties{{Key: "k", Value: "1"}, {Key: "k", Value: "2"}},
	}
	if _, err := c.Publish(ctx, &paho.Publish{Topic: "x", QoS: 1, Payload: []byte("hi"), Properties: props}); err != nil {
		t.Fatal(err)
	}
	m := receive(t, got, "message")
	p := m.Properties
	if m.Topic != "x" || string(m.Payload) != "hi" || m.QoS != 1 || p.ContentType != "text/plain" || p.ResponseTopic != "answers" ||
		!bytes.Equal(p.CorrelationData, []byte{1, 2}) || *p.MessageExpiry != 60 || *p.PayloadFormat != 1 ||
		len(p.User) != 2 || p.User[1].Value != "2" || *p.SubscriptionIdentifier != 7 {
		t.Errorf("got %v with %+v", m, p)
	}
	if err := c.Disconnect(&paho.Disconnect{}); err != nil {
		t.Error(err)
	}
}

// requireTool returns the path of a program, or skips the test without it.
func requireTool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("VEDETTE_REQUIRE_ALL") == "1" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("SKIPPED, NOT TESTED: %s is not installed", name)
	}
	return path
}

// TestMosquitto runs the command line clients of Eclipse Mosquitto.
func TestMosquitto(t *testing.T) {
	pub, sub := requireTool(t, "mosquitto_pub"), requireTool(t, "mosquitto_sub")
	for _, version := range []string{"mqttv311", "mqttv5"} {
		t.Run("ok/"+version, func(t *testing.T) {
			s := startServer(t, Options{})
			_, port, _ := strings.Cut(s.addr, ":")
			args := func(more ...string) []string {
				return append([]string{"-h", "127.0.0.1", "-p", port, "-V", version, "-q", "1", "-t"}, more...)
			}
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			var out bytes.Buffer
			listen := exec.CommandContext(ctx, sub, args("fleet/+/state", "-C", "2", "-v")...)
			listen.Stdout, listen.Stderr = &out, os.Stderr
			if err := listen.Start(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "subscription", func() bool { return s.Stats().Subscriptions == 1 })
			for _, n := range []string{"1", "2"} {
				cmd := exec.CommandContext(ctx, pub, args("fleet/"+n+"/state", "-m", "on "+n)...)
				if b, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("mosquitto_pub: %v: %s", err, b)
				}
			}
			if err := listen.Wait(); err != nil {
				t.Fatalf("mosquitto_sub: %v", err)
			}
			if want := "fleet/1/state on 1\nfleet/2/state on 2\n"; out.String() != want {
				t.Errorf("got %q, want %q", out.String(), want)
			}
			retained := exec.CommandContext(ctx, pub, args("r", "-m", "kept", "-r")...)
			if b, err := retained.CombinedOutput(); err != nil {
				t.Fatalf("mosquitto_pub: %v: %s", err, b)
			}
			b, err := exec.CommandContext(ctx, sub, args("r", "-C", "1", "-F", "%r %p")...).Output()
			if err != nil || string(b) != "1 kept\n" {
				t.Errorf("retained: got %q, %v", b, err)
			}
		})
	}
}
