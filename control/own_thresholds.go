package control

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"vedette/api"
)

// listThresholds tells what the percentiles of a behavior with a statistical threshold
// were. Who may see the profile may see them.
var listThresholds = &api.Operation{
	Name: "ListThresholds", Group: "vedette", Method: "GET", URI: "/vedette/v1/thresholds",
	Input: structure("ListThresholdsRequest",
		required(parameter("profile", text)),
		required(parameter("behavior", text)),
		parameter("startTime", moment),
		parameter("endTime", moment),
		parameter("maxResults", &api.Shape{Name: "MaxThresholds", Type: api.TypeInteger, Min: new(1.0), Max: new(1000.0)}),
	),
	Output: structure("ListThresholdsResponse",
		field("thresholds", listShape("Thresholds", structure("Threshold",
			field("windowEnd", moment),
			field("count", whole),
			field("number", double),
			field("things", whole),
			field("reason", text),
		))),
	),
}

// defaultThresholds is the default of ListThresholdsRequest.MaxResults.
const defaultThresholds = 100

// ListThresholdsRequest is the input of ListThresholds.
type ListThresholdsRequest struct {
	Profile    *string    // required
	Behavior   *string    // required
	StartTime  *time.Time // windows that ended then or later; nil: all
	EndTime    *time.Time // windows that ended before; nil: all
	MaxResults *int32     // 1 to 1000; nil: 100
}

// ListThresholdsResponse is the output of ListThresholds.
type ListThresholdsResponse struct {
	Thresholds []Threshold // newest first
}

// Threshold is the percentile of one window. It judges the window that follows.
type Threshold struct {
	WindowEnd *time.Time
	Count     *int64   // of metrics that are counts
	Number    *float64 // of custom metrics
	Things    *int64   // that had a value
	Reason    *string  // neither Count nor Number: TOO_FEW_THINGS or NEGATIVE_VALUES
}

// ListThresholds returns the thresholds of a behavior, newest first; none for a
// behavior that is not there or has none. An unknown profile is an error.
func (s *Service) ListThresholds(ctx context.Context, in *ListThresholdsRequest) (*ListThresholdsResponse, error) {
	from, to, limit := int64(0), int64(math.MaxInt64), defaultThresholds
	if in.StartTime != nil {
		from = in.StartTime.UnixMilli()
	}
	if in.EndTime != nil {
		to = in.EndTime.UnixMilli()
	}
	if from >= to {
		return nil, api.InvalidRequest("startTime must be before endTime.")
	}
	if in.MaxResults != nil {
		limit = int(*in.MaxResults)
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	if err := s.knowsProfile(ctx, *in.Profile); err != nil {
		return nil, err
	}
	list, err := s.store.Thresholds(ctx, *in.Profile, *in.Behavior, from, to, limit)
	if err != nil {
		return nil, unavailable(err)
	}
	out := &ListThresholdsResponse{Thresholds: make([]Threshold, len(list))}
	for i := range list {
		t := &list[i]
		out.Thresholds[i] = Threshold{WindowEnd: new(millis(t.End)), Things: &t.N}
		if t.Why != "" {
			out.Thresholds[i].Reason = &t.Why
			continue
		}
		var v api.MetricValue
		if err := json.Unmarshal([]byte(t.Value), &v); err != nil {
			return nil, fmt.Errorf("read threshold of %s/%s at %d: %w", t.Profile, t.Behavior, t.End, err)
		}
		out.Thresholds[i].Count, out.Thresholds[i].Number = v.Count, v.Number
	}
	return out, nil
}
