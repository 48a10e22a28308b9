package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	packets5 "github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
	paho3 "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"

	"vedette/mqtt"
)

// deadline is how long a test waits for what must happen.
const deadline = 10 * time.Second

// serve runs an MQTT server with h as its handler and returns its address.
func serve(t *testing.T, h *harness) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveListener(t, h, l)
	return l.Addr().String()
}

// serveListener runs an MQTT server with h as its handler on l.
func serveListener(t *testing.T, h *harness, l net.Listener) *mqtt.Server {
	t.Helper()
	s, err := mqtt.NewServer(t.Context(), mqtt.Options{Handler: h.Gateway, Wills: h.Gateway, ConnectTimeout: h.connectTimeout})
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return s
}

type message struct {
	Topic, Payload string
	Retained       bool
}

// device is a client of one of Eclipse's libraries.
type device interface {
	// subscribe returns the code of the SUBACK.
	subscribe(t *testing.T, filter string) byte
	// publish waits for the PUBACK, if the QoS is 1.
	publish(topic string, qos byte, retain bool, payload []byte) error
	received() <-chan message
	lost() <-chan struct{}
}

// versions are the ways to connect a device.
var versions = map[string]func(t *testing.T, addr, id string) device{
	"MQTT 3.1.1": connect3,
	"MQTT 5":     connect5,
}

// next waits for a message.
func next(t *testing.T, d device) message {
	t.Helper()
	select {
	case m := <-d.received():
		return m
	case <-time.After(deadline):
		t.Fatal("no message")
		return message{}
	}
}

type device3 struct {
	client   paho3.Client
	messages chan message
	gone     chan struct{}
}

func connect3(t *testing.T, addr, id string) device {
	t.Helper()
	d, err := dial3(t, "tcp://"+addr, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// dial3 connects a device; the error is errNotAuthorized when it is refused so.
func dial3(t *testing.T, url, id string, config *tls.Config) (*device3, error) {
	t.Helper()
	d := &device3{messages: make(chan message, 100), gone: make(chan struct{})}
	o := paho3.NewClientOptions().AddBroker(url).SetClientID(id).SetProtocolVersion(4).SetAutoReconnect(false).SetTLSConfig(config)
	o.SetDefaultPublishHandler(func(_ paho3.Client, m paho3.Message) {
		d.messages <- message{m.Topic(), string(m.Payload()), m.Retained()}
	})
	o.SetConnectionLostHandler(func(paho3.Client, error) { close(d.gone) })
	d.client = paho3.NewClient(o)
	if err := await(d.client.Connect()); err != nil {
		if errors.Is(err, packets.ErrorRefusedNotAuthorised) {
			err = errNotAuthorized
		}
		return d, err
	}
	t.Cleanup(func() { d.client.Disconnect(0) })
	return d, nil
}

var errNotAuthorized = errors.New("not authorized")

func await(token paho3.Token) error {
	if !token.WaitTimeout(deadline) {
		return context.DeadlineExceeded
	}
	return token.Error()
}

func (d *device3) subscribe(t *testing.T, filter string) byte {
	t.Helper()
	token := d.client.Subscribe(filter, 1, nil).(*paho3.SubscribeToken)
	err := await(token)
	_, topics := mqtt.CutShare(filter) // by which the library keeps the result
	code := token.Result()[topics]
	if err != nil && code < 0x80 {
		t.Fatal(err)
	}
	return code
}

func (d *device3) publish(topic string, qos byte, retain bool, payload []byte) error {
	return await(d.client.Publish(topic, qos, retain, payload))
}

func (d *device3) received() <-chan message { return d.messages }
func (d *device3) lost() <-chan struct{}    { return d.gone }

type device5 struct {
	client   *paho.Client
	messages chan message
	refused  mqtt.Code // of CONNACK
}

func connect5(t *testing.T, addr, id string) device {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	d, err := dial5(t, conn, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func dial5(t *testing.T, conn net.Conn, id string) (*device5, error) {
	t.Helper()
	d := &device5{messages: make(chan message, 100)}
	d.client = paho.NewClient(paho.ClientConfig{
		Conn: packets5.NewThreadSafeConn(conn), // or else it mixes a PINGREQ into other packets
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(p paho.PublishReceived) (bool, error) {
			d.messages <- message{p.Packet.Topic, string(p.Packet.Payload), p.Packet.Retain}
			return true, nil
		}},
	})
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	if ack, err := d.client.Connect(ctx, &paho.Connect{ClientID: id, CleanStart: true, KeepAlive: 60}); err != nil {
		if ack != nil {
			d.refused = mqtt.Code(ack.ReasonCode)
		}
		return d, err
	}
	t.Cleanup(func() { _ = d.client.Disconnect(&paho.Disconnect{}) })
	return d, nil
}

func (d *device5) subscribe(t *testing.T, filter string) byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	ack, err := d.client.Subscribe(ctx, &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: filter, QoS: 1}}})
	if ack == nil {
		t.Fatal(err)
	}
	return ack.Reasons[0]
}

func (d *device5) publish(topic string, qos byte, retain bool, payload []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	ack, err := d.client.Publish(ctx, &paho.Publish{Topic: topic, QoS: qos, Retain: retain, Payload: payload})
	if err == nil && ack != nil && ack.ReasonCode >= 0x80 {
		err = fmt.Errorf("PUBACK with reason code %#x", ack.ReasonCode)
	}
	return err
}

func (d *device5) received() <-chan message { return d.messages }
func (d *device5) lost() <-chan struct{}    { return d.client.Done() }
