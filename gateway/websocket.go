package gateway

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"

	"vedette/api"
	"vedette/mqtt"
)

// subprotocol is the one that MQTT has in WebSockets [MQTT-6.0.0-3].
const subprotocol = "mqtt"

const (
	socketBuffer = 4 << 10         // bytes, of each direction of a WebSocket
	socketLinger = 2 * time.Second // for the last bytes of a connection
)

// serveMQTT opens a WebSocket and runs an MQTT connection in it.
func (w *Web) serveMQTT(rw http.ResponseWriter, r *http.Request) {
	p, err := w.greet(r)
	if err != nil {
		w.answer(rw, opSocket, err)
		return
	}
	leave, err := w.pass(p)
	if err != nil {
		w.answer(rw, opSocket, err)
		return
	}
	defer leave()
	if !w.enter() {
		w.answer(rw, opSocket, &api.Error{Code: api.ServiceUnavailableException, Message: "The server is shutting down."})
		return
	}
	defer w.sockets.Done()
	socket, err := websocket.Accept(rw, r, &websocket.AcceptOptions{
		Subprotocols: []string{subprotocol},
		// A signature is no cookie: pages of any origin may connect that have one.
		// Where none is asked for, only pages of the same host.
		InsecureSkipVerify: w.VerifyMQTT != nil,
	})
	if err != nil {
		w.Observe(opSocket, http.StatusBadRequest) // and Accept has answered
		return
	}
	w.Observe(opSocket, http.StatusSwitchingProtocols)
	socket.SetReadLimit(-1) // a message is no packet: it is read as a stream
	w.bridge(socket, p)
}

// pass asks the door whether one more client may come in.
func (w *Web) pass(p mqtt.Peer) (leave func(), err error) {
	if w.Door == nil {
		return func() {}, nil
	}
	leave, ok := w.Door.Enter(p.Addr.Addr())
	if !ok {
		return nil, &api.Error{Code: api.ThrottlingException, Message: "There are too many connections."}
	}
	return leave, nil
}

// enter counts a WebSocket; false: no more are taken.
func (w *Web) enter() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closing {
		w.sockets.Add(1)
	}
	return !w.closing
}

// greet checks who asks for a WebSocket, before it is opened.
func (w *Web) greet(r *http.Request) (mqtt.Peer, error) {
	signed, err := signer(w.VerifyMQTT, r, nil)
	if err != nil {
		return mqtt.Peer{}, err
	}
	offered := strings.FieldsFunc(strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ","), func(c rune) bool { return c == ',' || c == ' ' })
	if r.Header.Get("Upgrade") != "" && !slices.Contains(offered, subprotocol) {
		return mqtt.Peer{}, api.InvalidRequest("The WebSocket must offer the subprotocol %s.", subprotocol)
	}
	return mqtt.Peer{Transport: mqtt.WebSocket, Addr: remoteAddr(r), ServerName: signed.ServerName, User: signed.AccessKeyID}, nil
}

// bridge runs an MQTT connection whose bytes travel in the binary messages of a
// WebSocket. A pipe lies between them, because deadlines of a WebSocket would close
// it, and the broker has better last words.
func (w *Web) bridge(socket *websocket.Conn, p mqtt.Peer) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	inner, outer := net.Pipe()
	in, out := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(in)
		defer outer.Close()
		readSocket(ctx, socket, outer)
	}()
	go func() {
		defer close(out)
		writeSocket(ctx, socket, outer)
	}()
	w.Broker.ServePeer(inner, p) // until the connection has ended; closes inner
	select {
	case <-out: // all that was written has been sent
	case <-time.After(socketLinger):
	}
	time.AfterFunc(socketLinger, cancel)
	_ = socket.Close(websocket.StatusNormalClosure, "")
	cancel()
	<-in
	<-out
}

// readSocket carries what comes, until the WebSocket or the pipe ends.
func readSocket(ctx context.Context, socket *websocket.Conn, to io.Writer) {
	buffer := make([]byte, socketBuffer)
	for {
		kind, message, err := socket.Reader(ctx)
		if err != nil {
			return
		}
		if kind != websocket.MessageBinary { // [MQTT-6.0.0-1]
			_ = socket.Close(websocket.StatusUnsupportedData, "MQTT is binary")
			return
		}
		if _, err := io.CopyBuffer(to, onlyReader{message}, buffer); err != nil {
			return
		}
	}
}

// onlyReader hides every other way to copy, so that the buffer is used.
type onlyReader struct{ io.Reader }

// writeSocket carries what goes, a message for each write.
func writeSocket(ctx context.Context, socket *websocket.Conn, from io.Reader) {
	buffer := make([]byte, socketBuffer)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if err := socket.Write(ctx, websocket.MessageBinary, buffer[:n]); err != nil {
				return
			}
		}
		if err != nil && !errors.Is(err, io.ErrShortBuffer) {
			return
		}
	}
}
