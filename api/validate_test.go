package api_test

import (
	"errors"
	"strings"
	"testing"

	"vedette/api"
)

func repeat[T any](n int, v T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = v
	}
	return list
}

func TestValidate(t *testing.T) {
	profile := func(change func(*api.CreateSecurityProfileRequest)) any {
		r := &api.CreateSecurityProfileRequest{SecurityProfileName: new("LampRules")}
		change(r)
		return r
	}
	named := func(name string) any {
		return profile(func(r *api.CreateSecurityProfileRequest) { r.SecurityProfileName = &name })
	}
	violations := func(thing string) any { return &api.ListActiveViolationsRequest{ThingName: &thing} }
	for _, c := range []struct {
		name string
		op   *api.Operation
		in   any
		want string // "" accepts
	}{
		{"ok/least", api.CreateSecurityProfile, named("a"), ""},
		{"ok/longest", api.CreateSecurityProfile, named(strings.Repeat("a", 128)), ""},
		{"fail/required", api.CreateSecurityProfile, &api.CreateSecurityProfileRequest{},
			"1 validation error detected: Value at 'securityProfileName' failed to satisfy constraint: Member must not be null"},
		{"fail/pattern", api.CreateSecurityProfile, named("a b"),
			"1 validation error detected: Value 'a b' at 'securityProfileName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9:_-]+"},
		{"fail/pattern before a line end", api.CreateSecurityProfile, named("a\n"), "pattern: [a-zA-Z0-9:_-]+"},
		{"fail/too long", api.CreateSecurityProfile, named(strings.Repeat("a", 129)), "Member must have length less than or equal to 128"},
		{"fail/long values are cut", api.CreateSecurityProfile, named(strings.Repeat("a", 10000)), "1 validation error detected: Value '" + strings.Repeat("a", 256) + "…' at"},
		{"fail/empty is two faults", api.CreateSecurityProfile, named(""), "2 validation errors detected: Value at 'securityProfileName' failed to satisfy constraint: Member must have length greater than or equal to 1; "},

		{"ok/length in characters", api.UpdateCustomMetric, &api.UpdateCustomMetricRequest{MetricName: new("m"), DisplayName: new(strings.Repeat("~", 128))}, ""},
		{"fail/too many elements", api.UpdateDimension, &api.UpdateDimensionRequest{Name: new("d"), StringValues: repeat(101, "a/b")},
			"Value at 'stringValues' failed to satisfy constraint: Member must have length less than or equal to 100"},
		{"ok/behaviors are not counted", api.CreateSecurityProfile, profile(func(r *api.CreateSecurityProfileRequest) { r.Behaviors = repeat(101, api.Behavior{}) }), ""},
		{"ok/behaviors are not looked into", api.ValidateSecurityProfileBehaviors, &api.ValidateSecurityProfileBehaviorsRequest{Behaviors: []api.Behavior{{Name: new("a b")}}}, ""},
		{"fail/in a structure", api.CreateThing, &api.CreateThingRequest{ThingName: new("t"), AttributePayload: &api.AttributePayload{Attributes: map[string]string{"k": "a b"}}},
			"Value 'a b' at 'attributePayload.attributes[k]' failed to satisfy constraint: Member must satisfy regular expression pattern: "},
		{"fail/key of a map", api.CreateThing, &api.CreateThingRequest{ThingName: new("t"), AttributePayload: &api.AttributePayload{Attributes: map[string]string{"a b": "v"}}},
			"Value 'a b' at 'attributePayload.attributes' failed"},
		{"fail/enum as a key", api.CreateSecurityProfile, profile(func(r *api.CreateSecurityProfileRequest) {
			r.AlertTargets = map[api.AlertTargetType]api.AlertTarget{"MAIL": {AlertTargetArn: new("a"), RoleArn: new(strings.Repeat("r", 20))}}
		}), "Value 'MAIL' at 'alertTargets' failed to satisfy constraint: Member must satisfy enum value set: [SNS]"},
		{"fail/in the value of a map", api.CreateSecurityProfile, profile(func(r *api.CreateSecurityProfileRequest) {
			r.AlertTargets = map[api.AlertTargetType]api.AlertTarget{"SNS": {AlertTargetArn: new("a")}}
		}), "Value at 'alertTargets[SNS].roleArn' failed to satisfy constraint: Member must not be null"},
		{"fail/in a list", api.CreateSecurityProfile, profile(func(r *api.CreateSecurityProfileRequest) {
			r.Tags = []api.Tag{{Key: new("k")}, {Value: new("v")}}
		}), "Value at 'tags[1].Key' failed to satisfy constraint: Member must not be null"},

		{"fail/number too great", api.ListThings, &api.ListThingsRequest{MaxResults: new(int32(251))}, "Value '251' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 250"},
		{"fail/number too small", api.ListThings, &api.ListThingsRequest{MaxResults: new(int32(0))}, "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"fail/enum", api.ListActiveViolations, &api.ListActiveViolationsRequest{VerificationState: new(api.VerificationState("MAYBE"))},
			"Value 'MAYBE' at 'verificationState' failed to satisfy constraint: Member must satisfy enum value set: [FALSE_POSITIVE, BENIGN_POSITIVE, TRUE_POSITIVE, UNKNOWN]"},

		{"ok/thing of Defender", api.ListActiveViolations, violations("gw/7 €"), ""},
		{"ok/thing of 128 bytes", api.ListActiveViolations, violations(strings.Repeat("€", 42) + "ab"), ""},
		{"fail/thing of 129 bytes", api.ListActiveViolations, violations(strings.Repeat("€", 43)), "length less than or equal to 128"},
		{"fail/thing with a control character", api.ListActiveViolations, violations("a\u007f"), `pattern: [^\p{Cntrl}]*`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := api.Validate(c.op.Input, c.in)
			if c.want == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			e, ok := errors.AsType[*api.Error](err)
			if !ok || e.Code != api.InvalidRequestException || !strings.Contains(e.Message, c.want) {
				t.Errorf("got %v, want …%s…", err, c.want)
			}
		})
	}
}

// TestValidateManyFaults: a request with thousands of faults is not answered by
// thousands of sentences.
func TestValidateManyFaults(t *testing.T) {
	in := &api.TagResourceRequest{ResourceArn: new("a"), Tags: make([]api.Tag, 5000)}
	err := api.Validate(api.TagResource.Input, in)
	if err == nil || !strings.Contains(err.Error(), "5000 validation errors detected: ") || strings.Count(err.Error(), "Member must not be null") != 100 {
		t.Errorf("got %.200v…, want 5000 faults, of which 100 are named", err)
	}
}

// TestValidateSensitive: what is secret is not repeated.
func TestValidateSensitive(t *testing.T) {
	shape := &api.Shape{Type: api.TypeString, Max: new(3.0), Sensitive: true}
	if err := api.Validate(shape, "secret"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkValidate(b *testing.B) {
	in := &api.CreateSecurityProfileRequest{
		SecurityProfileName: new("LampRules"), SecurityProfileDescription: new("lamps, first floor"),
		Tags: repeat(10, api.Tag{Key: new("room"), Value: new("kitchen")}),
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := api.Validate(api.CreateSecurityProfile.Input, in); err != nil {
			b.Fatal(err)
		}
	}
}
