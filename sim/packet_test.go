package sim

import (
	"bufio"
	"bytes"
	"testing"
)

func TestAppend(t *testing.T) {
	tests := []struct {
		name string
		got  []byte
		want string
	}{
		{"ok/connect", appendConnect(nil, "cam", 60), "\x10\x0f\x00\x04MQTT\x04\x02\x00\x3c\x00\x03cam"},
		{"ok/subscribe", appendSubscribe(nil, 7, []string{"a/b", "c"}), "\x82\x0c\x00\x07\x00\x03a/b\x00\x00\x01c\x00"},
		{"ok/publish", appendPublish(nil, 513, "t", []byte("hello")), "\x32\x0a\x00\x01t\x02\x01hello"},
		{"ok/long", appendPublish(nil, 1, "t", make([]byte, 200))[:3], "\x32\xcd\x01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if string(tt.got) != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestPacketChecks(t *testing.T) {
	message := func(p packet) error { _, _, err := p.message(); return err }
	id := func(p packet) error { _, err := p.packetID(); return err }
	tests := []struct {
		name  string
		p     packet
		check func(packet) error
		ok    bool
	}{
		{"ok/connack", packet{0x20, []byte{0, 0}}, packet.connected, true},
		{"fail/connack refused", packet{0x20, []byte{0, 5}}, packet.connected, false},
		{"fail/connack short", packet{0x20, []byte{0}}, packet.connected, false},
		{"fail/connack other packet", packet{0x40, []byte{0, 0}}, packet.connected, false},
		{"ok/suback", packet{0x90, []byte{0, 1, 0, 1}}, packet.subscribed, true},
		{"fail/suback refused", packet{0x90, []byte{0, 1, 0x80}}, packet.subscribed, false},
		{"fail/suback short", packet{0x90, []byte{0, 1}}, packet.subscribed, false},
		{"ok/message", packet{0x30, []byte{0, 1, 't'}}, message, true},
		{"fail/message short", packet{0x30, []byte{0, 9, 't'}}, message, false},
		{"fail/message of QoS 1", packet{0x32, []byte{0, 1, 't', 0, 1}}, message, false},
		{"ok/puback", packet{0x40, []byte{0, 1}}, id, true},
		{"fail/puback short", packet{0x40, []byte{0}}, id, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.check(tt.p); (err == nil) != tt.ok {
				t.Errorf("error %v", err)
			}
		})
	}
}

// FuzzNextPacket: both readers agree on every input, and neither reads beyond it.
func FuzzNextPacket(f *testing.F) {
	f.Add([]byte("\x20\x02\x00\x00"))
	f.Add([]byte("\x30\x05\x00\x01thi\x40\x02\x00\x01"))
	f.Add([]byte("\x30\xff\xff\xff\xff\x01"))
	f.Add([]byte("\x30\xff\xff\xff\x7f"))
	f.Add([]byte("\x90"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, size, err := nextPacket(data)
		if size > len(data) || err == nil && size > 0 && len(p.body) > size-2 {
			t.Fatalf("size %d, body %d of %d bytes", size, len(p.body), len(data))
		}
		q, streamErr := readPacket(bufio.NewReader(bytes.NewReader(data)))
		if whole := err == nil && size > 0 && len(p.body) <= maxInbound; whole != (streamErr == nil) {
			t.Fatalf("nextPacket: size %d, %v; readPacket: %v", size, err, streamErr)
		}
		if streamErr == nil && (q.first != p.first || !bytes.Equal(q.body, p.body)) {
			t.Fatalf("nextPacket: %v, readPacket: %v", p, q)
		}
		if err == nil && size > 0 {
			_, _, _ = p.message()
			_, _ = p.packetID()
		}
	})
}
