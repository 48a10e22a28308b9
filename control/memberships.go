package control

import (
	"context"
	"slices"

	"vedette/api"
	"vedette/store"
)

// AddThingToThingGroup puts a thing into a group. A member stays one.
func (s *Service) AddThingToThingGroup(ctx context.Context, in *api.AddThingToThingGroupRequest) (*api.AddThingToThingGroupResponse, error) {
	return nil, s.change(ctx, func(tx *store.Tx) error {
		m, err := s.membership(tx, in.ThingName, in.ThingArn, in.ThingGroupName, in.ThingGroupArn)
		if err != nil {
			return err
		}
		return s.join(tx, m)
	})
}

// RemoveThingFromThingGroup takes a thing out of a group. One that is no
// member is removed already.
func (s *Service) RemoveThingFromThingGroup(ctx context.Context, in *api.RemoveThingFromThingGroupRequest) (*api.RemoveThingFromThingGroupResponse, error) {
	return nil, s.change(ctx, func(tx *store.Tx) error {
		m, err := s.membership(tx, in.ThingName, in.ThingArn, in.ThingGroupName, in.ThingGroupArn)
		if err != nil {
			return err
		}
		return tx.RemoveMember(m)
	})
}

// UpdateThingGroupsForThing takes a thing out of some groups and puts it into
// others, all or nothing. A group in both lists keeps or gets the thing.
func (s *Service) UpdateThingGroupsForThing(ctx context.Context, in *api.UpdateThingGroupsForThingRequest) (*api.UpdateThingGroupsForThingResponse, error) {
	if in.ThingName == nil {
		return nil, api.InvalidRequest("thingName is missing.")
	}
	return nil, s.change(ctx, func(tx *store.Tx) error {
		if _, err := thing(tx, *in.ThingName); err != nil {
			return err
		}
		for _, group := range slices.Concat(in.ThingGroupsToRemove, in.ThingGroupsToAdd) {
			if _, err := thingGroup(tx, group); err != nil {
				return err
			}
		}
		for _, group := range in.ThingGroupsToRemove {
			if slices.Contains(in.ThingGroupsToAdd, group) {
				continue
			}
			if err := tx.RemoveMember(store.Membership{Thing: *in.ThingName, Group: group}); err != nil {
				return err
			}
		}
		for _, group := range in.ThingGroupsToAdd {
			if err := s.join(tx, store.Membership{Thing: *in.ThingName, Group: group}); err != nil {
				return err
			}
		}
		return nil
	})
}

// join adds a membership unless it exists. A thing is in a limited number of
// groups, and never in two of one hierarchy.
func (s *Service) join(tx *store.Tx, m store.Membership) error {
	group, err := thingGroup(tx, m.Group)
	if err != nil {
		return err
	}
	groups, err := tx.GroupsOf(m.Thing, "", s.limits.GroupsPerThing)
	if err != nil {
		return err
	}
	for _, g := range groups {
		switch {
		case g.Name == m.Group:
			return nil
		case g.Root == group.Root:
			return api.InvalidRequest("The thing %s is in the thing group %s, which is of the same hierarchy as %s.", m.Thing, g.Name, m.Group)
		}
	}
	if len(groups) >= s.limits.GroupsPerThing {
		return api.InvalidRequest("The thing %s is in %d thing groups already; the limit is %d.", m.Thing, len(groups), s.limits.GroupsPerThing)
	}
	return tx.AddMember(m)
}

// membership returns the pair that a call names, each by name or by ARN; both
// must exist.
func (s *Service) membership(tx *store.Tx, thingName, thingARN, groupName, groupARN *string) (m store.Membership, err error) {
	if m.Thing, err = s.nameOf(api.ARNThing, thingName, thingARN); err != nil {
		return m, err
	}
	if m.Group, err = s.nameOf(api.ARNThingGroup, groupName, groupARN); err != nil {
		return m, err
	}
	if _, err = thing(tx, m.Thing); err != nil {
		return m, err
	}
	_, err = thingGroup(tx, m.Group)
	return m, err
}

// nameOf returns the name of a resource that is given by name, by ARN, or by
// both if they agree.
func (s *Service) nameOf(kind api.ARNKind, name, arn *string) (string, error) {
	if arn == nil {
		if name == nil {
			return "", api.InvalidRequest("Neither the name nor the ARN of the %s is given.", kind)
		}
		return *name, nil
	}
	a, err := api.ParseARN(*arn)
	if err != nil || a.Kind() != kind || !s.arns.Own(a) {
		return "", api.InvalidRequest("%s is not the ARN of a %s of this account and Region.", *arn, kind)
	}
	if name != nil && *name != a.Name() {
		return "", api.InvalidRequest("The name %s and the ARN %s are of different resources.", *name, *arn)
	}
	return a.Name(), nil
}

// ListThingsInThingGroup returns the things of a group; recursively also those
// of the groups below it.
func (s *Service) ListThingsInThingGroup(ctx context.Context, in *api.ListThingsInThingGroupRequest) (*api.ListThingsInThingGroupResponse, error) {
	p, err := newPager[store.Membership](api.ListThingsInThingGroup, in.NextToken, in.MaxResults, in.ThingGroupName, in.Recursive)
	if err != nil {
		return nil, err
	}
	out := &api.ListThingsInThingGroupResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		if _, err := thingGroup(tx, *in.ThingGroupName); err != nil {
			return err
		}
		members, err := tx.Members(*in.ThingGroupName, api.Value(in.Recursive), api.Value(p.after), p.read())
		members, out.NextToken = cut(p, members, func(m store.Membership) store.Membership { return m })
		out.Things = mapped(members, func(m store.Membership) string { return m.Thing })
		return err
	})
	return out, err
}

// ListThingGroupsForThing returns the groups that a thing is directly in.
func (s *Service) ListThingGroupsForThing(ctx context.Context, in *api.ListThingGroupsForThingRequest) (*api.ListThingGroupsForThingResponse, error) {
	p, err := newPager[string](api.ListThingGroupsForThing, in.NextToken, in.MaxResults, in.ThingName)
	if err != nil {
		return nil, err
	}
	out := &api.ListThingGroupsForThingResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		if _, err := thing(tx, *in.ThingName); err != nil {
			return err
		}
		groups, err := tx.GroupsOf(*in.ThingName, api.Value(p.after), p.read())
		groups, out.NextToken = cut(p, groups, func(g store.ThingGroup) string { return g.Name })
		out.ThingGroups = mapped(groups, func(g store.ThingGroup) api.GroupNameAndArn { return s.groupNameAndARN(g.Name) })
		return err
	})
	return out, err
}
