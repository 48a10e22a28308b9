package metric

import (
	"cmp"

	"vedette/api"
)

// Series names a row of values of one thing: those of a metric, narrowed by a
// dimension or not. It is comparable.
type Series struct {
	Metric    string                     // "aws:…" or the name of a custom metric
	Dimension string                     // name of the dimension; empty: none
	Operator  api.DimensionValueOperator // IN or NOT_IN; empty without a dimension
}

// NewSeries returns the series of a metric and what narrows it; d may be nil. An
// operator that is absent is IN (U63).
func NewSeries(metric string, d *api.MetricDimension) Series {
	s := Series{Metric: metric}
	if d != nil && api.Value(d.DimensionName) != "" {
		s.Dimension, s.Operator = *d.DimensionName, api.DimensionValueOperatorIn
		if d.Operator != nil {
			s.Operator = *d.Operator
		}
	}
	return s
}

// Compare returns the order of two series: by metric, dimension and operator.
func (s Series) Compare(t Series) int {
	return cmp.Or(cmp.Compare(s.Metric, t.Metric), cmp.Compare(s.Dimension, t.Dimension), cmp.Compare(s.Operator, t.Operator))
}
