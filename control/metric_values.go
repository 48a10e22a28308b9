package control

import (
	"context"

	"vedette/api"
	"vedette/metric"
	"vedette/store"
	"vedette/violation"
)

// ListMetricValues returns the values of a metric of a thing in a time, the newest
// first: startTime is in it, endTime is not (U63). A metric that no profile asked to
// keep has none; a thing that nothing is known of and a metric that does not exist are
// errors (U64).
func (s *Service) ListMetricValues(ctx context.Context, in *api.ListMetricValuesRequest) (*api.ListMetricValuesResponse, error) {
	series, err := seriesAsked(in)
	if err != nil {
		return nil, err
	}
	p, err := newPager[valueKey](api.ListMetricValues, in.NextToken, in.MaxResults, in.ThingName, series, in.StartTime, in.EndTime)
	if err != nil {
		return nil, err
	}
	values, err := s.values(ctx, in, series, p.after, p.read())
	if err != nil {
		return nil, err
	}
	list, next := cut(p, values, func(v value) valueKey { return v.key })
	return &api.ListMetricValuesResponse{MetricDatumList: mapped(list, value.datum), NextToken: next}, nil
}

// seriesAsked returns the series whose values are asked for.
func seriesAsked(in *api.ListMetricValuesRequest) (s metric.Series, err error) {
	switch {
	case !in.StartTime.Before(*in.EndTime):
		return s, api.InvalidRequest("startTime must be before endTime.")
	case in.DimensionName == nil && in.DimensionValueOperator != nil:
		return s, api.InvalidRequest("dimensionValueOperator needs a dimensionName.")
	}
	return metric.NewSeries(*in.MetricName, &api.MetricDimension{DimensionName: in.DimensionName, Operator: in.DimensionValueOperator}), nil
}

// values returns the newest of the values that are asked for, newest first, at most
// limit, behind the one at a place (nil: from the first).
func (s *Service) values(ctx context.Context, in *api.ListMetricValuesRequest, series metric.Series, after *valueKey, limit int) ([]value, error) {
	kept, err := s.keptSince(ctx, series.Metric)
	if err != nil {
		return nil, err
	}
	r := valueReader{from: max(in.StartTime.UnixMilli(), kept), to: in.EndTime.UnixMilli(), after: after, limit: limit}
	known, err := s.readValues(ctx, *in.ThingName, series, &r)
	if err != nil {
		return nil, err
	}
	if len(r.list) == 0 && !known {
		return nil, notFound("thing", *in.ThingName)
	}
	return r.list, nil
}

// keptSince returns the time, epoch milliseconds, before which no values of a
// metric are shown: it is older than the retention, or than the custom metric, and
// then they are of an earlier metric of that name.
func (s *Service) keptSince(ctx context.Context, name string) (since int64, err error) {
	if keep := s.opts.MetricRetention; keep > 0 {
		since = s.opts.Now().Add(-keep).UnixMilli()
	}
	if _, ok := metric.Lookup(name); ok {
		return since, nil
	}
	err = s.read(ctx, func(tx *store.Tx) error {
		m, err := absent(tx.CustomMetric(name))
		if err == nil && m == nil {
			return api.InvalidRequest("The metric %s does not exist: give one of AWS IoT's, such as aws:all-bytes-out, or a custom metric.", name)
		}
		if m != nil {
			since = max(since, m.Created)
		}
		return err
	})
	return since, err
}

// readValues has r read the store's chunks and the open one, and tells whether
// anything is known of the thing.
func (s *Service) readValues(ctx context.Context, thing string, series metric.Series, r *valueReader) (known bool, err error) {
	if err := s.settle(ctx); err != nil {
		return false, err
	}
	if r.open, known, err = s.openChunk(ctx, thing, series); err != nil {
		return false, err
	}
	filter := store.ChunkFilter{Thing: thing, Series: series, From: r.from, To: r.to}
	if r.after != nil {
		filter.To = min(filter.To, r.after.Chunk+1)
	}
	if err := s.store.Chunks(ctx, filter, r.add); err != nil {
		return false, unavailable(err)
	}
	if err := r.end(); err != nil {
		return false, err
	}
	if known || len(r.list) > 0 {
		return true, nil
	}
	known, err = s.store.Seen(ctx, thing)
	return known, unavailable(err)
}

// openChunk is Options.OpenChunk, with errors as the API has them.
func (s *Service) openChunk(ctx context.Context, thing string, series metric.Series) (open *violation.Chunk, known bool, err error) {
	if s.opts.OpenChunk == nil {
		return nil, false, nil
	}
	open, known, err = s.opts.OpenChunk(ctx, thing, series)
	if err != nil {
		return nil, false, notStored(err)
	}
	return open, known, nil
}

// notStored is the answer when the engine's values cannot be told from the store's.
func notStored(err error) error {
	return &api.Error{Code: api.ServiceUnavailableException, Message: "The last values are not stored yet. Try again later.", Cause: err}
}

// valueKey is the place of a value in the list: the time of the first value of its
// chunk, and its number in the chunk. Neither changes while the chunk grows, moves
// from the engine to the store, or is followed by others.
type valueKey struct {
	Chunk int64 `json:"chunk"` // epoch milliseconds
	Index int   `json:"index"`
}

// valueReader collects the newest values out of chunks, which it is given newest
// first.
type valueReader struct {
	from, to int64            // from ≤ time < to, epoch milliseconds
	after    *valueKey        // the list goes on behind it; nil: from the first
	limit    int              // of the list
	open     *violation.Chunk // the engine's, until it was its turn; nil: none

	list []value
}

// add takes a chunk of the store, which may be the open one, stored meanwhile with
// all that it had and more. It tells whether older ones are wanted.
func (r *valueReader) add(c violation.Chunk) (more bool, err error) {
	if open := r.open; open != nil && open.First >= c.First {
		r.open = nil
		if open.First > c.First {
			if more, err := r.take(open); err != nil || !more {
				return false, err
			}
		}
	}
	return r.take(&c)
}

// end takes the open chunk if the store had none before it.
func (r *valueReader) end() error {
	if r.open == nil || len(r.list) == r.limit {
		return nil
	}
	_, err := r.take(r.open)
	return err
}

// take appends the values of a chunk and tells whether more are wanted.
func (r *valueReader) take(c *violation.Chunk) (more bool, err error) {
	if r.after != nil && c.First > r.after.Chunk {
		return true, nil
	}
	values, err := decodeValues(c, r.from, r.to)
	if err != nil {
		return false, err
	}
	for i := len(values) - 1; i >= 0 && len(r.list) < r.limit; i-- {
		if v := values[i]; r.after == nil || c.First < r.after.Chunk || v.key.Index < r.after.Index {
			r.list = append(r.list, v)
		}
	}
	return len(r.list) < r.limit, nil
}

// value is one value on its way into the answer.
type value struct {
	key     valueKey
	at      int64 // epoch milliseconds
	list    int   // its number among the different lists of its chunk
	content api.MetricValue
}

func (v value) datum() api.MetricDatum {
	return api.MetricDatum{Timestamp: new(millis(v.at)), Value: &v.content}
}
