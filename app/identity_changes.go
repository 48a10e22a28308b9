package app

import (
	"context"
	"maps"
	"time"

	"vedette/principal"
	"vedette/store"
)

// changed is what has changed of identities.
type changed struct {
	all        bool            // everything, maybe
	principals map[string]bool // certificates and access keys, by id
	things     map[string]bool
	groups     map[string]bool // what is attached to them
	gone       map[string]bool // groups
	policies   map[string]bool // their documents
}

// newChanged sorts what the store says has changed.
func newChanged(changes *store.IdentityChanges) *changed {
	c := &changed{
		all:        !changes.Complete,
		principals: map[string]bool{}, things: map[string]bool{}, groups: map[string]bool{}, gone: map[string]bool{}, policies: map[string]bool{},
	}
	for _, s := range changes.Subjects {
		switch s.Kind {
		case store.SubjectPrincipal:
			c.principals[s.Name] = true
		case store.SubjectThing:
			c.things[s.Name] = true
		case store.SubjectGroup:
			c.groups[s.Name] = true
		case store.SubjectGoneGroup:
			c.gone[s.Name] = true
		case store.SubjectPolicy:
			c.policies[s.Name] = true
		}
	}
	return c
}

// add makes of c what has changed here or there; other may be nil.
func (c *changed) add(other *changed) {
	if other == nil {
		return
	}
	c.all = c.all || other.all
	maps.Copy(c.principals, other.principals)
	maps.Copy(c.things, other.things)
	maps.Copy(c.groups, other.groups)
	maps.Copy(c.gone, other.gone)
	maps.Copy(c.policies, other.policies)
}

// affects is gateway.Affected: it tells whether another principal may be known now
// for a client.
func (c *changed) affects(clientID string, who *principal.Principal) bool {
	return c.client(who.String(), clientID, who.Source()) || c.grant(who.Source())
}

// client tells whether something has changed about a certificate or an access key,
// about the thing called like the client id, or about which groups that is in. An access
// key has no source: the things of devices are nothing to it.
func (c *changed) client(principal, clientID string, source *principal.Source) bool {
	return c.all || c.principals[principal] || source != nil && (c.things[clientID] || anyOf(c.gone, source.Groups))
}

// grant tells whether something has changed about what policies let a client do, while
// it has the same own ones and is in the same groups.
func (c *changed) grant(source *principal.Source) bool {
	return source != nil && (anyOf(c.groups, source.Groups) || anyOf(c.policies, source.Policies))
}

func anyOf(set map[string]bool, names []string) bool {
	if len(set) == 0 {
		return false
	}
	for _, name := range names {
		if set[name] {
			return true
		}
	}
	return false
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
		revision, err := s.look(ctx, seen)
		if err != nil && ctx.Err() == nil && !failing {
			s.logger.Warn("look for changed identities: will be tried again", "error", err)
		}
		seen, failing = revision, err != nil
		select {
		case <-tick.C:
		case <-expiry.C:
			s.gateway().EndExpired()
		case <-ctx.Done():
			return
		}
	}
}

// look acts upon what has changed since an identity revision, and returns the one
// that it has come to.
func (s *identities) look(ctx context.Context, since int64) (int64, error) {
	changes, err := s.db.IdentityChanges(ctx, since)
	if err != nil || changes.Revision == since {
		return since, err
	}
	c := newChanged(changes)
	s.update(c, changes.Revision, s.regrant(ctx, c))
	// A failure is no reason to look again: check will find them, too.
	err = s.gateway().EndInactive(ctx, c.certificates())
	s.hand(c)
	return changes.Revision, err
}

// certificates returns which may have been deactivated; nil: all.
func (c *changed) certificates() map[string]bool {
	if c.all {
		return nil
	}
	return c.principals
}

// regrant returns what has become of the grants that a change concerns, by those that
// clients had. What cannot be found out is left out.
func (s *identities) regrant(ctx context.Context, c *changed) map[*grant]*grant {
	if c.all || len(c.groups)+len(c.policies) == 0 {
		return nil
	}
	concerned := map[*grant]bool{}
	s.mu.Lock()
	for _, id := range s.known {
		if _, ok := concerned[id.grant]; !ok {
			concerned[id.grant] = c.grant(id.grant.source)
		}
	}
	s.mu.Unlock()
	var old []*grant
	var holders []store.PolicyHolder
	for g, is := range concerned {
		if is {
			old, holders = append(old, g), append(holders, store.PolicyHolder{Own: g.source.Own, Groups: g.source.Groups})
		}
	}
	if len(old) == 0 {
		return nil
	}
	documents, err := s.db.PoliciesOf(ctx, holders)
	if err != nil {
		return nil // check finds the same, and says so
	}
	again := make(map[*grant]*grant, len(old))
	for i, g := range old {
		if made, err := s.grant(holders[i], documents[i]); err == nil {
			again[g] = made
		}
	}
	return again
}

// update takes known through a change that leads to a revision: clients get their new
// grants, and those that something else has changed about are forgotten.
func (s *identities) update(c *changed, revision int64, again map[*grant]*grant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revision = revision
	clear(s.things)
	for key, id := range s.known {
		switch made := again[id.grant]; {
		case c.client(key.Certificate, key.ClientID, id.grant.source), made == nil && c.grant(id.grant.source):
			delete(s.known, key)
		case made != nil:
			s.known[key] = &identity{thing: id.thing, certificate: id.certificate, grant: made}
		}
	}
}

// hand gives a change to check, together with one that it has not seen yet.
func (s *identities) hand(c *changed) {
	for {
		select {
		case s.pending <- c:
			return
		case earlier := <-s.pending:
			c.add(earlier)
		}
	}
}

// check has the open connections checked that changes concern, until ctx ends. What
// could not be found out is asked again, ever more rarely, beside what changes
// meanwhile.
func (s *identities) check(ctx context.Context) {
	var failed *changed
	var retry <-chan time.Time
	wait := identityPoll
	for {
		var c *changed
		select {
		case c = <-s.pending:
		case <-retry:
			c, failed, retry = failed, nil, nil
			wait = min(2*wait, expiryPoll)
		case <-ctx.Done():
			return
		}
		if err := s.gateway().Recheck(ctx, c.affects); err != nil {
			c.add(failed)
			failed = c
		}
		switch {
		case failed == nil:
			wait = identityPoll
		case retry == nil:
			retry = time.After(wait)
		}
	}
}
