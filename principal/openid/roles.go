package openid

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"vedette/api"
	"vedette/principal/policy"
)

// Roles say what the users of a provider may do: a claim of the ID token, and the policy
// of each of its values that lets somebody in. They are immutable.
type Roles struct {
	claim  string
	scopes []string // to ask for beside the usual ones
	list   []role
}

type role struct {
	value    string
	policies *policy.Set
}

// rolesFile is the form of the file (docs/operations.md).
type rolesFile struct {
	Claim  string   `yaml:"claim"`
	Scopes []string `yaml:"scopes"`
	Roles  []struct {
		Value  string    `yaml:"value"`
		Policy yaml.Node `yaml:"policy"`
	} `yaml:"roles"`
}

// maxRole bounds the length of a role: it is part of the session's cookie.
const maxRole = 256

// LoadRoles reads a YAML or JSON file of roles. own are the ARNs of the deployment.
func LoadRoles(path string, own api.ARNs) (*Roles, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	roles, err := parseRoles(text, own)
	if err != nil {
		return nil, fmt.Errorf("roles file %s: %w", path, err)
	}
	return roles, nil
}

func parseRoles(text []byte, own api.ARNs) (*Roles, error) {
	var file rolesFile
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("want claim: NAME and roles: a list of value and policy: %w", err)
	}
	switch {
	case file.Claim == "":
		return nil, errors.New("claim: is missing: name the claim of the ID token that says what a user is, such as groups")
	case len(file.Roles) == 0:
		return nil, errors.New("roles: is empty: list the values of the claim that let somebody in, each with its policy")
	}
	r := &Roles{claim: file.Claim, scopes: file.Scopes}
	for i, entry := range file.Roles {
		place := fmt.Sprintf("roles[%d]", i)
		switch {
		case entry.Value == "" || len(entry.Value) > maxRole:
			return nil, fmt.Errorf("%s: value: want 1 to %d bytes of text, a value of the claim %s", place, maxRole, file.Claim)
		case r.find(entry.Value) != nil:
			return nil, fmt.Errorf("%s: value %q is there twice", place, entry.Value)
		case entry.Policy.IsZero():
			return nil, fmt.Errorf("%s: policy: is missing: give a policy document as access keys have them", place)
		}
		document, err := documentOf(&entry.Policy)
		if err != nil {
			return nil, fmt.Errorf("%s: policy: %w", place, err)
		}
		p, err := policy.Parse(document, policy.Options{Profile: policy.AccessKey, Own: own})
		if err != nil {
			return nil, fmt.Errorf("%s: policy: %w", place, err)
		}
		r.list = append(r.list, role{entry.Value, policy.NewSet(p)})
	}
	return r, nil
}

func (r *Roles) find(value string) *role {
	i := slices.IndexFunc(r.list, func(entry role) bool { return entry.value == value })
	if i < 0 {
		return nil
	}
	return &r.list[i]
}

// Policies returns what a role lets do; false: there is no such role.
func (r *Roles) Policies(role string) (*policy.Set, bool) {
	if entry := r.find(role); entry != nil {
		return entry.policies, true
	}
	return nil, false
}

// Of returns the role that the claims of an ID token give: of several the first one in
// the file. "" means none: the user is not let in.
func (r *Roles) Of(claims map[string]any) string {
	values := claimed(claims, r.claim)
	for i := range r.list {
		if slices.Contains(values, r.list[i].value) {
			return r.list[i].value
		}
	}
	return ""
}

// claimed returns the texts of a claim, which may lie in objects: realm_access.roles.
func claimed(claims map[string]any, name string) (values []string) {
	v, there := claims[name]
	if !there {
		outer, inner, nested := strings.Cut(name, ".")
		object, ok := claims[outer].(map[string]any)
		if !nested || !ok {
			return nil
		}
		return claimed(object, inner)
	}
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, element := range v {
			if text, ok := element.(string); ok {
				values = append(values, text)
			}
		}
	}
	return values
}

// documentOf writes a YAML node as JSON: with the order and the texts of the file, where
// the version 2012-10-17 is no date.
func documentOf(n *yaml.Node) (string, error) {
	var b strings.Builder
	err := writeJSON(&b, n)
	return b.String(), err
}

func writeJSON(b *strings.Builder, n *yaml.Node) error {
	switch n.Kind {
	case yaml.MappingNode:
		return writeItems(b, n, "{}", 2)
	case yaml.SequenceNode:
		return writeItems(b, n, "[]", 1)
	case yaml.ScalarNode:
	default:
		return fmt.Errorf("line %d: aliases are not taken: write the policy out", n.Line)
	}
	switch {
	case n.Tag == "!!null":
		b.WriteString("null")
	case (n.Tag == "!!int" || n.Tag == "!!float" || n.Tag == "!!bool") && json.Valid([]byte(n.Value)):
		b.WriteString(n.Value)
	default:
		writeText(b, n.Value)
	}
	return nil
}

// writeItems writes the items of a list, or with width 2 the names and values of an
// object.
func writeItems(b *strings.Builder, n *yaml.Node, brackets string, width int) error {
	b.WriteByte(brackets[0])
	for i := 0; i < len(n.Content); i += width {
		if i > 0 {
			b.WriteByte(',')
		}
		if width == 2 {
			writeText(b, n.Content[i].Value)
			b.WriteByte(':')
		}
		if err := writeJSON(b, n.Content[i+width-1]); err != nil {
			return err
		}
	}
	b.WriteByte(brackets[1])
	return nil
}

func writeText(b *strings.Builder, text string) {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic("openid: " + err.Error()) // texts can be encoded
	}
	b.Write(quoted)
}
