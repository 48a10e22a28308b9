package control

import (
	"time"

	"vedette/api"
)

// getThing tells all that is known of one thing.
var getThing = &api.Operation{
	Name: "GetThing", Group: "vedette", Method: "GET", URI: "/vedette/v1/things/{thingName}",
	Input: structure("GetThingRequest", required(label("thingName", thingName))),
	Output: structure("GetThingResponse",
		required(field("thingName", text)),
		required(field("registered", flag)),
		field("thingId", text),
		field("thingArn", text),
		field("thingTypeName", text),
		field("attributes", memberOf(api.DescribeThing.Output, "attributes")),
		required(field("thingGroupNames", texts)),
		required(field("principals", texts)),
		required(field("policies", texts)),
		required(field("connected", flag)),
		field("connectedSince", moment),
		field("disconnectedSince", moment),
		field("remoteAddress", text),
		field("clientId", text),
		field("lastReportTime", moment),
		required(field("securityProfiles", listShape("ThingSecurityProfiles", structure("ThingSecurityProfile",
			required(field("securityProfileName", text)),
			required(field("targetArn", text)),
		)))),
		required(field("metrics", listShape("ThingMetrics", structure("ThingMetric",
			required(field("metricName", text)),
			field("metricDimension", memberOf(behaviorShape, "metricDimension")),
			required(field("kind", valueKind)),
			field("unit", text),
			required(field("lastTime", moment)),
		)))),
		required(field("activeAlarms", whole)),
	),
}

// valueKind is which member of AWS's MetricValue the values of a metric are in.
var valueKind = oneOf("ValueKind", "count", "number", "ports", "cidrs", "strings", "numbers")

// GetThingRequest is the input of GetThing.
type GetThingRequest struct {
	ThingName *string // required
}

// GetThingResponse is the output of GetThing.
type GetThingResponse struct {
	ThingName         *string
	Registered        *bool
	ThingID           *string // of the registry, as are the next three; nil for an unregistered thing
	ThingARN          *string
	ThingTypeName     *string           // nil: none
	Attributes        map[string]string // nil: none
	ThingGroupNames   []string          // that it is directly in, by name
	Principals        []string          // ARNs of its certificates
	Policies          []string          // that these and its groups have, by name
	Connected         *bool
	ConnectedSince    *time.Time // nil: it is not connected
	DisconnectedSince *time.Time // nil: it is connected, or was never seen connected
	RemoteAddress     *string    // of its last connection; nil: not known
	ClientID          *string    // of its last connection; nil: none was seen here
	LastReportTime    *time.Time // when its last accepted report arrived; nil: none ever did
	SecurityProfiles  []ThingSecurityProfile
	Metrics           []ThingMetric // that values are kept of, by name
	ActiveAlarms      *int64        // violations that are active
}

// ThingSecurityProfile is a security profile that applies to a thing.
type ThingSecurityProfile struct {
	SecurityProfileName *string
	TargetARN           *string // that it is attached to
}

// ThingMetric is a metric that values of a thing are kept of.
type ThingMetric struct {
	MetricName      *string
	MetricDimension *api.MetricDimension // nil: none
	Kind            *string              // count, number, ports, cidrs, strings or numbers
	Unit            *string              // of a value; nil: none
	LastTime        *time.Time           // of the newest value
}
