package control

import (
	"vedette/api"
	"vedette/metric"
	"vedette/store"
)

// metricInfo returns what there is to say of a metric, and since when it exists, epoch
// milliseconds; 0: always. It has no Kind if there is none of that name.
func metricInfo(tx *store.Tx, name string) (info metric.Info, since int64, err error) {
	if info, ok := metric.Lookup(name); ok {
		return info, 0, nil
	}
	m, err := absent(tx.CustomMetric(name))
	if err != nil || m == nil {
		return metric.Info{}, 0, err
	}
	return metric.Info{ID: metric.Custom, Name: name, Kind: metric.KindOf(m.Type), Device: true}, m.Created, nil
}

// kindOfValues returns the member of AWS's MetricValue that values of a kind are in.
func kindOfValues(k metric.Kind) string {
	switch k {
	case metric.Number:
		return "number"
	case metric.Ports:
		return "ports"
	case metric.Addresses:
		return "cidrs"
	case metric.Strings:
		return "strings"
	case metric.Numbers:
		return "numbers"
	}
	return "count"
}

// dimensionOf returns the dimension of a series as the API has it, nil for none.
func dimensionOf(s metric.Series) *api.MetricDimension {
	if s.Dimension == "" {
		return nil
	}
	return &api.MetricDimension{DimensionName: &s.Dimension, Operator: &s.Operator}
}
