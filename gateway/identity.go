package gateway

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"runtime"
	"slices"
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
	// Identify returns who p is, with what it may do. The error is ErrRefused,
	// maybe wrapped, when nobody is to be let in with what p shows; any other
	// says that it could not be found out.
	Identify(ctx context.Context, p *Peer) (*principal.Principal, error)

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

// identifyWithin bounds how long a client waits to be identified.
const identifyWithin = 5 * time.Second

// connection is the gateway's state of an MQTT connection.
type connection struct {
	who atomic.Pointer[principal.Principal]

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
	who, err := g.whoIs(ctx, &c.peer)
	if err == nil {
		c.who.Store(who)
	}
	return err
}

// whoIs asks who a client is. A certificate is good only in its time.
func (g *Gateway) whoIs(ctx context.Context, p *Peer) (*principal.Principal, error) {
	if cert := p.Certificate; cert != nil {
		switch now := g.now(); {
		case now.Before(cert.NotBefore):
			return nil, Stranger("the certificate is not valid before " + cert.NotBefore.UTC().Format(time.RFC3339))
		case now.After(cert.NotAfter):
			return nil, Stranger("the certificate was valid until " + cert.NotAfter.UTC().Format(time.RFC3339))
		}
	}
	if g.identities == nil {
		return nil, fmt.Errorf("%w: no identities are known here", ErrRefused)
	}
	ctx, cancel := context.WithTimeout(ctx, identifyWithin)
	defer cancel()
	return g.identities.Identify(ctx, p)
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

// Recheck asks about every open connection again, after something about
// identities or policies has changed. Those that are refused now, or may not
// connect any more, are ended. Where nothing could be found out, all stays as it was.
func (g *Gateway) Recheck(ctx context.Context) {
	open := g.connections.all()
	next := make(chan *connection)
	var asking sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(open)) {
		asking.Go(func() {
			for c := range next {
				g.recheck(ctx, c)
			}
		})
	}
	for _, c := range open {
		next <- c
	}
	close(next)
	asking.Wait()
}

// EndInactive ends the connections of certificates that let nobody in any more,
// which it finds much sooner than Recheck.
func (g *Gateway) EndInactive(ctx context.Context) {
	open := g.connections.all()
	shown := map[string]bool{} // whether it is active
	for _, c := range open {
		if c.certificate != "" {
			shown[c.certificate] = false
		}
	}
	if len(shown) == 0 {
		return
	}
	active, err := g.identities.Active(ctx, slices.Collect(maps.Keys(shown)))
	if err != nil {
		g.logger.warn("connections stay as they are: who they are could not be found out", "error", err)
		return
	}
	for _, id := range active {
		shown[id] = true
	}
	for _, c := range open {
		if c.certificate != "" && !shown[c.certificate] {
			g.end(c, "the certificate is not active")
		}
	}
}

func (g *Gateway) recheck(ctx context.Context, c *connection) {
	err := g.identify(ctx, c)
	switch {
	case errors.Is(err, ErrRefused):
		g.end(c, err)
	case err != nil:
		g.logger.warn("connection stays as it is: who it is could not be found out", "client", c.peer.ClientID, "error", err)
	case !c.who.Load().Allows(principal.Connect, []byte(c.peer.ClientID)):
		g.end(c, errNoConnect)
	default:
		c.checkWill(c.who.Load())
	}
}

// end ends a connection, which may do nothing from now on: its will is not published
// either.
func (g *Gateway) end(c *connection, reason any) {
	c.who.Store(nil)
	g.logger.warn("connection ended", "client", c.peer.ClientID, "peer", c.peer.String(), "reason", reason)
	c.client.DropWill()
	c.client.Close(mqtt.CodeNotAuthorized)
}

// EndExpired ends the connections whose certificate has expired.
func (g *Gateway) EndExpired() {
	now := g.now()
	for _, c := range g.connections.all() {
		if cert := c.peer.Certificate; cert != nil && now.After(cert.NotAfter) {
			g.end(c, "the certificate has expired")
		}
	}
}

var errNoConnect = errors.New("no policy lets it connect")

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
