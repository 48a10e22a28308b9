package app

import (
	"fmt"
	"strings"

	"vedette/api"
	"vedette/principal"
	"vedette/principal/policy"
	"vedette/store"
)

// grant is what policies let clients do: those that are attached to a certificate and
// to the groups of a thing. Clients with the same policies from the same places have
// the same one. It is immutable.
type grant struct {
	source *principal.Source
	set    *policy.Set
}

// maxGrants bounds how many grants are remembered, for others to have the same.
const maxGrants = 1 << 14

// grants are those that clients have. The zero value has none.
type grants struct {
	sets map[string]*policy.Set // by their documents
	all  map[grantKey]*grant
}

type grantKey struct {
	source string
	set    *policy.Set
}

// grant returns what a holder's policies let it do. One that cannot be read might deny
// something: then nobody is let in by them.
func (s *identities) grant(h store.PolicyHolder, documents []store.PolicyDocument) (*grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &s.grants
	if g.all == nil || len(g.all) >= maxGrants || len(g.sets) >= maxGrants {
		g.sets, g.all = map[string]*policy.Set{}, map[grantKey]*grant{}
	}
	text := textOf(documents)
	set := g.sets[text]
	if set == nil {
		var err error
		if set, err = compile(documents, s.own); err != nil {
			return nil, err
		}
		g.sets[text] = set
	}
	source := &principal.Source{Own: h.Own, Groups: h.Groups}
	for _, d := range documents {
		source.Policies = append(source.Policies, d.Name)
	}
	key := grantKey{strings.Join(h.Own, " ") + "/" + strings.Join(h.Groups, " ") + "/" + strings.Join(source.Policies, " "), set}
	if g.all[key] == nil {
		g.all[key] = &grant{source, set}
	}
	return g.all[key], nil
}

// textOf tells policies from all others that decide otherwise. Documents have no zero
// bytes.
func textOf(documents []store.PolicyDocument) string {
	if len(documents) == 1 {
		return documents[0].Document
	}
	var b strings.Builder
	for _, d := range documents {
		b.WriteString(d.Document)
		b.WriteByte(0)
	}
	return b.String()
}

func compile(documents []store.PolicyDocument, own api.ARNs) (*policy.Set, error) {
	policies := make([]*policy.Policy, len(documents))
	for i, d := range documents {
		p, err := policy.Parse(d.Document, policy.Options{Own: own, MaxCharacters: len(d.Document)})
		if err != nil {
			return nil, fmt.Errorf("version %d of the policy %s: %w", d.Version, d.Name, err)
		}
		policies[i] = p
	}
	return policy.NewSet(policies...), nil
}
