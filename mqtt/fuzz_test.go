package mqtt

import (
	"net"
	"testing"
	"time"
)

// FuzzServer sends arbitrary bytes to a live server, behind a CONNECT of each
// version and without one. The server must go on serving others and free
// everything the connection had.
func FuzzServer(f *testing.F) {
	f.Add(byte(0), connectOptions{id: "x", will: &Will{Topic: []byte("w")}}.encode(5))
	f.Add(byte(4), encodeSubscribe(4, 1, nil, 1, "#", "+/+"))
	f.Add(byte(5), encodeSubscribe(5, 1, raw(11, 9), 1, "#"))
	f.Add(byte(5), encodePublish(5, &Inbound{Topic: []byte("a"), QoS: 1, packetID: 1, Retain: true, props: raw(3, "t")}))
	f.Add(byte(5), raw(0x30, 6, "", 3, 35, 0, 1))
	f.Add(byte(4), encodePublish(4, &Inbound{Topic: []byte("defer"), QoS: 1, packetID: 1}))
	f.Add(byte(4), encodePuback(1))
	f.Add(byte(5), encodeUnsubscribe(5, 1, "#"))
	f.Add(byte(5), raw(0xE0, 7, 4, 5, 17, 0, 0, 0, 0))
	f.Add(byte(4), raw(0x82, 5, 0, 1, 0, 0, 9))
	s := startServer(f, Options{Storage: newMemoryStorage(), Handler: &testHandler{publish: func(c *Client, m *Inbound) Action {
		if string(m.Topic) == "defer" {
			c.Finish(m.Ticket, CodeSuccess, m.Topic, m.Payload)
			return Defer
		}
		return Route
	}}})
	f.Fuzz(func(t *testing.T, version byte, in []byte) {
		ours, theirs := net.Pipe()
		ended := make(chan struct{})
		go func() { s.ServeConn(theirs); close(ended) }()
		drained := make(chan struct{})
		go func() { // reads all answers, so that the server never waits for us
			defer close(drained)
			b := make([]byte, 4096)
			for {
				if _, err := ours.Read(b); err != nil {
					return
				}
			}
		}()
		if err := ours.SetDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		if version %= 3; version > 0 {
			_, _ = ours.Write(connectOptions{id: "fuzz", keep: in != nil && len(in)%2 == 0}.encode(3 + version))
		}
		_, _ = ours.Write(in) // fails when the server has closed the connection
		ours.Close()
		<-drained
		receive(t, ended, "end of the connection")
		if st := s.Stats(); st.Panics != 0 || st.Connections != 0 {
			t.Fatalf("stats: %+v", st)
		}
	})
}
