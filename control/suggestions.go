package control

import (
	"context"
	"slices"
	"strings"
	"time"

	"vedette/api"
	"vedette/detect/suggest"
	"vedette/metric"
	"vedette/store"
	"vedette/violation"
)

// suggestWithin is the time that is looked at unless the request says another.
const suggestWithin = 14 * 24 * time.Hour

// fleetPage is the number of things whose chunks are in memory at a time.
const fleetPage = 100

// openThings is the number of things with values in memory whose names are asked for at
// a time: to find the next ones, detection goes through all of them.
const openThings = 10_000

// GetSuggestions finds behaviors that say what is normal for a fleet in the values that
// it has kept, and counts the alarms that they would have raised. It reads them all, some
// times over, a page of things at a time; calls wait for one another.
func (s *Service) GetSuggestions(ctx context.Context, in *GetSuggestionsRequest) (*GetSuggestionsResponse, error) {
	f, err := s.newFleet(ctx, in)
	if err != nil {
		return nil, err
	}
	series, err := s.askedSeries(ctx, in.MetricNames)
	if err != nil {
		return nil, err
	}
	select {
	case s.suggesting <- struct{}{}:
		defer func() { <-s.suggesting }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	out := &GetSuggestionsResponse{StartTime: new(millis(f.from)), EndTime: new(millis(f.to)), Suggestions: []Suggestion{}}
	if out.Things, err = f.size(); err != nil {
		return nil, err
	}
	for _, one := range series {
		found, err := s.suggest(ctx, f, one)
		if err != nil {
			return nil, err
		}
		if found.Things+found.Totals+found.Converted > 0 || in.MetricNames != nil {
			out.Suggestions = append(out.Suggestions, suggestionOf(found))
		}
	}
	return out, nil
}

// suggest answers for one series.
func (s *Service) suggest(ctx context.Context, f *fleet, series metric.Series) (*suggest.Suggestion, error) {
	kept, err := s.keptSince(ctx, series.Metric)
	if err != nil {
		return nil, err
	}
	var known *catalog
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		known, err = readCatalog(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	info, ok := metric.Lookup(series.Metric)
	if !ok {
		info = metric.Info{ID: metric.Custom, Name: series.Metric, Kind: metric.KindOf(known.metrics[series.Metric]), Device: true}
	}
	q := suggest.Question{Series: series, Info: info, From: max(f.from, kept), To: f.to, DeltasSince: s.opts.DeltasSince}
	return suggest.For(q, known, func(visit func(string, []violation.Chunk) error) error {
		return f.each(series, q.From, visit)
	})
}

// askedSeries returns the series of the metrics that are asked for, in order: those
// that there may be values of, and of a metric without any the one that it has
// without a dimension.
func (s *Service) askedSeries(ctx context.Context, names *string) (list []metric.Series, err error) {
	var known []metric.Series
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		if known, err = tx.KeptSeries(); err != nil {
			return err
		}
		custom, err := tx.CustomMetricTypes()
		known = slices.DeleteFunc(known, func(one metric.Series) bool {
			_, isCustom := custom[one.Metric]
			_, isOurs := metric.Lookup(one.Metric)
			return !isCustom && !isOurs // a custom metric that was deleted
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	if names == nil {
		list = known
	} else {
		for name := range strings.SplitSeq(*names, ",") {
			name = strings.TrimSpace(name)
			if _, err := s.keptSince(ctx, name); err != nil {
				return nil, err
			}
			before := len(list)
			for _, one := range known {
				if one.Metric == name {
					list = append(list, one)
				}
			}
			if len(list) == before {
				list = append(list, metric.Series{Metric: name})
			}
		}
	}
	slices.SortFunc(list, metric.Series.Compare)
	return slices.Compact(list), nil
}

// suggestionOf returns a suggestion as the API shows it.
func suggestionOf(f *suggest.Suggestion) Suggestion {
	out := Suggestion{
		MetricName: &f.Series.Metric, Things: new(int64(f.Things)), Datapoints: &f.Datapoints, DeviceDays: &f.DeviceDays,
		Behavior: f.Behavior, Warnings: f.Warnings,
	}
	if d := f.Series.Dimension; d != "" {
		out.MetricDimension = &api.MetricDimension{DimensionName: &d, Operator: &f.Series.Operator}
	}
	if f.Unit != "" {
		out.Unit = &f.Unit
	}
	if f.Things > 0 {
		out.FirstTime, out.LastTime = new(millis(f.First)), new(millis(f.Last))
	}
	if n := f.Numbers; n != nil {
		out.P50, out.P99, out.P999, out.Max = &n.P50, &n.P99, &n.P999, &n.Max
	}
	if l := f.Lists; l != nil {
		out.Members, out.NormalMembers = new(int64(l.Members)), new(int64(l.Normal))
		for _, m := range l.Rare {
			out.RareMembers = append(out.RareMembers, RareMember{Member: &m.Text, Things: new(int64(m.Things)), ThingNames: m.Names})
		}
	}
	if f.Totals > 0 {
		out.CumulativeThings, out.CumulativeThingNames = new(int64(f.Totals)), f.TotalsOf
	}
	if f.Converted > 0 {
		out.ConvertedThings, out.ConvertedThingNames = new(int64(f.Converted)), f.ConvertedOf
	}
	if f.Behavior != nil {
		a := f.Alarms
		out.FalseAlarms = &FalseAlarms{Alarms: new(int64(a.Raised)), Things: new(int64(a.Things)), ThingNames: a.Names, PerDeviceDay: new(0.0)}
		if f.DeviceDays > 0 {
			*out.FalseAlarms.PerDeviceDay = float64(a.Raised) / f.DeviceDays
		}
	}
	return out
}
