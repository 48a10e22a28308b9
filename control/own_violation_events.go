package control

import (
	"time"

	"vedette/api"
)

// searchViolationEvents lists violation events by more than ListViolationEvents knows.
var searchViolationEvents = &api.Operation{
	Name: "SearchViolationEvents", Group: "vedette", Method: "GET", URI: "/vedette/v1/violation-events",
	Input: structure("SearchViolationEventsRequest", append(violationFilters(),
		parameter("violationEventType", memberOf(violationEventShape, "violationEventType")),
		parameter("order", listOrder),
		parameter("maxResults", memberOf(api.ListViolationEvents.Input, "maxResults")),
		parameter("nextToken", memberOf(api.ListViolationEvents.Input, "nextToken")),
	)...),
	Output: structure("SearchViolationEventsResponse",
		required(field("violationEvents", violationEventsShape)),
		field("nextToken", text),
	),
}

// countViolationEvents counts violation events by time.
var countViolationEvents = &api.Operation{
	Name: "CountViolationEvents", Group: "vedette", Method: "GET", URI: "/vedette/v1/violation-counts",
	Input: structure("CountViolationEventsRequest", append(violationFilters(),
		required(parameter("bucketSeconds", &api.Shape{Name: "BucketSeconds", Type: api.TypeInteger, Min: new(1.0), Max: new(31_536_000.0)})),
	)...),
	Output: structure("CountViolationEventsResponse",
		field("buckets", listShape("ViolationCounts", structure("ViolationCount",
			field("time", moment),
			field("inAlarm", whole),
			field("cleared", whole),
			field("invalidated", whole),
		))),
	),
}

// SearchViolationEventsRequest is the input of SearchViolationEvents. A member that is
// nil narrows nothing.
type SearchViolationEventsRequest struct {
	ThingName            *string
	ThingNamePrefix      *string
	ThingGroupName       *string // things in it, or in a group below it
	SecurityProfileName  *string
	BehaviorName         *string
	BehaviorCriteriaType *api.BehaviorCriteriaType
	MetricName           *string
	VerificationState    *api.VerificationState
	Suppressed           *bool      // of behaviors with suppressAlerts, or of others
	StartTime            *time.Time // events of then or later
	EndTime              *time.Time // events from before
	ViolationEventType   *api.ViolationEventType
	Order                *string // asc: oldest first, or desc; nil: desc
	MaxResults           *int32  // 1 to 250; nil: 25
	NextToken            *string
}

// SearchViolationEventsResponse is the output of SearchViolationEvents.
type SearchViolationEventsResponse struct {
	ViolationEvents []api.ViolationEvent
	NextToken       *string
}

// CountViolationEventsRequest is the input of CountViolationEvents. A member that is nil
// narrows nothing.
type CountViolationEventsRequest struct {
	ThingName            *string
	ThingNamePrefix      *string
	ThingGroupName       *string // things in it, or in a group below it
	SecurityProfileName  *string
	BehaviorName         *string
	BehaviorCriteriaType *api.BehaviorCriteriaType
	MetricName           *string
	VerificationState    *api.VerificationState
	Suppressed           *bool      // of behaviors with suppressAlerts, or of others
	StartTime            *time.Time // events of then or later; required
	EndTime              *time.Time // events from before; required
	BucketSeconds        *int32     // required
}

// CountViolationEventsResponse is the output of CountViolationEvents.
type CountViolationEventsResponse struct {
	Buckets []ViolationCount // all from StartTime to EndTime, oldest first
}

// ViolationCount is how many violation events there were in BucketSeconds.
type ViolationCount struct {
	Time        *time.Time // the bucket's begin
	InAlarm     *int64
	Cleared     *int64
	Invalidated *int64
}
