package control

import (
	"time"

	"vedette/api"
)

// searchThings finds things by name and by state: those of the registry, and those that
// are only known because they connected or reported.
var searchThings = &api.Operation{
	Name: "SearchThings", Group: "vedette", Method: "GET", URI: "/vedette/v1/things",
	Input: structure("SearchThingsRequest",
		parameter("search", &api.Shape{Name: "ThingSearch", Type: api.TypeString, Max: new(128.0)}),
		parameter("state", oneOf("ThingState", "connected", "disconnected", "reporting", "silent", "inAlarm", "unregistered")),
		parameter("thingGroupName", text),
		parameter("sort", oneOf("ThingOrder", "thingName", "lastReportTime")),
		parameter("order", listOrder),
		parameter("maxResults", memberOf(api.ListThings.Input, "maxResults")),
		parameter("nextToken", text),
	),
	Output: structure("SearchThingsResponse",
		required(field("things", listShape("FoundThings", structure("FoundThing",
			required(field("thingName", text)),
			required(field("registered", flag)),
			field("thingTypeName", text),
			required(field("connected", flag)),
			field("lastReportTime", moment),
			required(field("activeAlarms", whole)),
		)))),
		field("nextToken", text),
	),
}

// SearchThingsRequest is the input of SearchThings.
type SearchThingsRequest struct {
	Search         *string // how the name begins, at most 128 characters; nil: any
	State          *string // nil: any
	ThingGroupName *string // in it or in a group below it; nil: in any or none
	Sort           *string // nil: thingName
	Order          *string // nil: asc by thingName, desc by lastReportTime
	MaxResults     *int32  // 1 to 250; nil: 25
	NextToken      *string
}

// SearchThingsResponse is the output of SearchThings.
type SearchThingsResponse struct {
	Things    []FoundThing
	NextToken *string // nil: these were the last
}

// FoundThing is a thing that was found.
type FoundThing struct {
	ThingName      *string
	Registered     *bool   // it is in the registry
	ThingTypeName  *string // nil: none
	Connected      *bool
	LastReportTime *time.Time // when its last accepted report arrived; nil: none ever did
	ActiveAlarms   *int64     // violations that are active
}
