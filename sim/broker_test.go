package sim

import (
	"bufio"
	"encoding/binary"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// broker is an MQTT server of a few lines that keeps what it is sent.
type broker struct {
	addr string
	// answer decides what follows a PUBLISH; nil means acknowledge.
	answer func(n int, topic string, payload []byte) brokerAnswer
	refuse byte                            // CONNACK code
	wrap   func(net.Listener) net.Listener // nil: plain TCP

	listener net.Listener
	served   sync.WaitGroup

	mu       sync.Mutex
	conns    map[net.Conn]struct{}
	clients  map[string]int // connections by client id
	messages []brokerMessage
	arrived  chan struct{} // closed and replaced at each message
}

type brokerMessage struct {
	topic   string
	payload []byte
}

type brokerAnswer uint8

const (
	acknowledge brokerAnswer = iota // PUBACK, and accepted if subscribed
	rejectReport
	hangUp
	beSilent
)

func startBroker(t *testing.T, b *broker) *broker {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if b.wrap != nil {
		l = b.wrap(l)
	}
	b.addr, b.listener = l.Addr().String(), l
	b.conns, b.clients, b.arrived = map[net.Conn]struct{}{}, map[string]int{}, make(chan struct{})
	b.served.Go(b.accept)
	t.Cleanup(func() {
		l.Close()
		b.hangUp()
		b.served.Wait()
	})
	return b
}

// hangUp closes all connections.
func (b *broker) hangUp() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.conns {
		c.Close()
	}
}

func (b *broker) accept() {
	for {
		c, err := b.listener.Accept()
		if err != nil {
			return
		}
		b.mu.Lock()
		b.conns[c] = struct{}{}
		b.mu.Unlock()
		b.served.Go(func() {
			b.serve(c)
			c.Close()
			b.mu.Lock()
			delete(b.conns, c)
			b.mu.Unlock()
		})
	}
}

func (b *broker) serve(c net.Conn) {
	r := bufio.NewReader(c)
	filters := map[string]bool{}
	for {
		p, err := readPacket(r)
		if err != nil {
			return
		}
		switch p.kind() {
		case packetConnect:
			b.mu.Lock()
			b.clients[string(p.body[12:])]++
			b.mu.Unlock()
			c.Write([]byte{packetConnack, 2, 0, b.refuse})
		case packetSubscribe & 0xF0:
			c.Write(subscribed(p.body, filters))
		case packetPublish:
			if !b.publish(c, p, filters) {
				return
			}
		case packetPingreq:
			c.Write([]byte{0xD0, 0})
		case packetDisconnect:
			return
		}
	}
}

// subscribed notes the filters of a SUBSCRIBE and returns its SUBACK.
func subscribed(body []byte, filters map[string]bool) []byte {
	codes := []byte{}
	for rest := body[2:]; len(rest) > 0; {
		n := int(binary.BigEndian.Uint16(rest))
		filters[string(rest[2:2+n])] = true
		rest = rest[2+n+1:]
		codes = append(codes, 0)
	}
	return append(append(appendHeader(nil, packetSuback, 2+len(codes)), body[:2]...), codes...)
}

func (b *broker) publish(c net.Conn, p packet, filters map[string]bool) bool {
	n := int(binary.BigEndian.Uint16(p.body))
	if p.first&0x06 == 0 { // QoS 0: telemetry
		return true
	}
	topic, id, payload := string(p.body[2:2+n]), p.body[2+n:4+n], p.body[4+n:]
	what := acknowledge
	b.mu.Lock()
	b.messages = append(b.messages, brokerMessage{topic, payload})
	count := len(b.messages)
	close(b.arrived)
	b.arrived = make(chan struct{})
	b.mu.Unlock()
	if b.answer != nil {
		what = b.answer(count, topic, payload)
	}
	reply := topic + "/accepted"
	switch what {
	case hangUp:
		return false
	case beSilent:
		return true
	case rejectReport:
		reply = topic + "/rejected"
	}
	out := []byte{packetPuback, 2, id[0], id[1]}
	if filters[reply] {
		text := `{"status":"whatever"}`
		out = appendHeader(out, packetPublish, 2+len(reply)+len(text))
		out = append(appendString(out, reply), text...)
	}
	_, err := c.Write(out)
	return err == nil
}

func (b *broker) received() []brokerMessage {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.messages[:len(b.messages):len(b.messages)]
}

// waitFor blocks until a condition on the messages holds.
func (b *broker) waitFor(t *testing.T, what string, holds func([]brokerMessage) bool) []brokerMessage {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	for {
		b.mu.Lock()
		messages, arrived := b.messages, b.arrived
		b.mu.Unlock()
		if holds(messages) {
			return messages
		}
		select {
		case <-arrived:
		case <-deadline.C:
			t.Fatalf("no %s in %d messages", what, len(messages))
		}
	}
}

// startMosquitto starts a real broker where the machine has it, and returns its
// address.
func startMosquitto(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/mosquitto"); err != nil {
			t.Skip("SKIPPED: no mosquitto on this machine: apt-get install mosquitto")
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(addr)
	cmd := exec.Command(path, "-p", port)
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	deadline := time.Now().Add(30 * time.Second)
	for {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
			return addr
		}
		if time.Now().After(deadline) {
			t.Fatalf("mosquitto does not listen: %v", err)
		}
		<-time.After(20 * time.Millisecond)
	}
}
