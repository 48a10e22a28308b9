package control_test

import (
	"fmt"
	"strings"
	"testing"
)

// join returns the request that puts a thing into a group; leave undoes it.
func join(thing, group string) string {
	return `PUT /thing-groups/addThingToThingGroup {"thingName":"` + thing + `","thingGroupName":"` + group + `"}`
}

func leave(thing, group string) string {
	return strings.Replace(join(thing, group), "/addThingTo", "/removeThingFrom", 1)
}

func TestAddThingToThingGroup(t *testing.T) {
	given := []string{`POST /things/t`, group("top", ""), group("left", "top"), group("right", "top"), group("other", "")}
	in := func(groups ...string) exchange {
		list := make([]string, len(groups))
		for i, g := range groups {
			list[i] = `{"groupName":"` + g + `","groupArn":"` + arnBase + `thinggroup/` + g + `"}`
		}
		return exchange{`GET /things/t/thing-groups`, 200, `{"thingGroups":[` + strings.Join(list, ",") + `]}`}
	}
	const add, remove = `PUT /thing-groups/addThingToThingGroup `, `PUT /thing-groups/removeThingFromThingGroup `
	play(t, []scenario{
		{"ok/by name, twice", given, []exchange{{join("t", "left"), 200, `{}`}, {join("t", "left"), 200, `{}`}, in("left")}},
		{"ok/by ARN", given, []exchange{
			{add + `{"thingArn":"` + arnBase + `thing/t","thingGroupArn":"` + arnBase + `thinggroup/left","overrideDynamicGroups":true}`, 200, `{}`},
			in("left"),
			{remove + `{"thingArn":"` + arnBase + `thing/t","thingName":"t","thingGroupArn":"` + arnBase + `thinggroup/left"}`, 200, `{}`},
			in(),
		}},
		{"ok/two hierarchies", given, []exchange{{join("t", "left"), 200, `{}`}, {join("t", "other"), 200, `{}`}, in("left", "other")}},
		{"ok/leave what it is not in", given, []exchange{{leave("t", "left"), 200, `{}`}, in()}},
		{"fail/two groups of a hierarchy", append(given, join("t", "left")), []exchange{
			{join("t", "right"), 400, `InvalidRequestException: The thing t is in the thing group left, which is of the same hierarchy as right.`},
			{join("t", "top"), 400, `*`},
			{leave("t", "left"), 200, `{}`},
			{join("t", "right"), 200, `{}`},
		}},
		{"fail/unknown", given, []exchange{
			{join("u", "left"), 404, `ResourceNotFoundException: The thing u does not exist.`},
			{join("t", "nope"), 404, `ResourceNotFoundException: The thing group nope does not exist.`},
			{leave("u", "left"), 404, `*`},
			{leave("t", "nope"), 404, `*`},
			{`GET /things/u/thing-groups`, 404, `*`},
		}},
		{"fail/names and ARNs", given, []exchange{
			{add + `{"thingName":"t"}`, 400, `InvalidRequestException: Neither the name nor the ARN of the thinggroup is given.`},
			{add + `{}`, 400, `InvalidRequestException: Neither the name nor the ARN of the thing is given.`},
			{add + `{"thingName":"u","thingArn":"` + arnBase + `thing/t","thingGroupName":"left"}`, 400, `*`},
			{add + `{"thingArn":"` + arnBase + `thinggroup/left","thingGroupName":"left"}`, 400, `*`},
			{add + `{"thingArn":"arn:aws:iot:us-west-2:999999999999:thing/t","thingGroupName":"left"}`, 400, `*`},
			{remove + `{"thingName":"t","thingGroupArn":"left"}`, 400, `*`},
		}},
	})
}

func TestGroupsPerThing(t *testing.T) {
	e := newEnv(t)
	e.must(`POST /things/t`)
	for i := range 11 {
		e.must(group(fmt.Sprintf("g%02d", i), ""))
	}
	for i := range 10 {
		e.must(join("t", fmt.Sprintf("g%02d", i)))
	}
	e.expect(exchange{join("t", "g10"), 400, `InvalidRequestException: The thing t is in 10 thing groups already; the limit is 10.`})
	e.must(join("t", "g03"))
	got, pages := e.listed("/things/t/thing-groups?maxResults=3", "thingGroups", "groupName")
	if len(got) != 10 || pages != 4 {
		t.Errorf("groups of the thing: got %d in %d pages, want 10 in 4", len(got), pages)
	}
}

func TestUpdateThingGroupsForThing(t *testing.T) {
	const change = `PUT /thing-groups/updateThingGroupsForThing `
	given := []string{`POST /things/t`, group("top", ""), group("left", "top"), group("right", "top"), group("other", ""), join("t", "left")}
	in := func(groups string) exchange {
		return exchange{`GET /things/t/thing-groups`, 200, `{"thingGroups":[` + groups + `]}`}
	}
	left, right, other := `{"groupName":"left","groupArn":"*"}`, `{"groupName":"right","groupArn":"*"}`, `{"groupName":"other","groupArn":"*"}`
	play(t, []scenario{
		{"ok/from one to others", given, []exchange{
			{change + `{"thingName":"t","thingGroupsToRemove":["left"],"thingGroupsToAdd":["right","other"]}`, 200, `{}`},
			in(other + `,` + right),
		}},
		{"ok/in both lists", given, []exchange{
			{change + `{"thingName":"t","thingGroupsToRemove":["left","other"],"thingGroupsToAdd":["left","other"]}`, 200, `{}`},
			in(left + `,` + other),
		}},
		{"ok/nothing", given, []exchange{{change + `{"thingName":"t"}`, 200, `{}`}, in(left)}},
		{"fail/all or nothing", given, []exchange{
			{change + `{"thingName":"t","thingGroupsToAdd":["other","right"]}`, 400, `*`},
			{change + `{"thingName":"t","thingGroupsToRemove":["left"],"thingGroupsToAdd":["nope"]}`, 404, `*`},
			{change + `{"thingName":"t","thingGroupsToRemove":["left","nope"]}`, 404, `*`},
			in(left),
		}},
		{"fail/thing", given, []exchange{
			{change + `{"thingGroupsToAdd":["other"]}`, 400, `InvalidRequestException: thingName is missing.`},
			{change + `{"thingName":"u","thingGroupsToAdd":["other"]}`, 404, `*`},
		}},
	})
}

func TestListThingsInThingGroup(t *testing.T) {
	e := newEnv(t)
	e.must(group("top", ""), group("b", "top"), group("a", "top"), group("aa", "a"), group("other", ""))
	for i, g := range []string{"top", "b", "a", "aa", "other", "b"} {
		thing := fmt.Sprintf("t%d", i)
		e.must(`POST /things/`+thing, join(thing, g))
	}
	for _, c := range []struct{ name, url, want string }{
		{"ok/direct", "/thing-groups/b/things?recursive=false", "t1 t5"},
		{"ok/recursive", "/thing-groups/top/things?recursive=true", "t2 t3 t1 t5 t0"},
		{"ok/recursive below", "/thing-groups/a/things?recursive=true", "t2 t3"},
		{"ok/recursive without children", "/thing-groups/other/things?recursive=true", "t4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, length := range []string{"1", "2", "250"} {
				got, _ := e.listed(c.url+"&maxResults="+length, "things", "")
				if strings.Join(got, " ") != c.want {
					t.Errorf("pages of %s: got %v, want %s", length, got, c.want)
				}
			}
		})
	}
	e.expect(exchange{`GET /thing-groups/nope/things`, 404, `ResourceNotFoundException: The thing group nope does not exist.`})
}
