package control

import (
	"context"
	"slices"
	"strconv"
	"time"

	"vedette/api"
	"vedette/store"
)

// maxColumn is how many values GetMetricValues answers at most: 69 days of a value every
// 300 s, of which a chart draws no more than it has dots.
const maxColumn = 20_000

// GetMetricValues returns the values that ListMetricValues has, all at once and the
// oldest first. Of more than maxColumn the newest are returned.
func (s *Service) GetMetricValues(ctx context.Context, in *GetMetricValuesRequest) (*GetMetricValuesResponse, error) {
	asked := &api.ListMetricValuesRequest{
		ThingName: in.ThingName, MetricName: in.MetricName, DimensionName: in.DimensionName, DimensionValueOperator: in.DimensionValueOperator,
		StartTime: in.StartTime, EndTime: in.EndTime,
	}
	series, err := seriesAsked(asked)
	if err != nil {
		return nil, err
	}
	values, err := s.values(ctx, asked, series, nil, maxColumn+1)
	if err != nil {
		return nil, err
	}
	out := &GetMetricValuesResponse{Truncated: new(len(values) > maxColumn)}
	err = s.read(ctx, func(tx *store.Tx) error {
		info, _, err := metricInfo(tx, series.Metric)
		out.Kind, out.Unit = new(kindOfValues(info.Kind)), given(info.Unit)
		return err
	})
	if err != nil {
		return nil, err
	}
	values = values[:min(len(values), maxColumn)]
	slices.Reverse(values)
	out.columns(values)
	return out, nil
}

// columns sets the columns of values, oldest first.
func (out *GetMetricValuesResponse) columns(values []value) {
	out.Times = mapped(values, func(v value) time.Time { return millis(v.at) })
	switch *out.Kind {
	case "count":
		out.Counts = mapped(values, func(v value) int64 { return api.Value(v.content.Count) })
	case "number":
		out.Numbers = mapped(values, func(v value) float64 { return api.Value(v.content.Number) })
	default:
		out.listColumns(values)
	}
}

// listColumns sets the columns of values that are lists. Each different list is there
// once; those of a chunk are told apart by their numbers, so few are looked at.
func (out *GetMetricValuesResponse) listColumns(values []value) {
	type place struct {
		chunk int64
		list  int
	}
	places, indexes := make(map[place]int64), make(map[string]int64)
	out.Lists = [][]string{}
	out.ListIndexes = mapped(values, func(v value) int64 {
		at := place{v.key.Chunk, v.list}
		i, known := places[at]
		if known {
			return i
		}
		list := membersOf(&v.content)
		name := digest(list)
		if i, known = indexes[name]; !known {
			i = int64(len(out.Lists))
			indexes[name] = i
			out.Lists = append(out.Lists, list)
		}
		places[at] = i
		return i
	})
}

// membersOf returns the members of a list as text.
func membersOf(v *api.MetricValue) []string {
	switch {
	case v.Ports != nil:
		return mapped(v.Ports, func(p int32) string { return strconv.Itoa(int(p)) })
	case v.Numbers != nil:
		return mapped(v.Numbers, func(n float64) string { return strconv.FormatFloat(n, 'g', -1, 64) })
	case v.Cidrs != nil:
		return v.Cidrs
	}
	return v.Strings
}
