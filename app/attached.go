package app

import (
	"context"

	"vedette/gateway"
)

// ThingOf implements gateway.Identities.
func (s *identities) ThingOf(ctx context.Context, certificate string) (gateway.Attachment, error) {
	s.mu.Lock()
	known, ok := s.things[certificate]
	s.mu.Unlock()
	if ok {
		return gateway.Attachment{Thing: known.Thing, Exclusive: known.Exclusive}, nil
	}
	only, revision, err := s.db.OnlyThingOf(ctx, certificate)
	if err != nil || only == nil {
		return gateway.Attachment{}, err // certificates without a thing are not remembered: anybody can make them
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.things) >= maxIdentities {
		clear(s.things)
	}
	if revision >= s.revision { // else a change that things has gone through may have outdated it
		s.things[certificate] = *only
	}
	return gateway.Attachment{Thing: only.Thing, Exclusive: only.Exclusive}, nil
}
