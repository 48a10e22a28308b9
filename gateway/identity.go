package gateway

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"vedette/mqtt"
	"vedette/principal"
)

// Peer is what a client shows of itself when it asks to be let in.
type Peer struct {
	ClientID    string            // of the connection; empty: a message published by HTTPS
	Certificate *x509.Certificate // whose key it holds; nil: none
	AccessKeyID string            // that signed its request; empty: none
	Addr        netip.Addr        // the zero Addr: not known
	ServerName  string            // the host it asked for; empty: none
	Attributes  []string          // of its CONNECT packet: principal.PersistentConnect, principal.LastWill
}

// CertificateID returns the identifier of the certificate: the SHA-256 hash of its
// DER form, in 64 hexadecimal digits.
func (p *Peer) CertificateID() string {
	return principal.CertificateID(p.Certificate.Raw)
}

// String names the client in logs.
func (p *Peer) String() string {
	switch {
	case p.Certificate != nil:
		return "certificate " + p.CertificateID()
	case p.AccessKeyID != "":
		return "access key " + p.AccessKeyID
	}
	return "nobody"
}

// identifier returns what events call the client.
func (p *Peer) identifier() string {
	if p.Certificate != nil {
		return p.CertificateID()
	}
	return p.AccessKeyID
}

// ErrRefused is the error of Identities for clients that may not come in.
var ErrRefused = errors.New("refused")

// Stranger returns the ErrRefused of a client that has shown nothing which this
// deployment knows to be in force: there is no telling whether it has anything to do
// with the client id that it claims. AWS IoT refuses such a one before its CONNECT, so it
// is counted for nobody, and no event tells of it.
func Stranger(why string) error { return &strangerError{why} }

type strangerError struct{ why string }

func (e *strangerError) Error() string { return ErrRefused.Error() + ": " + e.why }
func (e *strangerError) Unwrap() error { return ErrRefused }

func isStranger(err error) bool {
	_, ok := errors.AsType[*strangerError](err)
	return ok
}

// Identities knows who holds a certificate or an access key. It may be asked
// concurrently.
type Identities interface {
	// Identify returns who the peers are, in their order, with what they may do.
	Identify(ctx context.Context, peers []*Peer) []Answer

	// Active returns those of the certificates, by their ids, that let anybody in.
	Active(ctx context.Context, certificates []string) ([]string, error)

	// ThingOf returns the one thing that a certificate is attached to; the zero
	// Attachment if there is none, or more than one.
	ThingOf(ctx context.Context, certificate string) (Attachment, error)
}

// Attachment is a thing that a certificate is attached to.
type Attachment struct {
	Thing     string
	Exclusive bool // the certificate may be attached to no other
}

// Answer is who a peer is.
type Answer struct {
	Who *principal.Principal
	// Err is ErrRefused, maybe wrapped, when nobody is to be let in with what the peer
	// shows; any other says that it could not be found out. Who is nil then.
	Err error
}

// identifyWithin bounds how long a client waits to be identified.
const identifyWithin = 5 * time.Second

// connection is the gateway's state of an MQTT connection.
type connection struct {
	who   atomic.Pointer[principal.Principal]
	ended atomic.Bool // nobody from now on

	client *mqtt.Client // nil: of anonymous clients
	usage  *usage       // nil: nothing is counted

	session     session // for events
	peer        Peer
	certificate string     // its id; empty: none
	will        *mqtt.Will // topic and whether it is retained; nil: none
	repeats     int        // messages that were taken for repeats; the reader's own
	holds       string     // the principal that quota counts it for; empty: none
	mu          sync.Mutex // held while the client is identified
}

// connections are the open connections of clients that are not anonymous.
type connections struct {
	mu   sync.Mutex
	open map[*connection]struct{}
}

func (s *connections) add(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[*connection]struct{}{}
	}
	s.open[c] = struct{}{}
}

func (s *connections) remove(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

func (s *connections) all() []*connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*connection, 0, len(s.open))
	for c := range s.open {
		list = append(list, c)
	}
	return list
}

// admit finds out who a client is. Anonymous is who came by a transport that
// asks for nothing.
func (g *Gateway) admit(c *mqtt.Client, p *mqtt.Connect) (*connection, error) {
	shown := c.Peer()
	if shown.Certificate == nil && shown.User == "" {
		if shown.Transport == mqtt.TLS {
			return nil, Stranger("no certificate")
		}
		conn := &connection{}
		conn.who.Store(g.anonymous)
		return conn, nil
	}
	conn := &connection{client: c, will: willOf(p.Will), peer: Peer{
		ClientID: p.ClientID, Certificate: shown.Certificate, AccessKeyID: shown.User,
		Addr: shown.Addr.Addr(), ServerName: clean(shown.ServerName), Attributes: attributesOf(p),
	}}
	if shown.Certificate != nil {
		conn.certificate = conn.peer.CertificateID()
	}
	// Known before it is asked about: what changes meanwhile is asked again.
	g.connections.add(conn)
	if err := g.identify(context.Background(), conn); err != nil {
		g.connections.remove(conn)
		return nil, err
	}
	if err := checkClientID(p.ClientID); err != nil {
		g.connections.remove(conn)
		return nil, err
	}
	return conn, nil
}

// attributesOf returns what policies may ask of a CONNECT packet.
func attributesOf(p *mqtt.Connect) (list []string) {
	if p.SessionExpiry > 0 {
		list = append(list, principal.PersistentConnect)
	}
	if p.Will != nil {
		list = append(list, principal.LastWill)
	}
	return list
}

// identify finds out anew who is at the other end of a connection.
func (g *Gateway) identify(ctx context.Context, c *connection) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer := g.whoAre(ctx, []*Peer{&c.peer})[0]
	c.take(answer)
	return answer.Err
}

// take makes the one who was found out act on the connection. c.mu is held.
func (c *connection) take(a Answer) {
	if a.Err != nil {
		return
	}
	c.who.Store(a.Who)
	if c.ended.Load() { // meanwhile
		c.who.Store(nil)
	}
}

// whoIs asks who a client is.
func (g *Gateway) whoIs(ctx context.Context, p *Peer) (*principal.Principal, error) {
	answer := g.whoAre(ctx, []*Peer{p})[0]
	return answer.Who, answer.Err
}

// whoAre asks who clients are. A certificate is good only in its time.
func (g *Gateway) whoAre(ctx context.Context, peers []*Peer) []Answer {
	answers := make([]Answer, len(peers))
	now := g.now()
	var good []*Peer
	var at []int // their places
	for i, p := range peers {
		cert := p.Certificate
		switch {
		case cert != nil && now.Before(cert.NotBefore):
			answers[i].Err = Stranger("the certificate is not valid before " + cert.NotBefore.UTC().Format(time.RFC3339))
		case cert != nil && now.After(cert.NotAfter):
			answers[i].Err = Stranger("the certificate was valid until " + cert.NotAfter.UTC().Format(time.RFC3339))
		case g.identities == nil:
			answers[i].Err = fmt.Errorf("%w: no identities are known here", ErrRefused)
		default:
			good, at = append(good, p), append(at, i)
		}
	}
	if len(good) == 0 {
		return answers
	}
	ctx, cancel := context.WithTimeout(ctx, identifyWithin)
	defer cancel()
	for i, answer := range g.identities.Identify(ctx, good) {
		answers[at[i]] = answer
	}
	return answers
}

// thingOf returns what thing a certificate is attached to. What cannot be found out
// is not known.
func (g *Gateway) thingOf(ctx context.Context, p *Peer) Attachment {
	if p.Certificate == nil || g.identities == nil {
		return Attachment{}
	}
	ctx, cancel := context.WithTimeout(ctx, identifyWithin)
	defer cancel()
	a, err := g.identities.ThingOf(ctx, p.CertificateID())
	if err != nil {
		g.logger.warn("the thing of a certificate could not be found out", "peer", p.String(), "error", err)
	}
	return a
}

// exclusiveThing returns the thing that events name beside a client id: the one that
// its certificate is attached to exclusively. Empty: none.
func (g *Gateway) exclusiveThing(p *Peer) string {
	if a := g.thingOf(context.Background(), p); a.Exclusive {
		return a.Thing
	}
	return ""
}

// whoOf returns who a client acts as; nil may do nothing.
func whoOf(c *mqtt.Client) *principal.Principal {
	conn, _ := c.Data.(*connection)
	if conn == nil {
		return nil
	}
	return conn.who.Load()
}

// usageOf returns what is counted for a client; nil counts nothing.
func usageOf(c *mqtt.Client) *usage {
	conn, _ := c.Data.(*connection)
	if conn == nil {
		return nil
	}
	return conn.usage
}

// unauthorized tells whether a client was refused because of who it is.
func unauthorized(err error) bool { return errors.Is(err, ErrRefused) || errors.Is(err, errNoConnect) }

// text returns an address, or nothing if it is not known.
func text(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// refusal returns the code for a client that was not admitted.
func refusal(err error) mqtt.Code {
	if limit, ok := errors.AsType[*limitError](err); ok {
		return limit.code
	}
	if errors.Is(err, ErrRefused) {
		return mqtt.CodeNotAuthorized
	}
	return mqtt.CodeServerUnavailable
}
