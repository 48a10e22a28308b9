package control

import "vedette/api"

// matchDimension tries topic filters as the gateway does.
var matchDimension = &api.Operation{
	Name: "MatchDimension", Group: "vedette", Method: "POST", URI: "/vedette/v1/dimension-matches",
	Input: structure("MatchDimensionRequest",
		field("dimensionName", dimensionName),
		field("stringValues", memberOf(api.CreateDimension.Input, "stringValues")),
		required(field("topic", topicName)),
		field("clientId", text),
		field("thingName", text),
	),
	Output: structure("MatchDimensionResponse",
		required(field("matches", flag)),
		required(field("filters", listShape("FilterMatches", structure("FilterMatch",
			required(field("filter", text)),
			field("expanded", text),
			required(field("matches", flag)),
		)))),
	),
}

// topicName is a topic that a device may publish to.
var topicName = &api.Shape{Name: "Topic", Type: api.TypeString, Min: new(1.0), Max: new(65535.0), Bytes: true}

// MatchDimensionRequest is the input of MatchDimension.
type MatchDimensionRequest struct {
	DimensionName *string  // that the filters are of; nil: StringValues has them
	StringValues  []string // the filters; nil: DimensionName names them
	Topic         *string  // required
	ClientID      *string  // what ${iot:ClientId} stands for; nil: nothing
	ThingName     *string  // what ${iot:Connection.Thing.ThingName} stands for; nil: nothing, as where no thing has the client's name
}

// MatchDimensionResponse is the output of MatchDimension.
type MatchDimensionResponse struct {
	Matches *bool // one of the filters does
	Filters []FilterMatch
}

// FilterMatch is what comes of a filter.
type FilterMatch struct {
	Filter   *string
	Expanded *string // with the values of the variables; nil: one stands for nothing, and the filter matches nothing
	Matches  *bool
}
