package sim

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// sources is how many addresses of the loopback network connections come from: one
// alone has too few ports for a run that opens hundreds of thousands.
const sources = 200

// opener opens connections that are numbered, with a certificate of their own each
// if there are any.
type opener struct {
	addr         string
	certificates []tls.Certificate // empty: plain TCP
	sessions     tls.ClientSessionCache
}

// open connects. What the server shows of itself is not checked: it would be the
// generator's work, and the addresses are loopback ones.
func (o *opener) open(ctx context.Context, i int) (net.Conn, error) {
	dialer := net.Dialer{Timeout: answerWithin}
	if to, err := netip.ParseAddrPort(o.addr); err == nil && to.Addr().Is4() && to.Addr().IsLoopback() {
		dialer.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i%sources))}
	}
	c, err := dialer.DialContext(ctx, "tcp", o.addr)
	if err != nil || len(o.certificates) == 0 {
		return c, err
	}
	secure := tls.Client(c, &tls.Config{
		Certificates:       o.certificates[i%len(o.certificates) : i%len(o.certificates)+1],
		InsecureSkipVerify: true,
		// What small devices and every server know: the key exchange is the same
		// whatever is measured.
		CurvePreferences:   []tls.CurveID{tls.X25519},
		ServerName:         "localhost",
		ClientSessionCache: o.sessions,
	})
	_ = c.SetDeadline(time.Now().Add(answerWithin))
	if err := secure.HandshakeContext(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return secure, nil
}

// exchange sends a packet and checks the answer.
func exchange(c net.Conn, r *bufio.Reader, request []byte, check func(packet) error) error {
	_ = c.SetDeadline(time.Now().Add(answerWithin))
	if _, err := c.Write(request); err != nil {
		return err
	}
	answer, err := readPacket(r)
	if err != nil {
		return err
	}
	return check(answer)
}

// deviceName is the client id of a numbered connection, of at least five digits.
func deviceName(i int) string { return fmt.Sprintf("load-%05d", i) }
