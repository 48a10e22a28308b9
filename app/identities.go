package app

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"vedette/api"
	"vedette/gateway"
	"vedette/principal"
	"vedette/principal/policy"
	"vedette/store"
)

const (
	// identityPoll is how often a change of certificates, policies and what they
	// are attached to is looked for.
	identityPoll = 250 * time.Millisecond
	// expiryPoll is how often connections of expired certificates are looked for.
	expiryPoll = 10 * time.Second
	// maxIdentities bounds what is remembered of them between two changes.
	maxIdentities = 1 << 16
)

// identities tells the gateway who holds a certificate or an access key, out of
// the store. What it has read it remembers until something changes there.
type identities struct {
	db      *store.DB
	own     api.ARNs
	users   func(ctx context.Context, accessKeyID string) (*principal.User, error)
	now     func() time.Time
	logger  *slog.Logger
	gateway func() *gateway.Gateway // whose open connections are checked
	changed chan struct{}           // something that check has not seen
	// register takes a certificate that nobody knows, if a CA with automatic
	// registration issued it.
	register func(context.Context, *x509.Certificate) error

	mu       sync.Mutex
	revision int64 // that all below belongs to
	known    map[identityKey]*identity
	sets     map[string]*policy.Set          // by the names and versions of their policies
	things   map[string]store.ThingPrincipal // by their only certificate's id
}

type identityKey struct{ certificate, clientID string }

// identity is what the store says of a certificate and a client id.
type identity struct {
	thing       *principal.ThingFacts // nil: there is none
	certificate *principal.CertificateFacts
	set         *policy.Set
}

func newIdentities(a *App) *identities {
	return &identities{
		db: a.db, own: api.ARNs{Account: a.options.AccountID, Region: a.options.Region}, users: a.KeyUser,
		now: a.options.Now, logger: a.logger.With("component", "identities"),
		gateway: func() *gateway.Gateway { return a.gateway }, register: a.registerJustInTime,
		changed: make(chan struct{}, 1),
		known:   map[identityKey]*identity{}, sets: map[string]*policy.Set{}, things: map[string]store.ThingPrincipal{},
	}
}

// Identify implements gateway.Identities.
func (s *identities) Identify(ctx context.Context, p *gateway.Peer) (*principal.Principal, error) {
	if p.Certificate == nil {
		return s.identifyUser(ctx, p)
	}
	key := identityKey{p.CertificateID(), p.ClientID}
	id, err := s.find(ctx, key, p.Certificate)
	if err != nil {
		return nil, err
	}
	facts := factsOf(p)
	facts.Thing, facts.Certificate = id.thing, id.certificate
	return principal.New(key.certificate, &principal.Policies{Set: id.set, Facts: facts, Now: s.now}), nil
}

// identifyUser is Identify of a client that signs with an access key.
func (s *identities) identifyUser(ctx context.Context, p *gateway.Peer) (*principal.Principal, error) {
	u, err := s.users(ctx, p.AccessKeyID)
	switch {
	case err != nil:
		return nil, err
	case u == nil:
		return nil, gateway.Stranger("the access key is unknown or disabled")
	case u.Root:
		return principal.Unlimited(p.AccessKeyID), nil
	case u.Policies == nil:
		return principal.New(p.AccessKeyID, nil), nil
	}
	return principal.New(p.AccessKeyID, &principal.Policies{Set: u.Policies, Facts: factsOf(p), Now: s.now}), nil
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

// find returns what is known of a certificate that is active.
func (s *identities) find(ctx context.Context, key identityKey, cert *x509.Certificate) (*identity, error) {
	s.mu.Lock()
	id := s.known[key]
	s.mu.Unlock()
	if id != nil {
		return id, nil
	}
	found, err := s.db.Identity(ctx, key.certificate, key.clientID)
	switch {
	case err != nil:
		return nil, err
	case found.Certificate == nil:
		if err := s.register(ctx, cert); err != nil {
			s.logger.Warn("register certificate", "certificate", key.certificate, "error", err)
		}
		return nil, gateway.Stranger("the certificate is not registered")
	case found.Certificate.Status != api.CertificateStatusActive:
		return nil, fmt.Errorf("%w: the certificate is %s", gateway.ErrRefused, found.Certificate.Status)
	}
	id = &identity{certificate: principal.NewCertificateFacts(cert)}
	if t := found.Thing; t != nil {
		id.thing = &principal.ThingFacts{Name: t.Name, Type: t.Type, BillingGroup: api.Value(t.BillingGroup), Attributes: t.Attributes, Attached: found.Attached}
	}
	return id, s.keep(key, id, found)
}

// keep compiles the policies of an identity, or finds a set that others have, too,
// and remembers it.
func (s *identities) keep(key identityKey, id *identity, found *store.Identity) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found.Revision > s.revision || len(s.known) >= maxIdentities {
		s.forget(found.Revision)
	}
	current := found.Revision == s.revision
	name := nameOf(found.Policies)
	if current {
		id.set = s.sets[name]
	}
	if id.set == nil {
		set, err := s.compile(found.Policies)
		if err != nil {
			return err
		}
		id.set = set
	}
	if current {
		s.known[key], s.sets[name] = id, id.set
	}
	return nil
}

// forget drops what belongs to another revision. s.mu is held.
func (s *identities) forget(revision int64) {
	s.revision = max(s.revision, revision)
	clear(s.known)
	clear(s.sets)
	clear(s.things)
}

// nameOf names a set of policies, as of one revision.
func nameOf(policies []store.PolicyDocument) string {
	var b strings.Builder
	for _, p := range policies {
		fmt.Fprintf(&b, "%s:%d ", p.Name, p.Version)
	}
	return b.String()
}

// compile makes a set of policies. One that cannot be read might deny something:
// then nobody is let in by the set.
func (s *identities) compile(documents []store.PolicyDocument) (*policy.Set, error) {
	policies := make([]*policy.Policy, len(documents))
	for i, d := range documents {
		p, err := policy.Parse(d.Document, policy.Options{Own: s.own, MaxCharacters: len(d.Document)})
		if err != nil {
			return nil, fmt.Errorf("version %d of the policy %s: %w", d.Version, d.Name, err)
		}
		policies[i] = p
	}
	return policy.NewSet(policies...), nil
}

// watch looks for changes in the store until ctx ends. After one, the connections
// of certificates that are no longer active are ended, and check has work. Those of
// expired certificates are ended, too.
func (s *identities) watch(ctx context.Context) {
	tick, expiry := time.NewTicker(identityPoll), time.NewTicker(expiryPoll)
	defer tick.Stop()
	defer expiry.Stop()
	var seen int64 // the revision that was acted upon
	failing := false
	for {
		revision, err := s.db.IdentityRevision(ctx)
		switch {
		case err != nil && ctx.Err() == nil && !failing:
			s.logger.Warn("look for changed identities: will be tried again", "error", err)
		case err == nil && revision != seen:
			s.outdate(revision)
			s.gateway().EndInactive(ctx)
			seen = revision
			select {
			case s.changed <- struct{}{}:
			default: // check has yet to see an earlier change
			}
		}
		failing = err != nil
		select {
		case <-tick.C:
		case <-expiry.C:
			s.gateway().EndExpired()
		case <-ctx.Done():
			return
		}
	}
}

func (s *identities) outdate(revision int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if revision > s.revision {
		s.forget(revision)
	}
}

// check has the open connections checked after changes, until ctx ends. It takes a
// query for each, so where there are many it rests in between: a fleet that is being
// registered changes something all the time.
func (s *identities) check(ctx context.Context) {
	for {
		select {
		case <-s.changed:
		case <-ctx.Done():
			return
		}
		began := time.Now()
		s.gateway().Recheck(ctx)
		select {
		case <-time.After(3 * time.Since(began)):
		case <-ctx.Done():
			return
		}
	}
}
