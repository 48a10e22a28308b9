package control

import (
	"context"
	"errors"
	"math"
	"time"

	"vedette/api"
	"vedette/store"
)

// maxTotal is how many violations are counted for SearchViolationsResponse.Total.
const maxTotal = 100_000

// violationSorts are the values of SearchViolationsRequest.Sort, and the order of each
// where none is asked for: the latest first, names from A on.
var violationSorts = map[string]struct {
	by    store.ViolationSort
	order store.Order
}{
	"":                    {store.ByStart, store.Descending},
	"startTime":           {store.ByStart, store.Descending},
	"lastTime":            {store.ByLast, store.Descending},
	"thingName":           {store.ByThing, store.Ascending},
	"securityProfileName": {store.ByProfile, store.Ascending},
	"behaviorName":        {store.ByBehavior, store.Ascending},
}

var violationStates = map[string]store.ViolationState{"": store.Active, "active": store.Active, "ended": store.Ended, "all": store.AnyState}

// SearchViolations returns the violations that the filters let through. A thing that was
// never seen has none, and so has an unknown security profile; an unknown thing group is
// an error.
func (s *Service) SearchViolations(ctx context.Context, in *SearchViolationsRequest) (*SearchViolationsResponse, error) {
	filter := in.filter()
	from, to, err := timeRange(in.StartTime, in.EndTime)
	if err != nil {
		return nil, err
	}
	sort := violationSorts[api.Value(in.Sort)]
	search := store.ViolationSearch{ViolationFilter: filter, State: violationStates[api.Value(in.State)], From: from, To: to, Sort: sort.by, Order: listed(in.Order, sort.order)}
	p, err := newPager[store.SearchKey](searchViolations, in.NextToken, in.MaxResults, search)
	if err != nil {
		return nil, err
	}
	if err := s.readyToSearch(ctx, &filter); err != nil {
		return nil, err
	}
	list, next, err := s.store.SearchViolations(ctx, search, p.after, p.limit)
	if err != nil {
		return nil, unavailable(err)
	}
	out := &SearchViolationsResponse{Violations: make([]Violation, len(list)), NextToken: p.next(next)}
	for i := range list {
		if out.Violations[i], err = shownViolation(&list[i]); err != nil {
			return nil, err
		}
	}
	out.Total, err = s.total(ctx, search, p.after == nil, next == nil, len(list))
	return out, err
}

// total says how many violations a search has, with its first page. It is nil where
// counting them would take long: where there are more than maxTotal, or what is counted
// is not in an index.
func (s *Service) total(ctx context.Context, search store.ViolationSearch, first, last bool, here int) (*int64, error) {
	cheap := search.State == store.Active && search.Metric == "" && search.Group == "" || search.Thing != ""
	switch {
	case first && last:
		return new(int64(here)), nil
	case !first || !cheap:
		return nil, nil
	}
	n, err := s.store.CountViolations(ctx, search, maxTotal+1)
	if err != nil || n > maxTotal {
		return nil, unavailable(err)
	}
	return new(int64(n)), nil
}

// GetViolation returns one violation, active or ended, and its events.
func (s *Service) GetViolation(ctx context.Context, in *GetViolationRequest) (*GetViolationResponse, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	v, err := s.store.Violation(ctx, *in.ViolationID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound("violation", *in.ViolationID)
	}
	if err != nil {
		return nil, unavailable(err)
	}
	events, err := s.store.EventsOf(ctx, v.ID)
	if err != nil {
		return nil, unavailable(err)
	}
	out := &GetViolationResponse{Events: make([]api.ViolationEvent, len(events))}
	shown, err := shownViolation(v)
	if err != nil {
		return nil, err
	}
	out.Violation = &shown
	for i := range events {
		if out.Events[i], err = violationEvent(&events[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shownViolation returns a violation as it is answered.
func shownViolation(v *store.Violation) (Violation, error) {
	a, err := activeViolation(v)
	shown := Violation{
		ViolationID: a.ViolationId, ThingName: a.ThingName, SecurityProfileName: a.SecurityProfileName,
		Behavior: a.Behavior, LastViolationValue: a.LastViolationValue, ViolationEventAdditionalInfo: a.ViolationEventAdditionalInfo,
		VerificationState: a.VerificationState, VerificationStateDescription: a.VerificationStateDescription,
		LastViolationTime: a.LastViolationTime, ViolationStartTime: a.ViolationStartTime, Suppressed: &v.Suppressed,
	}
	if v.Ended != 0 {
		shown.EndTime, shown.EndReason = new(millis(v.Ended)), &v.EndReason
	}
	return shown, err
}

// SearchViolationEvents returns the events that the filters let through.
func (s *Service) SearchViolationEvents(ctx context.Context, in *SearchViolationEventsRequest) (*SearchViolationEventsResponse, error) {
	from, to, err := timeRange(in.StartTime, in.EndTime)
	if err != nil {
		return nil, err
	}
	filter := store.EventFilter{ViolationFilter: in.filter(), From: from, To: to, Type: api.Value(in.ViolationEventType)}
	order := listed(in.Order, store.Descending)
	p, err := newPager[store.EventKey](searchViolationEvents, in.NextToken, in.MaxResults, filter, order)
	if err != nil {
		return nil, err
	}
	if err := s.readyToSearch(ctx, &filter.ViolationFilter); err != nil {
		return nil, err
	}
	list, next, err := s.store.SearchEvents(ctx, filter, order, p.after, p.limit)
	if err != nil {
		return nil, unavailable(err)
	}
	out := &SearchViolationEventsResponse{ViolationEvents: make([]api.ViolationEvent, len(list)), NextToken: p.next(next)}
	for i := range list {
		if out.ViolationEvents[i], err = violationEvent(&list[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// maxBuckets is the number of buckets that CountViolationEvents answers at most.
const maxBuckets = 2000

// CountViolationEvents returns how many events there were in each bucket of a time. The
// first bucket begins at startTime, the last may reach beyond endTime, but counts no more.
func (s *Service) CountViolationEvents(ctx context.Context, in *CountViolationEventsRequest) (*CountViolationEventsResponse, error) {
	switch {
	case in.StartTime == nil:
		return nil, api.InvalidRequest("startTime must be given: the buckets begin with it.")
	case in.EndTime == nil:
		return nil, api.InvalidRequest("endTime must be given: the buckets end with it.")
	}
	from, to, err := timeRange(in.StartTime, in.EndTime)
	if err != nil {
		return nil, err
	}
	bucket := int64(*in.BucketSeconds) * 1000
	n := (to - from + bucket - 1) / bucket
	if n > maxBuckets {
		return nil, api.InvalidRequest("bucketSeconds must be larger: from startTime to endTime there are %d buckets of %d seconds, at most %d are answered.", n, bucket/1000, maxBuckets)
	}
	filter := store.EventFilter{ViolationFilter: in.filter(), From: from, To: to}
	if err := s.readyToSearch(ctx, &filter.ViolationFilter); err != nil {
		return nil, err
	}
	counts, err := s.store.CountEvents(ctx, filter, bucket)
	if err != nil {
		return nil, unavailable(err)
	}
	out := &CountViolationEventsResponse{Buckets: make([]ViolationCount, n)}
	for i := range out.Buckets {
		out.Buckets[i] = ViolationCount{Time: new(millis(from + int64(i)*bucket)), InAlarm: new(int64), Cleared: new(int64), Invalidated: new(int64)}
	}
	for i := range counts {
		c, b := &counts[i], &out.Buckets[counts[i].Bucket]
		b.InAlarm, b.Cleared, b.Invalidated = &c.InAlarm, &c.Cleared, &c.Invalidated
	}
	return out, nil
}

// readyToSearch waits until what was reported before shows, and refuses a thing group
// that does not exist. A security profile that was deleted has violations still.
func (s *Service) readyToSearch(ctx context.Context, f *store.ViolationFilter) error {
	if err := s.settle(ctx); err != nil {
		return err
	}
	if f.Group == "" {
		return nil
	}
	return s.read(ctx, func(tx *store.Tx) error {
		g, err := tx.ThingGroup(f.Group)
		_, err = found(g, err, "thing group", f.Group)
		return err
	})
}

// timeRange returns a range of times in milliseconds: no bounds where none are given.
func timeRange(start, end *time.Time) (from, to int64, err error) {
	to = math.MaxInt64
	if start != nil {
		from = start.UnixMilli()
	}
	if end != nil {
		to = end.UnixMilli()
	}
	if from >= to {
		return 0, 0, api.InvalidRequest("startTime must be before endTime.")
	}
	return from, to, nil
}

// listed returns the order that is asked for.
func listed(asked *string, otherwise store.Order) store.Order {
	switch api.Value(asked) {
	case "asc":
		return store.Ascending
	case "desc":
		return store.Descending
	}
	return otherwise
}

func (in *SearchViolationsRequest) filter() store.ViolationFilter {
	return store.ViolationFilter{
		Thing: api.Value(in.ThingName), ThingPrefix: api.Value(in.ThingNamePrefix), Group: api.Value(in.ThingGroupName),
		Profile: api.Value(in.SecurityProfileName), Behavior: api.Value(in.BehaviorName), CriteriaType: api.Value(in.BehaviorCriteriaType),
		Metric: api.Value(in.MetricName), Verification: api.Value(in.VerificationState), Suppressed: in.Suppressed,
	}
}

func (in *SearchViolationEventsRequest) filter() store.ViolationFilter {
	return store.ViolationFilter{
		Thing: api.Value(in.ThingName), ThingPrefix: api.Value(in.ThingNamePrefix), Group: api.Value(in.ThingGroupName),
		Profile: api.Value(in.SecurityProfileName), Behavior: api.Value(in.BehaviorName), CriteriaType: api.Value(in.BehaviorCriteriaType),
		Metric: api.Value(in.MetricName), Verification: api.Value(in.VerificationState), Suppressed: in.Suppressed,
	}
}

func (in *CountViolationEventsRequest) filter() store.ViolationFilter {
	return store.ViolationFilter{
		Thing: api.Value(in.ThingName), ThingPrefix: api.Value(in.ThingNamePrefix), Group: api.Value(in.ThingGroupName),
		Profile: api.Value(in.SecurityProfileName), Behavior: api.Value(in.BehaviorName), CriteriaType: api.Value(in.BehaviorCriteriaType),
		Metric: api.Value(in.MetricName), Verification: api.Value(in.VerificationState), Suppressed: in.Suppressed,
	}
}
