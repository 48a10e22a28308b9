package control

import (
	"math"

	"vedette/api"
	"vedette/metric"
	"vedette/store"
)

// catalog is what a profile may refer to; it implements detect.Catalog.
type catalog struct {
	metrics    map[string]api.CustomMetricType
	dimensions map[string]bool
}

// readCatalog reads all custom metrics and dimensions: there are few.
func readCatalog(tx *store.Tx) (*catalog, error) {
	metrics, err := tx.CustomMetricTypes()
	if err != nil {
		return nil, err
	}
	names, err := tx.DimensionNames("", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	c := &catalog{metrics: metrics, dimensions: make(map[string]bool, len(names))}
	for _, name := range names {
		c.dimensions[name] = true
	}
	return c, nil
}

// CustomMetric implements detect.Catalog.
func (c *catalog) CustomMetric(name string) (api.CustomMetricType, bool) {
	t, ok := c.metrics[name]
	return t, ok
}

// Dimension implements detect.Catalog.
func (c *catalog) Dimension(name string) bool { return c.dimensions[name] }

// checkRetained refuses a metric to retain that does not exist or does not
// take its dimension.
func (c *catalog) checkRetained(m *api.MetricToRetain) error {
	name := api.Value(m.Metric)
	info, known := metric.Lookup(name)
	if _, custom := c.metrics[name]; !known && !custom {
		return api.InvalidRequest("additionalMetricsToRetain: metric %s is not supported", name)
	}
	if m.MetricDimension == nil {
		return nil
	}
	if !info.Dimension {
		return api.InvalidRequest("additionalMetricsToRetain: metric %s does not take a metricDimension", name)
	}
	if dimension := api.Value(m.MetricDimension.DimensionName); !c.dimensions[dimension] {
		return api.InvalidRequest("additionalMetricsToRetain: dimension %s does not exist", dimension)
	}
	return nil
}
