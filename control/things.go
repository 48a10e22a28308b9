package control

import (
	"context"
	"maps"

	"vedette/api"
	"vedette/store"
)

// CreateThing puts a thing into the registry. The same call again succeeds as
// long as the thing still has the content asked for.
func (s *Service) CreateThing(ctx context.Context, in *api.CreateThingRequest) (*api.CreateThingResponse, error) {
	t := &store.Thing{
		Name: *in.ThingName, ID: api.NewUUID(), Type: api.Value(in.ThingTypeName),
		Attributes:   applyAttributes(nil, in.AttributePayload),
		BillingGroup: in.BillingGroupName,
	}
	err := s.change(ctx, func(tx *store.Tx) error {
		old, err := absent(tx.Thing(t.Name))
		if err != nil {
			return err
		}
		if old != nil {
			if !sameThing(t, old) {
				return alreadyExists("thing", t.Name, s.arns.Thing(t.Name))
			}
			t = old
			return nil
		}
		if err := checkThingType(tx, t.Type); err != nil {
			return err
		}
		if err := s.checkThing(t); err != nil {
			return err
		}
		return tx.InsertThing(t)
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateThingResponse{ThingName: &t.Name, ThingArn: new(s.arns.Thing(t.Name)), ThingId: &t.ID}, nil
}

func sameThing(a, b *store.Thing) bool {
	return a.Type == b.Type && maps.Equal(a.Attributes, b.Attributes) &&
		api.Value(a.BillingGroup) == api.Value(b.BillingGroup)
}

// checkThingType refuses a thing type that does not exist or takes no more
// things; empty is none.
func checkThingType(tx *store.Tx, name string) error {
	if name == "" {
		return nil
	}
	t, err := thingType(tx, name)
	if err != nil {
		return err
	}
	if t.Deprecated != nil {
		return api.InvalidRequest("The thing type %s is deprecated.", name)
	}
	return nil
}

func (s *Service) checkThing(t *store.Thing) error {
	limit := s.limits.Attributes
	if t.Type != "" {
		limit = s.limits.TypedAttributes
	}
	return checkAttributes(t.Attributes, limit, "thing", t.Name)
}

// UpdateThing changes the attributes or the thing type of a thing.
func (s *Service) UpdateThing(ctx context.Context, in *api.UpdateThingRequest) (*api.UpdateThingResponse, error) {
	if api.Value(in.RemoveThingType) && in.ThingTypeName != nil {
		return nil, api.InvalidRequest("removeThingType cannot be true when thingTypeName is given.")
	}
	return nil, s.write(ctx, func(tx *store.Tx) error {
		t, err := thing(tx, *in.ThingName)
		if err != nil {
			return err
		}
		if err := checkVersion(in.ExpectedVersion, t.Version, "thing", t.Name); err != nil {
			return err
		}
		t.Attributes = applyAttributes(t.Attributes, in.AttributePayload)
		if api.Value(in.RemoveThingType) {
			t.Type = ""
		}
		if in.ThingTypeName != nil && *in.ThingTypeName != t.Type {
			t.Type = *in.ThingTypeName
			if err := checkThingType(tx, t.Type); err != nil {
				return err
			}
		}
		if err := s.checkThing(t); err != nil {
			return err
		}
		return tx.UpdateThing(t)
	})
}

// DescribeThing returns a thing.
func (s *Service) DescribeThing(ctx context.Context, in *api.DescribeThingRequest) (*api.DescribeThingResponse, error) {
	var t *store.Thing
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		t, err = thing(tx, *in.ThingName)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.DescribeThingResponse{
		DefaultClientId:  &t.Name,
		ThingName:        &t.Name,
		ThingId:          &t.ID,
		ThingArn:         new(s.arns.Thing(t.Name)),
		ThingTypeName:    given(t.Type),
		Attributes:       shownAttributes(t.Attributes),
		Version:          &t.Version,
		BillingGroupName: t.BillingGroup,
	}, nil
}

// shownAttributes returns the attributes of a thing, which AWS IoT answers even
// if there are none.
func shownAttributes(attributes map[string]string) map[string]string {
	if attributes == nil {
		return map[string]string{}
	}
	return attributes
}

// DeleteThing takes a thing without principals out of the registry and out of
// its groups. One that does not exist is deleted already.
func (s *Service) DeleteThing(ctx context.Context, in *api.DeleteThingRequest) (*api.DeleteThingResponse, error) {
	return nil, s.change(ctx, func(tx *store.Tx) error {
		t, err := absent(tx.Thing(*in.ThingName))
		if err != nil || t == nil {
			return err
		}
		if err := checkVersion(in.ExpectedVersion, t.Version, "thing", t.Name); err != nil {
			return err
		}
		principals, err := tx.PrincipalsOf(t.Name, "", 1)
		if err != nil {
			return err
		}
		if len(principals) > 0 {
			return api.InvalidRequest("The principal %s is attached to the thing %s. Detach it first.", s.arns.Certificate(principals[0].Certificate), t.Name)
		}
		return tx.DeleteThing(t.Name)
	})
}

// ListThings returns the things: all, or those of a type or with an attribute.
func (s *Service) ListThings(ctx context.Context, in *api.ListThingsRequest) (*api.ListThingsResponse, error) {
	if in.AttributeValue != nil && in.AttributeName == nil {
		return nil, api.InvalidRequest("attributeValue needs attributeName.")
	}
	p, err := newPager[store.ThingKey](api.ListThings, in.NextToken, in.MaxResults,
		in.AttributeName, in.AttributeValue, in.ThingTypeName, in.UsePrefixAttributeValue)
	if err != nil {
		return nil, err
	}
	filter := store.ThingFilter{
		Type: in.ThingTypeName, Attribute: in.AttributeName, Value: in.AttributeValue,
		Prefix: api.Value(in.UsePrefixAttributeValue),
	}
	out := &api.ListThingsResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		things, err := tx.Things(filter, api.Value(p.after), p.read())
		things, out.NextToken = cut(p, things, func(t store.Thing) store.ThingKey { return t.Key(filter) })
		out.Things = mapped(things, s.thingAttribute)
		return err
	})
	return out, err
}

func (s *Service) thingAttribute(t store.Thing) api.ThingAttribute {
	return api.ThingAttribute{
		ThingName: &t.Name, ThingTypeName: given(t.Type), ThingArn: new(s.arns.Thing(t.Name)),
		Attributes: shownAttributes(t.Attributes), Version: &t.Version,
	}
}

// thing returns the thing called name, or what the caller is told.
func thing(tx *store.Tx, name string) (*store.Thing, error) {
	t, err := tx.Thing(name)
	return found(t, err, "thing", name)
}

// given returns s, or nil if it is empty.
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
