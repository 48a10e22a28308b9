package mqtt

import (
	"crypto/tls"
	"crypto/x509"
	"net/netip"
)

// Transport says what carries a connection.
type Transport uint8

// The transports.
const (
	TCP       Transport = iota // plain, or any other connection given to ServeConn
	TLS                        // a *tls.Conn
	WebSocket                  // see Server.ServePeer
)

// String returns the transport's name.
func (t Transport) String() string {
	switch t {
	case TLS:
		return "TLS"
	case WebSocket:
		return "WebSocket"
	default:
		return "TCP"
	}
}

// Peer is what is known of a client before its first packet.
type Peer struct {
	Transport Transport

	// Addr is the client's address; zero: what RemoteAddr of the connection
	// says, if that is a *net.TCPAddr.
	Addr netip.AddrPort

	// Certificate is the one whose key the client has proven to hold; nil: none.
	// Nothing else was checked of it.
	Certificate *x509.Certificate

	// ServerName is the host that the client asked for by TLS (SNI); empty: none.
	ServerName string

	// User is whom the transport has authenticated; empty: nobody.
	User string
}

// Peer returns what is known of the client besides its CONNECT packet.
func (c *Client) Peer() Peer {
	p := Peer{Addr: c.addr}
	if c.peer != nil {
		p = *c.peer
	}
	return p
}

// meet fills in what TLS tells, once its handshake is done.
func (c *Client) meet() {
	conn, ok := c.conn.(*tls.Conn)
	if !ok || c.peer != nil {
		return
	}
	state := conn.ConnectionState()
	c.peer = &Peer{Transport: TLS, Addr: c.addr, ServerName: state.ServerName}
	if len(state.PeerCertificates) > 0 {
		c.peer.Certificate = state.PeerCertificates[0]
	}
}
