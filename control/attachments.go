package control

import (
	"context"
	"strings"

	"vedette/api"
	"vedette/record"
	"vedette/store"
)

// AttachSecurityProfile attaches a security profile to a target. What is
// attached already stays so (U1).
func (s *Service) AttachSecurityProfile(ctx context.Context, in *api.AttachSecurityProfileRequest) (*api.AttachSecurityProfileResponse, error) {
	return nil, s.change(ctx, func(tx *store.Tx) error {
		a, err := s.attachment(tx, in.SecurityProfileName, in.SecurityProfileTargetArn)
		if err != nil {
			return err
		}
		if attached, err := tx.Attached(a); err != nil || attached {
			return err
		}
		switch n, err := tx.CountProfiles(a.Target); {
		case err != nil:
			return err
		case n >= s.limits.ProfilesPerTarget:
			return api.Errorf(api.LimitExceededException, "The target has %d security profiles already; the limit is %d.", n, s.limits.ProfilesPerTarget)
		}
		return tx.Attach(a)
	})
}

// DetachSecurityProfile detaches a security profile from a target. What is not
// attached is detached already (U4).
func (s *Service) DetachSecurityProfile(ctx context.Context, in *api.DetachSecurityProfileRequest) (*api.DetachSecurityProfileResponse, error) {
	return nil, s.change(ctx, func(tx *store.Tx) error {
		a, err := s.attachment(tx, in.SecurityProfileName, in.SecurityProfileTargetArn)
		if err != nil {
			return err
		}
		return tx.Detach(a)
	})
}

// attachment returns the pair that a call names; both must exist.
func (s *Service) attachment(tx *store.Tx, profileName, targetARN *string) (store.Attachment, error) {
	target, err := s.target(tx, *targetARN)
	if err != nil {
		return store.Attachment{}, err
	}
	_, err = profile(tx, *profileName)
	return store.Attachment{Profile: *profileName, Target: target}, err
}

// target returns the target with the given ARN; a group must exist (U3).
func (s *Service) target(tx *store.Tx, arn string) (store.Target, error) {
	a, err := api.ParseARN(arn)
	t, ok := store.ParseTarget(a.Resource)
	if err != nil || !ok || !s.arns.Own(a) {
		return t, api.InvalidRequest("%s is not a target of security profiles in this account and Region.", arn)
	}
	if t.Kind != record.ThingGroup {
		return t, nil
	}
	if err := api.Validate(api.DescribeThingGroup.Input, &api.DescribeThingGroupRequest{ThingGroupName: &t.Group}); err != nil {
		return t, api.InvalidRequest("%s is not the ARN of a thing group.", arn)
	}
	_, err = thingGroup(tx, t.Group)
	return t, err
}

// ListTargetsForSecurityProfile returns what a security profile is attached to.
func (s *Service) ListTargetsForSecurityProfile(ctx context.Context, in *api.ListTargetsForSecurityProfileRequest) (*api.ListTargetsForSecurityProfileResponse, error) {
	p, err := newPager[string](api.ListTargetsForSecurityProfile, in.NextToken, in.MaxResults, in.SecurityProfileName)
	if err != nil {
		return nil, err
	}
	out := &api.ListTargetsForSecurityProfileResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		if _, err := profile(tx, *in.SecurityProfileName); err != nil {
			return err
		}
		targets, err := tx.TargetsOf(*in.SecurityProfileName, api.Value(p.after), p.read())
		targets, out.NextToken = cut(p, targets, store.Target.String)
		out.SecurityProfileTargets = mapped(targets, func(t store.Target) api.SecurityProfileTarget {
			return api.SecurityProfileTarget{Arn: new(s.targetARN(t))}
		})
		return err
	})
	return out, err
}

// ListSecurityProfilesForTarget returns the security profiles attached to a
// target; recursively for a group also those attached to the groups below it,
// as AWS IoT documents, and to the groups above it, which cover its things too
// (U2).
func (s *Service) ListSecurityProfilesForTarget(ctx context.Context, in *api.ListSecurityProfilesForTargetRequest) (*api.ListSecurityProfilesForTargetResponse, error) {
	p, err := newPager[store.Attachment](api.ListSecurityProfilesForTarget, in.NextToken, in.MaxResults, in.SecurityProfileTargetArn, in.Recursive)
	if err != nil {
		return nil, err
	}
	out := &api.ListSecurityProfilesForTargetResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		target, err := s.target(tx, *in.SecurityProfileTargetArn)
		if err != nil {
			return err
		}
		list, err := tx.AttachmentsTo(target, api.Value(in.Recursive), api.Value(p.after), p.read())
		list, out.NextToken = cut(p, list, func(a store.Attachment) store.Attachment { return a })
		out.SecurityProfileTargetMappings = mapped(list, func(a store.Attachment) api.SecurityProfileTargetMapping {
			return api.SecurityProfileTargetMapping{
				SecurityProfileIdentifier: s.profileIdentifier(a.Profile),
				Target:                    &api.SecurityProfileTarget{Arn: new(s.targetARN(a.Target))},
			}
		})
		return err
	})
	return out, err
}

func (s *Service) targetARN(t store.Target) string {
	kind, name, _ := strings.Cut(t.String(), "/")
	return s.arns.Of(api.ARNKind(kind), name)
}
