package app_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"vedette/app"
)

// field is a string of a packet with its length in front.
func field(s string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(len(s)))) + s
}

func packet(first byte, body ...string) string {
	b := strings.Join(body, "")
	return string(append(binary.AppendUvarint([]byte{first}, uint64(len(b))), b...))
}

func connectPacket(id, props string) string {
	return packet(0x10, field("MQTT"), "\x05\x02\x00\x00", string(rune(len(props))), props, field(id))
}

const (
	ping = "\xC0\x00"
	pong = "\xD0\x00"
)

// exchange sends packets on a connection of their own, and returns what comes until
// the answer to a PINGREQ, or until the connection ends.
func (d *deployment) exchange(t *testing.T, packets string) string {
	t.Helper()
	conn, err := net.Dial("tcp", d.Endpoints().MQTT)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, packets); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for b := make([]byte, 1000); !bytes.HasSuffix(got, []byte(pong)); {
		n, err := conn.Read(b)
		got = append(got, b[:n]...)
		if err != nil {
			break
		}
	}
	return string(got)
}

// TestMQTTRules: what departs from the standard under --mqtt-rules aws, beside what
// the standard has.
func TestMQTTRules(t *testing.T) {
	t.Parallel()
	standard, aws := start(t, rules(t, "")), start(t, rules(t, app.MQTTRulesAWS))
	hello := connectPacket("a0", "")
	deep, flat := strings.Repeat("/", 8), strings.Repeat("x", 257)
	subscribe := func(options string, filters ...string) string {
		var entries string
		for _, f := range filters {
			entries += field(f) + options
		}
		return packet(0x82, "\x00\x01\x00", entries)
	}
	many := strings.Split(strings.Repeat("x ", 8)+"x", " ")
	for i, tt := range []struct {
		name          string
		send          []string
		standard, aws string // the end of what comes
	}{
		{"ok/keep alive", []string{hello}, "\x22\x00\x08" + pong, "\x22\x00\x08\x13\x04\xB0" + pong},
		{"ok/packet size", []string{hello}, "\x27\x00\x04\x00\x00\x22\x00\x08" + pong, "\x27\x00\x02\x48\x00\x22\x00\x08\x13\x04\xB0" + pong},
		{"ok/no client id", []string{connectPacket("", "")}, pong, "\x20\x03\x00\x85\x00"},
		{"ok/long client id", []string{connectPacket(strings.Repeat("x", 129), "")}, pong, "\x20\x03\x00\x85\x00"},
		{"ok/deep topic", []string{hello, packet(0x30, field(deep), "\x00")}, pong, "\xE0\x01\x90"},
		{"ok/deep topic of a rule", []string{hello, packet(0x30, field("$aws/rules/r"+deep[1:]), "\x00")}, pong, pong},
		{"ok/long topic", []string{hello, packet(0x30, field(flat), "\x00")}, pong, "\xE0\x01\x90"},
		{"ok/nine filters", []string{hello, subscribe("\x00", many...)}, pong, "\xE0\x01\x97"},
		{"ok/QoS 2 subscription", []string{hello, subscribe("\x02", "x")}, "\x90\x04\x00\x01\x00\x01" + pong, "\x13\x04\xB0" + pong},
		{"ok/QoS 2 message", []string{hello, packet(0x34, field("x"), "\x00\x01\x00")}, "\xE0\x01\x9B", "\x13\x04\xB0" + pong},
		{"ok/parent", []string{hello, subscribe("\x00", "a/#"), packet(0x30, field("a"), "\x00")}, packet(0x30, field("a"), "\x00") + pong, "\x90\x04\x00\x01\x00\x00" + pong},
		{"ok/large message", []string{hello, packet(0x30, field("x"), "\x00", strings.Repeat("x", 128<<10+1))}, pong, "\xE0\x01\x95"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, side := range map[string]struct {
				d    *deployment
				want string
			}{app.MQTTRulesStandard: {standard, tt.standard}, app.MQTTRulesAWS: {aws, tt.aws}} {
				send := strings.Join(tt.send, "")
				send = strings.Replace(send, field("a0"), field(fmt.Sprintf("%02d", i)), 1) // one CONNECT in a second for each
				if strings.HasSuffix(side.want, pong) {
					send += ping
				}
				if got := side.d.exchange(t, send); !strings.HasSuffix(got, side.want) {
					t.Errorf("%s: got % X, want % X at the end", name, got, side.want)
				}
			}
		})
	}
	t.Run("ok/connections in a row", func(t *testing.T) {
		for end := time.Now().Add(patience); ; { // two in one second, sooner or later
			if got := aws.exchange(t, connectPacket("again", "")+ping); strings.HasSuffix(got, "\x20\x03\x00\x9F\x00") {
				return
			}
			if time.Now().After(end) {
				t.Fatal("none was refused")
			}
		}
	})
	t.Run("ok/deep topic by HTTP", func(t *testing.T) {
		for want, d := range map[int]*deployment{200: standard, 400: aws} {
			resp, err := http.Post(d.Endpoints().HTTP+"/topics/a"+strings.Repeat("%2F", 8), "", nil)
			if err != nil {
				t.Fatal(err)
			}
			if resp.Body.Close(); resp.StatusCode != want {
				t.Errorf("got %d, want %d", resp.StatusCode, want)
			}
		}
	})
}

func rules(t *testing.T, name string) app.Options {
	o := options(t)
	o.MQTTRules, o.Auth = name, app.AuthNone
	return o
}

func TestMQTTRulesUnknown(t *testing.T) {
	err := app.Options{MQTTRules: "azure"}.Check()
	if want := fmt.Sprintf("mqtt-rules %q: want standard or aws", "azure"); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
