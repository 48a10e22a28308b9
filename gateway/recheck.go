package gateway

import (
	"context"
	"errors"
	"maps"
	"slices"

	"vedette/mqtt"
	"vedette/principal"
)

// Affected tells whether something has changed for who is connected under a client
// id. It is asked about many connections in a row.
type Affected func(clientID string, who *principal.Principal) bool

// askedAtOnce is how many connections are asked about together.
const askedAtOnce = 500

// Recheck asks again about the open connections that something has changed for; nil
// stands for all of them. Those that are refused now, or may not connect any more, are
// ended. Where nothing could be found out, all stays as it was, and the error says so.
func (g *Gateway) Recheck(ctx context.Context, affected Affected) error {
	var ask []*connection
	for _, c := range g.connections.all() {
		// Who is not known yet is being asked about, maybe with what was true before.
		if who := c.who.Load(); !c.ended.Load() && (who == nil || affected == nil || affected(c.peer.ClientID, who)) {
			ask = append(ask, c)
		}
	}
	var errs []error
	for together := range slices.Chunk(ask, askedAtOnce) {
		errs = append(errs, g.recheck(ctx, together))
	}
	return errors.Join(errs...)
}

// recheck asks about connections together. Those that others ask about in this
// moment come last, one by one: they may take their time.
func (g *Gateway) recheck(ctx context.Context, list []*connection) error {
	var held, others []*connection
	var peers []*Peer
	for _, c := range list {
		if !c.mu.TryLock() {
			others = append(others, c)
			continue
		}
		held, peers = append(held, c), append(peers, &c.peer)
	}
	answers := g.whoAre(ctx, peers)
	for i, c := range held {
		c.take(answers[i])
		c.mu.Unlock()
	}
	var failed error
	judge := func(c *connection, err error) {
		switch {
		case errors.Is(err, ErrRefused):
			g.end(c, err)
		case err != nil:
			g.logger.warn("connection stays as it is: who it is could not be found out", "client", c.peer.ClientID, "error", err)
			failed = err
		default:
			g.hold(c)
		}
	}
	for i, c := range held {
		judge(c, answers[i].Err)
	}
	for _, c := range others {
		judge(c, g.identify(ctx, c))
	}
	return failed
}

// hold sees to it that a connection keeps to what it may do now.
func (g *Gateway) hold(c *connection) {
	who := c.who.Load()
	if !who.Allows(principal.Connect, []byte(c.peer.ClientID)) {
		g.end(c, errNoConnect)
		return
	}
	c.checkWill(who)
}

// EndInactive ends the connections of those of the certificates that let nobody in any
// more, which it finds sooner than Recheck where much has changed; nil stands for the
// certificates of all open connections.
func (g *Gateway) EndInactive(ctx context.Context, certificates map[string]bool) error {
	byID := map[string][]*connection{}
	for _, c := range g.connections.all() {
		if c.certificate != "" && (certificates == nil || certificates[c.certificate]) {
			byID[c.certificate] = append(byID[c.certificate], c)
		}
	}
	if len(byID) == 0 {
		return nil
	}
	active, err := g.identities.Active(ctx, slices.Collect(maps.Keys(byID)))
	if err != nil {
		return err
	}
	for _, id := range active {
		delete(byID, id)
	}
	for _, list := range byID {
		for _, c := range list {
			g.end(c, "the certificate is not active")
		}
	}
	return nil
}

// end ends a connection, which may do nothing from now on: its will is not published
// either.
func (g *Gateway) end(c *connection, reason any) {
	if c.ended.Swap(true) {
		return
	}
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
