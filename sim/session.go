package sim

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// maxInbound bounds a packet from the server, in bytes.
const maxInbound = 256 << 10

// session is one MQTT connection of a device, until it breaks.
type session struct {
	conn    net.Conn
	message func(topic, payload []byte) // called by the reader

	acks chan packet // PUBACK and SUBACK
	dead chan struct{}
	err  error // why, when dead is closed

	id    uint16
	ahead []byte // packets to be written before the next PUBLISH of QoS 1
}

// answerWithin is how long a device waits for the server's answer to a packet.
const answerWithin = 10 * time.Second

// dial connects a device and subscribes to filters. A keep-alive interval of 0 means
// that it may be silent.
func dial(ctx context.Context, addr, clientID string, keepAliveSeconds uint16, filters []string, message func(topic, payload []byte)) (*session, error) {
	dialer := net.Dialer{Timeout: answerWithin}
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn, message: message, acks: make(chan packet, 1), dead: make(chan struct{})}
	if err := s.open(clientID, keepAliveSeconds, filters); err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

func (s *session) open(clientID string, keepAliveSeconds uint16, filters []string) error {
	_ = s.conn.SetDeadline(time.Now().Add(answerWithin))
	r := bufio.NewReader(s.conn)
	if _, err := s.conn.Write(appendConnect(nil, clientID, keepAliveSeconds)); err != nil {
		return err
	}
	ack, err := readPacket(r)
	if err != nil {
		return err
	}
	if err := ack.connected(); err != nil {
		return err
	}
	s.id = 1
	if _, err := s.conn.Write(appendSubscribe(nil, s.id, filters)); err != nil {
		return err
	}
	if ack, err = readPacket(r); err != nil {
		return err
	}
	if err := ack.subscribed(); err != nil {
		return err
	}
	_ = s.conn.SetDeadline(time.Time{})
	go s.read(r)
	return nil
}

// read takes packets until the connection breaks.
func (s *session) read(r *bufio.Reader) {
	defer close(s.dead)
	for {
		p, err := readPacket(r)
		if err != nil {
			s.err = err
			return
		}
		switch p.kind() {
		case packetPuback:
			select {
			case s.acks <- p:
			default: // of a publish that was given up
			}
		case packetPublish:
			topic, payload, err := p.message()
			if err != nil {
				s.err = err
				return
			}
			s.message(topic, payload)
		}
	}
}

func readPacket(r *bufio.Reader) (packet, error) {
	head, err := r.Peek(2)
	if err != nil {
		return packet{}, err
	}
	for len(head) < 5 && head[len(head)-1] >= 0x80 {
		if head, err = r.Peek(len(head) + 1); err != nil {
			return packet{}, err
		}
	}
	remaining := 0
	for i, b := range head[1:] {
		remaining |= int(b&0x7F) << (7 * i)
	}
	if remaining > maxInbound {
		return packet{}, fmt.Errorf("%w: %d bytes", errMalformed, remaining)
	}
	buf := make([]byte, len(head)+remaining)
	if _, err := io.ReadFull(r, buf); err != nil {
		return packet{}, err
	}
	p, size, err := nextPacket(buf)
	if err == nil && size != len(buf) {
		err = errMalformed
	}
	return p, err
}

// tell sends a message with QoS 0, together with what is published next.
func (s *session) tell(topic string, payload []byte) {
	s.ahead = appendMessage(s.ahead, topic, payload)
}

// try asks for subscriptions, together with what is published next, and does not look at
// the answer.
func (s *session) try(filters []string) {
	s.id = s.id%0xFFFF + 1
	s.ahead = appendSubscribe(s.ahead, s.id, filters)
}

// publish sends a message with QoS 1 and waits for its PUBACK.
func (s *session) publish(ctx context.Context, topic string, payload []byte) error {
	s.id = s.id%0xFFFF + 1
	packets := appendPublish(s.ahead, s.id, topic, payload)
	s.ahead = packets[:0]
	if err := s.write(packets); err != nil {
		return err
	}
	timeout := time.NewTimer(answerWithin)
	defer timeout.Stop()
	for {
		select {
		case p := <-s.acks:
			if id, err := p.packetID(); err != nil || id == s.id {
				return err
			}
		case <-s.dead:
			return s.err
		case <-timeout.C:
			return errors.New("no PUBACK in time")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ping keeps the connection alive.
func (s *session) ping() error { return s.write([]byte{packetPingreq, 0}) }

func (s *session) write(p []byte) error {
	_ = s.conn.SetWriteDeadline(time.Now().Add(answerWithin))
	_, err := s.conn.Write(p)
	return err
}

// close ends the connection and waits for its reader.
func (s *session) close() {
	_ = s.write([]byte{packetDisconnect, 0})
	s.conn.Close()
	<-s.dead
}
