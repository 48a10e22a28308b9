package detect

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"vedette/api"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// maxName is the longest name that the arena of names holds, in bytes. All names
// of AWS IoT are shorter.
const maxName = 255

// decodeChange reads the body of a change record and checks that applyChange
// can apply it: it is about one entity, and every name is there.
func decodeChange(body []byte) (*record.Change, error) {
	c, err := record.DecodeChange(body)
	if err != nil {
		return nil, err
	}
	entities := entityNames(c)
	if len(entities) != 1 {
		return nil, fmt.Errorf("change %d is about %d entities", c.Revision, len(entities))
	}
	for _, name := range entities[0] {
		if len(name) == 0 || len(name) > maxName {
			return nil, fmt.Errorf("change %d has a name of %d bytes", c.Revision, len(name))
		}
	}
	return c, nil
}

// entityNames returns the names that each entity of c must have.
func entityNames(c *record.Change) (entities [][]string) {
	if p := c.Profile; p != nil {
		entities = append(entities, []string{p.Name})
	}
	if a := c.Attachment; a != nil && a.Kind == record.ThingGroup {
		entities = append(entities, []string{a.Profile, a.Group})
	} else if a != nil {
		entities = append(entities, []string{a.Profile})
	}
	if t := c.Thing; t != nil {
		entities = append(entities, []string{t.Name})
	}
	if g := c.Group; g != nil {
		entities = append(entities, []string{g.Name})
	}
	if m := c.Membership; m != nil {
		entities = append(entities, []string{m.Thing, m.Group})
	}
	if d := c.Dimension; d != nil {
		entities = append(entities, []string{d.Name})
	}
	if m := c.CustomMetric; m != nil {
		entities = append(entities, []string{m.Name})
	}
	if d := c.DeltaFromTotals; d != nil {
		entities = append(entities, d.Groups)
	}
	if c.ValueMemory > 0 || c.ExportInterval > 0 {
		entities = append(entities, nil)
	}
	return entities
}

func (e *Engine) applyChange(c *record.Change) {
	if c.Revision != 0 && c.Revision <= e.revision {
		return
	}
	e.revision = max(e.revision, c.Revision)
	e.stats.changes++
	if c.Thing == nil && c.Membership == nil && c.ValueMemory == 0 && c.DeltaFromTotals == nil {
		e.finishSweep() // under the behaviors that it began with
	}
	switch {
	case c.Profile != nil:
		e.changeProfile(c.Profile)
	case c.Attachment != nil:
		e.changeAttachment(c.Attachment)
	case c.Thing != nil:
		e.changeThing(c.Thing)
	case c.Group != nil:
		e.changeGroup(c.Group)
	case c.Membership != nil:
		e.changeMembership(c.Membership)
	case c.Dimension != nil:
		e.changeDimension(c.Dimension)
	case c.CustomMetric != nil:
		e.changeCustomMetric(c.CustomMetric)
	case c.DeltaFromTotals != nil:
		e.changeSenders(c.DeltaFromTotals)
	default:
		if c.ValueMemory > 0 {
			e.open.budget = c.ValueMemory
		}
		if c.ExportInterval > 0 {
			e.setExportInterval(c.ExportInterval)
		}
	}
}

// invalidated is how a violation ends whose behavior stops applying with the
// current record.
func (e *Engine) invalidated(alert bool) ending {
	return ending{event: api.ViolationEventTypeAlarmInvalidated, time: e.current.at, alert: alert}
}

func (e *Engine) changeProfile(c *record.Profile) {
	old := e.profiles[c.Name]
	if c.Deleted {
		delete(e.profiles, c.Name)
		if old != nil && old.out != nil {
			e.send(old.out)
		}
		e.replan(e.removeRules(old, nil))
		return
	}
	p := &profile{name: c.Name, behaviors: c.Behaviors, retain: c.Retain, topic: c.ExportTopic, alerts: alertsTo(c.AlertTargets)}
	var out *outgoing
	if old != nil {
		p.targets, out = old.targets, old.out
	}
	e.install(p, old)
	e.keepFor(p)
	e.exportFor(p, out)
	e.replan(e.removeRules(old, p))
}

// install compiles a profile's behaviors and puts the profile in force.
func (e *Engine) install(p, old *profile) {
	for i := range p.behaviors {
		r := e.makeRule(p.name, &p.behaviors[i], old)
		if slices.ContainsFunc(p.rules, func(other *rule) bool { return other.behavior.name == r.behavior.name }) {
			continue // the control plane refuses a second one of a name
		}
		e.rules[r.id] = r
		p.rules = append(p.rules, r)
	}
	e.profiles[p.name] = p
}

// makeRule compiles a behavior. It goes on as the rule of the same name that
// old has if it is on the same metric, dimension and type of criteria (U39).
func (e *Engine) makeRule(profile string, b *api.Behavior, old *profile) *rule {
	behavior, faults := Compile(b, catalog{&e.config})
	if len(faults) > 0 {
		behavior = malformed(b, faults[0])
	}
	r := &rule{profile: profile, behavior: behavior}
	if behavior.info.ID == metric.Custom {
		r.custom = e.customNumber(behavior.info.Name)
	}
	if behavior.unjudged == "" && behavior.kind == api.BehaviorCriteriaTypeStatistical {
		r.statistic = e.newStatistic(r)
	}
	if old != nil {
		for _, was := range old.rules {
			if was.behavior.name == behavior.name && was.behavior.same(behavior) {
				r.id, r.version = was.id, was.version
				if was.behavior.criteria != behavior.criteria {
					r.version++
				} else if r.statistic != nil {
					r.statistic = was.statistic
				}
				return r
			}
		}
	}
	e.lastRule++
	r.id = e.lastRule
	return r
}

// customNumber returns the place of a custom metric in current.customs.
func (e *Engine) customNumber(name string) uint32 {
	n, ok := e.customNumbers[name]
	if !ok {
		n = uint32(len(e.customNumbers))
		e.customNumbers[name] = n
	}
	for len(e.current.customs) <= int(n) {
		e.current.customs = append(e.current.customs, customAt{})
	}
	return n
}

// removeRules drops the rules that old has and now has not, and returns them.
// Both may be nil.
func (e *Engine) removeRules(old, now *profile) map[uint32]*rule {
	removed := make(map[uint32]*rule)
	if old != nil {
		for _, r := range old.rules {
			removed[r.id] = r
		}
	}
	if now != nil {
		for _, r := range now.rules {
			delete(removed, r.id)
		}
	}
	for id := range removed {
		delete(e.rules, id)
	}
	return removed
}

func alertsTo(targets map[api.AlertTargetType]api.AlertTarget) []violation.Alert {
	var alerts []violation.Alert
	for t, target := range targets {
		alerts = append(alerts, violation.Alert{Type: t, Target: api.Value(target.AlertTargetArn), RoleARN: api.Value(target.RoleArn)})
	}
	slices.SortFunc(alerts, func(a, b violation.Alert) int { return strings.Compare(string(a.Type), string(b.Type)) })
	return alerts
}

func (e *Engine) changeAttachment(c *record.Attachment) {
	old := e.profiles[c.Profile]
	if old == nil {
		return
	}
	p := *old
	if c.Attached && old.targets.none() {
		for _, r := range p.rules {
			if r.statistic != nil {
				r.statistic = e.newStatistic(r) // the window that is open will not have been whole
			}
		}
	}
	switch c.Kind {
	case record.AllThings:
		p.targets.all = c.Attached
	case record.RegisteredThings:
		p.targets.registered = c.Attached
	case record.UnregisteredThings:
		p.targets.unregistered = c.Attached
	case record.ThingGroup:
		p.targets.groups = with(p.targets.groups, e.groupCalled(c.Group), c.Attached)
	}
	e.profiles[p.name] = &p
	e.replan(nil)
}

// with returns the set with or without id. The set itself stays as it is.
func with(set []uint32, id uint32, in bool) []uint32 {
	i, found := slices.BinarySearch(set, id)
	switch {
	case found == in:
		return set
	case in:
		return slices.Insert(slices.Clone(set), i, id)
	}
	return slices.Delete(slices.Clone(set), i, i+1)
}

func (e *Engine) changeThing(c *record.Thing) {
	id, known := e.things.find([]byte(c.Name))
	if !known {
		if c.Deleted {
			return
		}
		id = e.addThing([]byte(c.Name))
	}
	if c.Deleted {
		e.move(id, class{})
		return
	}
	e.move(id, class{registered: true, groups: e.groupsOf(id)})
}

// groupsOf returns the groups that a thing is directly in and that still exist.
func (e *Engine) groupsOf(id uint32) []uint32 {
	groups := e.classes[e.things.view(id).class].groups
	gone := func(g uint32) bool { return e.groups[g].deleted }
	if slices.ContainsFunc(groups, gone) {
		groups = slices.DeleteFunc(slices.Clone(groups), gone)
	}
	return groups
}

func (e *Engine) changeMembership(c *record.Membership) {
	id, known := e.things.find([]byte(c.Thing))
	if !known {
		id = e.addThing([]byte(c.Thing))
	}
	e.move(id, class{
		registered: e.classes[e.things.view(id).class].registered,
		groups:     with(e.groupsOf(id), e.groupCalled(c.Group), c.Member),
	})
}

// groupCalled returns the id of a group, which is made if it is not there: a
// dynamic group is only ever named.
func (e *Engine) groupCalled(name string) uint32 {
	id, ok := e.groupIndex[name]
	if !ok {
		id = uint32(len(e.groups))
		e.groups = append(e.groups, group{name: name})
		e.groupIndex[name] = id
	}
	return id
}

func (e *Engine) changeGroup(c *record.Group) {
	if c.Deleted {
		e.deleteGroup(c.Name)
		return
	}
	id := e.groupCalled(c.Name)
	parent := uint32(0)
	if c.Parent != "" {
		parent = e.groupCalled(c.Parent)
	}
	if e.groups[id].parent != parent {
		e.groups[id].parent = parent
		e.replan(nil)
	}
}

// deleteGroup ends the group's memberships and attachments. Its id is not used
// again, so that classes which name it need not change.
func (e *Engine) deleteGroup(name string) {
	id, ok := e.groupIndex[name]
	if !ok {
		return
	}
	delete(e.groupIndex, name)
	e.groups[id] = group{deleted: true}
	for i := range e.groups {
		if e.groups[i].parent == id {
			e.groups[i].parent = 0
		}
	}
	for _, old := range e.profiles {
		if _, attached := slices.BinarySearch(old.targets.groups, id); attached {
			p := *old
			p.targets.groups = with(p.targets.groups, id, false)
			e.profiles[p.name] = &p
		}
	}
	e.replan(nil)
}

func (e *Engine) changeDimension(c *record.Dimension) {
	_, existed := e.dimensions[c.Name]
	if c.Deleted {
		delete(e.dimensions, c.Name)
		e.dropDimension(c.Name)
	} else {
		e.dimensions[c.Name] = c.Values
	}
	if existed == c.Deleted {
		e.recompile(func(_ string, d *api.MetricDimension) bool {
			return d != nil && api.Value(d.DimensionName) == c.Name
		})
	}
}

func (e *Engine) changeCustomMetric(c *record.CustomMetric) {
	was := e.customMetrics[c.Name]
	if c.Deleted {
		delete(e.customMetrics, c.Name)
	} else {
		e.customMetrics[c.Name] = c.Type
	}
	if was == e.customMetrics[c.Name] {
		return
	}
	if was != "" {
		e.dropMetric(c.Name)
	}
	e.recompile(func(metric string, _ *api.MetricDimension) bool { return metric == c.Name })
}

// recompile installs the profiles anew that name a metric and a dimension (nil:
// none) for which uses is true: what they name has come, gone or become another.
func (e *Engine) recompile(uses func(metric string, d *api.MetricDimension) bool) {
	removed := make(map[uint32]*rule)
	for _, name := range slices.Sorted(maps.Keys(e.profiles)) {
		old := e.profiles[name]
		if !slices.ContainsFunc(old.behaviors, func(b api.Behavior) bool { return uses(api.Value(b.Metric), b.MetricDimension) }) &&
			!slices.ContainsFunc(old.retain, func(m api.MetricToRetain) bool { return uses(api.Value(m.Metric), m.MetricDimension) }) {
			continue
		}
		p := &profile{name: old.name, behaviors: old.behaviors, retain: old.retain, topic: old.topic, targets: old.targets, alerts: old.alerts}
		e.install(p, old)
		e.keepFor(p)
		e.exportFor(p, old.out)
		for id, r := range e.removeRules(old, p) {
			removed[id] = r
		}
	}
	e.replan(removed)
}
