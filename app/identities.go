package app

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"vedette/api"
	"vedette/gateway"
	"vedette/principal"
	"vedette/store"
)

const (
	// identityPoll is how often a change of certificates, policies and what they
	// are attached to is looked for.
	identityPoll = 250 * time.Millisecond
	// expiryPoll is how often connections of expired certificates are looked for.
	expiryPoll = 10 * time.Second
	// maxIdentities bounds how many of them are remembered.
	maxIdentities = 1 << 17
)

// identities tells the gateway who holds a certificate or an access key, out of
// the store. What it has read it remembers until that changes there.
type identities struct {
	db      *store.DB
	own     api.ARNs
	users   func(ctx context.Context, accessKeyID string) (*principal.User, error)
	now     func() time.Time
	logger  *slog.Logger
	gateway func() *gateway.Gateway // whose open connections are checked
	// register takes a certificate that nobody knows, if a CA with automatic
	// registration issued it.
	register func(context.Context, *x509.Certificate) error

	mu       sync.Mutex
	revision int64 // whose changes all below has gone through
	known    map[store.IdentityKey]*identity
	things   map[string]store.ThingPrincipal // by their only certificate's id
	grants   grants

	pending chan *changed // what check has not seen; at most one
}

// identity is what the store says of a certificate and a client id. It is immutable.
type identity struct {
	thing       *principal.ThingFacts // nil: there is none
	certificate *principal.CertificateFacts
	grant       *grant
}

func newIdentities(a *App) *identities {
	return &identities{
		db: a.db, own: api.ARNs{Account: a.options.AccountID, Region: a.options.Region}, users: a.KeyUser,
		now: a.options.Now, logger: a.logger.With("component", "identities"),
		gateway: func() *gateway.Gateway { return a.gateway }, register: a.registerJustInTime,
		known: map[store.IdentityKey]*identity{}, things: map[string]store.ThingPrincipal{}, pending: make(chan *changed, 1),
	}
}

// Identify implements gateway.Identities.
func (s *identities) Identify(ctx context.Context, peers []*gateway.Peer) []gateway.Answer {
	answers := make([]gateway.Answer, len(peers))
	var unknown []store.IdentityKey
	var at []int // places of those who are unknown
	s.mu.Lock()
	for i, p := range peers {
		if p.Certificate == nil {
			continue
		}
		key := store.IdentityKey{Certificate: p.CertificateID(), ClientID: p.ClientID}
		if id := s.known[key]; id != nil {
			answers[i].Who = s.principal(key.Certificate, p, id)
		} else {
			unknown, at = append(unknown, key), append(at, i)
		}
	}
	s.mu.Unlock()
	found, err := s.ask(ctx, unknown)
	for n, i := range at {
		if answers[i].Err = err; err == nil {
			answers[i] = s.answer(ctx, unknown[n], peers[i], &found[n])
		}
	}
	s.identifyUsers(ctx, peers, answers)
	return answers
}

// ask reads what the store knows of clients.
func (s *identities) ask(ctx context.Context, keys []store.IdentityKey) ([]store.Identity, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	return s.db.Identities(ctx, keys)
}

// answer makes of what the store knows of a client who it is.
func (s *identities) answer(ctx context.Context, key store.IdentityKey, p *gateway.Peer, found *store.Identity) gateway.Answer {
	switch {
	case found.Certificate == nil:
		if err := s.register(ctx, p.Certificate); err != nil {
			s.logger.Warn("register certificate", "certificate", key.Certificate, "error", err)
		}
		return gateway.Answer{Err: gateway.Stranger("the certificate is not registered")}
	case found.Certificate.Status != api.CertificateStatusActive:
		return gateway.Answer{Err: fmt.Errorf("%w: the certificate is %s", gateway.ErrRefused, found.Certificate.Status)}
	}
	g, err := s.grant(found.Holder, found.Policies)
	if err != nil {
		return gateway.Answer{Err: err}
	}
	id := &identity{certificate: principal.NewCertificateFacts(p.Certificate), grant: g}
	if t := found.Thing; t != nil {
		id.thing = &principal.ThingFacts{Name: t.Name, Type: t.Type, BillingGroup: api.Value(t.BillingGroup), Attributes: t.Attributes, Attached: found.Attached}
	}
	s.keep(key, id, found.Revision)
	return gateway.Answer{Who: s.principal(key.Certificate, p, id)}
}

// principal returns who acts as a certificate.
func (s *identities) principal(certificate string, p *gateway.Peer, id *identity) *principal.Principal {
	facts := factsOf(p)
	facts.Thing, facts.Certificate = id.thing, id.certificate
	return principal.New(certificate, &principal.Policies{Set: id.grant.set, Facts: facts, Now: s.now, Source: id.grant.source})
}

// identifyUsers is Identify of those who sign with an access key. Many may have the
// same one.
func (s *identities) identifyUsers(ctx context.Context, peers []*gateway.Peer, answers []gateway.Answer) {
	type answer struct {
		user *principal.User
		err  error
	}
	known := map[string]answer{}
	for i, p := range peers {
		if p.Certificate != nil {
			continue
		}
		a, ok := known[p.AccessKeyID]
		if !ok {
			a.user, a.err = s.users(ctx, p.AccessKeyID)
			known[p.AccessKeyID] = a
		}
		if answers[i].Err = a.err; a.err == nil {
			answers[i] = s.answerUser(p, a.user)
		}
	}
}

// answerUser makes of what is known of an access key who signs with it.
func (s *identities) answerUser(p *gateway.Peer, u *principal.User) gateway.Answer {
	switch {
	case u == nil:
		return gateway.Answer{Err: gateway.Stranger("the access key is unknown or disabled")}
	case u.Root:
		return gateway.Answer{Who: principal.Unlimited(p.AccessKeyID)}
	case u.Policies == nil:
		return gateway.Answer{Who: principal.New(p.AccessKeyID, nil)}
	}
	return gateway.Answer{Who: principal.New(p.AccessKeyID, &principal.Policies{Set: u.Policies, Facts: factsOf(p), Now: s.now})}
}

// factsOf returns what a client says of itself, as policies ask for it.
func factsOf(p *gateway.Peer) *principal.Facts {
	facts := &principal.Facts{ClientID: p.ClientID, DomainName: p.ServerName, ConnectAttributes: p.Attributes}
	if p.Addr.IsValid() {
		facts.SourceIP = p.Addr.String()
	}
	return facts
}

// Active implements gateway.Identities.
func (s *identities) Active(ctx context.Context, certificates []string) ([]string, error) {
	return s.db.ActiveCertificates(ctx, certificates)
}

// keep remembers an identity that was read at a revision. What was read before a
// change that known has gone through may be outdated by it.
func (s *identities) keep(key store.IdentityKey, id *identity, revision int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if revision < s.revision {
		return
	}
	for other := range s.known { // any one
		if len(s.known) >= maxIdentities {
			delete(s.known, other)
		}
		break
	}
	s.known[key] = id
}
