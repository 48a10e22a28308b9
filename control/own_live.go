package control

import (
	"time"

	"vedette/api"
	"vedette/store"
)

// watchLive is a stream of server-sent events. Its output is what the events hold as
// data, by their names.
var watchLive = &api.Operation{
	Name: "WatchLive", Group: "vedette", Method: "GET", URI: "/vedette/v1/live",
	Input: structure("WatchLiveRequest",
		parameter("thingName", memberOf(api.DescribeThing.Input, "thingName")),
	),
	Output: structure("LiveEvents",
		field("violation", structure("LiveViolation",
			required(field("violationId", text)),
			required(field("thingName", text)),
			required(field("securityProfileName", text)),
			required(field("behavior", behaviorShape)),
			required(field("violationEventType", memberOf(violationEventShape, "violationEventType"))),
			required(field("violationEventTime", moment)),
			field("metricValue", memberOf(violationEventShape, "metricValue")),
		)),
		field("counters", structure("LiveCounters",
			required(field("activeAlarms", whole)),
			required(field("reportsPerSecond", double)),
			required(field("messagesPerSecond", double)),
			required(field("connections", whole)),
		)),
		field("change", structure("LiveChange", required(field("kind", text)))),
		field("report", structure("LiveReport",
			required(field("time", moment)), required(field("reportId", whole)))),
		field("rejection", structure("LiveRejection",
			required(field("time", moment)), required(field("errorCode", text)), required(field("errorMessage", text)))),
	),
}

// WatchLiveRequest is the input of WatchLive.
type WatchLiveRequest struct {
	ThingName *string // whose reports and rejections to show too; nil: nobody's
}

// LiveViolation is a violation event that was stored.
type LiveViolation struct {
	ViolationID         *string
	ThingName           *string
	SecurityProfileName *string
	Behavior            *api.Behavior
	ViolationEventType  *api.ViolationEventType
	ViolationEventTime  *time.Time
	MetricValue         *api.MetricValue
}

// LiveCounters is what the top of every page shows.
type LiveCounters struct {
	ActiveAlarms      *int64
	ReportsPerSecond  *float64 // accepted
	MessagesPerSecond *float64 // published by MQTT, reports too
	Connections       *int64   // by MQTT
}

// LiveChange says that lists of a kind of resource are to be read again.
type LiveChange struct {
	Kind *string // as in ARNs: securityprofile, thing, thinggroup …; or violation: its verification state
}

// LiveReport is an accepted report of the thing that is watched.
type LiveReport struct {
	Time     *time.Time // of its arrival
	ReportID *int64
}

// LiveRejection is a report of the thing that is watched that was rejected.
type LiveRejection struct {
	Time         *time.Time
	ErrorCode    *string
	ErrorMessage *string
}

// NewLiveViolation returns a violation event as it is told.
func NewLiveViolation(e *store.Event) (*LiveViolation, error) {
	v, err := violationEvent(e)
	return &LiveViolation{
		ViolationID: v.ViolationId, ThingName: v.ThingName, SecurityProfileName: v.SecurityProfileName, Behavior: v.Behavior,
		ViolationEventType: v.ViolationEventType, ViolationEventTime: v.ViolationEventTime, MetricValue: v.MetricValue,
	}, err
}
