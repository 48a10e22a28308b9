package control

import (
	"context"
	"errors"
	"time"

	"vedette/api"
	"vedette/store"
)

// deprecationDelay is how long a thing type must have been deprecated before
// it can be deleted, as at AWS.
const deprecationDelay = 5 * time.Minute

// CreateThingType makes a thing type. The same call again succeeds as long as
// the type has the content asked for.
func (s *Service) CreateThingType(ctx context.Context, in *api.CreateThingTypeRequest) (*api.CreateThingTypeResponse, error) {
	t := &store.ThingType{Name: *in.ThingTypeName, ID: api.NewUUID(), Properties: in.ThingTypeProperties}
	if t.Properties != nil && len(t.Properties.SearchableAttributes) > s.limits.SearchableAttributes {
		return nil, api.InvalidRequest("A thing type has at most %d searchable attributes.", s.limits.SearchableAttributes)
	}
	tags, err := s.newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(tx *store.Tx) error {
		resource := store.Resource{Kind: api.ARNThingType, Name: t.Name}
		old, err := absent(tx.ThingType(t.Name))
		if err != nil {
			return err
		}
		if old == nil {
			return errors.Join(tx.InsertThingType(t), tx.PutTags(resource, tags))
		}
		oldTags, err := tx.Tags(resource)
		if err != nil {
			return err
		}
		if !sameJSON(t.Properties, old.Properties) || !sameTags(tags, oldTags) {
			return alreadyExists("thing type", t.Name, s.arns.ThingType(t.Name))
		}
		t = old
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateThingTypeResponse{ThingTypeName: &t.Name, ThingTypeArn: new(s.arns.ThingType(t.Name)), ThingTypeId: &t.ID}, nil
}

// DescribeThingType returns a thing type.
func (s *Service) DescribeThingType(ctx context.Context, in *api.DescribeThingTypeRequest) (*api.DescribeThingTypeResponse, error) {
	var t *store.ThingType
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		t, err = thingType(tx, *in.ThingTypeName)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.DescribeThingTypeResponse{
		ThingTypeName: &t.Name, ThingTypeId: &t.ID, ThingTypeArn: new(s.arns.ThingType(t.Name)),
		ThingTypeProperties: t.Properties, ThingTypeMetadata: thingTypeMetadata(t),
	}, nil
}

// ListThingTypes returns the thing types, or the one with a given name.
func (s *Service) ListThingTypes(ctx context.Context, in *api.ListThingTypesRequest) (*api.ListThingTypesResponse, error) {
	p, err := newPager[string](api.ListThingTypes, in.NextToken, in.MaxResults, in.ThingTypeName)
	if err != nil {
		return nil, err
	}
	out := &api.ListThingTypesResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		types, err := tx.ThingTypes(in.ThingTypeName, api.Value(p.after), p.read())
		types, out.NextToken = cut(p, types, func(t store.ThingType) string { return t.Name })
		out.ThingTypes = mapped(types, func(t store.ThingType) api.ThingTypeDefinition {
			return api.ThingTypeDefinition{
				ThingTypeName: &t.Name, ThingTypeArn: new(s.arns.ThingType(t.Name)),
				ThingTypeProperties: t.Properties, ThingTypeMetadata: thingTypeMetadata(&t),
			}
		})
		return err
	})
	return out, err
}

// DeprecateThingType says that a thing type takes no more things, or takes that
// back.
func (s *Service) DeprecateThingType(ctx context.Context, in *api.DeprecateThingTypeRequest) (*api.DeprecateThingTypeResponse, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		t, err := thingType(tx, *in.ThingTypeName)
		switch undo := api.Value(in.UndoDeprecate); {
		case err != nil:
			return err
		case undo:
			return tx.DeprecateThingType(t.Name, nil)
		case t.Deprecated != nil:
			return nil // the first time counts
		}
		return tx.DeprecateThingType(t.Name, &tx.Now)
	})
}

// DeleteThingType deletes a thing type that no thing has and that was
// deprecated five minutes ago or earlier.
func (s *Service) DeleteThingType(ctx context.Context, in *api.DeleteThingTypeRequest) (*api.DeleteThingTypeResponse, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		t, err := thingType(tx, *in.ThingTypeName)
		if err != nil {
			return err
		}
		if t.Deprecated == nil || tx.Now-*t.Deprecated < deprecationDelay.Milliseconds() {
			return api.InvalidRequest("The thing type %s can be deleted %v after it was deprecated, not before.", t.Name, deprecationDelay)
		}
		things, err := tx.Things(store.ThingFilter{Type: &t.Name}, store.ThingKey{}, 1)
		if err != nil {
			return err
		}
		if len(things) > 0 {
			return api.InvalidRequest("The thing type %s is the type of the thing %s.", t.Name, things[0].Name)
		}
		return tx.DeleteThingType(t.Name)
	})
}

// thingType returns the thing type called name, or what the caller is told.
func thingType(tx *store.Tx, name string) (*store.ThingType, error) {
	t, err := tx.ThingType(name)
	return found(t, err, "thing type", name)
}

func thingTypeMetadata(t *store.ThingType) *api.ThingTypeMetadata {
	m := &api.ThingTypeMetadata{Deprecated: new(t.Deprecated != nil), CreationDate: new(millis(t.Created))}
	if t.Deprecated != nil {
		m.DeprecationDate = new(millis(*t.Deprecated))
	}
	return m
}
