package control

import (
	"context"
	"errors"
	"strconv"

	"vedette/api"
	"vedette/store"
)

// CreatePolicy makes a policy with one version. A name that is taken is refused
// whatever the document.
func (s *Service) CreatePolicy(ctx context.Context, in *api.CreatePolicyRequest) (*api.CreatePolicyResponse, error) {
	p := &store.Policy{Name: *in.PolicyName, Generation: api.NewUUID()}
	tags, err := s.newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	if err := s.checkDocument(*in.PolicyDocument); err != nil {
		return nil, err
	}
	err = s.write(ctx, func(tx *store.Tx) error {
		err := tx.InsertPolicy(p, *in.PolicyDocument)
		if errors.Is(err, store.ErrConflict) {
			e := api.Errorf(api.ResourceAlreadyExistsException, "The policy %s already exists.", p.Name)
			e.ResourceID, e.ResourceARN = p.Name, s.arns.Policy(p.Name)
			return e
		}
		if err != nil {
			return err
		}
		return tx.PutTags(store.Resource{Kind: api.ARNPolicy, Name: p.Name}, tags)
	})
	if err != nil {
		return nil, err
	}
	return &api.CreatePolicyResponse{
		PolicyName: &p.Name, PolicyArn: new(s.arns.Policy(p.Name)), PolicyDocument: in.PolicyDocument, PolicyVersionId: new(versionID(p.DefaultVersion)),
	}, nil
}

// GetPolicy returns a policy with the document that is in force.
func (s *Service) GetPolicy(ctx context.Context, in *api.GetPolicyRequest) (*api.GetPolicyResponse, error) {
	var p *store.Policy
	var v *store.PolicyVersion
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		if p, err = policyNamed(tx, *in.PolicyName); err != nil {
			return err
		}
		v, err = tx.PolicyVersion(p.Name, p.DefaultVersion)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.GetPolicyResponse{
		PolicyName: &p.Name, PolicyArn: new(s.arns.Policy(p.Name)), PolicyDocument: &v.Document, DefaultVersionId: new(versionID(p.DefaultVersion)),
		CreationDate: new(millis(p.Created)), LastModifiedDate: new(millis(p.Modified)), GenerationId: &p.Generation,
	}, nil
}

// DeletePolicy deletes a policy that is attached to nothing and has one version.
func (s *Service) DeletePolicy(ctx context.Context, in *api.DeletePolicyRequest) (*struct{}, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		p, err := policyNamed(tx, *in.PolicyName)
		if err != nil {
			return err
		}
		targets, err := tx.PolicyTargets(p.Name, "", 1)
		if err != nil {
			return err
		}
		if len(targets) > 0 {
			return api.Errorf(api.DeleteConflictException, "The policy %s is attached to %s. Detach it first.", p.Name, targets[0])
		}
		versions, err := tx.PolicyVersions(p.Name)
		if err != nil {
			return err
		}
		if len(versions) > 1 {
			return api.Errorf(api.DeleteConflictException, "The policy %s has %d versions. Delete all but the default version first.", p.Name, len(versions))
		}
		return tx.DeletePolicy(p.Name)
	})
}

// ListPolicies returns the policies, newest first unless asked otherwise.
func (s *Service) ListPolicies(ctx context.Context, in *api.ListPoliciesRequest) (*api.ListPoliciesResponse, error) {
	p, err := newMarkerPager[store.CreationKey](api.ListPolicies, in.Marker, in.PageSize, in.AscendingOrder)
	if err != nil {
		return nil, err
	}
	out := &api.ListPoliciesResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		list, err := tx.Policies(creationPage(p, in.AscendingOrder))
		list, token := cut(p, list, func(v store.Policy) store.CreationKey { return v.Key() })
		out.NextMarker = marker(token)
		out.Policies = mapped(list, func(v store.Policy) api.Policy { return s.policySummary(v.Name) })
		return err
	})
	return out, err
}

// CreatePolicyVersion adds a version to a policy, in force with setAsDefault.
func (s *Service) CreatePolicyVersion(ctx context.Context, in *api.CreatePolicyVersionRequest) (*api.CreatePolicyVersionResponse, error) {
	if err := s.checkDocument(*in.PolicyDocument); err != nil {
		return nil, err
	}
	var v store.PolicyVersion
	err := s.write(ctx, func(tx *store.Tx) error {
		p, err := policyNamed(tx, *in.PolicyName)
		if err != nil {
			return err
		}
		versions, err := tx.PolicyVersions(p.Name)
		if err != nil {
			return err
		}
		if n := len(versions); n >= s.limits.PolicyVersions {
			return api.Errorf(api.VersionsLimitExceededException, "The policy %s has %d versions already; the limit is %d.", p.Name, n, s.limits.PolicyVersions)
		}
		v, err = tx.AddPolicyVersion(p, *in.PolicyDocument, api.Value(in.SetAsDefault))
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CreatePolicyVersionResponse{
		PolicyArn: new(s.arns.Policy(v.Policy)), PolicyDocument: in.PolicyDocument,
		PolicyVersionId: new(versionID(v.Version)), IsDefaultVersion: new(api.Value(in.SetAsDefault)),
	}, nil
}

// GetPolicyVersion returns a version of a policy.
func (s *Service) GetPolicyVersion(ctx context.Context, in *api.GetPolicyVersionRequest) (*api.GetPolicyVersionResponse, error) {
	var p *store.Policy
	var v *store.PolicyVersion
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		p, v, err = policyVersion(tx, *in.PolicyName, *in.PolicyVersionId)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.GetPolicyVersionResponse{
		PolicyArn: new(s.arns.Policy(p.Name)), PolicyName: &p.Name, PolicyDocument: &v.Document, PolicyVersionId: new(versionID(v.Version)),
		IsDefaultVersion: new(v.Version == p.DefaultVersion), CreationDate: new(millis(v.Created)), LastModifiedDate: new(millis(v.Created)),
		GenerationId: &p.Generation,
	}, nil
}

// ListPolicyVersions returns the versions of a policy, newest first, in one page.
func (s *Service) ListPolicyVersions(ctx context.Context, in *api.ListPolicyVersionsRequest) (*api.ListPolicyVersionsResponse, error) {
	out := &api.ListPolicyVersionsResponse{}
	err := s.read(ctx, func(tx *store.Tx) error {
		p, err := policyNamed(tx, *in.PolicyName)
		if err != nil {
			return err
		}
		versions, err := tx.PolicyVersions(p.Name)
		out.PolicyVersions = mapped(versions, func(v store.PolicyVersion) api.PolicyVersion {
			return api.PolicyVersion{
				VersionId: new(versionID(v.Version)), IsDefaultVersion: new(v.Version == p.DefaultVersion), CreateDate: new(millis(v.Created)),
			}
		})
		return err
	})
	return out, err
}

// SetDefaultPolicyVersion puts a version of a policy in force, for everything that
// the policy is attached to.
func (s *Service) SetDefaultPolicyVersion(ctx context.Context, in *api.SetDefaultPolicyVersionRequest) (*struct{}, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		p, v, err := policyVersion(tx, *in.PolicyName, *in.PolicyVersionId)
		if err != nil || v.Version == p.DefaultVersion {
			return err
		}
		return tx.SetDefaultPolicyVersion(p, v.Version)
	})
}

// DeletePolicyVersion deletes a version of a policy that is not in force.
func (s *Service) DeletePolicyVersion(ctx context.Context, in *api.DeletePolicyVersionRequest) (*struct{}, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		p, v, err := policyVersion(tx, *in.PolicyName, *in.PolicyVersionId)
		if err != nil {
			return err
		}
		if v.Version == p.DefaultVersion {
			return api.Errorf(api.DeleteConflictException, "The version %d of the policy %s is its default version.", v.Version, p.Name)
		}
		return tx.DeletePolicyVersion(p.Name, v.Version)
	})
}

// policyNamed returns the policy called name, or what the caller is told.
func policyNamed(tx *store.Tx, name string) (*store.Policy, error) {
	p, err := tx.Policy(name)
	return found(p, err, "policy", name)
}

// policyVersion returns a version of a policy, or what the caller is told.
func policyVersion(tx *store.Tx, name, id string) (*store.Policy, *store.PolicyVersion, error) {
	p, err := policyNamed(tx, name)
	if err != nil {
		return nil, nil, err
	}
	missing := api.NotFound("The policy %s has no version %s.", name, id)
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil || versionID(number) != id {
		return nil, nil, missing
	}
	v, err := tx.PolicyVersion(name, number)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, missing
	}
	return p, v, err
}

func versionID(version int64) string { return strconv.FormatInt(version, 10) }

func (s *Service) policySummary(name string) api.Policy {
	return api.Policy{PolicyName: &name, PolicyArn: new(s.arns.Policy(name))}
}
