package control

import (
	"context"
	"time"

	"vedette/api"
	"vedette/detect"
	"vedette/store"
)

// ReportingFor is how long a thing counts as reporting after its last report: three times
// the least time that AWS has between two (facts §11, 300 s).
const ReportingFor = 15 * time.Minute

// thingStates are the states that things can be searched by.
var thingStates = map[string]detect.ThingState{
	"":             detect.AnyThing,
	"connected":    detect.ThingConnected,
	"disconnected": detect.ThingDisconnected,
	"reporting":    detect.ThingReporting,
	"silent":       detect.ThingSilent,
	"inAlarm":      detect.ThingInAlarm,
	"unregistered": detect.ThingUnregistered,
}

// SearchThings returns the things that have a state and a name that begins so, or are
// in a group. Detection knows them all: those of the registry it was told of, the others
// it has heard of itself.
func (s *Service) SearchThings(ctx context.Context, in *SearchThingsRequest) (*SearchThingsResponse, error) {
	p, err := newPager[detect.ThingKey](searchThings, in.NextToken, in.MaxResults, in.Search, in.State, in.ThingGroupName, in.Sort, in.Order)
	if err != nil {
		return nil, err
	}
	q := detect.ThingQuery{
		State: thingStates[api.Value(in.State)], Since: s.opts.Now().Add(-ReportingFor).UnixMilli(),
		Prefix: api.Value(in.Search), Group: api.Value(in.ThingGroupName),
		ByReport: api.Value(in.Sort) == "lastReportTime", After: p.after, Limit: p.read(),
	}
	q.Descending = q.ByReport
	if in.Order != nil {
		q.Descending = *in.Order == "desc"
	}
	if in.ThingGroupName != nil {
		if err := s.knowsGroup(ctx, q.Group); err != nil {
			return nil, err
		}
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	var list []detect.ThingStatus
	if s.opts.FindThings != nil {
		list = s.opts.FindThings(q)
	}
	out := &SearchThingsResponse{}
	list, out.NextToken = cut(p, list, func(t detect.ThingStatus) detect.ThingKey { return t.ThingKey })
	var types map[string]string
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		types, err = tx.TypesOf(mapped(list, func(t detect.ThingStatus) string { return t.Name }))
		return err
	})
	out.Things = mapped(list, func(t detect.ThingStatus) FoundThing { return foundThing(t, types[t.Name]) })
	return out, err
}

func foundThing(t detect.ThingStatus, thingType string) FoundThing {
	return FoundThing{
		ThingName: &t.Name, Registered: &t.Registered, ThingTypeName: given(thingType), Connected: &t.Connected,
		LastReportTime: givenTime(t.Report), ActiveAlarms: new(int64(t.Violations)),
	}
}

// givenTime returns the time of epoch milliseconds, nil for 0.
func givenTime(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	return new(millis(ms))
}

// knowsGroup returns an error if there is no thing group called name.
func (s *Service) knowsGroup(ctx context.Context, name string) error {
	return s.read(ctx, func(tx *store.Tx) error {
		_, err := thingGroup(tx, name)
		return err
	})
}
