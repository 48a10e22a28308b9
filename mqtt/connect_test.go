package mqtt

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestConnect(t *testing.T) {
	refuse := &testHandler{connect: func(_ *Client, p *Connect) Code {
		switch string(p.Username) {
		case "mallory":
			return CodeNotAuthorized
		case "late":
			return CodeServerShuttingDown
		}
		return CodeSuccess
	}}
	for _, tt := range []struct {
		name    string
		version byte
		send    []byte
		want    []byte // CONNACK, nil: the connection is closed without
	}{
		{"ok/3.1.1", 4, connectOptions{id: "a"}.encode(4), raw(0x20, 2, 0, 0)},
		{"ok/3.1.1 empty identifier", 4, connectOptions{}.encode(4), raw(0x20, 2, 0, 0)},
		{"fail/3.1.1 refused", 4, connectOptions{id: "a", username: "mallory"}.encode(4), raw(0x20, 2, 0, 5)},
		{"fail/5 refused", 5, connectOptions{id: "a", username: "mallory"}.encode(5), raw(0x20, 3, 0, 0x87, 0)},
		{"fail/3.1.1 too late", 4, connectOptions{id: "a", username: "late"}.encode(4), raw(0x20, 2, 0, 3)},
		{"fail/5 too late, by a code that CONNACK has", 5, connectOptions{id: "a", username: "late"}.encode(5), raw(0x20, 3, 0, 0x88, 0)},
		{"fail/will too large", 5, connectOptions{id: "a", will: &Will{Topic: []byte("w"), Payload: make([]byte, 1001)}}.encode(5), raw(0x20, 3, 0, 0x95, 0)},
		{"fail/3.1", 4, raw(0x10, 17, "MQIsdp", 3, 2, 0, 60, "dev"), raw(0x20, 2, 0, 1)},
		{"fail/version 6", 5, raw(0x10, 16, "MQTT", 6, 2, 0, 60, 0, "dev"), raw(0x20, 3, 0, 0x84, 0)},
		{"fail/3.1.1 empty identifier with a session", 4, connectOptions{keep: true}.encode(4), raw(0x20, 2, 0, 2)},
		{"fail/5 authentication method", 5, connectOptions{id: "a", props: raw(21, "SCRAM")}.encode(5), raw(0x20, 3, 0, 0x8C, 0)},
		{"fail/5 malformed", 5, connectOptions{id: "a", props: raw(99)}.encode(5), raw(0x20, 3, 0, 0x81, 0)},
		{"fail/3.1.1 malformed", 4, connectOptions{id: "\xff"}.encode(4), nil},
		{"fail/will QoS 2", 5, connectOptions{id: "a", will: &Will{Topic: []byte("w"), QoS: 2}}.encode(5), raw(0x20, 3, 0, 0x9B, 0)},
		{"fail/will topic too long", 5, connectOptions{id: "a", will: &Will{Topic: bytes.Repeat([]byte("w"), 301)}}.encode(5), raw(0x20, 3, 0, 0x90, 0)},
		{"fail/maximum packet size below CONNACK", 5, connectOptions{id: "a", props: raw(39, 0, 0, 0, 9)}.encode(5), nil},
		{"fail/not CONNECT", 4, raw(0xC0, 0), nil},
		{"fail/not CONNECT and incomplete", 4, raw(0x30, 9, 0), nil},
		{"fail/too long", 4, raw(0x10, 0xFF, 0xFF, 0x7F), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t, Options{Handler: refuse, MaxTopic: 300, MaxPayload: 1000})
			p := s.dial(t, tt.version)
			p.write(tt.send)
			if tt.want == nil {
				p.expectClosed(CodeSuccess)
				return
			}
			ack := p.expect(typeConnack)
			if got := encodePacket(ack.first, ack.body); !bytes.Equal(got, tt.want) {
				t.Fatalf("got % X, want % X", got, tt.want)
			}
			if strings.HasPrefix(tt.name, "fail/") {
				p.expectClosed(CodeSuccess)
				if st := s.Stats(); st.Refused != 1 || st.Connects != 0 || st.Sessions != 0 {
					t.Errorf("stats: %+v", st)
				}
			}
		})
	}
}

func TestConnackSaysWhatIsGranted(t *testing.T) {
	s := startServer(t, Options{MinKeepAlive: 30 * time.Second, MaxKeepAlive: time.Hour, MaxSessionExpiry: time.Minute,
		ReceiveMaximum: 7, MaxPacket: 1000, TopicAliasMaximum: 3})
	p := s.dial(t, 5)
	p.write(connectOptions{keep: true, keepAlive: 5}.encode(5))
	got := p.expect(typeConnack).body
	id := findProperty(got[3:], propAssignedClientID)
	if !strings.HasPrefix(string(id), "auto-") {
		t.Errorf("assigned identifier: %q", id)
	}
	want := raw(0, 0, len(got)-3, 17, 0, 0, 0, 60, 33, 0, 7, 36, 1, 39, 0, 0, 3, 0xE8, 18, string(id), 34, 0, 3, 19, 0, 30)
	if !bytes.Equal(got, want) {
		t.Errorf("got  % X\nwant % X", got, want)
	}
}

// TestProtocolErrors sends what a client must not send; version 5 clients are
// told why.
func TestProtocolErrors(t *testing.T) {
	for _, tt := range []struct {
		name    string
		version byte
		send    []byte
		code    Code
	}{
		{"fail/second CONNECT", 5, connectOptions{id: "a"}.encode(5), CodeProtocolError},
		{"fail/3.1.1 QoS 2", 4, raw(0x34, 5, "a", 0, 1), CodeSuccess},
		{"fail/QoS 2", 5, raw(0x34, 6, "a", 0, 1, 0), CodeQoSNotSupported},
		{"fail/QoS 3", 5, raw(0x36, 6, "a", 0, 1, 0), CodeMalformedPacket},
		{"fail/packet too large", 5, raw(0x30, 0xFF, 0x7F), CodePacketTooLarge},
		{"fail/payload too large", 5, encodePublish(5, &Inbound{Topic: []byte("a"), Payload: make([]byte, 501)}), CodePacketTooLarge},
		{"fail/wildcard in a topic name", 5, encodePublish(5, &Inbound{Topic: []byte("a/#")}), CodeTopicNameInvalid},
		{"fail/alias above the maximum", 5, raw(0x30, 7, "a", 3, 35, 0, 9), CodeTopicAliasInvalid},
		{"fail/unknown alias", 5, raw(0x30, 6, "", 3, 35, 0, 1), CodeProtocolError},
		{"fail/PUBREC", 5, raw(0x50, 2, 0, 1), CodeProtocolError},
		{"fail/AUTH", 5, raw(0xF0, 0), CodeProtocolError},
		{"fail/type 0", 5, raw(0x00, 0), CodeMalformedPacket},
		{"fail/topic too long", 5, encodePublish(5, &Inbound{Topic: bytes.Repeat([]byte("t"), 301)}), CodeTopicNameInvalid},
		{"fail/SUBSCRIBE flags", 5, raw(0x80, 7, 0, 1, 0, "a", 1), CodeMalformedPacket},
		{"fail/seven byte SUBSCRIBE", 5, raw(0x82, 5, 0, 1, 0, 0, 9), CodeMalformedPacket},
		{"fail/UNSUBSCRIBE of nothing", 5, raw(0xA2, 3, 0, 1, 0), CodeProtocolError},
		{"fail/PINGREQ with a body", 5, raw(0xC0, 1, 0), CodeMalformedPacket},
		{"fail/PUBACK flags", 5, raw(0x41, 2, 0, 1), CodeMalformedPacket},
		{"fail/session expiry raised from 0", 5, raw(0xE0, 7, 0, 5, 17, 0, 0, 0, 9), CodeProtocolError},
		{"fail/five byte length", 5, raw(0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1), CodeMalformedPacket},
	} {
		t.Run(tt.name, func(t *testing.T) {
			why := make(chan Reason, 1)
			s := startServer(t, Options{MaxPacket: 1000, MaxPayload: 500, MaxTopic: 300, Handler: &testHandler{disconnected: func(_ *Client, r Reason) { why <- r }}})
			p := s.dial(t, tt.version)
			p.connect(connectOptions{id: "a"})
			p.write(tt.send)
			p.expectClosed(tt.code)
			if got := receive(t, why, "Disconnected"); got != ReasonProtocolError {
				t.Errorf("reason: got %v", got)
			}
			if st := s.Stats(); st.ProtocolErrors != 1 {
				t.Errorf("stats: %+v", st)
			}
		})
	}
}

func TestTakeover(t *testing.T) {
	for _, version := range []byte{4, 5} {
		t.Run(fmt.Sprintf("ok/version %d", version), func(t *testing.T) {
			why := make(chan Reason, 2)
			s := startServer(t, Options{Handler: &testHandler{disconnected: func(_ *Client, r Reason) { why <- r }}})
			first, second := s.dial(t, version), s.dial(t, version)
			first.connect(connectOptions{id: "same", keep: true})
			first.subscribe("a")
			if !second.connect(connectOptions{id: "same", keep: true}) {
				t.Error("no session present")
			}
			first.expectClosed(CodeSessionTakenOver)
			if got := receive(t, why, "Disconnected"); got != ReasonTakenOver {
				t.Errorf("reason: got %v", got)
			}
			second.write(encodePublish(version, &Inbound{Topic: []byte("a")}))
			second.expectPublish()
			if st := s.Stats(); st.Connections != 1 || st.Sessions != 1 || st.Subscriptions != 1 {
				t.Errorf("stats: %+v", st)
			}
		})
	}
}

func TestKeepAlive(t *testing.T) {
	clock := newManualClock()
	s := startServer(t, Options{Now: clock.now})
	p, forever := s.dial(t, 5), s.dial(t, 5)
	p.connect(connectOptions{id: "a", keepAlive: 10})
	forever.connect(connectOptions{id: "b"})
	for range 5 {
		clock.move(s, 14*time.Second)
		p.ping()
	}
	clock.move(s, 14*time.Second)
	p.ping()
	clock.move(s, 17*time.Second)
	p.expectClosed(CodeKeepAliveTimeout)
	clock.move(s, 10*time.Hour)
	forever.ping()
}

func TestConnectionLimit(t *testing.T) {
	s := startServer(t, Options{MaxConnections: 1})
	p := s.dial(t, 4)
	p.connect(connectOptions{id: "a"})
	s.dial(t, 4).expectClosed(0)
	p.write(raw(0xE0, 0))
	p.expectClosed(0)
	eventually(t, "room for another", func() bool { return s.Stats().Connections == 0 })
	s.dial(t, 4).connect(connectOptions{id: "b"})
}

func TestConnectTimeout(t *testing.T) {
	s := startServer(t, Options{ConnectTimeout: 10 * time.Millisecond})
	p := s.dial(t, 4)
	p.write(connectOptions{id: "a"}.encode(4)[:5])
	p.expectClosed(0)
}
