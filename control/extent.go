package control

import (
	"vedette/api"
	"vedette/principal"
	"vedette/principal/policy"
)

// actionsOf tells of every action of the permission table how much of it a user may do:
// ExtentAllowed, ExtentSome or ExtentDenied. nil and the root user may do all.
//
// ExtentDenied and ExtentAllowed are certain, as far as requests are about resources that
// there can be; ExtentSome may be said of what comes to all or to nothing (see
// policy.(*Set).Extent).
func (s *Service) actionsOf(u *principal.User) map[string]string {
	least, most := map[string]policy.Extent{}, map[string]policy.Extent{}
	for op, p := range s.permissions {
		if p.action == "" {
			continue
		}
		extent := policy.Always
		if u != nil && !u.Root {
			extent = p.extent(u.Policies, op)
		}
		if _, known := least[p.action]; !known { // several operations may need one action
			least[p.action] = extent
		}
		least[p.action], most[p.action] = min(least[p.action], extent), max(most[p.action], extent)
	}
	actions := make(map[string]string, len(least))
	for action := range least {
		switch {
		case most[action] == policy.Never:
			actions[action] = ExtentDenied
		case least[action] == policy.Always:
			actions[action] = ExtentAllowed
		default:
			actions[action] = ExtentSome
		}
	}
	return actions
}

// extent tells how many requests of an operation a set of policies allows. A request is
// about every resource that its members name, and all of them must be allowed.
func (p permission) extent(set *policy.Set, op *api.Operation) policy.Extent {
	needed, named := policy.Always, false
	least, most := policy.Always, policy.Never // of what a request may name or leave out
	optional := func(e policy.Extent) { least, most = min(least, e), max(most, e) }
	for _, m := range p.resources {
		e := m.extent(set, policy.Action(p.action))
		if op.Input.Members[m.index].Required {
			needed, named = min(needed, e), true
		} else {
			optional(e)
		}
	}
	if !named { // it may be about nothing at all
		optional(set.Extent(policy.Action(p.action), ""))
		needed = most
	}
	if least < policy.Always {
		needed = min(needed, policy.Partly)
	}
	return needed
}

// extent tells how many of the resources that a member may name are allowed.
func (m member) extent(set *policy.Set, action policy.Action) policy.Extent {
	if m.kind != "" {
		return set.Extent(action, string(m.kind))
	}
	least, most := policy.Always, policy.Never
	for _, kind := range registryKinds {
		e := set.Extent(action, string(kind))
		least, most = min(least, e), max(most, e)
	}
	if least < most {
		return policy.Partly
	}
	return least
}

// registryKinds are the kinds of resources whose ARN a request can give.
var registryKinds = []api.ARNKind{
	api.ARNSecurityProfile, api.ARNDimension, api.ARNCustomMetric, api.ARNMitigationAction, api.ARNScheduledAudit,
	api.ARNThing, api.ARNThingGroup, api.ARNThingType, api.ARNCertificate, api.ARNCACertificate, api.ARNPolicy, api.ARNAll,
}
