package control

import (
	"reflect"
	"strings"
	"testing"

	"vedette/api"
)

// TestOwnOperations: the Go types of the operations fit their descriptions, member by
// member.
func TestOwnOperations(t *testing.T) {
	types := map[string]any{}
	for _, v := range []any{
		ListReportRejectionsRequest{}, ListReportRejectionsResponse{},
		ListThresholdsRequest{}, ListThresholdsResponse{},
		GetSuggestionsRequest{}, GetSuggestionsResponse{},
		DescribeSignInRequest{}, DescribeSignInResponse{},
		CreateSessionRequest{}, GetSessionRequest{}, Session{},
		DeleteSessionRequest{}, DeleteSessionResponse{},
		DescribeDeploymentRequest{}, DescribeDeploymentResponse{},
		ListAccessKeysRequest{}, ListAccessKeysResponse{},
		CreateAccessKeyRequest{}, CreateAccessKeyResponse{},
		UpdateAccessKeyRequest{}, UpdateAccessKeyResponse{},
		DeleteAccessKeyRequest{}, DeleteAccessKeyResponse{},
		GetOverviewRequest{}, GetOverviewResponse{},
		SearchViolationsRequest{}, SearchViolationsResponse{}, GetViolationRequest{}, GetViolationResponse{},
		SearchViolationEventsRequest{}, SearchViolationEventsResponse{}, CountViolationEventsRequest{}, CountViolationEventsResponse{},
		WatchLiveRequest{}, liveEvents{},
		GetDistributionRequest{},
		GetDistributionResponse{},
		GetMetricValuesRequest{},
		GetMetricValuesResponse{},
		GetThingRequest{},
		GetThingResponse{},
		ListAcceptedReportsRequest{},
		ListAcceptedReportsResponse{},
		MatchDimensionRequest{},
		MatchDimensionResponse{},
		SearchThingsRequest{},
		SearchThingsResponse{},
	} {
		types[strings.Replace(reflect.TypeOf(v).Name(), "liveEvents", "LiveEvents", 1)] = v
	}
	paths := map[string]string{}
	for _, op := range OwnOperations() {
		if other := paths[op.Method+" "+op.URI]; other != "" {
			t.Errorf("%s has the path of %s", op.Name, other)
		}
		paths[op.Method+" "+op.URI] = op.Name
		for _, s := range []*api.Shape{op.Input, op.Output} {
			v, ok := types[s.Name]
			if !ok {
				t.Errorf("%s: no Go type of %s in this test", op.Name, s.Name)
				continue
			}
			checkFields(t, op.Name, s, reflect.TypeOf(v))
		}
	}
}

// liveEvents are the data of the events of WatchLive, which are sent one by one.
type liveEvents struct {
	Violation *LiveViolation
	Counters  *LiveCounters
	Change    *LiveChange
	Report    *LiveReport
	Rejection *LiveRejection
}

// checkFields compares a Go type with a shape, as restjson reads and writes it: by the
// order of the members.
func checkFields(t *testing.T, where string, s *api.Shape, g reflect.Type) {
	t.Helper()
	where += "." + s.Name
	if g.Kind() == reflect.Pointer {
		g = g.Elem()
	}
	switch s.Type {
	case api.TypeStructure:
		if g.Kind() != reflect.Struct || g.NumField() != len(s.Members) {
			t.Errorf("%s: got %s, want a struct of %d fields", where, g, len(s.Members))
			return
		}
		for i, m := range s.Members {
			if k := g.Field(i).Type.Kind(); k != reflect.Pointer && k != reflect.Slice && k != reflect.Map {
				t.Errorf("%s.%s: got %s, want a pointer, a slice or a map", where, m.Name, g.Field(i).Type)
			}
			checkFields(t, where+"."+m.Name, m.Shape, g.Field(i).Type)
		}
	case api.TypeList:
		checkFields(t, where, s.Element, g.Elem())
	case api.TypeMap:
		checkFields(t, where, s.Value, g.Elem())
	case api.TypeTimestamp:
		if g.String() != "time.Time" {
			t.Errorf("%s: got %s, want time.Time", where, g)
		}
	default:
		want := map[api.Type]reflect.Kind{
			api.TypeString: reflect.String, api.TypeInteger: reflect.Int32, api.TypeLong: reflect.Int64, api.TypeDouble: reflect.Float64, api.TypeBoolean: reflect.Bool,
		}[s.Type]
		if g.Kind() != want {
			t.Errorf("%s: got %s, want %s", where, g, want)
		}
	}
}
