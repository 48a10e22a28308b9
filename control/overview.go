package control

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"vedette/api"
	"vedette/store"
)

// FleetFigures is what the overview tells that is not in the store.
type FleetFigures struct {
	Things ThingCounts
	Ingest Ingest
	Health []Health
}

const (
	freshFigures  = 2 * time.Second  // what is counted is told for so long
	freshNoisiest = 30 * time.Second // the ranking of a day changes slowly
	noisiestOver  = 24 * time.Hour
	noisiestKept  = 10
	costShare     = 20 // what took long to count is told for so many times as long
)

// overviewParts are the parts of the overview that are counted, with ages of their own.
type overviewParts struct {
	fleet    shared[FleetFigures]
	active   shared[ActiveAlarms]
	noisiest shared[noisiest]
}

type noisiest struct {
	things    []NoisyThing
	behaviors []NoisyBehavior
}

// shared is an answer that many ask for: it is worked out for one of them, and told to
// all for a while. Those who come meanwhile get the one before, if there is one.
type shared[T any] struct {
	working sync.Mutex // held by who works it out

	mu    sync.Mutex
	value *T
	until time.Time
}

func (s *shared[T]) get(now func() time.Time, fresh time.Duration, work func() (T, error)) (T, error) {
	if v, ok := s.last(now(), false); ok {
		return v, nil
	}
	if !s.working.TryLock() {
		if v, ok := s.last(now(), true); ok {
			return v, nil
		}
		s.working.Lock() // there is none yet
	}
	defer s.working.Unlock()
	if v, ok := s.last(now(), false); ok {
		return v, nil
	}
	begun := time.Now() // what it costs is of the machine's clock
	v, err := work()
	if err != nil {
		return v, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value, s.until = &v, now().Add(max(fresh, costShare*time.Since(begun)))
	return v, nil
}

// last returns the answer that there is: any, or only one that is to be told still.
func (s *shared[T]) last(now time.Time, any bool) (v T, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.value == nil || !any && !now.Before(s.until) {
		return v, false
	}
	return *s.value, true
}

// GetOverview returns how the fleet and the deployment are doing. It is of the last
// seconds; who was in alarm most often is of the last half minute, or of longer where
// that takes long to count.
func (s *Service) GetOverview(ctx context.Context, _ *GetOverviewRequest) (*GetOverviewResponse, error) {
	ctx = context.WithoutCancel(ctx) // others may wait for what it counts
	figures, err := s.overview.fleet.get(s.opts.Now, freshFigures, func() (FleetFigures, error) { return s.fleetFigures(ctx), nil })
	if err != nil {
		return nil, err
	}
	active, err := s.overview.active.get(s.opts.Now, freshFigures, func() (ActiveAlarms, error) { return s.activeAlarms(ctx) })
	if err != nil {
		return nil, unavailable(err)
	}
	noisy, err := s.overview.noisiest.get(s.opts.Now, freshNoisiest, func() (noisiest, error) { return s.noisiest(ctx) })
	if err != nil {
		return nil, unavailable(err)
	}
	return &GetOverviewResponse{
		Things: &figures.Things, Ingest: &figures.Ingest, Health: figures.Health, ActiveAlarms: &active,
		NoisiestThings: noisy.things, NoisiestBehaviors: noisy.behaviors, Time: new(s.opts.Now()),
	}, nil
}

func (s *Service) fleetFigures(ctx context.Context) FleetFigures {
	if s.opts.Fleet != nil {
		return s.opts.Fleet(ctx)
	}
	return FleetFigures{
		Things: ThingCounts{new(int64), new(int64), new(int64), new(int64), new(int64)},
		Ingest: Ingest{new(float64), new(float64), new(int64)}, Health: []Health{},
	}
}

// activeAlarms adds up the active violations.
func (s *Service) activeAlarms(ctx context.Context) (ActiveAlarms, error) {
	counts, err := s.store.ActiveCounts(ctx)
	if err != nil {
		return ActiveAlarms{}, err
	}
	total := int64(0)
	types, profiles, states := map[api.BehaviorCriteriaType]int64{}, map[string]int64{}, map[api.VerificationState]int64{}
	for _, c := range counts {
		total += c.All
		profiles[c.Profile] = c.All
		types[api.BehaviorCriteriaTypeStatic] += c.Static
		types[api.BehaviorCriteriaTypeStatistical] += c.Statistical
		types[api.BehaviorCriteriaTypeMachineLearning] += c.MachineLearning
		states[api.VerificationStateTruePositive] += c.TruePositive
		states[api.VerificationStateBenignPositive] += c.BenignPositive
		states[api.VerificationStateFalsePositive] += c.FalsePositive
		states[api.VerificationStateUnknown] += c.NotVerified
	}
	return ActiveAlarms{
		Total:     &total,
		ByType:    ranked(types, func(k api.BehaviorCriteriaType, n int64) AlarmsOfType { return AlarmsOfType{&k, &n} }),
		ByProfile: ranked(profiles, func(k string, n int64) AlarmsOfProfile { return AlarmsOfProfile{&k, &n} }),
		ByVerificationState: ranked(states, func(k api.VerificationState, n int64) AlarmsOfVerificationState {
			return AlarmsOfVerificationState{&k, &n}
		}),
	}, nil
}

// ranked returns the counts that are not zero, the greatest first, equal ones by name.
func ranked[K cmp.Ordered, T any](counts map[K]int64, of func(K, int64) T) []T {
	keys := make([]K, 0, len(counts))
	for k, n := range counts {
		if n > 0 {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return mapped(keys, func(k K) T { return of(k, counts[k]) })
}

func (s *Service) noisiest(ctx context.Context) (noisiest, error) {
	things, behaviors, err := s.store.Noisiest(ctx, s.opts.Now().Add(-noisiestOver).UnixMilli(), noisiestKept)
	return noisiest{
		things:    mapped(things, func(c store.AlarmCount) NoisyThing { return NoisyThing{&c.Thing, &c.Count} }),
		behaviors: mapped(behaviors, func(c store.AlarmCount) NoisyBehavior { return NoisyBehavior{&c.Profile, &c.Behavior, &c.Count} }),
	}, err
}
