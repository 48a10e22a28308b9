package control

import (
	"context"
	"errors"

	"vedette/api"
	"vedette/store"
)

// CreateThingGroup makes a thing group. The same call again succeeds as long
// as the group still has the content asked for.
func (s *Service) CreateThingGroup(ctx context.Context, in *api.CreateThingGroupRequest) (*api.CreateThingGroupResponse, error) {
	g := &store.ThingGroup{Name: *in.ThingGroupName, ID: api.NewUUID(), Parent: api.Value(in.ParentGroupName)}
	tags, err := s.newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	if err := s.applyGroupProperties(g, in.ThingGroupProperties); err != nil {
		return nil, err
	}
	err = s.change(ctx, func(tx *store.Tx) error {
		resource := store.Resource{Kind: api.ARNThingGroup, Name: g.Name}
		old, err := absent(tx.ThingGroup(g.Name))
		if err != nil {
			return err
		}
		if old == nil {
			if err := s.place(tx, g); err != nil {
				return err
			}
			return errors.Join(tx.InsertThingGroup(g), tx.PutTags(resource, tags))
		}
		oldTags, err := tx.Tags(resource)
		if err != nil {
			return err
		}
		if g.Parent != old.Parent || !sameJSON(groupProperties(g), groupProperties(old)) || !sameTags(tags, oldTags) {
			return alreadyExists("thing group", g.Name, s.arns.ThingGroup(g.Name))
		}
		g = old
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateThingGroupResponse{ThingGroupName: &g.Name, ThingGroupArn: new(s.arns.ThingGroup(g.Name)), ThingGroupId: &g.ID}, nil
}

// place puts a new group below its parent.
func (s *Service) place(tx *store.Tx, g *store.ThingGroup) error {
	if g.Parent == "" {
		g.Root, g.Depth = g.Name, 1
		return nil
	}
	parent, err := thingGroup(tx, g.Parent)
	if err != nil {
		return err
	}
	if parent.Depth >= s.limits.GroupDepth {
		return api.InvalidRequest("The parent group %s is at depth %d, the deepest there is.", parent.Name, parent.Depth)
	}
	g.Root, g.Depth = parent.Root, parent.Depth+1
	return nil
}

// UpdateThingGroup changes the properties of a group that are given.
func (s *Service) UpdateThingGroup(ctx context.Context, in *api.UpdateThingGroupRequest) (*api.UpdateThingGroupResponse, error) {
	var g *store.ThingGroup
	err := s.write(ctx, func(tx *store.Tx) (err error) {
		if g, err = thingGroup(tx, *in.ThingGroupName); err != nil {
			return err
		}
		if err := checkVersion(in.ExpectedVersion, g.Version, "thing group", g.Name); err != nil {
			return err
		}
		if err := s.applyGroupProperties(g, in.ThingGroupProperties); err != nil {
			return err
		}
		return tx.UpdateThingGroup(g)
	})
	if err != nil {
		return nil, err
	}
	return &api.UpdateThingGroupResponse{Version: &g.Version}, nil
}

func (s *Service) applyGroupProperties(g *store.ThingGroup, p *api.ThingGroupProperties) error {
	if p == nil {
		return nil
	}
	if p.ThingGroupDescription != nil {
		g.Description = p.ThingGroupDescription
	}
	g.Attributes = applyAttributes(g.Attributes, p.AttributePayload)
	return checkAttributes(g.Attributes, s.limits.TypedAttributes, "thing group", g.Name)
}

// DescribeThingGroup returns a group and where in its hierarchy it is.
func (s *Service) DescribeThingGroup(ctx context.Context, in *api.DescribeThingGroupRequest) (*api.DescribeThingGroupResponse, error) {
	var g *store.ThingGroup
	var ancestors []string
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		if g, err = thingGroup(tx, *in.ThingGroupName); err != nil {
			return err
		}
		ancestors, err = tx.Ancestors(g.Name)
		return err
	})
	if err != nil {
		return nil, err
	}
	metadata := &api.ThingGroupMetadata{ParentGroupName: given(g.Parent), CreationDate: new(millis(g.Created))}
	if len(ancestors) > 0 {
		metadata.RootToParentThingGroups = mapped(ancestors, s.groupNameAndARN)
	}
	return &api.DescribeThingGroupResponse{
		ThingGroupName: &g.Name, ThingGroupId: &g.ID, ThingGroupArn: new(s.arns.ThingGroup(g.Name)),
		Version: &g.Version, ThingGroupProperties: groupProperties(g), ThingGroupMetadata: metadata,
	}, nil
}

// groupProperties returns the properties of a group, or nil if it has none.
func groupProperties(g *store.ThingGroup) *api.ThingGroupProperties {
	if g.Description == nil && g.Attributes == nil {
		return nil
	}
	p := &api.ThingGroupProperties{ThingGroupDescription: g.Description}
	if g.Attributes != nil {
		p.AttributePayload = &api.AttributePayload{Attributes: g.Attributes}
	}
	return p
}

// DeleteThingGroup deletes a group without children, whatever things are in it
// and whatever is attached to it (U5). One that does not exist is deleted
// already.
func (s *Service) DeleteThingGroup(ctx context.Context, in *api.DeleteThingGroupRequest) (*api.DeleteThingGroupResponse, error) {
	return nil, s.change(ctx, func(tx *store.Tx) error {
		g, err := absent(tx.ThingGroup(*in.ThingGroupName))
		if err != nil || g == nil {
			return err
		}
		if err := checkVersion(in.ExpectedVersion, g.Version, "thing group", g.Name); err != nil {
			return err
		}
		children, err := tx.ThingGroupNames(store.ThingGroupFilter{Parent: g.Name}, "", 1)
		if err != nil {
			return err
		}
		if len(children) > 0 {
			return api.InvalidRequest("The thing group %s has child groups.", g.Name)
		}
		return tx.DeleteThingGroup(g.Name)
	})
}

// ListThingGroups returns the groups: all, or those with a parent (recursively
// all below it), or with a prefix. A caller that wants no child groups, and
// names no parent, gets those without a parent.
func (s *Service) ListThingGroups(ctx context.Context, in *api.ListThingGroupsRequest) (*api.ListThingGroupsResponse, error) {
	p, err := newPager[string](api.ListThingGroups, in.NextToken, in.MaxResults, in.ParentGroup, in.NamePrefixFilter, in.Recursive)
	if err != nil {
		return nil, err
	}
	filter := store.ThingGroupFilter{
		Parent: api.Value(in.ParentGroup), Recursive: api.Value(in.Recursive), Prefix: api.Value(in.NamePrefixFilter),
		Roots: in.Recursive != nil && !*in.Recursive,
	}
	out := &api.ListThingGroupsResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		if filter.Parent != "" {
			if _, err := thingGroup(tx, filter.Parent); err != nil {
				return err
			}
		}
		names, err := tx.ThingGroupNames(filter, api.Value(p.after), p.read())
		names, out.NextToken = cut(p, names, byName)
		out.ThingGroups = mapped(names, s.groupNameAndARN)
		return err
	})
	return out, err
}

// thingGroup returns the group called name, or what the caller is told.
func thingGroup(tx *store.Tx, name string) (*store.ThingGroup, error) {
	g, err := tx.ThingGroup(name)
	return found(g, err, "thing group", name)
}

func (s *Service) groupNameAndARN(name string) api.GroupNameAndArn {
	return api.GroupNameAndArn{GroupName: &name, GroupArn: new(s.arns.ThingGroup(name))}
}
