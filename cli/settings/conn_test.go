package settings

import (
	"net"
	"testing"
	"time"
)

// clockless is a connection that says what happens to its deadlines.
type clockless struct {
	net.Conn
	reads, writes int // deadlines set
}

func (c *clockless) Read(b []byte) (int, error)       { return len(b), nil }
func (c *clockless) Write(b []byte) (int, error)      { return len(b), nil }
func (c *clockless) SetReadDeadline(time.Time) error  { c.reads++; return nil }
func (c *clockless) SetWriteDeadline(time.Time) error { c.writes++; return nil }

// TestTimedConn: the clock of an answer starts with its request, however long the
// connection was there before, and starts again with each part.
func TestTimedConn(t *testing.T) {
	inner := &clockless{}
	c := &timedConn{Conn: inner, read: time.Second, write: time.Second, armed: true}
	step := func(what string, reads, writes int) {
		t.Helper()
		if inner.reads != reads || inner.writes != writes {
			t.Errorf("after %s: %d deadlines to read and %d to write, want %d and %d", what, inner.reads, inner.writes, reads, writes)
		}
	}
	step("the start", 0, 0)
	_, _ = c.Write([]byte("request"))
	step("a request", 1, 1)
	_, _ = c.Read(make([]byte, 1))
	step("a part of an answer", 2, 1)
	c.armed = false
	_, _ = c.Write([]byte("hello"))
	step("a step of a handshake", 2, 1)

	forever := &clockless{}
	c = &timedConn{Conn: forever, armed: true}
	_, _ = c.Write([]byte("request"))
	_, _ = c.Read(make([]byte, 1))
	if forever.reads+forever.writes > 0 {
		t.Error("a deadline without a timeout")
	}
}
