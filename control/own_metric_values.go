package control

import (
	"time"

	"vedette/api"
)

// getMetricValues is ListMetricValues for who draws: all values at once, in columns.
var getMetricValues = &api.Operation{
	Name: "GetMetricValues", Group: "vedette", Method: "GET", URI: "/vedette/v1/metric-values",
	Input: structure("GetMetricValuesRequest",
		required(parameter("thingName", thingName)),
		required(parameter("metricName", metricName)),
		parameter("dimensionName", dimensionName),
		parameter("dimensionValueOperator", dimensionOperator),
		required(parameter("startTime", moment)),
		required(parameter("endTime", moment)),
	),
	Output: structure("GetMetricValuesResponse",
		required(field("kind", valueKind)),
		field("unit", text),
		required(field("times", listShape("Moments", moment))),
		field("counts", wholes),
		field("numbers", doubles),
		field("lists", listShape("TextLists", texts)),
		field("listIndexes", wholes),
		required(field("truncated", flag)),
	),
}

// What names values, as in ListMetricValues.
var (
	thingName         = memberOf(api.ListMetricValues.Input, "thingName")
	metricName        = memberOf(api.ListMetricValues.Input, "metricName")
	dimensionName     = memberOf(api.ListMetricValues.Input, "dimensionName")
	dimensionOperator = memberOf(api.ListMetricValues.Input, "dimensionValueOperator")
)

// GetMetricValuesRequest is the input of GetMetricValues.
type GetMetricValuesRequest struct {
	ThingName              *string                     // required
	MetricName             *string                     // required
	DimensionName          *string                     // nil: the values without a dimension
	DimensionValueOperator *api.DimensionValueOperator // nil: IN, where there is a dimension
	StartTime              *time.Time                  // required; values of this time or later
	EndTime                *time.Time                  // required; values before this time
}

// GetMetricValuesResponse is the output of GetMetricValues: Times, and beside it, of the
// same length, one of Counts, Numbers and ListIndexes.
type GetMetricValuesResponse struct {
	Kind        *string     // count, number, ports, cidrs, strings or numbers
	Unit        *string     // of a value; nil: none
	Times       []time.Time // ascending
	Counts      []int64     // of metrics that are counts; else nil
	Numbers     []float64   // of custom metrics that are numbers; else nil
	Lists       [][]string  // the different lists, their members as text; nil unless the metric is a list
	ListIndexes []int64     // which of Lists a value is
	Truncated   *bool       // there are older ones than the 20,000 of the answer
}
