package control

import (
	"context"
	"errors"
	"strings"

	"vedette/api"
	"vedette/store"
)

// CreateCustomMetric makes a custom metric. The same call with the same token
// again succeeds and makes nothing.
func (s *Service) CreateCustomMetric(ctx context.Context, in *api.CreateCustomMetricRequest) (*api.CreateCustomMetricResponse, error) {
	name := *in.MetricName
	if strings.HasPrefix(name, "aws:") {
		return nil, api.InvalidRequest("The name of a custom metric must not start with aws:.")
	}
	m := &store.CustomMetric{
		Name: name, Type: *in.MetricType, DisplayName: in.DisplayName,
		Token: *in.ClientRequestToken, Request: digest([]any{in.MetricType, in.DisplayName, in.Tags}),
	}
	tags, err := s.newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, func(tx *store.Tx) error {
		old, err := absent(tx.CustomMetric(name))
		if err != nil {
			return err
		}
		if old != nil {
			if old.Token == m.Token && old.Request == m.Request {
				return nil
			}
			return alreadyExists("custom metric", name, s.arns.CustomMetric(name))
		}
		switch n, err := tx.CountCustomMetrics(); {
		case err != nil:
			return err
		case n >= s.limits.CustomMetrics:
			return api.Errorf(api.LimitExceededException, "There are %d custom metrics already; the limit is %d.", n, s.limits.CustomMetrics)
		}
		return errors.Join(tx.InsertCustomMetric(m), tx.PutTags(store.Resource{Kind: api.ARNCustomMetric, Name: name}, tags))
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateCustomMetricResponse{MetricName: &name, MetricArn: new(s.arns.CustomMetric(name))}, nil
}

// UpdateCustomMetric replaces the display name of a custom metric.
func (s *Service) UpdateCustomMetric(ctx context.Context, in *api.UpdateCustomMetricRequest) (*api.UpdateCustomMetricResponse, error) {
	var m *store.CustomMetric
	err := s.write(ctx, func(tx *store.Tx) (err error) {
		if m, err = customMetric(tx, *in.MetricName); err != nil {
			return err
		}
		m.DisplayName = in.DisplayName
		return tx.UpdateCustomMetric(m)
	})
	if err != nil {
		return nil, err
	}
	return new(api.UpdateCustomMetricResponse(s.customMetricResponse(m))), nil
}

// DescribeCustomMetric returns a custom metric.
func (s *Service) DescribeCustomMetric(ctx context.Context, in *api.DescribeCustomMetricRequest) (*api.DescribeCustomMetricResponse, error) {
	var m *store.CustomMetric
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		m, err = customMetric(tx, *in.MetricName)
		return err
	})
	if err != nil {
		return nil, err
	}
	return new(s.customMetricResponse(m)), nil
}

// DeleteCustomMetric deletes a custom metric that no profile uses (U59). One
// that does not exist is deleted already.
func (s *Service) DeleteCustomMetric(ctx context.Context, in *api.DeleteCustomMetricRequest) (*api.DeleteCustomMetricResponse, error) {
	return nil, s.change(ctx, func(tx *store.Tx) error {
		users, err := tx.ProfileNames(store.ProfileFilter{Metric: *in.MetricName}, "", 1)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return api.InvalidRequest("The custom metric %s is used by the security profile %s.", *in.MetricName, users[0])
		}
		return tx.DeleteCustomMetric(*in.MetricName)
	})
}

// ListCustomMetrics returns the names of the custom metrics.
func (s *Service) ListCustomMetrics(ctx context.Context, in *api.ListCustomMetricsRequest) (*api.ListCustomMetricsResponse, error) {
	p, err := newPager[string](api.ListCustomMetrics, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	out := &api.ListCustomMetricsResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		names, err := tx.CustomMetricNames(api.Value(p.after), p.read())
		out.MetricNames, out.NextToken = cut(p, names, byName)
		return err
	})
	return out, err
}

// customMetric returns the custom metric called name, or what the caller is told.
func customMetric(tx *store.Tx, name string) (*store.CustomMetric, error) {
	m, err := tx.CustomMetric(name)
	return found(m, err, "custom metric", name)
}

func (s *Service) customMetricResponse(m *store.CustomMetric) api.DescribeCustomMetricResponse {
	return api.DescribeCustomMetricResponse{
		MetricName: &m.Name, MetricArn: new(s.arns.CustomMetric(m.Name)),
		MetricType: &m.Type, DisplayName: m.DisplayName,
		CreationDate: new(millis(m.Created)), LastModifiedDate: new(millis(m.Modified)),
	}
}
