package bridge

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Bounds of what a broker may take its time for.
const (
	answerWithin = 20 * time.Second // TCP, TLS, CONNACK and SUBACK, each
	writeWithin  = 20 * time.Second
)

// errNeverSent is wrapped by errors of messages that no other connection could send
// either.
var errNeverSent = errors.New("this broker does not take it")

// client is a connection of an MQTT client, of one version or the other.
type client interface {
	// subscribe returns when the broker has granted all of it, or with an error.
	subscribe(ctx context.Context, list []subscription) error
	// publish hands a message to the connection. It may block while the broker
	// acknowledges too slowly. What is published and acknowledged by one goroutine
	// leaves in that order.
	publish(topic string, payload []byte, qos byte) error
	// ack acknowledges a message of QoS 1. The caller keeps the order.
	ack(m *message) error
	// close ends the connection, and the session stays. It may be called when the
	// connection is lost.
	close()
}

// message is what a broker delivers. Its slices may be kept.
type message struct {
	topic    string
	payload  []byte
	qos      byte
	again    bool // it may have been delivered before (DUP)
	retained bool // it was there before the subscription
	packet   any  // the client's own, for ack
}

// dialing is what a connection needs. received is called for one message at a time,
// and holds up the next while it runs; lost at least once when the connection is lost.
// Both may be called before dial returns, and received also after close.
type dialing struct {
	broker   *Broker
	password string
	tls      *tls.Config // nil: plain
	received func(message)
	lost     func(error)
}

// dial connects to a broker. present tells whether it still has the session.
func dial(ctx context.Context, d *dialing) (_ client, present bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	conn, err := d.open(ctx)
	if err != nil {
		return nil, false, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if d.broker.Version == "5" {
		return dial5(ctx, d, conn)
	}
	return dial3(d, conn)
}

func (d *dialing) open(ctx context.Context) (net.Conn, error) {
	address, _, _ := d.broker.address()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if d.tls == nil {
		return newBatchConn(conn), nil
	}
	secure := tls.Client(conn, d.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("TLS with %s: %w", address, err)
	}
	return newBatchConn(secure), nil
}

// batchConn gathers what is written while an earlier write runs: a reply and an
// acknowledgment, or those of many messages, leave together. Its lock is one that
// the clients hold over the writes of one packet.
type batchConn struct {
	net.Conn
	sync.Locker

	mu    sync.Mutex
	w     *bufio.Writer
	err   error
	wake  chan struct{}
	ended chan struct{}
	once  sync.Once
}

func newBatchConn(conn net.Conn) *batchConn {
	c := &batchConn{Conn: conn, Locker: new(sync.Mutex), wake: make(chan struct{}, 1), ended: make(chan struct{})}
	c.w = bufio.NewWriterSize(deadlineWriter{conn}, 16<<10)
	go c.flushLoop()
	return c
}

// deadlineWriter does not wait for ever for a broker that does not read.
type deadlineWriter struct{ net.Conn }

func (w deadlineWriter) Write(p []byte) (int, error) {
	if err := w.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return 0, err
	}
	return w.Conn.Write(p)
}

// Write implements net.Conn.
func (c *batchConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.w.Write(p)
	c.err = err
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return n, err
}

func (c *batchConn) flushLoop() {
	for {
		select {
		case <-c.ended:
			return
		case <-c.wake:
			c.flush()
		}
	}
}

func (c *batchConn) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = c.w.Flush()
	}
	if c.err != nil {
		_ = c.Conn.Close() // its reader has to hear of it
	}
}

// SetDeadline implements net.Conn. The deadline of writes is the connection's own.
func (c *batchConn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// Close implements net.Conn. What was written leaves first.
func (c *batchConn) Close() error {
	c.once.Do(func() {
		close(c.ended)
		c.flush()
	})
	return c.Conn.Close()
}
