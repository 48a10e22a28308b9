package control_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestCreateThingGroup(t *testing.T) {
	lamps := `POST /thing-groups/lamps {"parentGroupName":"all","thingGroupProperties":{"thingGroupDescription":"d","attributePayload":{"attributes":{"a":"1","b":""}}},"tags":[{"Key":"k","Value":"v"}]}`
	play(t, []scenario{
		{"ok/root", []string{group("all", "")}, []exchange{
			{`GET /thing-groups/all`, 200, `{"thingGroupName":"all","thingGroupId":"*","thingGroupArn":"ARN:thinggroup/all","version":1,"thingGroupMetadata":{"creationDate":1767225600.123}}`},
		}},
		{"ok/everything, twice", []string{group("all", ""), lamps}, []exchange{
			{lamps, 200, `{"thingGroupName":"lamps","thingGroupId":"*","thingGroupArn":"ARN:thinggroup/lamps"}`},
			{`GET /thing-groups/lamps`, 200, `{"thingGroupName":"lamps","thingGroupId":"*","thingGroupArn":"*","version":1,
				"thingGroupProperties":{"thingGroupDescription":"d","attributePayload":{"attributes":{"a":"1"}}},
				"thingGroupMetadata":{"parentGroupName":"all","rootToParentThingGroups":[{"groupName":"all","groupArn":"ARN:thinggroup/all"}],"creationDate":"*"}}`},
			{`GET /tags?resourceArn=` + arnBase + `thinggroup/lamps`, 200, `{"tags":[{"Key":"k","Value":"v"}]}`},
		}},
		{"ok/path from the root", []string{group("a", ""), group("c", "a"), group("b", "c"), group("d", "b")}, []exchange{
			{`GET /thing-groups/d`, 200, `{"thingGroupName":"d","thingGroupId":"*","thingGroupArn":"*","version":1,"thingGroupMetadata":{"parentGroupName":"b","creationDate":"*",
				"rootToParentThingGroups":[{"groupName":"a","groupArn":"*"},{"groupName":"c","groupArn":"*"},{"groupName":"b","groupArn":"*"}]}}`},
		}},
		{"fail/other content", []string{group("all", ""), group("g", "")}, []exchange{
			{group("g", "all"), 409, `ResourceAlreadyExistsException: The thing group g already exists with different content.`},
			{`POST /thing-groups/g {"tags":[{"Key":"k"}]}`, 409, `*`},
			{`POST /thing-groups/g {"thingGroupProperties":{"thingGroupDescription":"d"}}`, 409, `*`},
		}},
		{"fail/parent", nil, []exchange{
			{group("g", "nope"), 404, `ResourceNotFoundException: The thing group nope does not exist.`},
			{group("g", "g"), 404, `*`},
		}},
		{"fail/attributes", nil, []exchange{
			{`POST /thing-groups/g {"thingGroupProperties":{"attributePayload":{"attributes":` + attributes(51) + `}}}`, 400, `*`},
		}},
		{"fail/depth", []string{group("1", ""), group("2", "1"), group("3", "2"), group("4", "3"), group("5", "4"), group("6", "5"), group("7", "6")}, []exchange{
			{group("8", "7"), 400, `InvalidRequestException: The parent group 7 is at depth 7, the deepest there is.`},
		}},
		{"fail/unknown", nil, []exchange{{`GET /thing-groups/g`, 404, `*`}}},
	})
}

func TestUpdateThingGroup(t *testing.T) {
	given := []string{`POST /thing-groups/g {"thingGroupProperties":{"thingGroupDescription":"d","attributePayload":{"attributes":{"a":"1","b":"2"}}}}`}
	now := func(version int, properties string) exchange {
		return exchange{`GET /thing-groups/g`, 200, fmt.Sprintf(`{"thingGroupName":"g","thingGroupId":"*","thingGroupArn":"*","version":%d,"thingGroupMetadata":"*"%s}`, version, properties)}
	}
	play(t, []scenario{
		{"ok/description alone", given, []exchange{
			{`PATCH /thing-groups/g {"thingGroupProperties":{"thingGroupDescription":"e"}}`, 200, `{"version":2}`},
			now(2, `,"thingGroupProperties":{"thingGroupDescription":"e","attributePayload":{"attributes":{"a":"1","b":"2"}}}`),
		}},
		{"ok/attributes replace", given, []exchange{
			{`PATCH /thing-groups/g {"thingGroupProperties":{"attributePayload":{"attributes":{"c":"3"}}},"expectedVersion":1}`, 200, `{"version":2}`},
			now(2, `,"thingGroupProperties":{"thingGroupDescription":"d","attributePayload":{"attributes":{"c":"3"}}}`),
		}},
		{"ok/attributes merge", given, []exchange{
			{`PATCH /thing-groups/g {"thingGroupProperties":{"attributePayload":{"attributes":{"a":"","c":"3"},"merge":true}}}`, 200, `{"version":2}`},
			now(2, `,"thingGroupProperties":{"thingGroupDescription":"d","attributePayload":{"attributes":{"b":"2","c":"3"}}}`),
		}},
		{"fail/expected version", given, []exchange{
			{`PATCH /thing-groups/g {"thingGroupProperties":{},"expectedVersion":2}`, 409, `VersionConflictException: The thing group g has version 1, not the expected version 2.`},
		}},
		{"fail/unknown", nil, []exchange{{`PATCH /thing-groups/g {"thingGroupProperties":{}}`, 404, `*`}}},
		{"fail/no properties", given, []exchange{{`PATCH /thing-groups/g {}`, 400, `*`}}},
	})
}

func TestDeleteThingGroup(t *testing.T) {
	play(t, []scenario{
		{"ok/members, attachments and tags", []string{
			`POST /thing-groups/g {"tags":[{"Key":"k"}]}`, `POST /things/t`, join("t", "g"), `POST /security-profiles/p`, attach("p", "thinggroup/g"),
		}, []exchange{
			{`DELETE /thing-groups/g?expectedVersion=1`, 200, `{}`},
			{`GET /things/t/thing-groups`, 200, `{"thingGroups":[]}`},
			{`GET /security-profiles/p/targets`, 200, `{"securityProfileTargets":[]}`},
			{group("g", ""), 200, `*`},
			{`GET /tags?resourceArn=` + arnBase + `thinggroup/g`, 200, `{"tags":[]}`},
			{`GET /thing-groups/g/things`, 200, `{"things":[]}`},
		}},
		{"ok/unknown", nil, []exchange{{`DELETE /thing-groups/g`, 200, `{}`}}},
		{"fail/children", []string{group("g", ""), group("h", "g")}, []exchange{
			{`DELETE /thing-groups/g`, 400, `InvalidRequestException: The thing group g has child groups.`},
			{`DELETE /thing-groups/h`, 200, `{}`},
			{`DELETE /thing-groups/g`, 200, `{}`},
		}},
		{"fail/expected version", []string{group("g", "")}, []exchange{{`DELETE /thing-groups/g?expectedVersion=2`, 409, `*`}}},
	})
}

func TestListThingGroups(t *testing.T) {
	given := []string{group("a", ""), group("ab", "a"), group("ac", "a"), group("abd", "ab"), group("b", ""), group("zz", "abd")}
	for _, c := range []struct{ name, query, want string }{
		{"ok/all", "", "a ab abd ac b zz"},
		{"ok/prefix", "namePrefixFilter=ab", "ab abd"},
		{"ok/children", "parentGroup=a", "ab ac"},
		{"ok/all below", "parentGroup=a&recursive=true", "ab abd ac zz"},
		{"ok/below with a prefix", "parentGroup=a&recursive=true&namePrefixFilter=ab", "ab abd"},
		{"ok/recursive without a parent", "recursive=true", "a ab abd ac b zz"},
		{"ok/roots", "recursive=false", "a b"},
		{"ok/children only", "parentGroup=a&recursive=false", "ab ac"},
		{"ok/no children", "parentGroup=b", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newEnv(t)
			e.must(given...)
			for _, length := range []string{"1", "2", "250"} {
				got, _ := e.listed("/thing-groups?maxResults="+length+"&"+c.query, "thingGroups", "groupName")
				if strings.Join(got, " ") != c.want {
					t.Errorf("pages of %s: got %v, want %s", length, got, c.want)
				}
			}
		})
	}
	play(t, []scenario{
		{"ok/element", given, []exchange{{`GET /thing-groups?parentGroup=ab`, 200, `{"thingGroups":[{"groupName":"abd","groupArn":"ARN:thinggroup/abd"}]}`}}},
		{"fail/unknown parent", nil, []exchange{{`GET /thing-groups?parentGroup=a`, 404, `*`}}},
	})
}
