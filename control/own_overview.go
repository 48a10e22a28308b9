package control

import (
	"time"

	"vedette/api"
)

// getOverview tells how the fleet and the deployment are doing.
var getOverview = &api.Operation{
	Name: "GetOverview", Group: "vedette", Method: "GET", URI: "/vedette/v1/overview",
	Input: structure("GetOverviewRequest"),
	Output: structure("GetOverviewResponse",
		required(field("things", structure("ThingCounts",
			required(field("seen", whole)),
			required(field("registered", whole)),
			required(field("connected", whole)),
			required(field("reporting", whole)),
			required(field("silent", whole)),
		))),
		required(field("activeAlarms", structure("ActiveAlarms",
			required(field("total", whole)),
			required(field("byType", counted("AlarmsOfType", "count",
				field("criteriaType", memberOf(api.ListActiveViolations.Input, "behaviorCriteriaType"))))),
			required(field("byProfile", counted("AlarmsOfProfile", "count", field("securityProfileName", text)))),
			required(field("byVerificationState", counted("AlarmsOfVerificationState", "count",
				field("verificationState", memberOf(activeViolationShape, "verificationState"))))),
		))),
		required(field("noisiestThings", counted("NoisyThing", "alarms", field("thingName", text)))),
		required(field("noisiestBehaviors", counted("NoisyBehavior", "alarms", field("securityProfileName", text), field("behaviorName", text)))),
		required(field("ingest", structure("Ingest",
			required(field("reportsPerSecond", double)),
			required(field("messagesPerSecond", double)),
			required(field("connections", whole)),
		))),
		required(field("health", healthShape)),
		required(field("time", moment)),
	),
}

// counted is a list of how often there is what some members say.
func counted(name, count string, members ...api.Member) *api.Shape {
	for i := range members {
		members[i] = required(members[i])
	}
	return listShape(name+"List", structure(name, append(members, required(field(count, whole)))...))
}

// GetOverviewRequest is the input of GetOverview.
type GetOverviewRequest struct{}

// GetOverviewResponse is the output of GetOverview.
type GetOverviewResponse struct {
	Things            *ThingCounts
	ActiveAlarms      *ActiveAlarms
	NoisiestThings    []NoisyThing    // of the last 24 hours, at most 10
	NoisiestBehaviors []NoisyBehavior // of the last 24 hours, at most 10
	Ingest            *Ingest
	Health            []Health
	Time              *time.Time // that the answer is of
}

// ThingCounts is how many things there are.
type ThingCounts struct {
	Seen       *int64 // have ever sent a report that was accepted, or connected
	Registered *int64 // are in the registry
	Connected  *int64 // are connected now
	Reporting  *int64 // sent a report that was accepted, in the last 15 minutes
	Silent     *int64 // seen, but not reporting
}

// ActiveAlarms is how many violations are active, the most frequent kind first.
type ActiveAlarms struct {
	Total               *int64
	ByType              []AlarmsOfType
	ByProfile           []AlarmsOfProfile
	ByVerificationState []AlarmsOfVerificationState
}

// AlarmsOfType is how many active violations are of a kind of criteria.
type AlarmsOfType struct {
	CriteriaType *api.BehaviorCriteriaType
	Count        *int64
}

// AlarmsOfProfile is how many active violations are of a security profile.
type AlarmsOfProfile struct {
	SecurityProfileName *string
	Count               *int64
}

// AlarmsOfVerificationState is how many active violations have a verification state.
type AlarmsOfVerificationState struct {
	VerificationState *api.VerificationState
	Count             *int64
}

// NoisyThing is a thing that was in alarm.
type NoisyThing struct {
	ThingName *string
	Alarms    *int64 // in-alarm events
}

// NoisyBehavior is a behavior that things were out of.
type NoisyBehavior struct {
	SecurityProfileName *string
	BehaviorName        *string
	Alarms              *int64 // in-alarm events
}

// Ingest is what devices send.
type Ingest struct {
	ReportsPerSecond  *float64 // accepted
	MessagesPerSecond *float64 // published by MQTT, reports too
	Connections       *int64   // by MQTT, now
}
