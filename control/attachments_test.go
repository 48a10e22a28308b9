package control_test

import (
	"fmt"
	"strings"
	"testing"
)

// group returns the request that makes a group; parent may be empty.
func group(name, parent string) string {
	if parent == "" {
		return `POST /thing-groups/` + name
	}
	return `POST /thing-groups/` + name + ` {"parentGroupName":"` + parent + `"}`
}

// detach returns the request that undoes attach.
func detach(profile, target string) string {
	return strings.Replace(attach(profile, target), "PUT", "DELETE", 1)
}

func TestAttachSecurityProfile(t *testing.T) {
	const targets = `GET /security-profiles/p/targets`
	given := []string{`POST /security-profiles/p`, group("g", "")}
	play(t, []scenario{
		{"ok/every kind of target", given, []exchange{
			{attach("p", "all/things"), 200, `{}`},
			{attach("p", "all/registered-things"), 200, `{}`},
			{attach("p", "all/unregistered-things"), 200, `{}`},
			{attach("p", "thinggroup/g"), 200, `{}`},
			{targets, 200, `{"securityProfileTargets":[{"arn":"ARN:all/registered-things"},{"arn":"ARN:all/things"},{"arn":"ARN:all/unregistered-things"},{"arn":"ARN:thinggroup/g"}]}`},
		}},
		{"ok/again", given, []exchange{
			{attach("p", "thinggroup/g"), 200, `{}`},
			{attach("p", "thinggroup/g"), 200, `{}`},
			{targets, 200, `{"securityProfileTargets":[{"arn":"ARN:thinggroup/g"}]}`},
		}},
		{"ok/does not count as a version", append(given, attach("p", "thinggroup/g")), []exchange{
			{`GET /security-profiles/p`, 200, `{"securityProfileName":"p","securityProfileArn":"*","version":1,"creationDate":"*","lastModifiedDate":"*"}`},
		}},
		{"fail/no target", given, []exchange{
			{attach("p", "thing/t"), 400, `InvalidRequestException: ` + arnBase + `thing/t is not a target of security profiles in this account and Region.`},
			{attach("p", "all/robots"), 400, `*`},
			{attach("p", "thinggroup/"), 400, `*`},
			{attach("p", "thinggroup/g/h"), 400, `InvalidRequestException: ` + arnBase + `thinggroup/g/h is not the ARN of a thing group.`},
			{`PUT /security-profiles/p/targets?securityProfileTargetArn=g`, 400, `*`},
			{`PUT /security-profiles/p/targets?securityProfileTargetArn=arn:aws:iot:us-west-2:999999999999:thinggroup/g`, 400, `*`},
			{`PUT /security-profiles/p/targets?securityProfileTargetArn=arn:aws:iot:eu-west-1:123456789012:all/things`, 400, `*`},
			{`PUT /security-profiles/p/targets`, 400, `*`},
		}},
		{"fail/unknown", given, []exchange{
			{attach("q", "all/things"), 404, `ResourceNotFoundException: The security profile q does not exist.`},
			{attach("p", "thinggroup/h"), 404, `ResourceNotFoundException: The thing group h does not exist.`},
		}},
	})
}

func TestAttachSecurityProfileLimit(t *testing.T) {
	e := newEnv(t)
	e.must(group("g", ""))
	for i := range 6 {
		e.must(fmt.Sprintf(`POST /security-profiles/p%d`, i))
	}
	for i := range 5 {
		e.must(attach(fmt.Sprintf("p%d", i), "all/things"))
	}
	e.expect(exchange{attach("p5", "all/things"), 410, `LimitExceededException: The target has 5 security profiles already; the limit is 5.`})
	e.must(attach("p0", "all/things"), attach("p5", "thinggroup/g"), detach("p0", "all/things"), attach("p5", "all/things"))
}

func TestDetachSecurityProfile(t *testing.T) {
	given := []string{`POST /security-profiles/p`, group("g", ""), attach("p", "thinggroup/g"), attach("p", "all/things")}
	play(t, []scenario{
		{"ok/attached", given, []exchange{
			{detach("p", "thinggroup/g"), 200, `{}`},
			{`GET /security-profiles/p/targets`, 200, `{"securityProfileTargets":[{"arn":"ARN:all/things"}]}`},
		}},
		{"ok/not attached", given, []exchange{{detach("p", "all/registered-things"), 200, `{}`}}},
		{"fail/no target", given, []exchange{{detach("p", "thing/t"), 400, `*`}}},
		{"fail/unknown", given, []exchange{
			{detach("q", "all/things"), 404, `*`},
			{detach("p", "thinggroup/h"), 404, `*`},
		}},
	})
}

func TestListTargetsForSecurityProfile(t *testing.T) {
	play(t, []scenario{
		{"ok/none", []string{`POST /security-profiles/p`}, []exchange{{`GET /security-profiles/p/targets`, 200, `{"securityProfileTargets":[]}`}}},
		{"ok/group deleted", []string{`POST /security-profiles/p`, group("g", ""), attach("p", "thinggroup/g"), `DELETE /thing-groups/g`}, []exchange{
			{`GET /security-profiles/p/targets`, 200, `{"securityProfileTargets":[]}`},
		}},
		{"fail/unknown", nil, []exchange{{`GET /security-profiles/p/targets`, 404, `*`}}},
	})
}

func TestListSecurityProfilesForTarget(t *testing.T) {
	const list = `GET /security-profiles-for-target?securityProfileTargetArn=` + arnBase
	mapping := func(profile, target string) string {
		return `{"securityProfileIdentifier":{"name":"` + profile + `","arn":"` + arnBase + `securityprofile/` + profile + `"},"target":{"arn":"` + arnBase + target + `"}}`
	}
	given := []string{
		group("top", ""), group("middle", "top"), group("leaf", "middle"),
		`POST /security-profiles/p`, `POST /security-profiles/q`,
		attach("q", "thinggroup/leaf"), attach("p", "thinggroup/top"), attach("q", "thinggroup/top"), attach("p", "all/things"),
	}
	play(t, []scenario{
		{"ok/the target itself", given, []exchange{
			{list + `thinggroup/leaf`, 200, `{"securityProfileTargetMappings":[` + mapping("q", "thinggroup/leaf") + `]}`},
			{list + `thinggroup/middle&recursive=false`, 200, `{"securityProfileTargetMappings":[]}`},
			{list + `all/things&recursive=true`, 200, `{"securityProfileTargetMappings":[` + mapping("p", "all/things") + `]}`},
		}},
		{"ok/recursive", given, []exchange{
			{list + `thinggroup/leaf&recursive=true`, 200, `{"securityProfileTargetMappings":[` + mapping("p", "thinggroup/top") + `,` + mapping("q", "thinggroup/leaf") + `,` + mapping("q", "thinggroup/top") + `]}`},
			{list + `thinggroup/leaf&recursive=true&maxResults=2`, 200, `{"securityProfileTargetMappings":[` + mapping("p", "thinggroup/top") + `,` + mapping("q", "thinggroup/leaf") + `],"nextToken":"*"}`},
		}},
		{"ok/recursive below", given, []exchange{
			{list + `thinggroup/middle&recursive=true`, 200, `{"securityProfileTargetMappings":[` + mapping("p", "thinggroup/top") + `,` + mapping("q", "thinggroup/leaf") + `,` + mapping("q", "thinggroup/top") + `]}`},
			{list + `thinggroup/top&recursive=true`, 200, `{"securityProfileTargetMappings":[` + mapping("p", "thinggroup/top") + `,` + mapping("q", "thinggroup/leaf") + `,` + mapping("q", "thinggroup/top") + `]}`},
		}},
		{"fail/target", given, []exchange{
			{list + `thing/t`, 400, `*`},
			{list + `thinggroup/nope`, 404, `*`},
			{`GET /security-profiles-for-target`, 400, `*`},
		}},
	})
}
