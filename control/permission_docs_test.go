package control_test

import (
	"os"
	"strings"
	"testing"
)

// documentedPolicies returns the policies in the operator's guide by their names.
func documentedPolicies(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Access keys\n")
	section, _, _ = strings.Cut(section, "\n## ")
	policies := map[string]string{}
	for _, part := range strings.Split(section, "\n**")[1:] {
		name, rest, _ := strings.Cut(part, ".json**")
		_, rest, _ = strings.Cut(rest, "```json\n")
		policies[name], _, _ = strings.Cut(rest, "```")
	}
	return policies
}

// TestDocumentedPolicies: the policies in the operator's guide let do what it says.
func TestDocumentedPolicies(t *testing.T) {
	const body = `{"behaviors":[{"name":"b","metric":"aws:num-listening-tcp-ports","criteria":{"comparisonOperator":"less-than","value":{"count":5}}}]}`
	cases := map[string]struct{ allowed, refused []string }{
		"operator": {
			allowed: []string{
				"GET /things", "GET /things/cam", "GET /active-violations", "GET /vedette/v1/rejections?thingName=cam", "GET /thing-groups/locked",
				"POST /things/new {}", `PATCH /things/cam {"attributePayload":{"attributes":{"a":"b"}}}`,
				`PUT /thing-groups/addThingToThingGroup {"thingGroupName":"free","thingName":"cam"}`,
				"PUT /security-profiles/base/targets?securityProfileTargetArn=ARN:thinggroup/free",
				"PUT /security-profiles/base/targets?securityProfileTargetArn=ARN:all/things",
				"GET /tags?resourceArn=ARN:thinggroup/locked",
			},
			refused: []string{
				"POST /security-profiles/other {}", "DELETE /things/cam", `POST /tags {"resourceArn":"ARN:thinggroup/free","tags":[]}`,
				`PUT /thing-groups/removeThingFromThingGroup {"thingGroupName":"locked","thingName":"cam"}`,
				"PUT /security-profiles/base/targets?securityProfileTargetArn=ARN:thinggroup/locked",
				`POST /untag {"resourceArn":"ARN:thinggroup/locked","tagKeys":["protected"]}`,
				`POST /policies/p {"policyDocument":"{}"}`, "POST /keys-and-certificate",
			},
		},
		"read-only": {
			allowed: []string{"GET /things", "GET /things/cam", "GET /security-profiles/base", "GET /vedette/v1/rejections?thingName=cam", "GET /active-violations",
				"GET /vedette/v1/overview", "GET /vedette/v1/violations?thingName=cam", "GET /vedette/v1/violation-events", "GET /vedette/v1/violation-counts?startTime=0&endTime=1&bucketSeconds=1",
				"POST /security-profile-behaviors/validate " + body, "GET /registrationcode", "GET /endpoint",
				"GET /vedette/v1/deployment", "GET /vedette/v1/access-keys"},
			refused: []string{"POST /things/new {}", "DELETE /things/cam", "PATCH /security-profiles/base {}", "POST /keys-and-certificate",
				"POST /violations/verification-state/v {\"verificationState\":\"UNKNOWN\"}",
				`POST /vedette/v1/access-keys {"name":"x"}`, "DELETE /vedette/v1/access-keys/x"},
		},
		"ci": {
			allowed: []string{"POST /security-profiles/ci-ports " + body, "PATCH /security-profiles/ci-own " + body,
				`POST /custom-metric/ci-m {"metricType":"number","clientRequestToken":"t"}`, "GET /security-profiles", "GET /things",
				"PUT /security-profiles/ci-own/targets?securityProfileTargetArn=ARN:thinggroup/pipeline",
				`POST /tags {"resourceArn":"ARN:securityprofile/ci-own","tags":[{"Key":"a","Value":"b"}]}`,
				"DELETE /security-profiles/ci-own"},
			refused: []string{"PATCH /security-profiles/base {}", "POST /things/new {}", "GET /things/cam",
				"GET /vedette/v1/overview",
				"PUT /security-profiles/ci-own/targets?securityProfileTargetArn=ARN:thinggroup/free",
				"PUT /security-profiles/ci-own/targets?securityProfileTargetArn=ARN:all/things",
				"PUT /security-profiles/base/targets?securityProfileTargetArn=ARN:thinggroup/pipeline",
				`POST /tags {"resourceArn":"ARN:thinggroup/free","tags":[{"Key":"managed-by","Value":"ci"}]}`},
		},
	}
	policies := documentedPolicies(t)
	if len(policies) != len(cases) {
		t.Fatalf("the guide has %d policies, want %d", len(policies), len(cases))
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := newKeyEnv(t)
			for _, made := range []string{
				"POST /things/cam {}", "POST /security-profiles/base {}", "POST /security-profiles/ci-own {}", "POST /thing-groups/free {}",
				`POST /thing-groups/locked {"tags":[{"Key":"protected","Value":"yes"}]}`, `POST /thing-groups/pipeline {"tags":[{"Key":"managed-by","Value":"ci"}]}`,
			} {
				if got := e.as("root", made); got != "ok" {
					t.Fatalf("%s: %s", made, got)
				}
			}
			e.user(policies[name])
			for _, request := range c.refused {
				if got := e.as("user", request); !strings.HasPrefix(got, "AccessDeniedException ") {
					t.Errorf("%s: got %s, want it refused", request, got)
				}
			}
			for _, request := range c.allowed {
				if got := e.as("user", request); got != "ok" {
					t.Errorf("%s: got %s", request, got)
				}
			}
		})
	}
}
