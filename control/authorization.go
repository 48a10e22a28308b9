package control

import (
	"context"
	"slices"

	"vedette/api"
	"vedette/principal"
	"vedette/principal/policy"
	"vedette/store"
)

// GetEffectivePolicies returns the policies that decide about a connection with a
// certificate, under the name of a thing, or both.
func (s *Service) GetEffectivePolicies(ctx context.Context, in *api.GetEffectivePoliciesRequest) (*api.GetEffectivePoliciesResponse, error) {
	if in.Principal == nil && in.ThingName == nil {
		return nil, api.InvalidRequest("Give a principal, a thingName, or both.")
	}
	out := &api.GetEffectivePoliciesResponse{}
	err := s.read(ctx, func(tx *store.Tx) error {
		id, err := s.identity(tx, in.Principal, in.CognitoIdentityPoolId, api.Value(in.ThingName))
		if err != nil {
			return err
		}
		if in.ThingName != nil && id.Thing == nil {
			return notFound("thing", *in.ThingName)
		}
		out.EffectivePolicies = mapped(id.Policies, func(p store.PolicyDocument) api.EffectivePolicy {
			return api.EffectivePolicy{PolicyName: &p.Name, PolicyArn: new(s.arns.Policy(p.Name)), PolicyDocument: &p.Document}
		})
		return nil
	})
	return out, err
}

// identity returns what is known of a connection; the certificate must exist if
// one is named.
func (s *Service) identity(tx *store.Tx, principal, pool *string, clientID string) (*store.Identity, error) {
	if pool != nil {
		return nil, api.InvalidRequest("cognitoIdentityPoolId is given, but there are no Cognito identities here.")
	}
	var cert string
	if principal != nil {
		var err error
		if cert, err = s.principalARN(*principal); err != nil {
			return nil, err
		}
	}
	id, err := tx.Identity(cert, clientID)
	if err == nil && principal != nil && id.Certificate == nil {
		err = notFound("certificate", cert)
	}
	return id, err
}

// TestAuthorization tells what the policies in force, some others added and some
// left out, would decide.
func (s *Service) TestAuthorization(ctx context.Context, in *api.TestAuthorizationRequest) (*api.TestAuthorizationResponse, error) {
	var id *store.Identity
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		if id, err = s.identity(tx, in.Principal, in.CognitoIdentityPoolId, api.Value(in.ClientId)); err != nil {
			return err
		}
		id.Policies, err = adjusted(tx, id.Policies, in.PolicyNamesToAdd, in.PolicyNamesToSkip)
		return err
	})
	if err != nil {
		return nil, err
	}
	set, err := s.newPolicySet(id.Policies)
	if err != nil {
		return nil, err
	}
	facts, err := connectionFacts(id, api.Value(in.ClientId))
	if err != nil {
		return nil, err
	}
	out := &api.TestAuthorizationResponse{AuthResults: make([]api.AuthResult, len(in.AuthInfos))}
	for i := range in.AuthInfos {
		if out.AuthResults[i], err = s.authorize(set, &in.AuthInfos[i], facts); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// adjusted returns the policies with those of other names added, which must exist,
// and some left out.
func adjusted(tx *store.Tx, policies []store.PolicyDocument, add, skip []string) ([]store.PolicyDocument, error) {
	added, err := tx.PoliciesInForce(add)
	if err != nil {
		return nil, err
	}
	for _, name := range add {
		if !slices.ContainsFunc(added, func(p store.PolicyDocument) bool { return p.Name == name }) {
			return nil, notFound("policy", name)
		}
	}
	var list []store.PolicyDocument
	for _, p := range slices.Concat(policies, added) {
		twice := slices.ContainsFunc(list, func(q store.PolicyDocument) bool { return q.Name == p.Name })
		if !twice && !slices.Contains(skip, p.Name) {
			list = append(list, p)
		}
	}
	return list, nil
}

// authorize answers one question: all of its resources must be allowed.
func (s *Service) authorize(set policySet, question *api.AuthInfo, facts *principal.Facts) (api.AuthResult, error) {
	action, known := testedActions[api.Value(question.ActionType)]
	if !known {
		return api.AuthResult{}, api.InvalidRequest("authInfos: actionType is missing.")
	}
	if len(question.Resources) == 0 {
		return api.AuthResult{}, api.InvalidRequest("authInfos: resources is empty.")
	}
	decision, missing := policy.Allowed, []string{}
	of := make([]policy.Decision, len(set.names)) // what each policy says of any resource
	for _, text := range question.Resources {
		resource, err := api.ParseARN(text)
		if err != nil || !s.arns.Own(resource) {
			return api.AuthResult{}, api.InvalidRequest("authInfos: %s is not a resource of this account and Region.", text)
		}
		x := set.explain(action, resource, facts, s.opts.Now())
		if worse(x.Decision, decision) {
			decision = x.Decision
		}
		for j, d := range x.Policies {
			of[j] = max(of[j], d)
		}
		for _, key := range x.Missing {
			if !slices.Contains(missing, key) {
				missing = append(missing, key)
			}
		}
	}
	that := func(d policy.Decision) []api.Policy {
		list := []api.Policy{}
		for i, name := range set.names {
			if of[i] == d {
				list = append(list, s.policySummary(name))
			}
		}
		return list
	}
	return api.AuthResult{
		AuthInfo: question, AuthDecision: new(api.AuthDecision(decision.String())), MissingContextValues: missing,
		Allowed: &api.Allowed{Policies: that(policy.Allowed)},
		Denied: &api.Denied{
			ImplicitDeny: &api.ImplicitDeny{Policies: that(policy.ImplicitDeny)},
			ExplicitDeny: &api.ExplicitDeny{Policies: that(policy.ExplicitDeny)},
		},
	}, nil
}

// worse tells whether a is further from being allowed than b.
func worse(a, b policy.Decision) bool {
	distance := map[policy.Decision]int{policy.Allowed: 0, policy.ImplicitDeny: 1, policy.ExplicitDeny: 2}
	return distance[a] > distance[b]
}
