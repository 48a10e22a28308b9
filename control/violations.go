package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"vedette/api"
	"vedette/store"
	"vedette/violation"
)

// ListActiveViolations returns the active violations, the newest first. A thing
// that was never seen has none; an unknown security profile is an error.
func (s *Service) ListActiveViolations(ctx context.Context, in *api.ListActiveViolationsRequest) (*api.ListActiveViolationsResponse, error) {
	p, err := newPager[store.ViolationKey](api.ListActiveViolations, in.NextToken, in.MaxResults,
		in.ThingName, in.SecurityProfileName, in.BehaviorCriteriaType, in.ListSuppressedAlerts, in.VerificationState)
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	if in.SecurityProfileName != nil {
		if err := s.knowsProfile(ctx, *in.SecurityProfileName); err != nil {
			return nil, err
		}
	}
	filter := violationFilter(in.ThingName, in.SecurityProfileName, in.BehaviorCriteriaType, in.ListSuppressedAlerts, in.VerificationState)
	list, next, err := s.store.ActiveViolations(ctx, filter, p.after, p.limit)
	if err != nil {
		return nil, unavailable(err)
	}
	out := &api.ListActiveViolationsResponse{ActiveViolations: make([]api.ActiveViolation, len(list)), NextToken: p.next(next)}
	for i := range list {
		if out.ActiveViolations[i], err = activeViolation(&list[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ListViolationEvents returns the events of a time, the newest first: startTime
// is in it, endTime is not.
func (s *Service) ListViolationEvents(ctx context.Context, in *api.ListViolationEventsRequest) (*api.ListViolationEventsResponse, error) {
	if !in.StartTime.Before(*in.EndTime) {
		return nil, api.InvalidRequest("startTime must be before endTime.")
	}
	p, err := newPager[store.EventKey](api.ListViolationEvents, in.NextToken, in.MaxResults, in.StartTime, in.EndTime,
		in.ThingName, in.SecurityProfileName, in.BehaviorCriteriaType, in.ListSuppressedAlerts, in.VerificationState)
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	filter := store.EventFilter{
		ViolationFilter: violationFilter(in.ThingName, in.SecurityProfileName, in.BehaviorCriteriaType, in.ListSuppressedAlerts, in.VerificationState),
		From:            in.StartTime.UnixMilli(),
		To:              in.EndTime.UnixMilli(),
	}
	list, next, err := s.store.ViolationEvents(ctx, filter, p.after, p.limit)
	if err != nil {
		return nil, unavailable(err)
	}
	out := &api.ListViolationEventsResponse{ViolationEvents: make([]api.ViolationEvent, len(list)), NextToken: p.next(next)}
	for i := range list {
		if out.ViolationEvents[i], err = violationEvent(&list[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PutVerificationStateOnViolation says what a person thinks of a violation,
// active or not. Leaving out the description removes the old one (U37).
func (s *Service) PutVerificationStateOnViolation(ctx context.Context, in *api.PutVerificationStateOnViolationRequest) (*api.PutVerificationStateOnViolationResponse, error) {
	err := s.store.PutVerificationState(ctx, *in.ViolationId, *in.VerificationState, in.VerificationStateDescription)
	if errors.Is(err, store.ErrNotFound) {
		return nil, api.InvalidRequest("The violation %s does not exist.", *in.ViolationId)
	}
	return nil, unavailable(err)
}

// settle waits until what was reported before the call shows in the answer.
func (s *Service) settle(ctx context.Context) error {
	if s.opts.Settle == nil {
		return nil
	}
	if err := s.opts.Settle(ctx); err != nil {
		return fmt.Errorf("wait for accepted reports to be judged: %w", err)
	}
	return nil
}

func violationFilter(thing, profile *string, criteria *api.BehaviorCriteriaType, suppressed *bool, state *api.VerificationState) store.ViolationFilter {
	return store.ViolationFilter{
		Thing: api.Value(thing), Profile: api.Value(profile), CriteriaType: api.Value(criteria),
		Suppressed: suppressed, Verification: api.Value(state),
	}
}

func activeViolation(v *store.Violation) (api.ActiveViolation, error) {
	behavior, err := decoded[api.Behavior](v.ID, v.Definition)
	if err != nil {
		return api.ActiveViolation{}, err
	}
	value, err := decoded[api.MetricValue](v.ID, v.LastValue)
	return api.ActiveViolation{
		ViolationId: &v.ID, ThingName: &v.Thing, SecurityProfileName: &v.Profile,
		Behavior: behavior, LastViolationValue: value, ViolationEventAdditionalInfo: additionalInfo(&v.Violation),
		VerificationState: &v.Verification, VerificationStateDescription: v.VerificationDescription,
		LastViolationTime: new(millis(v.Last)), ViolationStartTime: new(millis(v.Start)),
	}, err
}

func violationEvent(e *store.Event) (api.ViolationEvent, error) {
	behavior, err := decoded[api.Behavior](e.ID, e.Definition)
	if err != nil {
		return api.ViolationEvent{}, err
	}
	value, err := decoded[api.MetricValue](e.ID, e.Value)
	return api.ViolationEvent{
		ViolationId: &e.ID, ThingName: &e.Thing, SecurityProfileName: &e.Profile,
		Behavior: behavior, MetricValue: value, ViolationEventAdditionalInfo: additionalInfo(&e.Violation),
		ViolationEventType: &e.Type, ViolationEventTime: new(millis(e.Time)),
		VerificationState: &e.Verification, VerificationStateDescription: e.VerificationDescription,
	}, err
}

// additionalInfo is what only violations of learned behaviors have.
func additionalInfo(v *violation.Violation) *api.ViolationEventAdditionalInfo {
	if v.Confidence == "" {
		return nil
	}
	return &api.ViolationEventAdditionalInfo{ConfidenceLevel: &v.Confidence}
}

// decoded reads what a violation holds as JSON; empty is nil.
func decoded[T any](id, text string) (*T, error) {
	if text == "" {
		return nil, nil
	}
	v := new(T)
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return nil, fmt.Errorf("read violation %q: %w", id, err)
	}
	return v, nil
}
