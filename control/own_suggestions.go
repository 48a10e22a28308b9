package control

import (
	"time"

	"vedette/api"
)

// GetSuggestionsOperation is the operation GetSuggestions, for clients.
func GetSuggestionsOperation() *api.Operation { return getSuggestions }

// getSuggestions finds behaviors that say what is normal for a fleet.
var getSuggestions = &api.Operation{
	Name: "GetSuggestions", Group: "vedette", Method: "GET", URI: "/vedette/v1/suggestions",
	Input: structure("GetSuggestionsRequest",
		parameter("thingGroupName", text),
		parameter("metricNames", text),
		parameter("startTime", moment),
		parameter("endTime", moment),
	),
	Output: structure("GetSuggestionsResponse",
		field("things", whole),
		field("startTime", moment),
		field("endTime", moment),
		field("suggestions", listShape("Suggestions", structure("Suggestion",
			field("metricName", text),
			field("metricDimension", memberOf(behaviorShape, "metricDimension")),
			field("unit", text),
			field("things", whole),
			field("datapoints", whole),
			field("firstTime", moment),
			field("lastTime", moment),
			field("deviceDays", double),
			field("p50", double),
			field("p99", double),
			field("p99.9", double),
			field("max", double),
			field("members", whole),
			field("normalMembers", whole),
			field("rareMembers", listShape("RareMembers", structure("RareMember",
				field("member", text), field("things", whole), field("thingNames", texts)))),
			field("cumulativeThings", whole),
			field("cumulativeThingNames", texts),
			field("convertedThings", whole),
			field("convertedThingNames", texts),
			field("behavior", behaviorShape),
			field("falseAlarms", structure("FalseAlarms",
				field("alarms", whole), field("things", whole), field("thingNames", texts), field("perDeviceDay", double))),
			field("warnings", texts),
		))),
	),
}

// behaviorShape is that of a behavior of a security profile.
var behaviorShape = memberOf(api.CreateSecurityProfile.Input, "behaviors").Element

// GetSuggestionsRequest is the input of GetSuggestions.
type GetSuggestionsRequest struct {
	ThingGroupName *string    // its things and those of the groups below it; nil: all things
	MetricNames    *string    // separated by commas; nil: all that values are kept of
	StartTime      *time.Time // nil: 14 days before EndTime
	EndTime        *time.Time // nil: now
}

// GetSuggestionsResponse is the output of GetSuggestions.
type GetSuggestionsResponse struct {
	Things             *int64 // of the fleet, with values or without
	StartTime, EndTime *time.Time
	Suggestions        []Suggestion // by metric
}

// Suggestion is what there is to say of one metric.
type Suggestion struct {
	MetricName           *string
	MetricDimension      *api.MetricDimension // nil: none
	Unit                 *string              // of a datapoint; nil: none
	Things               *int64               // that have values
	Datapoints           *int64               // of them
	FirstTime, LastTime  *time.Time           // of a value; nil: there are none
	DeviceDays           *float64             // from the first to the last value of each thing, together
	P50, P99, P999, Max  *float64             // of the fleet's datapoints; nil for lists
	Members              *int64               // different ones of the fleet's lists; nil for numbers
	NormalMembers        *int64
	RareMembers          []RareMember // the most frequent ones of those that are not normal, at most 50
	CumulativeThings     *int64       // that send totals instead of deltas; they are left out
	CumulativeThingNames []string     // at most 5
	ConvertedThings      *int64       // that send totals, of which deltas are made: only these count
	ConvertedThingNames  []string     // at most 5
	Behavior             *api.Behavior
	FalseAlarms          *FalseAlarms // of Behavior; nil without one
	Warnings             []string
}

// RareMember is a member that few things have had in a list.
type RareMember struct {
	Member     *string
	Things     *int64
	ThingNames []string // at most 5
}

// FalseAlarms is what a behavior would have raised.
type FalseAlarms struct {
	Alarms       *int64
	Things       *int64   // that had one
	ThingNames   []string // at most 20
	PerDeviceDay *float64
}
