package control

import (
	"time"

	"vedette/api"
)

// searchViolations lists violations, active or not, by more than ListActiveViolations
// knows. Who may see the active ones may see all.
var searchViolations = &api.Operation{
	Name: "SearchViolations", Group: "vedette", Method: "GET", URI: "/vedette/v1/violations",
	Input: structure("SearchViolationsRequest", append(violationFilters(),
		parameter("state", oneOf("ViolationListState", "active", "ended", "all")),
		parameter("sort", oneOf("ViolationSort", "startTime", "lastTime", "thingName", "securityProfileName", "behaviorName")),
		parameter("order", listOrder),
		parameter("maxResults", memberOf(api.ListActiveViolations.Input, "maxResults")),
		parameter("nextToken", memberOf(api.ListActiveViolations.Input, "nextToken")),
	)...),
	Output: structure("SearchViolationsResponse",
		required(field("violations", listShape("Violations", violationShape))),
		field("total", whole),
		field("nextToken", text),
	),
}

// getViolation tells all of one violation.
var getViolation = &api.Operation{
	Name: "GetViolation", Group: "vedette", Method: "GET", URI: "/vedette/v1/violations/{violationId}",
	Input: structure("GetViolationRequest",
		required(label("violationId", memberOf(api.PutVerificationStateOnViolation.Input, "violationId"))),
	),
	Output: structure("GetViolationResponse",
		field("violation", violationShape),
		field("events", violationEventsShape),
	),
}

var (
	activeViolationShape = memberOf(api.ListActiveViolations.Output, "activeViolations").Element
	violationEventsShape = memberOf(api.ListViolationEvents.Output, "violationEvents")
	violationEventShape  = violationEventsShape.Element

	violationShape = structure("Violation", append(append([]api.Member{}, activeViolationShape.Members...),
		field("endTime", moment),
		field("endReason", memberOf(violationEventShape, "violationEventType")),
		field("suppressed", flag),
	)...)
	listOrder = oneOf("ListOrder", "asc", "desc")
)

// violationFilters are the parameters that narrow a search, in the order of the
// members of the requests that begin with them.
func violationFilters() []api.Member {
	of := api.ListActiveViolations.Input
	return []api.Member{
		parameter("thingName", memberOf(of, "thingName")),
		parameter("thingNamePrefix", memberOf(of, "thingName")),
		parameter("thingGroupName", memberOf(api.DescribeThingGroup.Input, "thingGroupName")),
		parameter("securityProfileName", memberOf(of, "securityProfileName")),
		parameter("behaviorName", memberOf(behaviorShape, "name")),
		parameter("behaviorCriteriaType", memberOf(of, "behaviorCriteriaType")),
		parameter("metricName", memberOf(behaviorShape, "metric")),
		parameter("verificationState", memberOf(of, "verificationState")),
		parameter("suppressed", flag),
		parameter("startTime", moment),
		parameter("endTime", moment),
	}
}

// SearchViolationsRequest is the input of SearchViolations. A member that is nil
// narrows nothing.
type SearchViolationsRequest struct {
	ThingName            *string
	ThingNamePrefix      *string
	ThingGroupName       *string // things in it, or in a group below it
	SecurityProfileName  *string
	BehaviorName         *string
	BehaviorCriteriaType *api.BehaviorCriteriaType
	MetricName           *string
	VerificationState    *api.VerificationState
	Suppressed           *bool      // of behaviors with suppressAlerts, or of others
	StartTime            *time.Time // in alarm then or later
	EndTime              *time.Time // in alarm before
	State                *string    // active, ended or all; nil: active
	Sort                 *string    // startTime, lastTime, thingName, securityProfileName or behaviorName; nil: startTime
	Order                *string    // asc or desc; nil: desc for times, asc for names
	MaxResults           *int32     // 1 to 250; nil: 25
	NextToken            *string
}

// SearchViolationsResponse is the output of SearchViolations.
type SearchViolationsResponse struct {
	Violations []Violation
	Total      *int64 // on all pages; nil: too many to count
	NextToken  *string
}

// Violation is api.ActiveViolation, and how it ended.
type Violation struct {
	ViolationID                  *string
	ThingName                    *string
	SecurityProfileName          *string
	Behavior                     *api.Behavior
	LastViolationValue           *api.MetricValue
	ViolationEventAdditionalInfo *api.ViolationEventAdditionalInfo
	VerificationState            *api.VerificationState
	VerificationStateDescription *string
	LastViolationTime            *time.Time
	ViolationStartTime           *time.Time
	EndTime                      *time.Time              // nil: it is active
	EndReason                    *api.ViolationEventType // alarm-cleared or alarm-invalidated
	Suppressed                   *bool                   // its behavior has suppressAlerts
}

// GetViolationRequest is the input of GetViolation.
type GetViolationRequest struct {
	ViolationID *string // required
}

// GetViolationResponse is the output of GetViolation.
type GetViolationResponse struct {
	Violation *Violation
	Events    []api.ViolationEvent // oldest first
}
