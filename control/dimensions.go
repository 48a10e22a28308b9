package control

import (
	"context"
	"errors"
	"time"

	"vedette/api"
	"vedette/store"
)

// CreateDimension makes a dimension. The same call with the same token again
// succeeds and makes nothing.
func (s *Service) CreateDimension(ctx context.Context, in *api.CreateDimensionRequest) (*api.CreateDimensionResponse, error) {
	name := *in.Name
	d := &store.Dimension{
		Name: name, Type: *in.Type, Values: in.StringValues,
		Token: *in.ClientRequestToken, Request: digest([]any{in.Type, in.StringValues, in.Tags}),
	}
	tags, err := s.newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, func(tx *store.Tx) error {
		old, err := absent(tx.Dimension(name))
		if err != nil {
			return err
		}
		if old != nil {
			if old.Token == d.Token && old.Request == d.Request {
				return nil
			}
			return alreadyExists("dimension", name, s.arns.Dimension(name))
		}
		switch n, err := tx.CountDimensions(); {
		case err != nil:
			return err
		case n >= s.limits.Dimensions:
			return api.Errorf(api.LimitExceededException, "There are %d dimensions already; the limit is %d.", n, s.limits.Dimensions)
		}
		return errors.Join(tx.InsertDimension(d), tx.PutTags(store.Resource{Kind: api.ARNDimension, Name: name}, tags))
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateDimensionResponse{Name: &name, Arn: new(s.arns.Dimension(name))}, nil
}

// UpdateDimension replaces the values of a dimension.
func (s *Service) UpdateDimension(ctx context.Context, in *api.UpdateDimensionRequest) (*api.UpdateDimensionResponse, error) {
	var d *store.Dimension
	err := s.change(ctx, func(tx *store.Tx) (err error) {
		if d, err = dimension(tx, *in.Name); err != nil {
			return err
		}
		d.Values = in.StringValues
		return tx.UpdateDimension(d)
	})
	if err != nil {
		return nil, err
	}
	return new(api.UpdateDimensionResponse(s.dimensionResponse(d))), nil
}

// DescribeDimension returns a dimension.
func (s *Service) DescribeDimension(ctx context.Context, in *api.DescribeDimensionRequest) (*api.DescribeDimensionResponse, error) {
	var d *store.Dimension
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		d, err = dimension(tx, *in.Name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return new(s.dimensionResponse(d)), nil
}

// DeleteDimension deletes a dimension that no profile uses (U59). One that does
// not exist is deleted already.
func (s *Service) DeleteDimension(ctx context.Context, in *api.DeleteDimensionRequest) (*api.DeleteDimensionResponse, error) {
	return nil, s.change(ctx, func(tx *store.Tx) error {
		users, err := tx.ProfileNames(store.ProfileFilter{Dimension: *in.Name}, "", 1)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return api.InvalidRequest("The dimension %s is used by the security profile %s.", *in.Name, users[0])
		}
		return tx.DeleteDimension(*in.Name)
	})
}

// ListDimensions returns the names of the dimensions.
func (s *Service) ListDimensions(ctx context.Context, in *api.ListDimensionsRequest) (*api.ListDimensionsResponse, error) {
	p, err := newPager[string](api.ListDimensions, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	out := &api.ListDimensionsResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		names, err := tx.DimensionNames(api.Value(p.after), p.read())
		out.DimensionNames, out.NextToken = cut(p, names, byName)
		return err
	})
	return out, err
}

// dimension returns the dimension called name, or what the caller is told.
func dimension(tx *store.Tx, name string) (*store.Dimension, error) {
	d, err := tx.Dimension(name)
	return found(d, err, "dimension", name)
}

func (s *Service) dimensionResponse(d *store.Dimension) api.DescribeDimensionResponse {
	return api.DescribeDimensionResponse{
		Name: &d.Name, Arn: new(s.arns.Dimension(d.Name)), Type: &d.Type, StringValues: d.Values,
		CreationDate: new(millis(d.Created)), LastModifiedDate: new(millis(d.Modified)),
	}
}

// millis returns the time of epoch milliseconds.
func millis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
