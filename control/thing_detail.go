package control

import (
	"context"
	"maps"
	"math"
	"slices"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/record"
	"vedette/store"
)

// GetThing returns what is known of a thing. One that is not registered and that nothing
// was ever heard of is an error.
func (s *Service) GetThing(ctx context.Context, in *GetThingRequest) (*GetThingResponse, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	name := *in.ThingName
	var d detect.ThingDetail
	known := false
	if s.opts.Thing != nil {
		var err error
		if d, known, err = s.opts.Thing(ctx, name); err != nil {
			return nil, notStored(err)
		}
	}
	out := &GetThingResponse{
		ThingName: &name, Connected: &d.Connected, LastReportTime: givenTime(d.Report), ActiveAlarms: new(int64(d.Violations)),
		Metrics: []ThingMetric{},
	}
	connectionOf(out, &d)
	if err := s.read(ctx, func(tx *store.Tx) error { return s.registryOf(tx, out) }); err != nil {
		return nil, err
	}
	if !known && !*out.Registered {
		seen, err := s.store.Seen(ctx, name)
		switch {
		case err != nil:
			return nil, unavailable(err)
		case !seen:
			return nil, notFound("thing", name)
		}
	}
	var err error
	out.Metrics, err = s.metricsOf(ctx, name, d.Open)
	return out, err
}

// connectionOf sets what is known of a thing's connection.
func connectionOf(out *GetThingResponse, d *detect.ThingDetail) {
	switch {
	case !d.Tracked:
	case d.Connected:
		out.ConnectedSince = new(millis(d.Since))
	default:
		out.DisconnectedSince = new(millis(d.Since))
	}
	if d.Tracked && d.Here {
		out.ClientID = out.ThingName // things are called like their clients
	}
	if d.Addr.IsValid() {
		out.RemoteAddress = new(d.Addr.String())
	}
}

// registryOf sets what the registry has of a thing, and what applies to it.
func (s *Service) registryOf(tx *store.Tx, out *GetThingResponse) error {
	name := *out.ThingName
	t, err := absent(tx.Thing(name))
	if err != nil {
		return err
	}
	out.Registered = new(t != nil)
	if t != nil {
		out.ThingID, out.ThingARN = &t.ID, new(s.arns.Thing(name))
		out.ThingTypeName, out.Attributes = given(t.Type), t.Attributes
	}
	direct, err := tx.GroupsOf(name, "", math.MaxInt32)
	if err != nil {
		return err
	}
	out.ThingGroupNames = mapped(direct, func(g store.ThingGroup) string { return g.Name })
	groups, err := withAncestors(tx, out.ThingGroupNames)
	if err != nil {
		return err
	}
	attached, err := tx.PrincipalsOf(name, "", math.MaxInt32)
	if err != nil {
		return err
	}
	out.Principals = mapped(attached, func(p store.ThingPrincipal) string { return s.arns.Certificate(p.Certificate) })
	if out.Policies, err = policiesOf(tx, attached, groups); err != nil {
		return err
	}
	out.SecurityProfiles, err = s.profilesFor(tx, t != nil, groups)
	return err
}

// withAncestors returns groups and those above them, each once.
func withAncestors(tx *store.Tx, groups []string) ([]string, error) {
	all := slices.Clone(groups)
	for _, g := range groups {
		above, err := tx.Ancestors(g)
		if err != nil {
			return nil, err
		}
		all = append(all, above...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// policiesOf returns the policies that act on a thing with these principals and groups.
func policiesOf(tx *store.Tx, principals []store.ThingPrincipal, groups []string) ([]string, error) {
	var targets []store.Resource
	for _, p := range principals {
		targets = append(targets, store.Resource{Kind: api.ARNCertificate, Name: p.Certificate})
	}
	for _, g := range groups {
		targets = append(targets, store.Resource{Kind: api.ARNThingGroup, Name: g})
	}
	if len(targets) == 0 {
		return []string{}, nil
	}
	names, err := tx.AttachedPolicies(targets, "", math.MaxInt32)
	return mapped(names, byName), err
}

// profilesFor returns the security profiles that apply to a thing.
func (s *Service) profilesFor(tx *store.Tx, registered bool, groups []string) ([]ThingSecurityProfile, error) {
	targets := []store.Target{{Kind: record.AllThings}, {Kind: record.UnregisteredThings}}
	if registered {
		targets[1].Kind = record.RegisteredThings
	}
	for _, g := range groups {
		targets = append(targets, store.Target{Kind: record.ThingGroup, Group: g})
	}
	list, err := tx.AttachmentsToAny(targets)
	return mapped(list, func(a store.Attachment) ThingSecurityProfile {
		return ThingSecurityProfile{SecurityProfileName: &a.Profile, TargetARN: new(s.targetARN(a.Target))}
	}), err
}

// metricsOf returns the metrics that values of a thing are kept of, in the store or in
// open series, by name.
func (s *Service) metricsOf(ctx context.Context, name string, open []detect.OpenSeries) ([]ThingMetric, error) {
	from := int64(0)
	if keep := s.opts.MetricRetention; keep > 0 {
		from = s.opts.Now().Add(-keep).UnixMilli()
	}
	list, err := s.store.ThingSeries(ctx, name, from)
	if err != nil {
		return nil, unavailable(err)
	}
	newest := make(map[metric.Series]int64)
	for _, one := range list {
		newest[one.Series] = one.Last
	}
	for _, one := range open {
		if one.Last >= from {
			newest[one.Series] = max(newest[one.Series], one.Last)
		}
	}
	metrics := []ThingMetric{}
	err = s.read(ctx, func(tx *store.Tx) error {
		for _, series := range slices.SortedFunc(maps.Keys(newest), metric.Series.Compare) {
			info, since, err := metricInfo(tx, series.Metric)
			if err != nil {
				return err
			}
			if last := newest[series]; info.Kind != 0 && last >= since { // else it is of a custom metric that was deleted
				metrics = append(metrics, ThingMetric{
					MetricName: &series.Metric, MetricDimension: dimensionOf(series), Kind: new(kindOfValues(info.Kind)), Unit: given(info.Unit),
					LastTime: new(millis(last)),
				})
			}
		}
		return nil
	})
	return metrics, err
}
