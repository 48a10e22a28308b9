package openid

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vedette/api"
	"vedette/principal/policy"
)

var own = api.ARNs{Account: "123456789012", Region: "us-east-1"}

const good = `
claim: groups
scopes: [groups]
roles:
  - value: admins
    policy: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "*", Resource: "*"}}
  - value: /Acme/readers
    policy:
      Version: 2012-10-17   # no date
      Statement:
        - Effect: Allow
          Action: [iot:List*, iot:Describe*]
          Resource: "*"
          Condition: {NumericLessThan: {aws:EpochTime: 4102444800}, Bool: {aws:SecureTransport: true}}
`

func TestRoles(t *testing.T) {
	r, err := parseRoles([]byte(good), own)
	if err != nil {
		t.Fatal(err)
	}
	admins, known := r.Policies("admins")
	if !known || admins.Extent("iot:DeleteThing", "thing") != policy.Always {
		t.Error("admins may not do all")
	}
	readers, known := r.Policies("/Acme/readers")
	if !known || readers.Extent("iot:ListThings", "") != policy.Partly || readers.Extent("iot:DeleteThing", "thing") != policy.Never {
		t.Error("readers may do something else than they should")
	}
	if set, known := r.Policies("guests"); known || set != nil {
		t.Error("there are guests")
	}
	// JSON is YAML too.
	if _, err := parseRoles([]byte(`{"claim":"groups","roles":[{"value":"a","policy":{"Version":"2012-10-17","Statement":[]}}]}`), own); err != nil {
		t.Error(err)
	}
}

func TestRoleOf(t *testing.T) {
	r, err := parseRoles([]byte(good), own)
	if err != nil {
		t.Fatal(err)
	}
	nested := *r
	nested.claim = "realm_access.roles"
	url := *r
	url.claim = "https://acme.example/roles"
	for name, c := range map[string]struct {
		roles  *Roles
		claims map[string]any
		want   string
	}{
		"ok/a list":                {r, map[string]any{"groups": []any{"x", "/Acme/readers"}}, "/Acme/readers"},
		"ok/the first in the file": {r, map[string]any{"groups": []any{"/Acme/readers", "admins"}}, "admins"},
		"ok/a text":                {r, map[string]any{"groups": "admins"}, "admins"},
		"ok/nested":                {&nested, map[string]any{"realm_access": map[string]any{"roles": []any{"admins"}}}, "admins"},
		"ok/a name with dots":      {&url, map[string]any{"https://acme.example/roles": []any{"admins"}}, "admins"},
		"fail/no claim":            {r, map[string]any{"roles": []any{"admins"}}, ""},
		"fail/another value":       {r, map[string]any{"groups": []any{"Admins", "admins "}}, ""},
		"fail/no list of texts":    {r, map[string]any{"groups": []any{map[string]any{"admins": true}, 7.0, nil}}, ""},
		"fail/a number":            {r, map[string]any{"groups": 7.0}, ""},
		"fail/null":                {r, map[string]any{"groups": nil}, ""},
		"fail/no object":           {&nested, map[string]any{"realm_access": "admins"}, ""},
		"fail/nothing":             {r, nil, ""},
	} {
		if got := c.roles.Of(c.claims); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestRolesFaults(t *testing.T) {
	replace := func(old, by string) string { return strings.Replace(good, old, by, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"empty":            {"", "want claim: NAME and roles"},
		"no YAML":          {"claim: [", "want claim: NAME and roles"},
		"unknown key":      {replace("scopes:", "scope:"), "field scope not found"},
		"no claim":         {replace("claim: groups", ""), "claim: is missing"},
		"no roles":         {"claim: groups", "roles: is empty"},
		"roles is a text":  {"claim: groups\nroles: admins", "want claim: NAME and roles"},
		"no value":         {replace("value: admins", `value: ""`), "roles[0]: value: want 1 to 256 bytes"},
		"long value":       {replace("admins", strings.Repeat("x", 257)), "roles[0]: value: want 1 to 256 bytes"},
		"value twice":      {replace("/Acme/readers", "admins"), `roles[1]: value "admins" is there twice`},
		"no policy":        {"claim: g\nroles: [{value: a}]", "roles[0]: policy: is missing"},
		"a file's name":    {"claim: g\nroles: [{value: a, policy: ops.json}]", "roles[0]: policy: policy document: is a string, want an object"},
		"unknown action":   {replace("iot:List*", "iot:Lst*"), `roles[1]: policy: Statement[0].Action[0]: unknown action "iot:Lst*"`},
		"an element twice": {replace("Effect: Allow, Action", "Effect: Deny, Effect: Allow, Action"), "roles[0]: policy: "},
		"an alias":         {"claim: g\nroles: [{value: a, policy: &p {Version: 2012-10-17, Statement: []}}, {value: b, policy: *p}]", "aliases are not taken"},
	} {
		r, err := parseRoles([]byte(c.text), own)
		if err == nil || !strings.Contains(err.Error(), c.want) || r != nil {
			t.Errorf("%s: got %v, want it to say %s", name, err, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "roles.yaml")
	if _, err := LoadRoles(path, own); err == nil || !strings.Contains(err.Error(), "read roles: open "+path) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadRoles(path, own); err == nil || !strings.Contains(err.Error(), "roles file "+path) {
		t.Errorf("got %v", err)
	}
}

// FuzzRoles: a file gives roles with policies, or an error.
func FuzzRoles(f *testing.F) {
	f.Add(good)
	f.Add("claim: g\nroles: [{value: a, policy: {Version: 2012-10-17, Statement: []}}]")
	f.Add("claim: g\nroles: [{value: a, policy: &a [*a]}]")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		r, err := parseRoles([]byte(text), own)
		if err != nil {
			return
		}
		for _, entry := range r.list {
			if got := r.Of(map[string]any{r.claim: entry.value}); got != entry.value {
				t.Errorf("%q gives the role %q", entry.value, got)
			}
		}
	})
}

func TestNameIn(t *testing.T) {
	for name, c := range map[string]struct {
		claims map[string]any
		want   string
	}{
		"e-mail":             {map[string]any{"email": "ana@example.com", "preferred_username": "ana", "name": "Ana"}, "ana@example.com"},
		"name of the user":   {map[string]any{"preferred_username": "ana", "name": "Ana"}, "ana"},
		"name":               {map[string]any{"email": "", "name": "Ana Ñ"}, "Ana Ñ"},
		"control characters": {map[string]any{"email": "a\nb", "name": "\x1b[31m"}, "subject"},
		"too long":           {map[string]any{"email": strings.Repeat("x", 257)}, "subject"},
		"no text":            {map[string]any{"email": 7.0}, "subject"},
	} {
		if got := nameIn(c.claims, "subject"); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
