package detect_test

import (
	"maps"
	"slices"
	"strings"

	"vedette/api"
	"vedette/metric"
	"vedette/record"
)

// A world is all that the control plane has said up to some record. It is
// never changed: each change gives a new one.
type world struct {
	revision int64
	profiles map[string]record.Profile
	attached map[record.Attachment]bool // Attached is true in all of them
	things   map[string]bool            // the registry
	parents  map[string]string          // the groups that exist
	members  map[membership]bool
	customs  map[string]api.CustomMetricType
	filters  map[string]bool // dimensions
	senders  []string        // groups whose things send totals
}

type membership struct{ thing, group string }

// after returns the world that c makes of w.
func (w world) after(c *record.Change) world {
	if c.Revision <= w.revision {
		return w // written twice
	}
	w = world{
		c.Revision, maps.Clone(w.profiles), maps.Clone(w.attached), maps.Clone(w.things),
		maps.Clone(w.parents), maps.Clone(w.members), maps.Clone(w.customs), maps.Clone(w.filters), w.senders,
	}
	switch {
	case c.Profile != nil && c.Profile.Deleted:
		delete(w.profiles, c.Profile.Name)
		maps.DeleteFunc(w.attached, func(a record.Attachment, _ bool) bool { return a.Profile == c.Profile.Name })
	case c.Profile != nil:
		put(&w.profiles, c.Profile.Name, *c.Profile)
	case c.Attachment != nil:
		a := *c.Attachment
		a.Attached = true
		set(&w.attached, a, c.Attachment.Attached)
	case c.Thing != nil:
		set(&w.things, c.Thing.Name, !c.Thing.Deleted)
		if c.Thing.Deleted {
			maps.DeleteFunc(w.members, func(m membership, _ bool) bool { return m.thing == c.Thing.Name })
		}
	case c.Group != nil && c.Group.Deleted:
		delete(w.parents, c.Group.Name)
		maps.DeleteFunc(w.members, func(m membership, _ bool) bool { return m.group == c.Group.Name })
		maps.DeleteFunc(w.attached, func(a record.Attachment, _ bool) bool { return a.Group == c.Group.Name })
	case c.Group != nil:
		put(&w.parents, c.Group.Name, c.Group.Parent)
	case c.Membership != nil:
		set(&w.members, membership{c.Membership.Thing, c.Membership.Group}, c.Membership.Member)
	case c.DeltaFromTotals != nil:
		w.senders = c.DeltaFromTotals.Groups
	case c.Dimension != nil:
		set(&w.filters, c.Dimension.Name, !c.Dimension.Deleted)
	case c.CustomMetric != nil && c.CustomMetric.Deleted:
		delete(w.customs, c.CustomMetric.Name)
	case c.CustomMetric != nil:
		put(&w.customs, c.CustomMetric.Name, c.CustomMetric.Type)
	}
	return w
}

func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[k] = v
}

func set[K comparable](m *map[K]bool, k K, member bool) {
	if member {
		put(m, k, true)
	} else {
		delete(*m, k)
	}
}

// covers tells whether the profile is attached to a target that has the thing.
func (w world) covers(profile, thing string) bool {
	for a := range w.attached {
		if a.Profile != profile {
			continue
		}
		switch a.Kind {
		case record.AllThings:
			return true
		case record.RegisteredThings:
			if w.things[thing] {
				return true
			}
		case record.UnregisteredThings:
			if !w.things[thing] {
				return true
			}
		case record.ThingGroup:
			for m := range w.members {
				if m.thing == thing && w.within(m.group, a.Group) {
					return true
				}
			}
		}
	}
	return false
}

// sends tells whether the thing is in a group, or somewhere below it, that sends totals.
func (w world) sends(thing string) bool {
	for m := range w.members {
		if m.thing == thing && slices.ContainsFunc(w.senders, func(top string) bool { return w.within(m.group, top) }) {
			return true
		}
	}
	return false
}

// within tells whether group is top or somewhere below it.
func (w world) within(group, top string) bool {
	for group != top {
		parent := w.parents[group]
		if parent == "" {
			return false
		}
		group = parent
	}
	return true
}

// behavior returns the behavior called name of the profile, if datapoints are
// judged by it.
func (w world) behavior(profile, name string) (*api.Behavior, bool) {
	behaviors := w.profiles[profile].Behaviors
	i := slices.IndexFunc(behaviors, func(b api.Behavior) bool { return *b.Name == name })
	if i < 0 {
		return nil, false
	}
	return &behaviors[i], w.judges(&behaviors[i])
}

// judges tells whether datapoints are judged by b: a rule with a fixed
// criterion or a statistical threshold, on a metric that fits it, and a dimension that exists.
func (w world) judges(b *api.Behavior) bool {
	if criteriaType(b) == api.BehaviorCriteriaTypeMachineLearning {
		return false
	}
	if d := b.MetricDimension; d != nil && !w.filters[*d.DimensionName] {
		return false
	}
	if _, ok := metric.Lookup(*b.Metric); ok {
		return true
	}
	if isStatistical(b) {
		return w.customs[*b.Metric] == api.CustomMetricTypeNumber
	}
	v := b.Criteria.Value
	switch op := string(*b.Criteria.ComparisonOperator); w.customs[*b.Metric] {
	case api.CustomMetricTypeNumber:
		return strings.Contains(op, "than")
	case api.CustomMetricTypeNumberList:
		return strings.HasSuffix(op, "in-set") && v.Numbers != nil
	case api.CustomMetricTypeStringList:
		return strings.HasSuffix(op, "in-set") && v.Strings != nil
	case api.CustomMetricTypeIpAddressList:
		return strings.HasSuffix(op, "in-cidr-set")
	default:
		return false // no such metric
	}
}

func criteriaType(b *api.Behavior) api.BehaviorCriteriaType {
	switch {
	case b.Criteria.MlDetectionConfig != nil:
		return api.BehaviorCriteriaTypeMachineLearning
	case b.Criteria.StatisticalThreshold != nil:
		return api.BehaviorCriteriaTypeStatistical
	default:
		return api.BehaviorCriteriaTypeStatic
	}
}

// kind returns the kind of the metric behind a behavior that is judged.
func (w world) kind(b *api.Behavior) metric.Kind {
	if info, ok := metric.Lookup(*b.Metric); ok {
		return info.Kind
	}
	return metric.KindOf(w.customs[*b.Metric])
}

// CustomMetric and Dimension make a world the catalog that the control plane
// validates behaviors against.
func (w world) CustomMetric(name string) (api.CustomMetricType, bool) {
	t, ok := w.customs[name]
	return t, ok
}

// watchesStrangers tells whether behaviors on cloud-side metrics apply to things
// that nobody has heard of.
func (w world) watchesStrangers() bool {
	for name, p := range w.profiles {
		if !w.covers(name, "") {
			continue
		}
		if slices.ContainsFunc(named(p), func(s metric.Series) bool { return isCloud(keeper(s)) && w.exists(s) }) {
			return true
		}
	}
	return false
}

func (w world) Dimension(string) bool { return true }
