package control

import (
	"context"

	"vedette/api"
	"vedette/store"
)

// AttachThingPrincipal attaches a certificate to a thing; exclusively, and then to
// no other. Attached again it gets the type that is given.
func (s *Service) AttachThingPrincipal(ctx context.Context, in *api.AttachThingPrincipalRequest) (*api.AttachThingPrincipalResponse, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		t, c, err := s.thingAndPrincipal(tx, *in.ThingName, *in.Principal)
		if err != nil {
			return err
		}
		pair := store.ThingPrincipal{Thing: t.Name, Certificate: c.ID, Exclusive: api.Value(in.ThingPrincipalType) == api.ThingPrincipalTypeExclusiveThing}
		things, err := tx.ThingsOf(c.ID, "", 2)
		if err != nil {
			return err
		}
		for _, other := range things {
			switch {
			case other.Thing == t.Name:
				if in.ThingPrincipalType == nil {
					return nil
				}
			case other.Exclusive:
				return api.InvalidRequest("The principal %s is attached exclusively to the thing %s.", *in.Principal, other.Thing)
			case pair.Exclusive:
				return api.InvalidRequest("The principal %s is attached to the thing %s too, so it cannot be attached exclusively.", *in.Principal, other.Thing)
			}
		}
		return tx.PutThingPrincipal(pair)
	})
}

// DetachThingPrincipal detaches a certificate from a thing. One that is not
// attached is detached already.
func (s *Service) DetachThingPrincipal(ctx context.Context, in *api.DetachThingPrincipalRequest) (*api.DetachThingPrincipalResponse, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		t, c, err := s.thingAndPrincipal(tx, *in.ThingName, *in.Principal)
		if err != nil {
			return err
		}
		return tx.DeleteThingPrincipal(t.Name, c.ID)
	})
}

// thingAndPrincipal returns the pair that a call names; both must exist.
func (s *Service) thingAndPrincipal(tx *store.Tx, name, principal string) (*store.Thing, *store.Certificate, error) {
	id, err := s.principalARN(principal)
	if err != nil {
		return nil, nil, err
	}
	t, err := thing(tx, name)
	if err != nil {
		return nil, nil, err
	}
	c, err := certificate(tx, id)
	return t, c, err
}

// ListThingPrincipals returns the certificates attached to a thing.
func (s *Service) ListThingPrincipals(ctx context.Context, in *api.ListThingPrincipalsRequest) (*api.ListThingPrincipalsResponse, error) {
	p, err := newPager[string](api.ListThingPrincipals, in.NextToken, in.MaxResults, in.ThingName)
	if err != nil {
		return nil, err
	}
	out := &api.ListThingPrincipalsResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		if _, err := thing(tx, *in.ThingName); err != nil {
			return err
		}
		list, err := tx.PrincipalsOf(*in.ThingName, api.Value(p.after), p.read())
		list, out.NextToken = cut(p, list, func(t store.ThingPrincipal) string { return t.Certificate })
		out.Principals = mapped(list, func(t store.ThingPrincipal) string { return s.arns.Certificate(t.Certificate) })
		return err
	})
	return out, err
}

// ListPrincipalThings returns the things that a certificate is attached to.
func (s *Service) ListPrincipalThings(ctx context.Context, in *api.ListPrincipalThingsRequest) (*api.ListPrincipalThingsResponse, error) {
	p, err := newPager[string](api.ListPrincipalThings, in.NextToken, in.MaxResults, in.Principal)
	if err != nil {
		return nil, err
	}
	id, err := s.principalARN(*in.Principal)
	if err != nil {
		return nil, err
	}
	out := &api.ListPrincipalThingsResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		if _, err := certificate(tx, id); err != nil {
			return err
		}
		list, err := tx.ThingsOf(id, api.Value(p.after), p.read())
		list, out.NextToken = cut(p, list, func(t store.ThingPrincipal) string { return t.Thing })
		out.Things = mapped(list, func(t store.ThingPrincipal) string { return t.Thing })
		return err
	})
	return out, err
}
