package mqtt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestFrame(t *testing.T) {
	long := bytes.Repeat([]byte{7}, 200)
	for _, tt := range []struct {
		name  string
		in    []byte
		limit int
		first byte
		body  []byte
		size  int
		code  Code
	}{
		{"ok/no body", []byte{0xC0, 0, 9, 9}, 100, 0xC0, []byte{}, 2, 0},
		{"ok/two byte length", append([]byte{0x30, 0xC8, 0x01}, long...), 300, 0x30, long, 203, 0},
		{"ok/longer form of a length", []byte{0xC0, 0x80, 0x00}, 100, 0xC0, []byte{}, 3, 0},
		{"ok/empty", nil, 100, 0, nil, 0, 0},
		{"ok/header incomplete", []byte{0x30, 0xC8}, 300, 0, nil, 0, 0},
		{"ok/body incomplete", []byte{0x30, 5, 1, 2}, 300, 0x30, nil, 7, 0},
		{"fail/five byte length", []byte{0x30, 0x80, 0x80, 0x80, 0x80, 0x01}, 1 << 30, 0, nil, 0, CodeMalformedPacket},
		{"fail/above the limit", []byte{0x30, 99}, 100, 0, nil, 0, CodePacketTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first, body, size, err := frame(tt.in, tt.limit)
			if codeOf(err) != tt.code || first != tt.first || !bytes.Equal(body, tt.body) || (body == nil) != (tt.body == nil) || size != tt.size {
				t.Errorf("got %X, % X, %d, %v", first, body, size, err)
			}
		})
	}
}

func codeOf(err error) Code {
	var e *protocolError
	if errors.As(err, &e) {
		return e.code
	}
	if err != nil {
		return CodeUnspecifiedError
	}
	return CodeSuccess
}

// raw makes a packet of literal bytes, strings (with their length in front) and
// byte values.
func raw(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b = appendBinary(b, p)
		case int:
			b = append(b, byte(p))
		case []byte:
			b = append(b, p...)
		}
	}
	return b
}

// TestConnectPackets reads each packet, and where it is decodable, writes it back.
func TestConnectPackets(t *testing.T) {
	will := &Will{Topic: []byte("w"), Payload: []byte("bye"), QoS: 1, Retain: true}
	for _, tt := range []struct {
		name string
		body []byte
		want connectPacket
		code Code
		opt  connectOptions
	}{
		{name: "ok/3.1.1 clean", body: raw("MQTT", 4, 2, 0, 60, "dev"),
			want: connectPacket{version: 4, keepAlive: 60, clientID: []byte("dev"), Connect: Connect{CleanStart: true, KeepAlive: time.Minute}},
			opt:  connectOptions{id: "dev", keepAlive: 60}},
		{name: "ok/3.1.1 everything", body: raw("MQTT", 4, 0xEC, 0, 0, "dev", "w", "bye", "u", "p"),
			want: connectPacket{version: 4, clientID: []byte("dev"), sessionExpiry: noExpiry, will: *will,
				Connect: Connect{Will: will, Username: []byte("u"), Password: []byte("p")}},
			opt: connectOptions{id: "dev", keep: true, will: will, username: "u", password: "p"}},
		{name: "fail/3.1", body: raw("MQIsdp", 3, 2, 0, 60, "dev"), want: connectPacket{version: 3}, code: CodeUnsupportedVersion},
		{name: "fail/version 6", body: raw("MQTT", 6, 2, 0, 60, "dev"), code: CodeUnsupportedVersion},
		{name: "fail/name", body: raw("MQTX", 4, 2, 0, 60, "dev"), code: CodeUnsupportedVersion},
		{name: "fail/reserved flag", body: raw("MQTT", 4, 3, 0, 60, "dev"), code: CodeMalformedPacket},
		{name: "fail/will QoS 3", body: raw("MQTT", 4, 0x1E, 0, 60, "dev", "w", "bye"), code: CodeMalformedPacket},
		{name: "fail/will QoS 2", body: raw("MQTT", 4, 0x16, 0, 60, "dev", "w", "bye"), code: CodeQoSNotSupported},
		{name: "fail/will retain without will", body: raw("MQTT", 4, 0x22, 0, 60, "dev"), code: CodeMalformedPacket},
		{name: "fail/will topic wildcard", body: raw("MQTT", 4, 0x06, 0, 60, "dev", "w/#", "bye"), code: CodeTopicNameInvalid},
		{name: "fail/3.1.1 password without user name", body: raw("MQTT", 4, 0x42, 0, 60, "dev", "p"), code: CodeMalformedPacket},
		{name: "fail/identifier not UTF-8", body: raw("MQTT", 4, 2, 0, 60, "\xff"), code: CodeMalformedPacket},
		{name: "fail/identifier with U+0000", body: raw("MQTT", 4, 2, 0, 60, "a\x00"), code: CodeMalformedPacket},
		{name: "fail/identifier with a surrogate", body: raw("MQTT", 4, 2, 0, 60, "\xed\xa0\x80"), code: CodeMalformedPacket},
		{name: "fail/too long", body: raw("MQTT", 4, 2, 0, 60, "dev", 0), code: CodeMalformedPacket},
		{name: "fail/too short", body: raw("MQTT", 4, 2, 0), code: CodeMalformedPacket},
		{name: "fail/empty", body: nil, code: CodeMalformedPacket},
		{name: "fail/5 property twice", body: raw("MQTT", 5, 2, 0, 0, 10, 17, 0, 0, 0, 9, 17, 0, 0, 0, 9, "dev"), code: CodeProtocolError},
		{name: "fail/5 property of another packet", body: raw("MQTT", 5, 2, 0, 0, 3, 35, 0, 1, "dev"), code: CodeMalformedPacket},
		{name: "fail/5 unknown property", body: raw("MQTT", 5, 2, 0, 0, 3, 99, 0, 1, "dev"), code: CodeMalformedPacket},
		{name: "fail/5 receive maximum 0", body: raw("MQTT", 5, 2, 0, 0, 3, 33, 0, 0, "dev"), code: CodeProtocolError},
		{name: "fail/5 maximum packet size 0", body: raw("MQTT", 5, 2, 0, 0, 5, 39, 0, 0, 0, 0, "dev"), code: CodeProtocolError},
		{name: "fail/5 flag property 2", body: raw("MQTT", 5, 2, 0, 0, 2, 23, 2, "dev"), code: CodeProtocolError},
		{name: "fail/5 authentication data alone", body: raw("MQTT", 5, 2, 0, 0, 4, 22, 0, 1, 5, "dev"), code: CodeProtocolError},
		{name: "fail/5 property cut off", body: raw("MQTT", 5, 2, 0, 0, 3, 17, 0, 0, "dev"), code: CodeMalformedPacket},
		{name: "fail/5 property length in a longer form", body: raw("MQTT", 5, 2, 0, 0, 0x80, 0, "dev"), code: CodeMalformedPacket},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got connectPacket
			err := parseConnect(typeConnect<<4, tt.body, &got)
			if codeOf(err) != tt.code {
				t.Fatalf("got error %v, want code %v", err, tt.code)
			}
			if err != nil {
				return
			}
			tt.want.receiveMaximum, tt.want.maximumPacket = 65535, maxRemaining+5
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(connectPacket{}, Connect{}, Will{}), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if back := tt.opt.encode(got.version); !bytes.Equal(back, encodePacket(typeConnect<<4, tt.body)) {
				t.Errorf("written back: % X", back)
			}
		})
	}
}

func TestConnectProperties(t *testing.T) {
	props := raw(17, 0, 0, 0, 9, 33, 0, 5, 39, 0, 0, 1, 0, 38, "a", "1", 38, "a", "2")
	body := connectOptions{id: "dev", props: props}.encode(version5)[2:]
	var got connectPacket
	if err := parseConnect(typeConnect<<4, body, &got); err != nil {
		t.Fatal(err)
	}
	if got.sessionExpiry != 9 || got.receiveMaximum != 5 || got.maximumPacket != 256 {
		t.Errorf("got %+v", got)
	}
	var users []string
	for name, value := range got.UserProperties() {
		users = append(users, string(name)+"="+string(value))
	}
	if want := "a=1 a=2"; strings.Join(users, " ") != want {
		t.Errorf("user properties: got %q, want %q", users, want)
	}
}

func TestPublishPackets(t *testing.T) {
	everything := raw(1, 1, 3, "text", 8, "r/t", 9, "corr", 38, "k", "v")
	for _, tt := range []struct {
		name    string
		version byte
		first   byte
		body    []byte
		want    Inbound
		alias   uint16
		code    Code
	}{
		{name: "ok/QoS 0", version: 4, first: 0x30, body: raw("a/b", []byte("hi")), want: Inbound{Topic: []byte("a/b"), Payload: []byte("hi")}},
		{name: "ok/QoS 1 dup retain", version: 4, first: 0x3B, body: raw("a", 0, 7), want: Inbound{Topic: []byte("a"), QoS: 1, Dup: true, Retain: true, packetID: 7}},
		{name: "ok/5 without properties", version: 5, first: 0x32, body: raw("a", 0, 7, 0, []byte("hi")), want: Inbound{Topic: []byte("a"), QoS: 1, packetID: 7, Payload: []byte("hi")}},
		{name: "ok/5 forwarded properties", version: 5, first: 0x30, body: raw("a", len(everything), everything, []byte("x")), want: Inbound{Topic: []byte("a"), Payload: []byte("x"), props: everything}},
		{name: "ok/5 expiry", version: 5, first: 0x30, body: raw("a", 5, 2, 0, 0, 1, 0), want: Inbound{Topic: []byte("a"), hasExpiry: true, expiry: 256}},
		{name: "ok/5 alias alone", version: 5, first: 0x30, body: raw("", 3, 35, 0, 2), want: Inbound{}, alias: 2},
		{name: "ok/5 alias between others", version: 5, first: 0x30, body: raw("a", 12, 3, "t", 35, 0, 2, 9, "cc", []byte("x")), alias: 2,
			want: Inbound{Topic: []byte("a"), Payload: []byte("x"), props: raw(3, "t", 9, "cc")}},
		{name: "fail/QoS 3", version: 4, first: 0x36, body: raw("a", 0, 7), code: CodeMalformedPacket},
		{name: "fail/QoS 2", version: 4, first: 0x34, body: raw("a", 0, 7), code: CodeQoSNotSupported},
		{name: "fail/dup with QoS 0", version: 4, first: 0x38, body: raw("a"), code: CodeMalformedPacket},
		{name: "fail/packet identifier 0", version: 4, first: 0x32, body: raw("a", 0, 0), code: CodeProtocolError},
		{name: "fail/no packet identifier", version: 4, first: 0x32, body: raw("a", 0), code: CodeMalformedPacket},
		{name: "fail/empty topic", version: 4, first: 0x30, body: raw(""), code: CodeTopicNameInvalid},
		{name: "fail/5 empty topic without alias", version: 5, first: 0x30, body: raw("", 0), code: CodeTopicNameInvalid},
		{name: "fail/wildcard +", version: 4, first: 0x30, body: raw("a/+"), code: CodeTopicNameInvalid},
		{name: "fail/wildcard #", version: 4, first: 0x30, body: raw("a/#"), code: CodeTopicNameInvalid},
		{name: "fail/too many levels", version: 4, first: 0x30, body: raw(strings.Repeat("/", maxLevels)), code: CodeTopicNameInvalid},
		{name: "fail/U+0000", version: 4, first: 0x30, body: raw("a\x00b"), code: CodeMalformedPacket},
		{name: "fail/not UTF-8", version: 4, first: 0x30, body: raw("\xc0\x80"), code: CodeMalformedPacket},
		{name: "fail/topic cut off", version: 4, first: 0x30, body: raw(0, 5, 'a'), code: CodeMalformedPacket},
		{name: "fail/5 alias 0", version: 5, first: 0x30, body: raw("a", 3, 35, 0, 0), code: CodeTopicAliasInvalid},
		{name: "fail/5 subscription identifier", version: 5, first: 0x30, body: raw("a", 2, 11, 1), code: CodeProtocolError},
		{name: "fail/5 payload format 2", version: 5, first: 0x30, body: raw("a", 2, 1, 2), code: CodeProtocolError},
		{name: "fail/5 response topic with wildcard", version: 5, first: 0x30, body: raw("a", 6, 8, "a/#"), code: CodeProtocolError},
		{name: "fail/5 properties cut off", version: 5, first: 0x30, body: raw("a", 9, 1, 1), code: CodeMalformedPacket},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got Inbound
			alias, _, err := parsePublish(tt.version, tt.first, tt.body, &got, nil)
			if codeOf(err) != tt.code {
				t.Fatalf("got error %v, want code %v", err, tt.code)
			}
			if err != nil {
				return
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(Inbound{}), cmpopts.EquateEmpty()); diff != "" || alias != tt.alias {
				t.Errorf("alias %d\n%s", alias, diff)
			}
			if back := encodePublish(tt.version, &got); alias == 0 && !bytes.Equal(back, encodePacket(tt.first, tt.body)) {
				t.Errorf("written back: % X", back)
			}
		})
	}
}

func TestSubscribePackets(t *testing.T) {
	for _, tt := range []struct {
		name    string
		version byte
		first   byte
		body    []byte
		want    subscribePacket
		code    Code
	}{
		{name: "ok/3.1.1", version: 4, first: 0x82, body: raw(0, 9, "a/+", 1, "#", 2),
			want: subscribePacket{packetID: 9, filters: []filterRequest{{[]byte("a/+"), 1}, {[]byte("#"), 2}}}},
		{name: "ok/5", version: 5, first: 0x82, body: raw(0, 9, 3, 11, 0x80, 1, "a", 0x2D),
			want: subscribePacket{packetID: 9, id: 128, filters: []filterRequest{{[]byte("a"), 0x2D}}}},
		{name: "fail/flags", version: 4, first: 0x80, body: raw(0, 9, "a", 1), code: CodeMalformedPacket},
		{name: "fail/no filter", version: 4, first: 0x82, body: raw(0, 9), code: CodeProtocolError},
		{name: "fail/packet identifier 0", version: 4, first: 0x82, body: raw(0, 0, "a", 1), code: CodeProtocolError},
		{name: "fail/QoS 3", version: 4, first: 0x82, body: raw(0, 9, "a", 3), code: CodeMalformedPacket},
		{name: "fail/3.1.1 options", version: 4, first: 0x82, body: raw(0, 9, "a", 4), code: CodeMalformedPacket},
		{name: "fail/5 reserved options", version: 5, first: 0x82, body: raw(0, 9, 0, "a", 0x41), code: CodeMalformedPacket},
		{name: "fail/5 retain handling 3", version: 5, first: 0x82, body: raw(0, 9, 0, "a", 0x31), code: CodeProtocolError},
		{name: "fail/5 subscription identifier 0", version: 5, first: 0x82, body: raw(0, 9, 2, 11, 0, "a", 1), code: CodeProtocolError},
		{name: "fail/5 subscription identifier twice", version: 5, first: 0x82, body: raw(0, 9, 4, 11, 1, 11, 1, "a", 1), code: CodeProtocolError},
		{name: "fail/no options", version: 4, first: 0x82, body: raw(0, 9, "a"), code: CodeMalformedPacket},
		{name: "fail/seven bytes", version: 4, first: 0x82, body: raw(0, 9, 0, 99, 'a'), code: CodeMalformedPacket},
		{name: "fail/empty", version: 5, first: 0x82, body: nil, code: CodeMalformedPacket},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseSubscribe(tt.version, tt.first, tt.body)
			if codeOf(err) != tt.code {
				t.Fatalf("got error %v, want code %v", err, tt.code)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(subscribePacket{}, filterRequest{})); err == nil && diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAnswers holds the bytes of the packets that only a server sends.
func TestAnswers(t *testing.T) {
	grant := &connack{sessionPresent: true, sessionExpiry: new(uint32(60)), receiveMaximum: 100, maximumPacket: 4096,
		topicAliasMax: 8, assignedID: "id", keepAlive: new(uint16(30))}
	granted := raw(17, 0, 0, 0, 60, 33, 0, 100, 36, 1, 39, 0, 0, 16, 0, 18, "id", 34, 0, 8, 19, 0, 30)
	for _, tt := range []struct {
		name      string
		got, want []byte
	}{
		{"ok/CONNACK 3.1.1", appendConnack(nil, 4, grant), raw(0x20, 2, 1, 0)},
		{"ok/CONNACK 3.1.1 version", appendConnack(nil, 4, &connack{code: CodeUnsupportedVersion}), raw(0x20, 2, 0, 1)},
		{"ok/CONNACK 3.1.1 identifier", appendConnack(nil, 4, &connack{code: CodeClientIDNotValid}), raw(0x20, 2, 0, 2)},
		{"ok/CONNACK 3.1.1 busy", appendConnack(nil, 4, &connack{code: CodeServerBusy}), raw(0x20, 2, 0, 3)},
		{"ok/CONNACK 3.1.1 password", appendConnack(nil, 4, &connack{code: CodeBadUserNameOrPassword}), raw(0x20, 2, 0, 4)},
		{"ok/CONNACK 3.1.1 not authorized", appendConnack(nil, 4, &connack{code: CodeNotAuthorized}), raw(0x20, 2, 0, 5)},
		{"ok/CONNACK 5", appendConnack(nil, 5, grant), raw(0x20, 3+len(granted), 1, 0, len(granted), granted)},
		{"ok/CONNACK 5 refused", appendConnack(nil, 5, &connack{code: CodeNotAuthorized}), raw(0x20, 3, 0, 0x87, 0)},
		{"ok/PUBACK", appendPuback(nil, 4, 258, 0), raw(0x40, 2, 1, 2)},
		{"ok/PUBACK 5 failed", appendPuback(nil, 5, 258, CodeQuotaExceeded), raw(0x40, 3, 1, 2, 0x97)},
		{"ok/SUBACK", appendSuback(nil, 4, typeSuback, 7, []Code{0, 1, CodeNotAuthorized}), raw(0x90, 5, 0, 7, 0, 1, 0x80)},
		{"ok/SUBACK 5", appendSuback(nil, 5, typeSuback, 7, []Code{0, 1, CodeNotAuthorized}), raw(0x90, 6, 0, 7, 0, 0, 1, 0x87)},
		{"ok/UNSUBACK", appendSuback(nil, 4, typeUnsuback, 7, []Code{0, CodeNoSubscriptionExisted}), raw(0xB0, 2, 0, 7)},
		{"ok/UNSUBACK 5", appendSuback(nil, 5, typeUnsuback, 7, []Code{0, CodeNoSubscriptionExisted}), raw(0xB0, 5, 0, 7, 0, 0, 0x11)},
		{"ok/DISCONNECT 5", appendDisconnect(nil, CodeSessionTakenOver), raw(0xE0, 1, 0x8E)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !bytes.Equal(tt.got, tt.want) {
				t.Errorf("got % X, want % X", tt.got, tt.want)
			}
		})
	}
}

func TestSmallPackets(t *testing.T) {
	t.Run("ok/DISCONNECT 5", func(t *testing.T) {
		code, props, err := parseDisconnect(5, raw(4, 5, 17, 0, 0, 0, 9))
		if err != nil || code != CodeDisconnectWithWill || props.sessionExpiry != 9 {
			t.Errorf("got %v, %+v, %v", code, props, err)
		}
	})
	t.Run("ok/PUBACK 5", func(t *testing.T) {
		id, code, err := parsePuback(5, raw(1, 2, 0x10, 0))
		if err != nil || id != 258 || code != CodeNoMatchingSubscribers {
			t.Errorf("got %d, %v, %v", id, code, err)
		}
	})
	for name, err := range map[string]error{
		"DISCONNECT 3.1.1 with a body": third(parseDisconnect(4, []byte{0})),
		"DISCONNECT 5 too long":        third(parseDisconnect(5, []byte{0, 0, 0})),
		"PUBACK too short":             third(parsePuback(4, []byte{1})),
		"PUBACK too long":              third(parsePuback(4, []byte{0, 1, 0})),
	} {
		t.Run("fail/"+name, func(t *testing.T) {
			if codeOf(err) != CodeMalformedPacket {
				t.Errorf("got %v", err)
			}
		})
	}
}

func third[A, B any](_ A, _ B, err error) error { return err }

func TestCodes(t *testing.T) {
	for code, want := range map[Code]string{
		CodeSuccess: "success", CodeUnspecifiedError: "unspecified error", CodeSessionTakenOver: "session taken over",
		CodeWildcardsForbidden: "wildcard subscriptions not supported", 0xF0: "reason code 0xF0",
		CodeSharedNotSupported: "shared subscriptions not supported", CodeReceiveMaximumExceeded: "receive maximum exceeded",
	} {
		if got := code.String(); got != want {
			t.Errorf("0x%02X: got %q, want %q", byte(code), got, want)
		}
	}
	for r := ReasonConnectionLost; r <= ReasonShutdown; r++ {
		if strings.HasPrefix(r.String(), "reason") {
			t.Errorf("Reason %d has no name", r)
		}
	}
}

// FuzzReadPacket reads arbitrary bytes as every packet that a client may send.
// What can be read is written and read again, with the same result.
func FuzzReadPacket(f *testing.F) {
	f.Add(byte(4), connectOptions{id: "a", will: &Will{Topic: []byte("t"), QoS: 1}, username: "u", password: "p"}.encode(4))
	f.Add(byte(5), connectOptions{id: "a", keep: true, props: raw(33, 0, 5, 38, "a", "b")}.encode(5))
	f.Add(byte(5), encodePublish(5, &Inbound{Topic: []byte("a/b"), Payload: []byte("x"), QoS: 1, packetID: 1, props: raw(3, "t"), hasExpiry: true}))
	f.Add(byte(5), raw(0x30, 6, "", 3, 35, 0, 1))
	f.Add(byte(4), encodeSubscribe(4, 1, nil, 1, "a/#", "+"))
	f.Add(byte(5), encodeSubscribe(5, 1, raw(11, 1), 0x2D, "a/#"))
	f.Add(byte(5), encodeUnsubscribe(5, 1, "a"))
	f.Add(byte(5), raw(0xE0, 7, 4, 5, 17, 0, 0, 0, 9))
	f.Add(byte(5), raw(0x40, 4, 1, 2, 0x10, 0))
	f.Fuzz(func(t *testing.T, version byte, in []byte) {
		version = version4 + version%2
		first, body, _, err := frame(in, 64<<10)
		if err != nil || body == nil {
			return
		}
		switch first >> 4 {
		case typeConnect:
			var p connectPacket
			_ = parseConnect(first, body, &p)
		case typePublish:
			fuzzPublish(t, version, first, body)
		case typeSubscribe:
			fuzzSubscribe(t, version, first, body)
		case typeUnsubscribe:
			_, _ = parseUnsubscribe(version, first, body)
		case typePuback:
			_, _, _ = parsePuback(version, body)
		case typeDisconnect:
			_, _, _ = parseDisconnect(version, body)
		}
	})
}

func fuzzPublish(t *testing.T, version, first byte, body []byte) {
	var m, again Inbound
	alias, _, err := parsePublish(version, first, body, &m, nil)
	if err != nil || alias != 0 {
		return
	}
	for range m.UserProperties() {
	}
	m.ContentType()
	out := encodePublish(version, &m)
	first, body, size, err := frame(out, maxRemaining)
	if err != nil || size != len(out) {
		t.Fatalf("frame % X: %d, %v", out, size, err)
	}
	if _, _, err := parsePublish(version, first, body, &again, nil); err != nil {
		t.Fatalf("read again % X: %v", out, err)
	}
	if diff := cmp.Diff(m, again, cmp.AllowUnexported(Inbound{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func fuzzSubscribe(t *testing.T, version, first byte, body []byte) {
	p, err := parseSubscribe(version, first, body)
	if err != nil {
		return
	}
	b := binary.BigEndian.AppendUint16(nil, p.packetID)
	if version == version5 {
		var props []byte
		if p.id != 0 {
			props = appendVarint([]byte{byte(propSubscriptionID)}, int(p.id))
		}
		b = append(appendVarint(b, len(props)), props...)
	}
	for _, f := range p.filters {
		b = append(appendBinary(b, f.filter), byte(f.options))
	}
	again, err := parseSubscribe(version, first, b)
	if err != nil {
		t.Fatalf("read again: %v", err)
	}
	if diff := cmp.Diff(p, again, cmp.AllowUnexported(subscribePacket{}, filterRequest{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}
