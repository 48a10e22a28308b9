package control

import (
	"time"

	"vedette/api"
	"vedette/principal"
	"vedette/principal/policy"
	"vedette/store"
)

// This file is where the control plane meets the policy engine, which is the one
// that decides at the gateway too.

// storedDocument bounds documents that were taken at some time: the limit may have
// been higher then.
const storedDocument = 1 << 20

func (s *Service) policyOptions(limit int) policy.Options {
	return policy.Options{Profile: policy.Device, Own: s.arns, MaxCharacters: limit}
}

// checkDocument refuses a policy document that says nothing that can be evaluated.
func (s *Service) checkDocument(document string) error {
	if _, err := policy.Parse(document, s.policyOptions(s.limits.PolicyDocumentSize)); err != nil {
		return api.Errorf(api.MalformedPolicyException, "The policy document is malformed: %w.", err)
	}
	return nil
}

// policySet is some policies that act together.
type policySet struct {
	set   *policy.Set
	names []string // in the order of the set
}

func (s *Service) newPolicySet(documents []store.PolicyDocument) (policySet, error) {
	parsed := make([]*policy.Policy, len(documents))
	names := make([]string, len(documents))
	for i, d := range documents {
		p, err := policy.Parse(d.Document, s.policyOptions(storedDocument))
		if err != nil {
			return policySet{}, api.InvalidRequest("The policy %s cannot be evaluated: %w.", d.Name, err)
		}
		parsed[i], names[i] = p, d.Name
	}
	return policySet{policy.NewSet(parsed...), names}, nil
}

// testedActions are the actions that TestAuthorization knows.
var testedActions = map[api.ActionType]policy.Action{
	api.ActionTypeConnect:   policy.Connect,
	api.ActionTypePublish:   policy.Publish,
	api.ActionTypeSubscribe: policy.Subscribe,
	api.ActionTypeReceive:   policy.Receive,
}

// explain asks the policies about one action on one resource, which is of this
// account and Region.
func (p policySet) explain(action policy.Action, resource api.ARN, facts *principal.Facts, at time.Time) policy.Explanation {
	return p.set.Explain(&policy.Request{
		Action: action, Type: string(resource.Kind()), Name: []byte(resource.Name()), At: at, Context: facts,
	})
}

// connectionFacts returns what is known of a connection that could be made.
func connectionFacts(id *store.Identity, clientID string) (*principal.Facts, error) {
	f := &principal.Facts{ClientID: clientID}
	if t := id.Thing; t != nil {
		f.Thing = &principal.ThingFacts{
			Name: t.Name, Type: t.Type, BillingGroup: api.Value(t.BillingGroup), Attributes: t.Attributes, Attached: id.Attached,
		}
	}
	if id.Certificate != nil {
		cert, err := principal.ParseCertificate(id.Certificate.PEM)
		if err != nil {
			return nil, err
		}
		f.Certificate = principal.NewCertificateFacts(cert)
	}
	return f, nil
}
