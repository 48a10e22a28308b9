package policy

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

var example = regexp.MustCompile("(?ms)^```json ([a-z-]+)\n(.*?)^```")

// TestDocumentedExamples holds the examples of docs/format/policy.md to what
// the page says of them.
func TestDocumentedExamples(t *testing.T) {
	page, err := os.ReadFile("../../docs/format/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string]*Set{}
	for _, m := range example.FindAllStringSubmatch(string(page), -1) {
		profile := Device
		if strings.HasPrefix(m[1], "key-") {
			profile = AccessKey
		}
		sets[m[1]] = mustParse(t, profile, m[2])
	}
	if len(sets) != 6 {
		t.Fatalf("%d examples found, want 6: does this test still read the page right?", len(sets))
	}
	lamp := facts{"iot:clientid": {"lamp-7"}, "iot:connection.thing.thingname": {"lamp-7"}, "iot:connection.thing.isattached": {"true"}, "aws:sourceip": {"10.1.2.3"}}
	plus := facts{"iot:clientid": {"+"}, "iot:connection.thing.isattached": {"true"}, "iot:connection.thing.thingname": {"+"}}
	ci := facts{"aws:requesttag/owner": {"ci"}, "aws:tagkeys": {"owner"}, "aws:resourcetag/owner": {"ci"}}
	for _, tt := range []struct {
		example  string
		action   Action
		resource string
		known    facts
		want     Decision
	}{
		{"device-own-topics", Connect, "client/lamp-7", lamp, Allowed},
		{"device-own-topics", Connect, "client/lamp-8", lamp, ImplicitDeny},
		{"device-own-topics", Connect, "client/${iot:Connection.Thing.ThingName}", facts{"iot:connection.thing.isattached": {"true"}}, ImplicitDeny},
		{"device-own-topics", Connect, "client/+", plus, ExplicitDeny},
		{"device-own-topics", Publish, "topic/lamps/lamp-7/x", lamp, Allowed},
		{"device-own-topics", Publish, "topic/$aws/things/lamp-7/defender/metrics/json", lamp, Allowed},
		{"device-own-topics", Publish, "topic/lamps/lamp-8/x", lamp, ImplicitDeny},
		{"device-own-topics", Subscribe, "topicfilter/lamps/lamp-7/#", lamp, Allowed},
		{"device-own-topics", Subscribe, "topicfilter/lamps/+/#", lamp, ImplicitDeny},
		{"device-own-topics", Subscribe, "topicfilter/#", lamp, ImplicitDeny},
		{"device-quarantine", Connect, "client/lamp-7", lamp, ExplicitDeny},
		{"device-conditions", Connect, "client/lamp-7", lamp, Allowed},
		{"device-conditions", Connect, "client/lamp-7", facts{"aws:sourceip": {"192.0.2.1"}}, ImplicitDeny},
		{"device-conditions", Connect, "client/lamp-7", facts{"aws:sourceip": {"10.1.2.3"}, "iot:connectattributes": {"LastWill"}}, ImplicitDeny},
		{"key-operator", "iot:CreateThing", "thing/a", nil, Allowed},
		{"key-operator", "iot:CreatePolicyVersion", "policy/a", nil, ExplicitDeny},
		{"key-operator", "iot:DeleteCACertificate", "cacert/a", nil, ExplicitDeny},
		{"key-read-only", "iot:ListThings", "", nil, Allowed},
		{"key-read-only", "iot:DescribeThing", "thing/a", nil, Allowed},
		{"key-read-only", "iot:UpdateThing", "thing/a", nil, ImplicitDeny},
		{"key-ci", "iot:CreateSecurityProfile", "securityprofile/a", ci, Allowed},
		{"key-ci", "iot:CreateSecurityProfile", "securityprofile/a", facts{"aws:requesttag/owner": {"ci"}, "aws:tagkeys": {"owner", "x"}}, ImplicitDeny},
		{"key-ci", "iot:CreateSecurityProfile", "securityprofile/a", nil, ImplicitDeny},
		{"key-ci", "iot:UpdateSecurityProfile", "securityprofile/a", ci, Allowed},
		{"key-ci", "iot:UpdateSecurityProfile", "securityprofile/a", facts{"aws:resourcetag/owner": {"me"}}, ImplicitDeny},
	} {
		typ, name, _ := strings.Cut(tt.resource, "/")
		r := &Request{Action: tt.action, Type: typ, Name: []byte(name), At: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Context: tt.known}
		if got := sets[tt.example].Evaluate(r); got != tt.want {
			t.Errorf("%s: %s on %s with %v: got %v, want %v", tt.example, tt.action, tt.resource, tt.known, got, tt.want)
		}
	}
}

// TestDocumentedOperators wants every operator on the page.
func TestDocumentedOperators(t *testing.T) {
	page, err := os.ReadFile("../../docs/format/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range operators {
		if !strings.Contains(string(page), "`"+op.name+"`") {
			t.Errorf("docs/format/policy.md says nothing of %s", op.name)
		}
	}
}
