package bridge

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
	"github.com/eclipse/paho.golang/paho/session/state"
)

// client5 is a client of MQTT 5.
type client5 struct {
	paho    *paho.Client
	session heldSession
}

// heldSession leaves acknowledging to the link: Paho's own way of manual
// acknowledgments sends them by a clock.
type heldSession struct{ *state.State }

// Ack implements session.SessionManager.
func (heldSession) Ack(*packets.Publish) error { return nil }

func dial5(ctx context.Context, d *dialing, conn net.Conn) (_ client, present bool, err error) {
	b := d.broker
	c := &client5{session: heldSession{state.NewInMemory()}} // the link keeps nothing that was not acknowledged, so every connection begins empty
	c.paho = paho.NewClient(paho.ClientConfig{
		Conn: conn, Session: c.session, PacketTimeout: answerWithin,
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(p paho.PublishReceived) (bool, error) {
			packet := p.Packet.Packet()
			d.received(message{topic: p.Packet.Topic, payload: p.Packet.Payload, qos: p.Packet.QoS, again: packet.Duplicate, retained: p.Packet.Retain, packet: packet})
			return true, nil
		}},
		OnClientError: d.lost,
		OnServerDisconnect: func(p *paho.Disconnect) {
			reason := ""
			if p.Properties != nil {
				reason = p.Properties.ReasonString
			}
			d.lost(refused("the broker ended the connection", p.ReasonCode, reason))
		},
	})
	answer, err := c.paho.Connect(ctx, &paho.Connect{
		ClientID: b.ClientID, KeepAlive: uint16(b.KeepAlive / time.Second), CleanStart: false,
		Username: b.Username, UsernameFlag: b.Username != "", Password: []byte(d.password), PasswordFlag: d.password != "",
		Properties: &paho.ConnectProperties{
			SessionExpiryInterval: new(uint32(b.SessionExpiry / time.Second)),
			ReceiveMaximum:        new(uint16(b.ReceiveMaximum)),
		},
	})
	switch {
	case err == nil:
		return c, answer.SessionPresent, nil
	case answer != nil && answer.ReasonCode >= 0x80:
		reason := ""
		if answer.Properties != nil {
			reason = answer.Properties.ReasonString
		}
		return nil, false, refused("the broker refused the connection", answer.ReasonCode, reason)
	default:
		return nil, false, fmt.Errorf("CONNECT: %w", err)
	}
}

// refused words a reason code.
func refused(what string, code byte, reason string) error {
	if reason == "" {
		return fmt.Errorf("%s: reason code 0x%02x", what, code)
	}
	return fmt.Errorf("%s: reason code 0x%02x (%.200q)", what, code, reason)
}

func (c *client5) subscribe(ctx context.Context, list []subscription) error {
	for part := range slices.Chunk(list, subscribeAtOnce) {
		packet := &paho.Subscribe{}
		for _, s := range part {
			packet.Subscriptions = append(packet.Subscriptions, paho.SubscribeOptions{Topic: s.filter, QoS: s.qos, NoLocal: true, RetainHandling: 2})
		}
		answer, err := c.paho.Subscribe(ctx, packet)
		if answer == nil {
			return fmt.Errorf("SUBSCRIBE: %w", err)
		}
		if err := granted(part, answer.Reasons); err != nil {
			return err
		}
	}
	return nil
}

func (c *client5) publish(topic string, payload []byte, qos byte) error {
	_, err := c.paho.PublishWithOptions(context.Background(), &paho.Publish{Topic: topic, Payload: payload, QoS: qos},
		paho.PublishOptions{Method: paho.PublishMethod_AsyncSend})
	if errors.Is(err, paho.ErrInvalidArguments) {
		return fmt.Errorf("%w: %w", errNeverSent, err)
	}
	return err
}

func (c *client5) ack(m *message) error { return c.session.State.Ack(m.packet.(*packets.Publish)) }

func (c *client5) close() {
	_ = c.paho.Disconnect(&paho.Disconnect{}) // the connection may be lost already
	<-c.paho.Done()
	_ = c.session.State.Close()
}
