package control

import (
	"context"

	"vedette/api"
	"vedette/detect/suggest"
	"vedette/metric"
	"vedette/store"
	"vedette/violation"
)

// GetDistribution tells how the values of a metric that are kept of a fleet are spread.
// It reads them all once, a page of things at a time; calls wait for one another.
func (s *Service) GetDistribution(ctx context.Context, in *GetDistributionRequest) (*GetDistributionResponse, error) {
	if in.DimensionName == nil && in.DimensionValueOperator != nil {
		return nil, api.InvalidRequest("dimensionValueOperator needs a dimensionName.")
	}
	f, err := s.newFleet(ctx, &GetSuggestionsRequest{ThingGroupName: in.ThingGroupName, StartTime: in.StartTime, EndTime: in.EndTime})
	if err != nil {
		return nil, err
	}
	q := suggest.Question{
		Series: metric.NewSeries(*in.MetricName, &api.MetricDimension{DimensionName: in.DimensionName, Operator: in.DimensionValueOperator}),
		To:     f.to,
	}
	kept, err := s.keptSince(ctx, q.Series.Metric)
	if err != nil {
		return nil, err
	}
	q.From = max(f.from, kept)
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		q.Info, _, err = metricInfo(tx, q.Series.Metric)
		return err
	})
	if err != nil {
		return nil, err
	}
	select {
	case s.measuring <- struct{}{}:
		defer func() { <-s.measuring }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	d, err := suggest.Measure(q, func(visit func(string, []violation.Chunk) error) error { return f.each(q.Series, q.From, visit) })
	if err != nil {
		return nil, err
	}
	out := distributionOf(d)
	out.StartTime, out.EndTime = new(millis(f.from)), new(millis(f.to))
	out.Kind, out.Unit = new(kindOfValues(q.Info.Kind)), given(q.Info.Unit)
	return out, nil
}

// distributionOf returns a distribution as the API shows it.
func distributionOf(d *suggest.Distribution) *GetDistributionResponse {
	out := &GetDistributionResponse{Things: new(int64(d.Things)), Datapoints: &d.Datapoints}
	if d.Totals > 0 {
		out.CumulativeThings = new(int64(d.Totals))
	}
	if n := d.Numbers; n != nil {
		out.Min, out.Max, out.P50, out.P90, out.P99, out.P999, out.Exact = &n.Min, &n.Max, &n.P50, &n.P90, &n.P99, &n.P999, &n.Exact
		out.Scale = new("linear")
		if n.Logarithmic {
			*out.Scale = "logarithmic"
		}
		out.Buckets = mapped(n.Buckets, func(b suggest.Bucket) Bucket { return Bucket{&b.From, &b.To, &b.Count} })
	}
	if l := d.Lists; l != nil {
		out.DifferentMembers = new(int64(l.Members))
		out.Members = mapped(l.Frequent, func(m suggest.Member) FleetMember { return FleetMember{&m.Text, new(int64(m.Things))} })
	}
	return out
}
