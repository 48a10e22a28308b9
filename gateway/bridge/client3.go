package bridge

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// publishWithin is how long Paho may take to take a message: it does not notice that
// the connection is lost while it waits.
const publishWithin = 5 * time.Second

// client3 is a client of MQTT 3.1.1.
type client3 struct{ paho paho.Client }

func dial3(d *dialing, conn net.Conn) (_ client, present bool, err error) {
	b := d.broker
	o := paho.NewClientOptions().SetProtocolVersion(4).SetClientID(b.ClientID).SetUsername(b.Username).SetPassword(d.password).
		SetCleanSession(false).SetKeepAlive(b.KeepAlive).SetPingTimeout(answerWithin).SetConnectTimeout(answerWithin).SetWriteTimeout(publishWithin).
		SetAutoReconnect(false).SetConnectRetry(false).SetOrderMatters(true).SetAutoAckDisabled(true).
		SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) { return conn, nil }).
		SetConnectionLostHandler(func(_ paho.Client, err error) { d.lost(err) }).
		SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) {
			d.received(message{topic: m.Topic(), payload: m.Payload(), qos: m.Qos(), again: m.Duplicate(), retained: m.Retained(), packet: m})
		})
	o.Servers = []*url.URL{{Scheme: "mqtt", Host: "broker"}} // it is asked for one, and the connection is open
	c := &client3{paho.NewClient(o)}
	token := c.paho.Connect().(*paho.ConnectToken)
	if !token.WaitTimeout(answerWithin) {
		c.close()
		return nil, false, errors.New("CONNECT: the broker does not answer")
	}
	if err := token.Error(); err != nil {
		return nil, false, fmt.Errorf("CONNECT: %w", err)
	}
	return c, token.SessionPresent(), nil
}

func (c *client3) subscribe(ctx context.Context, list []subscription) error {
	for part := range slices.Chunk(list, subscribeAtOnce) {
		filters := map[string]byte{}
		for _, s := range part {
			filters[s.filter] = s.qos
		}
		token := c.paho.SubscribeMultiple(filters, nil).(*paho.SubscribeToken)
		select {
		case <-token.Done():
		case <-ctx.Done():
			return fmt.Errorf("SUBSCRIBE: %w", ctx.Err())
		}
		codes := make([]byte, len(part))
		for i, s := range part {
			code, answered := token.Result()[s.filter]
			if !answered {
				return fmt.Errorf("SUBSCRIBE: %w", errors.Join(token.Error(), errors.New("the broker did not answer for "+s.filter)))
			}
			codes[i] = code
		}
		if err := granted(part, codes); err != nil {
			return err
		}
	}
	return nil
}

func (c *client3) publish(topic string, payload []byte, qos byte) error {
	token := c.paho.Publish(topic, qos, false, payload)
	select {
	case <-token.Done(): // at once when it failed, or with QoS 0
		return token.Error()
	default:
		return nil
	}
}

func (c *client3) ack(m *message) error {
	m.packet.(paho.Message).Ack()
	return nil
}

func (c *client3) close() { c.paho.Disconnect(1000) }
