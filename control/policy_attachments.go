package control

import (
	"context"
	"strings"

	"vedette/api"
	"vedette/store"
)

// AttachPolicy attaches a policy to a certificate or a thing group. What is
// attached already stays so.
func (s *Service) AttachPolicy(ctx context.Context, in *api.AttachPolicyRequest) (*struct{}, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		p, err := policyNamed(tx, *in.PolicyName)
		if err != nil {
			return err
		}
		target, err := s.policyTarget(tx, *in.Target)
		if err != nil {
			return err
		}
		if attached, err := tx.PolicyAttached(p.Name, target); err != nil || attached {
			return err
		}
		limit := s.limits.PoliciesPerPrincipal
		if target.Kind == api.ARNThingGroup {
			limit = s.limits.PoliciesPerGroup
		}
		switch n, err := tx.CountAttachedPolicies(target); {
		case err != nil:
			return err
		case n >= limit:
			return api.Errorf(api.LimitExceededException, "The target has %d policies already; the limit is %d.", n, limit)
		}
		return tx.AttachPolicy(p.Name, target)
	})
}

// DetachPolicy detaches a policy from a target. What is not attached, or does not
// exist, is detached already.
func (s *Service) DetachPolicy(ctx context.Context, in *api.DetachPolicyRequest) (*struct{}, error) {
	target, err := s.parsePolicyTarget(*in.Target)
	if err != nil {
		return nil, err
	}
	return nil, s.write(ctx, func(tx *store.Tx) error { return tx.DetachPolicy(*in.PolicyName, target) })
}

// parsePolicyTarget returns what policies can be attached to, by its ARN.
func (s *Service) parsePolicyTarget(arn string) (store.Resource, error) {
	refused := api.InvalidRequest("%s is not the ARN of a certificate or thing group of this account and Region: policies cannot be attached to anything else here.", arn)
	a, err := api.ParseARN(arn)
	if err != nil || !s.arns.Own(a) {
		return store.Resource{}, refused
	}
	target := store.Resource{Kind: a.Kind(), Name: a.Name()}
	switch target.Kind {
	case api.ARNCertificate:
		target.Name = strings.ToLower(target.Name)
	case api.ARNThingGroup:
		if api.Validate(api.DescribeThingGroup.Input, &api.DescribeThingGroupRequest{ThingGroupName: &target.Name}) != nil {
			return target, refused
		}
	default:
		return target, refused
	}
	return target, nil
}

// policyTarget is parsePolicyTarget of a target that must exist.
func (s *Service) policyTarget(tx *store.Tx, arn string) (store.Resource, error) {
	target, err := s.parsePolicyTarget(arn)
	if err != nil {
		return target, err
	}
	if target.Kind == api.ARNThingGroup {
		_, err = thingGroup(tx, target.Name)
	} else {
		_, err = certificate(tx, target.Name)
	}
	return target, err
}

// ListAttachedPolicies returns the policies attached to a certificate or a thing
// group; recursively for a group also those of the groups above it.
func (s *Service) ListAttachedPolicies(ctx context.Context, in *api.ListAttachedPoliciesRequest) (*api.ListAttachedPoliciesResponse, error) {
	p, err := newMarkerPager[string](api.ListAttachedPolicies, in.Marker, in.PageSize, in.Target, in.Recursive)
	if err != nil {
		return nil, err
	}
	out := &api.ListAttachedPoliciesResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		target, err := s.policyTarget(tx, *in.Target)
		if err != nil {
			return err
		}
		targets := []store.Resource{target}
		if target.Kind == api.ARNThingGroup && api.Value(in.Recursive) {
			above, err := tx.Ancestors(target.Name)
			if err != nil {
				return err
			}
			for _, group := range above {
				targets = append(targets, store.Resource{Kind: api.ARNThingGroup, Name: group})
			}
		}
		names, err := tx.AttachedPolicies(targets, api.Value(p.after), p.read())
		names, token := cut(p, names, byName)
		out.NextMarker = marker(token)
		out.Policies = mapped(names, s.policySummary)
		return err
	})
	return out, err
}

// ListTargetsForPolicy returns the ARNs of what a policy is attached to.
func (s *Service) ListTargetsForPolicy(ctx context.Context, in *api.ListTargetsForPolicyRequest) (*api.ListTargetsForPolicyResponse, error) {
	p, err := newMarkerPager[string](api.ListTargetsForPolicy, in.Marker, in.PageSize, in.PolicyName)
	if err != nil {
		return nil, err
	}
	out := &api.ListTargetsForPolicyResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		if _, err := policyNamed(tx, *in.PolicyName); err != nil {
			return err
		}
		targets, err := tx.PolicyTargets(*in.PolicyName, api.Value(p.after), p.read())
		targets, token := cut(p, targets, byName)
		out.NextMarker = marker(token)
		out.Targets = mapped(targets, func(target string) string {
			kind, name, _ := strings.Cut(target, "/")
			return s.arns.Of(api.ARNKind(kind), name)
		})
		return err
	})
	return out, err
}
