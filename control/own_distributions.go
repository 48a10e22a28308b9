package control

import (
	"time"

	"vedette/api"
)

// getDistribution tells how the values of a metric are spread over a fleet.
var getDistribution = &api.Operation{
	Name: "GetDistribution", Group: "vedette", Method: "GET", URI: "/vedette/v1/distributions",
	Input: structure("GetDistributionRequest",
		required(parameter("metricName", metricName)),
		parameter("dimensionName", dimensionName),
		parameter("dimensionValueOperator", dimensionOperator),
		parameter("thingGroupName", text),
		parameter("startTime", moment),
		parameter("endTime", moment),
	),
	Output: structure("GetDistributionResponse",
		required(field("startTime", moment)),
		required(field("endTime", moment)),
		required(field("kind", valueKind)),
		field("unit", text),
		required(field("things", whole)),
		required(field("datapoints", whole)),
		field("min", double),
		field("max", double),
		field("p50", double),
		field("p90", double),
		field("p99", double),
		field("p99.9", double),
		field("exact", flag),
		field("scale", oneOf("Scale", "linear", "logarithmic")),
		field("buckets", listShape("Buckets", structure("Bucket",
			required(field("from", double)),
			required(field("to", double)),
			required(field("datapoints", whole)),
		))),
		field("members", listShape("FleetMembers", structure("FleetMember",
			required(field("member", text)),
			required(field("things", whole)),
		))),
		field("differentMembers", whole),
		field("cumulativeThings", whole),
	),
}

// GetDistributionRequest is the input of GetDistribution.
type GetDistributionRequest struct {
	MetricName             *string                     // required
	DimensionName          *string                     // nil: the values without a dimension
	DimensionValueOperator *api.DimensionValueOperator // nil: IN, where there is a dimension
	ThingGroupName         *string                     // its things and those of the groups below it; nil: all things
	StartTime              *time.Time                  // nil: 14 days before EndTime
	EndTime                *time.Time                  // nil: now
}

// GetDistributionResponse is the output of GetDistribution.
type GetDistributionResponse struct {
	StartTime, EndTime  *time.Time
	Kind                *string  // count, number, ports, cidrs, strings or numbers
	Unit                *string  // of a value; nil: none
	Things              *int64   // that have values
	Datapoints          *int64   // values of them
	Min, Max            *float64 // nil for lists, and without values; so are the next six
	P50, P90, P99, P999 *float64
	Exact               *bool         // false: the percentiles and what is in a bucket are off by 1% at most
	Scale               *string       // linear, or logarithmic: how wide the buckets are
	Buckets             []Bucket      // ascending, side by side, at most 60
	Members             []FleetMember // of lists: those that most things have had first, at most 50
	DifferentMembers    *int64        // of all lists, up to 100,000; nil for numbers
	CumulativeThings    *int64        // that send totals instead of deltas; they are left out. nil: none does
}

// Bucket is the values from From on and below To.
type Bucket struct {
	From, To   *float64
	Datapoints *int64
}

// FleetMember is a member of the lists of a fleet.
type FleetMember struct {
	Member *string
	Things *int64 // that have had it
}
