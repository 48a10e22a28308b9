package control

import (
	"context"
	"strings"

	"vedette/api"
	"vedette/gateway"
	"vedette/store"
)

// MatchDimension tells whether the gateway would find a topic in a dimension, and which
// of its filters match. The filters are those of the dimension with a name, or given.
func (s *Service) MatchDimension(ctx context.Context, in *MatchDimensionRequest) (*MatchDimensionResponse, error) {
	filters := in.StringValues
	switch {
	case (in.DimensionName == nil) == (filters == nil):
		return nil, api.InvalidRequest("Give a dimensionName or stringValues, not both and not neither.")
	case strings.ContainsAny(*in.Topic, "+#\x00"):
		return nil, api.InvalidRequest("topic must be a topic that a message is published to: it cannot have the characters +, # and U+0000.")
	}
	if in.DimensionName != nil {
		err := s.read(ctx, func(tx *store.Tx) error {
			d, err := dimension(tx, *in.DimensionName)
			if err == nil {
				filters = d.Values
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	out := &MatchDimensionResponse{Matches: new(false)}
	out.Filters = mapped(filters, func(filter string) FilterMatch {
		expanded, matches := gateway.TryFilter(filter, *in.Topic, api.Value(in.ClientID), api.Value(in.ThingName))
		*out.Matches = *out.Matches || matches
		return FilterMatch{Filter: &filter, Expanded: given(expanded), Matches: &matches}
	})
	return out, nil
}
