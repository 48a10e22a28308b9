package gateway

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

// halfConnect is a CONNECT packet that promises more than comes.
const halfConnect = "\x10\x20\x00\x04MQTT"

// TestSlowConnect: whoever has come through TLS, or has opened a WebSocket, and
// does not say what it wants is cut off in time.
func TestSlowConnect(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	const limit = 50 * time.Millisecond
	cutOff := func(t *testing.T, conn net.Conn, first string) {
		t.Helper()
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(deadline))
		if _, err := io.WriteString(conn, first); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("still open")
		}
	}
	t.Run("TLS", func(t *testing.T) {
		s := serveHurried(t, limit)
		for _, first := range []string{"", halfConnect} {
			conn, err := tls.Dial("tcp", s.addr, s.client(s.device("slow")))
			if err != nil {
				t.Fatal(err)
			}
			cutOff(t, conn, first)
		}
	})
	t.Run("WebSocket", func(t *testing.T) {
		s := serveWebHurried(t, limit)
		s.known.set("AKIALL", all())
		for _, first := range []string{"", halfConnect} {
			socket, _, err := websocket.Dial(t.Context(), s.url("AKIALL", "iotdevicegateway", s.now), &websocket.DialOptions{Subprotocols: []string{"mqtt"}})
			if err != nil {
				t.Fatal(err)
			}
			cutOff(t, websocket.NetConn(t.Context(), socket, websocket.MessageBinary), first)
		}
		http.DefaultClient.CloseIdleConnections()
	})
}
