package mqtt

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// An exchange is packets between clients and a server, as testdata/exchanges.txt
// has them; the head of that file explains the language.
type exchange struct {
	name  string
	rules string // under which alone it holds: "standard", "limited"; empty: both
	lines []string
}

func readExchanges(t *testing.T) map[string]*exchange {
	t.Helper()
	text, err := os.ReadFile("testdata/exchanges.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*exchange{}
	var e *exchange
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch head, ok := strings.CutPrefix(line, "-- "); {
		case ok:
			name, rules, _ := strings.Cut(head, " ")
			if all[name] != nil {
				t.Fatalf("exchange %s is there twice", name)
			}
			e = &exchange{name: name, rules: rules}
			all[name] = e
		case line == "" || line[0] == '#':
		default:
			e.lines = append(e.lines, line)
		}
	}
	return all
}

// exchangeOptions are the server's under the rules of the standard.
func exchangeOptions() Options {
	return Options{ReceiveMaximum: 4, MaxPacket: 2000, TopicAliasMaximum: 3, MaxTopic: 300, MaxKeepAlive: time.Hour,
		Handler: &testHandler{
			connect: func(_ *Client, p *Connect) Code {
				if string(p.Username) == "mallory" {
					return CodeNotAuthorized
				}
				return CodeSuccess
			},
			publish: func(_ *Client, m *Inbound) Action {
				switch string(m.Topic) {
				case "forbidden":
					return Refuse(CodeNotAuthorized)
				case "unanswered":
					return Defer
				}
				return Route
			},
			subscribe: func(_ *Client, filter string, qos byte) Code {
				switch filter {
				case "forbidden":
					return CodeNotAuthorized
				case "zero":
					return 0
				}
				return Code(qos)
			},
		},
	}
}

// limitedOptions are those beside the standard that Options can express.
func limitedOptions() Options {
	o := exchangeOptions()
	o.MinKeepAlive, o.MaxKeepAlive = 30*time.Second, 20*time.Minute
	o.RequireClientID, o.MaxClientID = true, 128
	o.MaxTopic, o.MaxSlashes = 256, 7
	o.Uncounted = func(topic []byte) int {
		if bytes.HasPrefix(topic, []byte("free/")) {
			return len("free/")
		}
		return 0
	}
	o.MaxFilters, o.MaxSubscriptions = 8, 10
	o.IgnoreQoS2, o.ParentUnmatched = true, true
	o.MaxPayload, o.MaxUserProperties = 1000, 100
	o.KeptExpiry, o.MaxSessionExpiry = time.Hour, 7*24*time.Hour
	o.MaxPublishRate = 8
	return o
}

// A stage is where an exchange happens.
type stage struct {
	t       *testing.T
	server  *testServer
	clock   *manualClock
	clients map[string]*peer
}

func (e *exchange) run(t *testing.T, o Options) {
	t.Helper()
	s := &stage{t: t, clock: newManualClock(), clients: map[string]*peer{}}
	o.Now = s.clock.now
	s.server = startServer(t, o)
	for _, line := range e.lines {
		if err := s.step(line); err != nil {
			t.Fatalf("%s: %q: %v", e.name, line, err)
		}
	}
}

func (s *stage) step(line string) error {
	who, rest, _ := strings.Cut(line, " ")
	if who == "clock" {
		d, err := time.ParseDuration(rest)
		s.clock.move(s.server, d)
		return err
	}
	if who, ok := strings.CutSuffix(who, ">>"); ok {
		b, err := parseBytes(rest)
		s.client(who).write(b)
		return err
	}
	if who, ok := strings.CutSuffix(who, ">"); ok {
		first, body, err := parsePacket(rest)
		s.client(who).write(encodePacket(first, body))
		return err
	}
	if who, ok := strings.CutSuffix(who, "<"); ok {
		err := s.expect(s.client(who), rest)
		if strings.HasPrefix(rest, "end") {
			delete(s.clients, who)
		}
		return err
	}
	return s.short(who, rest)
}

// short does the steps that are short for others.
func (s *stage) short(who, step string) error {
	verb, rest, _ := strings.Cut(step, " ")
	switch verb {
	case "new", "keep", "back", "new4", "keep4", "back4":
		delete(s.clients, who) // which may go on, without a name
		version, flags, present := byte(version5), "00", "00"
		if strings.HasSuffix(verb, "4") {
			version = version4
		}
		props := rest
		switch verb[:3] {
		case "new":
			flags = "02"
		case "bac":
			present = "01"
		}
		switch {
		case version == version4:
			props = ""
		case props == "" && flags == "00":
			props = "{ 11 00000E10 }"
		case props == "":
			props = "{}"
		}
		return s.steps(
			fmt.Sprintf("%s> CONNECT \"MQTT\" %02X %s 0000 %s %q", who, version, flags, props, who),
			fmt.Sprintf("%s< CONNACK %s 00 ...", who, present))
	case "sub":
		filter, options, _ := strings.Cut(rest, " ")
		granted := map[bool]string{true: "01", false: "00"}[strings.HasSuffix(options, "1")]
		return s.steps(fmt.Sprintf("%s> SUBSCRIBE 0001 {} %s %s", who, filter, options), fmt.Sprintf("%s< SUBACK 0001 {} %s", who, granted))
	case "ping":
		return s.steps(who+"> PINGREQ", who+"< PINGRESP")
	case "leaves":
		return s.steps(who+"> DISCONNECT", who+"< end")
	case "dies":
		if err := s.client(who).conn.(*net.TCPConn).CloseWrite(); err != nil {
			return err
		}
		return s.steps(who + "< end")
	}
	return fmt.Errorf("unknown step")
}

func (s *stage) steps(lines ...string) error {
	for _, line := range lines {
		if err := s.step(line); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	return nil
}

// client returns the connection with a name, made when there is none.
func (s *stage) client(who string) *peer {
	if s.clients[who] == nil {
		s.clients[who] = s.server.dial(s.t, version5)
	}
	return s.clients[who]
}

func (s *stage) expect(p *peer, want string) error {
	if code, ok := strings.CutPrefix(want, "end"); ok {
		if code != "" {
			if err := s.expect(p, "DISCONNECT"+code); err != nil {
				return err
			}
		}
		if got, more := p.read(); more {
			return fmt.Errorf("got %02X: % X", got.first, got.body)
		}
		return nil
	}
	want, open := strings.CutSuffix(want, " ...")
	first, body, err := parsePacket(want)
	if err != nil {
		return err
	}
	got, ok := p.read()
	if !ok {
		return fmt.Errorf("the connection has ended")
	}
	if open && len(got.body) >= len(body) {
		got.body = got.body[:len(body)]
	}
	if got.first != first || !bytes.Equal(got.body, body) {
		return fmt.Errorf("got %02X: % X (%q), want %02X: % X", got.first, got.body, got.body, first, body)
	}
	return nil
}

var packetNames = map[string]byte{
	"CONNECT": 0x10, "CONNACK": 0x20, "PUBLISH": 0x30, "PUBACK": 0x40, "PUBREC": 0x50, "PUBREL": 0x62, "PUBCOMP": 0x70, "SUBSCRIBE": 0x82,
	"SUBACK": 0x90, "UNSUBSCRIBE": 0xA2, "UNSUBACK": 0xB0, "PINGREQ": 0xC0, "PINGRESP": 0xD0, "DISCONNECT": 0xE0, "AUTH": 0xF0,
}

// parsePacket reads a first byte, in hex or as a packet's name with the flags of
// PUBLISH behind a slash, and a body.
func parsePacket(s string) (first byte, body []byte, err error) {
	head, rest, _ := strings.Cut(s, " ")
	name, flags, _ := strings.Cut(head, "/")
	first, ok := packetNames[name]
	if !ok {
		b, err := hex.DecodeString(head)
		if err != nil || len(b) != 1 {
			return 0, nil, fmt.Errorf("no packet: %q", head)
		}
		first = b[0]
	}
	for _, f := range flags {
		switch f {
		case '1':
			first |= 2
		case '2':
			first |= 4
		case 'r':
			first |= 1
		case 'd':
			first |= 8
		}
	}
	body, err = parseBytes(rest)
	return first, body, err
}

// parseBytes reads hex digits, "text" with its length in front, 'text' without,
// either with *N to have it N times, and { properties } with their length.
func parseBytes(s string) ([]byte, error) {
	stack := [][]byte{nil}
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		top := len(stack) - 1
		switch {
		case s[0] == '{':
			stack, s = append(stack, nil), s[1:]
		case s[0] == '}' && top > 0:
			stack[top-1] = append(appendVarint(stack[top-1], len(stack[top])), stack[top]...)
			stack, s = stack[:top], s[1:]
		case s[0] == '"' || s[0] == '\'':
			end := strings.IndexByte(s[1:], s[0]) + 1
			if end == 0 {
				return nil, fmt.Errorf("text without end: %s", s)
			}
			quote, text := s[0], s[1:end]
			if s = s[end+1:]; strings.HasPrefix(s, "*") {
				count, rest, _ := strings.Cut(s[1:], " ")
				n, err := strconv.Atoi(count)
				if err != nil {
					return nil, err
				}
				text, s = strings.Repeat(text, n), rest
			}
			if quote == '"' {
				stack[top] = appendBinary(stack[top], text)
			} else {
				stack[top] = append(stack[top], text...)
			}
		default:
			end := strings.IndexAny(s, " {}")
			if end < 0 {
				end = len(s)
			}
			b, err := hex.DecodeString(s[:end])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s[:end], err)
			}
			stack[top], s = append(stack[top], b...), s[end:]
		}
	}
	if len(stack) != 1 {
		return nil, fmt.Errorf("{ without }")
	}
	return stack[0], nil
}
